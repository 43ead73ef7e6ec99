"""The bytes of a file as text, or a clear word why they are none.

A byte-order mark decides before anything else does, as spreadsheets write one in front
of UTF-8 and UTF-16 alike.  Guessing goes no further: text in a wrong encoding would
enter the memory as a person's sentence.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from amts_sphinx.exchange.errors import ExchangeError, problem, shown

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Python's names of the character sets in which text is stored; its other codecs
#: (``punycode``, ``unicode_escape`` …) are none, and some are slow on purpose
_CHARSETS = (
    *("ascii", "utf-8", "iso8859", "cp", "koi8", "mac", "tis-620", "viscii"),
    *("big5", "gb", "euc_", "shift_jis", "johab"),
)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file.

    Raises ExchangeError if there is no such file, or none that may be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"cannot be read ({reason}); give the path of a file"
        raise ExchangeError(problem(path, 0, what)) from error


def decoded(path: Path, data: bytes, charset: str = "utf-8") -> str:
    """The text of a file: by its byte-order mark, else in the given character set.

    Raises ExchangeError for bytes that are no text in it, with their line and offset,
    and for a character set that is none.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(path, data, len(mark), encoding)
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = ""
    if not name.startswith(_CHARSETS):
        what = f"{shown(charset)} is no character set; save the file as UTF-8"
        raise ExchangeError(problem(path, 0, what))
    return _strictly(path, data, 0, name)


def _strictly(path: Path, data: bytes, start: int, encoding: str) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        at = start + error.start
        line = 1 + data[:at].decode(encoding, "replace").count("\n")
        what = f"byte {at} is not {encoding.upper()}; save the file as UTF-8"
        raise ExchangeError(problem(path, line, what)) from error
