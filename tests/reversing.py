"""An engine that turns every sentence round, named ``reversing:ReversingEngine``."""

from __future__ import annotations

from collections.abc import Sequence

from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.text import codes


class ReversingEngine:
    """Pseudo text with the top-level pieces of each segment in reverse order.

    No real language is that far from English: links, formulas and footnotes that
    survive this survive any word order.
    """

    name = "reversing"

    def __init__(self, source: str, target: str) -> None:
        self.languages = (source, target)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """Each segment, its last piece first."""
        return [
            "".join(map(_written, reversed(codes.parse(pseudo(segment)))))
            for segment in segments
        ]


def _written(piece: object) -> str:
    """A piece of parsed coded text as coded text."""
    if isinstance(piece, int):
        return codes.opaque(piece)
    if isinstance(piece, tuple):
        number, inner = piece
        return f"{codes.opening(number)}{''.join(map(_written, inner))}</g>"
    return codes.escape(str(piece))
