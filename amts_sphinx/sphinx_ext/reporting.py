"""From the records of a build to its report, its file and its closing lines."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sphinx
from sphinx.errors import NoUri
from sphinx.util import logging
from sphinx.util.osutil import relpath

from amts_sphinx import __version__
from amts_sphinx.report.report import Amounts, Document, Report, dump
from amts_sphinx.sphinx_ext.records import PageRecord, records
from amts_sphinx.text.pages import write_text
from amts_sphinx.text.units import Origin

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from amts_sphinx.engines.drafting import Use
    from amts_sphinx.sphinx_ext.session import Session

logger = logging.getLogger(__name__)

#: where the report lies in the output folder
REPORT = Path("_amts", "report.json")


def make_report(session: Session) -> Report:
    """The report of this build, as far as it has come."""
    env = session.app.env
    pages = records(env).pages
    read = [pages[name] for name in session.pages_read if name in pages]
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Report(
        language=session.code,
        source_language=session.config.source.code,
        engine=session.config.languages[session.code].engine,
        documents=tuple(
            Document(name, _title(session.app, name), _amounts(page), tuple(page.stale))
            for name, page in sorted(pages.items())
        ),
        counters=_counters(session, read),
        seconds={**session.seconds, "translate": sum(page.seconds for page in read)},
        generator={
            "name": "amts_sphinx",
            "version": __version__,
            "sphinx": sphinx.__version__,
        },
        quality=session.quality,
        generated=(
            datetime.fromtimestamp(int(epoch), UTC).isoformat()
            if epoch.isdigit()
            else ""
        ),
    )


def _title(app: Sphinx, docname: str) -> str:
    title = app.env.titles.get(docname)
    return title.astext() if title else docname


def _amounts(page: PageRecord) -> Amounts:
    return Amounts(dict(page.segments), dict(page.characters))


def _counters(
    session: Session, read: list[PageRecord]
) -> dict[str, int | dict[str, int]]:
    hits: Counter[str] = Counter()
    for page in read:
        hits.update(page.hits)
    use = session.known.engine_use
    return {
        "pages_read": len(session.pages_read),
        "pages_collected": session.known.collected,
        "segments": hits.total(),
        "segments_new": sum(page.fresh for page in read),
        "segments_uncollected": sum(page.uncollected for page in read),
        "hits": dict(hits),
        "engine_calls": use.calls if use else 0,
        "engine_characters": use.characters if use else 0,
        "engine_stored": use.stored if use else 0,
        "engine_lost": use.lost if use else 0,
        "repairs": _repairs(use),
        "messages_split": sum(page.split for page in read),
    }


def write(report: Report, outdir: Path) -> None:
    """Write the report, unless the same one is there already."""
    path = outdir / REPORT
    text = dump(report)
    if not path.exists() or path.read_text("utf-8") != text:
        write_text(path, text)


def _repairs(use: Use | None) -> dict[str, int]:
    """Machine-translated sentences by the rung of repair they needed."""
    found = use.repairs if use else {}
    return {rung.name.lower(): count for rung, count in sorted(found.items())}


def _told(use: Use | None) -> str:
    """What was asked of the engine, in a few words."""
    if not use or not use.calls:
        return "nothing sent, nothing billed"
    if not use.currency:
        return f"{use.calls:,} calls"
    cost = f"about {use.cost:.2f} {use.currency}"
    return f"{use.calls:,} calls, {use.characters:,} characters billed, {cost}"


def tell(session: Session, report: Report, docname: str) -> None:
    """The closing lines; ``docname`` is that of the status page."""
    app = session.app
    totals = report.totals
    counts = ", ".join(f"{totals.segments.get(o.value, 0)} {o.value}" for o in Origin)
    logger.info("amts: %s: sentences: %s.", report.language, counts)
    use = session.known.engine_use
    logger.info(
        "amts: %s: %.1f %% of %d source characters are people's; engine %s: %s.",
        report.language,
        100 * totals.share(Origin.HUMAN),
        totals.total,
        report.engine,
        _told(use),
    )
    try:
        page = Path(app.outdir) / app.builder.get_target_uri(docname)
    except NoUri:  # a builder whose documents are chosen, such as latex
        return
    if page.is_dir():
        page /= "index.html"
    if page.is_file():
        logger.info("amts: %s: status page: %s", report.language, relpath(page))
