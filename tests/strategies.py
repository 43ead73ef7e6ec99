"""Random sentences, messages and translations for property tests.

Everything is drawn as a small tree and only then written as coded text, so a test knows
what it asked for without trusting the parser it tests.  The words include what
breaks naive code: text that looks like a code, entities, NUL, bidirectional controls,
the very characters that mark codes in a skeleton.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import strategies as st

from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Message, Segment

#: codes whose content is not translated
OPAQUE = (
    Code("math", "x^2"),
    Code("math", "y"),
    Code("literal", "f(x)"),
    Code("xref", "install"),
    Code("citation", "knuth"),
    Code("footnote", "1"),
)
#: codes around translated text
PAIRED = (
    Code("emphasis", ""),
    Code("strong", ""),
    Code("inline", ""),
    Code("link", "https://example.org"),
    Code("xref", "usage"),
)
#: what a hostile engine or file puts into a text
_BAD = (
    '<x id="1"/>',
    '<x id="2"/>',
    '<x id="99"/>',
    '<x id="0"/>',
    '<x id="\uff11"/>',
    '<x id="1" />',
    '<g id="1">',
    '<g id="2">',
    "</g>",
    "<script>",
    "&lt;x id=&quot;1&quot;/&gt;",
    "\x00",
)
_TOKEN = re.compile(r'(<x id="\d+"/>|<g id="\d+">|</g>)')


@dataclass(frozen=True)
class Opaque:
    """An inline node that is not looked into."""

    code: Code


@dataclass(frozen=True)
class Paired:
    """An inline node around further pieces."""

    code: Code
    content: list[str | Opaque | Paired] = field(default_factory=list)


Piece = str | Opaque | Paired


class Coded(NamedTuple):
    """Coded text and what its codes stand for."""

    text: str
    codes: tuple[Code, ...]


def render(pieces: list[Piece]) -> Coded:
    """A tree as coded text, its codes numbered in order of appearance."""
    found: list[Code] = []

    def write(piece: Piece) -> str:
        if isinstance(piece, str):
            return codes.escape(piece)
        found.append(piece.code)
        number = len(found)
        if isinstance(piece, Opaque):
            return f'<x id="{number}"/>'
        return f'<g id="{number}">{"".join(map(write, piece.content))}</g>'

    text = "".join(map(write, pieces))
    return Coded(text, tuple(found))


#: any text that can be written to a file
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
#: a visible word
words = st.sampled_from(
    (
        *("price", "Supply", "Öl", "图表", "don’t", "word", "text", "STRASSE"),
        *("a < b", "R&D", "&amp;", '<x id="1"/>', "</g>", "<b>", "1.5", "-2"),
        *("\N{WHITE SQUARE}", "\N{WHITE CIRCLE}", "a\u202eb", "n\x00l"),
    )
)
_opaque = st.builds(Opaque, st.sampled_from(OPAQUE))
_flat: st.SearchStrategy[Piece] = st.one_of(words, _opaque)


def _pair(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    content = st.builds(
        lambda word, rest: [word, *rest], words, st.lists(inner, max_size=2)
    )
    return st.one_of(inner, st.builds(Paired, st.sampled_from(PAIRED), content))


#: a tree of a few pieces
trees: st.SearchStrategy[list[Piece]] = st.lists(
    st.recursive(_flat, _pair, max_leaves=4), min_size=1, max_size=5
)
#: coded text as an encoder writes it
coded_texts: st.SearchStrategy[Coded] = st.builds(render, trees)


@st.composite
def messages(draw: st.DrawFn, max_sentences: int = 4, name: str = "n") -> Message:
    """A few sentences, cut where each begins; ``name`` tells them apart."""
    pieces: list[Piece] = []
    cuts: list[int] = []
    for number in range(draw(st.integers(1, max_sentences))):
        if number:
            pieces.append(draw(st.sampled_from((" ", "  ", "\n"))))
            cuts.append(len(render(pieces).text))
        tree: list[Piece] = ["Start", f" {name}{number}"]
        for piece in draw(trees):
            tree += (" ", piece)
        pieces += (*tree, ".")
    text, found = render(pieces)
    return Message(text, found, "paragraph", 1, tuple(cuts))


def segments() -> st.SearchStrategy[Segment]:
    """One sentence."""
    return messages(max_sentences=1).map(lambda message: message.segments[0])


@st.composite
def targets(draw: st.DrawFn, source: Segment) -> Coded:
    """A person's translation: all codes of the source, moved, and some of its own.

    The codes returned are the target's own ones only.
    """
    own = draw(st.lists(st.sampled_from((OPAQUE[0], OPAQUE[2], PAIRED[0])), max_size=2))
    parts: list[str] = [codes.escape(draw(words))]
    for number, code in enumerate((*source.codes, *own), 1):
        paired = codes.opening(number) in source.text or (
            number > len(source.codes) and code in PAIRED
        )
        word = codes.escape(draw(words))
        parts.append(f'<g id="{number}">{word}</g>' if paired else codes.opaque(number))
    return Coded(" ".join(draw(st.permutations(parts))), tuple(own))


@st.composite
def damaged(draw: st.DrawFn, coded: str) -> str:
    """Coded text after an accident: parts lost, doubled, or foreign ones put in."""
    tokens = [token for token in _TOKEN.split(coded) if token]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(tokens)))
        match draw(st.sampled_from("ldp")):
            case "l":
                del tokens[at : at + 1]
            case "d":
                tokens[at:at] = tokens[at : at + 1]
            case _:
                tokens.insert(at, draw(st.sampled_from(_BAD)))
    return "".join(tokens)
