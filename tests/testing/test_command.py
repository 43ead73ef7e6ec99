"""``python -m amts_sphinx.testing.standin``: what it prints, and how it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

import amts_sphinx
from amts_sphinx.testing.standin import Standin

ROOT = Path(amts_sphinx.__file__).parent.parent
COMMAND = [sys.executable, "-m", "amts_sphinx.testing.standin"]
PLACES = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PLACES}
PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "zh"}


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command, once it has printed its address; killed if it does not end."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        bufsize=1,
    ) as process:
        try:
            assert process.stdout is not None
            assert select.select([process.stdout], [], [], 30)[0]
            line = process.stdout.readline()
            assert line.startswith(
                "export AWS_ENDPOINT_URL_TRANSLATE=http://127.0.0.1:"
            )
            yield process, line.rstrip("\n").partition("=")[2]
        finally:
            process.kill()


def failed(*arguments: str) -> str:
    """What the command says when it cannot start."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(
    connect: Callable[..., Any], number: signal.Signals
) -> None:
    """It says where and what it is, a line for each request, and ends in one line."""
    with running("--throttle", "1", "--damage", "chatty=1") as (process, url):
        client = connect(url)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.translate_text(Text="Hello", **PAIR)
        process.send_signal(number)
        out, said = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    first, request, last = said.splitlines()
    assert "a stand-in, not Amazon Translate" in first
    assert "127.0.0.1 only" in first
    assert "a stand-in, not Amazon Translate" in request
    assert "1: TranslateText" in request
    assert "throttled TooManyRequestsException" in request
    assert last == "amts stand-in: ended"


def test_quietly(connect: Callable[..., Any]) -> None:
    """No line a request, and every fault that was asked for."""
    faults = ["--errors", "0", "--dropped", "0", "--cut", "0", "--latency", "0.01"]
    damage = ["--damage", "chatty=1", "dropped=1", "--rate", "100", "--seed", "3"]
    with running("-q", "--engine", "pseudo", *faults, *damage) as (process, url):
        answer = connect(url).translate_text(Text="<b>a</b> b", **PAIR)
        assert answer["TranslatedText"] == "Here is the translation:  ƀ"
        with urllib.request.urlopen(f"{url}/_standin/ledger") as ledger:  # noqa: S310
            assert b'"billed": 10' in ledger.read()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert len(said.splitlines()) == 2


def test_what_it_cannot_do(service: Standin) -> None:
    """One line, and status 2: a port in use, a share that is none, unknown damage."""
    port = service.url.rpartition(":")[2]
    said = failed("--port", port)
    assert (
        said == f"amts stand-in: port {port} cannot be used: Address already in use\n"
    )
    for arguments, word in (
        (["--throttle", "2"], "throttle"),
        (["--damage", "chaty=1"], "chatty"),
        (["--damage", "chatty=x"], "'x'"),
    ):
        said = failed(*arguments)
        assert word in said
        assert len(said.splitlines()) == 1
    assert "invalid choice" in failed("--engine", "babelfish")


def test_with_storage() -> None:
    """The stand-in of somebody else for S3 beside it, or one line if it is missing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import moto.server  # noqa: F401 - is it there?
        except ImportError:
            said = failed("--s3")
            assert "moto[s3,server]" in said
            assert len(said.splitlines()) == 1
            return
    said = failed("--bucket", "book")
    assert said == "amts stand-in: a bucket needs S3: Standin(s3=True), or --s3\n"
    assert "My Bucket" in failed("--s3", "--bucket", "My Bucket")
    with running("--s3", "--bucket", "made", "-q") as (process, _):
        assert process.stdout is not None
        name, _, url = process.stdout.readline().rstrip("\n").partition("=")
        assert name == "export AWS_ENDPOINT_URL_S3"
        assert url.startswith("http://127.0.0.1:")
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",  # noqa: S106 - invented
        )
        assert [one["Name"] for one in client.list_buckets()["Buckets"]] == ["made"]
        client.create_bucket(Bucket="book")
        client.put_object(Bucket="book", Key="a", Body=b"b")
        assert client.get_object(Bucket="book", Key="a")["Body"].read() == b"b"
        client.close()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "amts stand-in: ended"


def test_nothing_heavy_is_imported_before_a_request() -> None:
    """boto3 never is; botocore's model only when a request has to be read."""
    script = (
        "import sys, amts_sphinx.testing.standin as s\n"
        "with s.Standin(): pass\n"
        "print([m for m in ('boto3', 'botocore.model', 'babel', 'sphinx') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )
    assert done.stdout == "[]\n"
