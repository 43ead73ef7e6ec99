"""What stands beside the scores: work saved, checks, and whether terms are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from amts_sphinx.evaluation import workload
from amts_sphinx.evaluation.adherence import Tally, adherence
from amts_sphinx.evaluation.cases import Case
from amts_sphinx.evaluation.edit_rate import edits
from amts_sphinx.evaluation.independence import Independence, Provenance
from amts_sphinx.evaluation.masking import Form, scored
from amts_sphinx.evaluation.plan import Plan, rounded
from amts_sphinx.evaluation.tokenizers import Tokenizer
from amts_sphinx.text import codes
from amts_sphinx.text.checks import Checker, Coded, LengthBand
from amts_sphinx.text.units import Origin

#: so many terms are told, those missed most often
_TERMS = 50


def work(
    found: Sequence[Case], number: int | None, origin: Provenance, plan: Plan
) -> dict[str, Any]:
    """The three numbers; measured only where the reference was made of drafts.

    ``number`` is that of the system whose drafts they were, if it is among them.
    """
    measurements: dict[workload.Engine, workload.Measured] = {}
    if number is not None and origin.independence is Independence.POST_EDITED:
        edits = _edits(found, number, plan.tokenizer)
        engine = workload.Engine(origin.engine, plan.material.target.code)
        measurements[engine] = workload.measured(edits)
    result = workload.workload(plan.pieces, measurements)
    return {
        "measured": [
            {
                **asdict(engine),
                **rounded(asdict(one)),
                "bands": [rounded(band._asdict()) for band in one.bands],
                "kept": rounded(one.kept),
                "untouched_share": rounded(one.untouched_share),
            }
            for engine, one in result.measured
        ],
        "projected": rounded(result.projected),
        "reused": rounded(result.reused),
        "saved": rounded(result.saved),
        "goal": workload.GOAL,
        "formula": result.formula,
        "inputs": [rounded(asdict(share)) for share in result.inputs],
    }


def _edits(
    found: Iterable[Case], number: int, tokenizer: Tokenizer
) -> Iterable[workload.Edited]:
    for case in found:
        one = edits(case.masked[number + 2], case.masked[1], tokenizer)
        size = len(codes.plain(case.message.text))
        yield workload.Edited(one.length, one.edits, size)


# -- checks and terms ----------------------------------------------------------


def checks(
    found: Sequence[Case], number: int | None, plan: Plan
) -> list[dict[str, Any]]:
    """How often each check fires, in the baseline's text and in people's."""
    band = LengthBand.learn((c.message.text, c.reference.text) for c in found)
    checker = Checker(plan.material.source.code, plan.material.target.code, band)
    counts: dict[str, Counter[str]] = {"machine": Counter(), "human": Counter()}
    severities: dict[tuple[str, str], str] = {}
    for case in found:
        texts: list[tuple[Origin, Coded]] = [(Origin.HUMAN, case.reference)]
        if number is not None:
            texts.append((Origin.MACHINE, case.answers[number]))
        for origin, text in texts:
            for one in set(checker.findings(case.message, text, origin)):
                counts[origin.value][one.check.value] += 1
                severities[one.check.value, origin.value] = one.severity.value
    return [
        {
            "check": check,
            "machine": counts["machine"][check],
            "human": counts["human"][check],
            "machine_severity": severities.get((check, "machine"), ""),
            "human_severity": severities.get((check, "human"), ""),
        }
        for check in sorted({check for check, _ in severities})
    ]


def terms(
    found: Sequence[Case], number: int | None, plan: Plan
) -> dict[str, Any] | None:
    """Whether terms are kept, by the baseline and by people."""
    if plan.terms is None:
        return None
    texts: list[tuple[str, str, Origin]] = []
    for case in found:
        source, reference, *answers = scored(
            Form.KEEP, case.message, case.reference, *case.answers
        )
        texts.append((source, reference, Origin.HUMAN))
        if number is not None:
            texts.append((source, answers[number], Origin.MACHINE))
    result = adherence(plan.terms, texts)
    return {
        "machine": _tally(result.machine),
        "human": _tally(result.human),
        "rows": [
            {
                "term": row.term.source,
                "expected": list(row.term.targets),
                "machine": _tally(row.machine),
                "human": _tally(row.human),
            }
            for row in result.rows[:_TERMS]
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {**tally._asdict(), "share": rounded(tally.share)}
