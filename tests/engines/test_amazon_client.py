"""The door to Amazon: who may be asked, who answers, and what is no answer at all."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.engines.addresses import address
from amts_sphinx.engines.amazon_client import THREADS, Client
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.text.units import Question
from engines.service import KEY, KEY_ID, Paid, alone, only, sentences, serving, wrong


@pytest.fixture(scope="module")
def _running() -> Iterator[Standin]:
    with serving() as there:
        yield there


@pytest.fixture
def there(_running: Standin) -> Standin:
    """A stand-in without faults and without a past."""
    _running.faults = Faults()
    _running.ledger.reset()
    return _running


@pytest.fixture
def glossary(tmp_path: Path) -> str:
    """The path of a file of one term."""
    path = tmp_path / "glossary.csv"
    path.write_text("en,es\nprice,precio\n")
    return str(path)


# -- the client ------------------------------------------------------------------------


class _Rich:
    """A purse without a bottom."""

    def reserve(self, characters: int) -> bool:
        """All may be spent."""
        return characters >= 0

    def release(self, characters: int) -> None:
        """It does not matter."""


@contextmanager
def client(region: str = "eu-west-1", endpoint: str = "") -> Iterator[Client]:
    """A client that is closed in the end."""
    one = Client(region, address(endpoint), _Rich())
    try:
        yield one
    finally:
        one.close()


def test_the_protocol_and_the_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are what was measured; a botocore that changes them is noticed here."""
    alone(monkeypatch)
    with client() as one:
        config = one._client.meta.config
        model = one._client.meta.service_model
    assert config.retries == {"mode": "adaptive", "total_max_attempts": 10}
    assert config.max_pool_connections == THREADS
    assert (config.connect_timeout, config.read_timeout) == (10, 60)
    resolved = getattr(model, "resolved_protocol", model.metadata["protocol"])
    assert resolved == "json"


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("AWS_ENDPOINT_URL_TRANSLATE", "https://translate.example.org"),
        ("AWS_ENDPOINT_URL", "https://example.org"),
        ("AWS_ENDPOINT_URL", "https://translate.amazonaws.com.example.org"),
        ("AWS_ENDPOINT_URL", "https://translateamazonaws.com"),
        ("AWS_ENDPOINT_URL", "https://.example.org/.amazonaws.com"),
        ("AWS_ENDPOINT_URL", "https://example.org?x=.amazonaws.com"),
        ("AWS_ENDPOINT_URL", "https://a.amazonaws.com@example.org"),
        ("AWS_ENDPOINT_URL", "http://translate.eu-west-1.amazonaws.com"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1.example.org"),
        ("AWS_ENDPOINT_URL", "http://192.168.0.1"),
        ("AWS_ENDPOINT_URL", "http://169.254.169.254"),
        ("AWS_ENDPOINT_URL", "nonsense"),
    ],
)
def test_the_environment_names_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, url: str
) -> None:
    """No sentence leaves, nothing is paid, and one line says so."""
    alone(monkeypatch, "", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv(variable, url)
    paid = Paid(tmp_path)
    assert paid.draft(sentences(3)) == [None] * 3
    assert only(paid.told).startswith("engine 'amazon': ")
    assert (paid.service.requests, paid.account.characters) == (0, 0)


@pytest.mark.parametrize("host", ["translate.example.org", "127.0.0.1"])
def test_a_configuration_names_somebody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """The same for a file of settings, and the line names the host and the remedy.

    Not even this machine may be named there: its answers would count as Amazon's.
    """
    alone(monkeypatch, "", "eu-west-1")
    settings = tmp_path / "config"
    settings.write_text(f"[default]\nendpoint_url = http://{host}:4566\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(settings))
    with pytest.raises(EngineError) as info, client():
        pass
    assert host in str(info.value)
    assert 'amts_engine_options = {"endpoint_url": …}' in str(info.value)


def test_a_configuration_does_not_overrule_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or Amazon would be paid for answers that count as a stand-in's."""
    alone(monkeypatch, "http://127.0.0.1:4566", "eu-west-1")
    settings = tmp_path / "config"
    settings.write_text("[default]\nignore_configured_endpoint_urls = true\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(settings))
    with client() as one:
        assert one.host == "127.0.0.1:4566"


@pytest.mark.parametrize(
    "url",
    [
        "https://translate.eu-west-1.amazonaws.com",
        "https://translate.cn-north-1.amazonaws.com.cn",
        "https://translate.eu-west-1.api.aws",
        "https://vpce-1.translate.eu-west-1.vpce.amazonaws.com:443",
        "http://127.0.0.1:4566",
        "http://localhost:4566",
        "http://[::1]:4566",
    ],
)
def test_amazon_and_this_machine_may_be_asked(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """An environment may name any of Amazon's hosts, or a stand-in here."""
    alone(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", url)
    with client() as one:
        assert one.host in url


def test_the_book_may_name_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option is meant, whatever it says."""
    alone(monkeypatch)
    with client(endpoint="https://translate.example.org") as one:
        assert one.host == "translate.example.org"


def test_the_book_names_a_stand_in(
    tmp_path: Path, there: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option counts more than the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", "https://translate.example.org")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    paid = Paid(tmp_path, endpoint_url=there.url, region="us-east-1")
    asked = sentences(3)
    assert wrong(asked, paid.draft(asked)) == []
    assert there.ledger.requests == 1


def test_no_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to write into the book's settings is said, and nothing is asked."""
    alone(monkeypatch)
    paid = Paid(tmp_path)
    assert paid.draft(sentences(3)) == [None] * 3
    line = only(paid.told)
    assert "no region" in line
    assert 'amts_engine_options = {"region": ' in line
    assert paid.account.characters == 0


@pytest.mark.parametrize(
    "options", [{"region": "no such place"}, {"endpoint_url": "nonsense"}]
)
def test_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """A region or endpoint that cannot be one is said in one line."""
    alone(monkeypatch, "", "eu-west-1")
    paid = Paid(tmp_path, **options)
    assert paid.draft(sentences(3)) == [None] * 3
    assert next(iter(options.values())) in only(paid.told)


def test_no_credentials(
    tmp_path: Path, there: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line for all requests, none of which leaves."""
    alone(monkeypatch, "", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", there.url)
    paid = Paid(tmp_path)
    assert paid.draft(sentences(700)) == [None] * 700
    line = only(paid.told)
    assert "700 of 700 sentences were not translated: " in line
    assert "credentials" in line
    assert (there.ledger.requests, paid.account.characters) == (0, 0)


def test_no_such_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that is nowhere is named."""
    alone(monkeypatch, "", "eu-west-1")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    paid = Paid(tmp_path)
    paid.draft(sentences(3))
    assert "(nobody)" in only(paid.told)


@pytest.mark.parametrize(
    "name",
    [
        "AccessDeniedException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "UnsupportedLanguagePairException",
        "UnknownOperationException",
    ],
)
def test_nobody_will_ever_answer(tmp_path: Path, there: Standin, name: str) -> None:
    """The job ends at once, with one line, and nothing is paid."""
    there.faults = Faults(next_errors=(name,) * 100)
    paid = Paid(tmp_path)
    assert paid.draft(sentences(700)) == [None] * 700
    line = only(paid.told)
    assert "700 of 700 sentences were not translated: " in line
    assert f"({name})" in line
    assert there.ledger.requests <= THREADS
    assert (paid.account.characters, paid.engine.use.cost) == (0, 0)


def test_a_refusal_of_everything(tmp_path: Path, there: Standin) -> None:
    """If no request is ever right, not every sentence is tried."""
    there.faults = Faults(poison="</p>")
    paid = Paid(tmp_path)
    assert paid.draft(sentences(700)) == [None] * 700
    assert "(InvalidRequestException)" in only(paid.told)
    assert there.ledger.requests <= 12 + THREADS
    assert paid.account.characters == 0


def test_what_was_throttled_is_not_paid(tmp_path: Path, there: Standin) -> None:
    """It is repeated until it is answered; the account holds what was answered."""
    there.faults = Faults(next_errors=("TooManyRequestsException",))
    paid = Paid(tmp_path)
    asked = sentences(10)
    assert wrong(asked, paid.draft(asked)) == []
    assert there.ledger.requests == 2
    assert paid.account.characters == there.ledger.billed
    assert paid.told == []


# -- the other side says something else altogether ------------------------------------

#: what is answered to a request: status and body, given its operation
Reply = Callable[[str], tuple[int, bytes]]


class _Handler(BaseHTTPRequestHandler):
    """Answers with whatever its server was told."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Saying

    def do_POST(self) -> None:
        """Any request."""
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].partition(".")[2]
        self.server.asked.append((operation, json.loads(sent)))
        status, body = self.server.reply(operation)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody listens."""


class Saying(ThreadingHTTPServer):
    """A service that says what a test wants, be it what Amazon never says."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = reply
        self.asked: list[tuple[str, dict[str, Any]]] = []


@contextmanager
def saying(reply: Reply) -> Iterator[Saying]:
    """Such a service, and an environment in which boto3 takes it for Amazon's."""
    with pytest.MonkeyPatch.context() as patch, Saying(reply) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        alone(patch, f"http://127.0.0.1:{server.server_port}", "eu-west-1")
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def document(content: object, **members: object) -> bytes:
    """An answer of TranslateDocument, as a body."""
    if isinstance(content, bytes):
        content = b64encode(content).decode()
    answer = {
        "TranslatedDocument": {"Content": content},
        "SourceLanguageCode": "en",
        "TargetLanguageCode": "es",
    }
    return json.dumps({**answer, **members}, ensure_ascii=False).encode()


RIGHT = b'<html><body><p id="0">palabra</p></body></html>'


def test_the_settings_are_sent(glossary: str, tmp_path: Path) -> None:
    """Each option of the engine is one of the request, and no other is."""
    question = Question("a word")
    options: dict[str, Any] = {"formality": "FORMAL", "profanity": "MASK"}
    with saying(lambda _operation: (200, document(RIGHT))) as server:
        paid = Paid(tmp_path, terminology=glossary, **options)
        [answer] = paid.draft([question])
        plain = Paid(tmp_path)
        plain.draft([question])
    assert answer
    assert answer.text == "palabra"
    (operation, sent), (_, bare) = server.asked
    assert operation == "TranslateDocument"
    assert sent["Settings"] == {"Formality": "FORMAL", "Profanity": "MASK"}
    assert sent["TerminologyNames"][0].startswith("amts-en-es-")
    assert sent["Document"]["ContentType"] == "text/html"
    assert set(bare) == {"Document", "SourceLanguageCode", "TargetLanguageCode"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"5",
        b'"text"',
        b"<html>busy</html>",
        b'{"TranslatedDocument": {"Content": "\xe6\x96',  # cut within a character
        document(RIGHT)[:60],
        document(None),
        document("!!!"),
        document("a"),
        document(5),
        document("é"),
        document(b"\xff\xfe"),
        document(b""),
        document(RIGHT, TranslatedDocument="text"),
        document(RIGHT, TranslatedDocument=[1]),
        document(RIGHT, SourceLanguageCode="fr"),
        document(RIGHT, TargetLanguageCode="fr"),
        document(RIGHT, TargetLanguageCode=["es"]),
        document(RIGHT, TargetLanguageCode=None),
    ],
    ids=range(22),
)
def test_an_answer_that_is_none(tmp_path: Path, body: bytes) -> None:
    """Whatever a 200 holds: it is asked for again, and neither believed nor stored."""
    question = Question("a word")
    bodies = iter([body] * 2)
    with saying(lambda _operation: (200, next(bodies, document(RIGHT)))) as server:
        paid = Paid(tmp_path)
        [answer] = paid.draft([question])
        assert len(server.asked) == 3
    assert answer
    assert answer.text == "palabra"
    assert paid.told == []


def test_no_paragraph_ever_comes_back(tmp_path: Path) -> None:
    """The job ends soon: halving does not help if the service has changed its form."""
    body = document(b"<html><body>palabras</body></html>")
    with saying(lambda _operation: (200, body)) as server:
        paid = Paid(tmp_path)
        asked = sentences(400)
        assert paid.draft(asked) == [None] * len(asked)
        assert len(server.asked) <= 40
    assert "400 of 400 sentences were not translated: " in only(paid.told)
    assert paid.account.characters <= 3 * sum(map(paid.service.size, asked))


@pytest.mark.parametrize("status", [400, 403, 413])
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b"<html>" + b"<p>no</p>\n" * 1000],
    ids=["empty", "list", "no text", "page"],
)
def test_a_refusal_in_another_form(tmp_path: Path, status: int, body: bytes) -> None:
    """A proxy's page, or nothing: the job ends with one line that can be read."""
    with saying(lambda _operation: (status, body)) as server:
        paid = Paid(tmp_path)
        assert paid.draft(sentences(400)) == [None] * 400
        assert len(server.asked) <= 5 * THREADS
    line = only(paid.told)
    assert "400 of 400 sentences were not translated: " in line
    assert len(line) < 500


def test_a_terminology_that_is_never_found(glossary: str, tmp_path: Path) -> None:
    """It was brought, and still it is not there: after a second time the job ends."""
    missing = json.dumps({"__type": "ResourceNotFoundException", "Message": "none"})

    def reply(operation: str) -> tuple[int, bytes]:
        if operation == "ImportTerminology":
            return 200, b'{"TerminologyProperties": {"SkippedTermCount": 0}}'
        return 400, missing.encode()

    with saying(reply) as server:
        paid = Paid(tmp_path, terminology=glossary)
        assert paid.draft(sentences(400)) == [None] * 400
    assert "(ResourceNotFoundException)" in only(paid.told)
    asked = [operation for operation, _ in server.asked]
    assert asked.count("ImportTerminology") == 2
    assert len(asked) <= 2 + 3 * THREADS
    assert paid.account.characters == 0


def test_terms_that_are_left_out_are_told(glossary: str, tmp_path: Path) -> None:
    """How many, in one line; the job goes on."""
    missing = json.dumps({"__type": "ResourceNotFoundException", "Message": "none"})
    replies = iter([(400, missing.encode())])

    def reply(operation: str) -> tuple[int, bytes]:
        if operation == "ImportTerminology":
            return 200, b'{"TerminologyProperties": {"SkippedTermCount": 3}}'
        return next(replies, (200, document(RIGHT)))

    with saying(reply):
        paid = Paid(tmp_path, terminology=glossary)
        [answer] = paid.draft([Question("a word")])
    assert answer
    assert "3 terms of the terminology were left out" in only(paid.told)
