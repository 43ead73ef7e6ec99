"""The protocols every engine keeps, and the one place that creates engines."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.memory.cache_key import Request
    from amts_sphinx.memory.spending import Account, Price

#: engines of this package by name
BUILTIN = {
    "amazon": "amts_sphinx.engines.amazon:AmazonEngine",
    "amazon-batch": "amts_sphinx.engines.amazon_sync:AmazonBatchEngine",
    "apertium": "amts_sphinx.engines.apertium:ApertiumEngine",
    "memory": "amts_sphinx.engines.memory:MemoryEngine",
    "pseudo": "amts_sphinx.engines.pseudo:PseudoEngine",
    "recorded": "amts_sphinx.engines.recorded:RecordedEngine",
}


class EngineError(Exception):
    """An engine cannot be created, or cannot work at all; the message is one line."""


class Engine(Protocol):
    """Turns source segments into target segments."""

    #: the name under which its answers are stored
    name: str

    def translate(self, segments: Sequence[str]) -> Sequence[str | None]:
        """Answer each segment (coded text), in order; None where there is no answer.

        Answers are verified by the caller; an engine need not check its codes.
        """


class Step(NamedTuple):
    """One request of a job has come to its end."""

    sentences: int  #: that need not be asked any more
    characters: int  #: that were billed for it


#: keeps raw answers to questions; False if it cannot, so no other should be bought
Keep = Callable[[Mapping[Question, str]], bool]


class Service(Protocol):
    """An engine that is paid: it is asked within a budget, its answers are stored."""

    name: str
    price: Price
    #: so far: requests made, characters billed for them, answers that were of no use
    requests: int
    billed: int
    lost: int
    #: nothing it answers belongs into the book's repository
    trial: bool

    def request(self, question: Question) -> Request:
        """Everything the answer to a question depends on: its key in the cache."""

    def size(self, question: Question) -> int:
        """How many characters are billed for a question."""

    def answers(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """Ask the service; hand answers to ``keep`` before anything else is asked.

        What is not answered is told in one line.  A caller who stops listening stops
        the job, with all answers under way still kept.
        """

    def at_once(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """The same, for the few pieces that the repair of a damaged answer wants.

        A service that takes hours may have another way for these.
        """

    def read(self, question: Question, raw: str) -> str:
        """A raw answer as coded text, damaged wherever the answer is."""


def create_engine(
    name: str, source: str, target: str, options: Mapping[str, Any]
) -> Engine | Service:
    """The engine called ``name``, or "package.module:Class", for a language pair.

    ``source`` and ``target`` are Amazon Translate codes; ``options`` are the engine's
    keyword arguments.

    Raises EngineError when there is no such engine, its options are wrong, or it cannot
    start, whatever it raises itself.
    """
    module, _, attribute = BUILTIN.get(name, name).partition(":")
    try:
        factory = getattr(importlib.import_module(module), attribute)
        engine = factory(source=source, target=target, **options)
        if not is_service(engine) and not callable(engine.translate):
            message = f"{type(engine).__name__!r} object cannot translate"
            raise TypeError(message)  # noqa: TRY301 - one message for all of these
        return cast("Engine", engine)
    except (Exception, SystemExit) as error:
        message = f"engine {name!r} cannot be used: {one_line(error)}"
        raise EngineError(message) from error


def is_service(engine: object) -> bool:
    """Is it one that is paid?"""
    methods = ("request", "size", "answers", "at_once", "read")
    return all(callable(getattr(engine, name, None)) for name in methods)


def one_line(error: BaseException) -> str:
    """What an error says, in one line; its type where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
