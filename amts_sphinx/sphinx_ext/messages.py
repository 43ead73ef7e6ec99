"""Which nodes of a page hold text to translate, and what divides them.

``walk`` reads a doctree once, in document order, and returns *places* (a message and
the means to put its translation back) and *walls* (formulas, code, figures, labels:
blocks that look the same in every language and guide the alignment of two books).

It runs just before Sphinx's own ``Locale`` (priority 20), so it sees the source even
where a PO catalog is about to replace it, and long before titles, labels and captions
are copied elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.util.index_entries import split_index_msg

from amts_sphinx.sphinx_ext import wording
from amts_sphinx.sphinx_ext.doctree import Anchor, encode
from amts_sphinx.text import codes
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Message

_META = {"description", "keywords"}
_META_PREFIXES = ("og:", "twitter:")


@dataclass(slots=True)
class Place:
    """A message in the doctree, and how to put its translation there."""

    message: Message
    #: the node whose text or attribute it is
    node: nodes.Element
    #: the nodes its codes stand for
    anchors: tuple[Anchor, ...] = ()
    #: for a text in an attribute: what stands there now
    get: Callable[[], str] | None = None
    #: for a text in an attribute: puts another text there
    put: Callable[[str], None] | None = None

    @property
    def by_catalog(self) -> bool:
        """Has Sphinx already put a PO catalog's translation here?"""
        if self.get is not None:
            return codes.escape(self.get()) != self.message.text
        return self.node.get("translated") is True


def walk(document: nodes.document) -> list[Place | Wall]:
    """All places and walls of a page, in document order."""
    walker = _Walker()
    for child in document.children[wording.front_matter(document) :]:
        walker.visit(child, 0)
    for meta in document.children[: wording.front_matter(document)]:
        walker.attributes(meta)
    return walker.found


def walk_toctrees(document: nodes.document) -> list[Place | Wall]:
    """Captions and explicit titles of the toctrees; their entries are walls.

    They are looked for once all transforms ran: some extensions insert them late.
    """
    walker = _Walker()
    for toctree in list(document.findall(addnodes.toctree)):
        walker.toctree(toctree)
    return walker.found


class _Walker:
    """Collects places and walls; one use, one document."""

    def __init__(self) -> None:
        self.found: list[Place | Wall] = []

    def visit(self, node: nodes.Node, depth: int) -> None:
        """Look at a node and all below it."""
        if not isinstance(node, nodes.Element):
            return
        self.attributes(node)
        if isinstance(node, wording.SKIPPED):
            self.wall(node)
        elif "notranslate" in node["classes"]:
            return
        elif node.tagname in wording.GENERATED:
            for subtitle in node.children:
                if isinstance(subtitle, nodes.subtitle):
                    self.text(subtitle, depth)
        elif node.get("nb_element") == "cell_code_output":
            self.notebook_output(node, depth)
        elif wording.is_message(node):
            self.text(node, depth)
        else:
            if isinstance(node, nodes.target) and node["names"]:
                self.found.append(Wall("label", node["names"][0], node.line or 0))
            deeper = depth + isinstance(node, nodes.section)
            skip = False
            for child in list(node.children):
                if not skip or isinstance(child, nodes.Invisible):
                    self.visit(child, deeper)
                    skip = skip or wording.announces_notranslate(child)
                else:
                    skip = False

    def text(self, node: nodes.Element, depth: int) -> None:
        """The inline content of a node."""
        text, found, anchors = encode(node.children)
        if isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            self.found.append(Wall("title", str(depth), node.line or 0))
        if codes.has_letters(text):
            message = Message(text, found, node.tagname, node.line or 0)
            self.found.append(Place(message, node, anchors))
        if found:
            for inline in list(node.findall(nodes.Element)):
                if inline is not node:
                    self.attributes(inline)

    def wall(self, node: nodes.Element) -> None:
        """A block that is no prose but the same in every language."""
        if isinstance(node, nodes.math_block):
            self.found.append(Wall("math", "".join(node.astext().split())))
        elif isinstance(node, nodes.literal_block | nodes.doctest_block):
            self.found.append(Wall("code", "".join(node.astext().split())))

    def attributes(self, node: nodes.Node) -> None:
        """Text in attributes: of images, abbreviations, meta data, index entries."""
        if isinstance(node, nodes.image):
            uri = str(node.get("uri", ""))
            self.found.append(Wall("image", uri.rpartition("/")[2]))
            if node.get("alt") and node["alt"] not in (uri, uri.rpartition("/")[2]):
                self.attribute(node, "alt", "alt")
        elif isinstance(node, nodes.abbreviation) and node.get("explanation"):
            self.attribute(node, "explanation", "abbreviation")
        elif isinstance(node, nodes.meta):
            name = str(node.get("name") or node.get("property") or "")
            if name in _META or name.startswith(_META_PREFIXES):
                self.attribute(node, "content", "meta")
        elif isinstance(node, addnodes.index) and not wording.is_of_role(node):
            self.index(node)
        elif isinstance(node, nodes.pending):  # MyST-Parser 3 hides meta nodes in these
            for hidden in node.details.get("nodes", ()):
                if isinstance(hidden, nodes.meta):
                    self.attributes(hidden)

    def attribute(self, node: nodes.Element, name: str, kind: str) -> None:
        """One attribute that holds a text."""

        def put(text: str) -> None:
            node[name] = text

        self.plain(node, kind, lambda: str(node[name]), put)

    def plain(
        self,
        node: nodes.Element,
        kind: str,
        get: Callable[[], str],
        put: Callable[[str], None],
    ) -> None:
        """A message without inline nodes."""
        text = codes.escape(get())
        if codes.has_letters(text):
            message = Message(text, (), kind, node.line or 0)
            self.found.append(Place(message, node, get=get, put=put))

    def index(self, node: addnodes.index) -> None:
        """Index entries that a person wrote, part by part.

        The target tells: entries that a domain generates point at an object.
        """
        entries: Sequence[tuple[str, ...]] = node.get("entries", ())
        for number, entry in enumerate(entries):
            if not entry[2].startswith(("index-", "term-")):
                continue
            try:
                parts = split_index_msg(entry[0], entry[1])
            except ValueError:
                continue
            for position in range(len(parts)):
                self._index_part(node, number, position)

    def _index_part(self, node: addnodes.index, number: int, position: int) -> None:
        def get() -> str:
            entry = node["entries"][number]
            return split_index_msg(entry[0], entry[1])[position]

        def put(text: str) -> None:
            entry: tuple[str, ...] = tuple(node["entries"][number])
            parts = split_index_msg(entry[0], entry[1])
            # a semicolon would divide the entry differently
            parts[position] = text.replace(";", ",").strip() or parts[position]
            node.setdefault("raw_entries", list(node["entries"]))
            node["entries"][number] = (entry[0], "; ".join(parts), *entry[2:])

        self.plain(node, "index", get, put)

    def toctree(self, node: addnodes.toctree) -> None:
        """Caption and explicit entry titles; their raw forms stay the source's."""
        if node.get("caption"):
            self.attribute(node, "caption", "toctree_caption")
        entries: Sequence[tuple[str | None, str]] = node.get("entries", ())
        for number, (title, target) in enumerate(entries):
            self.found.append(Wall("entry", str(target)))
            if title:
                self._toctree_entry(node, number)

    def _toctree_entry(self, node: addnodes.toctree, number: int) -> None:
        def put(text: str) -> None:
            node["entries"][number] = (text, node["entries"][number][1])

        self.plain(node, "toctree_entry", lambda: str(node["entries"][number][0]), put)

    def notebook_output(self, node: nodes.Element, depth: int) -> None:
        """Of what a cell printed, only captions and alternative texts are prose."""
        for child in list(node.findall(nodes.Element)):
            if isinstance(child, nodes.caption):
                self.text(child, depth)
            elif isinstance(child, nodes.image):
                self.attributes(child)
