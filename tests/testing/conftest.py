"""A running stand-in, the real boto3 to ask it, and requests boto3 would not send."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
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
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("AWS_PROFILE", raising=False)
            patch.setenv("AWS_CONFIG_FILE", os.devnull)
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


class Cloud:
    """A stand-in with S3, a bucket in it, and clients of both."""

    def __init__(self, service: Standin, client: Any, s3: Any, bucket: str) -> None:
        self.service, self.client, self.s3 = service, client, s3
        self.bucket = service.bucket(bucket)

    def put(self, key: str, content: str | bytes) -> str:
        """Store an object; gives its address."""
        body = content.encode() if isinstance(content, str) else content
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def get(self, uri: str) -> str:
        """The text of an object."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        got = self.s3.get_object(Bucket=bucket, Key=key)
        return str(got["Body"].read().decode())

    def names(self, uri: str) -> list[str]:
        """The names of all objects in a folder."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        found = self.s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", [])
        return [one["Key"].removeprefix(key) for one in found]

    def create(
        self, name: str, content: str | bytes, kind: str = "CSV", **more: Any
    ) -> Any:
        """CreateParallelData."""
        uri = self.put(f"parallel/{name}", content)
        config = {"S3Uri": uri, "Format": kind}
        return self.client.create_parallel_data(
            **{"Name": name, "ParallelDataConfig": config, **more}
        )

    def imported(self, name: str) -> Any:
        """What GetParallelData tells."""
        return self.client.get_parallel_data(Name=name)["ParallelDataProperties"]

    def start(self, folder: str, *, kind: str = "text/html", **more: Any) -> Any:
        """StartTextTranslationJob, from English to Chinese; gives the job's id."""
        source = f"s3://{self.bucket}/{folder}"
        request = {
            "InputDataConfig": {"S3Uri": source, "ContentType": kind},
            "OutputDataConfig": {"S3Uri": f"s3://{self.bucket}/out"},
            "DataAccessRoleArn": "arn:aws:iam::123456789012:role/amts",
            "SourceLanguageCode": "en",
            "TargetLanguageCodes": ["zh"],
        }
        return self.client.start_text_translation_job(**{**request, **more})["JobId"]

    def job(self, identity: str) -> Any:
        """What DescribeTextTranslationJob tells."""
        answer = self.client.describe_text_translation_job(JobId=identity)
        return answer["TextTranslationJobProperties"]


@pytest.fixture(scope="session")
def _clouds(connect: Callable[..., Any]) -> Iterator[Callable[[str], Cloud]]:
    with ExitStack() as stack:

        def make(bucket: str) -> Cloud:
            service = stack.enter_context(Standin(s3=True))
            s3 = boto3.session.Session().client(
                "s3",
                endpoint_url=service.s3_url,
                region_name="us-east-1",
                aws_access_key_id="nobody",
                aws_secret_access_key="nothing",  # noqa: S106 - invented
            )
            stack.callback(s3.close)
            return Cloud(service, connect(service.url), s3, bucket)

        yield make


@pytest.fixture(scope="session")
def _cloud(_clouds: Callable[[str], Cloud]) -> Cloud:
    return _clouds("book")


@pytest.fixture
def cloud(_cloud: Cloud) -> Cloud:
    """The same stand-in for many tests, without faults; names differ by test."""
    _cloud.service.faults = Faults()
    _cloud.client.list_parallel_data()  # nothing is under way any more
    _cloud.service.ledger.reset()
    return _cloud


@pytest.fixture
def empty_cloud(
    _clouds: Callable[[str], Cloud], request: pytest.FixtureRequest
) -> Cloud:
    """A stand-in that has never seen a job or parallel data."""
    # S3 is the same for all stand-ins of one process, so its bucket is its own
    return _clouds(request.node.name.replace("_", "-"))
