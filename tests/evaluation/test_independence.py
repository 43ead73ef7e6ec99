"""Edited drafts are told from translations of the source."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amts_sphinx.bitext.aligned import align_bitext, books_side_by_side, split
from amts_sphinx.bitext.pairs import pair
from amts_sphinx.evaluation.independence import (
    ENOUGH,
    RUN,
    Evidence,
    Independence,
    Provenance,
    evidence,
    provenance,
)
from amts_sphinx.memory.drafts import Draft
from amts_sphinx.sphinx_ext.books import read_pages
from amts_sphinx.text.bitext import Bitext
from amts_sphinx.text.languages import profile
from amts_sphinx.text.units import Origin, TranslationUnit

LATIN = [
    *("la garza", "el zorro", "una liebre", "come", "duerme", "espera", "cerca"),
    *("del río", "en invierno", "bajo", "los árboles", "viejos", "sin prisa", "y"),
    *("nunca", "siempre", "con", "sus crías", "cada mañana", "hasta", "la noche"),
]
CHINESE = [
    *("苍鹭", "狐狸", "野兔", "吃鱼", "睡觉", "等待", "河边", "冬天", "在", "树下"),
    *("慢慢", "从不", "总是", "和", "孩子", "每天", "早上", "直到", "夜里", "的"),
]
#: what makes a person's sentence of a draft's words
Human = Callable[[random.Random, list[str]], list[str]]


def edited(made: random.Random, words: list[str]) -> list[str]:
    """A draft in which one word in five is another."""
    return [made.choice(words) if made.random() < 0.2 else word for word in words]


def another(made: random.Random, words: list[str]) -> list[str]:
    """The very words of the draft in another order: more than a translator shares."""
    return made.sample(words, len(words))


def judged(
    human: Human,
    words: list[str],
    joiner: str,
    count: int = 150,
    length: int = 24,
) -> tuple[Evidence, ...]:
    """The evidence of so many made-up sentences."""
    made = random.Random(11)  # noqa: S311 - made-up text
    drafts, references = [], []
    for number in range(count):
        source, draft = f"Sentence {number}.", made.choices(words, k=length)
        drafts.append(Draft(source, joiner.join(draft), (), "k", "amazon", 0))
        final = joiner.join(human(made, draft))
        references.append(TranslationUnit(source, final, ()))
    return evidence(drafts, references)


@pytest.mark.parametrize(("words", "joiner"), [(LATIN, " "), (CHINESE, "")])
def test_edited_drafts_are_known(words: list[str], joiner: str) -> None:
    """One word in five is changed, in letters or in characters: it is a post-edit."""
    found = judged(edited, words, joiner)
    assert found[0].shows is Independence.POST_EDITED
    assert str(provenance(found)) == "post-edit of amazon"


@pytest.mark.parametrize(("words", "joiner"), [(LATIN, " "), (CHINESE, "")])
def test_other_translations_are_known(words: list[str], joiner: str) -> None:
    """All words of the draft, in an order of their own: it is independent."""
    found = judged(another, words, joiner)
    assert found[0].shows is Independence.INDEPENDENT
    assert provenance(found) == Provenance(Independence.INDEPENDENT)
    assert str(provenance(found)) == "independent"


def test_few_sentences_prove_nothing() -> None:
    """Nor do many that are shorter than a run, nor a share between the two bounds."""
    for few in (
        judged(edited, LATIN, " ", count=ENOUGH - 1),
        judged(edited, CHINESE, "", length=3),
        judged(edited, LATIN, " ", count=0),
        (Evidence("amazon", 500, 0.15),),
    ):
        assert provenance(few) == Provenance(Independence.UNKNOWN)
    assert str(provenance([])) == "unknown"


def test_what_drafts_show_goes_before_what_is_stated() -> None:
    """A statement counts where drafts show nothing."""
    amazon = Provenance(Independence.POST_EDITED, "amazon")
    alone = Provenance(Independence.INDEPENDENT)
    edits, others = judged(edited, LATIN, " "), judged(another, LATIN, " ")
    assert provenance(edits, alone) == amazon
    assert provenance(others, amazon) == alone
    assert provenance([], amazon) == amazon
    assert provenance([Evidence("amazon", 500, 0.15)], amazon) == amazon
    unnamed = Provenance(Independence.POST_EDITED)
    assert str(unnamed) == "post-edit of an unknown engine"


def test_drafts_of_one_engine_do_not_clear_another() -> None:
    """Somebody edited Amazon's; Apertium's drafts cannot show the contrary."""
    amazon = Provenance(Independence.POST_EDITED, "amazon")
    others = [Evidence("apertium", 500, 0.01)]
    assert provenance(others, amazon) == amazon
    assert provenance(others) == Provenance(Independence.INDEPENDENT)


def test_the_engine_is_named_that_most_was_kept_of() -> None:
    """Engines answer alike; the label names the one that was edited."""
    found = [Evidence("a", 200, 0.3), Evidence("b", 200, 0.6), Evidence("c", 200, 0.01)]
    assert provenance(found).engine == "b"


def test_kept_by_hand() -> None:
    """Runs of thirty letters are counted with all their letters, shorter ones not."""
    head = "aaaaaaaaaa bbbbbbbbbb cccccccccc"
    draft = Draft("One.", f"{head} dddddddddd", (), "k", "e", 0)
    units = [
        TranslationUnit("One.", f"{head} eeeeeeeeee", ()),
        TranslationUnit("One.", "aaaaaaaaaa bbbbbbbbbb xxxxxxxxxx dddddddddd", ()),
        TranslationUnit("One.", f"{head} dddddddddd", (), origin=Origin.MACHINE),
        TranslationUnit("Two.", f"{head} dddddddddd", ()),
        TranslationUnit("One.", "a" * (RUN - 1), ()),
    ]
    assert evidence([draft], units) == (Evidence("e", 2, 30 / 80),)


def test_names_of_the_source_are_nobodys_translation() -> None:
    """A run that stands in the source too was copied by both."""
    name = "Bidirectional Encoder Representations from Transformers"
    draft = Draft(name, name, (), "k", "e", 0)
    assert evidence([draft], [TranslationUnit(name, name, ())]) == (
        Evidence("e", 1, 0),
    )


# -- a real reference that began as an engine's drafts ---------------------------

CHAPTER = "chapter_natural-language-processing-applications"


def units(folder: Path, source: str, target: str) -> Iterator[TranslationUnit]:
    """The units of one chapter in two folders."""
    sides = []
    for name, code in ((source, "en"), (target, "zh")):
        root = folder / name
        language = profile(code)
        found, _ = read_pages(
            root,
            language,
            lambda _line: None,
            like=folder / source,
            unwrap=code == "zh",
        )
        pages = {n: split(p, language) for n, p in found.items() if CHAPTER in n}
        sides.append(pages)
    documents = books_side_by_side(*sides)
    for each in align_bitext(Bitext("en", "zh", documents)):
        sides_of = each.documents
        yield from pair(sides_of.source, sides_of.target, each.beads).units


@pytest.mark.slow
def test_a_real_post_edit_is_found(d2l: Path, tmp_path: Path) -> None:
    """People made d2l-zh of Amazon's drafts and kept a fifth of them in long runs."""
    folder = tmp_path / "d2l"
    for name in ("en", "zh", "draft/en", "draft/zh"):
        for path in (d2l / name / CHAPTER).glob("*.md"):
            (folder / name / CHAPTER).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / name / CHAPTER)
        (folder / name / "conf.py").write_text(
            'extensions = ["myst_parser"]\nroot_doc = "CHAPTER/index"\n'
            'myst_enable_extensions = ["dollarmath", "amsmath"]\n'.replace(
                "CHAPTER", CHAPTER
            ),
            "utf-8",
        )
    drafts = [
        Draft(unit.source, unit.target, unit.source_codes, "k", "amazon", 0)
        for unit in units(folder, "draft/en", "draft/zh")
    ]
    found = evidence(drafts, units(folder, "en", "zh"))
    assert found[0].sentences > 200
    assert 0.2 < found[0].kept < 0.4
    assert str(provenance(found)) == "post-edit of amazon"
