"""``amts parallel-data``: what the service learns from, record by record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from amts_sphinx.engines import amazon_sync
from amts_sphinx.testing.standin import Faults
from cli.batch_books import BUCKET, Said, Shop, shop

#: pairs of the book, as its reference has them
PAIRS = 15


@pytest.fixture
def there(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Shop]:
    """A book in front of the service; nobody sleeps for long."""
    monkeypatch.setattr(amazon_sync, "SOON", 0.05)
    with shop(tmp_path, capsys) as found:
        yield found


def pairs(there: Shop, action: str, *arguments: str, language: str = "zh") -> Said:
    """Run ``amts parallel-data`` for a language of the book."""
    return there.amts("parallel-data", action, str(there.book), language, *arguments)


def create(there: Shop, name: str, *units: str) -> None:
    """Have somebody import translations of these sources."""
    body = "".join(
        f'<tu><tuv xml:lang="en"><seg>{unit}</seg></tuv>'
        f'<tuv xml:lang="zh"><seg>鱼</seg></tuv></tu>'
        for unit in units
    )
    file = (
        f'<tmx version="1.4"><header srclang="en"/><body>{body}</body></tmx>'
    ).encode()
    there.s3.put_object(Bucket=BUCKET, Key=f"theirs/{name}.tmx", Body=file)
    there.client.create_parallel_data(
        Name=name,
        ClientToken=name,
        ParallelDataConfig={
            "S3Uri": f"s3://{BUCKET}/theirs/{name}.tmx",
            "Format": "TMX",
        },
    )


def pushed(there: Shop) -> str:
    """The name that the book's pairs have; the service does not keep them."""
    name = str(pairs(there, "push", "--wait", "--json").data["name"])
    there.client.delete_parallel_data(Name=name)
    return name


def asked(there: Shop, operation: str) -> int:
    """How often the service was asked for something."""
    found = [one for one in there.there.ledger.asked if one.operation == operation]
    return len(found)


@contextmanager
def done_after(there: Shop, operation: str, times: int) -> Iterator[None]:
    """Imports are done once the service was asked for something so many times more."""
    goal, over = asked(there, operation) + times, threading.Event()

    def relent() -> None:
        while asked(there, operation) < goal and not over.wait(0.02):
            pass
        there.there.faults = Faults()

    thread = threading.Thread(target=relent)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


# -- push --------------------------------------------------------------------------


@pytest.mark.slow
def test_the_pairs_of_the_book_are_pushed_once(there: Shop) -> None:
    """All are imported, by a name made of them; again, nothing is done."""
    first = pairs(there, "push", "--wait", "--json")
    assert (first.status, first.err) == (0, "")
    name = first.data["name"]
    assert first.data == {
        "name": name,
        "status": "ACTIVE",
        "imported": PAIRS,
        "failed": 0,
        "skipped": 0,
        "message": "",
        "details": [],
    }
    counts = f"{PAIRS} records imported, 0 failed, 0 skipped"
    assert pairs(there, "push").out == f"{name}: ACTIVE; {counts}\n"
    assert asked(there, "CreateParallelData") == 1
    # the storage may hold what other tests of this process have left
    keys = [one["Key"] for one in there.s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    digest = name.rpartition("-")[2]
    assert [k for k in keys if digest in k] == [f"amts/parallel-data/{digest}.tmx"]


@pytest.mark.slow
def test_a_sync_uses_what_was_pushed(there: Shop) -> None:
    """The same name: a push is the beginning of a sync."""
    assert pairs(there, "push", "--wait").status == 0
    assert there.amts("sync", str(there.book), "zh").status == 0
    assert asked(there, "CreateParallelData") == 1
    [job] = there.client.list_text_translation_jobs()[
        "TextTranslationJobPropertiesList"
    ]
    [name] = job["ParallelDataNames"]
    [row] = pairs(there, "list", "--json").data
    assert row["name"] == name


def test_without_waiting_it_goes_on_by_itself(there: Shop) -> None:
    """The state is told; who waits is told of the end."""
    there.there.faults = Faults(parallel_data_delay=600)
    begun = pairs(there, "push")
    assert begun.status == 0
    assert "CREATING; 0 records imported" in begun.out
    with done_after(there, "GetParallelData", 2):
        assert "ACTIVE" in pairs(there, "push", "--wait").out
    assert asked(there, "CreateParallelData") == 1


def test_another_import_is_waited_for(there: Shop) -> None:
    """The service does one at a time; who does not wait is told in one line."""
    there.there.faults = Faults(parallel_data_delay=600)
    create(there, "theirs", "A fish.")
    line = pairs(there, "push").line
    assert "ConcurrentModificationException" in line
    assert line.endswith("try again later, or with --wait")
    with done_after(there, "CreateParallelData", 1):
        waited = pairs(there, "push", "--wait")
    assert (waited.status, waited.err) == (0, "")
    assert "ACTIVE" in waited.out


def test_records_that_are_missing_are_complained_about(there: Shop) -> None:
    """Each with the page and the line it is of; status 1, though it is ACTIVE."""
    create(there, pushed(there), "A fish.", "A long fish. " * 100, " ")
    told = pairs(there, "push")
    assert told.status == 1
    assert "ACTIVE; 1 record imported, 0 failed, 2 skipped" in told.out
    long, empty, silent = told.err.splitlines()
    assert long.startswith("zh: index")
    assert "longer than 1000 bytes" in long
    assert empty.startswith("zh: ")
    assert "is empty" in empty
    said = "12 records more are missing, and the service does not say which"
    assert silent == f"zh: {said}"


def test_an_import_that_failed_is_told(there: Shop) -> None:
    """Status 1, and what the service says of it."""
    create(there, pushed(there), " ")
    told = pairs(there, "push", "--json")
    assert told.status == 1
    assert told.data["status"] == "FAILED"
    assert "No record" in told.data["message"]


def test_nothing_is_pushed_that_must_not_be(
    there: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language without pairs, a frozen book: one line, and nothing is sent."""
    assert "there are no pairs" in pairs(there, "push", language="es").line
    monkeypatch.setenv("AMTS_FROZEN", "1")
    assert "is frozen (amts_frozen)" in pairs(there, "push").line
    assert there.operations == set()


# -- list and show -----------------------------------------------------------------


@pytest.mark.slow
def test_parallel_data_are_listed(there: Shop) -> None:
    """Those of amts; all of the account if that is asked for; by name."""
    assert pairs(there, "list").out == "no parallel data are known\n"
    assert pairs(there, "list", "--json").data == []
    create(there, "theirs", "A fish.")
    name = pairs(there, "push", "--wait", "--json").data["name"]
    [row] = pairs(there, "list", "--json").data
    assert row == {
        "name": name,
        "status": "ACTIVE",
        "source": "en",
        "targets": ["zh"],
        "imported": PAIRS,
        "failed": 0,
        "skipped": 0,
    }
    _, ours, theirs = pairs(there, "list", "--all").out.splitlines()
    cells = [name, "ACTIVE", "en", "to", "zh", str(PAIRS), "0", "0"]
    assert ours.split() == cells
    assert theirs.split() == ["theirs", "ACTIVE", "en", "to", "zh", "1", "0", "0"]


def test_what_the_service_left_out_is_shown(there: Shop) -> None:
    """Counts, and its own lines about records; status 1."""
    create(there, "amts-x", "A fish.", "A long fish. " * 100)
    shown = pairs(there, "show", "amts-x")
    assert (shown.status, shown.err) == (1, "")
    counts, line = shown.out.splitlines()
    assert counts == "amts-x: ACTIVE; 1 record imported, 0 failed, 1 skipped"
    assert line.startswith("amts-x: ")
    assert "Number 2 TU element" in line
    assert "longer than 1000 bytes" in line
    data = pairs(there, "show", "amts-x", "--json").data
    assert data["skipped"] == 1
    assert [f"amts-x: {one}" for one in data["details"]] == [line]
    create(there, "amts-y", "A fish.")
    assert pairs(there, "show", "amts-y").status == 0


# -- delete ------------------------------------------------------------------------


def test_what_amts_made_is_deleted(there: Shop) -> None:
    """What somebody else made only with --force."""
    create(there, "amts-x", "A fish.")
    create(there, "theirs", "A fish.")
    assert pairs(there, "delete", "amts-x").out == "amts-x: is being deleted\n"
    line = pairs(there, "delete", "theirs").line
    assert line == "theirs: amts has not made it; delete it with --force"
    [left] = pairs(there, "list", "--all", "--json").data
    assert left["name"] == "theirs"
    forced = pairs(there, "delete", "theirs", "--force", "--json")
    assert forced.data == {"name": "theirs", "status": "DELETING"}
    assert pairs(there, "list", "--all", "--json").data == []


def test_what_cannot_be_done_is_one_line(there: Shop) -> None:
    """A name is needed, and must be known to the service: status 2."""
    for action in ("show", "delete"):
        assert pairs(there, action).line.startswith("name parallel data; ")
        assert "not found" in pairs(there, action, "amts-none").line
    there.configure(account="12")
    assert "account: '12' is not valid" in pairs(there, "push").line
