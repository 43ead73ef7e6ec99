"""``amts evaluate`` on a little book: each system, its options, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.cli import evaluate, main
from amts_sphinx.engines import amazon_sync
from amts_sphinx.testing.standin import Standin
from building import ROOTS, copy_book
from cli.batch_books import BUCKET, ROLE, Said
from engines.service import alone

REGION = "us-east-1"
ACCOUNT = "123456789012"
#: messages: of the book, with a person's translation, and with the machine's as well
ALL, REFERENCED, SCORED = 30, 28, 24
PSEUDO = 'amts_engine, amts_engine_options = "pseudo", {}'
TERMS = 'amts_languages["zh"]["terminology"] = "terms.csv"'


class Pond:
    """A copy of the book, and the command on it."""

    def __init__(self, book: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.book = book
        self._capture = capture

    def configure(self, *lines: str) -> None:
        """Add to what is configured."""
        with (self.book / "conf.py").open("a", encoding="utf-8") as conf:
            conf.writelines(f"{line}\n" for line in lines)

    def ask(self, *arguments: str, language: str = "zh") -> Said:
        """Run ``amts evaluate``."""
        self._capture.readouterr()
        status = main(["evaluate", str(self.book), language, *arguments])
        return Said(status, *self._capture.readouterr())

    def data(self, *arguments: str) -> Any:
        """What it says for other programs."""
        said = self.ask(*arguments, "--json")
        assert (said.status, said.err) == (0, "")
        return said.data

    @property
    def stored(self) -> Path:
        """Where an answer is kept."""
        return self.book / ".amts" / "evaluation" / "zh.json"


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book, read and evaluated once."""
    book = copy_book(ROOTS / "test-evaluated", tmp_path_factory.mktemp("warm") / "pond")
    assert main(["evaluate", str(book), "zh", "--json"]) == 0
    return book


@pytest.fixture
def pond(warm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Pond:
    """A copy of it, as it was left."""
    return Pond(Path(shutil.copytree(warm, tmp_path / "pond")), capsys)


def system(data: Any, name: str) -> Any:
    """What is said of a system."""
    [found] = [one for one in data["systems"] if one["name"] == name]
    return found


def names(data: Any) -> list[str]:
    """The systems, in order."""
    return [one["name"] for one in data["systems"]]


def rows(said: Said) -> dict[str, list[str]]:
    """The first table of what was said to people, by the name in front."""
    lines = said.out.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("system "))
    end = lines.index("", start)
    found = (re.split(r"\s{2,}", line) for line in lines[start:end])
    return {first: rest for first, *rest in found}


# -- systems -------------------------------------------------------------------


def test_a_recorded_machine(pond: Pond) -> None:
    """Copy, memory and the archive, scored on what all of them can be scored on."""
    data = pond.data()
    assert names(data) == ["copy", "memory", "recorded"]
    assert data["scored"] == {
        "messages": SCORED,
        "of": ALL,
        "without_reference": ALL - REFERENCED,
        "without_answer": REFERENCED - SCORED,
        "failed": {},
    }
    copied, memory, machine = (system(data, name)["bleu"] for name in names(data))
    assert copied["value"] < 2
    assert memory["value"] < 2
    assert 40 < machine["low"] < machine["value"] < machine["high"] < 60
    assert "|tok:zh|" in machine["signature"]
    assert data["baseline"] == "recorded"
    assert system(data, "copy")["comparison"]["verdict"] == "worse"
    assert system(data, "recorded")["comparison"] is None
    assert {one["leaked_exact"] for one in data["systems"]} == {0}
    heron = system(data, "recorded")["documents"]["birds/heron"]
    assert heron["messages"] == 13
    assert set(system(data, "recorded")["chapters"]) == {"", "birds", "fish"}


def test_an_engine_without_and_with_memory(pond: Pond) -> None:
    """The engine of the language has two rows; no memory knows the page."""
    pond.configure(PSEUDO)
    data = pond.data()
    assert names(data) == ["copy", "memory", "pseudo", "pseudo + memory"]
    assert data["scored"]["messages"] == REFERENCED
    assert data["baseline"] == "pseudo"
    table = rows(pond.ask())
    assert list(table) == ["system", *names(data)]
    assert "baseline" in table["pseudo"]


def test_the_memory_as_the_only_system(pond: Pond) -> None:
    """A book without an engine is compared with its own memory."""
    pond.configure('amts_engine, amts_engine_options = "memory", {}')
    data = pond.data()
    assert names(data) == ["copy", "memory"]
    assert data["baseline"] == "memory"
    assert data["scored"]["messages"] == REFERENCED
    assert data["workload"]["measured"] == []


def test_named_systems(pond: Pond) -> None:
    """Another engine, and the same with other settings, each in a row of its own."""
    archive = pond.book / "answers.jsonl"
    source = "Its nest is high up in an old oak."
    lines = {source: "它的巢", "The carp": "鲤鱼"}
    text = "".join(
        f"{json.dumps({'source': s, 'target': t}, ensure_ascii=False)}\n"
        for s, t in lines.items()
    )
    archive.write_text(text, "utf-8")
    pond.configure(PSEUDO)
    data = pond.data("--system", "few:engine=recorded,files=answers.jsonl")
    assert names(data)[-1] == "few"
    assert data["scored"]["messages"] == 2
    assert data["scored"]["without_answer"] == REFERENCED - 2
    assert data["baseline"] == "pseudo"
    before = system(data, "few")["chrf"]["value"]
    archive.write_text(
        text.replace("它的巢", "它的巢高高地筑在一棵老橡树上。"), "utf-8"
    )
    again = pond.data("--system", "few:engine=recorded,files=answers.jsonl")
    assert system(again, "few")["chrf"]["value"] > before + 20


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("pseudo", "is not of the form NAME:SETTING=VALUE"),
        ("x:", "is not of the form"),
        (":engine=pseudo", "is not of the form"),
        ("x:engine", "is not of the form"),
        ("x:engine=pseudo,", "is not of the form"),
        ("copy:engine=pseudo", "'copy' is no name, or that of another"),
        ("reference:engine=pseudo", "'reference' is no name, or that of another"),
        ("!:engine=pseudo", "'!' is no name, or that of another"),
        ("recorded:engine=pseudo", "'recorded' is no name, or that of another"),
        ("x:engine=memory", "the memory is no engine"),
        ("x:engine=echoing:EchoingEngine", "needs --budget"),
    ],
)
def test_wrong_systems(pond: Pond, given: str, said: str) -> None:
    """Each is told in one line, and nothing is stored."""
    before = pond.stored.read_bytes()
    assert said in pond.ask("--system", given).line
    assert pond.stored.read_bytes() == before


def test_a_system_named_twice(pond: Pond) -> None:
    """Names that would be one file of an export are one name."""
    both = ("--system", "a b:engine=pseudo", "--system", "a-b:engine=pseudo")
    assert "'a-b' is no name" in pond.ask(*both).line


def test_an_engine_that_cannot_be(pond: Pond) -> None:
    """The reason is a warning, and the command ends with one line."""
    said = pond.ask("--system", "x:engine=recorded,files=none.tmx")
    assert (said.status, said.out) == (2, "")
    reason, end = said.err.splitlines()
    assert "none.tmx: cannot be read" in reason
    assert end == "amts evaluate: x: the engine cannot be used (see above)"


def test_another_baseline(pond: Pond) -> None:
    """Everything is compared with it; what the reference is made of stays the same."""
    pond.configure(PSEUDO)
    data = pond.data("--baseline", "copy")
    assert data["baseline"] == "copy"
    assert system(data, "copy")["comparison"] is None
    assert system(data, "pseudo")["comparison"]["difference"] == round(
        system(data, "pseudo")["bleu"]["value"] - system(data, "copy")["bleu"]["value"],
        4,
    )
    assert [one["engine"] for one in data["reference"]["evidence"]] == ["pseudo"]
    line = pond.ask("--baseline", "best").line
    assert line == "--baseline: 'best' is none of copy, memory, pseudo + memory, pseudo"


def test_reversed(pond: Pond, tmp_path: Path) -> None:
    """From Chinese into English: other sides, another tokenizer, another file."""
    pond.configure(PSEUDO)
    data = pond.data("--reverse", "--export", str(tmp_path / "out"))
    assert (data["source_language"], data["language"]) == ("zh", "en")
    assert data["tokenizer"]["name"] == "13a"
    assert "|tok:13a|" in system(data, "pseudo")["bleu"]["signature"]
    assert data["scored"]["messages"] == data["scored"]["of"] == REFERENCED
    assert data["terms"] is None
    assert data["workload"]["inputs"] == []
    source = (tmp_path / "out" / "source.txt").read_text("utf-8").splitlines()
    reference = (tmp_path / "out" / "reference.txt").read_text("utf-8").splitlines()
    assert source[1:3] == [
        "苍鹭在浅水里一站就是几个小时。它等着鲤鱼游过来。",
        "它的巢高高地筑在一棵老橡树上。",
    ]
    assert reference[2] == "Its nest is high up in an old oak."
    assert pond.stored.with_name("zh-reversed.json").is_file()


def test_an_archive_is_not_turned_round(pond: Pond) -> None:
    """What a machine once made of English is no answer to its own Chinese."""
    data = pond.data("--reverse")
    assert names(data) == ["copy", "memory"]
    assert data["scored"]["messages"] == REFERENCED


def test_the_canary(pond: Pond) -> None:
    """A memory that knows the page shines, and is flagged; the others stay clean."""
    data = pond.data("--canary")
    canary = data["systems"][-1]
    assert canary["bleu"]["value"] >= 95
    assert not canary["comparable"]
    assert canary["leaked_exact"] >= 20
    assert [one["leaked_exact"] for one in data["systems"][:-1]] == [0, 0, 0]
    said = pond.ask("--canary")
    assert "not comparable" in rows(said)[canary["name"]]
    assert f"{canary['name']}: knew sentences that it was scored on" in said.out
    assert "not comparable" not in pond.ask().out


# -- what is told --------------------------------------------------------------


def test_json_has_all_keys(pond: Pond) -> None:
    """A version in front, and every part that is documented."""
    data = pond.data()
    assert data["schema_version"] == 1
    assert set(data) == {
        *("schema_version", "source_language", "language", "tokenizer", "baseline"),
        *("scored", "reference", "systems", "workload", "checks", "terms", "digest"),
        "state",
    }
    assert set(data["systems"][0]) == {
        *("name", "messages", "bleu", "chrf", "edit_rate", "bleu_codes_kept"),
        *("bleu_mean_of_documents", "comparison", "comparable", "leaked_exact"),
        *("leaked_fuzzy90", "cost", "chapters", "documents"),
    }
    assert set(data["systems"][0]["bleu"]) == {
        *("value", "of_one", "low", "high", "drawn", "signature"),
    }


def test_terms_counted_by_hand(pond: Pond) -> None:
    """Four of the five terms stand in what is scored; met and missed are as read.

    The machine says another heron four times and a home for a nest; people speak once
    of the water, not of the pond.
    """
    pond.configure(TERMS)
    found = pond.data()["terms"]
    assert {
        row["term"]: tuple(
            row[who][key]
            for who in ("machine", "human")
            for key in ("met", "occurrences")
        )
        for row in found["rows"]
    } == {
        "heron": (3, 7, 7, 7),
        "pond": (6, 6, 5, 6),
        "nest": (1, 2, 2, 2),
        "carp": (5, 5, 5, 5),
    }
    assert found["machine"] == {"occurrences": 20, "met": 15, "share": 0.75}
    assert found["human"]["share"] == 0.95
    line = next(x for x in pond.ask().out.splitlines() if x.startswith("nest "))
    assert re.split(r"\s{2,}", line)[-4:] == ["1", "2", "2", "2"]


def test_severity_follows_origin(pond: Pond) -> None:
    """A lost formula is a machine's error; people may write two instead of 2."""
    [found] = [one for one in pond.data()["checks"] if one["check"] == "inline_math"]
    assert (found["machine"], found["machine_severity"]) == (1, "error")
    assert (found["human"], found["human_severity"]) == (1, "info")


def test_the_workload_is_that_of_a_build(pond: Pond) -> None:
    """What a build would show by machine is machine text; nobody measured it."""
    pond.configure(PSEUDO)
    found = pond.data()["workload"]
    sizes = {one["origin"]: one["characters"] for one in found["inputs"]}
    assert set(sizes) == {"human", "machine"}
    assert sizes["machine"] >= len("VisitorsA dog swims in the pond every evening.")
    assert found["projected"] is None
    assert found["saved"] is None
    assert found["reused"] == round(sizes["human"] / sum(sizes.values()), 4)
    assert "saved of translating all of it anew: not known" in pond.ask().out


def test_what_the_user_states(pond: Pond) -> None:
    """Too few messages show nothing of the reference; the user may know more."""
    assert pond.data()["reference"]["label"] == "unknown"
    assert pond.data("--independent")["reference"]["label"] == "independent"


def test_exported_files(pond: Pond, tmp_path: Path) -> None:
    """A line for each message and system; by page the same with their sources."""
    folder = tmp_path / "out"
    data = pond.data("--export", str(folder))
    lines = {
        path.stem: path.read_text("utf-8").splitlines() for path in folder.glob("*.txt")
    }
    assert set(lines) == {"source", "reference", *names(data)}
    assert {len(text) for text in lines.values()} == {SCORED}
    assert lines["copy"] == lines["source"]
    pages = sorted((folder / "pages").rglob("*.jsonl"))
    assert [path.relative_to(folder / "pages").as_posix() for path in pages] == [
        *("birds/heron.jsonl", "birds/kingfisher.jsonl", "fish/carp.jsonl"),
        "index.jsonl",
    ]
    rows = [
        json.loads(x) for path in pages for x in path.read_text("utf-8").splitlines()
    ]
    for name in ("source", "reference", *names(data)):
        assert [row[name] for row in rows] == lines[name]
    weighs = next(row for row in rows if row["source"].startswith("A heron weighs"))
    assert weighs["source"] == "A heron weighs about Qb kilograms."
    assert weighs["recorded"] == "一只苍鹭大约重 Qc 公斤。"


def test_an_export_that_cannot_be_written(pond: Pond) -> None:
    """One line names the place."""
    line = pond.ask("--export", str(pond.book / "conf.py")).line
    assert "conf.py" in line


# -- again ---------------------------------------------------------------------


@pytest.mark.slow
def test_asked_again_nothing_is_computed(
    pond: Pond, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored answer is told, to the byte; another question is computed."""
    computed: list[object] = []

    def counted(*given: Any) -> Any:
        computed.append(given)
        return once(*given)

    once: Callable[..., Any] = evaluate._computed
    monkeypatch.setattr(evaluate, "_computed", counted)
    stored = pond.stored.stat().st_mtime_ns, pond.stored.read_bytes()
    assert pond.ask().out == pond.ask().out
    assert not computed
    assert (pond.stored.stat().st_mtime_ns, pond.stored.read_bytes()) == stored
    changes: list[Callable[[], object]] = [
        lambda: pond.ask("--baseline", "copy"),
        lambda: _edit(pond.book / "machine" / "index.md", "在水旁边", "在水边"),
        lambda: _edit(pond.book / "zh" / "index.md", "请坐在", "坐在"),
        lambda: _edit(pond.book / "index.md", "beside", "near"),
        lambda: pond.configure(TERMS),
        lambda: _edit(pond.book / "terms.csv", "鲤鱼", "鲤"),
    ]
    for change in changes:
        change()
        computed.clear()
        said = pond.ask()
        assert (said.status, said.err, len(computed)) == (0, "", 1)
        assert pond.ask() == said
        assert len(computed) == 1


@pytest.mark.slow
def test_a_damaged_answer_is_made_anew(pond: Pond) -> None:
    """What is no stored answer is none; made or read, it is told in the same bytes."""
    before, told = pond.stored.read_bytes(), pond.ask("--json").out
    for damaged in (b"", b"[]", b'{"digest": 1', b"\xff"):
        pond.stored.write_bytes(damaged)
        assert pond.ask("--json").out == told
        assert pond.stored.read_bytes() == before


@pytest.mark.slow
def test_equal_bytes_whatever_the_hashes(pond: Pond, tmp_path: Path) -> None:
    """Two cold runs with other hash seeds store the same bytes."""
    found = []
    for seed in ("1", "2"):
        book = copy_book(pond.book, tmp_path / seed / "pond")
        command = [sys.executable, "-m", "amts_sphinx.cli", "evaluate", str(book), "zh"]
        done = subprocess.run(
            [*command, "--canary", "--json"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        stored = book / ".amts" / "evaluation" / "zh.json"
        found.append((done.stdout, stored.read_bytes()))
    assert found[0] == found[1]


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


# -- bad input -----------------------------------------------------------------


def test_undeclared_languages(pond: Pond) -> None:
    """The declared ones are named."""
    line = pond.ask(language="fr").line
    assert line == "language 'fr' is not declared (declared: zh, es)"


def test_nothing_to_score_against(pond: Pond) -> None:
    """Without a reference and without a memory nothing can be said."""
    pond.configure(PSEUDO)
    line = pond.ask(language="es").line
    assert line == "es: people have translated no message of the book"


def test_a_memory_is_a_reference_too(pond: Pond) -> None:
    """Messages whose sentences people translated in the memory can be scored."""
    pond.configure(PSEUDO)
    folder = pond.book / "translations" / "es"
    folder.mkdir(parents=True)
    pairs = {"The carp": "La carpa", "The pike": "El lucio"}
    (folder / "memory.jsonl").write_text(
        "".join(
            f"{json.dumps({'source': s, 'target': t})}\n" for s, t in pairs.items()
        ),
        "utf-8",
    )
    said = pond.ask("--json", language="es")
    assert said.status == 0, said.err
    assert said.data["scored"]["messages"] == 2
    assert said.data["scored"]["without_reference"] == ALL - 2


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (None, "terms.csv"),
        ("en,zh\nheron,\n", "terms.csv:2: a term or its translation is missing"),
        ("en,fr\nheron,héron\n", "terms.csv:1: "),
        ("en,zh\nheron,鹭\nheron,苍鹭\n", "terms.csv:3: this term stands above"),
    ],
)
def test_unreadable_terms(pond: Pond, terms: str | None, said: str) -> None:
    """The file, the line and what is wrong, before anything is scored."""
    pond.configure(TERMS)
    path = pond.book / "terms.csv"
    path.unlink()
    if terms is not None:
        path.write_text(terms, "utf-8")
    assert said in pond.ask().line


@pytest.mark.parametrize(
    ("books", "said"),
    [
        ({"source": ".", "translation": "none"}, "there is no folder 'none'"),
        ({"source": "none", "translation": "machine"}, "there is no folder 'none'"),
        ({"source": "."}, 'books: must be {"source": folder, "translation": folder}'),
        ({"source": ".", "target": "machine"}, "books: must be "),
        ("machine", "books: must be "),
    ],
)
@pytest.mark.parametrize("cold", [False, True])
def test_wrong_recorded_books(
    pond: Pond, books: object, said: str, *, cold: bool
) -> None:
    """Told in one line, whether there is a stored answer or not."""
    pond.configure(f"amts_engine_options = {{'books': {books!r}}}")
    if cold:
        pond.stored.unlink()
    assert said in pond.ask().line


@pytest.mark.parametrize("count", ["-1", "1"])
def test_folds_that_teach_nothing(pond: Pond, count: str) -> None:
    """All chapters in one group leave no other to learn from."""
    assert f"--folds: {count} groups" in pond.ask("--folds", count).line
    assert pond.ask("--folds", "0").status == 0


# -- engines that cost money ---------------------------------------------------


@pytest.fixture(scope="module")
def service() -> Iterator[Standin]:
    """The stand-in and its storage."""
    with Standin(s3=True) as there, pytest.MonkeyPatch.context() as patch:
        alone(patch, there.url, REGION)
        patch.setenv("AWS_ENDPOINT_URL_S3", there.s3_url)
        patch.setattr(amazon_sync, "SOON", 0.05)
        there.bucket(BUCKET)
        yield there


@pytest.fixture
def there(service: Standin) -> Standin:
    """The same with an empty ledger."""
    service.ledger.reset()
    return service


def paid(pond: Pond, there: Standin) -> None:
    """Have the book's engine be a paid one."""
    options = {"region": REGION, "endpoint_url": there.url}
    pond.configure(f'amts_engine, amts_engine_options = "amazon", {options!r}')


def drafts(pond: Pond) -> list[Path]:
    """What stands among the book's own drafts."""
    return list((pond.book / "translations").rglob("*"))


@pytest.mark.slow
def test_nothing_is_sent_without_a_budget(pond: Pond, there: Standin) -> None:
    """One line says so; the book's own budget is not that of an evaluation."""
    paid(pond, there)
    pond.configure("amts_budget = 50")
    line = pond.ask().line
    assert f"({REFERENCED} have no answer;" in line
    assert "--budget" in line
    assert there.ledger.requests == 0


@pytest.mark.slow
def test_answers_are_bought_once(pond: Pond, there: Standin) -> None:
    """They lie in the cache, never among the drafts; what they cost is told."""
    paid(pond, there)
    data = pond.data("--budget", "5")
    assert there.ledger.requests > 0
    assert data["scored"]["messages"] == REFERENCED
    cost = system(data, "amazon")["cost"]
    assert (cost["currency"], system(data, "amazon + memory")["cost"]) == ("USD", None)
    # what nobody can score is part of the price of the book, but is not asked for
    assert there.ledger.billed < cost["characters"] <= there.ledger.billed + 50
    assert cost["amount"] == round(cost["characters"] * 15 / 1e6, 2)
    assert drafts(pond) == []
    assert rows(pond.ask())["amazon"][-1] == f"{cost['amount']:.2f} USD"
    there.ledger.reset()
    for again in ((), ("--canary",), ("--canary", "--budget", "5")):
        assert pond.data(*again)["scored"]["messages"] == REFERENCED
    assert there.ledger.requests == 0


@pytest.mark.slow
def test_what_was_too_dear_is_asked_for_later(pond: Pond, there: Standin) -> None:
    """An answer that lacks messages does not stand where there is money."""
    paid(pond, there)
    first = pond.ask("--budget", "0.0000001")
    assert first.status == 2
    assert there.ledger.requests == 0
    pond.configure('amts_engine_options["price"] = 20')
    pond.data("--budget", "5")
    data = json.loads(pond.stored.read_text("utf-8"))
    data["scored"]["without_answer"] = 3
    pond.stored.write_text(json.dumps(data), "utf-8")
    assert pond.data()["scored"]["without_answer"] == 3
    assert pond.data("--budget", "5")["scored"]["without_answer"] == 0


@pytest.mark.slow
def test_all_systems_spend_from_one_account(pond: Pond, there: Standin) -> None:
    """Two engines do not cost more than the budget says."""
    paid(pond, there)
    assert pond.data("--budget", "5")["scored"]["messages"] == REFERENCED
    once = there.ledger.billed
    there.ledger.reset()
    others = ("--system", "a:profanity=MASK", "--system", "b:price=15,brevity=ON")
    said = pond.ask("--budget", f"{1.5 * once * 15 / 1e6:.8f}", *others)
    assert "cannot be used" not in said.err
    assert there.ledger.requests >= 1
    assert once <= there.ledger.billed <= 1.5 * once


def batches(pond: Pond, there: Standin, **more: object) -> None:
    """Have the book's engine be batch jobs, adapted by its pairs."""
    options = {
        "bucket": BUCKET,
        "account": ACCOUNT,
        "role": ROLE,
        "region": REGION,
        "endpoint_url": there.url,
        "prefix": pond.book.parent.name,
        **more,
    }
    pond.configure(f'amts_engine, amts_engine_options = "amazon-batch", {options!r}')


def uploaded(there: Standin, pond: Pond) -> list[str]:
    """The parallel data that were put into the storage for a book, as text."""
    import boto3

    s3 = boto3.client("s3", region_name=REGION, endpoint_url=there.s3_url)
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=pond.book.parent.name)
    keys = sorted(one["Key"] for one in found.get("Contents", ()))
    return [
        s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode()
        for key in keys
        if key.endswith(".tmx")
    ]


#: a sentence of each page that people have translated
SENTENCES = {
    "birds/heron": "Its nest is high up in an old oak.",
    "birds/kingfisher": "It digs its nest into the steep bank.",
    "fish/carp": "An old carp likes mud and warm water.",
    "fish/pike": "It moves only to strike.",
    "index": "Read it on a bench beside the water.",
}


@pytest.mark.slow
def test_folds_do_not_know_their_pages(pond: Pond, there: Standin) -> None:
    """Two parallel data, each without the pages that its jobs are scored on."""
    batches(pond, there)
    data = json.loads(_last(pond.ask("--folds", "2", "--budget", "5", "--json")))
    assert data["scored"]["messages"] == REFERENCED
    asked = [one.operation for one in there.ledger.asked]
    assert asked.count("CreateParallelData") == 2
    assert asked.count("StartTextTranslationJob") == 2
    known = [
        {page for page, sentence in SENTENCES.items() if sentence in text}
        for text in uploaded(there, pond)
    ]
    assert len(known) == 2
    # what one group of jobs has learnt from, the other is scored on
    assert known[0] | known[1] == set(SENTENCES)
    assert known[0] & known[1] == set()
    assert all(known)
    row = system(data, "amazon-batch")
    assert (row["leaked_exact"], row["comparable"]) == (0, True)
    assert drafts(pond) == []
    there.ledger.reset()
    pond.ask("--folds", "2", "--budget", "5", "--canary")
    assert there.ledger.requests == 0


@pytest.mark.slow
def test_without_folds_an_adapted_engine_is_flagged(pond: Pond, there: Standin) -> None:
    """It was taught the page that it is scored on; unadapted it is comparable."""
    batches(pond, there)
    said = pond.ask("--budget", "5")
    assert said.status == 0, said.err
    assert "amazon-batch: knew sentences that it was scored on" in said.out
    stored = json.loads(pond.stored.read_text("utf-8"))
    row = system(stored, "amazon-batch")
    assert row["leaked_exact"] >= 20
    assert not row["comparable"]
    plain = pond.ask("--budget", "5", "--system", "plain:parallel_data=false", "--json")
    row = system(json.loads(_last(plain)), "plain")
    assert (row["leaked_exact"], row["comparable"]) == (0, True)


@pytest.mark.slow
def test_whole_messages_are_held_out_as_well(pond: Pond, there: Standin) -> None:
    """Of paragraphs that teach an engine too, none is of a page that is scored."""
    batches(pond, there, granularity="paragraph")
    data = json.loads(_last(pond.ask("--folds", "2", "--budget", "5", "--json")))
    assert system(data, "amazon-batch")["leaked_exact"] == 0
    found = uploaded(there, pond)
    assert len(found) == 2
    message = "It moves only to strike."
    assert [message in text for text in found].count(True) == 1
    [taught] = [text for text in found if message in text]
    assert f"The pike hides between the water plants. {message}" in taught


@pytest.mark.slow
def test_a_file_that_teaches_is_looked_at(pond: Pond, there: Standin) -> None:
    """Parallel data of the user's own that know a page are flagged like others."""
    source = SENTENCES["fish/carp"]
    (pond.book / "own.tmx").write_text(
        '<tmx version="1.4"><header creationtool="x" creationtoolversion="1" '
        'segtype="sentence" o-tmf="x" adminlang="en" srclang="en" '
        'datatype="plaintext"/><body><tu>'
        f'<tuv xml:lang="en"><seg>{source}</seg></tuv>'
        '<tuv xml:lang="zh"><seg>老鲤鱼喜欢淤泥和温暖的水。</seg></tuv>'
        "</tu></body></tmx>",
        "utf-8",
    )
    batches(pond, there, parallel_data="own.tmx")
    data = json.loads(_last(pond.ask("--budget", "5", "--json")))
    row = system(data, "amazon-batch")
    assert (row["leaked_exact"], row["comparable"]) == (1, False)
    assert row["documents"]["fish/carp"]["leaked_exact"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("granularity", ["sentence", "paragraph"])
def test_the_other_way_round_teaches_the_other_way_round(
    pond: Pond, there: Standin, granularity: str
) -> None:
    """From Chinese into English the rows of the parallel data are turned too."""
    batches(pond, there, granularity=granularity)
    said = pond.ask("--reverse", "--folds", "2", "--budget", "5", "--json")
    assert json.loads(_last(said))["language"] == "en"
    said = pond.ask("--reverse", "--budget", "5", "--json")
    assert not system(json.loads(_last(said)), "amazon-batch")["comparable"]
    found = uploaded(there, pond)
    assert found
    for text in found:
        assert 'srclang="zh"' in text
        assert re.search('<tuv xml:lang="zh">\\s*<seg>[\u4e00-\u9fff]', text)
        assert re.search('<tuv xml:lang="en">\\s*<seg>[A-Z]', text)


def _last(said: Said) -> str:
    """What was said for programs; jobs are told beside it."""
    assert said.status == 0, said.err
    return said.out
