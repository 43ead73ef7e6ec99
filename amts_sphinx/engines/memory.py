"""The engine that asks nobody: what the memory lacks stays in the source language."""

from __future__ import annotations

from collections.abc import Sequence

from amts_sphinx.engines.drafting import Use
from amts_sphinx.text.units import Question


class MemoryEngine:
    """Sends nothing anywhere."""

    name = "memory"

    def __init__(self, source: str, target: str, **_others: object) -> None:
        """Options of other engines are ignored: ``-D amts_engine=memory`` must work."""
        self.languages = (source, target)
        self.use = Use()

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """No answer for any segment."""
        return [None] * len(segments)

    def draft(self, questions: Sequence[Question], of: int = 0) -> list[None]:
        """The same for questions."""
        del of
        return [None] * len(questions)
