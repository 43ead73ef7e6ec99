"""``amts sync``: what a book lacks comes back through batch jobs, once."""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from amts_sphinx.engines import quotas
from amts_sphinx.testing.standin import Faults, Standin
from building import CHINESE, ROOTS, Result, build, copy_book, run
from cli import batch_books

#: what one batch makes; equal pairs may be there already
LOOP = Counter({"CreateParallelData": 1, "StartTextTranslationJob": 1})
OPTIONS = {
    "bucket": "books",
    "account": "123456789012",
    "role": "arn:aws:iam::123456789012:role/amts",
}


@pytest.fixture(scope="module")
def service() -> Iterator[Standin]:
    """The stand-in with S3."""
    with Standin("pseudo", s3=True) as standin:
        standin.bucket("books")
        yield standin


@pytest.fixture
def there(service: Standin) -> Iterator[Standin]:
    """The same, without faults and with an empty ledger."""
    service.faults = Faults()
    service.ledger.reset()
    yield service
    service.faults = Faults()


class Shop:
    """A book whose languages wait for batch jobs."""

    def __init__(self, source: Path, there: Standin, languages: object) -> None:
        self.source = source
        options = {**OPTIONS, "prefix": source.parent.name, "endpoint_url": there.url}
        with (source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write(f"\namts_languages = {languages!r}\n")
            conf.write('amts_engine = "amazon-batch"\namts_budget = 50\n')
            conf.write(f"amts_engine_options = {options!r}\n")
        self.variables = {
            "AWS_ACCESS_KEY_ID": "AKIAPLANTEDPLANTED01",
            "AWS_SECRET_ACCESS_KEY": "planted",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_S3": there.s3_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def sync(self, *arguments: str) -> Result:
        """Run the command."""
        command = [sys.executable, "-m", "amts_sphinx.cli", "sync", str(self.source)]
        return run([*command, *arguments], self.source, self.variables)

    def build(self, *arguments: str, budget: str = "0") -> Result:
        """The Chinese book."""
        out = self.source.parent / "out"
        options = (*CHINESE, "-D", f"amts_budget={budget}", *arguments)
        return build(self.source, out, *options, variables=self.variables)

    def configure(self, line: str) -> None:
        """Add a line to the book's configuration."""
        with (self.source / "conf.py").open("a", encoding="utf-8") as conf:
            conf.write(f"{line}\n")


def shop(folder: Path, there: Standin, languages: object = None) -> Shop:
    """The book of three pages."""
    source = copy_book(ROOTS / "test-basic", folder / "book")
    return Shop(source, there, languages or {"zh": {"reference": "zh"}})


def origins(result: Result) -> dict[str, int]:
    """Segments by origin, without the zeros."""
    assert result.status == 0, result.stderr
    return {k: v for k, v in result.report["totals"]["segments"].items() if v}


def made(there: Standin) -> Counter[str]:
    """What was created and started."""
    names = ("CreateParallelData", "StartTextTranslationJob")
    found = (r.operation for r in there.ledger.asked if r.outcome == "answered")
    return Counter(name for name in found if name in names)


def test_the_whole_loop(tmp_path: Path, there: Standin) -> None:
    """Quote, pairs, job, answers; the build shows them; a second sync sends nothing."""
    book = shop(tmp_path, there)
    before = book.build()
    assert origins(before) == {"human": 15, "untranslated": 12}
    assert there.ledger.requests == 0
    done = book.sync("--wait")
    assert (done.status, done.stderr) == (0, "")
    assert "zh: 12 of 27 sentences, " in done.stdout
    assert "zh: 12 sentences came back, 0 did not" in done.stdout
    row = next(x for x in done.stdout.splitlines() if x.startswith("zh        "))
    assert row.split()[1:5] == ["done", "12", "12", "0"]
    assert made(there) in (LOOP, LOOP - Counter({"CreateParallelData": 1}))
    there.ledger.reset()
    again = book.sync("--wait")
    assert again.stdout == "zh: nothing to send\n"
    assert there.ledger.requests == 0
    after = book.build()
    assert origins(after) == {"human": 15, "machine": 12}
    assert after.stderr == ""


def test_without_waiting_it_is_collected_later(tmp_path: Path, there: Standin) -> None:
    """Started by one call, collected by another; nothing is started twice."""
    there.faults = Faults(job_delay=3.0)
    book = shop(tmp_path, there)
    first = book.sync()
    assert first.status == 0
    assert "run amts sync again to collect it" in first.stdout
    second = book.sync("--wait")
    assert "12 sentences came back" in first.stdout + second.stdout
    assert made(there) in (LOOP, LOOP - Counter({"CreateParallelData": 1}))


def test_three_languages_side_by_side(tmp_path: Path, there: Standin) -> None:
    """One command, one job each, one budget."""
    languages = {"zh": {"reference": "zh"}, "es": {}, "fr": {}}
    book = shop(tmp_path, there, languages)
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    # Spanish and French lack the same sentences and have nothing of their own; both
    # may ask for the job at once, with one token
    assert sorted(job["TargetLanguageCodes"] for job in jobs(book, there)) == [
        ["es", "fr"],
        ["zh"],
    ]
    for code, count in (("zh", 12), ("es", 27), ("fr", 27)):
        assert f"{code}: {count} sentences came back, 0 did not" in done.stdout


def test_over_budget_nothing_is_started(tmp_path: Path, there: Standin) -> None:
    """A job cannot be cut short, so it is not begun."""
    book = shop(tmp_path, there)
    done = book.sync("--wait", "--budget", "0.001")
    assert "the budget does not cover the job; nothing is sent" in done.stdout
    assert there.ledger.requests == 0


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        (Faults(job_fails="The role is not allowed to"), "The role is not allowed to"),
        (Faults(next_errors=("InternalServerException",) * 9), "InternalServer"),
        (Faults(next_errors=("AccessDeniedException",)), "AccessDenied"),
    ],
)
def test_a_failure_is_one_line(
    tmp_path: Path, there: Standin, faults: Faults, said: str
) -> None:
    """With the language, the reason, and status 2."""
    there.faults = faults
    done = shop(tmp_path, there).sync("--wait")
    assert done.status == 2
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("zh: ")
    assert said in line


def test_a_book_with_another_engine(tmp_path: Path, there: Standin) -> None:
    """It is said, and nothing is done."""
    book = shop(tmp_path, there)
    with (book.source / "conf.py").open("a") as conf:
        conf.write('amts_engine = "memory"\namts_engine_options = {}\n')
    done = book.sync()
    assert done.stdout == "no language has the engine amazon-batch\n"


def test_pairs_of_a_file(tmp_path: Path, there: Standin) -> None:
    """Other pairs than the book's own: a TMX file, checked before it leaves."""
    book = shop(tmp_path, there)
    long = "word " * 300
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{source}</seg></tuv>'
        f'<tuv xml:lang="zh"><seg>{target}</seg></tuv></tu>'
        for source, target in (("Nobody has cut them for years.", "教过"), (long, "长"))
    )
    (book.source / "other.tmx").write_text(
        '<tmx version="1.4"><header creationtool="x" creationtoolversion="1" '
        'segtype="sentence" o-tmf="x" adminlang="en" srclang="en" '
        f'datatype="plaintext"/><body>{units}</body></tmx>',
        "utf-8",
    )
    with (book.source / "conf.py").open("a") as conf:
        conf.write('amts_engine_options["parallel_data"] = "other.tmx"\n')
    done = book.sync("--wait")
    assert done.status == 0
    said = "zh: parallel data: 1 of 2 rows is longer than 1,000 bytes: row 3"
    assert said in done.stderr
    assert "教过" in book.build().page("two.html")


@pytest.mark.slow
def test_the_d2l_chapters(d2l: Path, tmp_path: Path, there: Standin) -> None:
    """A real book, end to end: all is back, and a second sync sends nothing."""
    source = copy_book(d2l / "en", tmp_path / "en")
    book = Shop(source, there, {"zh": {"reference": str(d2l / "zh")}})
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    there.ledger.reset()
    assert book.sync("--wait").stdout == "zh: nothing to send\n"
    assert there.ledger.requests == 0
    found = origins(book.build())
    assert found["machine"] > 50
    assert found.get("untranslated", 0) == found.get("failed", 0) == 0


def jobs(book: Shop, there: Standin) -> list[Any]:
    """What the service knows of the jobs of a book."""
    client = boto3.client(
        "translate",
        region_name="us-east-1",
        endpoint_url=there.url,
        aws_access_key_id="AKIAPLANTEDPLANTED01",
        aws_secret_access_key="planted",  # noqa: S106 - nobody's
    )
    found = client.list_text_translation_jobs()["TextTranslationJobPropertiesList"]
    folder = f"/{book.source.parent.name}/"
    return [job for job in found if folder in job["InputDataConfig"]["S3Uri"]]


def asked(there: Standin) -> Counter[str]:
    """How often each operation was asked for."""
    return Counter(one.operation for one in there.ledger.asked)


def test_a_build_submits_once_and_says_so(tmp_path: Path, there: Standin) -> None:
    """The source is shown; the next build collects what the job has brought."""
    there.faults = Faults(job_delay=2.0)
    book = shop(tmp_path, there)
    first = book.build(budget="5")
    assert origins(first) == {"human": 15, "untranslated": 12}
    assert "12 sentences wait for a job; build again later" in first.stdout
    assert made(there)["StartTextTranslationJob"] == 1
    time.sleep(2.0)
    second = book.build(budget="5")
    assert origins(second) == {"human": 15, "machine": 12}
    assert made(there)["StartTextTranslationJob"] == 1
    there.ledger.reset()
    assert origins(book.build(budget="5")) == {"human": 15, "machine": 12}
    assert there.ledger.requests == 0


def test_a_build_that_is_told_to_waits(tmp_path: Path, there: Standin) -> None:
    """One build does it all."""
    there.faults = Faults(job_delay=1.0)
    book = shop(tmp_path, there)
    done = book.build("-D", "amts_batch_wait=1", budget="5")
    assert origins(done) == {"human": 15, "machine": 12}
    assert re.search("the job: (SUBMITTED|IN_PROGRESS)", done.stdout)


def test_a_frozen_build_asks_nothing(tmp_path: Path, there: Standin) -> None:
    """Not even how far a job has come."""
    book = shop(tmp_path, there)
    done = book.build("-D", "amts_frozen=1", budget="5")
    assert origins(done) == {"human": 15, "untranslated": 12}
    assert there.ledger.requests == 0


def test_drafts_that_were_lost_come_back_from_the_cache(
    tmp_path: Path, there: Standin
) -> None:
    """Without a word to the service."""
    book = shop(tmp_path, there)
    assert book.sync("--wait").status == 0
    (book.source / "translations" / "zh" / "drafts.jsonl").unlink()
    there.ledger.reset()
    assert origins(book.build()) == {"human": 15, "machine": 12}
    assert there.ledger.requests == 0


def test_what_no_job_translates_is_asked_for_in_real_time(
    tmp_path: Path, there: Standin
) -> None:
    """Twice in a job, then at once; each failed document is told with its reason."""
    there.faults = Faults(poison_document="nobody")
    book = shop(tmp_path, there)
    text = (book.source / "two.rst").read_text("utf-8")
    (book.source / "two.rst").write_text(f"{text}\nThat nobody has seen.\n", "utf-8")
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    assert made(there)["StartTextTranslationJob"] == 2
    assert asked(there)["TranslateDocument"] > 0
    assert "document " in done.stderr
    assert origins(book.build()) == {"human": 15, "machine": 13}


def test_languages_that_lack_the_same_share_a_job(
    tmp_path: Path, there: Standin
) -> None:
    """If none has parallel data or terms of its own; a changed one goes alone."""
    book = shop(tmp_path, there, {"es": {}, "fr": {}, "de": {}})
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    [job] = jobs(book, there)
    assert job["TargetLanguageCodes"] == ["de", "es", "fr"]
    there.ledger.reset()
    assert "nothing to send" in book.sync("--wait").stdout
    assert there.ledger.requests == 0


def test_pairs_under_a_name_of_the_users_are_updated(
    tmp_path: Path, there: Standin
) -> None:
    """Created once, updated when they have changed, left alone when they have not."""
    book = shop(tmp_path, there)
    name = f"anglers-{tmp_path.name}"[:60].replace("_", "-")
    book.configure(f'amts_engine_options["parallel_data_name"] = "{name}"')
    assert book.sync("--wait").status == 0
    assert [job["ParallelDataNames"] for job in jobs(book, there)] == [[name]]
    page = book.source / "zh" / "one.md"
    page.write_text(page.read_text("utf-8").replace("。", "！", 1), "utf-8")
    text = (book.source / "two.rst").read_text("utf-8")
    (book.source / "two.rst").write_text(f"{text}\n\nThat is new to us all.\n", "utf-8")
    there.ledger.reset()
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    found = asked(there)
    assert (found["CreateParallelData"], found["UpdateParallelData"]) == (0, 1)


def test_whole_paragraphs_teach_too(tmp_path: Path, there: Standin) -> None:
    """Of those pairs a source may hold several sentences."""
    book = shop(tmp_path, there)
    book.configure('amts_engine_options["granularity"] = "paragraph"')
    assert book.sync("--wait").status == 0
    [journal] = (book.source / ".amts" / "sync").rglob("journal.json")
    text = (journal.parent / "parallel-data.tmx").read_text("utf-8")
    assert 'segtype="paragraph"' in text
    assert text.count("<tu>") + text.count("<tu ") > 3


def test_from_chinese_into_english(tmp_path: Path, there: Standin) -> None:
    """The other of the article's directions goes through the same command."""
    source = copy_book(ROOTS / "test-basic" / "zh", tmp_path / "zh")
    copy_book(ROOTS / "test-basic", tmp_path / "en")
    if not (source / "conf.py").exists():
        (source / "conf.py").write_text('extensions = ["myst_parser"]\n', "utf-8")
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('\nlanguage = "zh_CN"\n')
        conf.write('extensions = [*globals().get("extensions", []), "amts_sphinx"]\n')
    book = Shop(source, there, {"en": {"reference": "../en"}})
    done = book.sync("--wait")
    assert done.status == 0, done.stderr
    for job in jobs(book, there):
        assert job["SourceLanguageCode"] == "zh"
        assert job["TargetLanguageCodes"] == ["en"]
        assert job["ParallelDataNames"]


@pytest.fixture
def near(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[batch_books.Shop]:
    """A book whose command runs in this process, in Chinese and Spanish."""
    with batch_books.shop(tmp_path, capsys) as found:
        languages = {"zh": {"reference": "zh"}, "es": {}}
        configured(found, f"amts_languages = {languages!r}")
        yield found


def configured(near: batch_books.Shop, *lines: str) -> None:
    """Add to what is configured."""
    with (near.book / "conf.py").open("a", encoding="utf-8") as conf:
        conf.writelines(f"{line}\n" for line in lines)


def added(near: batch_books.Shop, text: str) -> None:
    """Add to a page that has no translation."""
    with (near.book / "two.rst").open("a", encoding="utf-8") as page:
        page.write(f"\n{text}\n")


def synced(near: batch_books.Shop, *arguments: str) -> batch_books.Said:
    """Run the command."""
    return near.amts("sync", str(near.book), *arguments)


def rows(said: batch_books.Said) -> dict[str, list[str]]:
    """The table: cells by language; a blank in a state is an underscore."""
    lines = said.out.splitlines()
    [head] = (n for n, line in enumerate(lines) if line.startswith("language"))
    cells = (re.split(r"  +", line) for line in lines[head + 1 :])
    return {code: rest for code, *rest in cells}


def test_documents_over_a_quota_are_told_before_any_upload(
    near: batch_books.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line with how many and which; nothing of them leaves; others go on."""
    less = quotas.Quota("documents", 500, "bytes of text")
    monkeypatch.setattr(quotas, "DOCUMENT_TEXT", less)

    def sent() -> set[str]:
        found = near.s3.list_objects_v2(Bucket=batch_books.BUCKET).get("Contents", [])
        return {one["Key"] for one in found if "/in/" in one["Key"]}

    before = sent()  # the storage may hold what other tests of this process have left
    done = synced(near, "--wait")
    assert done.status == 1
    [line] = done.err.splitlines()
    assert re.fullmatch(
        r"es: documents: 1 of 1 document is longer than 500 bytes of text: "
        r"document [0-9a-f]{32}\.html",
        line,
    )
    table = rows(done)
    assert table["zh"][:4] == ["done", "12", "12", "0"]
    assert table["es"][:5] == ["done", "0", "0", "27", "0"]
    assert len(sent() - before) <= 1  # equal documents may be there already
    jobs = near.client.list_text_translation_jobs()["TextTranslationJobPropertiesList"]
    assert [job["TargetLanguageCodes"] for job in jobs] == [["zh"]]
    near.there.ledger.reset()
    again = synced(near, "es", "--wait")
    assert (again.status, again.err) == (1, f"{line}\n")
    assert near.there.ledger.requests == 0


@pytest.mark.slow
def test_a_sentence_that_no_document_can_hold(near: batch_books.Shop) -> None:
    """One line names it; all others are translated, and it alone is left."""
    added(near, f"Here begins {'a river ' * 150_000}and never ends.")
    done = synced(near, "zh", "--wait")
    assert done.status == 1
    [line] = done.err.splitlines()
    assert line.startswith("zh: the sentence 'Here begins a river a river")
    assert "… of 1,200,0" in line
    assert len(line) < 200
    assert rows(done)["zh"][:4] == ["done", "12", "12", "1"]
    near.there.ledger.reset()
    again = synced(near, "zh", "--wait")
    assert (again.status, again.err) == (1, f"{line}\n")
    assert near.there.ledger.requests == 0


def test_a_sync_that_only_collects(near: batch_books.Shop) -> None:
    """What waits is no failure; what is collected is counted, and billed no more."""
    near.there.faults = Faults(job_delay=60)
    first = synced(near, "zh")
    assert first.status == 0
    [state, *counts] = rows(first)["zh"]
    assert state == "waiting"
    assert counts[:3] == ["12", "0", "0"]
    billed, cost = counts[3:]
    assert int(billed) > 200
    assert cost != "$0.00"
    near.there.faults = Faults()
    near.there.ledger.reset()
    second = synced(near, "zh", "--wait")
    assert (second.status, second.err) == (0, "")
    assert rows(second)["zh"] == ["done", "12", "12", "0", "0", "$0.00"]
    assert made(near.there)["StartTextTranslationJob"] == 0
    assert synced(near, "zh", "--wait").out == "zh: nothing to send\n"


def test_what_is_left_is_told_beside_what_waits(near: batch_books.Shop) -> None:
    """The book has changed since: what waits does not hide what is not sent."""
    near.there.faults = Faults(job_delay=60)
    assert synced(near, "zh").status == 0
    (near.book / "two.rst").write_text("Two\n===\n", "utf-8")
    added(near, "This is new. So is that.")  # and so is the title
    done = synced(near, "zh", "--budget", "0.000001")
    assert done.status == 1
    assert rows(done)["zh"][:4] == ["waiting", "12", "0", "3"]


def test_a_shared_job_stays_within_the_budget(near: batch_books.Shop) -> None:
    """Whoever starts it pays for all, so without the money for all none shares."""
    configured(
        near,
        'amts_languages = {"es": {}, "fr": {}, "de": {}}',
        'amts_engine_options["price"] = 1_000_000',
    )
    budget = 1_000  # for one of them
    done = synced(near, "--wait", "--budget", str(budget))
    assert done.status == 2
    assert 0 < near.there.ledger.billed <= budget
    refused = "the budget does not cover the job"
    states = [row[0] for row in rows(done).values()]
    assert sorted(states) == ["done", "failed", "failed"]
    assert [line.partition(": ")[2] for line in done.err.splitlines()] == [refused] * 2


def test_a_language_that_cannot_begin(near: batch_books.Shop) -> None:
    """It is told and shown as failed; the others go on."""
    near.there.faults = Faults(job_delay=60)
    assert synced(near).status == 0
    near.there.faults = Faults()
    [journal] = (near.book / ".amts" / "sync" / "es").rglob("journal.json")
    journal.write_text("{", "utf-8")
    done = synced(near, "--wait")
    assert done.status == 2
    [line] = done.err.splitlines()
    assert line.startswith("es: ")
    assert line.endswith("the journal of this batch cannot be read; delete it")
    table = rows(done)
    assert table["zh"][:4] == ["done", "12", "12", "0"]
    assert table["es"][0] == "failed"
    assert "es: " not in done.out
