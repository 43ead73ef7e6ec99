"""Titles of numbered references, which Sphinx takes for format strings.

``%s``, ``{number}`` and ``{name}`` are where it puts the number and the caption: they
are codes, and stay in their title.  All other signs of a translation are text, so the
ones that mean something in a format string are doubled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sphinx import addnodes

if TYPE_CHECKING:
    from docutils import nodes

_PLACEHOLDER = re.compile(r"(%s|\{name\}|\{number\})")


def is_numref(node: nodes.Node) -> bool:
    """Is the title of this reference a format string?"""
    return isinstance(node, addnodes.pending_xref) and node.get("reftype") == "numref"


def parts(title: str) -> Iterator[tuple[bool, str]]:
    """The title divided into text and placeholders: (is it a placeholder, the part)."""
    doubled = "{}" if "{n" in title else "%"
    for number, part in enumerate(_PLACEHOLDER.split(title)):
        if number % 2:
            yield True, part
        else:
            yield False, re.sub(f"([{doubled}])\\1", r"\1", part)


def template(
    content: Iterable[object], placeholders: Iterable[nodes.Node]
) -> Iterator[object]:
    """A translated title as a format string; codes pass, text is escaped."""
    old_style = all(node.astext() == "%s" for node in placeholders)
    for part in content:
        if isinstance(part, str):
            yield re.sub("(%)" if old_style else "([{}])", r"\1\1", part)
        else:
            yield part
