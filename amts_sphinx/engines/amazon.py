"""Amazon Translate in real time.

Sentences are packed into HTML documents of about 9 kB, eight of which are under way at
once.  Where neither language is English, or brevity is asked for, the service takes no
documents, and each sentence is a request of its own.  A request that is refused, or
whose paragraphs do not all come back, is done again in halves, down to the sentence
that is the reason.  boto3 is loaded when the first request is made.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.addresses import address
from amts_sphinx.engines.amazon_terminology import Terminology, read_terminology
from amts_sphinx.engines.engine import EngineError, Keep, Step
from amts_sphinx.engines.work import work
from amts_sphinx.memory.cache_key import Request
from amts_sphinx.memory.spending import Account, Price
from amts_sphinx.text.languages import PROFILES
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_client import Client, Job

#: the service's API; part of every key of the cache
API = "2017-07-01"
#: of a document or text of real time translation
PRICE = Price(15.0, "USD", "2026-11", "a third party's list; set price to change it")

#: bytes of a document: a lost one costs little, and few are needed for a book
PACK = 9_000
#: what the service takes at most, in bytes
_LARGEST_DOCUMENT = 100_000
_LARGEST_TEXT = 10_000
#: so many requests are kept, as one is asked for several times
_REMEMBERED = 50_000
#: our options and the values the service knows
_SETTINGS = {
    "formality": ("Formality", ("FORMAL", "INFORMAL")),
    "profanity": ("Profanity", ("MASK",)),
    "brevity": ("Brevity", ("ON",)),
}
#: languages in which a form of address can be chosen
FORMAL = frozenset(
    {"de", "es", "es-MX", "fr", "fr-CA", "hi", "it", "ja", "ko", "nl", "pt-PT"}
)


class AmazonEngine:
    """Asks Amazon Translate, sentence by sentence, in as few requests as may be."""

    name = "amazon"

    def __init__(  # noqa: PLR0913 - one argument for each option of the engine
        self,
        source: str,
        target: str,
        *,
        region: str = "",
        endpoint_url: str = "",
        formality: str = "",
        profanity: str = "",
        brevity: str = "",
        terminology: str = "",
        price: float = PRICE.per_million,
    ) -> None:
        """Languages are Amazon Translate codes; ``terminology`` is a CSV file.

        ``price`` is in US dollars for a million characters.
        Raises EngineError for a value that the service does not know.
        """
        for code in (source, target):
            if code not in PROFILES:
                message = f"Amazon Translate does not translate {code!r}"
                raise EngineError(message)
        given = {"formality": formality, "profanity": profanity, "brevity": brevity}
        self._settings = dict(_setting(k, v) for k, v in given.items() if v)
        if formality and target not in FORMAL:
            message = f"formality: there is no choice of it in {target!r}; leave it out"
            raise EngineError(message)
        self.price = PRICE._replace(per_million=_price(price))
        if price != PRICE.per_million:
            self.price = Price(float(price), PRICE.currency, "", "amts_engine_options")
        self._languages = source, target
        self._region = region
        self._address = address(endpoint_url)
        self.trial = self._address.trial
        self._terminology: Terminology | None = None
        if terminology:
            self._terminology = read_terminology(Path(terminology), source, target)
        self._documents = "en" in self._languages and not brevity
        self.requests = self.billed = self.lost = 0
        self._requests: dict[Question, Request] = {}

    def request(self, question: Question) -> Request:
        """Everything the answer to a question depends on."""
        if question not in self._requests:
            if len(self._requests) >= _REMEMBERED:
                self._requests.clear()
            self._requests[question] = self._request(question)
        return self._requests[question]

    def _request(self, question: Question) -> Request:
        words = self._terminology
        return Request(
            engine=AmazonEngine.name,
            version=f"{API} {self._address.elsewhere}".strip(),
            source=self._languages[0],
            target=self._languages[1],
            codec=amazon_wire.WIRE,
            wire="document" if self._documents else "text",
            text=amazon_wire.to_wire(question),
            settings=self._settings,
            terminology=words.name if words else "",
            terminology_hash=words.digest if words else "",
        )

    def _wire(self, question: Question) -> str:
        return self.request(question).text

    def size(self, question: Question) -> int:
        """How many characters are billed for a question.

        Of a single text the tags are counted too: nobody says that they are not.
        """
        wire = self._wire(question)
        return amazon_wire.billed(wire) if self._documents else len(wire)

    def read(self, question: Question, raw: str) -> str:
        """A raw answer as coded text."""
        return amazon_wire.from_wire(raw, question)

    def answers(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """Ask the service; see the protocol."""
        return self.at_once(questions, account, keep, tell)

    def at_once(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """Ask the service in real time.

        Raises EngineError if it cannot be asked at all.
        """
        if not questions:
            return
        from amts_sphinx.engines import amazon_client as door  # noqa: PLC0415 - boto3
        from amts_sphinx.engines.amazon_job import Asking  # noqa: PLC0415 - boto3

        words = self._terminology
        job = door.Job(*self._languages, self._settings, words.name if words else "")
        client = door.Client(self._region, self._address, account)
        asking = Asking(self, client, job, questions, keep, tell)
        try:
            packs = self._packs(questions)
            yield from work(packs, asking.do, door.THREADS, client.stopped.set)
        finally:
            client.close()
            self.requests += client.attempts
            self.billed += client.billed
            self.lost += client.garbled
            asking.say()

    def _packs(self, questions: Sequence[Question]) -> list[tuple[int, ...]]:
        """The questions of each request, by number."""
        packs: list[list[int]] = []
        room = 0
        for number, question in enumerate(questions):
            size = len(self._wire(question).encode()) + len('<p id="000"></p>')
            if size > room or not self._documents:
                packs.append([])
                room = PACK
            packs[-1].append(number)
            room -= size
        return [tuple(pack) for pack in packs]

    @property
    def settings(self) -> Mapping[str, str]:
        """Settings as the service calls them."""
        return self._settings

    @property
    def terminology(self) -> Terminology | None:
        """The book's terms."""
        return self._terminology

    @property
    def languages(self) -> tuple[str, str]:
        """Amazon's codes of source and target."""
        return self._languages

    def import_terminology(self) -> str:
        """Have the service keep the book's terms; returns what it left out."""
        from amts_sphinx.engines.amazon_session import control  # noqa: PLC0415 - boto3

        assert self._terminology  # noqa: S101 - only asked for where there is one
        client = control(self._region, self._address)
        try:
            return self._terminology.import_by(client)
        finally:
            client.close()

    def ask(
        self, client: Client, job: Job, questions: Sequence[Question]
    ) -> dict[int, str]:
        """One request; the raw answers that are beyond doubt, by number.

        Raises the errors of the client.
        """
        wires = [self._wire(question) for question in questions]
        billed = sum(map(self.size, questions))
        if self._documents:
            answer = client.document(amazon_wire.document(wires), job, billed)
            found = amazon_wire.paragraphs(answer, len(wires))
        else:
            found = {0: client.text(wires[0], job, billed)}
        return found

    def too_large(self, question: Question) -> bool:
        """Is a question more than the service takes in one request?"""
        largest = _LARGEST_DOCUMENT if self._documents else _LARGEST_TEXT
        return len(self._wire(question).encode()) + len("<html>") * 8 > largest


def _price(given: object) -> float:
    """The price of a million characters.

    Raises EngineError for what is none.
    """
    if type(given) in (int, float) and 0 <= float(str(given)) < inf:
        return float(str(given))
    message = f"price: {given!r} is no price for a million characters"
    raise EngineError(message)


def _setting(option: str, value: str) -> tuple[str, str]:
    """A setting as the service calls it.

    Raises EngineError for a value that it does not know.
    """
    name, known = _SETTINGS[option]
    if value not in known:
        message = f"{option}: {value!r} is not one of {', '.join(known)}"
        raise EngineError(message)
    return name, value
