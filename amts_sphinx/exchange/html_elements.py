"""What one element of a web page is in the terms that doctrees are read in.

All that is decided by looking at the element alone, and at what it holds: the kind of a
block, which inline elements stand for themselves (code, notes, citations), which ids
may be the same in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from amts_sphinx.exchange.html_tree import HEADINGS, Element, Item, names, text_of
from amts_sphinx.text import codes
from amts_sphinx.text.units import Code

#: inline elements around translated text
PAIRS: Final = {
    "em": "emphasis",
    "i": "emphasis",
    "strong": "strong",
    "b": "strong",
    "sup": "superscript",
    "sub": "subscript",
    "cite": "title_reference",
}
_LITERAL: Final = frozenset({"code", "kbd", "samp", "tt", "var"})
#: names of commands and files, whatever the element
_LITERAL_CLASSES: Final = names(
    "command program makevar mimetype newsgroup mailheader regexp manpage citerefentry"
)
_KINDS: Final = {
    "dt": "term",
    "figcaption": "caption",
    "caption": "title",
} | dict.fromkeys(HEADINGS, "title")
_KINDS_BY_CLASS: Final = {
    "admonition-title": "title",
    "topic-title": "title",
    "sidebar-title": "title",
    "rubric": "rubric",
    "caption": "caption",
    "title": "caption",
    "code-block-caption": "caption",
    "attribution": "attribution",
    "classifier": "classifier",
    "line": "line",
}
_CAPTIONS: Final = frozenset({"figcaption", "caption"})
_SIGNATURE: Final = frozenset({"sig", "sig-name", "descname", "descclassname"})
_LABELLED: Final = frozenset(
    {"a", "div", "dt", "figure", "section", "span", "table", *HEADINGS}
)
#: ids that a generator counts up, or made from a title in another script
_COUNTED = re.compile(
    r"[A-Za-z_.:-]{0,14}\d+(?:[._:-]\d+)*|index-.*|.*\d{5}.*|.*_00[89a-f].*|.*[^!-~].*",
    re.DOTALL,
)
_NOTE_CLASSES: Final = frozenset(
    {"footnote-reference", "footnote-ref", "footnote", "footref", "fnref"}
)
_NOTE = re.compile(r"\[?(\d{1,4}|[a-z*†‡§]{1,2})\]?")
_CITATION = re.compile(r"\[([^\s\[\]]{2,60})\]")
#: a reference to a note holds no more than a few elements and pieces of text
_SHORT: Final = 9
_NO_SKIP: Final[frozenset[str]] = frozenset()


def kind_of(element: Element, parent: tuple[str, Element] | None) -> str:
    """The kind of a block's text; ``parent`` is the kind and element around it."""
    tag = element.tag
    if tag == "dt" and element.classes & {"field-odd", "field-even"}:
        return "field_name"
    if tag in _KINDS:
        return _KINDS[tag]
    named = sorted(element.classes & _KINDS_BY_CLASS.keys())
    if named:
        return _KINDS_BY_CLASS[named[0]]
    if tag == "p" and parent and parent[1].tag in _CAPTIONS:
        return parent[0]
    return "paragraph"


def is_signature(items: Sequence[Item], term: Element) -> bool:
    """Is this the signature of a function rather than a term?"""
    return term.tag == "dt" and any(
        item.classes & _SIGNATURE for item in _elements(items, term)
    )


def is_note_number(items: Sequence[Item], element: Element) -> bool:
    """Is this the number of a footnote or the key of a citation, in front of it?"""
    if "label" not in element.classes:
        return False
    inside = items[element.index + 1]
    return element.tag in {"dt", "td"} or (
        isinstance(inside, Element) and "fn-bracket" in inside.classes
    )


def label_of(element: Element) -> str:
    """The name under which it can be linked to, if that may be the same elsewhere."""
    if element.tag not in _LABELLED:
        return ""
    name = element.attributes.get("id") or ""
    if element.tag == "a":
        name = name or element.attributes.get("name", "")
    return "" if _COUNTED.fullmatch(name) else name


def literal(items: Sequence[Item], element: Element) -> Code | None:
    """The code for an inline element whose content nobody translates."""
    attributes = element.attributes
    if "data-cites" in attributes:
        return Code("citation", attributes["data-cites"])
    if not (
        element.tag in _LITERAL
        or element.classes & _LITERAL_CLASSES
        or attributes.get("translate") == "no"
        or "notranslate" in element.classes
    ):
        return None
    if any(item.tag == "pre" for item in _elements(items, element)):
        return None
    text = " ".join(text_of(items, element, _NO_SKIP).split())
    if "download" in element.classes and " " in text:
        return None  # Sphinx shows words about a file as it shows its name
    return Code("literal", text) if text else None


def note(items: Sequence[Item], link: Element, *, raised: bool) -> Code | None:
    """The code for a link to a note or a work; ``raised`` if in superscript."""
    href = link.attributes.get("href", "")
    if "#" not in href or link.end - link.index > _SHORT:
        return None
    text = "".join(text_of(items, link, _NO_SKIP).split())
    number = _NOTE.fullmatch(text)
    if number and (
        raised
        or link.classes & _NOTE_CLASSES
        or link.attributes.get("role") == "doc-noteref"
        or (text[0] == "[" and href.startswith("#"))
    ):
        return Code("footnote", number[1])
    citation = _CITATION.fullmatch(text)
    return Code("citation", citation[1]) if citation else None


def is_sign(items: Sequence[Item], link: Element, heading: str) -> bool:
    """Is this the sign by which a heading is linked to: "#", a chain, a pilcrow?"""
    return (
        bool(heading)
        and link.attributes.get("href", "").endswith(f"#{heading}")
        and not codes.has_letters(text_of(items, link, _NO_SKIP))
    )


def _elements(items: Sequence[Item], outer: Element) -> Iterator[Element]:
    """An element and all in it."""
    for at in range(outer.index, outer.end):
        item = items[at]
        if isinstance(item, Element):
            yield item
