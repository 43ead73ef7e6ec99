"""HTML as the stand-in reads it: tags, what may not be translated, blocks, characters.

Tags are kept as they were written, so what is put together again differs from what came
in by its text only.  Elements are read as the standard says: ``/>`` closes no element
that is not void, so an opaque element without an end tag of its own keeps the whole
rest of its block from being translated.  A client that writes such tags must notice
here, not at Amazon's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*>"
    r"|<(/?)([A-Za-z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_UNTRANSLATED = re.compile(r"(?<![\w-])translate\s*=\s*[\"']?no\b", re.IGNORECASE)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}
    | {"source", "track", "wbr"}
)
_RAW = frozenset({"script", "style"})
#: elements that end a sentence, with what is directly below ``body``
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center"}
    | {"dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption"}
    | {"figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head"}
    | {"header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav"}
    | {"ol", "option", "p", "pre", "search", "section", "select", "summary"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A tag, a text, or something that is kept as it is."""

    #: ``text``, ``open``, ``close`` or ``kept``
    kind: str
    #: as it was written
    raw: str
    #: of the element, in small letters
    name: str = ""
    #: characters that a reader sees: of a text, or within what is kept
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """Text blocks, and what stands between them."""

    #: what stands before the first block, the block, what stands before the next, …
    pieces: tuple[str, ...]
    #: of all text that a reader sees, also of what may not be translated
    characters: int

    @property
    def blocks(self) -> tuple[str, ...]:
        """The inner HTML of each block."""
        return self.pieces[1::2]

    def replaced(self, blocks: Sequence[str]) -> Document:
        """The same document with other blocks."""
        pieces = list(self.pieces)
        pieces[1::2] = blocks
        return Document(tuple(pieces), self.characters)


def lex(html: str) -> list[Token]:
    """All tags and the texts between them; an end tag belongs to no start tag yet."""
    found: list[Token] = []
    end = 0
    while match := _TAG.search(html, end):
        if match.start() > end:
            found.append(_text(html[end : match.start()]))
        end = match.end()
        name = (match[2] or "").lower()
        if not name or (name in _VOID and not match[1]):
            found.append(Token("kept", match[0], name))
        elif match[1]:
            found.append(Token("close", match[0], name))
        elif name in _RAW:
            stop = re.compile(rf"</{name}\s*>|\Z", re.IGNORECASE).search(html, end)
            end = stop.end() if stop else len(html)
            found.append(Token("kept", html[match.start() : end], name))
        else:
            found.append(Token("open", match[0], name))
    if end < len(html):
        found.append(_text(html[end:]))
    return found


def _text(raw: str) -> Token:
    return Token("text", raw, characters=len(unescape(raw)))


def tokens(html: str) -> list[Token]:
    """The same, each element that may not be translated as one token that is kept."""
    found: list[Token] = []
    raw = lex(html)
    at = 0
    while at < len(raw):
        token = raw[at]
        end = at + 1
        if token.kind == "open" and _UNTRANSLATED.search(token.raw):
            end = _end(raw, at)
            inside = raw[at:end]
            count = sum(t.characters for t in inside)
            token = Token("kept", "".join(t.raw for t in inside), token.name, count)
        found.append(token)
        at = end
    return found


def _end(raw: Sequence[Token], start: int) -> int:
    """Where an element ends: behind its end tag, at the latest with its block."""
    name, depth = raw[start].name, 0
    for at in range(start, len(raw)):
        token = raw[at]
        if token.name == name:
            depth += {"open": 1, "close": -1}.get(token.kind, 0)
            if not depth:
                return at + 1
        elif name not in BLOCKS and token.name in BLOCKS:
            return at
    return len(raw)


def split(html: str) -> Document:
    """The blocks of a page or of a fragment of one: each is one sentence to translate.

    A block is a run of text and inline elements without block-level tags within; an
    element directly below ``body`` is a block whatever its name is.  Only what is in
    ``body`` counts; without one, what is in ``html``; else everything.
    """
    found = tokens(html)
    first, last = _region(found)
    pieces = ["".join(token.raw for token in found[:first])]
    run: list[Token] = []
    opened: list[tuple[str, bool]] = []

    def flush(tag: str) -> None:
        text = "".join(token.raw for token in run)
        if any(token.characters and not token.raw.isspace() for token in run):
            pieces.extend((text, tag))
        else:
            pieces[-1] += text + tag
        run.clear()

    for token in found[first:last]:
        block = token.name in BLOCKS or (bool(token.name) and not opened)
        if token.kind == "close":
            block = _close(opened, token.name, block=block)
        elif token.kind == "open":
            opened.append((token.name, block))
        if block:
            flush(token.raw)
        else:
            run.append(token)
    flush("".join(token.raw for token in found[last:]))
    return Document(tuple(pieces), sum(t.characters for t in found[first:last]))


def _close(opened: list[tuple[str, bool]], name: str, *, block: bool) -> bool:
    """Close an element and what is open within it; was it a block?"""
    for at in reversed(range(len(opened))):
        if opened[at][0] == name:
            block = opened[at][1]
            del opened[at:]
            break
    return block


def _region(found: Sequence[Token]) -> tuple[int, int]:
    """Which tokens may hold text to translate."""
    for name in ("body", "html"):
        places = [n for n, token in enumerate(found) if token.name == name]
        start = next((n for n in places if found[n].kind == "open"), len(found))
        ends = [n for n in places if found[n].kind == "close" and n > start]
        if start < len(found):
            return start + 1, ends[-1] if ends else len(found)
    return 0, len(found)
