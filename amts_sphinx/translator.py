"""The one place that decides where a sentence's translation comes from.

For every segment the first hit wins: the memory's very sentence, the memory's
cosmetically equal one, a person's sentence whose source hardly differs, the engine's
answer, a person's sentence whose source is similar, and failing all the source itself.
People sometimes translate several sentences as one; such a unit is tried first wherever
its first sentence stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.memory.memory import Former, TranslationMemory
from amts_sphinx.text import codes, repair
from amts_sphinx.text.units import (
    Context,
    Message,
    Question,
    Rung,
    Segment,
    Translation,
    TranslationUnit,
)

#: blocks in which a sentence can carry its mark; titles and captions are copied to
#: places where no mark belongs
MARKED = frozenset({"paragraph", "line", "attribution", "inline"})
#: what an engine is asked for
WANTED = frozenset({Rung.SOURCE, Rung.STALE_FAR})


class Stale(NamedTuple):
    """From which likeness on a changed sentence keeps its former translation."""

    near: float = 0.95  #: before the machine's
    far: float = 0.75  #: in place of nothing


class Translator:
    """Looks segments up in the memory and in what the engine answered."""

    def __init__(
        self, memory: TranslationMemory, engine: Drafter, stale: Stale | None = None
    ) -> None:
        """Without ``stale`` no sentence is shown whose source has changed."""
        self.memory = memory
        self.engine = engine
        self.stale = stale
        #: the engine's answers; None where it has none
        self.answers: dict[Question, repair.Repaired | None] = {}

    def missing(self, document: str, messages: Sequence[Message]) -> list[Question]:
        """Segments of a page that nobody translated and no engine was asked about."""
        found: dict[Question, None] = {}
        for message, translations in self.page(document, messages):
            position = 0
            for translation in translations:
                if translation.rung in WANTED:
                    # each sentence by itself, also where a run of them is stale
                    parts = message.segments[position : position + translation.segments]
                    found.update(dict.fromkeys(map(question, parts)))
                position += translation.segments
        return [asked for asked in found if asked not in self.answers]

    def ask(self, questions: Sequence[Question], of: int = 0) -> None:
        """Have the engine answer these questions, all in one job.

        ``of`` is the number of sentences that they are missing from.
        """
        if not questions or isinstance(self.engine, MemoryEngine):
            return
        answers = self.engine.draft(questions, of)
        self.answers.update(dict(zip(questions, answers, strict=True)))

    def page(
        self,
        document: str,
        messages: Sequence[Message],
        before: str = "",
        standing: Collection[str] | None = None,
    ) -> Iterator[tuple[Message, list[Translation]]]:
        """What stands in the book for each message of a page, in order.

        ``before`` is the segment in front of the first message; ``standing`` are all
        segments of the page, unless the messages are the whole page.
        """
        standing = standing_on(messages) if standing is None else standing
        for message in messages:
            yield message, self.translate(message, document, before, standing)
            before = message.segments[-1].text if message.segments else before

    def translate(
        self,
        message: Message,
        document: str,
        before: str = "",
        standing: Collection[str] = (),
    ) -> list[Translation]:
        """What stands in the book for each segment of a message, in order.

        ``before`` is the segment in front of the message, ``standing`` are all segments
        of the page.
        """
        here = _Place(self, message, document, before, standing)
        found: list[Translation] = []
        position = 0
        while position < len(message.segments):
            translation = here.at(position)
            found.append(translation)
            position += translation.segments
        return found


def standing_on(messages: Iterable[Message]) -> frozenset[str]:
    """All segments of a page, as coded text."""
    return frozenset(s.text for message in messages for s in message.segments)


class _Place(NamedTuple):
    """One message on its page, while it is being translated."""

    translator: Translator
    message: Message
    document: str
    before: str
    standing: Collection[str]

    def at(self, position: int) -> Translation:
        """The translation of the segment there, or of the run of segments it begins."""
        return self._as_it_stands(position) or self._not_as_it_stands(position)

    def _as_it_stands(self, position: int) -> Translation | None:
        """A person's translation of what stands there now."""
        memory = self.translator.memory
        segment = self.message.segments[position]
        runs = memory.runs(segment.text)
        return (
            self._first(position, runs, Rung.HUMAN_EXACT)
            or self._first(position, (1,), Rung.HUMAN_EXACT)
            or self._first(position, (1, *memory.lengths), Rung.HUMAN_COSMETIC)
        )

    def _first(
        self, position: int, lengths: Iterable[int], rung: Rung
    ) -> Translation | None:
        """A person's translation of so many segments from there on."""
        memory = self.translator.memory
        look_up = memory.exact if rung is Rung.HUMAN_EXACT else memory.cosmetic
        for count in lengths:
            run = self._run(position, count)
            unit = run and look_up(run, self._context(position, count))
            if run and unit:
                return self._human(position, count, run, unit, rung)
        return None

    def _not_as_it_stands(self, position: int) -> Translation:
        """What there is for a segment that nobody translated as it stands now."""
        segment = self.message.segments[position]
        former = self._former(position)
        near = self.translator.stale.near if self.translator.stale else 1.0
        if former and former.likeness >= near:
            return former
        machine = self._machine(segment)
        if machine and machine.rung is Rung.MACHINE:
            return machine
        if former:
            return former._replace(rung=Rung.STALE_FAR)
        return machine or source(self.message, segment, Rung.SOURCE)

    def _former(self, position: int) -> Translation | None:
        """The translation of what stood there before it changed."""
        stale = self.translator.stale
        if not stale or self.message.kind not in MARKED:
            return None
        best: tuple[int, Segment, Former] | None = None
        memory = self.translator.memory
        for count in (1, *memory.lengths):
            run = self._run(position, count)
            # a stale run never takes the place of a sentence that has not changed
            others = range(position + 1, position + count)
            if not run or any(map(self._as_it_stands, others)):
                continue
            context = self._context(position, count)
            former = memory.former(run, context, stale.far, self.standing, count)
            if former and (not best or former.likeness > best[2].likeness):
                best = count, run, former
        if not best:
            return None
        count, run, (unit, likeness) = best
        found = self._human(position, count, run, unit, Rung.STALE_NEAR)
        was = codes.plain(unit.source, [code.payload for code in unit.source_codes])
        return found._replace(was=was, likeness=likeness)

    def _machine(self, segment: Segment) -> Translation | None:
        """The engine's answer; if it cannot be used, the source, marked as failed."""
        answer = self.translator.answers.get(question(segment))
        if answer is None:
            return None
        if not repair.holds(segment.text, segment.codes, answer.text):
            return source(self.message, segment, Rung.FAILED)
        text = codes.renumber(answer.text, lambda n: segment.numbers[n - 1])
        return Translation(
            text, Rung.MACHINE, segment.start, segment.end, characters=size(segment)
        )

    def _run(self, position: int, count: int) -> Segment | None:
        """So many segments from there on as one; None where there are not as many."""
        segments = self.message.segments
        if count == 1:
            return segments[position]
        if position + count > len(segments):
            return None
        last = segments[position + count - 1]
        return self.message.span(segments[position].start, last.end)

    def _context(self, position: int, count: int) -> Context:
        segments = self.message.segments
        before = segments[position - 1].text if position else self.before
        behind = position + count
        after = segments[behind].text if behind < len(segments) else ""
        return Context(self.document, before, after)

    def _human(
        self,
        position: int,
        count: int,
        run: Segment,
        unit: TranslationUnit,
        rung: Rung,
    ) -> Translation:
        """A person's sentence, its codes numbered as in the message."""
        message = self.message
        own = len(message.codes) - len(run.numbers)

        def number(n: int) -> int:
            return run.numbers[n - 1] if n <= len(run.numbers) else n + own

        parts = message.segments[position : position + count]
        return Translation(
            codes.renumber(unit.target, number),
            rung,
            run.start,
            run.end,
            segments=count,
            codes=unit.target_codes,
            characters=sum(map(size, parts)),
        )


def question(segment: Segment) -> Question:
    """What an engine is asked about a segment."""
    return Question(segment.text, segment.codes)


def source(message: Message, segment: Segment, rung: Rung) -> Translation:
    """The segment as it stands in the source."""
    text = message.text[segment.start : segment.end]
    return Translation(text, rung, segment.start, segment.end, characters=size(segment))


def size(segment: Segment) -> int:
    """Characters of a segment that a translator has to read; codes are none."""
    return len(codes.plain(segment.text))
