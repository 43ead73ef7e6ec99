"""The part of the status page that says how good the machine is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docutils import nodes

from amts_sphinx.report.quality import Figure, Quality, SystemQuality
from amts_sphinx.report.report import Document
from amts_sphinx.sphinx_ext.status_rows import link, row

_NONE = "–"


def quality_section(
    quality: Quality, documents: Iterable[Document], say: Mapping[str, str]
) -> nodes.section:
    """What was found, how far it may be trusted, and the pages one by one."""
    section = nodes.section(ids=["amts-status-quality"], names=[])
    section += nodes.title("", say["quality"])
    counts = {"messages": f"{quality.messages:,}", "of": f"{quality.of:,}"}
    section += nodes.paragraph("", say["quality_how"].format(**counts))
    for line in _remarks(quality, say):
        section += nodes.paragraph("", line)
    section += _table(
        [say["system"], "BLEU", "95 %", "chrF", say["edit_rate"]],
        [
            [nodes.paragraph("", _name(one, say)), *_cells(one.figure)]
            for one in quality.systems
        ],
    )
    section += _table(
        [say["page"], "BLEU", "95 %", "chrF", say["edit_rate"]],
        [
            [link(document), *_cells(quality.documents[document.docname])]
            for document in documents
            if document.docname in quality.documents
        ],
    )
    signature = f"{quality.baseline}: BLEU {quality.signature}"
    section += nodes.paragraph("", "", nodes.literal("", signature))
    return section


def _remarks(quality: Quality, say: Mapping[str, str]) -> Iterator[str]:
    if not quality.current:
        yield say["quality_old"]
    if quality.reference in say:
        yield say[quality.reference].format(engine=quality.baseline)
    if quality.kept is not None:
        yield say["kept"].format(kept=f"{quality.kept:.1%}")


def _name(one: SystemQuality, say: Mapping[str, str]) -> str:
    return one.name if one.comparable else f"{one.name} ({say['leaked']})"


def _cells(figure: Figure) -> list[nodes.Element]:
    bounds = figure.low is not None and figure.high is not None
    texts = (
        _number(figure.bleu, "{:.1f}"),
        f"{figure.low:.1f}–{figure.high:.1f}" if bounds else _NONE,
        _number(figure.chrf, "{:.1f}"),
        _number(figure.edit_rate, "{:.2f}"),
    )
    return [nodes.paragraph("", text, classes=["amts-number"]) for text in texts]


def _number(value: float | None, shape: str) -> str:
    return _NONE if value is None else shape.format(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[nodes.Element]]) -> nodes.table:
    group = nodes.tgroup("", cols=len(head))
    for width in (30, *([12] * (len(head) - 1))):
        group += nodes.colspec("", colwidth=width)
    group += nodes.thead("", row([nodes.paragraph("", text) for text in head]))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", group, classes=["amts-quality"])
