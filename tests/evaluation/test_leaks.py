"""A page that is measured is in nothing that it is measured with."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.evaluation.leaks import (
    Audit,
    Folds,
    HeldOut,
    Resources,
    audit,
    folds,
    held_out,
)
from amts_sphinx.evaluation.sayings import Copy, Saying, alike
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.sentences import with_cuts
from amts_sphinx.text.units import Code, Message, TranslationUnit

ENGLISH = profile("en")
SENTENCES = (
    "The heron stands in the shallow water until a careless fish swims by.",
    "In winter it leaves the frozen pond and follows the river to the sea.",
    "Nobody who has watched it for a whole morning calls it a lazy bird.",
)
MATH = Code("math", "n")


def page(name: str, *texts: str, codes: Sequence[Code] = ()) -> Page:
    """A page of paragraphs; those with codes have these."""
    found = (
        Message(text, tuple(codes) if "<" in text else (), "paragraph")
        for text in texts
    )
    return Page(name, "", tuple(with_cuts(message, ENGLISH) for message in found))


def unit(source: str, document: str = "other", *codes: Code) -> TranslationUnit:
    """A unit of a memory; its target is of no interest."""
    return TranslationUnit(source, "译文", codes, document=document)


def row(source: str, document: str = "other") -> SentencePair:
    """A row of parallel data."""
    return SentencePair(source, "译文", document)


HERON = page("birds/heron", "Summary", " ".join(SENTENCES))
OTHERS = [
    unit("A snail carries its house wherever it goes and is never in a hurry."),
    unit("Foxes bring up their young in a den under the roots of old trees."),
    unit("Summary"),
]


def dropped(found: HeldOut[TranslationUnit]) -> tuple[int, int, int]:
    """The three counts."""
    return found.by_place, found.by_exact_copy, found.by_nearness


def test_counts_by_hand() -> None:
    """One row for each reason, each counted once and for the first reason that holds.

    Headings of three words stay, even where they are the page's own.
    """
    rows = [
        unit(SENTENCES[0], "birds/heron"),
        unit("Something that stands nowhere else at all.", "birds/heron"),
        unit(SENTENCES[0]),
        unit(SENTENCES[1].upper()),
        unit(SENTENCES[2].replace("whole", "long")),
        *OTHERS,
    ]
    found = held_out(rows, ["birds/heron"], [HERON])
    assert dropped(found) == (2, 2, 1)
    assert found.kept == tuple(OTHERS)


def test_the_worse_reason_counts() -> None:
    """Of two sentences that are alike, a row with either is an exact copy."""
    near = SENTENCES[0].replace("careless", "heedless")
    of = page("n", SENTENCES[0], near)
    assert dropped(held_out([unit(SENTENCES[0]), unit(near)], [], [of])) == (0, 2, 0)


def test_a_renamed_page_is_caught() -> None:
    """The name of a page, and of the folder it is in, protects nothing."""
    rows = [unit(sentence, "fowl/grey-heron") for sentence in SENTENCES]
    found = held_out([*rows, *OTHERS], ["birds/heron"], [HERON])
    assert dropped(found) == (0, 3, 0)
    assert found.kept == tuple(OTHERS)
    assert audit(rows, HERON) == Audit("birds/heron", 4, 3, 3)


def test_a_page_pasted_into_another_is_caught() -> None:
    """A sentence is known within a longer paragraph, in front of and behind others."""
    first, last = "It was raining hard that day.", "Then we all went home again."
    rows = [
        row(f"{SENTENCES[0]} {last}"),
        row(f"{first} {SENTENCES[1]} {last}"),
        row(f"{first} {SENTENCES[2].replace('whole', 'long')}"),
        row(f"{first} {last}"),
    ]
    found = held_out(rows, ["birds/heron"], [HERON])
    assert (found.by_place, found.by_exact_copy, found.by_nearness) == (0, 2, 1)
    assert found.kept == (rows[3],)
    assert audit(rows, HERON) == Audit("birds/heron", 4, 2, 3)


@pytest.mark.parametrize("number", range(12))
def test_one_changed_word_is_caught(number: int) -> None:
    """Whichever word it is, and whether it is another, gone, or there twice."""
    words = SENTENCES[0].split()
    word = words[number]
    for instead in ([word[::-1]], [], [word, word]):
        changed = " ".join([*words[:number], *instead, *words[number + 1 :]])
        found = held_out([unit(changed)], [], [HERON])
        assert not found.kept, changed


def test_markup_case_and_punctuation_hide_nothing() -> None:
    """Emphasis, other formulas, other labels, capitals and stops are no other text."""
    text = 'Of all <x id="1"/> herons <g id="2">one</g> stays, see <x id="3"/>.'
    of = page("n", text, codes=[MATH, Code("emphasis", ""), Code("xref", "pond")])
    copies = [
        unit(
            'of all <x id="1"/> herons one stays; see <x id="2"/>',
            "other",
            Code("math", "m"),
            Code("xref", "lake"),
        ),
        unit("Of all herons one stays — see"),
    ]
    assert dropped(held_out(copies, [], [of])) == (0, 2, 0)
    rows = [row("Of all $m + 1$ herons one stays, see [1].")]
    assert held_out(rows, [], [of]).by_exact_copy == 1


def test_code_words_are_words() -> None:
    """A sentence about another name is another sentence, though nearly the same."""
    text = 'Call <x id="1"/> before the first heron of the year is counted.'
    of = page("n", text, codes=[Code("literal", "open")])
    shown = [row("Call open before the first heron of the year is counted.")]
    assert held_out(shown, [], [of]).by_exact_copy == 1
    other = unit(text, "other", Code("literal", "close"))
    assert dropped(held_out([other], [], [of])) == (0, 0, 1)


def test_unrelated_headings_stay() -> None:
    """Titles of one pattern, short ones, and sentences that begin alike."""
    of = page(
        "n",
        "Summary",
        "Counting the Herons of the North",
        "Feeding a young heron by hand",
        "Exercises and answers",
    )
    rows = [
        unit("Summary"),
        unit("Counting the Foxes of the South"),
        unit("Feeding a young rabbit by night"),
        unit("Exercises and Answers"),
        unit("Counting the herons of the north is the work of many volunteers."),
    ]
    found = held_out(rows, [], [of])
    assert found.kept == tuple(rows)
    assert audit(rows, of) == Audit("n", 4, 0, 0)


def test_a_message_is_known_where_its_sentences_are_too_short() -> None:
    """Three words tell nothing, two such sentences together do."""
    of = page("n", "Herons fish. Foxes hunt.")
    assert audit([unit("Herons fish.")], of) == Audit("n", 2, 0, 0)
    assert audit([unit("Herons fish. Foxes hunt.")], of) == Audit("n", 2, 2, 2)


def test_chinese_is_read_by_characters() -> None:
    """Two characters count as a word; a copy with another character is caught."""
    of = page("n", "小结与练习", "冬天里苍鹭离开结冰的池塘,沿着河流飞向大海。")
    rows = [unit("小结与练习"), unit("冬天里苍鹭离开结冰的湖塘,沿着河流飞向大海!")]
    assert dropped(held_out(rows, [], [of])) == (0, 0, 1)


def test_only_exact_leaks_forbid_comparison() -> None:
    """A near copy is told; a copy makes the page's score no score."""
    near = audit([unit(SENTENCES[2].replace("whole", "long"))], HERON)
    assert near == Audit("birds/heron", 4, 0, 1)
    assert near.comparable
    exact = audit([unit(SENTENCES[2])], HERON)
    assert exact == Audit("birds/heron", 4, 1, 1)
    assert not exact.comparable
    assert audit([unit("Summary")], HERON).comparable


def test_a_document_is_held_out_without_its_page() -> None:
    """A name is enough for what comes from there; texts need the page."""
    rows = [unit("Rain falls.", "a"), unit("Rain falls.", "b"), *OTHERS]
    found = held_out(rows, ["a"], [])
    assert dropped(found) == (1, 0, 0)
    assert found.kept == tuple(rows[1:])
    assert dropped(held_out(OTHERS, [], [page("other")])) == (3, 0, 0)


def test_one_index_answers_for_every_page() -> None:
    """Asked about two pages in turn it says what two indexes would say."""
    fox = page("fox", "Foxes bring up their young in a den under the roots of trees.")
    rows = [*OTHERS, *map(unit, SENTENCES)]
    known = Resources(rows)
    for one in (HERON, fox, HERON):
        assert known.held_out([], [one]) == held_out(rows, [], [one])
        assert known.audit(one) == audit(rows, one)


# -- rules that always hold ------------------------------------------------------

WORDS = st.sampled_from(
    (
        "heron",
        "herons",
        "pond",
        "the",
        "of",
        "in",
        "e.g.",
        "3.5",
        "water.",
        "Why?",
        "池",
    )
)
TEXTS = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
PAGES = st.lists(TEXTS, max_size=4).map(lambda texts: page("page", *texts))
UNITS = st.lists(
    st.builds(unit, TEXTS, st.sampled_from(("page", "a", "b"))), max_size=8
)


@settings(max_examples=200, deadline=None)
@given(rows=UNITS, of=PAGES, data=st.data())
def test_what_is_held_out_is_not_there(
    rows: list[TranslationUnit], of: Page, data: st.DataObject
) -> None:
    """After the page is held out nothing of it is left, also where it was pasted."""
    for message in of.messages:
        before, after = (data.draw(st.just("") | TEXTS) for _ in "ba")
        rows.append(unit(f"{before} {message.text} {after}".strip(), "c"))
    found = held_out(rows, ["page"], [of])
    left = audit(found.kept, of)
    assert left.leaked_exact == left.leaked_fuzzy90 == 0
    assert left.comparable
    assert len(found.kept) + sum(dropped(found)) == len(rows)
    assert held_out(found.kept, ["page"], [of]).kept == found.kept


@settings(max_examples=100, deadline=None)
@given(rows=UNITS, of=PAGES, seed=st.integers(0, 99))
def test_order_changes_nothing(
    rows: list[TranslationUnit], of: Page, seed: int
) -> None:
    """Shuffled rows give the same counts, the same audit, and the same rows."""
    mixed = random.Random(seed).sample(rows, len(rows))  # noqa: S311 - only an order
    first, second = (held_out(each, ["page"], [of]) for each in (rows, mixed))
    assert sorted(first.kept) == sorted(second.kept)
    assert dropped(first) == dropped(second)
    assert audit(rows, of) == audit(mixed, of)


@settings(max_examples=100, deadline=None)
@given(rows=UNITS, others=UNITS, of=PAGES)
def test_other_rows_change_nothing(
    rows: list[TranslationUnit], others: list[TranslationUnit], of: Page
) -> None:
    """Whether a row is a copy depends on itself and the page alone."""
    alone = [held_out([one], [], [of]).kept for one in rows]
    together = held_out([*rows, *others], [], [of]).kept
    assert together[: sum(map(len, alone))] == tuple(
        one for (one,) in filter(None, alone)
    )


@settings(max_examples=200, deadline=None)
@given(a=st.text("abcd", max_size=40), b=st.text("abcd", max_size=40))
def test_likeness_is_symmetric_and_not_below_the_memorys(a: str, b: str) -> None:
    """What the memory takes for 0.9 alike is alike here too, either way round."""
    assert alike(a, b) == alike(b, a)
    if SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.9 and a and b:
        assert alike(a, b)


def common(a: str, b: str) -> int:
    """The longest common subsequence, from the textbook."""
    above = [0] * (len(b) + 1)
    for x in a:
        row = [0]
        for place, y in enumerate(b):
            row.append(above[place] + 1 if x == y else max(above[place + 1], row[-1]))
        above = row
    return above[-1]


@given(a=st.text("ab", max_size=24), b=st.text("ab", max_size=24))
def test_likeness_is_that_of_the_textbook(a: str, b: str) -> None:
    """At least nine tenths of both texts, as the table of all prefixes finds it."""
    expected = bool(a + b) and 20 * common(a, b) >= 9 * (len(a) + len(b))
    assert alike(a, b) == expected


def test_nine_tenths_are_enough_and_less_is_not() -> None:
    """One letter of ten may be another, one of nine may not."""
    assert alike("a" * 9 + "b", "a" * 9 + "c")
    assert not alike("a" * 8 + "b", "a" * 8 + "c")
    assert not alike("", "")


def test_sayings() -> None:
    """Words, stops, and what is too short to be known."""
    said = Saying.of("Ab-c. D’e [2] $x$ ﬁn! ?")
    assert said.words == ("ab", "c", "d", "e", "fin")
    assert said.stops == (0, 2, 5)
    assert said.copied(Saying.of("D E FIN")) is Copy.EXACT
    assert said.copied(Saying.of("c d e")) is Copy.NONE
    assert Saying.of("…") == Saying((), (0,))
    assert not Saying.of("one two three").tells
    assert Saying.of("one two three four").tells


# -- folds -----------------------------------------------------------------------


def test_folds_are_whole_chapters() -> None:
    """Chapters stay together, groups are as equal as they can be, none is empty."""
    names = ["index", "a/1", "a/2", "a/3", "b/1", "b/2", "c/1", "c/deep/1"]
    assert folds(names, 2) == Folds(
        (("a/1", "a/2", "a/3", "c/deep/1"), ("b/1", "b/2", "c/1", "index")),
        {
            **dict.fromkeys(("a/1", "a/2", "a/3"), 0),
            **dict.fromkeys(("b/1", "b/2", "c/1"), 1),
            "c/deep/1": 0,
            "index": 1,
        },
    )
    assert len(folds(names, 99).groups) == 5
    assert folds([], 3) == Folds((), {})
    with pytest.raises(ValueError, match="0 groups"):
        folds(names, 0)


@given(
    names=st.lists(st.from_regex("[ab](/[abc]){0,2}", fullmatch=True)),
    count=st.integers(1, 5),
    seed=st.integers(0, 9),
)
def test_folds_depend_on_nothing_but_the_documents(
    names: list[str], count: int, seed: int
) -> None:
    """Any order gives the same groups; each document is in just one; chapters hold."""
    found = folds(names, count)
    mixed = random.Random(seed).sample(names, len(names))  # noqa: S311 - only an order
    assert folds(mixed, count) == found
    assert sorted(name for group in found.groups for name in group) == sorted({*names})
    assert all(found.fold[n] == i for i, g in enumerate(found.groups) for n in g)
    folder: dict[str, set[int]] = {}
    for name, number in found.fold.items():
        if "/" in name:
            folder.setdefault(name.rpartition("/")[0], set()).add(number)
    assert all(len(numbers) == 1 for numbers in folder.values())
    assert all(found.groups)


@pytest.mark.slow
def test_a_book_of_twenty_thousand_rows_takes_seconds() -> None:
    """Indexed once, and asked about a page of 200 sentences, all of which it holds."""
    made = random.Random(5)  # noqa: S311 - made-up words
    words = [f"w{n}" for n in range(3000)]
    often = [1 / (n + 5) for n in range(3000)]
    rows = [unit(" ".join(made.choices(words, often, k=14))) for _ in range(20_000)]
    of = page("page", *(rows[n * 100].source + "." for n in range(200)))
    start = time.process_time()
    found = held_out(rows, [], [of])
    assert time.process_time() - start < 5
    assert found.by_exact_copy >= 200
    assert audit(found.kept, of).leaked_fuzzy90 == 0
