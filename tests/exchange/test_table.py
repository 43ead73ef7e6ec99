"""CSV and TSV: what Amazon wants goes out, what people have comes in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amts_sphinx.exchange.entries import LONGEST
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.markup import coded
from amts_sphinx.exchange.table import read_table, write_table
from amts_sphinx.text.bitext import ENTRY, Bitext
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Message, Origin

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
EN, ZH, ES = profile("en"), profile("zh"), profile("es")
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file: ``write("a.csv", "en,zh")``."""

    def writing(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return writing


def refuse(line: str) -> None:
    """For files of which nothing is left out."""
    raise AssertionError(line)


def texts(bitext: Bitext) -> list[tuple[str, str]]:
    """The coded texts of all pairs, in order."""
    return [
        (ours.text, theirs.text)
        for document in bitext.documents
        for ours, theirs in zip(
            document.source.messages, document.target.messages, strict=True
        )
    ]


def test_a_table_is_one_document_of_numbered_pairs(write: Write) -> None:
    """Walls with the number stand before both sides; empty sides leave no trace."""
    path = write("book.csv", 'en,zh\nA *b*.,甲*乙*。\nC.,\n ,丁\n"E, f.",戊\n')
    bitext = read_table(path, None, None, refuse)
    assert (bitext.source_language, bitext.target_language) == ("en", "zh")
    (document,) = bitext.documents
    assert (document.origin, document.given) == (Origin.HUMAN, True)
    assert (document.source.docname, document.source.digest) == ("book", "")
    emphasis = coded("A *b*.")
    assert document.source.blocks == (
        Wall(ENTRY, "1", 2),
        Message(*emphasis, "paragraph", 2),
        Wall(ENTRY, "2", 5),
        Message("E, f.", (), "paragraph", 5),
    )
    assert [b for b in document.target.blocks if isinstance(b, Wall)] == [
        b for b in document.source.blocks if isinstance(b, Wall)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_or_without_a_mark(write: Write, encoding: str) -> None:
    """UTF-8 and, with its mark, UTF-16, as spreadsheets write them."""
    path = write("a.tsv", "en\tzh\r\nA.\t甲。\r\n".encode(encoding))
    assert texts(read_table(path, EN, ZH, refuse)) == [("A.", "甲。")]


def test_columns_are_found_by_language(write: Write) -> None:
    """Spellings, order and further columns are the file's affair."""
    path = write("a.csv", "id,zh-Hant,en-US,es_ES,zh-CN\n1,繁,A.,B.,简\n")
    assert texts(read_table(path, EN, ZH, refuse)) == [("A.", "简")]
    assert texts(read_table(path, EN, profile("zh-TW"), refuse)) == [("A.", "繁")]
    assert texts(read_table(path, ES, EN, refuse)) == [("B.", "A.")]
    path = write("b.csv", "zh,en\n甲,A.\n")
    for source, target in ((EN, None), (None, ZH), (EN, ZH)):
        assert texts(read_table(path, source, target, refuse)) == [("A.", "甲")]


def test_further_columns(write: Write) -> None:
    """Documents and origins make documents, lines are taken over, no-texts go."""
    rows = (
        "en,zh,document,line,origin\n"
        "A.,甲,a/b,7,human\nB.,乙,c,,Machine T.\nC.,丙,a/b,x,\nD.,丁,,,failed\n"
    )
    bitext = read_table(write("t.csv", rows), None, None, refuse)
    found = [(d.target.docname, d.origin) for d in bitext.documents]
    assert found == [("a/b", Origin.HUMAN), ("c", Origin.MACHINE)]
    assert [m.line for m in bitext.documents[0].target.messages] == [7, 4]
    assert texts(bitext) == [("A.", "甲"), ("C.", "丙"), ("B.", "乙")]


def test_bad_rows_are_told_with_their_lines(write: Write) -> None:
    """Ragged rows, NUL, bad quotes, endless fields: each costs itself only."""
    long = "x" * (LONGEST + 1)
    told: list[str] = []
    path = write(
        "a.csv", f'en,zh\nA.,甲\nB.\nC.,丙\0\n"D".x,丁\nE.,{long}\nF.,己,x\nG.,庚\n'
    )
    bitext = read_table(path, None, None, told.append)
    assert texts(bitext) == [("A.", "甲"), ("G.", "庚")]
    assert [line.removeprefix(f"{path}:")[:2] for line in told] == [
        f"{number}:" for number in (3, 4, 5, 6, 7)
    ]


def test_tsv_without_quotes_and_with(write: Write) -> None:
    """A sentence that begins with a quotation mark swallows nothing."""
    path = write(
        "a.tsv",
        'en\tzh\n"Yes, he said.\t"是\n"""No""."\t"a ""b"" c"\n5" long.\t"q" r "s"\n',
    )
    assert texts(read_table(path, None, None, refuse)) == [
        ('"Yes, he said.', '"是'),
        ('"No".', 'a "b" c'),
        ('5" long.', '"q" r "s"'),
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "first row"),
        ("a.csv", b"en\nA.\n", "first row"),
        ("a.csv", b"en;zh\nA.;B.\n", "first row"),
        ("a.csv", b"Price is,Le prix\n", "first row"),
        ("a.csv", b"Yes,Ja\n", "--source-language"),
        ("a.csv", b"en,es,zh\nA.,B.,C.\n", "es, zh; give --target-language"),
        ("a.csv", b"en,en\n", "--target-language"),
        ("a.csv", 'en,zh\nA.,"甲\nB.,乙\nC.,丙\n'.encode(), ":2: a quoted field"),
        ("a.csv", b"en,es\nA.,ni\xf1o\n", ":2: byte 11 is not UTF-8"),
        ("a.csv", "en,es\nA.,niño\n".encode("utf-16-le"), ":2: byte 22 is not UTF-8"),
        ("a.csv", "en,es\nA.,si\n".encode("utf-16-le"), "first row"),
        (
            "a.csv",
            "en,es\nA.,niño\n".encode("utf-16")[:-1],
            ":2: byte 28 is not UTF-16",
        ),
        ("a.xlsx", b"PK", ".csv or .tsv"),
    ],
)
def test_what_is_no_table(write: Write, name: str, data: bytes, words: str) -> None:
    """One line that names the file, what is wrong and what to do."""
    path = write(name, data)
    with pytest.raises(ExchangeError) as error:
        read_table(path, None, None, refuse)
    assert str(error.value).startswith(f"{path}:")
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_languages_that_are_not_there(write: Write) -> None:
    """The error names the side, what there is, and the option."""
    path = write("a.csv", "en,zh\nA.,B.\n")
    with pytest.raises(ExchangeError, match=r"source language 'es', only in en, zh; "):
        read_table(path, ES, ZH, refuse)
    with pytest.raises(ExchangeError, match=r"target language 'es', .*--target-lang"):
        read_table(path, EN, ES, refuse)


def test_the_limit_of_the_process_is_left_alone(write: Write) -> None:
    """``csv.field_size_limit`` is as it was, whatever was read."""
    before = csv.field_size_limit()
    told: list[str] = []
    read_table(write("a.csv", f"en,zh\nA.,{'x' * 2_000_000}\n"), EN, ZH, told.append)
    assert len(told) == 1
    assert csv.field_size_limit() == before


def test_what_amazon_wants(tmp_path: Path) -> None:
    """No mark, line feeds, one line a row, quotes doubled and only where needed."""
    rows = [
        ('A "b", c.', "甲\n乙\r\n丙"),
        ("plain", "a\tb"),
        ("=cmd()", " x\0\ud800 "),
        ('"q"', "'"),
    ]
    write_table(tmp_path / "a.csv", "en", "zh", rows)
    assert (tmp_path / "a.csv").read_bytes().decode() == (
        'en,zh\n"A ""b"", c.",甲 乙 丙\nplain,a\tb\n=cmd(), x \n"""q""",\'\n'
    )
    write_table(tmp_path / "a.tsv", "en", "zh", iter(rows))
    assert (tmp_path / "a.tsv").read_bytes().decode() == (
        'en\tzh\n"A ""b"", c."\t甲 乙 丙\nplain\ta b\n=cmd()\t x \n"""q"""\t\'\n'
    )


def test_the_name_of_a_written_table_tells_its_kind(tmp_path: Path) -> None:
    """Nothing is written under a name that does not."""
    with pytest.raises(ExchangeError, match=r"call it \.csv or \.tsv"):
        write_table(tmp_path / "a.txt", "en", "zh", [])
    assert not list(tmp_path.iterdir())


#: one line of text as a pair holds it
lines = st.text(
    st.sampled_from("ab ,\"';=+-@#\t$*`[]()<>&\\文é") | st.characters(codec="utf-8"),
    max_size=12,
).map(lambda text: " ".join(text.split()))
rows = st.lists(st.tuples(lines, lines), max_size=5)


@in_one_folder
@given(rows=rows, suffix=st.sampled_from([".csv", ".tsv", ".tab"]))
def test_what_is_written_is_read(
    tmp_path: Path, rows: list[tuple[str, str]], suffix: str
) -> None:
    """Every row with two sides comes back, in order, and nothing is told."""
    path = tmp_path / f"pairs{suffix}"
    write_table(path, "en", "zh", rows)
    clean = [tuple("".join(c for c in s if _is_text(c)) for s in row) for row in rows]
    expected = [(coded(a)[0], coded(b)[0]) for a, b in clean]
    bitext = read_table(path, None, None, refuse)
    assert texts(bitext) == [pair for pair in expected if all(map(str.strip, pair))]
    before = path.read_bytes()
    write_table(path, "en", "zh", iter(rows))
    assert path.read_bytes() == before


def _is_text(character: str) -> bool:
    """Is it a character that XML 1.0 allows?"""
    return character in "\t\n\r" or (
        character >= " " and character not in "\ufffe\uffff"
    )
