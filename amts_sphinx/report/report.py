"""The report of one translating build: plain data, the same bytes for the same input.

``OUT/_amts/report.json`` is what others build on.  Its schema ships beside this module
(``report.schema.json``); within one ``schema_version`` keys are only ever added.
``seconds`` differ from run to run: leave that key out of comparisons.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from amts_sphinx.report.quality import Quality, dumped
from amts_sphinx.text.units import Origin, Rung

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Amounts:
    """Segments and source characters by origin."""

    segments: Mapping[str, int]
    characters: Mapping[str, int]

    def share(self, origin: Origin) -> float:
        """Part of the source characters with this origin, 0 to 1; 0 without text."""
        total = self.total
        return self.characters.get(origin.value, 0) / total if total else 0.0

    @property
    def total(self) -> int:
        """All source characters."""
        return sum(self.characters.values())

    @property
    def to_do(self) -> int:
        """Source characters that no person has translated as they stand now."""
        return self.total - self.characters.get(Origin.HUMAN.value, 0)


@dataclass(frozen=True, slots=True)
class StaleSentence:
    """A person's sentence whose source has changed; all texts are readable."""

    was: str  #: the source it was made from
    source: str  #: the source as it is now
    target: str  #: the sentence, as it is shown
    likeness: float  #: of the two sources, 0 to 1


@dataclass(frozen=True, slots=True)
class Document:
    """One page of the book."""

    docname: str
    title: str  #: as shown in the translated book
    amounts: Amounts
    stale: tuple[StaleSentence, ...] = ()  #: in the order of the page


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a build knows about its translations."""

    language: str  #: Amazon Translate code
    source_language: str
    engine: str
    documents: tuple[Document, ...]  #: sorted by docname
    counters: Mapping[str, int | Mapping[str, int]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)  #: processor time
    generator: Mapping[str, str] = field(default_factory=dict)
    generated: str = ""  #: ISO 8601 date, only if SOURCE_DATE_EPOCH is set
    quality: Quality | None = None  #: what an evaluation has found

    @property
    def totals(self) -> Amounts:
        """The sums over all documents."""
        return total(document.amounts for document in self.documents)


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sums of several amounts."""
    segments: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for one in amounts:
        segments.update(one.segments)
        characters.update(one.characters)
    return Amounts(segments, characters)


def dump(report: Report) -> str:
    """The report as JSON text."""
    data: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "generator": dict(report.generator),
        "language": report.language,
        "source_language": report.source_language,
        "engine": {"name": report.engine},
        "totals": _amounts(report.totals),
        "documents": [
            {
                "docname": d.docname,
                "title": d.title,
                "stale": [
                    {**asdict(s), "likeness": round(s.likeness, 3)} for s in d.stale
                ],
                **_amounts(d.amounts),
            }
            for d in report.documents
        ],
        "counters": _with_all_rungs(report.counters),
        "seconds": {name: round(value, 3) for name, value in report.seconds.items()},
    }
    if report.quality:
        data["evaluation"] = dumped(report.quality)
    if report.generated:
        data["generated"] = report.generated
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _amounts(amounts: Amounts) -> dict[str, dict[str, int]]:
    """Every origin is named, also those that do not occur."""
    return {
        "segments": {o.value: amounts.segments.get(o.value, 0) for o in Origin},
        "characters": {o.value: amounts.characters.get(o.value, 0) for o in Origin},
    }


def _with_all_rungs(
    counters: Mapping[str, int | Mapping[str, int]],
) -> dict[str, int | dict[str, int]]:
    return {
        name: (
            value
            if not isinstance(value, Mapping)
            else {rung.value: value.get(rung.value, 0) for rung in Rung}
            if name == "hits"
            else dict(value)
        )
        for name, value in counters.items()
    }
