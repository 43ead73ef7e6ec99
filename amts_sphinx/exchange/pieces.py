"""A text read into pieces, and the coded text that a build would write for it.

The rules are those of ``sphinx_ext.doctree``: codes are numbered in order of
appearance, a chain of codes around one text is one code, and what is put around no
letter is opaque.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, Code


class Pair(NamedTuple):
    """A code around further pieces."""

    code: Code
    content: list[Piece]


#: text, an opaque code, or a code around more
Piece = str | Code | Pair


def write(pieces: Sequence[Piece]) -> tuple[str, tuple[Code, ...]]:
    """The pieces as well-formed coded text, and what its codes stand for."""
    found: list[Code] = []
    return _write(pieces, found), tuple(found)


def _write(pieces: Sequence[Piece], found: list[Code]) -> str:
    return "".join(_written(piece, found) for piece in pieces)


def _written(piece: Piece, found: list[Code]) -> str:
    """One piece as coded text; its codes are added to those found."""
    if isinstance(piece, str):
        return codes.escape(piece)
    if isinstance(piece, Pair):
        piece = _essence(piece)
    if isinstance(piece, Code):
        found.append(piece)
        return codes.opaque(len(found))
    found.append(piece.code)
    number = len(found)
    text = _write(piece.content, found)
    if codes.has_letters(text):
        return f"{codes.opening(number)}{text}</g>"
    if piece.code.kind in EMPHASIS:  # around a number or a sign, which must not be lost
        found[number - 1] = Code("token", "".join(map(_shown, piece.content)))
    del found[number:]
    return codes.opaque(number)


def _shown(piece: Piece) -> str:
    if isinstance(piece, Pair):
        return "".join(map(_shown, piece.content))
    return piece.payload if isinstance(piece, Code) else piece


def _essence(pair: Pair) -> Code | Pair:
    """A chain of codes around one text is one: the one that is least free to go.

    Only ``**`` keeps its own code inside another, because Markdown leaves empty texts
    beside it.
    """
    while len(pair.content) == 1:
        inner = pair.content[0]
        if isinstance(inner, Code):
            return inner if pair.code.kind in EMPHASIS else pair.code
        if not isinstance(inner, Pair) or inner.code.kind == "strong":
            break
        code = inner.code if pair.code.kind in EMPHASIS else pair.code
        pair = Pair(code, inner.content)
    return pair
