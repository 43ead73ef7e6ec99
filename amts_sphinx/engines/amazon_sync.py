"""Amazon Translate in batches, as a build sees it: it waits for ``amts sync``.

A job takes minutes to days, so a build never waits for one.  It shows what earlier jobs
have brought, tells how much is missing and leaves that in the source language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from amts_sphinx.engines.amazon import PRICE, AmazonEngine
from amts_sphinx.engines.engine import EngineError, Keep, Step
from amts_sphinx.memory.spending import Account, Price
from amts_sphinx.text.units import Question

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door

#: of a job that is adapted by parallel data
ACT = Price(60.0, "USD", "2026-11", "assumed; set price to change it")

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT = re.compile(r"[0-9]{12}")


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


class AmazonBatchEngine(AmazonEngine):
    """The same service, asked by ``amts sync``."""

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
        price: float | None = None,
        **others: str,
    ) -> None:
        """``role`` is the ARN of the role that the service takes on.

        ``bucket`` is the account's, in the region of the service; ``parallel_data``
        says whether jobs are adapted, or by what TMX file instead of the book's own
        pairs.  Raises EngineError for a value that cannot be.
        """
        for name, value, shape in (
            ("bucket", bucket, _BUCKET),
            ("account", account, _ACCOUNT),
            ("role", role, _ROLE),
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

    def answers(
        self,
        questions: Sequence[Question],
        account: Account,
        keep: Keep,
        tell: Callable[[str], None],
    ) -> Generator[Step, None, None]:
        """Nothing: a build never waits for a job."""
        del account, keep
        tell(f"{len(questions):,} sentences wait for a job; run amts sync")
        yield Step(len(questions), 0)

    def name_of(self, pairs: bytes) -> str:
        """What the service is to call these pairs; "" for none."""
        digest = sha256(pairs).hexdigest()
        return f"amts-{'-'.join(self.languages)}-{digest[:32]}" if pairs else ""

    def door(self) -> Door:
        """The way to S3 and to jobs.  Raises EngineError if it cannot be opened."""
        from amts_sphinx.engines.amazon_door import Door  # noqa: PLC0415 - boto3

        return Door(self.place, self._address)
