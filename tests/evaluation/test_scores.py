"""BLEU and chrF: sacrebleu's own figures, and intervals that can be believed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import amts_sphinx
from amts_sphinx.evaluation.scores import (
    FEWEST_DOCUMENTS,
    RESAMPLES,
    SEED,
    Sample,
    Score,
    Unit,
    bleu,
    chrf,
    draws,
    interval,
)
from amts_sphinx.evaluation.tokenizers import Tokenizer, tokenizer

WORDS = Tokenizer("13a")

#: a page, what a system made of it, and what a person did; one answer is missing
CHINESE = (
    ("a", "价格由供给和需求决定 Qb 。", "价格由供给与需求共同决定 Qb 。"),
    ("a", "", "这一章没有练习。"),
    ("a", "我们先看一个简单的例子。", "我们先来看一个简单的例子。"),
    ("b", "函数 Qb 返回一个列表，长度为 3.5。", "函数 Qb 返回长度为 3.5 的列表。"),
    ("b", "请把结果和上一节比较(图 2)。", "请将结果与上一节进行比较（图 2）。"),
    ("c", "这样做更快、也更省钱。", "这样做既快又省钱。"),
)
SPANISH = (
    (
        "a",
        "El precio depende de la oferta, Qb .",
        "El precio depende de la oferta Qb .",
    ),
    ("a", "", "Este capítulo no tiene ejercicios."),
    ("b", "¿Qué ocurre si sube un 3,5 %?", "¿Qué pasa si sube un 3,5 %?"),
    ("b", "Los alumnos leen en casa.", "Los estudiantes leen en casa."),
    ("c", "Vea usted también la tabla 2.", "Vea también la tabla 2 (abajo)."),
)


def corpus(rows: Sequence[tuple[str, str, str]]) -> list[Sample]:
    """The rows as samples."""
    return [Sample(*row) for row in rows]


def clustered() -> list[Sample]:
    """Twelve pages of fifteen sentences: in every other page all of them are wrong."""
    found = []
    for page in range(12):
        for line in range(15):
            reference = f"On page {page} we read line {line} of the old book aloud."
            wrong = f"Page {page} shows a picture {line} and nothing else to us."
            found.append(
                Sample(f"p{page}", wrong if page % 2 else reference, reference)
            )
    return found


def certain(score: Score | None) -> tuple[float, float, float]:
    """Value and interval of a score that is there."""
    assert score is not None
    assert score.interval is not None
    return score.value, *score.interval


# -- the value -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "rows"), [("zh-CN", CHINESE), ("es", SPANISH)], ids=["zh", "es"]
)
def test_the_command_prints_the_same(
    language: str, rows: Sequence[tuple[str, str, str]], tmp_path: Path
) -> None:
    """``sacrebleu`` on exported files agrees to 0.01, its signature too."""
    samples = corpus(rows) * 4  # its own bootstrap fails if a draw matches nothing
    name = tokenizer(language)
    hypotheses, references = tmp_path / "hypotheses", tmp_path / "references"
    hypotheses.write_text("".join(f"{s.hypothesis}\n" for s in samples), "utf-8")
    references.write_text("".join(f"{s.reference}\n" for s in samples), "utf-8")
    command = [sys.executable, "-m", "sacrebleu", str(references)]
    command += ["-i", str(hypotheses), "-tok", name.name, "-m", "bleu", "chrf"]
    command += ["-w", "6", "--format", "json", "--confidence"]
    done = subprocess.run(
        command,
        capture_output=True,
        check=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "SACREBLEU_SEED": str(SEED)},
    )
    theirs = json.loads(done.stdout)
    ours = [bleu(samples, name).score(), chrf(samples).score()]
    for there, here in zip(theirs, ours, strict=True):
        assert here is not None
        assert 10 < here.value < 90
        assert here.value == pytest.approx(there["score"], abs=0.01)
        assert here.signature == there["signature"]


def test_what_is_asked_of_sacrebleu_is_there() -> None:
    """The two private methods exist, and mean what they meant in version 2.6."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    hypotheses = ["one two three four five six", "seven"]
    references = ["one two three four five", "eight nine"]
    for metric in (BLEU(tokenize="13a"), CHRF()):
        rows = metric._extract_corpus_statistics(hypotheses, [references])
        sums = [sum(column) for column in zip(*rows, strict=True)]
        public = metric.corpus_score(hypotheses, [references]).score
        assert 40 < public < 90
        assert metric._compute_score_from_stats(sums).score == pytest.approx(public)
    rows = BLEU(tokenize="13a")._extract_corpus_statistics(hypotheses, [references])
    assert rows == [[6, 5, 5, 4, 3, 2, 6, 5, 4, 3], [1, 2, 0, 0, 0, 0, 1, 0, 0, 0]]


def test_an_empty_corpus_has_no_score() -> None:
    """Nothing comes of nothing, and no exception."""
    for statistics in (bleu([], WORDS), chrf([])):
        assert statistics.value is None
        assert statistics.score() is None
        assert statistics.score(Unit.DOCUMENTS) is None
        assert statistics.by_document() == {}


def test_a_missing_answer_counts_nothing() -> None:
    """An empty hypothesis alone scores 0; among others it lowers the score."""
    alone = [Sample("a", "", "There is no answer to this question yet.")]
    others = corpus(SPANISH[2:])
    for count in (chrf, lambda samples: bleu(samples, WORDS)):
        assert count(alone).value == 0
        with_it, without = count([*others, *alone]).value, count(others).value
        assert with_it is not None
        assert without is not None
        assert 0 < with_it < without - 3


def test_many_masks_before_a_full_stop(caplog: pytest.LogCaptureFixture) -> None:
    """Masked text looks tokenized to sacrebleu, which does not complain."""
    samples = [Sample("a", f"See equation {n} in Qb .", "See Qb .") for n in range(150)]
    assert bleu(samples, WORDS).value
    assert caplog.text == ""


def test_a_page_is_scored_from_the_same_counts() -> None:
    """The score of each document is that of its samples alone; names are sorted."""
    samples = corpus([*CHINESE[3:], *CHINESE[:3]])
    pages = bleu(samples, Tokenizer("zh")).by_document()
    assert list(pages) == ["a", "b", "c"]
    for name, page in pages.items():
        alone = [sample for sample in samples if sample.document == name]
        assert page.score() == bleu(alone, Tokenizer("zh")).score()
        assert len(page.rows) == len(alone)


# -- the interval --------------------------------------------------------------


def test_pages_vary_more_than_sentences() -> None:
    """On clustered data the interval by documents is at least twice as wide."""
    statistics = bleu(clustered(), WORDS)
    assert statistics.unit is Unit.DOCUMENTS
    value, low, high = certain(statistics.score(Unit.SEGMENTS))
    again, lower, higher = certain(statistics.score())
    assert value == again
    assert lower < low < value < high < higher
    assert higher - lower > 2 * (high - low)


def test_the_interval_is_about_that_of_sacrebleu() -> None:
    """By segments, width and place agree with its own bootstrap within a tenth."""
    from sacrebleu.metrics.bleu import BLEU

    samples = clustered()
    theirs = BLEU(tokenize="13a").corpus_score(
        [sample.hypothesis for sample in samples],
        [[sample.reference for sample in samples]],
        n_bootstrap=RESAMPLES,
    )
    _, low, high = certain(bleu(samples, WORDS).score(Unit.SEGMENTS))
    assert (high - low) / 2 == pytest.approx(theirs._ci, rel=0.1)
    assert (high + low) / 2 == pytest.approx(theirs._mean, abs=theirs._ci / 5)


def test_few_documents_are_not_drawn() -> None:
    """Below five documents segments are drawn; one unit has no interval."""
    samples = clustered()
    few = [sample for sample in samples if sample.document in {"p0", "p1", "p2", "p3"}]
    assert FEWEST_DOCUMENTS == 5
    assert bleu(few, WORDS).unit is Unit.SEGMENTS
    page = chrf([sample for sample in few if sample.document == "p1"])
    score = page.score(Unit.DOCUMENTS)
    assert score is not None
    assert score.interval is None
    assert score.value == page.value
    _, low, high = certain(page.score())
    assert low < high


def test_the_order_of_samples_does_not_matter() -> None:
    """Shuffled pages and sentences give the same score and interval, to the bit."""
    samples = [*clustered(), *corpus(SPANISH)]
    shuffled = [*samples[::-2], *samples[-2::-2]]
    assert len(shuffled) == len(samples)
    assert [sample.document for sample in shuffled[:3]] == ["c", "b", "a"]
    for unit in Unit:
        assert bleu(samples, WORDS).score(unit) == bleu(shuffled, WORDS).score(unit)
        assert chrf(samples).score(unit) == chrf(shuffled).score(unit)


def test_hashing_does_not_matter(tmp_path: Path) -> None:
    """Processes with other hashes of strings print the same figures."""
    path = tmp_path / "samples.json"
    path.write_text(json.dumps([*clustered(), *CHINESE]), "utf-8")
    script = (
        "import json, pathlib, sys\n"
        f"sys.path.insert(0, {str(Path(amts_sphinx.__file__).parent.parent)!r})\n"
        "from amts_sphinx.evaluation.scores import Sample, bleu, chrf\n"
        "from amts_sphinx.evaluation.tokenizers import Tokenizer\n"
        f"rows = json.loads(pathlib.Path({str(path)!r}).read_text('utf-8'))\n"
        "samples = [Sample(*row) for row in rows]\n"
        "print(bleu(samples, Tokenizer('zh')).score(), chrf(samples).score())\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert b"value=" in printed.pop()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 9)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_draws_are_sums_of_units(
    units: list[tuple[int, int]], shuffle: random.Random
) -> None:
    """As many draws as promised, exact, within bounds, the same in any order."""
    found = list(draws(units))
    assert len(found) == (RESAMPLES if len(units) > 1 else 0)
    for sums in found:
        for total, column in zip(sums, zip(*units, strict=True), strict=True):
            assert len(units) * min(column) <= total <= len(units) * max(column)
    assert list(draws(shuffle.sample(units, len(units)))) == found


def test_the_middle_of_the_draws() -> None:
    """Of 1000 values 25 lie below the interval and 25 above."""
    assert interval([float(n) for n in range(1000)]) == (25, 974)
    assert interval([]) is None
