"""A glossary is read with care, and its terms are found where they stand."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.bitext.terminology import (
    Term,
    Terminology,
    TerminologyError,
    read_terms,
    stands_in,
)

GLOSSARY = "en,zh\nsourdough starter,天然酵种|酵头\nstarter,发酵剂\ncrust,外皮\n"


def read(folder: Path, text: str | bytes, target: str = "zh") -> Terminology:
    """The terminology in a file of this content."""
    path = folder / "terms.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_terms(path, "en", target)


def found(text: str, *sources: str) -> list[str]:
    """The terms of these that stand in a text."""
    terms = Terminology(tuple(Term(source, ("x",)) for source in sources))
    return [term.source for term in terms.occurrences(text)]


# -- the file ----------------------------------------------------------------------


def test_a_file_is_read(tmp_path: Path) -> None:
    """Terms in the order of the file, each with its translations in theirs."""
    assert read(tmp_path, GLOSSARY).terms == (
        Term("sourdough starter", ("天然酵种", "酵头")),
        Term("starter", ("发酵剂",)),
        Term("crust", ("外皮",)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GLOSSARY,
        GLOSSARY.replace("\n", "\r\n"),
        GLOSSARY.replace("\n", "\n\n").replace("crust,外皮", " crust , 外皮 "),
        GLOSSARY.replace("天然酵种|酵头", '"天然酵种 | 酵头 ||天然酵种"'),
        "en,es,zh\nsourdough starter,a,天然酵种|酵头\nstarter,b,发酵剂\ncrust,c,外皮",
        GLOSSARY + "crust,外皮\n",
    ],
)
def test_the_same_file(tmp_path: Path, text: str) -> None:
    """How it was saved, spaced and repeated makes no other terms."""
    assert read(tmp_path, text) == read(tmp_path, GLOSSARY)


def test_terms_that_differ_in_case_are_one(tmp_path: Path) -> None:
    """A service may tell them apart; who reads a text cannot, and takes either."""
    terms = read(tmp_path, "en,zh\nTransformer,Transformer\ntransformer,变压器\n")
    assert terms.terms == (Term("Transformer", ("Transformer", "变压器")),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "terms.csv:1: the first row must begin with en and name zh"),
        ("zh,en\n外皮,crust\n", "terms.csv:1: the first row"),
        ("en,es\ncrust,corteza\n", "terms.csv:1: the first row"),
        ("en;zh\ncrust;外皮\n", "terms.csv:1: the first row"),
        ("\n\nen,es\n", "terms.csv:3: the first row"),
        ("en,zh\ncrust,外皮\nloaf,\n", "terms.csv:3: a term or its translation"),
        ("en,zh\nloaf\n", "terms.csv:2: a term or its translation"),
        ("en,zh\nloaf, | \n", "terms.csv:2: a term or its translation"),
        ("en,zh\n,面包\n", "terms.csv:2: a term or its translation"),
        ("en,zh\n \t,面包\n", "terms.csv:2: a term or its translation"),
        ('en,zh\n"a\nb",c\nloaf,\n', "terms.csv:4: a term or its translation"),
        ("en,zh\nloaf,面包\nloaf,大面包\n", "terms.csv:3: this term stands above"),
        ("en,zh\nloaf,面包|大面包\nloaf,面包\n", "terms.csv:3: this term stands"),
        ('en,zh\ncrust,外皮\nloaf,"面包\n', "terms.csv:3: is no CSV"),
        ("en,zh\nloaf," + "x" * 150_000, "terms.csv:2: is no CSV"),
        (b"en,zh\nloaf,\xff\xfe\n", "terms.csv: is not in UTF-8"),
    ],
    ids=range(16),
)
def test_a_wrong_file(tmp_path: Path, text: str | bytes, said: str) -> None:
    """File, line, what is wrong and what to do, in one line without a folder."""
    with pytest.raises(TerminologyError) as info:
        read(tmp_path, text)
    assert str(info.value).startswith(said)
    assert "\n" not in str(info.value)
    assert str(tmp_path) not in str(info.value)


def test_no_file(tmp_path: Path) -> None:
    """It is said that it cannot be read, and why."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TerminologyError, match=f"^{path.name}: cannot be read"):
            read_terms(path, "en", "zh")


# -- the source --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["crust", "The crust.", "CRUST", "crusts", "Crust-like", "(crust)", "a crust\n"],
)
def test_a_whole_word_is_found(text: str) -> None:
    """In either case, as a plural, beside any punctuation."""
    assert found(text, "crust") == ["crust"]
    assert found(text, "Crust") == ["Crust"]


@pytest.mark.parametrize(
    "text", ["", "crustacean", "encrust", "crusty", "crust_2", "crustss", "cru st"]
)
def test_a_part_of_a_word_is_none(text: str) -> None:
    """Nothing is found within another word."""
    assert found(text, "crust") == []


def test_plurals() -> None:
    """-s and -es, at the end of the term only."""
    assert found("batches of loafs, n-grams", "batch", "n-gram") == ["batch", "n-gram"]
    assert found("batches size; sized, batch sizeses", "batch size", "sized") == [
        "sized"
    ]


def test_a_term_beats_the_plural_of_another() -> None:
    """What stands in the glossary itself is meant."""
    assert found("the glasses", "glass", "glasses") == ["glasses"]


def test_the_longest_term_takes_the_place() -> None:
    """A shorter term within it is not counted there, but elsewhere it is."""
    text = "A sourdough starter is a starter; feed sourdough\nstarters."
    assert found(text, "starter", "sourdough starter") == [
        "sourdough starter",
        "starter",
        "sourdough starter",
    ]


def test_signs_and_blanks_within_terms() -> None:
    """Terms may hold signs; how wide a blank is does not matter."""
    assert found("C++ and n-grams in a   row", "C++", "n-gram", "a row") == [
        "C++",
        "n-gram",
        "a row",
    ]


def test_a_source_without_blanks() -> None:
    """Where no blank parts the words, a term is found as a string."""
    assert found("用天然酵种做的面包", "酵种", "面包", "天然酵种") == [
        "天然酵种",
        "面包",
    ]


# -- the target --------------------------------------------------------------------


@pytest.mark.parametrize("text", ["用酵头做。", "用 天然 酵种 做。"])
def test_any_variant_will_do(text: str) -> None:
    """Wherever it stands, and however it is spaced."""
    assert stands_in(Term("starter", ("天然酵种", "酵头")), text)


def test_case_and_inflection_of_the_target() -> None:
    """Case is folded; an ending does no harm; another word is no translation."""
    term = Term("sourdough", ("masa madre",))
    assert stands_in(term, "La Masa  Madre crece.")
    assert stands_in(Term("crust", ("Kruste",)), "Mit KRUSTEN.")
    assert not stands_in(term, "La masa crece, madre.")
    assert not stands_in(term, "")


# -- any text ----------------------------------------------------------------------

CELLS = st.text(
    st.characters(exclude_categories=["C", "Z"], include_characters="\",;' \n"),
    min_size=1,
    max_size=8,
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_any_table_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Nothing but its own error is raised, and each term is found in itself."""
    out = io.StringIO()
    csv.writer(out).writerows([("en", "zh"), *rows])
    try:
        terms = read(tmp_path_factory.getbasetemp(), out.getvalue())
    except TerminologyError:
        return
    for term in terms.terms:
        assert list(terms.occurrences(term.source)) == [term]
        assert stands_in(term, term.targets[-1])


@given(st.text(st.characters(), max_size=40))
def test_any_text_is_searched(text: str) -> None:
    """Surrogates, control characters and the like are just no terms."""
    terms = Terminology((Term("a", ("b",)), Term("ß", ("ss",))))
    assert all(term in terms.terms for term in terms.occurrences(text))
    assert stands_in(Term("x", (text,)), f"a{text}b")
