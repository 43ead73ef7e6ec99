"""Read one built HTML page: its tree, what must not change, what must be translated.

The standard library's parser builds a small tree; nothing here looks at HTML with
regular expressions.  Channels are ordered tuples of strings, so that a caller can
compare both the order and, with `collections.Counter`, the multiset.  Origin marks
(``<span class="amts-...">``) are ours and therefore transparent: not counted as
elements, their text kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Channels = dict[str, tuple[str, ...]]

_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    )
)
#: Elements inside a line of text: a word may go on across their edges.
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "cite",
        "em",
        "i",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    )
)
_UNSEEN_TAGS = frozenset(("code", "pre", "kbd", "script", "style", "svg"))
#: ``sig`` is an API signature, ``text_html`` a notebook's HTML output: never text.
_UNSEEN_CLASSES = frozenset(("math", "notranslate", "sig", "text_html"))
_SHORTEST_WORD = 3
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Channels of `texts`: what is translated but no running text.
TEXT_CHANNELS = (
    "title",
    "alt",
    "abbr title",
    "meta description",
    "meta keywords",
    "sidebar",
    "neighbours",
)


@dataclass(slots=True)
class Element:
    """One HTML element with its children in document order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of the ``class`` attribute."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def is_mark(self) -> bool:
        """Whether this is an origin mark, which does not count as an element."""
        return self.tag == "span" and any(
            name.startswith("amts-") for name in self.classes
        )

    def walk(self) -> Iterator[Element]:
        """Yield this element and all below it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def text(self) -> str:
        """Return all text below this element, exactly as written."""
        return "".join(
            child if isinstance(child, str) else child.text() for child in self.children
        )


class _TreeBuilder(HTMLParser):
    """Builds `Element` trees; an end tag without a start tag is ignored."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """Return the tree of an HTML page; any text is accepted."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root


def article_body(root: Element) -> Element:
    """Return the element that holds the article, whatever the theme calls it."""
    elements = list(root.walk())
    for tag, role in (("div", "main"), ("article", None), ("main", None), ("body", "")):
        for element in elements:
            if element.tag == tag and (
                not role or element.attributes.get("role") == role
            ):
                return element
    return root


def whole_body(root: Element) -> Element:
    """Return all that a page shows, with navigation and sidebars."""
    return next((e for e in root.walk() if e.tag == "body"), root)


def _outermost(root: Element, kind: str) -> Iterator[Element]:
    """Yield elements of a tag or (for ``math``) class that do not nest in another."""
    for child in root.children:
        if isinstance(child, str):
            continue
        if child.tag == kind or (kind == "math" and "math" in child.classes):
            yield child
        else:
            yield from _outermost(child, kind)


def structure(root: Element) -> Channels:
    """Return what must be equal in both books, by channel, in document order.

    The text of a download link is rendered as ``<code>`` but is translated, so it is
    left out of ``code``; its link and its tag are still compared.  ``kept`` is what
    the author protects from translation, apart from code and math.  MyST gives
    unlabelled equations a random identifier: its digits are taken out.  Scripts are
    not counted: Sphinx loads one more for a translated interface.
    """
    elements = [element for element in root.walk() if not element.is_mark]
    found: Channels = {
        name: tuple(
            _UUID.sub("UUID", e.attributes[name])
            for e in elements
            if name in e.attributes
        )
        for name in ("id", "href")
    }
    images = [element for element in elements if element.tag == "img"]
    found["src"] = tuple(image.attributes.get("src", "") for image in images)
    found["math"] = tuple(e.text() for e in _outermost(root, "math"))
    found["code"] = tuple(
        e.text() for e in _outermost(root, "code") if "download" not in e.classes
    )
    found["pre"] = tuple(e.text() for e in _outermost(root, "pre"))
    found["kept"] = tuple(e.text() for e in elements if _is_kept(e))
    found["tag"] = tuple(e.tag for e in elements if e.tag != "script")
    return found


def _is_kept(element: Element) -> bool:
    """Whether the author asks for an element to stay in the source language."""
    if element.tag in ("html", "code") or "math" in element.classes:
        return False
    if any(below.tag == "pre" for below in element.walk()):
        return False
    is_class = "notranslate" in element.classes
    return is_class or element.attributes.get("translate") == "no"


def texts(root: Element) -> Channels:
    """Return what must be translated outside running text, by channel.

    ``sidebar`` holds the toctree entries and captions outside the article,
    ``neighbours`` the titles of the previous and next page.
    """
    inside = {id(element) for element in article_body(root).walk()}
    found: dict[str, list[str]] = {name: [] for name in TEXT_CHANNELS}
    for element in root.walk():
        channel, text = _text_channel(element)
        if channel in found and not (channel == "sidebar" and id(element) in inside):
            found[channel].append(" ".join(text.split()))
    return {name: tuple(items) for name, items in found.items()}


def _text_channel(element: Element) -> tuple[str, str]:
    """Return the text channel an element belongs to (or ``""``) and its text."""
    attributes = element.attributes
    channel, text = "", ""
    if element.tag == "title":
        channel, text = "title", element.text()
    elif element.tag == "img" and "alt" in attributes:
        channel, text = "alt", attributes["alt"]
    elif element.tag == "abbr":
        channel, text = "abbr title", attributes.get("title", "")
    elif element.tag == "meta":
        channel = f"meta {attributes.get('name', '')}"
        text = attributes.get("content", "")
    elif element.tag == "link" and attributes.get("rel") in ("prev", "next"):
        channel, text = "neighbours", attributes.get("title", "")
    elif "prev-next-title" in element.classes:
        channel, text = "neighbours", element.text()
    elif "caption-text" in element.classes:
        channel, text = "sidebar", element.text()
    elif any(name.startswith("toctree-l") for name in element.classes):
        links = (below for below in element.walk() if below.tag == "a")
        channel, text = "sidebar", next(links, element).text()
    return channel, text


def visible_text(root: Element) -> str:
    """Return the translatable text of an element; blocks are set apart by blanks."""
    parts: list[str] = []
    for child in root.children:
        if isinstance(child, str):
            parts.append(child)
        elif _is_seen(child):
            gap = "" if child.tag in _INLINE else " "
            parts += (gap, visible_text(child), gap)
        else:
            parts.append(" ")
    return "".join(parts)


def _is_seen(element: Element) -> bool:
    """Whether the words of an element are for translation."""
    if element.tag in _UNSEEN_TAGS or _UNSEEN_CLASSES & element.classes:
        return False
    if element.attributes.get("translate") == "no":
        return False
    text, target = element.text().strip(), element.attributes.get("href", "")
    is_url = "://" in text or (bool(text) and target in (text, f"mailto:{text}"))
    return not (element.tag == "a" and is_url)


def latin_words(text: str) -> list[str]:
    """Return the words that consist of three or more plain ASCII letters."""
    words = re.findall(r"\w+", unicodedata.normalize("NFC", text))
    latin = [word for word in words if word.isascii() and word.isalpha()]
    return [word for word in latin if len(word) >= _SHORTEST_WORD]
