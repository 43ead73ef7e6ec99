"""An engine whose answers a test writes down, named ``canned:CannedEngine``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amts_sphinx.engines.engine import Engine
from amts_sphinx.engines.guarded import GuardedEngine


class CannedEngine:
    """Answers from a table, and remembers what it was asked."""

    name = "canned"

    def __init__(
        self,
        source: str = "en",
        target: str = "es",
        answers: Mapping[str, str | None] | None = None,
    ) -> None:
        self.languages = (source, target)
        self.answers = answers or {}
        self.asked: list[list[str]] = []

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """The answer written down for each segment; None for others."""
        self.asked.append(list(segments))
        return [self.answers.get(segment) for segment in segments]


class SulkyEngine:
    """Takes no options and answers nothing, not even None."""

    name = "sulky"

    def __init__(self, source: str, target: str) -> None:
        message = f"no model for\n{source}-{target}"
        raise ValueError(message)


def guarded(engine: Engine) -> GuardedEngine:
    """An engine as a translator asks it; what the guard says is of no interest."""
    return GuardedEngine(engine, engine.name, lambda _line: None)
