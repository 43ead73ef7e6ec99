"""What the translator asks for drafts, whatever stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from amts_sphinx.text.repair import Repair, Repaired
from amts_sphinx.text.units import Question


@dataclass
class Use:
    """What was asked of an engine in one build."""

    calls: int = 0  #: requests, also those that had to be repeated
    characters: int = 0  #: billed; where nothing is, those that were sent
    cost: float = 0.0  #: of them, as far as the engine's price is right
    currency: str = ""
    stored: int = 0  #: answers that were paid for in an earlier build
    #: sentences that may have an answer in the next build though nothing has changed
    unanswered: int = 0
    lost: int = 0  #: answers that were paid for but could not be read
    repairs: Counter[Repair] = field(default_factory=Counter)  #: sentences by rung


class Drafter(Protocol):
    """Translates questions, verified and repaired; never raises."""

    name: str
    use: Use

    def draft(
        self, questions: Sequence[Question], of: int = 0
    ) -> Sequence[Repaired | None]:
        """An answer to each question, in order; None where there is none.

        An answer without a text is one that cannot be used.  ``of`` is the number of
        sentences that these are missing from.
        """


def unusable(name: str, answers: Iterable[Repaired | None], count: int) -> str:
    """One line about answers that no repair could help; "" if there are none."""
    failed = sum(answer is not None and not answer.text for answer in answers)
    if not failed:
        return ""
    return (
        f"engine {name!r}: {failed:,} of {count:,} answers cannot be used: empty, no "
        "plain text, or without the inline codes of the source"
    )
