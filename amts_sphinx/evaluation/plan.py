"""What is to be evaluated, and how its numbers are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amts_sphinx.bitext.material import Material
from amts_sphinx.bitext.terminology import Terminology
from amts_sphinx.evaluation.independence import Provenance
from amts_sphinx.evaluation.systems import System
from amts_sphinx.evaluation.tokenizers import Tokenizer
from amts_sphinx.evaluation.workload import Piece

_DIGITS = 4


@dataclass(frozen=True)
class Plan:
    """What is to be evaluated."""

    material: Material
    systems: Sequence[System]
    baseline: str  #: name of the system that the others are compared with
    tokenizer: Tokenizer
    pieces: Sequence[Piece] = ()  #: the book as it is built today
    terms: Terminology | None = None
    stated: Provenance | None = None  #: what the user says of the reference
    costs: Mapping[str, Mapping[str, Any]] | None = None  #: by system


def rounded(value: Any) -> Any:
    """Numbers to four places, wherever they stand."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, Mapping):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return value
