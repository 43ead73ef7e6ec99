"""An evaluation as a whole: systems, workload, checks and terms, as plain data.

What is stored, printed and shown in the book is this data and nothing else, so it can
be told again without anything being computed.  Equal input gives equal data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from amts_sphinx.evaluation import beside
from amts_sphinx.evaluation.cases import Case, Cases, cases
from amts_sphinx.evaluation.independence import (
    Evidence,
    evidence,
    provenance,
)
from amts_sphinx.evaluation.plan import Plan, rounded
from amts_sphinx.evaluation.scores import Score
from amts_sphinx.evaluation.scoring import Figures, Result, score
from amts_sphinx.memory.drafts import Draft
from amts_sphinx.text.units import TranslationUnit

SCHEMA_VERSION = 1


def evaluate(plan: Plan) -> tuple[dict[str, Any], Cases]:
    """Everything that can be said, and the messages that it was said of."""
    found = cases(plan.material, plan.systems)
    results = score(plan.material, plan.systems, found, plan.tokenizer, plan.baseline)
    machines = {one.name: n for n, one in enumerate(plan.systems) if one.answers}
    number = machines.get(plan.baseline)
    shown = _evidence(found.cases, _speakers(plan, results))
    origin = provenance(shown, plan.stated)
    edited = machines.get(origin.engine)
    return {
        "schema_version": SCHEMA_VERSION,
        "source_language": plan.material.source.code,
        "language": plan.material.target.code,
        "tokenizer": {"name": plan.tokenizer.name, "note": plan.tokenizer.note},
        "baseline": plan.baseline,
        "scored": _counts(found),
        "reference": {
            "label": str(origin),
            "independence": origin.independence.value,
            "evidence": [asdict(one) for one in shown],
        },
        "systems": [_system(one, plan) for one in results],
        "workload": beside.work(found.cases, edited, origin, plan),
        "checks": beside.checks(found.cases, number, plan),
        "terms": beside.terms(found.cases, number, plan),
    }, found


def _counts(found: Cases) -> dict[str, object]:
    return {
        "messages": len(found.cases),
        "of": found.messages,
        "without_reference": found.unpaired,
        "without_answer": found.unanswered,
        "failed": dict(sorted(found.failed.items())),
    }


def _speakers(plan: Plan, results: Iterable[Result]) -> dict[str, int]:
    """The machines whose words are their own: the baseline, and who was taught none."""
    return {
        system.name: number
        for number, (system, result) in enumerate(
            zip(plan.systems, results, strict=True)
        )
        if system.answers and (system.name == plan.baseline or not result.audits)
    }


def _evidence(
    found: Iterable[Case], machines: Mapping[str, int]
) -> tuple[Evidence, ...]:
    """What the answers of machines show of how the reference was made."""
    drafts: list[Draft] = []
    units: list[TranslationUnit] = []
    for place, case in enumerate(found):
        # each message by itself: the same words elsewhere have their own reference
        source = f"{place} {case.message.text}"
        for engine, number in machines.items():
            drafts.append(Draft(source, case.answers[number].text, (), "", engine, 0))
        units.append(TranslationUnit(source, case.reference.text, ()))
    return evidence(drafts, units)


# -- systems -------------------------------------------------------------------


def _system(result: Result, plan: Plan) -> dict[str, Any]:
    compared = result.comparison
    audits = [audit for audit in result.audits.values() if audit.leaked_fuzzy90]
    return {
        "name": result.name,
        **_figures(result.book),
        "bleu_codes_kept": rounded(result.kept),
        "bleu_mean_of_documents": rounded(result.macro),
        "comparison": compared and rounded(asdict(compared)),
        "comparable": result.comparable,
        "leaked_exact": result.leaked,
        "leaked_fuzzy90": sum(audit.leaked_fuzzy90 for audit in audits),
        "cost": (plan.costs or {}).get(result.name),
        "chapters": {name: _figures(f) for name, f in sorted(result.chapters.items())},
        "documents": {
            name: {
                **_figures(figures),
                "leaked_exact": audit.leaked_exact if audit else 0,
                "leaked_fuzzy90": audit.leaked_fuzzy90 if audit else 0,
            }
            for name, figures in sorted(result.documents.items())
            for audit in (result.audits.get(name),)
        },
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "messages": figures.messages,
        "bleu": _score(figures.bleu),
        "chrf": _score(figures.chrf),
        "edit_rate": rounded(figures.edit_rate),
    }


def _score(found: Score | None) -> dict[str, Any] | None:
    if found is None:
        return None
    bounds = found.interval
    return {
        "value": rounded(found.value),
        "of_one": rounded(found.value / 100),
        "low": rounded(bounds.low) if bounds else None,
        "high": rounded(bounds.high) if bounds else None,
        "drawn": found.unit.value,
        "signature": found.signature,
    }
