"""A web page as messages and walls, in the shape in which a doctree is read.

The tree is walked once, in document order.  Blocks begin and end messages, inline
elements become inline codes, and what looks the same in every language (formulas, code,
images, places that can be linked to) becomes walls.  The kinds have the names of
docutils' nodes, so that pages read from HTML and from a book's source can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from amts_sphinx.exchange import html_content, html_math
from amts_sphinx.exchange import html_elements as elements
from amts_sphinx.exchange.html_inline import (
    Line,
    Pair,
    coded,
    image_name,
    link_target,
)
from amts_sphinx.exchange.html_tree import (
    BLOCKS,
    HEADINGS,
    Element,
    Item,
    Text,
    Tree,
    names,
    text_of,
)
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Code, Message

#: what is no code inside ``pre``
_NOT_CODE: Final = names(
    "linenos lineno linenodiv gutter line-number copybtn headerlink"
)


def blocks(tree: Tree) -> tuple[Message | Wall, ...]:
    """The messages and walls of a page's main content."""
    reader = _Reader(tree.items)
    for where in html_content.main_content(tree):
        at = where.start
        while at < where.stop:
            at = reader.read(at)
        reader.flush()
    return tuple(reader.found)


@dataclass(slots=True)
class _Reader:
    """Reads one page, one item after the other."""

    items: list[Item]
    found: list[Message | Wall] = field(default_factory=list)
    #: the message being read
    line: Line = field(default_factory=Line)
    #: line in the file at which it begins; 0 before it has begun
    number: int = 0
    #: kinds of the blocks that are open, and the elements
    kinds: list[tuple[str, Element]] = field(default_factory=list)
    #: inline elements that opened a pair
    paired: list[Element] = field(default_factory=list)
    #: what follows the message being read
    after: list[Message | Wall] = field(default_factory=list)
    #: where to go on behind the heading of a page's banner
    leaps: dict[int, int] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    heading: str = ""  #: id of the heading that is open

    def read(self, at: int) -> int:
        """Read one item; returns the place of the next one."""
        item = self.items[at]
        if isinstance(item, Text):
            self.text(item)
        elif isinstance(item, Element):
            return self.enter(item)
        else:
            self.leave(item.element)
            return self.leaps.get(at, at + 1)
        return at + 1

    # Elements

    def enter(self, element: Element) -> int:
        """Look at an element; returns where to read on: inside it or behind it."""
        formula = html_math.formula_of(self.items, element)
        if formula:
            self.formula(formula, element.line)
            return element.end + 1
        if element.tag == "header":
            return self.banner(element)
        if (
            elements.is_note_number(self.items, element)
            or html_content.is_skipped(element)
            or (
                element.tag == "form"
                and html_content.is_form_of_controls(self.items, element)
            )
        ):
            return element.end + 1
        self.label(element)
        if element.tag in BLOCKS or "classifier" in element.classes:
            return self.enter_block(element)
        return self.enter_inline(element)

    def banner(self, element: Element) -> int:
        """Of a ``header`` only the heading is the page's own text."""
        heading = html_content.first_heading(self.items, element)
        if heading is None:
            return element.end + 1
        self.leaps[heading.end] = element.end + 1
        return heading.index

    def enter_block(self, element: Element) -> int:
        """Begin a block."""
        self.flush()
        tag = element.tag
        if tag == "pre" or elements.is_signature(self.items, element):
            skip = _NOT_CODE if tag == "pre" else _NOT_CODE | {"viewcode-link"}
            self.wall("code", text_of(self.items, element, skip), element.line)
            return element.end + 1
        if tag in HEADINGS:
            self.found.append(Wall("title", tag[1], element.line))
            self.heading = element.attributes.get("id", "")
        parent = self.kinds[-1] if self.kinds else None
        self.kinds.append((elements.kind_of(element, parent), element))
        self.number = element.line
        return element.index + 1

    def enter_inline(self, element: Element) -> int:
        """Begin what stands in a line of text."""
        tag = element.tag
        if tag == "br":
            self.line_break()
        elif tag == "img":
            self.image(element)
        elif code := self.opaque(element):
            self.number = self.number or element.line
            self.line.add(code)
            return element.end + 1
        elif tag == "a" and elements.is_sign(self.items, element, self.heading):
            return element.end + 1
        elif tag == "a":
            self.link(element)
        elif tag == "abbr":
            self.described("abbreviation", element, "title")
        elif tag in elements.PAIRS:
            self.pair(Code(elements.PAIRS[tag], ""), element)
        return element.index + 1

    def leave(self, element: Element) -> None:
        """End a block or a pair."""
        if self.paired and self.paired[-1] is element:
            self.paired.pop()
            self.line.close()
        elif self.kinds and self.kinds[-1][1] is element:
            self.flush()
            self.kinds.pop()
            self.heading = ""

    # What stands in a line

    def text(self, item: Text) -> None:
        """Text, and the formulas that stand in it as TeX."""
        if not self.number and not item.text.isspace():
            lead = item.text[: len(item.text) - len(item.text.lstrip())]
            self.number = item.line + lead.count("\n")
        for part in html_math.divide(item.text):
            if isinstance(part, str):
                self.line.add(part)
            else:
                self.formula(part, item.line)

    def formula(self, formula: html_math.Formula, line: int) -> None:
        """A formula, in the text or between two parts of it."""
        if formula.display:
            self.flush()
            self.wall("math", formula.tex, line)
        else:
            self.number = self.number or line
            self.line.add(Code("math", " ".join(formula.tex.split())))

    def line_break(self) -> None:
        """A line break is a space; two of them part paragraphs."""
        parts = self.line.pairs[-1].parts
        at = len(parts) - 1
        while at >= 0 and isinstance(parts[at], str) and parts[at] != "\v":
            if not str(parts[at]).isspace():
                break
            at -= 1
        if at >= 0 and parts[at] == "\v":
            self.flush()
        else:
            self.line.add("\v")

    def opaque(self, element: Element) -> Code | None:
        """What an inline element stands for whose content nobody translates."""
        if element.tag == "a":
            raised = self.line.is_open("superscript")
            return elements.note(self.items, element, raised=raised)
        return elements.literal(self.items, element)

    def link(self, element: Element) -> None:
        """A link; one that a heading has to itself is none."""
        href = element.attributes.get("href", "")
        target = link_target(href) if href else ""
        if target and not (self.heading and target == f"#{self.heading}"):
            self.pair(Code("link", target), element)

    def pair(self, code: Code, element: Element) -> None:
        """Open a pair, unless one of its kind is open."""
        if not self.line.is_open(code.kind):
            self.line.open(code)
            self.paired.append(element)

    def image(self, element: Element) -> None:
        """An image in the text; its description is a message of its own."""
        name = image_name(element.attributes)
        if name:
            self.line.add(Code("image", name))
            self.after.append(Wall("image", name, element.line))
        self.described("alt", element, "alt", name)

    def described(
        self, kind: str, element: Element, where: str, name: str = ""
    ) -> None:
        """A text in an attribute, unless it is but the name of a file."""
        root = Pair(None, [element.attributes.get(where, "")])
        text, _ = coded(root)
        if codes.has_letters(text) and (
            not name or codes.unescape(text).rpartition("/")[2] != name
        ):
            self.after.append(Message(text, (), kind, element.line))

    # What comes out

    def label(self, element: Element) -> None:
        """A place that can be linked to, the first time its name appears."""
        name = elements.label_of(element)
        if not name or name in self.labels:
            return
        self.labels.add(name)
        wall = Wall("label", name, element.line)
        if element.tag in BLOCKS:
            self.flush()
            self.found.append(wall)
        else:
            self.after.append(wall)

    def wall(self, kind: str, text: str, line: int) -> None:
        """A block that is no prose, if there is anything in it."""
        key = "".join(text.split())
        if key:
            self.found.append(Wall(kind, key, line))

    def flush(self) -> None:
        """End the message being read."""
        root = self.line.take()
        if _holds_something(root):
            text, found = coded(root)
            kind = self.kinds[-1][0] if self.kinds else "paragraph"
            if kind == "attribution":
                text = text.lstrip("\N{EM DASH} ")
            if codes.has_letters(text):
                self.found.append(Message(text, found, kind, self.number))
        self.found += self.after
        self.after.clear()
        self.number = 0


def _holds_something(root: Pair) -> bool:
    return any(not isinstance(part, str) or part.strip() for part in root.parts)
