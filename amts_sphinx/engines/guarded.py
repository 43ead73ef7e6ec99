"""Any engine that costs nothing, held so that the book is built whatever it does.

An engine is foreign code in front of a foreign service.  It may not exist, raise,
answer too few questions, or answer with what is no coded text at all.  Each of these
costs the translation of what was asked and one line that says so, never the build.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from amts_sphinx.engines.drafting import Use, unusable
from amts_sphinx.engines.engine import Engine, EngineError, one_line
from amts_sphinx.text import codes
from amts_sphinx.text.repair import Repaired, repaired
from amts_sphinx.text.units import Question

#: is told what went wrong, in one line
Tell = Callable[[str], None]


class GuardedEngine:
    """An engine that never raises and always answers as many texts as it was asked."""

    def __init__(self, engine: Engine, name: str, tell: Tell) -> None:
        try:
            own: object = engine.name
        except Exception:  # noqa: BLE001 - foreign code
            own = None
        self.name = own if isinstance(own, str) else name
        self.use = Use()
        self._engine = engine
        self._called = name
        self._tell = tell
        self._failed = False

    def draft(
        self, questions: Sequence[Question], of: int = 0
    ) -> list[Repaired | None]:
        """The engine's answers, verified and repaired."""
        del of
        self._failed = False
        answers = repaired(questions, self._ask)
        self.use.repairs.update(answer.repair for answer in answers if answer)
        if self._failed:
            self.use.unanswered += sum(not a or not a.text for a in answers)
        line = unusable(self._called, answers, len(questions))
        if line:
            self._tell(line)
        return answers

    def _ask(self, questions: Sequence[Question]) -> list[str | None]:
        """What the engine says; nothing more once it has failed in this job."""
        if self._failed:
            return [None] * len(questions)
        texts = [question.text for question in questions]
        self.use.calls += 1
        self.use.characters += sum(map(len, map(codes.plain, texts)))
        return self.translate(texts)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """The engine's answers as they are; empty for each that is no text."""
        try:
            given = _as_list(self._engine.translate(segments), len(segments))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code
            self._failed = True
            self._tell(f"engine {self._called!r} failed: {one_line(error)}")
            return [None] * len(segments)
        return [a if isinstance(a, str | None) else "" for a in given]


def _as_list(answers: object, count: int) -> list[object]:
    """The answers, if there is one for each of ``count`` questions.

    Raises EngineError otherwise: which answer belongs to which question is unknown.
    """
    if not isinstance(answers, Sequence) or isinstance(answers, str | bytes):
        message = f"it returned {type(answers).__name__}, not a list of answers"
        raise EngineError(message)
    if len(answers) != count:
        message = f"it returned {len(answers)} answers to {count} sentences"
        raise EngineError(message)
    return list(answers)
