"""What an evaluation has found, as far as a build tells it again.

The figures come out of a file in the cache folder, which anybody may have changed: what
does not look like an evaluation is as good as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Quality:
    """How good systems are in one language of the book."""

    current: bool  #: is the book still the one that was evaluated?
    baseline: str  #: the system whose pages are told
    reference: str  #: how the human translation came about: "independent", …
    signature: str  #: of BLEU: all that must be equal to compare two figures
    messages: int  #: that were scored
    of: int  #: that the book has
    systems: tuple[SystemQuality, ...]
    documents: Mapping[str, Figure] = field(default_factory=dict)  #: of the baseline
    kept: float | None = None  #: share of the baseline's drafts that people kept
    reused: float | None = None  #: share of the text whose source did not change
    projected: float | None = None  #: share of machine text that should survive
    saved: float | None = None  #: share of the work that is not to be done


@dataclass(frozen=True, slots=True)
class Figure:
    """Scores of some messages, 0 to 100; None where there are none."""

    messages: int
    bleu: float | None
    low: float | None  #: of BLEU, with 95 % confidence
    high: float | None
    chrf: float | None
    edit_rate: float | None  #: 0 to 1


@dataclass(frozen=True, slots=True)
class SystemQuality:
    """One system on the whole book."""

    name: str
    figure: Figure
    comparable: bool  #: it did not know what it was scored on


def quality(data: Mapping[str, Any], *, current: bool) -> Quality | None:
    """What a stored evaluation says; None if it is none."""
    try:
        return _quality(data, current=current)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def dumped(found: Quality) -> dict[str, Any]:
    """The same for the report."""
    return {**asdict(found), "documents": {k: asdict(v) for k, v in _sorted(found)}}


def _sorted(found: Quality) -> list[tuple[str, Figure]]:
    return sorted(found.documents.items())


def _quality(data: Mapping[str, Any], *, current: bool) -> Quality:
    systems = {str(one["name"]): one for one in data["systems"]}
    baseline = systems[str(data["baseline"])]
    work = data["workload"]
    kept = [_number(one["kept"]) for one in work["measured"]]
    return Quality(
        current,
        str(data["baseline"]),
        str(data["reference"]["independence"]),
        str(baseline["bleu"]["signature"]),
        int(data["scored"]["messages"]),
        int(data["scored"]["of"]),
        tuple(
            SystemQuality(name, _figure(one), bool(one["comparable"]))
            for name, one in systems.items()
        ),
        {str(name): _figure(one) for name, one in baseline["documents"].items()},
        kept[0] if kept else None,
        _number(work["reused"]),
        _number(work["projected"]),
        _number(work["saved"]),
    )


def _figure(data: Mapping[str, Any]) -> Figure:
    bleu, chrf = data["bleu"] or {}, data["chrf"] or {}
    return Figure(
        int(data["messages"]),
        _number(bleu.get("value")),
        _number(bleu.get("low")),
        _number(bleu.get("high")),
        _number(chrf.get("value")),
        _number(data["edit_rate"]),
    )


def _number(value: object) -> float | None:
    """A number, or none; raises TypeError for anything else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)
