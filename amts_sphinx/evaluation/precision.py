"""How far a check may be trusted: measured where people edited a machine's drafts.

What people removed of all that a check fired on is the nearest thing to its precision
that needs no reader; how often it fires on what they left is the noise to expect.  A
check that fires more on finals than on drafts is an opinion about style.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from amts_sphinx.text.checks import Check, Checker, Coded
from amts_sphinx.text.units import Origin


class Precision(NamedTuple):
    """One check, measured; texts are counted, not findings."""

    check: Check
    drafts: int  #: machine drafts it fired on
    finals: int  #: texts it fired on after people had edited them
    gone: float | None  #: share of the drafts whose finals are silent; None: no draft


def precision(
    checker: Checker, triples: Iterable[tuple[Coded, Coded, Coded]]
) -> tuple[Precision, ...]:
    """Measure every check on triples of source, draft and final, in the checks' order.

    Give the checker a band learnt from finals, else lengths are not judged.
    """
    drafts, finals, gone = Counter[Check](), Counter[Check](), Counter[Check]()
    for source, draft, final in triples:
        before = _fired(checker, source, draft, Origin.MACHINE)
        after = _fired(checker, source, final, Origin.HUMAN)
        drafts.update(before)
        finals.update(after)
        gone.update(before - after)
    return tuple(
        Precision(
            check,
            drafts[check],
            finals[check],
            gone[check] / drafts[check] if drafts[check] else None,
        )
        for check in Check
    )


def _fired(
    checker: Checker, source: Coded, target: Coded, origin: Origin
) -> set[Check]:
    return {finding.check for finding in checker.findings(source, target, origin)}
