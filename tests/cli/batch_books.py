"""A book whose Chinese is made by batch jobs, in front of the stand-in and its S3."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest

from amts_sphinx.cli import main
from amts_sphinx.testing.standin import Standin
from building import ROOTS, copy_book
from engines.service import alone

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/amts-jobs"
REGION = "us-east-1"
BUCKET = "the-anglers"


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it said for other programs."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line that it complained with, after its own name."""
        assert (self.status, self.out) == (2, "")
        [line] = self.err.splitlines()
        assert line.startswith("amts ")
        return line.partition(": ")[2]


class Shop:
    """The book, the stand-in, and the commands."""

    def __init__(
        self, folder: Path, there: Standin, capture: pytest.CaptureFixture[str]
    ) -> None:
        self.there = there
        self.book = copy_book(ROOTS / "test-basic", folder / "book")
        self._capture = capture

    def configure(self, engine: str = "amazon-batch", **options: object) -> None:
        """Add to what is configured; an option that is None is left out."""
        given = {
            "bucket": BUCKET,
            "account": ACCOUNT,
            "role": ROLE,
            "region": REGION,
            "endpoint_url": self.there.url,
            **options,
        }
        given = {name: value for name, value in given.items() if value is not None}
        with (self.book / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write(f"amts_engine = {engine!r}\namts_budget = 5\n")
            conf.write(f"amts_engine_options = {given!r}\n")

    def amts(self, *arguments: str) -> Said:
        """Run a command."""
        self._capture.readouterr()
        status = main(arguments)
        return Said(status, *self._capture.readouterr())

    @property
    def client(self) -> Any:
        """Somebody else's client of the service."""
        return boto3.client(
            "translate", region_name=REGION, endpoint_url=self.there.url
        )

    @property
    def s3(self) -> Any:
        """And of its storage."""
        return boto3.client("s3", region_name=REGION, endpoint_url=self.there.s3_url)

    @property
    def operations(self) -> set[str]:
        """What the service was asked for."""
        asked = self.there.ledger.asked
        return {one.operation for one in asked if one.outcome != "translated"}


@contextmanager
def shop(
    folder: Path, capture: pytest.CaptureFixture[str], *, s3: bool = True
) -> Iterator[Shop]:
    """A book that is configured for batches, and a stand-in that knows nothing yet.

    Who needs no storage is served sooner without.
    """
    with Standin(s3=s3) as there, pytest.MonkeyPatch.context() as patch:
        alone(patch, there.url, REGION)
        if s3:
            patch.setenv("AWS_ENDPOINT_URL_S3", there.s3_url)
            there.bucket(BUCKET)
        found = Shop(folder, there, capture)
        found.configure()
        yield found
