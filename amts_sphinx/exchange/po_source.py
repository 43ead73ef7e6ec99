"""A PO file made fit for babel, which trusts what it reads.

Measured with babel 2.18: a string without its closing quote loses its last letter
silently; a bad index, date or character set in the header raises whatever comes; a
header may ask for 10⁹ plural forms and gets them; repeated entries with comments cost
the square of their number; problems are printed.  So lines are checked against the
format before babel sees them, one entry at a time: a bad one is told and blanked, the
header is read here and blanked, and comments stay away but for the mark ``fuzzy``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from amts_sphinx.exchange.encoding import decoded, read_bytes
from amts_sphinx.exchange.entries import LONGEST
from amts_sphinx.exchange.errors import ExchangeError, Tell, problem, shown

_LINE = re.compile(
    r"(?P<obsolete>#~\s*+)?+"
    r"(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[[0-5]\])?)\s*+)?+"
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")'
)
_KEYWORD = re.compile(r"(?:#~\s*+)?+(msgctxt|msgid)(?!_)")
_CHARSET = re.compile(rb"charset=([A-Za-z0-9_.:-]{1,40})")
_HEADER_LINE = re.compile(r"([A-Za-z-]{1,40}):[ \t]*(.*)")
#: the header stands within the first so many bytes
_HEAD = 1 << 16


@dataclass(slots=True)
class PoSource:
    """One PO file, with nothing left in it that babel cannot bear."""

    path: Path
    lines: list[str]  #: as many as the file has
    header: dict[str, str]  #: its fields, their names in lower case
    msgstr: dict[int, int]  #: line of a ``msgid`` -> line of its ``msgstr``
    obsolete: int  #: so many entries were


@dataclass(slots=True)
class _Entry:
    """The lines of one entry, by their numbers."""

    lines: dict[int, str] = field(default_factory=dict)
    keywords: dict[str, int] = field(default_factory=dict)  #: and their first lines
    fuzzy: int = 0  #: line of the mark
    obsolete: bool = False
    bad: int = 0  #: the first line that is no PO
    why: str = ""

    @property
    def is_header(self) -> bool:
        """Is it the entry of the empty text?"""
        return all(
            line in {'msgid ""', '""'}
            for number, line in self.lines.items()
            if self.keywords["msgid"] <= number < self.msgstr
        )

    @property
    def msgstr(self) -> int:
        """The line of the translation."""
        return min(n for word, n in self.keywords.items() if word.startswith("msgstr"))


def po_source(path: Path, tell: Tell) -> PoSource:
    """Read a PO file; entries that are none are told, with their lines.

    Raises ExchangeError for a file that cannot be read, or holds no entry at all.
    """
    data = read_bytes(path)
    named = _CHARSET.search(data[:_HEAD])
    charset = named[1].decode("ascii") if named else "utf-8"
    text = decoded(path, data, "utf-8" if charset == "CHARSET" else charset)
    lines = re.split("\r\n|\n|\r", text)
    source = PoSource(path, [""] * len(lines), {}, {}, 0)
    found: Counter[bool] = Counter()
    for entry in _entries(lines):
        why = entry.why or _incomplete(entry)
        found[not why] += 1
        if why:
            line = entry.bad or min(entry.keywords.values(), default=0)
            tell(problem(path, line, f"{why}; entry left out"))
        else:
            _take(entry, source)
    if not found[True]:
        what = "holds no entry of a PO file; give a catalog"
        raise ExchangeError(problem(path, 0, what))
    return source


def _entries(lines: list[str]) -> Iterator[_Entry]:
    """The lines entry by entry."""
    entry = _Entry()
    blank = False
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#~|"):
            blank = blank or not line
            continue
        comment = line.startswith("#") and not line.startswith("#~")
        if _begins(entry, line, blank=blank, comment=comment):
            yield entry
            entry = _Entry()
        blank = False
        if not comment:
            _add(entry, number, line)
        elif line.startswith("#,") and "fuzzy" in re.split(r"[\s,]+", line):
            entry.fuzzy = number
    if entry.lines or entry.bad:
        yield entry


def _begins(entry: _Entry, line: str, *, blank: bool, comment: bool) -> bool:
    """Does this line belong to the next entry?

    A string goes on behind a blank line, as in gettext; nothing else does.
    """
    keyword = _beginning(line)
    if comment or keyword == "msgctxt":
        return bool(entry.lines or entry.bad)
    if keyword == "msgid":
        return bool(entry.keywords.keys() - {"msgctxt"})
    complete = any(word.startswith("msgstr") for word in entry.keywords)
    return blank and complete and not line.startswith(('"', "#~", "msgstr["))


def _beginning(line: str) -> str:
    """The keyword that begins an entry, also where the rest of the line is broken."""
    match = _KEYWORD.match(line)
    return match[1] if match else ""


def _add(entry: _Entry, number: int, line: str) -> None:
    """Add one line, its keyword and string divided by one blank."""
    match = _LINE.fullmatch(line)
    why = ""
    if not match:
        why = f"no line of a PO file, {shown(line)}"
        keyword = _beginning(line)
    else:
        keyword = match["keyword"] or ""
        entry.obsolete |= bool(keyword and match["obsolete"])
        string = match["string"]
        entry.lines[number] = f"{keyword} {string}" if keyword else string
        if len(string) > LONGEST:
            why = f"a text of more than {LONGEST} characters"
        elif not keyword and not entry.keywords:
            why = "a string without msgid or msgstr"
        elif keyword in entry.keywords:
            why = f"a second {keyword}"
    if keyword:
        entry.keywords.setdefault(keyword, number)
    if why and not entry.bad:
        entry.bad, entry.why = number, why


def _incomplete(entry: _Entry) -> str:
    """What an entry lacks; "" if it lacks nothing."""
    words = list(entry.keywords)
    strings = [word for word in words if word.startswith("msgstr")]
    if "msgid" not in words or not strings:
        return "no msgstr" if "msgid" in words else "no msgid"
    plural = "msgid_plural" in words
    order = ["msgctxt", "msgid", "msgid_plural"]
    head = [word for word in order if word in words]
    if words[: len(head)] != head or plural != any("[" in word for word in strings):
        return "keywords that do not belong together"
    if "msgctxt" in words and entry.is_header:
        return "an empty msgid"
    return ""


def _take(entry: _Entry, source: PoSource) -> None:
    """Give one good entry to babel, or read it as the header."""
    if entry.obsolete:
        source.obsolete += 1
    elif entry.is_header:
        from babel.messages.pofile import unescape  # noqa: PLC0415 - with PO only

        parts = [
            unescape(line.removeprefix("msgstr "))
            for number, line in entry.lines.items()
            if number >= entry.msgstr
        ]
        for match in map(_HEADER_LINE.match, "".join(parts).split("\n")):
            if match:
                source.header.setdefault(match[1].lower(), match[2].strip())
    else:
        if entry.fuzzy:
            source.lines[entry.fuzzy - 1] = "#, fuzzy"
        for number, line in entry.lines.items():
            source.lines[number - 1] = line
        source.msgstr[entry.keywords["msgid"]] = entry.msgstr
