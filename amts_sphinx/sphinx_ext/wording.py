"""Whose words are these?  Tells what a person wrote from what Sphinx says by itself.

Sphinx and its extensions put words of their own into a page (field names, titles of
generic boxes, index entries of roles); those come from their catalogs, in the language
of the build, and are nobody's to translate.
"""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

#: nothing below these is a person's prose
SKIPPED = (
    nodes.FixedTextElement,  # code, doctests, display math, raw, comments, addresses
    nodes.system_message,
    nodes.docinfo,
    nodes.label,
    nodes.option_group,
    nodes.pending,
    addnodes.productionlist,
    addnodes.desc_signature,
    addnodes.toctree,  # see walk_toctrees
)
#: titles that extensions build from their own catalogs; an author's words follow in a
#: subtitle inside
GENERATED = {"exercise_title", "solution_title"}


def front_matter(document: nodes.document) -> int:
    """How many leading children are not text.

    docutils reads a first field list as the page's own data (``:orphan:``, front
    matter).
    """
    for number, child in enumerate(document.children):
        if isinstance(child, nodes.field_list):
            return number + 1
        if not isinstance(child, nodes.PreBibliographic):
            break
    return 0


def announces_notranslate(node: nodes.Node) -> bool:
    """Is this what ``rst-class:: notranslate`` leaves before its paragraph?"""
    return isinstance(node, nodes.pending) and "notranslate" in node.details.get(
        "class", ()
    )


def _is_generated(node: nodes.TextElement) -> bool:
    """Is this a name or a title in Sphinx's own words ("Parameters", "Todo")?"""
    if isinstance(node, nodes.title):
        return node.parent.tagname == "todo_node"
    if not isinstance(node, nodes.field_name):
        return False
    field_list = node.parent.parent if node.parent else None
    return node.astext() == "orphan" or (
        field_list is not None and isinstance(field_list.parent, addnodes.desc_content)
    )


def is_of_role(index: addnodes.index) -> bool:
    """Does the entry come with a reference (``:pep:``, ``:envvar:``)?

    Those entries are Sphinx's own words; the ``:index:`` role is followed by text.
    """
    if not isinstance(index.parent, nodes.TextElement):
        return False
    position = index.parent.index(index)
    following = index.parent.children[position + 1 : position + 3]
    return len(following) > 1 and isinstance(
        following[1], nodes.reference | addnodes.pending_xref
    )


def is_message(node: nodes.Element) -> bool:
    """Is this a node whose inline content is one text somebody wrote?"""
    if not isinstance(node, nodes.TextElement) or not node.children:
        return False
    if isinstance(node, nodes.Inline):
        return bool(node.get("translatable"))
    return (
        bool(node.source or node.rawsource)
        and node.get("translatable", True)
        and all(isinstance(c, nodes.Text | nodes.Inline) for c in node.children)
        and not _is_generated(node)
    )
