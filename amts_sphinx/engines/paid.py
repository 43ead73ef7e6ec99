"""A service that costs money, behind everything that keeps the bill small.

A sentence is looked for in the drafts, then among the raw answers in the cache, and
only then asked for, once the price was told and as far as the budget goes.  Raw answers
are what is stored, each by the very text that was sent, before the thread that got it
asks for another; whatever the ladder of repair asks for besides is stored in the same
way.  So nothing is paid for twice, however a build ends, and a better repair needs no
new answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from amts_sphinx.engines.drafting import Use, unusable
from amts_sphinx.engines.engine import EngineError, Service, Step, one_line
from amts_sphinx.engines.secrets import redacted
from amts_sphinx.memory.cache import Answer, AnswerCache
from amts_sphinx.memory.drafts import Draft, Drafts
from amts_sphinx.memory.spending import Account, Quote
from amts_sphinx.text import answers, codes
from amts_sphinx.text.repair import Repair, Repaired, holds, repaired
from amts_sphinx.text.units import Question

_SURROGATE = re.compile("[\ud800-\udfff]")

Tell = Callable[[str], None]
#: listens to all steps of a job, showing how far it has come of so many sentences
Watch = Callable[[Iterable[Step], int], None]


@dataclass(frozen=True)
class Desk:
    """What a paid service is asked with, apart from itself."""

    cache: Callable[[], AnswerCache]  #: opens it; called when it is first needed
    drafts: Drafts
    account: Account
    frozen: bool  #: nothing may be sent at all
    tell: Tell  #: problems
    say: Tell  #: news
    watch: Watch


class PaidEngine:
    """A paid service; never raises."""

    def __init__(self, service: Service, desk: Desk) -> None:
        self.name = service.name
        self.use = Use(currency=service.price.currency)
        self._service = service
        self._desk = desk
        self._cache: AnswerCache | None = None
        self._empty = False  #: was the cache, when it was opened
        self._quoted = False
        self._first = True  #: of the questions of a draft

    def draft(
        self, questions: Sequence[Question], of: int = 0
    ) -> list[Repaired | None]:
        """The service's answers, verified and repaired."""
        known = {question: self._drafted(question) for question in questions}
        missing = [question for question, draft in known.items() if draft is None]
        if not missing:
            return list(known.values())
        self._quoted, self._first = False, True
        drafts = self._desk.drafts
        try:
            answers = repaired(missing, lambda asked: self._ask(asked, of))
            for question, answer in zip(missing, answers, strict=True):
                known[question] = answer
                if answer and answer.text:
                    self.remember(question, answer)
        finally:
            drafts.save()
            self.close()
        self.use.repairs.update(answer.repair for answer in answers if answer)
        self.use.unanswered += sum(not answer or not answer.text for answer in answers)
        line = unusable(self.name, answers, len(missing))
        if line:
            self._desk.tell(line)
        return [known[question] for question in questions]

    def lacking(self, questions: Iterable[Question]) -> Iterator[Question]:
        """Those of these questions that have no draft, each once."""
        seen: set[int] = set()  # a collision would leave a sentence to the next time
        for question in questions:
            sent = hash(self._sent(question))
            if sent not in seen and not self._drafted(question):
                seen.add(sent)
                yield question

    def unanswered(self, questions: Iterable[Question]) -> Iterator[Question]:
        """Those of them that no answer is stored for either."""
        return (q for q in self.lacking(questions) if not self.is_answered(q))

    def is_answered(self, question: Question) -> bool:
        """Is an answer stored for it?"""
        return self._stored(question) is not None

    def keep(self, answers: Mapping[Question, str]) -> bool:
        """Store raw answers; False if that cannot be done."""
        self._open()
        assert self._cache is not None  # noqa: S101 - just opened
        self._empty = False
        # what is empty, or no file can hold, is damaged, and is asked for anew
        return self._cache.put_all(
            (self._service.request(question), Answer(text, 0))
            for question, text in answers.items()
            if text.strip() and not _SURROGATE.search(text)
        )

    def remember(self, question: Question, answer: Repaired) -> None:
        """Put an answer among the drafts, which have to be saved then."""
        key, repair = self._key(question), int(answer.repair)
        text, kinds = question.text, question.codes
        draft = Draft(text, answer.text, kinds, key, self.name, repair)
        self._desk.drafts.add(draft)

    @property
    def service(self) -> Service:
        """What stands behind it."""
        return self._service

    @property
    def desk(self) -> Desk:
        """What it is asked with."""
        return self._desk

    def quote(self, questions: Iterable[Question], of: int = 0) -> Quote:
        """What these questions would cost; nothing is sent."""
        buy = list(self.unanswered(questions))
        self.close()
        return self._quote(buy, of)

    def _quote(self, questions: Sequence[Question], of: int) -> Quote:
        characters = sum(map(self._service.size, questions))
        price, budget = self._service.price, self._desk.account.budget
        return Quote(len(questions), of or len(questions), characters, price, budget)

    # -- what is known already ---------------------------------------------------

    def _key(self, question: Question) -> str:
        return self._service.request(question).key()

    def _sent(self, question: Question) -> str:
        return self._service.request(question).text

    def _drafted(self, question: Question) -> Repaired | None:
        """The draft of a sentence, if it still stands for it.

        What has no letters is its own translation, in every language.
        """
        if not codes.has_letters(question.text):
            return Repaired(question.text, Repair.AS_IS)
        drafts = self._desk.drafts
        draft = drafts.get(self._key(question)) if len(drafts) else None
        if not draft or not holds(question.text, question.codes, draft.target):
            return None
        source, target = codes.plain(question.text), codes.plain(draft.target)
        if answers.begins_formula(source, target):
            return None
        return Repaired(draft.target, Repair(draft.repair))

    def _stored(self, question: Question) -> str | None:
        """The raw answer to a question that was asked before."""
        self._open()
        assert self._cache is not None  # noqa: S101 - just opened
        if self._empty:  # of a first build: nothing has to be looked for
            return None
        answer = self._cache.get(self._service.request(question))
        return answer.text if answer else None

    def _open(self) -> None:
        if self._cache is None:
            self._cache = self._desk.cache()
            self._empty = self._cache.empty

    def close(self) -> None:
        """Close the cache, until it is needed again."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    # -- asking ------------------------------------------------------------------

    def _ask(self, questions: Sequence[Question], of: int) -> list[str | None]:
        """Raw answers as coded text; None where there is none to be had."""
        raw: dict[str, str] = {}  # by the text as it is sent
        buy: dict[str, Question] = {}
        for question in questions:
            stored = self._stored(question)
            if stored is None:
                buy[self._sent(question)] = question
            else:
                raw[self._sent(question)] = stored
        self.use.stored += len(raw)
        if buy and self._may_buy(list(buy.values()), of):
            self._buy(list(buy.values()), raw)
        self._first = False  # what is asked from here on are pieces
        found = (raw.get(self._sent(question)) for question in questions)
        return [
            None if text is None else self._service.read(question, text)
            for question, text in zip(questions, found, strict=True)
        ]

    def _may_buy(self, questions: Sequence[Question], of: int) -> bool:
        """Tell the price, once a job; may anything be sent?"""
        desk = self._desk
        if desk.frozen:
            if not self._quoted:
                line = "have no draft and stay in the source: this build sends nothing"
                desk.say(f"{len(questions):,} sentences {line} (amts_frozen)")
            self._quoted = True
            return False
        if not self._quoted:
            desk.say(self._quote(questions, of).line())
        self._quoted = True
        if desk.account.budget <= 0:
            return False
        if self._cache is None or not self._cache.writable:
            line = "nothing is sent, since answers that are paid for could not be kept"
            desk.tell(f"engine {self.name!r}: {line}")
            return False
        return True

    def _buy(self, questions: list[Question], raw: dict[str, str]) -> None:
        """Have the service answer these questions; what it answers goes to ``raw``."""
        service, desk = self._service, self._desk

        def keep(answers: Mapping[Question, str]) -> bool:
            raw.update((self._sent(q), text) for q, text in answers.items())
            return self.keep(answers)

        before = service.requests, service.billed, service.lost
        told: list[str] = []
        try:
            ask = service.answers if self._first else service.at_once
            job = ask(questions, desk.account, keep, told.append)
            with closing(job):  # whatever happens, its threads are waited for
                desk.watch(job, len(questions))
        except EngineError as error:
            told.append(redacted(error))
        except Exception as error:  # noqa: BLE001 - foreign code
            told.append(redacted(one_line(error)))
        finally:
            if desk.account.problem:
                told.append(desk.account.problem)
            self.use.calls += service.requests - before[0]
            self.use.characters += service.billed - before[1]
            self.use.lost += service.lost - before[2]
            self.use.cost = service.price.cost(self.use.characters)
            for line in told:
                desk.tell(f"engine {self.name!r}: {line}")
