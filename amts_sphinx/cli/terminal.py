"""What a command shows: a bar while it works, tables at the end, complaints.

Results go to standard output, everything else to standard error; the bar is drawn on a
terminal only.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

_WIDTH = 24


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is one line."""


def complain(line: str) -> None:
    """Say one line beside the results."""
    sys.stderr.write(f"{line}\n")


class Bar:
    """How far a command has come."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._done = label, max(total, 1), 0
        self._shown = sys.stderr.isatty()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        if self._shown:
            filled = _WIDTH * self._done // self._total
            bar = f"{'━' * filled}{'─' * (_WIDTH - filled)}"
            sys.stderr.write(f"\r{self._label} {bar} {self._done}/{self._total}")
            sys.stderr.flush()

    def close(self) -> None:
        """The work is done: the line is free again."""
        if self._shown:
            sys.stderr.write("\r\033[K")


@contextmanager
def bar(label: str, total: int) -> Iterator[Bar]:
    """A bar for ``total`` things; it disappears when they are done."""
    shown = Bar(label, total)
    shown.step(0)
    try:
        yield shown
    finally:
        shown.close()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table as lines; the first column is text, the others are numbers."""
    body = [list(head), *map(list, rows)]
    widths = [max(_columns(row[n]) for row in body) for n in range(len(head))]
    for row in body:
        cells = [
            cell + " " * (width - _columns(cell))
            if not n
            else " " * (width - _columns(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def share(part: int, whole: int) -> str:
    """A part as per cent of a whole."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def say(lines: Iterable[str]) -> None:
    """Print some lines of the result."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
