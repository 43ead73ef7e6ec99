"""A running stand-in, the real boto3 to ask it, and requests boto3 would not send."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import boto3
import pytest
from botocore.config import Config

from amts_sphinx.testing.standin import Faults, Standin

#: signed for the service, by nobody
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/translate/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
)
HEADERS = {
    "Authorization": SIGNED,
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AWSShineFrontendService_20170701.TranslateText",
}


@pytest.fixture(scope="session")
def connect() -> Iterator[Callable[..., Any]]:
    """Makes clients of boto3 with invented keys: ``connect(url, retries=…)``."""
    made: list[Any] = []

    def client(url: str, **config: Any) -> Any:
        config = {"retries": {"total_max_attempts": 1}, **config}
        made.append(
            boto3.session.Session().client(
                "translate",
                endpoint_url=url,
                region_name="us-east-1",
                aws_access_key_id="nobody",
                aws_secret_access_key="nothing",  # noqa: S106 - invented
                config=Config(**config),
            )
        )
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        yield client
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[Standin]:
    with Standin() as running:
        yield running


@pytest.fixture
def service(_running: Standin) -> Standin:
    """A stand-in without faults and without a past."""
    _running.faults = Faults()
    _running.ledger.reset()
    return _running


@pytest.fixture(scope="session")
def _client(_running: Standin, connect: Callable[..., Any]) -> Any:
    return connect(_running.url)


@pytest.fixture
def client(service: Standin, _client: Any) -> Any:
    """A client of boto3 that asks the stand-in once and never again."""
    assert service.ledger.requests == 0
    return _client


@pytest.fixture
def post(service: Standin) -> Callable[..., tuple[HTTPResponse, Any]]:
    """Sends what boto3 would not: ``post(body, header=…)`` gives answer and JSON."""

    def send(
        body: Any, headers: Mapping[str, str | None] | None = None, path: str = "/"
    ) -> tuple[HTTPResponse, Any]:
        given = {**HEADERS, **(headers or {})}
        sent = {name: value for name, value in given.items() if value is not None}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = HTTPConnection(service.url.removeprefix("http://"))
        try:
            connection.request("POST", path, raw, sent)
            response = connection.getresponse()
            return response, json.loads(response.read())
        finally:
            connection.close()

    return send
