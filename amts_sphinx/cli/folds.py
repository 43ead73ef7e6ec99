"""Batch jobs adapted by parallel data that does not know the pages it is scored on.

One parallel data for every page would be costly, so chapters are put into a few groups,
and each group is translated by jobs that only the others have taught.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from amts_sphinx.bitext.material import Material
from amts_sphinx.cli.terminal import complain
from amts_sphinx.engines.amazon_sync import AmazonBatchEngine, Attendance
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.own_pairs import own_pairs
from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.evaluation.apart import Memory
from amts_sphinx.evaluation.leaks import Audit, Resources, folds
from amts_sphinx.evaluation.systems import Answers, Folded
from amts_sphinx.text.pages import Page, text_digest
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.known import Known


def adapted(drafter: Drafter) -> AmazonBatchEngine | None:
    """The engine, if the book's own pairs adapt it."""
    service = drafter.service if isinstance(drafter, PaidEngine) else None
    own = isinstance(service, AmazonBatchEngine) and service.parallel_data is True
    return service if own and isinstance(service, AmazonBatchEngine) else None


def taught_all(book: Material, drafter: Drafter) -> Callable[[Page], Audit] | None:
    """What an adapted engine knows of a page if nothing was left out: all of it."""
    return Memory(book, leaking=True).audit if adapted(drafter) else None


def folded(
    known: Known, book: Material, opened: Callable[[], Drafter], count: int
) -> Folded:
    """The answers of jobs that were taught by other chapters only.

    ``opened`` opens the engine, once for each of at most ``count`` groups.
    """
    resources = Resources(book.units)
    parts = []
    for group in folds(book.pages, count).groups:
        pages = {name: book.pages[name] for name in group}
        held = resources.held_out(group, pages.values())
        drafter = opened()
        service = adapted(drafter)
        if service:
            service.without = text_digest(*group)
            _attend(service, known, held.kept)

        def taught(page: Page, left: frozenset[int] = held.numbers) -> Audit:
            return resources.audit(page, left)

        parts.append((pages, Answers(drafter, pages, taught)))
    return Folded(parts)


def _attend(
    service: AmazonBatchEngine, known: Known, units: tuple[TranslationUnit, ...]
) -> None:
    """Have jobs of a group wait for their end, taught by these units."""
    folder = known.cache_dir / "evaluation" / "jobs" / known.code

    def pairs() -> bytes:
        return own_pairs(lambda: units, service, folder, complain)

    service.attend(Attendance(folder, pairs, wait=True, say=complain))
