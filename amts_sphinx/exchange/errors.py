"""How a reader of a file says what is wrong with it.

A file from elsewhere is never trusted.  Either it can be read as what it should be, or
its reader raises `ExchangeError`; an entry that cannot be read costs only itself, and
is told through a callback.  Both use one form, ``FILE:LINE: what is wrong; what to
do``, which editors and terminals make a link of, and which is one line of printable
characters whatever the file holds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

#: is called with one line for each entry that is left out
Tell = Callable[[str], None]

#: so much of a hostile text is shown
_SHOWN = 40


class ExchangeError(Exception):
    """A file cannot be read as what it should be; the message is `problem`'s line."""


def problem(path: Path, line: int, what: str) -> str:
    """One printable line: the file as the caller named it, its line (0: none), what."""
    place = f"{path}:{line}" if line else str(path)
    return "".join(map(_printable, f"{place}: {what}"))


def shown(text: str) -> str:
    """A piece of a file, quoted and not too long, to be named in a message."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode()
