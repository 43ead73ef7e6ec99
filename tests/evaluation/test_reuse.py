"""What a newer state of a book keeps, counted by hand and held to its rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.evaluation.reuse import Reuse, itself, reuse
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.sentences import with_cuts
from amts_sphinx.text.units import Code, Message, Rung, TranslationUnit

ENGLISH = profile("en")


def page(name: str, *texts: str, codes: Sequence[Code] = ()) -> Page:
    """A page of paragraphs; each may use the codes."""
    found = (
        Message(text, tuple(codes) if "<" in text else (), "paragraph")
        for text in texts
    )
    return Page(name, "", tuple(with_cuts(message, ENGLISH) for message in found))


def book(*pages: Page) -> Mapping[str, Page]:
    """Pages by name."""
    return {one.docname: one for one in pages}


def measured(old: Mapping[str, Page], new: Mapping[str, Page]) -> Reuse:
    """What the new state keeps, if all of the old one is translated."""
    return reuse(itself(old.values()), old, new)


#: about as long as a sentence of a book, so that one word more is a small change
LONG = (
    "Every sentence that people have translated stays as it is, word for word, until "
    "somebody edits the sentence of the source that it was made from, and then it is "
    "{}shown with a mark until the translators have looked at it again."
)


def test_every_rung_counted_by_hand() -> None:
    """One sentence for each rung, its characters on that rung and on no other."""
    strong = Code("strong", "")
    old = book(
        page("a", "Fish swim.", "Frogs jump over the old stone.", LONG.format("")),
        page("b", "Nobody has ever counted the birds that live around here."),
    )
    new = book(
        page(
            "a",
            "Fish swim.",
            'frogs jump over the <g id="1">old</g> stone!',
            LONG.format("always "),
            codes=[strong],
        ),
        page(
            "b",
            "Nobody has ever counted the birds that nest around here.",
            "Yesterday it rained.",
        ),
    )
    found = measured(old, new)
    assert found.by_rung == {
        Rung.HUMAN_EXACT: 10,
        Rung.HUMAN_COSMETIC: 30,
        Rung.STALE_NEAR: len(LONG.format("always ")),
        Rung.STALE_FAR: 56,
        Rung.SOURCE: 20,
    }
    assert found.total == found.by_rung.total() == 116 + len(LONG.format("always "))
    assert (found.sentence, found.paragraph, found.file) == (10, 10, 0)


def test_coarser_units_keep_less() -> None:
    """One edited sentence costs itself, its paragraph or its whole file."""
    old = book(
        page("a", "Fish swim. Frogs jump.", "Birds sing."), page("b", "Cats sleep.")
    )
    new = book(
        page("a", "Fish swim. Herons wait.", "Birds sing."), page("b", "Cats sleep.")
    )
    found = measured(old, new)
    assert found.total == 10 + 12 + 11 + 11
    assert found.sentence == 10 + 11 + 11
    assert found.paragraph == 11 + 11
    assert found.file == 11


def test_moved_text_is_kept_by_smaller_units_only() -> None:
    """A paragraph moved to another page is the same paragraph, in another file."""
    old = book(page("a", "Fish swim.", "Frogs jump."), page("b", "Cats sleep."))
    new = book(page("a", "Fish swim."), page("b", "Cats sleep.", "Frogs jump."))
    found = measured(old, new)
    assert found.sentence == found.paragraph == found.total == 32
    assert found.file == 0


def test_other_formula_costs_paragraph_and_file() -> None:
    """A sentence may hold another formula, as in a build; its paragraph may not."""
    text = 'There are <x id="1"/> fish.'
    old = book(page("a", text, codes=[Code("math", "n")]))
    new = book(page("a", text, codes=[Code("math", "m")]))
    found = measured(old, new)
    assert (found.sentence, found.paragraph, found.file) == (16, 0, 0)
    assert measured(old, old).file == len("There are  fish.")


def test_only_what_was_translated_counts() -> None:
    """Sentences without a person's unit are lost, though the book did not change."""
    state = book(page("a", "Fish swim. Frogs jump."))
    person = TranslationUnit("Fish swim.", "鱼会游泳。", (), document="a")
    found = reuse([person], state, state)
    assert found.by_rung == {Rung.HUMAN_EXACT: 10, Rung.SOURCE: 11}
    assert found.sentence == found.paragraph == found.file == 10


def test_empty_books() -> None:
    """Nothing keeps nothing."""
    assert measured({}, {}) == Reuse()
    assert measured(book(page("a", "Fish swim.")), book(page("a"))) == Reuse()


SENTENCES = st.sampled_from(
    ["Fish swim.", "Frogs jump.", "fish swim!", "Birds sing loudly.", "Why?", "12"]
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=3).map(" ".join)
BOOKS = st.dictionaries(
    st.sampled_from("abc"), st.lists(PARAGRAPHS, max_size=3), max_size=3
).map(lambda pages: book(*(page(name, *texts) for name, texts in pages.items())))


@settings(max_examples=60, deadline=None)
@given(old=BOOKS, new=BOOKS)
def test_smaller_units_never_keep_less(
    old: Mapping[str, Page], new: Mapping[str, Page]
) -> None:
    """File by file keeps at most what paragraphs keep, and those what sentences do."""
    found = measured(old, new)
    assert found.total == found.by_rung.total()
    assert found.total >= found.sentence >= found.paragraph >= found.file >= 0
    assert found.sentence == found.by_rung[Rung.HUMAN_EXACT]


@settings(max_examples=30, deadline=None)
@given(state=BOOKS)
def test_a_book_keeps_itself(state: Mapping[str, Page]) -> None:
    """Between two equal states nothing is lost by any unit."""
    found = measured(state, state)
    assert found.file == found.total
