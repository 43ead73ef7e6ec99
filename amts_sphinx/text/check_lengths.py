"""How long a translation is: learnt from people's, never a number of ours.

It differs with the two languages and with what a book is about.  Half-sentences and
whole paragraphs differ too, so learn from texts of the kind that is to be checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from amts_sphinx.text.check_rules import Check, readable

#: sources shorter than this say nothing about how long their translations are
_SHORT: Final = 20
#: fewer pairs have no first and no last percentile
_FEW: Final = 100


@dataclass(frozen=True, slots=True)
class LengthBand:
    """Characters of a translation for one of its source; an opaque code is one."""

    low: float  #: 1 of 100 translations is shorter
    high: float  #: 1 of 100 translations is longer

    @classmethod
    def learn(cls, pairs: Iterable[tuple[str, str]]) -> LengthBand | None:
        """The band of these coded texts, source and translation.

        None if they are too few to tell.
        """
        sides = ((readable(source), readable(target)) for source, target in pairs)
        ratios = sorted(
            len(target) / len(source)
            for source, target in sides
            if len(source) >= _SHORT and target
        )
        if len(ratios) < _FEW:
            return None
        return cls(ratios[len(ratios) // 100], ratios[-1 - len(ratios) // 100])

    def unusual(self, source: str, target: str) -> Iterator[tuple[Check, str]]:
        """What is to be said of the length of a readable text."""
        if len(source) >= _SHORT:
            ratio = len(target) / len(source)
            if not self.low <= ratio <= self.high:
                band = f"{self.low:.2f} to {self.high:.2f}"
                yield Check.LENGTH, f"{ratio:.2f} of the source, usual is {band}"
