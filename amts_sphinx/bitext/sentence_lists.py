"""Alignment for everyone: lists of sentences in, pairs of sentence numbers out.

The aligner proper knows kinds of blocks, walls and confidence; whoever has two
translations as lists of strings needs none of that. What is given is checked here, at
the door, because a text in the place of a list of sentences would otherwise be aligned
letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from amts_sphinx.bitext.alignment import align_documents
from amts_sphinx.bitext.walls import Block

if TYPE_CHECKING:
    from amts_sphinx.bitext.alignment import Bead

    _Blocks = Iterable[Iterable[str]]
    _Pairs = list[tuple[tuple[int, ...], tuple[int, ...]]]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def align(
    source_blocks: _Blocks,
    target_blocks: _Blocks,
    source_language: str,
    target_language: str,
) -> _Pairs:
    """Pair the sentences of a document with those of its translation.

    A block (a paragraph, a title, a list item) is a list of sentences, as plain text or
    with its markup. The result is a list of (source sentence numbers, target sentence
    numbers), counted through the document from 0; each sentence is in exactly one
    entry, in order, and one without counterpart stands beside ``()``. Words are learnt
    from the document itself, so every language aligns; many documents of one book align
    better together, with `align_corpus`.

    Raises TypeError if something else than lists of strings is given, and ValueError
    if a language is no language code.
    """
    documents = [(source_blocks, target_blocks)]
    return align_corpus(documents, source_language, target_language)[0]


def align_corpus(
    documents: Iterable[tuple[_Blocks, _Blocks]],
    source_language: str,
    target_language: str,
) -> list[_Pairs]:
    """Pair the sentences of many documents, each given as (source, target) blocks.

    One lexicon is learnt from all of them. Everything else is as for `align`; there is
    one result for each document.
    """
    given: dict[str, object] = {"source": source_language, "target": target_language}
    for name, code in given.items():
        if not isinstance(code, str):
            message = f"{name}_language is no language code but {_kind(code)}"
            raise TypeError(message)
        if not _LANGUAGE.fullmatch(code):
            message = f"{name}_language is no language code: {code!r}"
            raise ValueError(message)
    read = []
    for number, document in enumerate(_listed(documents, "documents")):
        sides = _listed(document, f"document {number}")
        if len(sides) != 2:  # noqa: PLR2004 - a pair
            message = f"document {number} is no pair (source blocks, target blocks)"
            raise ValueError(message)
        read.append((_blocks(sides[0], "source"), _blocks(sides[1], "target")))
    return [list(map(_numbers, beads)) for beads in align_documents(read)]


def _blocks(given: object, side: str) -> list[Block]:
    """Read one version of a document."""
    blocks = []
    for number, sentences in enumerate(_listed(given, f"{side} blocks")):
        name = f"{side} block {number}"
        texts = _listed(sentences, name)
        for text in texts:
            if not isinstance(text, str):
                message = f"{name} holds {_kind(text)} where a sentence is expected"
                raise TypeError(message)
        blocks.append(Block("paragraph", "", tuple(map(str, texts))))
    return blocks


def _listed(given: object, name: str) -> list[object]:
    """Return the items of *given*; a text or a mapping is no list."""
    wrong = isinstance(given, str | bytes | Mapping | AbstractSet)
    if wrong or not isinstance(given, Iterable):
        message = f"{name}: expected a list, not {_kind(given)}"
        raise TypeError(message)
    return list(given)


def _kind(given: object) -> str:
    """Name the type of *given* in a message."""
    return f"a value of type {type(given).__name__}"


def _numbers(bead: Bead) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Drop the confidence."""
    return bead.source, bead.target
