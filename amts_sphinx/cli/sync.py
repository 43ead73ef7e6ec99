"""``amts sync``: what a book lacks, by batch jobs adapted by the book's own pairs."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.cli.own_pairs import own_pairs
from amts_sphinx.cli.terminal import CommandError, complain, say

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine
    from amts_sphinx.engines.batch_files import Batch
    from amts_sphinx.engines.paid import PaidEngine
    from amts_sphinx.memory.cache import AnswerCache
    from amts_sphinx.memory.spending import Account
    from amts_sphinx.text.units import Question

#: seconds between two looks at a job, at first and at last
SOON, LATE = 5.0, 60.0


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    description = (
        "Have Amazon Translate's batch jobs translate what a book lacks; what was "
        "started before is finished first."
    )
    parser = commands.add_parser(
        "sync", help="translate by batch jobs", description=description
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the folder of conf.py")
    parser.add_argument(
        "languages", nargs="*", metavar="LANGUAGE", help="default: all declared ones"
    )
    parser.add_argument(
        "--wait", action="store_true", help="wait until all jobs are done"
    )
    parser.add_argument(
        "--budget", type=float, help="in place of amts_budget: what may be spent"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """All languages side by side; 1 if something is left, 2 if one cannot be done."""
    from amts_sphinx.memory.spending import Account  # noqa: PLC0415 - with the engine
    from amts_sphinx.sphinx_ext.opened import OpenError, declared  # noqa: PLC0415 - Sphinx

    try:
        languages = dict.fromkeys(options.languages or declared(options.book))
        account = Account.new_name()
        works = [
            work
            for code in languages
            if (work := _prepared(options.book, code, options.budget, account))
        ]
    except OpenError as error:
        raise CommandError(str(error)) from None
    if not works:
        say(["no language has the engine amazon-batch"])
        return 0
    stop = threading.Event()
    with ThreadPoolExecutor(len(works)) as pool:
        jobs = [pool.submit(work.run, stop, wait=options.wait) for work in works]
        try:
            return max(job.result() for job in jobs)
        except BaseException:
            stop.set()
            raise


def _prepared(
    book: Path, code: str, budget: float | None, account: str
) -> _Work | None:
    """What has to be done for a language; None if its engine is another one.

    ``account`` is the name of the one that all languages spend from.
    """
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine  # noqa: PLC0415 - see _run
    from amts_sphinx.engines.paid import PaidEngine  # noqa: PLC0415 - see _run
    from amts_sphinx.memory.account_file import SPENDING  # noqa: PLC0415 - see _run
    from amts_sphinx.memory.spending import Account  # noqa: PLC0415 - see _run
    from amts_sphinx.sphinx_ext.opened import opened  # noqa: PLC0415 - see _run

    with opened(book, code) as found:
        missing, sentences = found.missing
        engine = found.engine
        if not isinstance(engine, PaidEngine):
            if found.language.engine == "amazon-batch":
                message = f"{code}: the engine cannot be used (see above)"
                raise CommandError(message)
            return None
        service = engine.service
        if not isinstance(service, AmazonBatchEngine):
            return None
        if found.config.frozen:
            message = "the book is frozen (amts_frozen): nothing may be sent"
            raise CommandError(message)
        spend = found.config.budget if budget is None else budget
        cache_dir = found.known.cache_dir
        return _Work(
            code,
            engine,
            service,
            cache_dir,
            own_pairs(found, service),
            engine.lacking(missing),
            sentences,
            Account(cache_dir / SPENDING, account, spend, service.price),
        )


@dataclass
class _Work:
    """One language of a sync."""

    code: str
    engine: PaidEngine
    service: AmazonBatchEngine
    cache_dir: Path
    parallel_data: bytes
    lacking: Sequence[Question]
    sentences: int
    account: Account

    @property
    def root(self) -> Path:
        """Where its batches are written down."""
        return self.cache_dir / "sync" / self.code

    def tell(self, line: str) -> None:
        """News of this language."""
        say([f"{self.code}: {line}"])

    def run(self, stop: threading.Event, *, wait: bool) -> int:
        """Finish what was begun, then begin what is lacking."""
        from amts_sphinx.engines.engine import EngineError  # noqa: PLC0415 - see _run

        try:
            status = 0
            begun = self._begun()
            pending = {q for batch in begun for _, qs in batch.questions() for q in qs}
            for batch in begun:
                status = max(status, self._advance(batch, stop, wait=wait))
            new = self._new(pending)
            if new:
                status = max(status, self._advance(new, stop, wait=wait))
        except EngineError as error:
            complain(f"{self.code}: {error}")
            return 2
        return status

    def _begun(self) -> list[Batch]:
        """Batches that are not collected yet."""
        from amts_sphinx.engines.batch_files import Batch  # noqa: PLC0415 - see _run

        folders = sorted(self.root.glob("*/journal.json"))
        batches = [Batch.open(path.parent) for path in folders]
        return [batch for batch in batches if not batch.journal.collected]

    def _new(self, pending: set[Question]) -> Batch | None:
        """A batch of what is lacking; None if nothing is, or nothing may be spent."""
        from amts_sphinx.engines.batch_files import Batch, Journal  # noqa: PLC0415 - see _run
        from amts_sphinx.memory.spending import Quote  # noqa: PLC0415 - see _run

        lacking = [q for q in self.engine.lacking(self.lacking) if q not in pending]
        if not lacking:
            self.tell("nothing to send")
            return None
        service = self.service
        characters = sum(map(service.size, lacking))
        quote = Quote(
            len(lacking),
            self.sentences,
            characters,
            service.price,
            self.account.budget,
        )
        self.tell(quote.line())
        if quote.cost > quote.budget:  # a job cannot be cut short
            self.tell("the budget does not cover the job; nothing is sent")
            return None
        digest = sha256(self.parallel_data).hexdigest() if self.parallel_data else ""
        source, target = service.languages
        words = service.terminology
        journal = Journal(
            fingerprint="",
            source=source,
            target=target,
            settings=dict(service.settings),
            terminology=words.name if words else "",
            parallel_data=service.name_of(self.parallel_data),
            parallel_data_hash=digest,
            place=sha256(repr(service.place).encode()).hexdigest()[:16],
            characters=characters,
        )
        batch = Batch.begin(self.root, journal, lacking, self.parallel_data)
        if batch.journal.collected:
            count = len(lacking)
            self.tell(f"{count:,} sentences came back damaged, and are not sent again")
            return None
        return batch

    def _advance(self, batch: Batch, stop: threading.Event, *, wait: bool) -> int:
        """Bring one batch as far as it goes."""
        from amts_sphinx.memory.cache import AnswerCache  # noqa: PLC0415 - see _run
        from amts_sphinx.memory.cache_care import ANSWERS  # noqa: PLC0415 - see _run

        with (
            closing(self.service.door()) as door,
            AnswerCache.open(self.cache_dir / ANSWERS, complain) as cache,
        ):
            words = self.service.terminology
            if words and words.name == batch.journal.terminology:
                left_out = self.service.import_terminology()
                if left_out:
                    self.tell(left_out)
            keep = self._keeper(batch, cache)
            return self._listen(batch, door, keep, stop, wait=wait)

    def _listen(
        self,
        batch: Batch,
        door: Door,
        keep: Callable[[dict[Question, str]], None],
        stop: threading.Event,
        *,
        wait: bool,
    ) -> int:
        """Tell how far it has come until it is done, or nobody waits any more."""
        from amts_sphinx.engines.amazon_batch import Sent, advance  # noqa: PLC0415 - see _run

        status, pause, last = 0, SOON, ""
        for step in advance(batch, door, self.account, keep, self.tell):
            if isinstance(step, Sent):
                self.engine.drafts.save()
                self.tell(
                    f"{step.answered:,} sentences came back, {step.left:,} did not"
                )
                status = max(status, step.left > 0)
                continue
            line = f"{step.what}: {step.state}"
            if line != last:
                self.tell(line)
            if not wait:
                self.tell("run amts sync again to collect it")
                return 0
            if stop.wait(pause):
                return 1
            pause, last = min(pause * 1.5, LATE), line
        return status

    def _keeper(
        self, batch: Batch, cache: AnswerCache
    ) -> Callable[[dict[Question, str]], None]:
        """Stores raw answers, and puts those that can be used among the drafts."""
        from amts_sphinx.memory.cache import Answer  # noqa: PLC0415 - see _run
        from amts_sphinx.text.repair import mended  # noqa: PLC0415 - see _run

        service, digest = self.service, batch.journal.parallel_data_hash

        def keep(answers: dict[Question, str]) -> None:
            cache.put_all(
                (replace(service.request(q), parallel_data_hash=digest), Answer(t, 0))
                for q, t in answers.items()
                if t.strip()
            )
            for question, raw in answers.items():
                found = mended(question, service.read(question, raw))
                if found:
                    self.engine.remember(question, found)

        return keep
