"""The engines behind the stand-in, and one text's way through them.

There is one engine for each language pair, kept open.  A document is asked in one call,
each block as one sentence.  Between the same two languages nothing is translated and
nothing billed, as at Amazon.  Damage is done to each answer as it would be sent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import cast

from amts_sphinx.engines.engine import Engine, EngineError, create_engine, is_service
from amts_sphinx.testing.standin import damage, errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.sentence import Sentence
from amts_sphinx.text import codes


class _Function:
    """A function on coded text in the place of an engine."""

    name = "function"

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        return [self._function(segment) for segment in segments]


class Engines:
    """An engine for each language pair, created when first asked for."""

    def __init__(self, engine: str | Callable[[str], str]) -> None:
        """``engine`` is a name for ``create_engine``, or a function on coded text."""
        self._engine = engine
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], Engine] = {}

    def translate(self, segments: Sequence[str], source: str, target: str) -> list[str]:
        """The answers in order; the source where the engine has none.

        Raises ServiceError if the engine does not know the languages.
        """
        with self._lock:  # not every engine may be asked by two at once
            try:
                engine = self._opened(source, target)
            except EngineError as error:
                name = errors.UNSUPPORTED_LANGUAGE_PAIR
                pair = {"SourceLanguageCode": source, "TargetLanguageCode": target}
                raise ServiceError(name, f"Stand-in: {error}", **pair) from error
            answers = engine.translate(segments)
        pairs = zip(segments, answers, strict=True)
        return [segment if answer is None else answer for segment, answer in pairs]

    def _opened(self, source: str, target: str) -> Engine:
        pair = (source, target)
        if pair not in self._open:
            given = self._engine
            if isinstance(given, str):
                engine = create_engine(given, source, target, {})
                if is_service(engine):
                    message = f"{given!r} would ask a service in its turn"
                    raise EngineError(message)
                self._open[pair] = cast("Engine", engine)
            else:
                self._open[pair] = _Function(given)
        return self._open[pair]

    def close(self) -> None:
        """Let go of all engines; what they have started ends with them."""
        with self._lock:
            self._open.clear()


@dataclass(frozen=True, slots=True)
class Task:
    """How the texts of one request are to be translated."""

    source: str  #: Amazon Translate code
    target: str  #: Amazon Translate code
    terms: Mapping[str, str]  #: terms and their translations
    damage: Mapping[str, float]  #: kinds of damage and their shares
    random: Random  #: decides what is damaged
    markup: bool  #: are the texts HTML?
    #: translations of whole sentences, which count more than the engine
    examples: Mapping[str, str] = field(default_factory=dict)


def translated(
    engines: Engines, task: Task, texts: Sequence[str]
) -> tuple[list[str], set[str]]:
    """The texts as they are answered, and the terms that were used.

    Raises ServiceError if the engine does not know the languages.
    """
    if task.source == task.target:
        return list(texts), set()
    sentences = [Sentence(text, markup=task.markup) for text in texts]
    adapted = [_adapted(sentence.coded, task.examples) for sentence in sentences]
    used: set[str] = set()
    coded: list[str] = []
    for sentence, done in zip(sentences, adapted, strict=True):
        if done is None:
            used |= sentence.use(task.terms)
            coded.append(sentence.coded)
    rest = iter(engines.translate(coded, task.source, task.target))
    answers = [next(rest) if done is None else done for done in adapted]
    wires = [
        damage.damaged(
            sentence.wire(answer), text, task.damage, task.random, markup=task.markup
        )
        for sentence, answer, text in zip(sentences, answers, texts, strict=True)
    ]
    return wires, used


def _adapted(coded: str, examples: Mapping[str, str]) -> str | None:
    """The example for a sentence whose text, in one piece, is the source of one.

    It stands in for what Active Custom Translation does with examples, which nobody
    outside knows: so one can see that the examples of a job were used, and no more.
    """
    pieces = codes.CODE.split(coded) if examples else []
    texts = [at for at in range(0, len(pieces), 3) if pieces[at].strip()]
    if len(texts) != 1:
        return None
    text = pieces[texts[0]].strip()
    source = codes.unescape(text)
    if source not in examples:
        return None
    return coded.replace(text, codes.escape(examples[source]), 1)
