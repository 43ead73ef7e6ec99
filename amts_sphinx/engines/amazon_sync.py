"""Amazon Translate in batches: asked by ``amts sync``, or by a build that may wait.

A job takes minutes to days, so a build waits for one only if it is told to.  Otherwise
it starts the job once, shows what earlier ones have brought, and leaves the rest in the
source language.  What a job could not translate, and the pieces that the repair of a
damaged answer asks for, are sent in real time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from amts_sphinx.bitext.candidates import Granularity
from amts_sphinx.engines.amazon import PRICE, AmazonEngine
from amts_sphinx.engines.engine import EngineError, Keep, Step
from amts_sphinx.memory.cache_key import Request
from amts_sphinx.memory.spending import Account, Price
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door

#: of a job that is adapted by parallel data
ACT = Price(60.0, "USD", "2026-11", "assumed; set price to change it")

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT = re.compile(r"[0-9]{12}")
_PREFIX = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)
_KEY = re.compile(r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[\w-]+)?", re.ASCII)
_GRANULARITY = re.compile("|".join(Granularity))
_NAME = re.compile(r"(([A-Za-z0-9-]_?){1,128})?")
#: seconds between two looks at a job, at first and at last
SOON, LATE = 5.0, 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a book keeps what its jobs read and write."""

    bucket: str
    owner: str  #: the account of the bucket, twelve digits
    role: str  #: ARN of the role that the service takes on
    region: str = ""  #: empty: what the environment says
    prefix: str = "amts"  #: folder in the bucket
    key: str = ""  #: ARN of a KMS key; empty: the service's own

    def uri(self, *parts: str) -> str:
        """The ``s3://`` address of something in the book's folder."""
        return f"s3://{self.bucket}/{'/'.join((self.prefix, *parts))}"


class Attendance(NamedTuple):
    """What a build needs to look after jobs itself."""

    folder: Path  #: where batches are written down
    pairs: Callable[[], bytes]  #: what adapts a job: a TMX file, or nothing
    wait: bool  #: for jobs to end
    say: Callable[[str], None]  #: news


class AmazonBatchEngine(AmazonEngine):
    """The same service, asked by jobs."""

    name = "amazon-batch"

    def __init__(  # noqa: PLR0913 - one argument for each option of the engine
        self,
        source: str,
        target: str,
        *,
        bucket: str,
        account: str,
        role: str,
        prefix: str = "amts",
        kms_key: str = "",
        parallel_data: bool | str = True,
        parallel_data_name: str = "",
        granularity: str = "sentence",
        price: float | None = None,
        **others: str,
    ) -> None:
        """``role`` is the ARN of the role that the service takes on.

        ``bucket`` is the account's, in the region of the service; ``parallel_data``
        says whether jobs are adapted, or by what TMX file instead of the book's own
        pairs, which are of sentences or paragraphs (``granularity``).  Without a
        ``parallel_data_name`` they are named by their content.
        Raises EngineError for a value that cannot be.
        """
        for name, value, shape in (
            ("bucket", bucket, _BUCKET),
            ("account", account, _ACCOUNT),
            ("role", role, _ROLE),
            ("prefix", prefix, _PREFIX),
            ("kms_key", kms_key, _KEY),
            ("parallel_data_name", parallel_data_name, _NAME),
            ("granularity", granularity, _GRANULARITY),
        ):
            if not shape.fullmatch(str(value)):
                message = f"{name}: {value!r} is not valid"
                raise EngineError(message)
        if others.get("brevity"):
            message = "brevity: batch jobs do not have it; leave it out"
            raise EngineError(message)
        usual = ACT if parallel_data else PRICE
        super().__init__(
            source,
            target,
            price=usual.per_million if price is None else price,
            **others,
        )
        if price is None:
            self.price = usual
        region = others.get("region", "")
        self.place = Place(bucket, account, role, region, prefix, kms_key)
        self.parallel_data = parallel_data
        self.granularity = Granularity(granularity)
        #: of the parallel data; "" if it is made of their content
        self.fixed_name = parallel_data_name
        #: sentences that no job could translate
        self.left: set[Question] = set()
        #: which pages the pairs leave out, for an evaluation
        self.without = ""
        self._attendance: Attendance | None = None

    def _request(self, question: Question) -> Request:
        """What adapted the answer is part of its key, but not what the pairs say.

        Each sentence that a person translates changes them, and the whole book would
        have to be paid for again.
        """
        request = super()._request(question)
        if not self.parallel_data:
            return request
        own = isinstance(self.parallel_data, bool)
        pairs = self.granularity if own else f"file {self.parallel_data}"
        return replace(request, parallel_data=f"{pairs} {self.without}".strip())

    def attend(self, attendance: Attendance | None) -> None:
        """Look after jobs, whenever something is asked for; or leave them alone."""
        self._attendance = attendance

    def answers(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """By jobs, if anybody looks after them; what these cannot do in real time."""
        if self._attendance:
            for sent in self._jobs(questions, account, keep, tell, self._attendance):
                yield Step(sent, 0)
        rest = [question for question in questions if question in self.left]
        yield from self.at_once(rest, account, keep, tell)

    def _jobs(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
        here: Attendance,
    ) -> Generator[int, None, None]:
        """Bring all jobs as far as they go; yields how many sentences came back."""
        from amts_sphinx.engines.amazon_batch import Sent  # noqa: PLC0415 - boto3
        from amts_sphinx.engines.syncing import Syncing  # noqa: PLC0415 - as above

        with ExitStack() as stack:
            door = cache(lambda: stack.enter_context(closing(self.door())))
            jobs = Syncing(self, here.folder, door, account, keep, tell, here.wait)
            jobs.write_down(questions, here.pairs, lambda _: True)
            pause, last = SOON, ""
            for step in jobs.steps():
                if isinstance(step, Sent):
                    yield step.answered
                    continue
                line = f"{step.what}: {step.state}"
                if line != last:
                    here.say(line)
                last = line
                if here.wait:
                    time.sleep(pause)
                    pause = min(pause * 1.5, LATE)
        self.requests += jobs.jobs
        self.billed += jobs.billed
        if jobs.waiting:
            here.say(f"{jobs.waiting:,} sentences wait for a job; build again later")

    def pairs_name(self, pairs: bytes) -> str:
        """What the service is to call these pairs; "" for none."""
        if not pairs:
            return ""
        digest = sha256(pairs).hexdigest()
        return self.fixed_name or f"amts-{'-'.join(self.languages)}-{digest[:32]}"

    def door(self) -> Door:
        """The way to S3 and to jobs.  Raises EngineError if it cannot be opened."""
        from amts_sphinx.engines.amazon_door import Door  # noqa: PLC0415 - boto3

        return Door(self.place, self._address)
