"""Doctree nodes to coded text and back.

``encode`` turns the children of one translatable node into coded text and remembers
which node each code stands for; ``decode`` puts a translation in their place: new
``Text`` nodes around the *original* inline nodes.  Text that comes back is never
parsed, so a translation can neither lose a link, nor change a formula, nor bring in
markup.

A chain of inline nodes around one text (a reference around a strong text, a
cross-reference around its title) is one code; a paired node without a letter inside is
opaque.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from docutils import nodes
from sphinx import addnodes

from amts_sphinx.sphinx_ext import numref
from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, Code

#: inline nodes that are never looked into
_OPAQUE = (
    nodes.math,
    nodes.literal,
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.substitution_reference,
    nodes.image,
    nodes.raw,
    nodes.target,
    nodes.problematic,
    addnodes.index,
    addnodes.manpage,
    addnodes.literal_emphasis,
    addnodes.literal_strong,
)

#: cross-reference roles whose explicit title is words, though a ``literal`` node
_LITERAL_TITLES = {"numref", "any", "download"}
_RAW_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
_KEEP = re.compile(r"\btranslate\s*=\s*[\"']?no\b|\bnotranslate\b")

_KINDS = {
    nodes.reference: "link",
    addnodes.pending_xref: "xref",
    addnodes.download_reference: "download",
    nodes.footnote_reference: "footnote",
    nodes.citation_reference: "citation",
    nodes.substitution_reference: "substitution",
}
#: what a translation may have of its own
NEW_NODES: dict[str, type[nodes.TextElement]] = {
    "math": nodes.math,
    "literal": nodes.literal,
    "emphasis": nodes.emphasis,
    "strong": nodes.strong,
}


class Anchor(NamedTuple):
    """The node a code stands for, and the node that holds its text, if any."""

    node: nodes.Node
    inner: nodes.Element | None
    #: what follows the node and belongs to it
    rest: tuple[nodes.Node, ...] = ()


class Encoded(NamedTuple):
    """The content of a node as coded text, and what its codes stand for."""

    text: str
    codes: tuple[Code, ...]
    anchors: tuple[Anchor, ...]


def encode(children: Iterable[nodes.Node]) -> Encoded:
    """The coded text of inline content; codes are numbered in document order."""
    found: list[Code] = []
    anchors: list[Anchor] = []

    def add(node: nodes.Node) -> int:
        found.append(code_of(node))
        anchors.append(Anchor(node, None))
        return len(found)

    def content(siblings: Iterable[nodes.Node]) -> str:
        return "".join(piece(*together) for together in _kept_together(siblings))

    def piece(node: nodes.Node, *rest: nodes.Node) -> str:
        if isinstance(node, nodes.Text):
            return codes.escape(node.astext())  # without backslash escapes
        number = add(node)
        if rest:
            whole = "".join(part.astext() for part in (node, *rest))
            found[-1], anchors[-1] = Code("raw", whole), Anchor(node, None, rest)
            return codes.opaque(number)
        inner = _text_holder(node)
        if inner is not None:
            if numref.is_numref(node):
                text = "".join(map(template, inner.children))
            else:
                text = content(inner.children)
            if codes.has_letters(text):
                found[number - 1] = code_of(_essence(node, inner))
                anchors[number - 1] = Anchor(node, inner)
                return f"{codes.opening(number)}{text}</g>"
            del found[number:], anchors[number:]
        code = code_of(_essence(node, None))
        if code.kind in EMPHASIS:  # around a number or a sign, which must not be lost
            code = Code("token", node.astext())
        found[number - 1] = code
        return codes.opaque(number)

    def template(node: nodes.Node) -> str:
        return "".join(
            codes.opaque(add(nodes.Text(part))) if odd else codes.escape(part)
            for odd, part in numref.parts(node.astext())
        )

    text = content(children)
    return Encoded(text, tuple(found), tuple(anchors))


def _kept_together(siblings: Iterable[nodes.Node]) -> Iterator[list[nodes.Node]]:
    """The siblings one by one, but together what a raw tag keeps from translation."""
    group: list[nodes.Node] = []
    name, depth = "", 0
    for node in siblings:
        tag = _RAW_TAG.fullmatch(node.astext()) if isinstance(node, nodes.raw) else None
        if tag and not tag[1] and not group and _KEEP.search(tag[3]):
            name = tag[2]
        elif not group:
            yield [node]
            continue
        group.append(node)
        if tag and tag[2] == name:
            depth += -1 if tag[1] else 1
        if not depth:
            yield group
            group = []
    yield from ([node] for node in group)  # a tag that nobody closes


def _text_holder(node: nodes.Node) -> nodes.Element | None:
    """The innermost node that directly holds the translatable text; None if opaque."""
    if isinstance(node, _OPAQUE) or not isinstance(node, nodes.Element):
        return None
    if isinstance(node, addnodes.pending_xref) and not _has_own_title(node):
        return None
    if "versionmodified" in node["classes"] or "notranslate" in node["classes"]:
        return None
    if isinstance(node, nodes.reference) and node.get("refuri") == node.astext():
        return None
    if len(node.children) == 1 and isinstance(node.children[0], nodes.Element):
        child = node.children[0]
        if isinstance(child, nodes.literal) and _is_literal_title(node):
            return child
        return _text_holder(child)
    return node


def _essence(node: nodes.Node, inner: nodes.Element | None) -> nodes.Node:
    """Of the nodes that one code stands for, the one that is least free to go."""
    if type(node).__name__ not in EMPHASIS:
        return node
    chain: list[nodes.Node] = []
    for below in node.findall(nodes.Element):
        chain.append(below)
        if below is inner:
            break
    return min(chain, key=_freedom)


def _freedom(node: nodes.Node) -> int:
    kind = type(node).__name__
    return 2 if kind in EMPHASIS else int(kind in OWN)


def _has_own_title(xref: addnodes.pending_xref) -> bool:
    """Does the cross-reference show a text that somebody wrote?"""
    if xref.get("refdomain") == "cite":
        return False
    return bool(xref.get("refexplicit")) or xref.get("reftype") == "term"


def _is_literal_title(node: nodes.Element) -> bool:
    """Is the literal inside a title in words, not code?"""
    return bool(node.get("refexplicit")) and (
        isinstance(node, addnodes.download_reference)
        or node.get("reftype") in _LITERAL_TITLES
        or node.get("refdomain") == "prf"
    )


def code_of(node: nodes.Node) -> Code:
    """What a code for this node stands for, comparable between two books."""
    if isinstance(node, nodes.Text):
        return Code("placeholder", node.astext())
    kind = next(
        (name for cls, name in _KINDS.items() if isinstance(node, cls)),
        type(node).__name__,
    )
    if not isinstance(node, nodes.Element):
        return Code(kind, "")
    if isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite":
        kind = "citation"
    if isinstance(node, nodes.math | nodes.literal | nodes.raw):
        return Code(kind, " ".join(node.astext().split()))
    for attribute in ("reftarget", "refuri", "refname", "uri", "refid"):
        if attribute in node:
            return Code(kind, str(node[attribute]))
    return Code(kind, "")


def decode(
    coded: str, anchors: Sequence[Anchor], own: Sequence[Code] = ()
) -> list[nodes.Node]:
    """The nodes of a translation: its text around the original inline nodes.

    ``own`` are the codes the translation adds; they are numbered after the anchors and
    become plain new nodes.
    """
    if "<" not in coded:
        return [nodes.Text(codes.unescape(coded))] if coded else []
    return _build(codes.parse(coded), anchors, own)


def _build(
    pieces: list[object], anchors: Sequence[Anchor], own: Sequence[Code]
) -> list[nodes.Node]:
    built: list[nodes.Node] = []
    for piece in pieces:
        if isinstance(piece, str):
            built.append(nodes.Text(piece))
            continue
        number, content = piece if isinstance(piece, tuple) else (piece, None)
        rest: tuple[nodes.Node, ...] = ()
        assert isinstance(number, int)  # noqa: S101 - what codes.parse promises
        if number > len(anchors):
            node: nodes.Node = _new_node(own[number - len(anchors) - 1])
            inner = node
        else:
            node, holder, rest = anchors[number - 1]
            inner = node if holder is None else holder
            node.parent = None  # in another nesting its parent may become its child
        if content is not None and isinstance(inner, nodes.Element):
            if numref.is_numref(node):
                holders = [anchors[p - 1].node for p in content if isinstance(p, int)]
                content = list(numref.template(content, holders))
            set_children(inner, _build(content, anchors, own))
        built += (node, *rest)
    return built


def _new_node(code: Code) -> nodes.TextElement:
    """A plain node for a code of the translation's own."""
    cls = NEW_NODES[code.kind]
    return cls(code.payload, code.payload) if code.payload else cls()


def set_children(parent: nodes.Element, children: Sequence[nodes.Node]) -> None:
    """Replace all children; docutils 0.22 keeps parents right only this way."""
    parent.children = []
    parent.extend(children)


def bind_anonymous(document: nodes.document) -> None:
    """Give anonymous references their URL now.

    docutils pairs them with their targets by order of appearance, at priority 440; a
    translation that names two links in another order would silently swap them.
    """
    references = [r for r in document.findall(nodes.reference) if r.get("anonymous")]
    if not references:
        return
    targets = [t for t in document.findall(nodes.target) if t.get("anonymous")]
    if len(references) != len(targets):
        return
    for reference, target in zip(references, targets, strict=True):
        if "refuri" in target:
            reference["refuri"] = target["refuri"]
            reference.resolved = True
            target.referenced = 1
            del reference["anonymous"], target["anonymous"]
