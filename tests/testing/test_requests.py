"""Requests the service would refuse: everything its model says, and what it does not.

Most of them boto3 sends without a word.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest

from amts_sphinx.testing.standin import Standin, model

Post = Callable[..., Any]

PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "zh"}
TEXT = {"Text": "a", **PAIR}
INTO_AUTO = {"TargetLanguageCode": "auto"}
PREFIX = "AWSShineFrontendService_20170701"
JOB = {
    "InputDataConfig": {"S3Uri": "s3://bucket/in/", "ContentType": "text/html"},
    "OutputDataConfig": {"S3Uri": "s3://bucket/out/"},
    "DataAccessRoleArn": "arn:aws:iam::123456789012:role/amts",
    "SourceLanguageCode": "en",
    "TargetLanguageCodes": ["zh"],
    "ClientToken": "a-1",
}


def page(content: bytes = b"a", kind: str = "text/html", **more: Any) -> dict[str, Any]:
    """The members of TranslateDocument."""
    document = {"Content": base64.b64encode(content).decode(), "ContentType": kind}
    return {"Document": document, **PAIR, **more}


def asked(post: Post, operation: str, members: Any) -> tuple[int, str, str]:
    """Status code, error and message."""
    target = f"{PREFIX}.{operation}"
    response, answer = post(members, {"X-Amz-Target": target})
    return response.status, answer.get("__type", ""), answer.get("Message", "")


@pytest.mark.parametrize(
    ("operation", "members", "says"),
    [
        ("TranslateText", PAIR, "'text' failed to satisfy constraint: Member must not"),
        ("TranslateText", {**TEXT, "Text": None}, "'text'"),
        ("TranslateText", {**TEXT, "Text": ""}, "greater than or equal to 1"),
        ("TranslateText", {**TEXT, "Text": 1}, "type string"),
        ("TranslateText", {**TEXT, "Text": "\ud800"}, "Unicode"),
        ("TranslateText", {**TEXT, "SourceLanguageCode": "x"}, "equal to 2"),
        ("TranslateText", {**TEXT, "TargetLanguageCode": "zh-Hans"}, "equal to 5"),
        ("TranslateText", {**TEXT, "Texts": "a"}, "There is no such member"),
        ("TranslateText", {**TEXT, "TerminologyNames": "a"}, "type list"),
        ("TranslateText", {**TEXT, "TerminologyNames": ["a b"]}, "pattern"),
        (
            "TranslateText",
            {**TEXT, "Settings": {"Formality": "X"}},
            "[FORMAL, INFORMAL]",
        ),
        ("TranslateText", {**TEXT, "Settings": {"Brevity": True}}, "settings.brevity"),
        ("TranslateDocument", {**page(), "Document": {"Content": "!"}}, "contentType"),
        ("TranslateDocument", page() | {"Document": {"Content": "!"}}, "base64"),
        ("TranslateDocument", page() | {"Document": {"Content": 1}}, "type blob"),
        ("TranslateDocument", page(kind="html"), "document.contentType"),
        ("ListLanguages", {"MaxResults": 0}, "greater than or equal to 1"),
        ("ListLanguages", {"MaxResults": 501}, "less than or equal to 500"),
        ("ListLanguages", {"MaxResults": True}, "type integer"),
        ("ListLanguages", {"MaxResults": "9"}, "type integer"),
        ("ListLanguages", {"DisplayLanguageCode": "nl"}, "enum"),
        ("ListTerminologies", {"NextToken": "é"}, "pattern"),
        (
            "StartTextTranslationJob",
            {**JOB, "ClientToken": "bad token!"},
            "clientToken",
        ),
        ("StartTextTranslationJob", {**JOB, "JobName": "x" * 300}, "equal to 256"),
        ("StartTextTranslationJob", {**JOB, "JobName": "a*b"}, "pattern"),
        ("StartTextTranslationJob", {**JOB, "ParallelDataNames": "a"}, "type list"),
    ],
)
def test_what_the_model_forbids(
    post: Post, operation: str, members: Any, says: str
) -> None:
    """Required members, types, lengths, patterns, enumerations, unknown members."""
    status, error, message = asked(post, operation, members)
    assert (status, error) == (400, "ValidationException")
    assert says in message


def test_what_the_model_allows(post: Post) -> None:
    """Letters of all scripts in the name of a job, an absent member that is null."""
    job = {**JOB, "JobName": "Übersetzung 你好 – 1".replace("–", "-")}
    assert "without storage" in asked(post, "StartTextTranslationJob", job)[2]
    assert asked(post, "TranslateText", {**TEXT, "Settings": None})[0] == 200


def test_all_violations_are_told(post: Post) -> None:
    """Not only the first one."""
    _, _, message = asked(post, "TranslateText", {"Text": "", "Other": 1})
    assert message.startswith("5 validation errors detected: ")
    assert message.count("Value at") == 5


@pytest.mark.parametrize(
    ("operation", "members", "error"),
    [
        ("TranslateText", {**TEXT, "Text": "é" * 5001}, "TextSizeLimitExceeded"),
        ("TranslateText", {**TEXT, "Text": "a" * 10_001}, "TextSizeLimitExceeded"),
        ("TranslateText", {**TEXT, "Text": "\ud800" * 5001}, "TextSizeLimitExceeded"),
        (
            "TranslateText",
            {**TEXT, "SourceLanguageCode": "xx"},
            "UnsupportedLanguagePair",
        ),
        ("TranslateText", {**TEXT, **INTO_AUTO}, "UnsupportedLanguagePair"),
        ("TranslateText", {**TEXT, "TerminologyNames": ["no"]}, "ResourceNotFound"),
        ("TranslateText", {**TEXT, "TerminologyNames": ["a", "b"]}, "InvalidRequest"),
        ("TranslateDocument", page(b"a" * 102_401), "InvalidRequest"),
        ("TranslateDocument", page(b"\xff"), "InvalidRequest"),
        ("TranslateDocument", page(kind="application/pdf"), "InvalidRequest"),
        ("TranslateDocument", page(SourceLanguageCode="es"), "UnsupportedLanguagePair"),
        ("TranslateDocument", page(TargetLanguageCode="xx"), "UnsupportedLanguagePair"),
        ("TranslateDocument", page(Settings={"Brevity": "ON"}), "InvalidRequest"),
        ("TranslateDocument", page(Settings={"Formality": "FORMAL"}), "InvalidRequest"),
        ("TranslateDocument", page(TerminologyNames=["no"]), "ResourceNotFound"),
    ],
)
def test_what_is_only_documented(
    post: Post, operation: str, members: Any, error: str
) -> None:
    """Limits in bytes, languages, settings, terminologies."""
    status, name, _ = asked(post, operation, members)
    assert name == f"{error}Exception"
    assert status == (404 if error == "ResourceNotFound" else 400)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("TranslateText", {**TEXT, "Text": "é" * 5000}),
        (
            "TranslateText",
            {**TEXT, "Settings": {"Brevity": "ON", "Formality": "FORMAL"}},
        ),
        ("TranslateText", {**TEXT, "SourceLanguageCode": "es"}),
        ("TranslateDocument", page(b"a" * 102_400)),
        ("TranslateDocument", page(SourceLanguageCode="fr", TargetLanguageCode="en")),
        ("TranslateDocument", page(SourceLanguageCode="auto")),
        ("TranslateDocument", page(b"")),
    ],
)
def test_what_is_just_allowed(post: Post, operation: str, members: Any) -> None:
    """The limits themselves are no violation."""
    assert asked(post, operation, members)[0] == 200


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({"Authorization": None}, 400, "MissingAuthenticationToken"),
        ({"Authorization": "Basic bm9ib2R5Og=="}, 400, "InvalidSignature"),
        ({"Content-Type": "application/cbor"}, 415, "UnsupportedProtocol"),
        ({"Content-Type": None}, 415, "UnsupportedProtocol"),
        ({"smithy-protocol": "rpc-v2-cbor"}, 415, "UnsupportedProtocol"),
        ({"X-Amz-Target": None}, 400, "UnknownOperation"),
        ({"X-Amz-Target": f"{PREFIX}.Translate"}, 400, "UnknownOperation"),
        ({"X-Amz-Target": "Other.TranslateText"}, 400, "UnknownOperation"),
    ],
)
def test_other_protocols_and_signatures(
    post: Post, headers: dict[str, str | None], status: int, error: str
) -> None:
    """What does not speak JSON 1.1, asks for nothing known or is not signed."""
    response, answer = post(TEXT, headers)
    assert (response.status, answer["__type"]) == (status, f"{error}Exception")
    assert answer["Message"]


def test_signed_for_another_service(post: Post) -> None:
    """A signature is one for this service."""
    signed = (
        "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request, "
        f"SignedHeaders=host, Signature={'0' * 64}"
    )
    _, answer = post(TEXT, {"Authorization": signed})
    assert answer["__type"] == "InvalidSignatureException"
    assert "'s3'" in answer["Message"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"1", b"[" * 100_000])
def test_bodies_that_are_no_object(post: Post, service: Standin, body: bytes) -> None:
    """They are refused like all else, and the connection lives on."""
    response, answer = post(body)
    assert (response.status, answer["__type"]) == (400, "SerializationException")
    assert service.ledger.asked[-1].outcome == "refused"


def test_bodies_without_end(service: Standin) -> None:
    """A body of unknown or endless length is not read."""
    for headers, status in (
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": str(10**9)}, 413),
    ):
        connection = HTTPConnection(service.url.removeprefix("http://"))
        connection.request("POST", "/", headers=headers)
        response = connection.getresponse()
        assert response.status == status
        response.read()
        connection.close()
    assert service.ledger.requests == 0


def test_its_own_answers_are_checked() -> None:
    """What the model does not allow would be a fault of the stand-in, and is one."""
    answer = {"TranslatedText": "a", **PAIR}
    assert b'"TranslatedText"' in model.encode("TranslateText", answer)
    wrong: list[dict[str, Any]] = [
        PAIR,
        {**answer, "Other": 1},
        {**answer, "TargetLanguageCode": "zh-Hans"},
        {**answer, "AppliedSettings": {"Formality": "SOME"}},
    ]
    for members in wrong:
        with pytest.raises(ValueError, match="TranslateText would answer wrongly"):
            model.encode("TranslateText", members)


def test_errors_are_those_of_the_model(client: Any) -> None:
    """boto3 knows an error by its class, with the members that the model gives it."""
    with pytest.raises(client.exceptions.UnsupportedLanguagePairException) as raised:
        client.translate_text(**{**TEXT, "TargetLanguageCode": "xx"})
    response = raised.value.response
    assert response["SourceLanguageCode"] == "en"
    assert response["TargetLanguageCode"] == "xx"
    assert "no language 'xx'" in response["Error"]["Message"]
