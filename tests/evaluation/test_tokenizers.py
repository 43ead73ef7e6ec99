"""The right tokenizer for each language, shown on sentences cut by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import amts_sphinx
from amts_sphinx.evaluation.scores import Sample, bleu
from amts_sphinx.evaluation.tokenizers import Tokenizer, tokenizer
from amts_sphinx.text.languages import PROFILES

#: so far is the figure of a wrong tokenizer from the right one, in points
VISIBLE = 10


class Case(NamedTuple):
    """A pair of sentences, once as written and once with blanks between its words."""

    language: str
    ours: str  #: the tokenizer's name
    extra: str  #: the package it needs, if any
    wrong: str  #: a tokenizer that should not be chosen
    hypothesis: str
    reference: str
    hypothesis_words: str
    reference_words: str


CASES = (
    Case(
        *("zh", "zh", "", "13a"),
        "我们先读完整章，再做练习。",
        "我们先读完整个章节，然后再做练习。",
        "我 们 先 读 完 整 章 ， 再 做 练 习 。",
        "我 们 先 读 完 整 个 章 节 ， 然 后 再 做 练 习 。",
    ),
    Case(
        *("ja", "ja-mecab", "MeCab", "13a"),
        "この本では毎週ひとつの章を読みます。",
        "この本では毎週ひとつの章を学びます。",
        "この 本 で は 毎週 ひとつ の 章 を 読み ます 。",
        "この 本 で は 毎週 ひとつ の 章 を 学び ます 。",
    ),
    Case(
        *("ko", "ko-mecab", "mecab_ko", "13a"),
        "이 책에서는 매주 한 장을 읽습니다.",
        "이 책에서는 매주 한 장씩 읽었습니다.",
        "이 책 에서 는 매주 한 장 을 읽 습니다 .",
        "이 책 에서 는 매주 한 장 씩 읽 었 습니다 .",
    ),
    Case(
        *("es", "13a", "", "char"),
        "El mercado abre a las ocho, pero el panadero llega antes.",
        "El mercado abre a las ocho, aunque el panadero llega mucho antes.",
        "El mercado abre a las ocho , pero el panadero llega antes .",
        "El mercado abre a las ocho , aunque el panadero llega mucho antes .",
    ),
    Case(
        *("pt", "13a", "", "char"),
        "A turma lê um capítulo por semana (com exercícios).",
        "A turma lê um capítulo a cada semana (com os exercícios).",
        "A turma lê um capítulo por semana ( com exercícios ) .",
        "A turma lê um capítulo a cada semana ( com os exercícios ) .",
    ),
    Case(
        *("tr", "13a", "", "char"),
        "Öğrenciler her hafta bir bölüm okur, sonra soruları çözer.",
        "Öğrenciler her hafta bir kitap okur, sonra soruları çözer.",
        "Öğrenciler her hafta bir bölüm okur , sonra soruları çözer .",
        "Öğrenciler her hafta bir kitap okur , sonra soruları çözer .",
    ),
    Case(
        *("vi", "13a", "", "char"),
        "Mỗi tuần chúng tôi đọc một chương, rồi làm bài tập.",
        "Mỗi tuần chúng tôi học một chương, rồi làm bài tập.",
        "Mỗi tuần chúng tôi đọc một chương , rồi làm bài tập .",
        "Mỗi tuần chúng tôi học một chương , rồi làm bài tập .",
    ),
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.language)


def figure(hypothesis: str, reference: str, name: str) -> float:
    """The BLEU of one pair with a tokenizer."""
    value = bleu([Sample("", hypothesis, reference)], Tokenizer(name)).value
    assert value is not None
    return value


@each_case
def test_the_figure_is_that_of_words_cut_by_hand(case: Case) -> None:
    """Ours scores as the words do; the wrong tokenizer is 10 points off or more."""
    if case.extra:
        pytest.importorskip(case.extra)
    found = tokenizer(case.language)
    assert found == Tokenizer(case.ours)
    right = figure(case.hypothesis_words, case.reference_words, "none")
    assert 25 < right < 80
    assert figure(case.hypothesis, case.reference, found.name) == pytest.approx(right)
    wrong = figure(case.hypothesis, case.reference, case.wrong)
    assert abs(wrong - right) >= VISIBLE
    assert (wrong < right) == (case.wrong == "13a")


@each_case
def test_tokens_are_the_words_cut_by_hand(case: Case) -> None:
    """What is edited as one is what BLEU counts as one."""
    if case.extra:
        pytest.importorskip(case.extra)
    assert (
        tokenizer(case.language).split(case.reference) == case.reference_words.split()
    )


@pytest.mark.parametrize(
    "spelling",
    ["zh", "zh-CN", "zh_CN", "ZH_cn", "zh-TW", "zh_TW", "zh-Hant", "zh-Hans", "zh_HK"],
)
def test_every_spelling_of_chinese(spelling: str) -> None:
    """One tokenizer, where sacrebleu would take another for most of them."""
    assert tokenizer(spelling) == Tokenizer("zh")


@pytest.mark.parametrize("language", ["th", "my", "km", "lo", "th_TH"])
def test_scripts_without_words(language: str) -> None:
    """Where no blank parts words, characters are counted, and that is no makeshift."""
    assert tokenizer(language) == Tokenizer("char")


def test_every_language_of_the_engine_has_one() -> None:
    """All others are cut as the words of a European language are."""
    others = {code for code in PROFILES if code[:2] not in {"zh", "ja", "ko", "th"}}
    assert len(others) > 60
    assert {tokenizer(code) for code in others} == {Tokenizer("13a")}
    assert tokenizer("pt-BR") == tokenizer("es-419") == Tokenizer("13a")


@pytest.mark.parametrize("language", ["", "xx", "zhh", "klingon", "zh\nes", "13a"])
def test_an_unknown_language(language: str) -> None:
    """It is refused in one line that names it."""
    with pytest.raises(ValueError, match="unknown language") as caught:
        tokenizer(language)
    assert repr(language) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_the_extras(tmp_path: Path) -> None:
    """Japanese and Korean are cut into characters, and a line says what to install."""
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(Path(amts_sphinx.__file__).parent.parent)!r})\n"
        "sys.modules.update({'MeCab': None, 'mecab_ko': None})  # as if not installed\n"
        "from amts_sphinx.evaluation.tokenizers import tokenizer\n"
        "for language in ('ja', 'ko', 'zh'):\n"
        "    found = tokenizer(language)\n"
        "    print(found.name, found.note, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    japanese, korean, chinese = done.stdout.splitlines()
    assert japanese.startswith("char|")
    assert "amts-sphinx[ja]" in japanese
    assert korean.startswith("char|")
    assert "amts-sphinx[ko]" in korean
    assert chinese == "zh|"
