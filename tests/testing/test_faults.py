"""Everything that goes wrong on demand, seen by the real boto3."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from amts_sphinx.testing.standin import Faults, Record, Standin
from amts_sphinx.testing.standin.handling import _Handler
from amts_sphinx.testing.standin.weather import Weather

PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "zh"}
ALL = Faults(throttle=0.1, errors=0.1, unavailable=0.1, dropped=0.1, cut=0.1)


def ask(client: Any, text: str = "Hello") -> Any:
    """One sentence translated; None if the answer holds no translation."""
    return client.translate_text(Text=text, **PAIR).get("TranslatedText")


def outcome(client: Any) -> str:
    """What comes of one request: an error's name, ``answered`` or ``nothing``."""
    try:
        return "answered" if ask(client) else "nothing"
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except ConnectionClosedError:
        return "closed"


@pytest.mark.parametrize(
    ("faults", "error", "status"),
    [
        (Faults(throttle=1), "TooManyRequestsException", 429),
        (Faults(errors=1), "InternalServerException", 500),
        (Faults(unavailable=1), "ServiceUnavailableException", 503),
    ],
)
def test_errors(
    client: Any, service: Standin, faults: Faults, error: str, status: int
) -> None:
    """An error of the model, with its status; nothing is translated or billed."""
    service.faults = faults
    with pytest.raises(client.exceptions.ClientError) as raised:
        ask(client)
    assert raised.value.response["Error"]["Code"] == error
    assert "stand-in" in raised.value.response["Error"]["Message"]
    kept = "throttled" if faults.throttle else "error"
    expected = Record("TranslateText", ("Hello",), 0, kept, error, status)
    assert service.ledger.asked == [expected]


def test_dropped(client: Any, service: Standin) -> None:
    """No answer, which is no ClientError; half of them have been paid for."""
    service.faults = Faults(dropped=1)
    assert Counter(outcome(client) for _ in range(40)) == {"closed": 40}
    billed = [record.billed for record in service.ledger.asked]
    assert set(billed) == {0, len("Hello")}
    assert 10 < billed.count(0) < 30
    assert service.ledger.outcomes == {"dropped": 40}
    assert service.ledger.statuses == {}


@pytest.mark.parametrize("faults", [Faults(cut=1), Faults(rubbish=1)])
def test_answers_without_a_translation(
    client: Any, service: Standin, faults: Faults
) -> None:
    """Botocore takes them for good, though nothing is in them; they are paid for."""
    service.faults = faults
    answer = client.translate_text(Text="Hello", **PAIR)
    assert set(answer) == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    page = {"Content": b"<p>Hello</p>", "ContentType": "text/html"}
    assert set(client.translate_document(Document=page, **PAIR)) == {"ResponseMetadata"}
    assert service.ledger.answered == 0
    assert service.ledger.outcomes == {"cut" if faults.cut else "rubbish": 2}
    assert service.ledger.billed == 10


def test_a_connection_outlives_a_cut(service: Standin) -> None:
    """The length that is announced is that of the cut body."""
    service.faults = Faults(cut=1)
    with raw_connection(service) as connection:
        bodies = [exchanged(connection)[1] for _ in range(3)]
    assert len(set(bodies)) == 1
    assert bodies[0].startswith(b'{"TranslatedText"')
    assert not bodies[0].endswith(b"}")


def test_each_request_has_one_fate() -> None:
    """Shares exclude each other, in order, and are kept."""
    weather = Weather(replace(ALL, rubbish=0.1, seed=7))
    fates = [weather.next() for _ in range(4000)]
    counts = Counter(fate.error or fate.outcome for fate in fates)
    assert len(counts) == 7
    for kind in counts.keys() - {"answered"}:
        assert 340 < counts[kind] < 460
    late = Counter(fate.done for fate in fates if fate.outcome == "dropped")
    assert 150 < late[True] < 250
    first = Weather(Faults(throttle=1, errors=1, cut=1))
    assert first.next().error == "TooManyRequestsException"


def test_the_same_seed_the_same_faults(client: Any, service: Standin) -> None:
    """Every time faults are set, from the first request on; another seed, others."""
    seen = []
    for seed in (1, 1, 2):
        service.faults = replace(ALL, seed=seed)
        seen.append([outcome(client) for _ in range(40)])
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
    assert {"closed", "nothing", "answered"} < set(seen[0])


def test_next_errors(client: Any, service: Standin) -> None:
    """In order, each once, before all else; then the rest of the faults."""
    errors = ("LimitExceededException", "AccessDeniedException", "ThrottlingException")
    service.faults = Faults(next_errors=errors, errors=1)
    seen = [outcome(client) for _ in range(4)]
    assert seen == [*errors, "InternalServerException"]
    assert list(service.ledger.statuses) == [400, 429, 500]
    service.faults = Faults()
    assert outcome(client) == "answered"


def test_poison(client: Any, service: Standin) -> None:
    """Whatever holds the text is refused, also in a document, whoever is beside it."""
    service.faults = Faults(poison="POISON")
    assert ask(client, "poison")
    with pytest.raises(client.exceptions.InvalidRequestException):
        ask(client, "a POISON b")
    page = {"Content": b"<p>a</p><p>POISON</p>", "ContentType": "text/html"}
    with pytest.raises(client.exceptions.InvalidRequestException):
        client.translate_document(Document=page, **PAIR)
    assert service.ledger.outcomes == {"answered": 1, "refused": 2}


def test_rate(client: Any, service: Standin) -> None:
    """More requests than a bucket holds are throttled until it fills again."""
    service.faults = Faults(rate=0.001)
    assert [outcome(client) for _ in range(3)] == ["answered"] + [
        "ThrottlingException"
    ] * 2
    assert service.ledger.statuses == {200: 1, 429: 2}
    weather = Weather(Faults(rate=5))
    errors = [weather.next().error for _ in range(20)]
    assert errors[:5] == [""] * 5
    assert errors.count("ThrottlingException") > 5


def test_latency(client: Any, service: Standin) -> None:
    """Each answer takes so long at least, by chance a little longer."""
    service.faults = Faults(latency=0.05)
    before = time.monotonic()
    ask(client)
    assert time.monotonic() - before >= 0.05
    weather = Weather(Faults(latency=2, jitter=1))
    delays = [weather.next().delay for _ in range(200)]
    assert 2 <= min(delays) < 2.1
    assert 2.9 < max(delays) <= 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"throttle": -0.1},
        {"cut": 1.1},
        {"lost_boundaries": 2},
        {"damage": {"dropped": 2}},
        {"damage": {"droppd": 0.1}},
        {"next_errors": ("NoSuchException",)},
    ],
)
def test_faults_that_make_no_sense(service: Standin, wrong: dict[str, Any]) -> None:
    """They are refused when they are set, in words, and change nothing."""
    before = service.faults
    with pytest.raises(ValueError, match=r"share|damage|error"):
        service.faults = Faults(**wrong)
    assert service.faults is before


def test_a_wrong_error_from_the_start() -> None:
    """Nothing is left open when the stand-in cannot be made."""
    with pytest.raises(ValueError, match="NoSuch"):
        Standin(faults=Faults(next_errors=("NoSuch",)))


def test_retries_of_botocore(service: Standin, connect: Callable[..., Any]) -> None:
    """What botocore gets over by itself is seen by the ledger, every attempt of it."""
    client = connect(service.url, retries={"mode": "standard", "total_max_attempts": 3})
    gone = ("InternalServerException", "ServiceUnavailableException")
    service.faults = Faults(next_errors=gone)
    assert ask(client)
    assert service.ledger.outcomes == {"error": 2, "answered": 1}
    assert service.ledger.billed == len("Hello")
    service.ledger.reset()
    service.faults = Faults(next_errors=("InvalidRequestException",))
    assert outcome(client) == "InvalidRequestException"
    assert service.ledger.requests == 1


def test_eight_threads(service: Standin, connect: Callable[..., Any]) -> None:
    """Every request is in the ledger once, with what came of it, whoever asks."""
    client = connect(service.url, max_pool_connections=8)
    service.faults = replace(ALL, seed=3)
    with ThreadPoolExecutor(8) as pool:
        seen = Counter(pool.map(lambda _: outcome(client), range(400)))
    ledger = service.ledger
    assert ledger.requests == 400 == len(ledger.asked)
    assert ledger.answered == seen["answered"] == ledger.outcomes["answered"]
    assert ledger.outcomes["cut"] == seen["nothing"]
    assert ledger.outcomes["dropped"] == seen["closed"]
    assert ledger.outcomes["throttled"] == seen["TooManyRequestsException"]
    assert ledger.statuses[500] == seen["InternalServerException"]
    assert ledger.statuses[503] == seen["ServiceUnavailableException"]
    late = [r for r in ledger.asked if r.outcome == "dropped" and r.billed]
    paid = ledger.answered + ledger.outcomes["cut"] + len(late)
    assert ledger.billed == paid * len("Hello")
    weather = Weather(service.faults)
    fates = Counter(weather.next().outcome for _ in range(400))
    assert fates["answered"] == ledger.answered


def test_an_answer_is_in_the_ledger_first(client: Any, service: Standin) -> None:
    """Whoever has an answer finds it in the books."""
    for number in range(1, 50):
        ask(client)
        assert service.ledger.answered == number


# -- connections -----------------------------------------------------------------


def raw_connection(service: Standin) -> socket.socket:
    """A connection without a client."""
    host, port = service.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def exchanged(connection: socket.socket) -> tuple[int, bytes]:
    """One request: how many pieces its answer came in, and its body."""
    body = b'{"Text": "Hello", "SourceLanguageCode": "en", "TargetLanguageCode": "zh"}'
    credential = "nobody/20260101/us-east-1/translate/aws4_request"
    signed = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, "
    head = (
        "POST / HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-amz-json-1.1\r\n"
        "X-Amz-Target: AWSShineFrontendService_20170701.TranslateText\r\n"
        f"Authorization: {signed}Signature={'0' * 64}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    pieces, answer, wanted = 0, b"", 1
    while len(answer) < wanted:
        answer += connection.recv(1 << 16)
        pieces += 1
        head_end = answer.index(b"\r\n\r\n") + 4
        length = answer.split(b"Content-Length: ")[1].split(b"\r\n")[0]
        wanted = head_end + int(length)
    return pieces, answer[head_end:]


def test_an_answer_is_one_piece(service: Standin) -> None:
    """Head and body leave together, at once: the second would wait for 40 ms."""
    with raw_connection(service) as connection:
        assert [exchanged(connection)[0] for _ in range(20)] == [1] * 20
    assert _Handler.disable_nagle_algorithm


def test_nothing_is_left_open(connect: Callable[..., Any]) -> None:
    """Connections that clients keep are closed with the stand-in, and its port."""
    with Standin() as service:
        connection = raw_connection(service)
        exchanged(connection)
        client = connect(service.url)
        ask(client)
    assert connection.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        raw_connection(service)
    with Standin(port=int(service.url.rpartition(":")[2])) as again:
        assert ask(client)
        assert again.ledger.requests == 1


def test_only_this_machine_is_answered(service: Standin) -> None:
    """The address is the loopback one, and the port is taken there."""
    assert service.url.startswith("http://127.0.0.1:")
    with pytest.raises(OSError, match="in use"):
        Standin(port=int(service.url.rpartition(":")[2]))
