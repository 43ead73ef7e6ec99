"""The one place that decides where a sentence's translation comes from.

For every segment the first hit wins: the memory's very sentence, the memory's
cosmetically equal one, the engine's answer, and failing all the source itself.  People
sometimes translate several sentences as one; such a unit is tried first wherever its
first sentence stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from amts_sphinx.engines.engine import Engine
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text import codes
from amts_sphinx.text.units import (
    Message,
    Rung,
    Segment,
    Translation,
    TranslationUnit,
)


class Translator:
    """Looks segments up in the memory and in what the engine answered."""

    def __init__(self, memory: TranslationMemory, engine: Engine) -> None:
        self.memory = memory
        self.engine = engine
        #: the engine's answers by source segment; None where it has none
        self.answers: dict[str, str | None] = {}
        #: requests sent, and the characters in them
        self.engine_calls = 0
        self.engine_characters = 0

    def missing(self, document: str, messages: Iterable[Message]) -> list[str]:
        """Segments of a page that nobody translated and no engine was asked about."""
        found: dict[str, None] = {}
        for message in messages:
            for translation in self.translate(message, document):
                if translation.rung is Rung.SOURCE:
                    segment = message.span(translation.start, translation.end)
                    if segment.text not in self.answers:
                        found[segment.text] = None
        return list(found)

    def ask(self, segments: Sequence[str]) -> None:
        """Have the engine translate these segments, all in one job."""
        if not segments or self.engine.name == "memory":
            return
        self.engine_calls += 1
        self.engine_characters += sum(map(len, map(codes.plain, segments)))
        answers = self.engine.translate(segments)
        # all or nothing: with one answer too few, which belongs to which is unknown
        self.answers.update(dict(zip(segments, answers, strict=True)))

    def translate(self, message: Message, document: str) -> list[Translation]:
        """What stands in the book for each segment of a message, in order."""
        found: list[Translation] = []
        segments = message.segments
        position = 0
        while position < len(segments):
            count, translation = self._at(message, position, document)
            found.append(translation)
            position += count
        return found

    def _at(
        self, message: Message, position: int, document: str
    ) -> tuple[int, Translation]:
        """The translation of one segment, or of the run of segments it begins."""
        segment = message.segments[position]
        for count in self.memory.runs(segment.text):
            last = position + count - 1
            if last < len(message.segments):
                run = message.span(segment.start, message.segments[last].end)
                unit = self.memory.exact(run, document)
                if unit:
                    parts = message.segments[position : last + 1]
                    found = _human(message, run, unit, Rung.HUMAN_EXACT)
                    characters = sum(map(size, parts))
                    return count, found._replace(segments=count, characters=characters)
        return 1, self._single(message, segment, document)

    def _single(self, message: Message, segment: Segment, document: str) -> Translation:
        unit = self.memory.exact(segment, document)
        if unit:
            return _human(message, segment, unit, Rung.HUMAN_EXACT)
        unit = self.memory.cosmetic(segment, document)
        if unit:
            return _human(message, segment, unit, Rung.HUMAN_COSMETIC)
        answer = self.answers.get(segment.text)
        if answer is None:
            return source(message, segment, Rung.SOURCE)
        if not codes.fits(segment.text, answer):
            return source(message, segment, Rung.FAILED)
        text = codes.renumber(answer, lambda n: segment.numbers[n - 1])
        return Translation(
            text, Rung.MACHINE, segment.start, segment.end, characters=size(segment)
        )


def source(message: Message, segment: Segment, rung: Rung) -> Translation:
    """The segment as it stands in the source."""
    text = message.text[segment.start : segment.end]
    return Translation(text, rung, segment.start, segment.end, characters=size(segment))


def size(segment: Segment) -> int:
    """Characters of a segment that a translator has to read; codes are none."""
    return len(codes.plain(segment.text))


def _human(
    message: Message,
    segment: Segment,
    unit: TranslationUnit,
    rung: Rung,
) -> Translation:
    """A person's sentence, its codes numbered as in the message."""
    own = len(message.codes) - len(segment.numbers)

    def number(n: int) -> int:
        return segment.numbers[n - 1] if n <= len(segment.numbers) else n + own

    return Translation(
        codes.renumber(unit.target, number),
        rung,
        segment.start,
        segment.end,
        codes=unit.target_codes,
        characters=size(segment),
    )
