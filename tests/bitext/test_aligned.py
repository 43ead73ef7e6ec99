"""A whole bitext: which documents meet, and that what a file pairs stays paired."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.bitext.aligned import (
    Aligned,
    _as_given,
    align_bitext,
    books_side_by_side,
    split,
)
from amts_sphinx.bitext.alignment import SHOWN, Bead
from amts_sphinx.text.bitext import ENTRY, Bitext, DocumentPair
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Message

ENGLISH, CHINESE = profile("en"), profile("zh")


def page(name: str, *texts: str, code: str = "") -> Page:
    """A page of paragraphs, behind a block of code if there is one."""
    walls = (Wall("code", code),) if code else ()
    messages = (Message(text, (), "paragraph") for text in texts)
    return Page(name, name + code + "".join(texts), (*walls, *messages))


def entries(pairs: Sequence[tuple[str, str]]) -> DocumentPair:
    """A document as a file of pairs gives it, cut into sentences."""

    def side(texts: Sequence[str]) -> Page:
        blocks: list[Message | Wall] = []
        for number, text in enumerate(texts, 1):
            blocks += [Wall(ENTRY, str(number)), Message(text, (), "paragraph")]
        return Page("pairs", "", tuple(blocks))

    ours, theirs = (side([pair[n] for pair in pairs]) for n in (0, 1))
    return DocumentPair(split(ours, ENGLISH), split(theirs, CHINESE), given=True)


def aligned(*documents: DocumentPair) -> list[Aligned]:
    """The documents, aligned."""
    return list(align_bitext(Bitext("en", "zh", documents)))


def numbers(side: Page) -> list[list[int]]:
    """For each message of a page the numbers of its sentences."""
    found, count = [], 0
    for message in side.messages:
        found.append(list(range(count, count + len(message.segments))))
        count += len(message.segments)
    return found


# -- which documents meet --------------------------------------------------------


def test_snapshot_beside_the_translation() -> None:
    """One book holds both: NAME_origin is the source of NAME, other pages have none."""
    both = {
        "fish": page("fish", "鱼。"),
        "fish_origin": page("fish_origin", "Fish."),
        "frogs": page("frogs", "青蛙。"),
    }
    (pair,) = books_side_by_side(both, both)
    assert (pair.source.docname, pair.target.docname) == ("fish", "fish")
    assert [m.text for m in pair.source.messages] == ["Fish."]
    assert books_side_by_side({}, both) == (pair,)


def test_translation_tells_which_source_it_was_made_from() -> None:
    """Of today's page and the snapshot the one with the translation's code is taken."""
    today = {"fish": page("fish", "Fish swim.", code="swim()")}
    kept = page("fish_origin", "Fish float.", code="float()")
    for code, expected in (("swim()", "Fish swim."), ("float()", "Fish float.")):
        there = {"fish": page("fish", "鱼。", code=code), "fish_origin": kept}
        (pair,) = books_side_by_side(today, there)
        assert [m.text for m in pair.source.messages] == [expected]
        assert pair.source.docname == "fish"


def test_snapshot_in_the_source_book() -> None:
    """A source that keeps its own older state is asked the same way."""
    ours = {
        "fish": page("fish", "Fish swim.", code="new()"),
        "fish_origin": page("fish_origin", "Fish float.", code="old()"),
    }
    (pair,) = books_side_by_side(ours, {"fish": page("fish", "鱼。", code="old()")})
    assert [m.text for m in pair.source.messages] == ["Fish float."]


# -- what a file pairs -----------------------------------------------------------


def test_sure_sentences_of_a_given_pair_are_split() -> None:
    """Two plain sentences on either side, full of evidence, become two pairs."""
    pairs = [
        (
            f"There are {n} fish in pond {n + 70}. Call number {n + 300} now.",
            f"池塘 {n + 70} 里有 {n} 条鱼。现在拨打 {n + 300} 号。",
        )
        for n in range(110, 130)
    ]
    (one,) = aligned(entries(pairs))
    assert len(one.beads) == 40
    assert all((len(b.source), len(b.target)) == (1, 1) for b in one.beads)


def test_unsure_sentences_of_a_given_pair_stay_together() -> None:
    """Where one side has a sentence more, the pair stays whole, and sure."""
    (one,) = aligned(entries([("Fish swim. Frogs jump. Why?", "鱼游蛙跳。")]))
    assert one.beads == [Bead((0, 1, 2), (0,), 1.0)]


def test_lost_evidence_loses_no_pair() -> None:
    """Whatever the aligner says, also across messages, each given pair comes back."""
    pair = entries([("A fish. A frog.", "一条鱼。"), ("A bird. A cat.", "鸟。猫。")])
    across = [Bead((0,), (0,), 0.9), Bead((1, 2), (1,), 0.9), Bead((3,), (2,), 0.9)]
    whole = [Bead((0, 1), (0,), 1.0), Bead((2, 3), (1, 2), 1.0)]
    assert _as_given(pair, across) == whole
    nulls = [Bead((n,), (), 0.0) for n in range(4)]
    assert _as_given(pair, [*nulls, *(Bead((), (n,), 0.0) for n in range(3))]) == whole
    unsure = [Bead((0, 1), (0,), 0.1), Bead((2,), (1,), 1.0), Bead((3,), (2,), SHOWN)]
    assert _as_given(pair, unsure) == [
        whole[0],
        Bead((2,), (1,), 1.0),
        Bead((3,), (2,), 1.0),
    ]


ENGLISH_TEXT = st.lists(
    st.sampled_from(["Fish swim.", "There are 12 frogs.", "Why?", "See 3.5 now."]),
    min_size=1,
    max_size=3,
).map(" ".join)
CHINESE_TEXT = st.lists(
    st.sampled_from(["鱼会游泳。", "有 12 只青蛙。", "为什么？", "现在见 3.5。"]),
    min_size=1,
    max_size=3,
).map("".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(ENGLISH_TEXT, CHINESE_TEXT), min_size=1, max_size=5))
def test_no_given_pair_is_lost(pairs: list[tuple[str, str]]) -> None:
    """Every sentence of a given pair is in one sure bead with sentences of its pair."""
    document = entries(pairs)
    (one,) = aligned(document)
    ours, theirs = numbers(document.source), numbers(document.target)
    for left, right in zip(ours, theirs, strict=True):
        beads = [bead for bead in one.beads if set(bead.source) & set(left)]
        assert [i for bead in beads for i in bead.source] == left
        assert [j for bead in beads for j in bead.target] == right
        assert all(bead.source and bead.target for bead in beads)
        assert all(bead.confidence == 1.0 for bead in beads)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(ENGLISH_TEXT, CHINESE_TEXT), min_size=1, max_size=4))
def test_books_are_covered_too(pairs: list[tuple[str, str]]) -> None:
    """Without a file's word every sentence of both pages is in just one bead."""
    source, target = (page("a", *(pair[n] for pair in pairs)) for n in (0, 1))
    document = DocumentPair(split(source, ENGLISH), split(target, CHINESE))
    (one,) = aligned(document)
    for side, used in (
        (document.source, [i for bead in one.beads for i in bead.source]),
        (document.target, [j for bead in one.beads for j in bead.target]),
    ):
        assert used == [n for message in numbers(side) for n in message]
