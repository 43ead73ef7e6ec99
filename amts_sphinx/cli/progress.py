"""How far several languages have come: news line by line, and one table of them all.

On a terminal the table stands below the news and is drawn anew in its place; anywhere
else it is told once, at the end, so a log holds no line twice.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amts_sphinx.cli.tables import table
from amts_sphinx.cli.terminal import beside, complain, say

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
        self._live = sys.stderr is not None and sys.stderr.isatty()
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
            lines = list(self._lines())
            self._drawn = len(lines)
            beside("".join(f"{line}\n" for line in lines))

    def _wipe(self) -> None:
        if self._drawn:
            beside(f"\033[{self._drawn}A\033[J")
            self._drawn = 0
