"""The inline content of a block of a web page as coded text.

It is collected piece by piece while the page is read, as a small tree of paired codes,
and written once the block ends, by the rules that doctrees are encoded by: codes are
numbered in document order, a chain of pairs around one text is one code, a pair without
a letter inside is opaque.  Pairs of one kind never nest, so the tree is shallow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from amts_sphinx.text import codes
from amts_sphinx.text.languages import PROFILES
from amts_sphinx.text.units import EMPHASIS, OWN, Code

_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_SPACE_WITHIN = re.compile(r'((?:<g id="[0-9]{1,6}">)+) ')
_SPACE_BEFORE_END = re.compile(" ((?:</g>)+)")
#: what no text is made of; NUL is what broken converters leave
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:")
_PAGE_SUFFIX = re.compile(r"\.(?:x?html?|php|aspx?)$", re.IGNORECASE)
_LANGUAGES: Final = frozenset(code.lower() for code in PROFILES) | frozenset(
    row.sphinx.lower().replace("_", "-") for row in PROFILES.values()
)


@dataclass(slots=True)
class Pair:
    """A paired code and what it encloses; the root of a block has no code."""

    code: Code | None
    parts: list[str | Code | Pair] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One block's inline content while it is being read."""

    #: the pairs open now, the root first
    pairs: list[Pair] = field(default_factory=lambda: [Pair(None)])

    def add(self, part: str | Code) -> None:
        """Text or an opaque code."""
        self.pairs[-1].parts.append(part)

    def open(self, code: Code) -> None:
        """Begin a pair."""
        pair = Pair(code)
        self.pairs[-1].parts.append(pair)
        self.pairs.append(pair)

    def close(self) -> None:
        """End the innermost pair."""
        self.pairs.pop()

    def is_open(self, kind: str) -> bool:
        """Is a pair of this kind open?"""
        return any(pair.code and pair.code.kind == kind for pair in self.pairs)

    def take(self) -> Pair:
        """All that was read; what is open begins anew for the block that follows."""
        root, *rest = self.pairs
        self.pairs = [Pair(None)]
        for pair in rest:
            if pair.code:
                self.open(pair.code)
        return root


def coded(root: Pair) -> tuple[str, tuple[Code, ...]]:
    """Coded text, white space folded, and its codes."""
    found: list[Code] = []
    text = _CONTROL.sub("", _write(root, found))
    # a line break next to a CJK character is no space, any other is one
    text = _SPACE.sub(lambda space: "\n" if "\n" in space[0] else " ", text)
    text = codes.unwrap(text).replace("\n", " ")
    # a space at the edge of a pair stands outside, once
    text = _SPACE_WITHIN.sub(r" \1", text)
    text = _SPACE_BEFORE_END.sub(r"\1 ", text)
    return codes.fold_space(text).strip(" "), tuple(found)


def _write(pair: Pair, found: list[Code]) -> str:
    out: list[str] = []
    for part in pair.parts:
        if isinstance(part, str):
            out.append(codes.escape(part))
        elif isinstance(part, Code):
            found.append(part)
            out.append(codes.opaque(len(found)))
        else:
            out.append(_write_pair(part, found))
    return "".join(out)


def _write_pair(pair: Pair, found: list[Code]) -> str:
    code, inner = _essence(pair)
    if code is None:
        return ""
    found.append(code)
    number = len(found)
    text = _write(inner, found)
    if codes.has_letters(text) and not _is_bare_address(code, text):
        return f"{codes.opening(number)}{text}</g>"
    if number == len(found) and not text.strip():  # an icon, an anchor
        del found[number - 1 :]
        return " " if text else ""
    del found[number:]
    if code.kind in EMPHASIS:  # around a number or a sign, which must not be lost
        found[-1] = Code("token", " ".join(_shown(inner).split()))
    return codes.opaque(number)


def _is_bare_address(code: Code, text: str) -> bool:
    """Does the link show nothing but where it leads?"""
    return (
        code.kind == "link"
        and codes.plain(text).strip() == code.payload
        and _SCHEME.match(code.payload) is not None
    )


def _shown(pair: Pair) -> str:
    """What a reader sees of a pair."""
    return "".join(
        part
        if isinstance(part, str)
        else part.payload
        if isinstance(part, Code)
        else _shown(part)
        for part in pair.parts
    )


def _essence(pair: Pair) -> tuple[Code | None, Pair]:
    """Of a chain of codes around one text the least free one, and what holds the text.

    An opaque code at the end of the chain is part of it: a link around a code word.
    """
    code = pair.code
    while code:
        parts = [p for p in pair.parts if not isinstance(p, str) or p.strip()]
        only = parts[0] if len(parts) == 1 else ""
        below = only.code if isinstance(only, Pair) else only
        if not isinstance(below, Code):
            break
        code = min(code, below, key=_freedom)
        if not isinstance(only, Pair):
            break
        pair = only
    return code, pair


def _freedom(code: Code) -> int:
    return 2 if code.kind in EMPHASIS else int(code.kind in OWN)


def link_target(href: str) -> str:
    """Where a link leads, the same in every language of a book; "" for nowhere.

    Another site's address stays as it is.  Of a page of the same book only its name
    and the place in it count: ``/es/guide/x.html#y`` and ``../x.es.html#y`` are one.
    """
    href = "".join(href.split())
    scheme = _SCHEME.match(href)
    if scheme and scheme[0].lower() not in {"file:", "javascript:"}:
        return href
    if href.startswith("//"):
        return href
    if scheme and scheme[0].lower() == "javascript:":
        return ""
    path, _, fragment = href.partition("#")
    path = path.partition("?")[0].rstrip("/")
    name = path.rpartition("/")[2]
    if name.lower() in {"index.html", "index.htm"} and "/" in path:
        name = path.split("/")[-2]
    name = _without_language(_PAGE_SUFFIX.sub("", unquote(name)))
    return f"{name}#{unquote(fragment)}" if fragment else name


def _without_language(name: str) -> str:
    """The name of a page such as ``guide.es`` without its language."""
    stem, dot, last = name.rpartition(".")
    if dot and stem and last.lower().replace("_", "-") in _LANGUAGES:
        return stem
    return name


def image_name(attributes: dict[str, str]) -> str:
    """The file name of an image; "" for one that has none."""
    for name in ("src", "data-src", "data-lazy-src", "data-original"):
        source = attributes.get(name, "").strip()
        if source and not source.startswith("data:"):
            return unquote(source.partition("?")[0].partition("#")[0]).rpartition("/")[
                2
            ]
    return ""
