"""Batch jobs adapted by parallel data that does not know the pages it is scored on.

One parallel data for every page would be costly, so chapters are put into a few groups,
and each group is translated by jobs that only the others have taught.  The jobs of an
evaluation lie apart from those of the book, and are waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.bitext.candidates import Granularity
from amts_sphinx.bitext.material import Material
from amts_sphinx.cli.terminal import CommandError, complain
from amts_sphinx.engines.amazon_sync import AmazonBatchEngine, Attendance
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.own_pairs import own_pairs
from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.evaluation.leaks import Audit, Resources, folds
from amts_sphinx.evaluation.systems import Answers, Folded
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.tmx import read_tmx
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page, text_digest
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.known import Known


def adapted(drafter: Drafter) -> AmazonBatchEngine | None:
    """The engine, if the book's own pairs adapt it."""
    service = _batches(drafter)
    return service if service and service.parallel_data is True else None


def unfolded(
    known: Known, book: Material, drafter: Drafter, pages: Mapping[str, Page]
) -> Answers:
    """What an engine says of some pages as it is, whatever it was taught.

    Raises CommandError for parallel data that cannot be read.
    """
    service = _batches(drafter)
    if not service:
        return Answers(drafter, pages)
    taught: Callable[[Page], Audit] | None = None
    units: Sequence[TranslationUnit] = ()
    if isinstance(service.parallel_data, str):
        taught = Resources(_of_file(known, service)).audit
    elif service.parallel_data:
        units = _teaching(known, book, service)
        taught = Resources(units).audit
    _attend(service, known, units)
    return Answers(drafter, pages, taught)


def folded(
    known: Known,
    book: Material,
    opened: Callable[[], Drafter],
    wanted: Mapping[str, Page],
    count: int,
) -> Folded:
    """The answers for some pages, of jobs that were taught by other chapters only.

    ``opened`` opens the engine, once for each of at most ``count`` groups.
    """
    parts = []
    resources: Resources[TranslationUnit] | None = None
    for group in folds(wanted, count).groups:
        pages = {name: wanted[name] for name in group}
        drafter = opened()
        service = adapted(drafter)
        if not service:  # what could be opened a moment ago
            message = f"{drafter.name}: the engine cannot be used (see above)"
            raise CommandError(message)
        resources = resources or Resources(_teaching(known, book, service))
        held = resources.held_out(group, pages.values())
        service.without = text_digest(*group)
        service.fixed_name = ""  # that of the book's pairs is not for these
        _attend(service, known, held.kept)

        def taught(
            page: Page,
            rows: Resources[TranslationUnit] = resources,
            left: frozenset[int] = held.numbers,
        ) -> Audit:
            return rows.audit(page, left)

        parts.append((pages, Answers(drafter, pages, taught)))
    return Folded(parts)


def _batches(drafter: Drafter) -> AmazonBatchEngine | None:
    service = drafter.service if isinstance(drafter, PaidEngine) else None
    return service if isinstance(service, AmazonBatchEngine) else None


def _teaching(
    known: Known, book: Material, service: AmazonBatchEngine
) -> Sequence[TranslationUnit]:
    """What the engine learns from: people's sentences, or whole messages."""
    if service.granularity is Granularity.SENTENCE:
        return book.units
    found = list(known.paragraphs())
    if book.source.code == known.config.source.code:
        return found
    return [
        unit._replace(source=unit.target, target=unit.source, cuts=())
        for unit in found
        if not unit.target_codes
    ]


def _of_file(known: Known, service: AmazonBatchEngine) -> list[SentencePair]:
    """The rows of a file of parallel data."""
    path = Path(known.app.confdir) / str(service.parallel_data)
    source, target = map(profile, service.languages)
    try:
        read = read_tmx(path, source, target, complain)
    except ExchangeError as error:
        raise CommandError(str(error)) from None
    return [
        SentencePair(codes.plain(ours.text), codes.plain(theirs.text))
        for pair in read.documents
        for ours, theirs in zip(pair.source.messages, pair.target.messages, strict=True)
    ]


def _attend(
    service: AmazonBatchEngine, known: Known, units: Sequence[TranslationUnit]
) -> None:
    """Have jobs wait for their end, taught by these units.

    Engines that are set otherwise, or taught otherwise, do not see each other's jobs.
    """
    kind = text_digest(
        *service.languages,
        service.without,
        service.granularity,
        str(service.parallel_data),
        str(sorted(service.settings.items())),
    )
    folder = known.cache_dir / "evaluation" / "jobs" / known.code / kind[:16]
    confdir = Path(known.app.confdir)

    def pairs() -> bytes:
        return own_pairs(lambda: units, service, confdir, complain)

    service.attend(Attendance(folder, pairs, wait=True, say=complain))
