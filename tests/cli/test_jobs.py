"""``amts jobs``: what the service says of jobs, and their end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from amts_sphinx.testing.standin import Faults
from cli.batch_books import ACCOUNT, BUCKET, ROLE, Said, Shop, shop


@pytest.fixture
def there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    """A book in front of the service."""
    with shop(tmp_path, capsys) as found:
        yield found


def jobs(there: Shop, action: str, *arguments: str) -> Said:
    """Run ``amts jobs`` for the book's Chinese."""
    return there.amts("jobs", action, str(there.book), "zh", *arguments)


def start(there: Shop, name: str) -> str:
    """Have somebody start a job; returns its id."""
    there.s3.put_object(Bucket=BUCKET, Key="theirs/in/a.html", Body=b"<p>A fish.</p>")
    started = there.client.start_text_translation_job(
        JobName=name,
        ClientToken=f"token-{name}",
        DataAccessRoleArn=ROLE,
        SourceLanguageCode="en",
        TargetLanguageCodes=["es", "fr"],
        InputDataConfig={
            "S3Uri": f"s3://{BUCKET}/theirs/in/",
            "ContentType": "text/html",
        },
        OutputDataConfig={"S3Uri": f"s3://{BUCKET}/theirs/out/"},
    )
    return str(started["JobId"])


@pytest.mark.slow
def test_jobs_of_a_sync_are_listed(there: Shop) -> None:
    """Whatever a sync has started is there, as a table and as data."""
    assert jobs(there, "list").out == "no job is known\n"
    assert jobs(there, "list", "--json").data == []
    there.there.faults = Faults(job_delay=60)
    assert there.amts("sync", str(there.book), "zh").status == 0
    [job] = jobs(there, "list", "--json").data
    assert re.fullmatch("amts-[0-9a-f]{32}-1", job["name"])
    assert (job["source"], job["targets"]) == ("en", ["zh"])
    assert job["status"] in {"SUBMITTED", "IN_PROGRESS"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", job["submitted"])
    assert job["documents"] is None  # the service does not say so yet
    there.there.faults = Faults()
    [done] = jobs(there, "list", "--json").data
    assert done == {**job, "status": "COMPLETED", "documents": 1}
    head, row = jobs(there, "list").out.splitlines()
    assert head.split()[:2] == ["job", "name"]
    said = [job["id"], job["name"], "COMPLETED", "en", "to", "zh", job["submitted"]]
    assert row.split() == [*said, "1"]


def test_jobs_of_others_only_if_asked_for(there: Shop) -> None:
    """They are nobody's business here, but can be seen; the oldest is first."""
    theirs, ours = start(there, "theirs"), start(there, "amts-0123-1")
    assert [job["id"] for job in jobs(there, "list", "--json").data] == [ours]
    found = jobs(there, "list", "--all", "--json").data
    assert {job["id"]: job["targets"] for job in found} == {
        theirs: ["es", "fr"],
        ours: ["es", "fr"],
    }
    assert found == sorted(found, key=lambda job: (job["submitted"], job["id"]))


def test_a_job_is_shown(there: Shop) -> None:
    """Its state, counts and message; of the message, nobody's account."""
    job = start(there, "amts-0123-1")
    there.there.faults = Faults(job_fails=f"{ROLE} of {ACCOUNT} may not read")
    shown = jobs(there, "show", job, "--json")
    assert (shown.status, shown.err) == (0, "")
    message = shown.data.pop("message")
    assert "may not read" in message
    assert ACCOUNT not in message
    assert shown.data == {
        "id": job,
        "status": "FAILED",
        "translated": 0,
        "failed": 0,
        "message": message,
    }
    assert jobs(there, "show", job).out.splitlines() == [
        f"{job}: FAILED; 0 documents translated, 0 failed",
        f"{job}: {message}",
    ]


def test_a_job_is_stopped(there: Shop) -> None:
    """The service is asked once, and says what it makes of that."""
    job = start(there, "amts-0123-1")
    there.there.faults = Faults(job_delay=60)
    told = jobs(there, "stop", job)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith(f"{job}: STOP")
    assert jobs(there, "show", job, "--json").data["status"] == "STOPPED"
    asked = [one.operation for one in there.there.ledger.asked]
    assert asked.count("StopTextTranslationJob") == 1


def test_what_cannot_be_done_is_one_line(there: Shop, tmp_path: Path) -> None:
    """Status 2; what the service is not needed for does not reach it."""
    book = str(there.book)
    for arguments, said in (
        (["show", book, "zh"], "name a job; amts jobs list tells their ids"),
        (["stop", book, "zh"], "name a job"),
        (["list", str(tmp_path / "none"), "zh"], "there is no conf.py"),
        (["list", book, "fr"], "language 'fr' is not declared (declared: zh, es)"),
    ):
        assert said in there.amts("jobs", *arguments).line
    assert there.operations == set()
    for action in ("show", "stop"):
        assert "not found" in jobs(there, action, "0" * 32).line


@pytest.mark.parametrize(
    ("engine", "options", "said"),
    [
        ("amazon", {"bucket": None, "account": None, "role": None}, "is 'amazon'; th"),
        ("amazon-batch", {"bucket": "The Anglers"}, "bucket: 'The Anglers' is not"),
        ("amazon-batch", {"role": None}, "missing 1 required keyword-only argument"),
        ("amazon-batch", {"endpoint_url": "http://127.0.0.1:1"}, "not connect"),
    ],
)
def test_wrong_configurations_are_one_line(
    there: Shop, engine: str, options: dict[str, object], said: str
) -> None:
    """Another engine, options that cannot be, a service that is not there."""
    there.configure(engine, **options)
    assert said in jobs(there, "list").line


def test_without_credentials(there: Shop, patch: pytest.MonkeyPatch) -> None:
    """Nothing is sent, and one line says what is missing."""
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "credentials" in jobs(there, "list").line
    assert there.operations == set()
