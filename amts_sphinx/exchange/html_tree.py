"""HTML text to a flat, well-nested list: elements, their ends, and the text between.

``html.parser`` only finds tags.  Here unclosed and stray ones are settled by the few
rules of the HTML standard that real pages need, so that whoever reads the list may
trust its nesting.  The list is flat (an element knows where it ends) because pages nest
deeper than Python recurses, and because leaving a part out is then one jump.

Whatever the input, the work is linear in its length: nesting is bounded, as browsers
bound it, and a tag that never ends takes the rest of the page with it, as the standard
says; the stock parser would look for its end again and again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Final, NamedTuple


def names(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


#: elements open at a time; those below are read without their tags
_DEEPEST: Final = 256
_VOID: Final = names(
    "area base br col embed hr img input link meta param source track wbr"
)
_HEAD: Final = names("base link meta noscript script style template title")
_CELL: Final = frozenset({"td", "th"})
_ROW: Final = frozenset({"tr", *_CELL})
_ROWS: Final = frozenset({"thead", "tbody", "tfoot", "caption", "colgroup", *_ROW})
_LISTS: Final = frozenset({"ul", "ol", "menu", "dl"})
_SECTIONING: Final = frozenset({"section", "article", "main", "blockquote", "aside"})
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: elements that begin and end a block of text
BLOCKS: Final = (
    names(
        "address body center details dialog div dt dd fieldset figcaption figure footer"
        " form header hgroup hr html label legend li nav option p pre search summary"
        " table"
    )
    | _ROWS
    | _LISTS
    | _SECTIONING
    | HEADINGS
)
#: blocks that may stand in a paragraph that is still open
_IN_PARAGRAPH: Final = frozenset({"label", "option", "html", "body"})
#: what an end tag, or an end that is implied, does not reach beyond
_SCOPE: Final = frozenset({"table", "caption", "object", "template", *_CELL})
#: start tag: the elements whose end it implies, and what guards them
_IMPLIED: Final = MappingProxyType(
    {
        "li": (frozenset({"li"}), _LISTS | _SCOPE | _SECTIONING),
        "dt": (frozenset({"dt", "dd"}), _LISTS | _SCOPE | _SECTIONING),
        "dd": (frozenset({"dt", "dd"}), _LISTS | _SCOPE | _SECTIONING),
        "tr": (_ROW, frozenset({"table"})),
        "td": (_CELL, frozenset({"table", "tr"})),
        "th": (_CELL, frozenset({"table", "tr"})),
        "option": (frozenset({"option"}), frozenset({"select"})),
        "rt": (frozenset({"rt", "rp"}), frozenset({"ruby"})),
        "rp": (frozenset({"rt", "rp"}), frozenset({"ruby"})),
    }
    | dict.fromkeys(
        ("thead", "tbody", "tfoot", "caption"), (_ROWS, frozenset({"table"}))
    )
)
#: a number so long that Python refuses to read it
_ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{100,};?")


class Text(NamedTuple):
    """Text as it stands on the page, entities decoded."""

    text: str
    line: int


@dataclass(slots=True, eq=False)
class Element:
    """An element; what it holds lies between its own place and its end."""

    tag: str
    attributes: dict[str, str]  #: names in lower case; without a value ``""``
    line: int
    index: int  #: its place in the list
    end: int = 0  #: the place of its end
    classes: frozenset[str] = frozenset()


class End(NamedTuple):
    """The end of an element."""

    element: Element


Item = Element | Text | End


@dataclass(slots=True)
class Tree:
    """A page as a flat, well-nested list."""

    items: list[Item] = field(default_factory=list)
    language: str = ""  #: what ``<html lang>`` or ``<body lang>`` says
    #: line of a tag that never ends: the page was not read beyond it; 0 if none
    broken: int = 0


def parse(text: str) -> Tree:
    """The tree of a page.

    Raises ValueError for input the standard library's parser gives up on.
    """
    parser = _Parser()
    try:
        parser.feed(_ENDLESS_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text))
        parser.close()
    except AssertionError as error:
        raise ValueError(str(error)) from None
    parser.finish()
    return parser.tree


def text_of(items: Sequence[Item], element: Element, skip: frozenset[str]) -> str:
    """All text inside an element but for the parts with one of the classes."""
    found = []
    at = element.index + 1
    while at < element.end:
        item = items[at]
        if isinstance(item, Text):
            found.append(item.text)
        elif isinstance(item, Element):
            if item.tag == "br":
                found.append("\n")
            elif item.tag in {"script", "style", "button"} or item.classes & skip:
                at = item.end
        at += 1
    return "".join(found)


class _Parser(HTMLParser):
    """Builds the tree while the standard library finds the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tree = Tree()
        self._open: list[Element] = []
        self._count: Counter[str] = Counter()  # of open elements, by tag
        self._ignored: Counter[str] = Counter()  # of those open, but too deep

    # What the standard library's parser calls while it looks for the ends of tags.

    def parse_starttag(self, i: int) -> int:
        """See the base class; never unfinished."""
        return self._finished(super().parse_starttag(i))

    def parse_endtag(self, i: int) -> int:
        """See the base class; never unfinished."""
        return self._finished(super().parse_endtag(i))

    def parse_pi(self, i: int) -> int:
        """See the base class; never unfinished."""
        return self._finished(super().parse_pi(i))

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002
        """See the base class; never unfinished."""
        return self._finished(super().parse_comment(i, report))

    def parse_html_declaration(self, i: int) -> int:
        """Pass by ``<!DOCTYPE>``, ``<![CDATA[`` and the like: no text of the page."""
        return self._finished(self.rawdata.find(">", i) + 1 or -1)

    def _finished(self, end: int) -> int:
        if end >= 0:
            return end
        self.tree.broken = self.tree.broken or self.getpos()[0]
        return len(self.rawdata)

    # What it found.

    def handle_data(self, data: str) -> None:
        """Text."""
        self.tree.items.append(Text(data, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<a id="x"/>``: XHTML means it, and so does who writes it elsewhere."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<p>``, and whatever ends because a paragraph begins."""
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        if tag in {"html", "body"} and not self.tree.language:
            said = attributes.get("lang") or attributes.get("xml:lang") or ""
            self.tree.language = said.strip()
        self._imply(tag)
        if tag not in _VOID and len(self._open) >= _DEEPEST:
            self._ignored[tag] += 1
            return
        items = self.tree.items
        classes = frozenset(attributes.get("class", "").split())
        element = Element(
            tag, attributes, self.getpos()[0], len(items), classes=classes
        )
        items.append(element)
        self._open.append(element)
        self._count[tag] += 1
        if tag in _VOID:
            self._close(len(self._open) - 1)

    def handle_endtag(self, tag: str) -> None:
        """``</p>``; nothing where nothing that it could end is open."""
        if self._ignored[tag]:
            self._ignored[tag] -= 1
            return
        ends = HEADINGS if tag in HEADINGS else frozenset({tag})
        if tag in _ROWS or tag == "table":
            guards = frozenset({"table"})
        elif tag == "li":
            guards = _SCOPE | _LISTS
        else:
            guards = _SCOPE if tag in BLOCKS else BLOCKS
        self._end(ends, guards)

    def finish(self) -> None:
        """End what is still open."""
        self._close(0)

    def _imply(self, tag: str) -> None:
        if self._count["head"] and tag not in _HEAD:
            self._end(frozenset({"head"}), frozenset())
        if self._count["p"] and tag in BLOCKS and tag not in _IN_PARAGRAPH:
            self._end(frozenset({"p"}), _SCOPE)
        if tag in _IMPLIED:
            ends, guards = _IMPLIED[tag]
            while self._end(ends, guards) and tag not in {"li", "dt", "dd"}:
                pass

    def _end(self, ends: frozenset[str], guards: frozenset[str]) -> bool:
        """End the innermost of some elements unless a guard stands before it."""
        if not any(self._count[tag] for tag in ends):
            return False
        for at in range(len(self._open) - 1, -1, -1):
            tag = self._open[at].tag
            if tag in ends:
                self._close(at)
                return True
            if tag in guards:
                break
        return False

    def _close(self, keep: int) -> None:
        """End all open elements but the first ones."""
        items = self.tree.items
        while len(self._open) > keep:
            element = self._open.pop()
            self._count[element.tag] -= 1
            element.end = len(items)
            items.append(End(element))
