"""One language of ``amts sync``: its jobs, and what is made of their answers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from amts_sphinx.cli.progress import Progress
from amts_sphinx.cli.tables import counted
from amts_sphinx.engines import amazon_sync
from amts_sphinx.engines.amazon_batch import Sent, Waiting
from amts_sphinx.engines.batch_files import Batch
from amts_sphinx.engines.engine import EngineError, Step
from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.engines.syncing import Syncing
from amts_sphinx.memory.spending import Account, Quote, money
from amts_sphinx.sphinx_ext.engine import jobs_folder, pairs_of
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.opened import Opened

#: sentences that are read and repaired at once
_PART = 20_000


@dataclass
class Work:
    """A language, its book closed again."""

    code: str
    service: amazon_sync.AmazonBatchEngine
    engine: PaidEngine
    syncing: Syncing
    pairs: bytes  #: parallel data of a new batch
    missing: Sequence[Question]  #: what no person has translated
    sentences: int  #: of the book
    progress: Progress
    doors: ExitStack  #: closes what was opened to the service

    @classmethod
    def of(
        cls, found: Opened, engine: PaidEngine, account: Account, progress: Progress
    ) -> Work:
        """All that a language needs of its open book.

        Raises EngineError for parallel data that cannot be used.
        """
        code, service = found.known.code, engine.service
        assert isinstance(service, amazon_sync.AmazonBatchEngine)  # noqa: S101 - its caller looked
        service.attend(None)  # jobs are looked after here
        desk = replace(
            engine.desk,
            account=account,
            tell=lambda line: progress.problem(code, line),
            say=lambda line: progress.news(code, line),
            watch=_listen,
        )
        engine, doors = PaidEngine(service, desk), ExitStack()
        missing, sentences = found.missing
        lacks = next(engine.unanswered(missing), None) is not None
        engine.close()
        pairs = pairs_of(found.known, service, desk.tell) if lacks else b""
        door = cache(lambda: doors.enter_context(closing(service.door())))
        folder, keep, tell = jobs_folder(found.known), engine.keep, desk.tell
        syncing = Syncing(service, folder, door, account, keep, tell, wait=False)
        return cls(
            code, service, engine, syncing, pairs, missing, sentences, progress, doors
        )

    def write_down(self) -> int:
        """Find what was begun, begin what is lacking; nothing is sent yet.

        0, or 2 if that cannot be done.
        """
        try:
            lacking = self.engine.unanswered(self.missing)
            self.syncing.write_down(lacking, lambda: self.pairs, self._affordable)
            self._show(sentences=self.syncing.waiting)
        except EngineError as error:
            return self._failed(error)
        finally:
            self.engine.close()
        return 0

    @property
    def due(self) -> float:
        """What jobs cost that are not started, in currency units."""
        batches = [batch for batch in self.syncing.batches if not batch.journal.job]
        characters = sum(batch.journal.characters for batch in batches)
        return self.syncing.account.price.cost(characters)

    def run(self, stop: threading.Event, *, wait: bool) -> int:
        """Finish what was begun, then read what came back.

        0 if nothing is left but what waits, 1 if something is, 2 if it failed.
        """
        try:
            with self.doors:
                self._jobs(stop, wait=wait)
            read = self._settle()
        except EngineError as error:
            return self._failed(error)
        finally:
            self.engine.close()
        waiting, left = self.syncing.waiting, self._left()
        if waiting:
            self.engine.desk.say("run amts sync again to collect it")
        elif not read and not left:
            self.engine.desk.say("nothing to send")
        self._show(state="waiting" if waiting else "done", left=left)
        return int(left > 0)

    def _jobs(self, stop: threading.Event, *, wait: bool) -> None:
        """Bring all jobs as far as they go, telling each change once."""
        self.syncing.wait = wait
        pause, last = amazon_sync.SOON, ""
        for step in self.syncing.steps():
            if isinstance(step, Sent):
                self._came(step)
                continue
            self._show(state=_state(step))
            line = f"{step.what}: {step.state}"
            if line != last:
                self.engine.desk.say(line)
            last = line
            if wait and stop.wait(pause):
                return
            pause = min(pause * 1.5, amazon_sync.LATE)

    def _came(self, sent: Sent) -> None:
        row = self.progress.rows[self.code]
        came = counted(sent.answered, "sentence")
        self.engine.desk.say(f"{came} came back, {len(sent.left):,} did not")
        self._show(answered=row.answered + sent.answered)

    def _settle(self) -> int:
        """Read and repair what came back, part by part; how many sentences that were.

        What no job could translate is asked for in real time.
        """
        due = (
            question
            for question in self.engine.lacking(self.missing)
            if question in self.service.left or self.engine.is_answered(question)
        )
        count = 0
        while part := list(islice(due, _PART)):
            self.engine.draft(part, self.sentences)
            count += len(part)
        return count

    def _left(self) -> int:
        """Sentences that have no draft though nothing is waited for."""
        waiting = self.syncing.under_way
        lacking = self.engine.lacking(self.missing)
        return sum(1 for question in lacking if hash(question) not in waiting)

    def _affordable(self, batch: Batch) -> bool:
        """Tell what a new batch costs; may it be sent?"""
        account, journal = self.syncing.account, batch.journal
        quote = Quote(
            journal.sentences,
            self.sentences,
            journal.characters,
            self.service.price,
            account.budget,
        )
        self.engine.desk.say(quote.line())
        if quote.cost <= account.budget - account.spent:
            return True
        self.engine.desk.say("the budget does not cover the job; nothing is sent")
        return False

    def _failed(self, error: EngineError) -> int:
        self._show(state="failed")
        self.engine.desk.tell(str(error))
        return 2

    def _show(self, **changes: object) -> None:
        account, billed = self.syncing.account, self.syncing.billed
        cents = ceil(account.price.cost(billed) * 100) / 100
        cost = money(cents, account.price.currency)
        self.progress.update(self.code, characters=billed, cost=cost, **changes)


def _listen(steps: Iterable[Step], total: int) -> None:
    """Hear a job in real time to its end; it is short."""
    del total
    deque(steps, maxlen=0)


def _state(step: Waiting) -> str:
    """What is waited for, in a word or two."""
    if step.done:
        return f"{step.done:,} documents done"
    return f"{step.what.removeprefix('the ')}: {step.state.lower()}"
