"""PO catalogs: what a person stands behind is a pair, all else is counted or told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.markup import coded
from amts_sphinx.exchange.po import read_po
from amts_sphinx.text.bitext import ENTRY, Bitext
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Message, Origin

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
EN, ZH, ES = profile("en"), profile("zh"), profile("es")
Write = Callable[[str, str], Path]
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a catalog under a path, below a header in Chinese."""

    def writing(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + text, encoding="utf-8")
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


def entry(ours: str, theirs: str, before: str = "") -> str:
    """One entry."""
    return f'{before}msgid "{ours}"\nmsgstr "{theirs}"\n\n'


def test_a_catalog_is_one_document_of_numbered_pairs(write: Write) -> None:
    """Markup becomes codes; the line is the translation's."""
    path = write(
        "book.po",
        entry("See :ref:`x`.", "见 :ref:`x`。", "#: ../a.rst:7\n#, python-format\n")
        + 'msgctxt "menu"\nmsgid ""\n"A "\n"**b**.\\n"\nmsgstr ""\n"甲"\n"**乙**。"\n',
    )
    bitext = read_po(path, EN, None, refuse)
    assert (bitext.source_language, bitext.target_language) == ("en", "zh")
    (document,) = bitext.documents
    assert (document.origin, document.given) == (Origin.HUMAN, True)
    assert document.source.docname == "book"
    assert document.target.blocks == (
        Wall(ENTRY, "1", 9),
        Message(*coded("见 :ref:`x`。"), "paragraph", 9),
        Wall(ENTRY, "2", 15),
        Message(*coded("甲**乙**。"), "paragraph", 15),
    )
    assert next(document.source.messages).text == 'See <x id="1"/>.'


def test_what_nobody_stands_behind_is_counted(write: Write) -> None:
    """Fuzzy, obsolete and untranslated entries: one line for all."""
    path = write(
        "a.po",
        entry("A.", "甲")
        + entry("B.", "乙", '#, python-format, fuzzy\n#| msgid "b"\n')
        + entry("C.", "")
        + '#, fuzzy\n#~| msgid "x"\n#~ msgid "D."\n#~ msgstr ""\n#~ "丁"\n\n'
        + entry("E.", "戊"),
    )
    told: list[str] = []
    assert texts(read_po(path, EN, ZH, told.append)) == [("A.", "甲"), ("E.", "戊")]
    (line,) = told
    assert line.startswith(f"{path}: 1 fuzzy, 1 obsolete, 1 untranslated: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "B.\nmsgstr "乙"\n', 9),
        ('msgid "B."\nmsgstr "乙\n', 10),
        ('msgid "B."\nmsgstr "a " b"\n', 10),
        ('msgid "B."\nwhatever\nmsgstr "乙"\n', 10),
        ('msgid "B."\n\n', 9),
        ('msgstr "乙"\n', 9),
        ('msgid "B."\nmsgid_plural "Bs."\nmsgstr "乙"\n', 9),
        ('msgid "B."\nmsgstr[0] "乙"\n', 9),
        ('msgid "B."\nmsgid_plural "Bs."\nmsgstr[-9] "乙"\n', 11),
        ('msgid "B."\nmsgid_plural "Bs."\nmsgstr[x] "乙"\n', 11),
        ('msgid "B."\nmsgid_plural "Bs."\nmsgstr[6] "乙"\n', 11),
        ('msgid "B."\nmsgstr "乙"\nmsgstr "丙"\n', 11),
        ('msgstr "乙"\nmsgid "B."\n', 9),
        ('msgctxt "c"\nmsgid ""\nmsgstr "Plural-Forms: nplurals=999999999;\\n"\n', 9),
        ('#~ msgid "B."\n', 9),
        ('# c\n"B."\n', 10),
        ('msgid "B.\nmsgid "D."\n', 9),
        ("whatever\n", 9),
    ],
)
def test_a_bad_entry_costs_only_itself(write: Write, text: str, line: int) -> None:
    """It is told with its line, and its neighbours are read."""
    told: list[str] = []
    path = write("a.po", f"{entry('A.', '甲')}{text}# c\n{entry('C.', '丙')}")
    assert texts(read_po(path, EN, ZH, told.append)) == [("A.", "甲"), ("C.", "丙")]
    assert told[0].startswith(f"{path}:{line}: ")
    assert all(found.endswith("; entry left out") for found in told)


def test_plurals(write: Write) -> None:
    """One form stands for the plural; of several the first and last are paired."""
    text = 'msgid "a file"\nmsgid_plural "files"\nmsgstr[0] "一"\n'
    assert texts(read_po(write("a.po", text), EN, ZH, refuse)) == [("files", "一")]
    text += 'msgstr[1] "二"\nmsgstr[2] "三"\n'
    assert texts(read_po(write("a.po", text), EN, ZH, refuse)) == [
        ("a file", "一"),
        ("files", "三"),
    ]


def test_strings_are_unescaped(write: Write) -> None:
    """Quotes, tabs and backslashes; what is no escape stays."""
    text = entry(r"a \"b\" \\alpha c", r"甲\t乙\n \"丙\"")
    assert texts(read_po(write("a.po", text), EN, ZH, refuse)) == [
        (r'a "b" \alpha c', '甲\t乙\n "丙"')
    ]


def test_a_folder_holds_the_pages_of_one_language(write: Write, tmp_path: Path) -> None:
    """Pages are named by their places below ``LC_MESSAGES``, in sorted order."""
    write("locale/zh_CN/LC_MESSAGES/b/c.po", entry("C.", "丙"))
    write("locale/zh_CN/LC_MESSAGES/a.po", entry("A.", "甲"))
    write("locale/es/LC_MESSAGES/a.po", entry("A.", "a"))
    folder = tmp_path / "locale"
    bitext = read_po(folder, EN, ZH, refuse)
    assert [d.source.docname for d in bitext.documents] == ["a", "b/c"]
    assert texts(bitext) == [("A.", "甲"), ("C.", "丙")]
    # the folder is right about the language, whatever was copied into the header
    assert read_po(folder / "es", EN, None, refuse).target_language == "es"
    with pytest.raises(ExchangeError, match="any of es, zh; give --target-language"):
        read_po(folder, EN, None, refuse)
    with pytest.raises(ExchangeError, match="'fr', only in es, zh; give another --t"):
        read_po(folder, EN, profile("fr"), refuse)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExchangeError, match=r"holds no \.po file"):
        read_po(tmp_path / "empty", EN, ZH, refuse)


def test_symbolic_msgids(write: Write, tmp_path: Path) -> None:
    """A second catalog holds the source texts; where it has none the msgid is it."""
    text = entry("intro.title", "标题") + entry("Plain.", "平") + entry("x.fuzzy", "丙")
    path = write("zh/a.po", text)
    text = entry("intro.title", "The *title*") + entry("x.fuzzy", "?", "#, fuzzy\n")
    names = write("en/a.po", text)
    expected = [(coded("The *title*")[0], "标题"), ("Plain.", "平"), ("x.fuzzy", "丙")]
    assert texts(read_po(path, EN, ZH, refuse, names)) == expected
    assert texts(read_po(path, ES, ZH, refuse, tmp_path / "en/a.po")) == expected


def test_languages_of_a_file(write: Write, tmp_path: Path) -> None:
    """The header names them, the options overrule it."""
    path = write("a.po", entry("A.", "甲"))
    with pytest.raises(ExchangeError, match="source language is not named; give --so"):
        read_po(path, None, None, refuse)
    assert read_po(path, EN, ES, refuse).target_language == "es"
    named = tmp_path / "b.po"
    named.write_text(
        path.read_text("utf-8").replace('"Lang', '"X-Source-Language: en\\n"\n"Lang'),
        encoding="utf-8",
    )
    assert read_po(named, None, None, refuse).source_language == "en"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8-sig"), ("CHARSET", "utf-8"), ("GB2312", "gb2312")],
)
def test_encodings(tmp_path: Path, charset: str, encoding: str) -> None:
    """The declared one, a mark, and the gap of a template."""
    path = tmp_path / "a.po"
    text = HEADER.replace("utf-8", charset) + entry("A.", "甲乙")
    path.write_text(text, encoding=encoding)
    assert texts(read_po(path, EN, ZH, refuse)) == [("A.", "甲乙")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no entry"),
        (b"\x89PNG\r\n\x1a\n\0\0", "byte 0 is not UTF-8"),
        (b"hello\n", "no entry"),
        (b'msgid ""\nmsgstr "charset=punycode"\n', "'punycode' is no character set"),
        (b'msgid ""\nmsgstr "charset=nonsense"\n', "'nonsense' is no character set"),
        (b'msgid ""\nmsgstr "charset=ascii"\n\n"\xe9"', ":4: byte 34 is not ASCII"),
    ],
)
def test_what_is_no_catalog(tmp_path: Path, data: bytes, words: str) -> None:
    """One line that names the file, what is wrong and what to do."""
    path = tmp_path / "a.po"
    path.write_bytes(data)
    told: list[str] = []
    with pytest.raises(ExchangeError) as error:
        read_po(path, EN, ZH, told.append)
    assert str(error.value).startswith(f"{path}:")
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_what_costs_babel_dearly(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """Repeated entries with comments, a header of a billion plurals, bad dates."""
    header = (
        'msgid ""\nmsgstr "Plural-Forms: nplurals=999999999;\\nPO-Revision-Date: x"\n'
    )
    many = "".join(entry("A.", "甲", f"#. {n}\n#: f:{n}\n") for n in range(10_000))
    path = write("a.po", f"{header}\n{many}")
    start = process_time()
    assert texts(read_po(path, EN, ZH, refuse)) == [("A.", "甲")]
    assert process_time() - start < 5
    assert not capsys.readouterr().out


strings = st.text(
    st.sampled_from("ab \"\\\n\t'*`$[]()<>&é文") | st.characters(codec="utf-8"),
    max_size=12,
)


@in_one_folder
@given(
    pairs=st.dictionaries(strings, strings, max_size=5),
    width=st.sampled_from([20, 76, 0]),
)
def test_what_babel_writes_is_read(
    tmp_path: Path, pairs: dict[str, str], width: int
) -> None:
    """However lines are wrapped, the texts are the same."""
    catalog = Catalog(locale="zh_CN")
    for ours, theirs in pairs.items():
        if ours:
            catalog.add(ours, theirs)
    path = tmp_path / "a.po"
    with path.open("wb") as file:
        write_po(file, catalog, width=width)
    told: list[str] = []
    found = [
        tuple(piece.replace("\r", "") for piece in pair)
        for pair in texts(read_po(path, EN, None, told.append))
    ]
    expected = [(_read(ours), _read(theirs)) for ours, theirs in pairs.items() if ours]
    assert found == [pair for pair in expected if all(map(str.strip, pair))]


def _read(text: str) -> str:
    """The coded text of what a catalog holds."""
    allowed = "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff")
    )
    return coded(allowed)[0].replace("\r", "")
