"""One job of Amazon Translate under way: what follows from the end of each request.

An answer is kept before anything else is asked.  A request that fails is done again in
halves where a part of it may be at fault, once more where the service may have been,
and not at all where no other can do any better; then the job ends, and one line says
why and how many sentences it costs.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amts_sphinx.engines import amazon_client as door
from amts_sphinx.engines.engine import EngineError, Keep, Step
from amts_sphinx.engines.work import Done
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon import AmazonEngine

#: numbers of the questions that travel together
Pack = tuple[int, ...]

#: requests that get no answer, with none between that does, until the job ends
PATIENCE = 3
#: requests refused before a first one is answered, until the job ends; to find the one
#: bad sentence of a pack takes fewer
REFUSALS = 12
#: times that a terminology is missing although it was brought
_IMPORTS = 2


@dataclass
class Asking:
    """One job under way; its ``do`` runs in several threads."""

    engine: AmazonEngine
    client: door.Client
    job: door.Job
    questions: Sequence[Question]
    keep: Keep
    tell: Callable[[str], None]
    #: sentences without a translation, by reason
    failed: Counter[str] = field(default_factory=Counter)
    stop: str = ""  #: why nothing more is asked
    answered: int = 0
    failures: int = 0  #: requests that failed since the last one that did not
    tried: Counter[Pack] = field(default_factory=Counter)
    imports: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    importing: threading.Lock = field(default_factory=threading.Lock)

    def do(self, pack: Pack) -> Done[Pack, Step]:
        """One request, and what follows from its end."""
        questions = [self.questions[number] for number in pack]
        if self.stop:
            return self._without(pack, self.stop)
        if len(pack) == 1 and self.engine.too_large(questions[0]):
            return self._without(pack, "more than the service takes in one piece")
        imports = self.imports
        try:
            return self._answered(
                pack, self.engine.ask(self.client, self.job, questions)
            )
        except door.MissingError as error:
            done = self._import(pack, str(error), imports)
        except door.UnaffordableError:
            done = self._refused(pack, "the budget does not cover them", last=True)
        except door.StoppedError:
            done = self._without(pack, self.why)
        except door.RefusedError as error:
            done = self._refused(pack, str(error))
        except door.UnavailableError as error:
            done = self._unavailable(pack, str(error))
        except EngineError as error:
            self._end(str(error))
            done = self._without(pack, self.stop)
        return done

    @property
    def why(self) -> str:
        """Why nothing more is asked."""
        return self.stop or "the job was stopped"

    def say(self) -> None:
        """Tell what was not translated, one line for each reason."""
        for reason, count in sorted(self.failed.items()):
            of = len(self.questions)
            self.tell(f"{count:,} of {of:,} sentences were not translated: {reason}")

    def _answered(self, pack: Pack, found: Mapping[int, str]) -> Done[Pack, Step]:
        """Keep what came back; ask again, in halves, for what did not."""
        kept = self.keep({self.questions[pack[n]]: found[n] for n in sorted(found)})
        if not kept:
            self._end("its answers cannot be kept")
        with self.lock:
            self.answered += len(found)
            self.failures = 0 if found else self.failures + 1
            hopeless = not self.answered and self.failures >= REFUSALS
        if hopeless:
            self._end("the service answers them with nothing", at_once=False)
        size = sum(self.engine.size(self.questions[number]) for number in pack)
        rest = tuple(number for n, number in enumerate(pack) if n not in found)
        if rest == pack and len(pack) == 1 and self._tries(pack) > 1:
            reason = "the service answers them with nothing"
            return self._without(pack, reason, size)
        again = (rest,) if found and rest else _halves(rest)
        return Done(Step(len(found), size), again)

    def _import(self, pack: Pack, reason: str, imports: int) -> Done[Pack, Step]:
        """Bring the terminology, in one thread, and ask again."""
        with self.importing:
            if imports == self.imports:  # nobody else has brought it meanwhile
                if imports == _IMPORTS:
                    self._end(reason)
                    return self._without(pack, reason)
                try:
                    left_out = self.engine.import_terminology()
                except EngineError as error:
                    self._end(str(error))
                    return self._without(pack, str(error))
                self.imports += 1
                if left_out:
                    self.tell(left_out)
        return Done(Step(0, 0), (pack,))

    def _refused(
        self, pack: Pack, reason: str, *, last: bool = False
    ) -> Done[Pack, Step]:
        """Find the sentence that is the reason; with ``last`` it ends the job."""
        with self.lock:
            self.failures += not last
            hopeless = not self.answered and self.failures >= REFUSALS
        if len(pack) > 1 and not hopeless:
            return Done(Step(0, 0), _halves(pack))
        if last or hopeless:
            self._end(reason, at_once=hopeless)
        return self._without(pack, reason)

    def _unavailable(self, pack: Pack, reason: str) -> Done[Pack, Step]:
        """Once more, then in halves, unless nothing else is answered either."""
        with self.lock:
            self.failures += 1
            hopeless = self.failures >= PATIENCE
        if hopeless:
            self._end(reason)
            return self._without(pack, reason)
        if self._tries(pack) == 1:
            return Done(Step(0, 0), (pack,))
        if len(pack) > 1:
            return Done(Step(0, 0), _halves(pack))
        return self._without(pack, reason)

    def _tries(self, pack: Pack) -> int:
        """How often this very pack was sent in vain."""
        with self.lock:
            self.tried[pack] += 1
            return self.tried[pack]

    def _without(self, pack: Pack, reason: str, billed: int = 0) -> Done[Pack, Step]:
        """These sentences stay in the source language."""
        with self.lock:
            self.failed[reason] += len(pack)
        return Done(Step(len(pack), billed))

    def _end(self, reason: str, *, at_once: bool = True) -> None:
        """Ask nothing more; ``at_once`` also what is under way is not repeated."""
        with self.lock:
            self.stop = self.stop or reason
        if at_once:
            self.client.stopped.set()


def _halves(pack: Pack) -> tuple[Pack, ...]:
    """The two halves of a pack; of one sentence itself."""
    half = len(pack) // 2
    return tuple(part for part in (pack[:half], pack[half:]) if part)
