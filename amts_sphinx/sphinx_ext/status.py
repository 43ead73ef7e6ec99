"""The status page inside the book: real nodes, so every builder and theme shows it.

It has no source file.  Once all pages are read its doctree is put beside theirs and
written like any other page; it never enters the pickled list of documents, where Sphinx
would take it for a removed one at the next build.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import new_document

from amts_sphinx.report.report import (
    Amounts,
    Document,
    Report,
    StaleSentence,
    total,
)
from amts_sphinx.sphinx_ext.status_quality import quality_section
from amts_sphinx.sphinx_ext.status_rows import DOCNAME, link, row
from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text.units import Origin

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: classes of what was removed and added
_CLASS = {"removed": "amts-removed", "added": "amts-added"}


class StatusPage:
    """The page of one build."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        #: was the page made in this build?
        self.made = False
        app.connect("env-check-consistency", self._enter)
        app.connect("html-page-context", _without_source)

    def add(self, report: Report) -> list[str]:
        """Make the page and hand it to Sphinx; returns the pages to write again."""
        app, env = self.app, self.app.env
        if DOCNAME in env.all_docs:
            message = (
                f"the book has a page {DOCNAME!r} of its own: no status page is made"
            )
            warn(Warnings.STATUS, message, location=DOCNAME)
            return []
        app.emit("env-purge-doc", env, DOCNAME)
        env.clear_doc(DOCNAME)
        env.prepare_settings(DOCNAME)
        document = new_document(str(env.doc2path(DOCNAME)))
        document.settings.env = env
        document.append(_section(report))
        app.emit("doctree-read", document)
        env.metadata[DOCNAME]["orphan"] = ""
        if hasattr(env, "current_document"):
            env.current_document = type(env.current_document)()
        else:  # Sphinx 7
            env.temp_data.clear()
        env.ref_context.clear()
        app.builder.write_doctree(DOCNAME, document)
        self.made = True
        return [DOCNAME]

    def _enter(self, app: Sphinx, env: BuildEnvironment) -> None:
        """The environment is pickled: from here on the page is one of all."""
        del app
        if self.made:
            env.found_docs.add(DOCNAME)
            env.all_docs[DOCNAME] = time.time_ns() // 1_000


def _without_source(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], tree: object
) -> None:
    """There is no source to show or copy."""
    del app, template, tree
    if pagename == DOCNAME:
        context.update(sourcename="", has_source=False, show_source=False)


def _section(report: Report) -> nodes.section:
    """The whole page."""
    from amts_sphinx.report.words import words  # noqa: PLC0415 - if a page was read

    say = words(report.language)
    totals = report.totals
    section = nodes.section(ids=[DOCNAME], names=[])
    section += nodes.title("", say["title"])
    human = f"{totals.share(Origin.HUMAN):.1%}"
    summary = say["summary"].format(human=human, total=f"{totals.total:,}")
    section += nodes.paragraph("", summary)
    section += _bar(totals, say)
    section += nodes.paragraph("", _in_words(totals, say))
    pages = nodes.section(ids=["amts-status-pages"], names=[])
    pages += nodes.title("", say["pages"])
    pages += _table(report.documents, say)
    section += pages
    if report.quality:
        section += quality_section(report.quality, report.documents, say)
    if any(document.stale for document in report.documents):
        section += _to_revise(report.documents, say)
    return section


def _to_revise(documents: Iterable[Document], say: Any) -> nodes.section:
    """Sentences whose source has changed: what changed, and what is shown."""
    section = nodes.section(ids=["amts-status-stale"], names=[])
    section += nodes.title("", say["revise"])
    section += nodes.paragraph("", say["revise_how"])
    for document in documents:
        if not document.stale:
            continue
        items = nodes.bullet_list()
        for stale in document.stale:
            source = nodes.paragraph("", "", *_changes(stale))
            target = nodes.paragraph("", stale.target, classes=["amts-shown"])
            items += nodes.list_item("", source, target)
        section += [link(document), items]
    return section


def _changes(stale: StaleSentence) -> Iterator[nodes.Node]:
    """The source as it was and as it is, in one line."""
    from amts_sphinx.report.difference import (  # noqa: PLC0415 - stale pages only
        Change,
        difference,
    )

    for part in difference(stale.was, stale.source):
        text = nodes.Text(part.text)
        kept = part.change is Change.KEPT
        yield (
            text if kept else nodes.inline("", "", text, classes=[_CLASS[part.change]])
        )


def _bar(amounts: Amounts, say: Any) -> nodes.raw:
    from amts_sphinx.report.bar import bar  # noqa: PLC0415 - as above

    return nodes.raw("", bar(amounts, _in_words(amounts, say)), format="html")


def _in_words(amounts: Amounts, say: Any) -> str:
    """The shares as text, for every reader and every builder."""
    present = [o for o in Origin if amounts.characters.get(o.value)]
    return " · ".join(f"{amounts.share(o):.1%} {say[o]}" for o in present) or "–"


def _table(documents: Iterable[Document], say: Any) -> nodes.table:
    """One row a page, what needs most work first."""
    ordered = sorted(documents, key=lambda d: (-d.amounts.to_do, d.docname))
    totals = total(document.amounts for document in ordered)
    origins = [o for o in Origin if o is Origin.HUMAN or totals.share(o)]
    head = [say["page"], "", say["size"], *(say[o] for o in origins), say["to_do"]]
    widths = [24, 14, *([10] * (len(head) - 2))]
    group = nodes.tgroup("", cols=len(head))
    for width in widths:
        group += nodes.colspec("", colwidth=width)
    group += nodes.thead("", row([nodes.paragraph("", text) for text in head]))
    body = nodes.tbody()
    for document in ordered:
        amounts = document.amounts
        numbers = [f"{amounts.total:,}"]
        numbers += [f"{amounts.share(origin):.0%}" for origin in origins]
        numbers.append(f"{amounts.to_do:,}")
        cells: list[nodes.Element] = [link(document)]
        cells.append(nodes.paragraph("", "", _bar(amounts, say)))
        cells += [
            nodes.paragraph("", text, classes=["amts-number"]) for text in numbers
        ]
        body += row(cells)
    group += body
    return nodes.table("", group, classes=["amts-pages"])
