"""Whose account it is stays out of every line; what went wrong stays in it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.engines.secrets import redacted
from engines.service import KEY, KEY_ID

#: as long as those of temporary credentials are
TOKEN = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQD" + "x9/Ab+7Q" * 40
DIGEST = sha256(b"a glossary").hexdigest()

_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
keys = st.text(_base64, min_size=40, max_size=40).filter(
    lambda key: any(map(str.isupper, key)) and any(map(str.isdigit, key))
)


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"The key {KEY_ID} is unknown.", KEY_ID),
        ("id=ASIAIOSFODNN7EXAMPLE,", "ASIAIOSFODNN7EXAMPLE"),
        ("AROAIOSFODNN7EXAMPLE:anna", "AROAIOSFODNN7EXAMPLE"),
        (f"secret {KEY}", KEY),
        (f"'{KEY}'", KEY),
        (f'{{"SecretAccessKey": "{KEY}"}}', KEY),
        (f"aws_secret_access_key={KEY}", KEY),
        ("key=/" + KEY[1:], KEY[1:]),
        ("key +" + KEY[1:] + " is wrong", KEY[1:]),
        (f"X-Amz-Security-Token: {TOKEN}", TOKEN),
        (f"x-amz-security-token={TOKEN}&x=1", TOKEN),
        (f"{{'SessionToken': '{TOKEN}'}}", TOKEN),
        (f"AWS_SESSION_TOKEN={TOKEN}==", TOKEN),
        (f"token {'aB3' * 11}", "aB3" * 11),
        (f"Signature={DIGEST[:20].upper()}{KEY[:30]}", KEY[:30]),
        (
            "User: arn:aws:iam::123456789012:user/anna is not authorized",
            "arn:aws:iam::123456789012:user/anna",
        ),
        (
            "arn:aws:sts::123456789012:assumed-role/Admin/anna@example.org",
            "Admin/anna",
        ),
        ("(arn:aws-cn:translate:cn-north-1:123456789012:terminology/a)", "cn-north-1"),
        ("arn:aws-us-gov:s3:::my-bucket/a/b, and", "my-bucket"),
        ("account 123456789012.", "123456789012"),
        ("of 123456789012: no", "123456789012"),
        (
            "failed (Request ID: 0a1b2c3d-1122-3344-5566-77889900aabb)",
            "0a1b2c3d-1122-3344-5566-77889900aabb",
        ),
    ],
)
def test_a_secret_is_left_out(line: str, secret: str) -> None:
    """It is gone, as a whole, and a sign stands where it was."""
    assert secret in line
    said = redacted(line)
    assert "…" in said
    for length in (len(secret), 12):
        for start in range(len(secret) - length + 1):
            assert secret[start : start + length] not in said


@given(keys, st.sampled_from(["key {}", "key={}", "'{}'", "({})", "{}.", "a: {}, b"]))
def test_any_key_is_left_out(key: str, line: str) -> None:
    """Wherever it stands, whichever characters it begins and ends with."""
    said = redacted(line.format(key))
    assert not any(key[at : at + 8] in said for at in range(33))


@given(st.text(_base64, min_size=200, max_size=400), st.sampled_from(["", "=", "=="]))
def test_any_token_is_left_out(token: str, end: str) -> None:
    """The same for a session token behind its name."""
    said = redacted(f"X-Amz-Security-Token={token}{end}")
    assert not any(token[at : at + 12] in said for at in range(len(token) - 11))


@pytest.mark.parametrize(
    "line",
    [
        "Unable to locate credentials",
        'Could not connect to the URL: "https://translate.eu-west-1.amazonaws.com/"',
        "Read timeout on endpoint URL: 'https://translate.us-east-1.amazonaws.com/'",
        "Rate exceeded (ThrottlingException)",
        "is not authorized to perform: translate:TranslateDocument because no identity",
        "The security token included in the request is invalid. (UnrecognizedClient)",
        "The security token included in the request is expired (ExpiredTokenException)",
        "Unsupported language pair: xx to es. (UnsupportedLanguagePairException)",
        "Max length of request text allowed is 10000 bytes while the size is 12345",
        'no region; set amts_engine_options = {"region": "eu-west-1"}',
        "1,234 of 15,887 sentences, 1,791,000 characters, about $26.87",
        "glossary.csv:12: a term is longer than 200 bytes",
        f"Terminology 'amts-en-zh-TW-{DIGEST[:32]}' not found",
        "No module named 'botocore.exceptions'",
        "20261231T235959Z, 1767225599, 1767225599000",
    ],
)
def test_a_message_is_left_alone(line: str) -> None:
    """What services and libraries usually say is nobody's secret."""
    assert redacted(line) == line


@pytest.mark.parametrize(
    "line",
    [
        f"expected {DIGEST}, found another",
        "chapter_linear-networks/linear-regression-concise: no answer",
        "linearnetworks/linearregression/introductionandmotivation: no answer",
        "/home/anna/projects/statistics/translations/book/glossary.csv: cannot be read",
        "[Errno 13] Permission denied: '/srv/continuous/integration/workspace/answers'",
        "see https://github.com/organisation/statistics/discussions/categories",
        "https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html",
    ],
)
def test_names_are_left_alone(line: str) -> None:
    """Paths, pages, addresses and digests of ours say where to look."""
    assert redacted(line) == line


@given(
    st.lists(
        st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12),
        min_size=1,
        max_size=10,
    )
)
def test_any_path_is_left_alone(parts: list[str]) -> None:
    """However deep it is."""
    line = f"/{'/'.join(parts)}: cannot be read"
    assert redacted(line) == line


def test_what_stands_beside_a_secret() -> None:
    """It stays, so that the line can be understood."""
    line = (
        "User: arn:aws:iam::123456789012:user/anna is not authorized to perform: "
        "translate:TranslateText (AccessDeniedException)"
    )
    assert redacted(line) == (
        "User: … is not authorized to perform: translate:TranslateText "
        "(AccessDeniedException)"
    )


@given(st.text())
def test_one_line(text: str) -> None:
    """Whatever an error says is one line, and redacting it again changes nothing."""
    said = redacted(ValueError(text))
    assert len(said.splitlines()) == 1
    assert redacted(said) == said
