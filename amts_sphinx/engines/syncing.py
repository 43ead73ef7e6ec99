"""The batches of a language: what was begun is finished, what is lacking is begun.

Both ``amts sync`` and a build that looks after its jobs go through here.  Questions
pass by one at a time and are written to disk document by document, so a book of any
size needs no more memory than one document and a number for each sentence under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from amts_sphinx.engines import amazon_wire, batch_files, quotas
from amts_sphinx.engines.amazon_batch import Sent, Tell, Waiting, advance
from amts_sphinx.engines.batch_files import Batch, Journal
from amts_sphinx.engines.engine import EngineError, Keep
from amts_sphinx.memory.spending import Account
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine


#: a sentence grows less than so many times as it is sent
_GROWTH = 50


@dataclass
class Syncing:
    """The batches in a folder, and the service that works on them."""

    service: AmazonBatchEngine
    folder: Path
    door: Callable[[], Door]  #: opened when something has to be asked
    account: Account
    keep: Keep
    tell: Tell
    wait: bool
    batches: list[Batch] = field(default_factory=list)  #: that are not done
    jobs: int = 0  #: that were started
    billed: int = 0  #: characters of them

    def write_down(
        self,
        questions: Iterable[Question],
        pairs: Callable[[], bytes],
        affordable: Callable[[Batch], bool],
    ) -> None:
        """Find what was begun, and begin what is lacking; nothing is sent yet.

        ``pairs`` makes the parallel data of a new batch.  Raises EngineError for a
        journal that cannot be read.
        """
        folders = sorted(self.folder.glob("*/journal.json"))
        batches = [Batch.open(path.parent) for path in folders]
        self.batches = [batch for batch in batches if not batch.journal.collected]
        asked = self.under_way
        rest = (question for question in questions if hash(question) not in asked)
        new = self._new(filter(self._fits, rest), pairs, affordable)
        if new:
            self.batches.append(new)

    @property
    def waiting(self) -> int:
        """Sentences of batches that are not done."""
        return sum(batch.journal.sentences for batch in self.batches)

    @property
    def under_way(self) -> set[int]:
        """The hashes of these sentences.

        A collision would only leave a sentence to the next time.
        """
        return {
            hash(question)
            for batch in self.batches
            for _, some in batch.questions()
            for question in some
        }

    def steps(self) -> Iterator[Waiting | Sent]:
        """Bring all batches as far as they go.

        Raises EngineError, in one line, if the service cannot be asked.
        """
        for batch in list(self.batches):
            yield from self._advance(batch)
            if batch.journal.collected:
                self.batches.remove(batch)

    def _new(
        self,
        questions: Iterable[Question],
        pairs: Callable[[], bytes],
        affordable: Callable[[Batch], bool],
    ) -> Batch | None:
        """A batch of these questions; None if there are none, or it may not be paid.

        Those that a former batch has not translated are left to real time.
        """
        questions = iter(questions)
        first = next(questions, None)
        if first is None:
            return None
        service, content = self.service, pairs()
        source, target = service.languages
        words = service.terminology
        journal = Journal(
            fingerprint="",
            source=source,
            target=target,
            settings=dict(service.settings),
            terminology=words.name if words else "",
            parallel_data=service.pairs_name(content),
            parallel_data_hash=sha256(content).hexdigest() if content else "",
            place=sha256(repr(service.place).encode()).hexdigest()[:16],
        )
        batch = Batch.begin(self.folder, journal, chain([first], questions), content)
        if batch and batch.journal.collected:
            service.left.update(q for _, asked in batch.questions() for q in asked)
            return None
        if batch and not (self._within_quotas(batch) and affordable(batch)):
            batch.discard()
            return None
        return batch

    def _fits(self, question: Question) -> bool:
        """Does a sentence fit into a document?  One that does not is told."""
        text = question.text
        if len(text) * _GROWTH < batch_files.DOCUMENT:
            return True
        document = amazon_wire.document([amazon_wire.to_wire(question)])
        found = quotas.documents([quotas.measured("", document.encode())])
        if found:
            self.tell(
                f"the sentence {text[:40]!r}… of {len(text):,} characters is left out: "
                "no document of a job may be so long; divide it"
            )
        return not found

    def _within_quotas(self, batch: Batch) -> bool:
        """Would the service take it?  What it would not is told, with its count."""
        journal = batch.journal
        found = [
            *quotas.documents(batch.measured()),
            *quotas.name(quotas.JOB_NAME, journal.job_name),
            *quotas.name(quotas.CLIENT_TOKEN, journal.token),
        ]
        if journal.parallel_data:
            found += quotas.name(quotas.PARALLEL_DATA_NAME, journal.parallel_data)
        for exceeded in found:
            self.tell(exceeded.line)
        return not found

    def _advance(self, batch: Batch) -> Iterator[Waiting | Sent]:
        """Bring one batch as far as it goes."""
        job = batch.journal.job
        service = self.service
        words = service.terminology
        if not job and words and words.name == batch.journal.terminology:
            left_out = service.import_terminology()
            if left_out:
                self.tell(left_out)
        for step in advance(batch, self.door(), self.account, self.keep, self.tell):
            if batch.journal.job != job:
                job = batch.journal.job
                self.jobs += 1
                self.billed += batch.journal.characters
            yield step
            if isinstance(step, Sent):
                service.left.update(step.left)
            elif not self.wait:
                return


def share_jobs(batches: Iterable[Batch], *, anew: bool) -> None:
    """Have languages that lack the very same sentences share a job.

    Only where nothing belongs to one of them alone: no parallel data, no terminology.
    What was decided before stands, also for a language that was not told of it then: a
    job that is decided on may have been started, with all its languages.  Nothing new
    is decided unless it may be (``anew``), as whoever starts a job pays for them all.
    """
    groups: dict[str, list[Batch]] = {}
    for batch in batches:
        journal = batch.journal
        own = journal.parallel_data or journal.terminology or journal.job
        if not own and journal.attempt == 1:
            groups.setdefault(journal.work, []).append(batch)
    for group in groups.values():
        for batch in group:
            decided = () if batch.journal.targets else _decided(batch)
            if decided:
                batch.note(targets=decided)
        free = [batch for batch in group if anew and not batch.journal.targets]
        free = sorted(free, key=lambda batch: batch.journal.target)
        for first in range(0, len(free), quotas.JOB_TARGETS.most):
            some = free[first : first + quotas.JOB_TARGETS.most]
            targets = tuple(batch.journal.target for batch in some)
            for batch in some if len(some) > 1 else ():
                batch.note(targets=targets)
        locks: dict[str, Lock] = {}
        for batch in group:
            batch.starting = locks.setdefault(batch.journal.digest, batch.starting)


def _decided(batch: Batch) -> tuple[str, ...]:
    """The languages of a job that another one was to share with this."""
    for path in sorted(batch.folder.parent.parent.glob("*/*/journal.json")):
        with suppress(EngineError):  # its own language tells that
            found = Batch.open(path.parent).journal
            work, target = batch.journal.work, batch.journal.target
            if found.work == work and target in found.targets:
                return found.targets
    return ()
