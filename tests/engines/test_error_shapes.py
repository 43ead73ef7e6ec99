"""Whatever the service can say against a call, what comes of it is one line to act on.

The errors are those of botocore's model, of each operation that the engines call, and
those that no model has; an error that a newer model adds is tried as well.  boto3 and
its retries are real; only their waiting is left out.
"""

from __future__ import annotations

import ast
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest
from botocore import xform_name
from botocore.loaders import Loader

import amts_sphinx
from amts_sphinx.engines import amazon_client
from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_calls import REMEDIES
from amts_sphinx.engines.amazon_door import BusyError, Door
from amts_sphinx.engines.amazon_session import control
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.amazon_terminology import Terminology
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.testing.standin import Faults, Standin, jobs, model, parallel
from amts_sphinx.testing.standin.tokens import Tokens
from engines.service import KEY, KEY_ID, Paid, alone, sentences

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/amts-jobs"
NAME = "amts-en-es-0123"
JOB = "amts-0123-1"
JOB_ID = "0123456789abcdef0123456789abcdef"
URI = "s3://shapes/amts/parallel-data/x.csv"
#: of every service of Amazon, and in no model
COMMON = (
    "AccessDeniedException",
    "ExpiredTokenException",
    "ThrottlingException",
    "UnrecognizedClientException",
    "ValidationException",
)
#: as often as anything here asks
OFTEN = 40
START: dict[str, Any] = {
    "JobName": JOB,
    "ClientToken": "0123-1",
    "SourceLanguageCode": "en",
    "TargetLanguageCodes": ["es", "fr"],
    "InputDataConfig": {"S3Uri": "s3://shapes/amts/in/", "ContentType": "text/html"},
    "OutputDataConfig": {"S3Uri": "s3://shapes/amts/out/"},
}
_PAIRS, _JOB = f"the parallel data: {NAME}: ", f"the job: {JOB}: "
#: what asks for an operation, and how its errors begin
CALLS: dict[str, tuple[str, Callable[[Door], object]]] = {
    "CreateParallelData": (
        _PAIRS,
        lambda door: door.create_parallel_data(NAME, URI, "CSV", description="x"),
    ),
    "UpdateParallelData": (
        _PAIRS,
        lambda door: door.update_parallel_data(NAME, URI, "CSV"),
    ),
    "GetParallelData": (_PAIRS, lambda door: door.parallel_data(NAME)),
    "ListParallelData": (
        "the parallel data: ",
        lambda door: list(door.all_parallel_data()),
    ),
    "DeleteParallelData": (_PAIRS, lambda door: door.delete_parallel_data(NAME)),
    "StartTextTranslationJob": (_JOB, lambda door: door.start_job(**START)),
    "DescribeTextTranslationJob": (
        f"the job: {JOB_ID}: ",
        lambda door: door.job(JOB_ID),
    ),
    "ListTextTranslationJobs": (_JOB, lambda door: door.find_job(JOB)),
    "StopTextTranslationJob": (
        f"the job: {JOB_ID}: ",
        lambda door: door.stop_job(JOB_ID),
    ),
}
REAL_TIME = {"TranslateDocument": ("en", "es"), "TranslateText": ("es", "fr")}


def modelled(operation: str) -> list[str]:
    """The names of all errors that an operation may answer."""
    shapes = model.service().operation_model(operation).error_shapes
    return sorted({*COMMON, *(shape.name for shape in shapes)})


def every(operations: Any) -> list[tuple[str, str]]:
    """Each of them with each of its errors."""
    return [(one, error) for one in operations for error in modelled(one)]


def fit(line: str) -> str:
    """A line, if it can be shown to anybody."""
    assert line
    assert len(line.splitlines()) == 1
    assert len(line) < 700
    for secret in (KEY, KEY_ID, ACCOUNT, ROLE, "Traceback"):
        assert secret not in line
    return line


def said(call: Callable[[], object]) -> str:
    """What is said of a call that fails."""
    with pytest.raises((EngineError, BusyError)) as raised:
        call()
    return fit(str(raised.value))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 asks again as often as it does, but at once."""
    clock = SimpleNamespace(sleep=lambda _seconds: None)
    monkeypatch.setattr(botocore.endpoint, "time", clock)


@pytest.fixture(scope="module")
def _there() -> Iterator[Standin]:
    with pytest.MonkeyPatch.context() as patch, Standin(s3=True) as standin:
        alone(patch, standin.url, "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL_S3", standin.s3_url)
        standin.bucket("shapes")
        yield standin


@pytest.fixture(scope="module")
def door(_there: Standin) -> Iterator[Door]:
    """A door to the stand-in, which holds parallel data of the name."""
    place = Place("shapes", ACCOUNT, ROLE)
    door = Door(place, Address(_there.url, named=True))
    body = b"en,es\na,A\n"
    door.put("parallel-data/x.csv", body, "text/csv")
    door.create_parallel_data(NAME, URI, "CSV")
    assert door.parallel_data(NAME).status == "ACTIVE"
    yield door
    door.close()


@pytest.fixture
def there(_there: Standin) -> Standin:
    """A stand-in without faults."""
    _there.faults = Faults()
    return _there


@contextmanager
def meeting(there: Standin, client: Any, operation: str, faults: Faults) -> Any:
    """One operation meets faults, all others do not."""
    events, name = client.meta.events, f"translate.{operation}"

    def begin(**_: object) -> None:
        there.faults = faults

    def end(**_: object) -> None:
        there.faults = Faults()

    hooks = [("before-call", begin), ("after-call", end), ("after-call-error", end)]
    for event, hook in hooks:
        events.register(f"{event}.{name}", hook)
    try:
        yield
    finally:
        for event, hook in hooks:
            events.unregister(f"{event}.{name}", hook)
        there.faults = Faults()


# -- the door: jobs and parallel data ----------------------------------------------


def test_every_call_is_tried_here() -> None:
    """Whatever operation an engine comes to use, its errors have to be tried."""
    known = Loader().load_service_model("translate", "service-2")["operations"]
    names = {xform_name(name): name for name in known}
    folder = Path(amts_sphinx.__file__).parent / "engines"
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.glob("*.py")]
    used = {
        names[node.attr]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in names
    }
    assert used == {*CALLS, *REAL_TIME, "ImportTerminology"}


@pytest.mark.parametrize(("operation", "error"), every(CALLS))
def test_an_error_of_a_call(
    there: Standin, door: Door, operation: str, error: str
) -> None:
    """One line: what it is about, the service's name for it, and the remedy."""
    begins, call = CALLS[operation]
    faults = Faults(next_errors=(error,) * OFTEN)
    with meeting(there, door._translate, operation, faults):
        if (operation, error) == ("CreateParallelData", "ConflictException"):
            call(door)  # it is there, which is as good
            return
        line = said(lambda: call(door))
    assert line.startswith(begins)
    assert f"({error})" in line
    busy = error in {"ConcurrentModificationException", "ConflictException"}
    full = error in {"TooManyRequestsException", "LimitExceededException"}
    if operation.startswith(("Create", "Update", "Start")) and (busy or full):
        return  # whoever waits says so
    if error in REMEDIES and "amts parallel-data delete" not in line:
        remedy = REMEDIES[error]
        if error == "UnsupportedLanguagePairException":
            remedy = "translate en to es, fr; choose another engine"
        assert line.endswith(remedy)


@pytest.mark.parametrize(
    ("operation", "remedy"),
    [
        ("GetParallelData", "amts parallel-data list tells the names"),
        ("DeleteParallelData", "amts parallel-data list tells the names"),
        ("DescribeTextTranslationJob", "amts jobs list tells the ids"),
        ("StopTextTranslationJob", "amts jobs list tells the ids"),
        ("StartTextTranslationJob", "run amts sync again"),
    ],
)
def test_what_is_not_there(
    there: Standin, door: Door, operation: str, remedy: str
) -> None:
    """Where to look for what it is called."""
    faults = Faults(next_errors=("ResourceNotFoundException",))
    with meeting(there, door._translate, operation, faults):
        assert said(lambda: CALLS[operation][1](door)).endswith(remedy)


# -- somebody else answers ---------------------------------------------------------

#: of an operation, or of S3: status and body; status 0 closes the connection
Reply = Callable[[str], tuple[int, str]]
_SECRETS = (
    f"User: arn:aws:iam::{ACCOUNT}:user/anna is not\n  authorized, key {KEY_ID}\r\n"
    f'in {ACCOUNT}: secret "{KEY}" (Request ID: 0a1b2c3d-1122-3344-5566-77889900aabb)'
)
PAGE = "<html><head><title>502 Bad\n Gateway</title></head><body>{}</body></html>"
ODD: dict[str, tuple[int, str, str]] = {
    "closed": (0, "", "; try again later"),
    "html 403": (
        403,
        PAGE.format("no " * 500),
        "a web page came in place of an answer",
    ),
    "html 500": (502, PAGE.format("no " * 500), "Bad Gateway (502); try again later"),
    "html 200": (200, PAGE.format(""), "the service's answer"),
    "empty 500": (500, "", "Internal Server Error (500); try again later"),
    "no json": (200, "hello", "the service's answer"),
    "a list": (200, "[1, 2]", "the service's answer"),
    "a number": (200, "7", "the service's answer"),
    "else": (200, '{"Status_": "OK"}', "the service's answer"),
    "half": (200, '{"TextTranslationJobPropertiesList": [{"JobId"', "the service's"),
    "nested": (
        200,
        json.dumps(
            {
                "ParallelDataProperties": "x",
                "TextTranslationJobProperties": ["x"],
                "ParallelDataPropertiesList": {"a": 1},
                "TextTranslationJobPropertiesList": {"a": 1},
                "NextToken": [1],
            }
        ),
        "the service's answer",
    ),
    "secrets": (
        400,
        json.dumps({"__type": "AccessDeniedException", "Message": _SECRETS}),
        "amts iam-policy",
    ),
}


class _Handler(BaseHTTPRequestHandler):
    """Answers whatever its server was told."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Odd

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        self.server.asked.append(target.partition(".")[2] or self.command)
        status, body = self.server.reply(self.server.asked[-1])
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_POST = do_GET = do_PUT = do_HEAD = _answer  # noqa: N815 - as it is called

    def log_message(self, *_arguments: object) -> None:
        """Nobody listens."""


class Odd(ThreadingHTTPServer):
    """A service, and S3, that say what a test wants."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply: Reply = lambda _operation: (200, "{}")
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture(scope="module")
def odd() -> Iterator[Odd]:
    """A service that says anything."""
    with Odd() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def odd_door(odd: Odd) -> Iterator[Door]:
    """A door to it; its bucket is called by an account, as many are."""
    with pytest.MonkeyPatch.context() as patch:
        alone(patch, odd.url, "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL_S3", odd.url)
        place = Place(f"shapes-{ACCOUNT}", ACCOUNT, ROLE)
        door = Door(place, Address(odd.url, named=True))
    yield door
    door.close()


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("answer", ODD)
def test_an_answer_that_is_none(
    odd: Odd, odd_door: Door, operation: str, answer: str
) -> None:
    """What was asked, and that the answer is none; of secrets nothing is left."""
    status, body, says = ODD[answer]
    there = json.dumps({"ParallelDataProperties": {"Status": "ACTIVE"}})

    def reply(asked: str) -> tuple[int, str]:
        looks = asked == "GetParallelData" and operation == "UpdateParallelData"
        return (200, there) if looks else (status, body)

    odd.reply = reply
    begins, call = CALLS[operation]
    line = said(lambda: call(odd_door))
    assert line.startswith(begins)
    assert says in line
    assert "<html" not in line
    if answer == "html 403":
        assert "answer: 502 Bad Gateway (403)" in line


def test_an_empty_list_is_no_odd_answer(odd: Odd, odd_door: Door) -> None:
    """A service that leaves out what is empty has no jobs."""
    odd.reply = lambda _operation: (200, "{}")
    assert odd_door.find_job(JOB) == ""
    assert list(odd_door.all_jobs()) == []


# -- S3 ----------------------------------------------------------------------------


def of_s3() -> list[tuple[str, str, int]]:
    """What asks S3, each with each of its errors."""
    known = Loader().load_service_model("s3", "service-2")["operations"]
    common = (
        "AccessDenied",
        "ExpiredToken",
        "NoSuchBucket",
        "SlowDown",
        "InternalError",
    )
    found = []
    for call, operation in (("PUT", "PutObject"), ("GET", "GetObject")):
        shapes = {one["shape"] for one in known[operation].get("errors", [])}
        late = {"SlowDown": 503, "InternalError": 500}
        names = sorted({*common, *shapes})
        found += [(call, name, late.get(name, 400)) for name in names]
    return found


FILES: dict[str, Callable[[Door], object]] = {
    "HEAD": lambda door: door.check(),
    "PUT": lambda door: door.put("in/a.html", b"x", "text/html"),
    "GET": lambda door: door.get(f"s3://shapes-{ACCOUNT}/amts/out/a.html"),
}


@pytest.mark.parametrize(("call", "error", "status"), of_s3())
def test_an_error_of_s3(
    odd: Odd, odd_door: Door, call: str, error: str, status: int
) -> None:
    """Which file it is about, S3's name for it, and the remedy."""
    body = (
        f"<?xml version='1.0'?><Error><Code>{error}</Code>"
        f"<Message>{_SECRETS.replace('&', '')}</Message></Error>"
    )
    odd.reply = lambda _operation: (status, body)
    line = said(lambda: FILES[call](odd_door))
    assert line.startswith("the bucket: shapes-…/amts/")
    assert f"({error})" in line
    if error in REMEDIES:
        assert line.endswith(f"; {REMEDIES[error]}")
    if error == "NoSuchBucket":
        assert "make the bucket" in line


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "sign in again"),
        (403, "amts iam-policy"),
        (404, "make the bucket"),
        (500, "try again later"),
    ],
)
def test_an_error_of_the_bucket(
    odd: Odd, odd_door: Door, status: int, says: str
) -> None:
    """S3 says a number only; the line says what it may mean."""
    odd.reply = lambda _operation: (status, "")
    line = said(lambda: FILES["HEAD"](odd_door))
    assert line.startswith("the bucket: shapes-…: ")
    assert says in line


@pytest.mark.parametrize("call", FILES)
def test_a_page_in_place_of_s3(odd: Odd, odd_door: Door, call: str) -> None:
    """A proxy's page is no answer of S3."""
    odd.reply = lambda _operation: (502, PAGE.format(""))
    line = said(lambda: FILES[call](odd_door))
    assert line.startswith("the bucket: shapes-…")


def test_nobody_is_there() -> None:
    """No connection at all, and no credentials: what is to be done about it."""
    with pytest.MonkeyPatch.context() as patch:
        alone(patch, "", "us-east-1")
        place, nobody = Place("shapes", ACCOUNT, ROLE), "http://127.0.0.1:1"
        patch.setenv("AWS_ENDPOINT_URL_S3", nobody)
        door = Door(place, Address(nobody, named=True))
        for call in (FILES["HEAD"], CALLS["GetParallelData"][1]):
            assert "; set AWS_PROFILE, or " in said(lambda c=call: c(door))  # type: ignore[misc]
        door.close()
        patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
        door = Door(place, Address(nobody, named=True))
        for call in (FILES["HEAD"], CALLS["GetParallelData"][1]):
            assert said(lambda c=call: c(door)).endswith("; try again later")  # type: ignore[misc]
        door.close()


# -- real time, and the terminology ------------------------------------------------


def told(folder: Path, operation: str) -> str:
    """What a build tells of a sentence that is not translated."""
    source, target = REAL_TIME[operation]
    paid = Paid(folder, source=source, target=target)
    assert paid.draft(sentences(1)) == [None]
    [line] = paid.told
    assert "1 of 1 sentences were not translated: " in line
    return fit(line)


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client of real time does not ask again, and does not wait."""
    monkeypatch.setattr(amazon_client, "_ATTEMPTS", 1)
    monkeypatch.setattr(amazon_client, "_PAUSE", 0)


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize(("operation", "error"), every(REAL_TIME))
def test_an_error_in_real_time(
    there: Standin, tmp_path: Path, operation: str, error: str
) -> None:
    """The sentence stays as it is, and one line says why."""
    there.faults = Faults(next_errors=(error,) * OFTEN)
    assert f"({error})" in told(tmp_path, operation)


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("operation", REAL_TIME)
@pytest.mark.parametrize("fault", ["dropped", "rubbish", "cut"])
def test_no_answer_in_real_time(
    there: Standin, tmp_path: Path, operation: str, fault: str
) -> None:
    """The same for a broken connection, and for answers that are none."""
    there.faults = Faults(**{fault: 1})  # type: ignore[arg-type] # one of the shares
    line = told(tmp_path, operation)
    assert ("closed" if fault == "dropped" else "cannot be read") in line


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("operation", REAL_TIME)
@pytest.mark.parametrize("answer", ODD)
def test_an_odd_answer_in_real_time(
    odd: Odd,
    tmp_path: Path,
    operation: str,
    answer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And for whatever else somebody says in the service's place."""
    alone(monkeypatch, odd.url, "us-east-1")
    status, body, _ = ODD[answer]
    odd.reply = lambda _operation: (status, body)
    told(tmp_path, operation)


@pytest.mark.parametrize("error", modelled("ImportTerminology"))
def test_an_error_of_the_terminology(there: Standin, error: str) -> None:
    """What was to be imported, and the service's name for what is wrong."""
    there.faults = Faults(next_errors=(error,) * OFTEN)
    terms = Terminology("amts-en-es-0", "0", b"en,es\na,b\n")
    client = control("us-east-1", Address(there.url, named=True))
    try:
        line = said(lambda: terms.import_by(client))
    finally:
        client.close()
    assert line.startswith("the terminology cannot be imported: ")
    assert f"({error})" in line


# -- what it means ------------------------------------------------------------------

GOOD, OTHER, BAD = b"en,es\na,A\n", b"en,es\na,B\nb,C\n", b"en,es\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An account of its own."""
    with pytest.MonkeyPatch.context() as patch, Standin(s3=True) as standin:
        alone(patch, standin.url, "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL_S3", standin.s3_url)
        # S3 is the same for all stand-ins of one process, so its bucket is its own
        name = tmp_path.name.replace("_", "-").lower()
        place = Place(standin.bucket(f"shelf-{name}x"), ACCOUNT, ROLE)
        door = Door(place, Address(standin.url, named=True))
        yield Shelf(standin, door)
        door.close()


class Shelf:
    """A service that knows nothing yet, and the door to it."""

    def __init__(self, there: Standin, door: Door) -> None:
        self.there, self.door = there, door

    def file(self, content: bytes) -> str:
        """Upload it by a name made of it; gives its address."""
        name = f"parallel-data/{sha256(content).hexdigest()}.csv"
        self.door.put(name, content, "text/csv")
        return self.door.place.uri(name)

    def create(self, name: str, content: bytes = GOOD, **more: Any) -> None:
        """Have it imported."""
        said = sha256(content).hexdigest()
        uri = self.file(content)
        self.door.create_parallel_data(name, uri, "CSV", description=said, **more)

    def update(self, name: str, content: bytes) -> None:
        """Have it imported in place of what is there."""
        said = sha256(content).hexdigest()
        uri = self.file(content)
        self.door.update_parallel_data(name, uri, "CSV", description=said)

    def asked(self, operation: str) -> int:
        """How often the service was asked for something."""
        return sum(one.operation == operation for one in self.there.ledger.asked)


def test_the_region_is_full(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many it holds, and how there is room again; then there is."""
    monkeypatch.setattr(parallel, "MOST", 2)
    for name in ("a", "b"):
        shelf.create(name)
        assert shelf.door.parallel_data(name).status == "ACTIVE"
    with pytest.raises(EngineError) as raised:
        shelf.create("c")
    line = fit(str(raised.value))
    assert line.startswith("the parallel data: c: the region holds 2 and takes no more")
    assert "amts parallel-data delete BOOK LANGUAGE NAME" in line
    shelf.door.delete_parallel_data("a")
    shelf.create("c")
    assert shelf.door.parallel_data("c").status == "ACTIVE"


@pytest.mark.parametrize(
    "error", ["ConcurrentModificationException", "LimitExceededException"]
)
def test_another_import_is_under_way(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    """Whatever the service calls it, it is to be waited for: new data and others."""
    monkeypatch.setattr(parallel, "BUSY", error)
    shelf.create("old")
    assert shelf.door.has_parallel_data("old")
    shelf.there.faults = Faults(parallel_data_delay=600)
    shelf.create("first")
    for call, name in ((shelf.create, "second"), (shelf.update, "old")):
        with pytest.raises(BusyError, match=error) as raised:
            call(name, OTHER)
        assert "first" in fit(str(raised.value))
    shelf.there.faults = Faults()
    assert shelf.door.parallel_data("first").status == "ACTIVE"
    shelf.update("old", OTHER)
    assert shelf.door.parallel_data("old").records == 2


def test_an_import_that_failed_keeps_the_name(shelf: Shelf) -> None:
    """What is to be deleted is said; then the name is free."""
    shelf.create("ruin", BAD)
    assert shelf.door.parallel_data("ruin").status == "FAILED"
    with pytest.raises(EngineError) as raised:
        shelf.create("ruin", GOOD)
    line = fit(str(raised.value))
    assert "No record" in line
    assert line.endswith("amts parallel-data delete BOOK LANGUAGE ruin")
    shelf.door.delete_parallel_data("ruin")
    shelf.create("ruin", GOOD)
    assert shelf.door.parallel_data("ruin").status == "ACTIVE"


def test_what_was_deleted_is_imported_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the service remembers the request, and would do nothing."""
    monkeypatch.setattr(Tokens, "forget", lambda *_: None)
    for times in range(1, 4):
        shelf.create("again")
        assert shelf.door.parallel_data("again").status == "ACTIVE"
        assert shelf.asked("CreateParallelData") == times * (times + 1) // 2
        shelf.door.delete_parallel_data("again")
    before = shelf.asked("CreateParallelData")
    shelf.create("again", attempt=4)
    assert shelf.asked("CreateParallelData") == before + 1


def test_a_service_that_always_remembers(odd: Odd, odd_door: Door) -> None:
    """Who is told again and again that it is done, and it is not, is told so."""
    gone = json.dumps({"__type": "ResourceNotFoundException", "Message": "not found"})
    done = json.dumps({"Name": NAME, "Status": "CREATING"})
    odd.reply = lambda asked: (200, done) if "Create" in asked else (400, gone)
    odd.asked.clear()
    line = said(lambda: odd_door.create_parallel_data(NAME, URI, "CSV"))
    assert line.startswith(_PAIRS)
    assert odd.asked.count("CreateParallelData") < 10


def test_an_update(shelf: Shelf) -> None:
    """While it goes on it says so; then the data, and what they are, are new."""
    shelf.create("data")
    first = shelf.door.parallel_data("data")
    assert first.description == sha256(GOOD).hexdigest()
    assert (first.latest, first.records) == ("", 1)
    shelf.there.faults = Faults(parallel_data_delay=600)
    shelf.update("data", OTHER)
    during = shelf.door.parallel_data("data")
    assert (during.status, during.latest) == ("UPDATING", "UPDATING")
    assert during.description == first.description
    with pytest.raises(BusyError):
        shelf.update("data", OTHER)
    shelf.there.faults = Faults()
    done = shelf.door.parallel_data("data")
    assert (done.status, done.latest, done.records) == ("ACTIVE", "ACTIVE", 2)
    assert done.description == sha256(OTHER).hexdigest()


def test_an_update_that_fails(shelf: Shelf) -> None:
    """The old data are used on, and what they are is said; that it failed, too."""
    shelf.create("data")
    assert shelf.door.has_parallel_data("data")
    shelf.update("data", BAD)
    found = shelf.door.parallel_data("data")
    assert (found.status, found.latest, found.records) == ("ACTIVE", "FAILED", 1)
    assert "No record" in found.message
    assert found.description == sha256(GOOD).hexdigest()
    shelf.update("data", OTHER)
    found = shelf.door.parallel_data("data")
    assert (found.status, found.latest, found.records) == ("ACTIVE", "ACTIVE", 2)
    assert found.message == ""


def test_back_to_former_data(shelf: Shelf) -> None:
    """There and back and there again: each time the data are those asked for."""
    shelf.create("data")
    for content, records in ((OTHER, 2), (GOOD, 1), (OTHER, 2), (GOOD, 1)):
        assert shelf.door.has_parallel_data("data")
        shelf.update("data", content)
        found = shelf.door.parallel_data("data")
        assert found.description == sha256(content).hexdigest()
        assert found.records == records


def test_records_of_an_update(shelf: Shelf) -> None:
    """What is told of single records is of the latest file."""
    shelf.create("data", b"en,es\na,A\n=b,B\n")
    details = shelf.door.parallel_data_details
    assert details(shelf.door.parallel_data("data").details)
    shelf.update("data", GOOD)
    assert shelf.door.parallel_data("data").details == ""
    shelf.update("data", b"en,es\na,A\n+c,C\n-d,D\n")
    assert len(details(shelf.door.parallel_data("data").details)) == 2


@pytest.mark.parametrize(
    "error", ["TooManyRequestsException", "LimitExceededException"]
)
def test_the_queue_is_full(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    """How many jobs there are is said, and that is to be waited for."""
    monkeypatch.setattr(jobs, "FULL", error)
    monkeypatch.setattr(jobs, "RUNNING", 1)
    monkeypatch.setattr(jobs, "WAITING", 2)
    door = shelf.door
    door.put("in/a.html", b"<p>A fish.</p>", "text/html")
    start = {
        **START,
        "InputDataConfig": {
            "S3Uri": f"{door.place.uri('in')}/",
            "ContentType": "text/html",
        },
        "OutputDataConfig": {"S3Uri": f"{door.place.uri('out')}/"},
    }
    shelf.there.faults = Faults(job_delay=600)
    for number in range(3):
        door.start_job(**start | {"ClientToken": f"{number}"})
    with pytest.raises(BusyError) as raised:
        door.start_job(**start | {"ClientToken": "more"})
    said = f"jobs of the account: 2 SUBMITTED and 1 IN_PROGRESS ({error})"
    assert fit(str(raised.value)) == said
    shelf.there.faults = Faults()
    assert door.start_job(**start | {"ClientToken": "more"})


def test_a_quota_without_a_queue(there: Standin, door: Door) -> None:
    """Where no job is under way, waiting helps against too many requests only."""
    name = "StartTextTranslationJob"
    for error, kind in (
        ("LimitExceededException", EngineError),
        ("TooManyRequestsException", BusyError),
    ):
        faults = Faults(next_errors=(error,) * OFTEN)
        with (
            meeting(there, door._translate, name, faults),
            pytest.raises(kind, match=error),
        ):
            CALLS[name][1](door)
