"""Tables and numbers as a command tells them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from amts_sphinx.cli.terminal import visible

#: a cell is cut to so many characters
_WIDEST = 100


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table as lines; the first column is text, the others are numbers."""
    body = [[_clipped(cell) for cell in row] for row in (head, *rows)]
    widths = [max(_columns(row[n]) for row in body) for n in range(len(head))]
    for row in body:
        cells = [
            cell + " " * (width - _columns(cell))
            if not n
            else " " * (width - _columns(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _clipped(cell: str) -> str:
    """A cell that leaves room for the others; of a name the end tells most."""
    cell = visible(cell)
    return cell if len(cell) <= _WIDEST else f"…{cell[1 - _WIDEST :]}"


def _columns(text: str) -> int:
    """How wide a text is on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number and what it counts: ``1 page``, ``1,204 pages``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def share(part: int, whole: int) -> str:
    """A part as per cent of a whole."""
    return f"{100 * part / whole:.1f} %" if whole else "–"
