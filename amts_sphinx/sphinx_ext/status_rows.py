"""What the tables of the status page are made of."""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from sphinx import addnodes

from amts_sphinx.report.report import Document

#: the page has no source file
DOCNAME = "amts-status"


def row(cells: Sequence[nodes.Element]) -> nodes.row:
    """A row of a table."""
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def link(document: Document) -> nodes.paragraph:
    """The page's title, linked to it in whatever way the builder links pages."""
    reference = addnodes.pending_xref(
        "",
        nodes.inline("", document.title, classes=["std", "std-doc"]),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{document.docname}",
        refexplicit=True,
        refdoc=DOCNAME,
        refwarn=False,
    )
    return nodes.paragraph("", "", reference)
