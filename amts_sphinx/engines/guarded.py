"""Any engine, held so that the book is built whatever the engine does.

An engine is foreign code in front of a foreign service.  It may not exist, raise,
answer too few questions, or answer with what is no coded text at all.  Each of these
costs the translation of what was asked and one line that says so, never the build.
Whether an answer keeps the codes of its source is asked again at every use, by the
translator; here it is only counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from amts_sphinx.engines.engine import Engine, EngineError, create_engine, one_line
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.text import codes

#: what begins a tag; in coded text all but the codes is escaped
_TAG = re.compile(r"<[A-Za-z/!?]")
#: the same, but for what may have been a code of the source
_FOREIGN_TAG = re.compile(r"<(?!/?[xg]\b)[A-Za-z/!?]")

#: is told what went wrong, in one line
Tell = Callable[[str], None]


def open_engine(
    name: str, source: str, target: str, options: Mapping[str, Any], tell: Tell
) -> Engine:
    """The engine called ``name``, guarded; the memory's if there is none to be had."""
    try:
        return GuardedEngine(create_engine(name, source, target, options), name, tell)
    except EngineError as error:
        tell(f"{error}; the memory alone is used")
        return MemoryEngine(source, target)


class GuardedEngine:
    """An engine that never raises and always answers as many texts as it was asked."""

    def __init__(self, engine: Engine, name: str, tell: Tell) -> None:
        try:
            own: object = engine.name
        except Exception:  # noqa: BLE001 - foreign code
            own = None
        self.name = own if isinstance(own, str) else name
        self._engine = engine
        self._called = name
        self._tell = tell

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """The engine's answers; an empty text for each that is no coded text."""
        try:
            given = _as_list(self._engine.translate(segments), len(segments))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - foreign code
            self._tell(f"engine {self._called!r} failed: {one_line(error)}")
            return [None] * len(segments)
        answers = [*map(_coded_text, segments, given)]
        unusable = sum(
            answer is not None and not codes.fits(segment, answer)
            for segment, answer in zip(segments, answers, strict=True)
        )
        if unusable:
            self._tell(
                f"engine {self._called!r}: {unusable} of {len(segments)} answers "
                "cannot be used: empty, no plain text, or without the inline codes of "
                "the source"
            )
        return answers


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


def _coded_text(source: str, answer: object) -> str | None:
    """The answer as it is, or empty if nothing can make coded text of it."""
    if answer is None:
        return None
    if not isinstance(answer, str) or codes.UNTEXT.search(answer):
        return ""
    tag = _FOREIGN_TAG if "<" in source else _TAG
    return "" if "<" in answer and tag.search(answer) else answer
