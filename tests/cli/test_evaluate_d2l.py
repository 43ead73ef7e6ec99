"""A real book: Amazon's drafts of four D2L chapters against what people made of them.

The figures were measured before there was this command, on the book's own dialect of
Markdown; the pages of this corpus are MyST, which moves them by a point or two.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from building import copy_book

pytestmark = pytest.mark.slow

#: BLEU of the five pages of the AMTS article
KNOWN = {
    "chapter_natural-language-processing-pretraining/approx-training": 57.7,
    "chapter_natural-language-processing-pretraining/bert-dataset": 57.5,
    "chapter_recurrent-neural-networks/language-models-and-dataset": 46.5,
    "chapter_recurrent-modern/machine-translation-and-dataset": 48.1,
    "chapter_natural-language-processing-applications/sentiment-analysis-and-dataset": (
        59.7
    ),
}
BOOKS = {"books": {"source": "../draft/en", "translation": "../draft/zh"}}


@dataclass(frozen=True)
class Real:
    """The book, evaluated with a canary, and what was exported."""

    book: Path
    export: Path
    data: Any
    out: bytes

    @property
    def stored(self) -> Path:
        """Where the answer is kept."""
        return self.book / ".amts" / "evaluation" / "zh.json"


def asked(book: Path, *arguments: str, seed: str = "random") -> bytes:
    """What ``amts evaluate`` says."""
    command = [sys.executable, "-m", "amts_sphinx.cli", "evaluate", str(book), "zh"]
    done = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="module")
def real(d2l: Path, tmp_path_factory: pytest.TempPathFactory) -> Real:
    """The chapters, read and evaluated once."""
    folder = copy_book(d2l, tmp_path_factory.mktemp("evaluated") / "d2l")
    with (folder / "en" / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('amts_engine = "recorded"\n')
        conf.write(f"amts_engine_options = {BOOKS!r}\n")
    export = folder.parent / "out"
    arguments = ("--canary", "--json", "--export", str(export))
    out = asked(folder / "en", *arguments, seed="1")
    return Real(folder / "en", export, json.loads(out), out)


def system(real: Real, name: str) -> Any:
    """What is said of a system."""
    return next(one for one in real.data["systems"] if one["name"].startswith(name))


@pytest.mark.parametrize("page", KNOWN)
def test_pages_score_as_they_were_measured(real: Real, page: str) -> None:
    """Within two and a half points, each with its interval."""
    found = system(real, "recorded")["documents"][page]["bleu"]
    assert found["value"] == pytest.approx(KNOWN[page], abs=2.5)
    assert found["low"] < found["value"] < found["high"]
    assert found["of_one"] == pytest.approx(found["value"] / 100, abs=1e-4)


def sacrebleu(hypotheses: Path, references: Path) -> float:
    """What the command that everybody has makes of two files."""
    command = [sys.executable, "-m", "sacrebleu", str(references)]
    options = ["-i", str(hypotheses), "-tok", "zh", "-w", "4", "--force", "-b"]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.parametrize("name", ["copy", "memory", "recorded"])
def test_sacrebleu_agrees_about_the_book(real: Real, name: str) -> None:
    """The exported files give the number that was told."""
    told = system(real, name)["bleu"]["value"]
    files = real.export / f"{name}.txt", real.export / "reference.txt"
    assert sacrebleu(*files) == pytest.approx(told, abs=0.01)


@pytest.mark.parametrize("page", KNOWN)
def test_sacrebleu_agrees_about_pages(real: Real, page: str, tmp_path: Path) -> None:
    """Cut out of the export page by page, the same."""
    lines = (real.export / "pages" / f"{page}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = system(real, "recorded")["documents"][page]
    assert len(rows) == found["messages"]
    for side in ("recorded", "reference"):
        text = "".join(f"{row[side]}\n" for row in rows)
        (tmp_path / side).write_text(text, "utf-8")
    told = sacrebleu(tmp_path / "recorded", tmp_path / "reference")
    assert told == pytest.approx(found["bleu"]["value"], abs=0.01)


def test_the_reference_is_what_it_is(real: Real) -> None:
    """People edited these very drafts, and every table says so."""
    reference = real.data["reference"]
    assert reference["label"] == "post-edit of recorded"
    [evidence] = reference["evidence"]
    assert evidence["sentences"] > 500
    assert evidence["kept"] == pytest.approx(0.24, abs=0.05)
    assert b"reference: post-edit of recorded" in asked(real.book, "--canary")


def test_work_is_measured(real: Real) -> None:
    """More than half of the text survived; the bands are shares of all of it."""
    work = real.data["workload"]
    [measured] = work["measured"]
    assert measured["name"] == "recorded"
    assert measured["drafts"] == real.data["scored"]["messages"] > 1100
    assert measured["kept"] == pytest.approx(0.576, abs=0.03)
    assert measured["kept"] == pytest.approx(
        1 - system(real, "recorded")["edit_rate"], abs=1e-3
    )
    assert [band["name"] for band in measured["bands"]] == [
        *("100", "95-99", "85-94", "75-84", "50-74", "<50"),
    ]
    for share in ("messages", "text"):
        assert sum(band[share] for band in measured["bands"]) == pytest.approx(
            1, abs=1e-3
        )
    assert work["projected"] == measured["kept"]
    assert work["reused"] > 0.9


def test_copies_are_worth_nothing(real: Real) -> None:
    """Without code and formulas the source scores about zero, and so does a memory."""
    assert system(real, "copy")["bleu"]["value"] < 2
    [clean] = [one for one in real.data["systems"] if one["name"] == "memory"]
    assert clean["bleu"]["value"] < 15


def test_only_the_canary_leaks(real: Real) -> None:
    """It scores as nobody can, and is flagged; no other knew a single sentence."""
    *others, canary = real.data["systems"]
    assert canary["bleu"]["value"] >= 95
    assert not canary["comparable"]
    assert all(page["leaked_exact"] for page in _long(canary))
    for one in others:
        assert one["comparable"]
        assert one["leaked_exact"] == 0
        assert {page["leaked_exact"] for page in one["documents"].values()} == {0}
    assert b"not comparable" in asked(real.book, "--canary")


def _long(one: Any) -> list[Any]:
    return [page for page in one["documents"].values() if page["messages"] >= 10]


def test_checks_know_whose_text_it_is(real: Real) -> None:
    """No error is found in people's text; broken markup is a machine's error."""
    found = {one["check"]: one for one in real.data["checks"]}
    assert found["stray_markup"]["machine"] > 50 * max(
        1, found["stray_markup"]["human"]
    )
    assert found["stray_markup"]["machine_severity"] == "error"
    assert {one["human_severity"] for one in found.values()} <= {"", "info", "warning"}


def test_asked_again_nothing_is_computed(real: Real) -> None:
    """The same bytes, at once, and the stored answer is not touched."""
    before = real.stored.stat().st_mtime_ns
    again = asked(real.book, "--canary", "--json")
    assert again == real.out
    assert real.stored.stat().st_mtime_ns == before


def test_a_cold_run_with_other_hashes_says_the_same(real: Real, tmp_path: Path) -> None:
    """Read anew by another process: equal bytes, here and on disk."""
    folder = copy_book(real.book.parent, tmp_path / "d2l")
    assert asked(folder / "en", "--canary", "--json", seed="2") == real.out
    stored = folder / "en" / ".amts" / "evaluation" / "zh.json"
    assert stored.read_bytes() == real.stored.read_bytes()


def test_without_a_canary_nothing_leaks(real: Real) -> None:
    """As people use it: three systems, each comparable."""
    data = json.loads(asked(real.book, "--json"))
    assert [one["name"] for one in data["systems"]] == ["copy", "memory", "recorded"]
    assert all(one["comparable"] for one in data["systems"])
