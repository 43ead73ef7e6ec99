"""How far several languages have come: news line by line, and one table of them all.

On a terminal the table stands below the news and is drawn anew in its place, cut to
what the terminal shows: a line that wraps, or scrolls away, could not be taken back.
Anywhere else it is told once, at the end, so a log holds no line twice.
"""

from __future__ import annotations

import os
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from amts_sphinx.cli.tables import table
from amts_sphinx.cli.terminal import beside, complain, say

#: columns and lines of a terminal that does not say
_SIZE = (80, 24)
_HEAD = ("language", "state", "sentences", "came back", "left", "characters", "about")


@dataclass
class Row:
    """One language."""

    code: str
    state: str = "looking"
    sentences: int = 0  #: that are asked for
    answered: int = 0
    left: int = 0  #: that came back without an answer
    characters: int = 0  #: that are billed
    cost: str = ""  #: of these

    def cells(self) -> tuple[str, ...]:
        """As it is shown."""
        counts = (self.sentences, self.answered, self.left, self.characters)
        return (self.code, self.state, *(f"{n:,}" for n in counts), self.cost)


class Progress:
    """The table; threads may share it."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.rows = {code: Row(code) for code in codes}
        self._drawn = 0  #: lines of the table on the terminal
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self._live = terminal and os.environ.get("TERM") != "dumb"
        self._lock = threading.Lock()

    def news(self, code: str, line: str) -> None:
        """Tell what has happened."""
        with self._lock:
            self._wipe()
            say([f"{code}: {line}"])
            self._draw()

    def problem(self, code: str, line: str) -> None:
        """Tell what went wrong."""
        with self._lock:
            self._wipe()
            complain(f"{code}: {line}")
            self._draw()

    def update(self, code: str, **changes: object) -> None:
        """Change a language's row."""
        with self._lock:
            for name, value in changes.items():
                setattr(self.rows[code], name, value)
            self._wipe()
            self._draw()

    def close(self) -> None:
        """Tell the whole table, if anything was done."""
        with self._lock:
            self._wipe()
            if any(row.sentences for row in self.rows.values()):
                say(self._lines())

    def _lines(self) -> Iterator[str]:
        return table(_HEAD, (row.cells() for row in self.rows.values()))

    def _draw(self) -> None:
        if self._live:
            columns, height = _size()
            # the last column, and the line below, are left to the cursor
            lines = [_cut(line, columns - 1) for line in self._lines()][: height - 1]
            self._drawn = len(lines)
            beside("".join(f"{line}\n" for line in lines))

    def _wipe(self) -> None:
        if self._drawn:
            beside(f"\033[{self._drawn}A\033[J")
            self._drawn = 0


def _cut(line: str, columns: int) -> str:
    """As much of a line as fits; a character that may be wide is taken for it."""
    widths = (1 + (unicodedata.east_asian_width(char) in "WFA") for char in line)
    ends = accumulate(widths)
    return "".join(char for char, end in zip(line, ends, strict=True) if end <= columns)


def _size() -> tuple[int, int]:
    """Columns and lines of the terminal on standard error."""
    try:
        found = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        return _SIZE
    return found.columns or _SIZE[0], found.lines or _SIZE[1]
