"""TMX: what other tools write is read, what is written is valid and reads back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amts_sphinx.exchange.entries import LONGEST
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.markup import coded
from amts_sphinx.exchange.tmx import read_tmx, write_tmx
from amts_sphinx.text.bitext import ENTRY, Bitext, SentencePair
from amts_sphinx.text.languages import profile
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Message, Origin

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
EN, ZH, TW = profile("en"), profile("zh"), profile("zh-TW")
Write = Callable[[str], Path]
HEADER = '<header srclang="en" creationtool="x"/>'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of these units; a text that begins with ``<?`` as it is."""

    def writing(units: str) -> Path:
        path = tmp_path / "memory.tmx"
        text = units
        if not units.startswith("<?"):
            text = f'<tmx version="1.4">{HEADER}<body>\n{units}\n</body></tmx>'
        path.write_text(text, encoding="utf-8")
        return path

    return writing


def unit(ours: str, theirs: str, props: str = "", attributes: str = "") -> str:
    """One unit in English and Chinese."""
    return (
        f'<tu {attributes}>{props}<tuv xml:lang="en"><seg>{ours}</seg></tuv>\n'
        f'<tuv xml:lang="zh"><seg>{theirs}</seg></tuv></tu>\n'
    )


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


def test_units_are_numbered_pairs(write: Write) -> None:
    """One document called like the file, a wall before each side of each pair."""
    path = write(unit("A $x$.", "甲 $x$。") + unit("B.", "") + unit("C.", "丙"))
    bitext = read_tmx(path, None, None, refuse)
    assert (bitext.source_language, bitext.target_language) == ("en", "zh")
    (document,) = bitext.documents
    assert (document.source.docname, document.given) == ("memory", True)
    assert document.target.blocks == (
        Wall(ENTRY, "1", 3),
        Message(*coded("甲 $x$。"), "paragraph", 3),
        Wall(ENTRY, "2", 7),
        Message("丙", (), "paragraph", 7),
    )


def test_inline_elements(write: Write) -> None:
    """Readable text stays, the codes of other formats go."""
    segment = (
        'A <bpt i="1">&lt;b></bpt>bold<ept i="1">&lt;/b></ept> <hi>high <it>x</it></hi>'
        '<ph>&lt;img alt="<sub>pic</sub>"></ph><ut>{\\rtf}</ut> B &lt; C'
    )
    path = write(unit(segment, "甲"))
    found = texts(read_tmx(path, None, None, refuse))
    assert found == [("A bold high pic B &lt; C", "甲")]


def test_languages_are_matched(write: Write) -> None:
    """Exactly, else by Amazon's code; more languages than two do no harm."""
    path = write(
        '<tu><tuv xml:lang="en-GB"><seg>colour</seg></tuv>'
        '<tuv xml:lang="en"><seg>color</seg></tuv><tuv xml:lang="ZH-Hans"><seg>简</seg>'
        '</tuv><tuv xml:lang="zh-Hant"><seg>繁</seg></tuv><tuv lang="de"><seg>F</seg>'
        "</tuv></tu>"
        '<tu><tuv xml:lang="en-US"><seg>b</seg></tuv>'
        '<tuv xml:lang="zh-TW"><seg>繁二</seg></tuv></tu>'
    )
    assert texts(read_tmx(path, EN, ZH, refuse)) == [("color", "简")]
    assert texts(read_tmx(path, EN, TW, refuse)) == [("color", "繁"), ("b", "繁二")]
    assert texts(read_tmx(path, None, profile("de"), refuse)) == [("color", "F")]
    with pytest.raises(ExchangeError, match=r"any of de, zh, zh-TW; give --target-lan"):
        read_tmx(path, EN, None, refuse)
    with pytest.raises(ExchangeError, match="nothing in the target language 'fr'"):
        read_tmx(path, EN, profile("fr"), refuse)


def test_no_source_language(write: Write) -> None:
    """``*all*`` names none; the option does."""
    path = write(
        '<?xml version="1.0"?><tmx version="1.4"><header srclang="*all*"/><body>'
        + unit("A.", "甲")
        + "</body></tmx>"
    )
    with pytest.raises(ExchangeError, match="source language is not named; give --so"):
        read_tmx(path, None, ZH, refuse)
    assert texts(read_tmx(path, EN, None, refuse)) == [("A.", "甲")]
    assert texts(read_tmx(path, ZH, None, refuse)) == [("甲", "A.")]


def test_who_made_it_and_where_it_stands(write: Write) -> None:
    """Properties and tools decide document, line and origin."""
    path = write(
        unit(
            "A.", "甲", '<prop type="x-document">a/b</prop><prop type="x-line">9</prop>'
        )
        + unit("B.", "乙", attributes='creationtool="Amazon Translate"')
        + unit("C.", "丙", '<prop type="x-origin">machine</prop>')
        + unit("D.", "丁", '<prop type="x-origin">stale</prop>')
        + unit("E.", "戊", '<prop type="x-document">a/b</prop>')
        + unit("F.", "己", '<prop type="x-origin">untranslated</prop>')
    )
    bitext = read_tmx(path, None, None, refuse)
    assert [
        (d.target.docname, d.origin, [m.line for m in d.target.messages])
        for d in bitext.documents
    ] == [
        ("a/b", Origin.HUMAN, [9, 11]),
        ("memory", Origin.MACHINE, [5, 7]),
        ("memory", Origin.STALE, [9]),
    ]


def test_a_document_type_is_not_fetched(write: Write, tmp_path: Path) -> None:
    """The usual declaration passes, and what it points at is never opened."""
    dtd = tmp_path / "tmx14.dtd"
    dtd.write_text("<!ENTITY leak 'secret'><!-- not a DTD <<< ")
    for declaration in (
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
        f'<!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD//EN" "{dtd.as_uri()}">',
    ):
        path = write(
            f'<?xml version="1.0"?>{declaration}<tmx version="1.4">{HEADER}<body>\n'
            + unit("&leak;", "甲")
            + unit("B.", "乙")
            + "</body></tmx>"
        )
        told: list[str] = []
        assert texts(read_tmx(path, None, None, told.append)) == [("B.", "乙")]
        (line,) = told
        assert line.startswith(f"{path}:2: an entity nobody declared, 'leak'")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "b">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/a"> %a;',
        "<!ELEMENT tmx ANY>",
        '<!NOTATION n SYSTEM "x">',
        "",
    ],
)
def test_declarations_are_refused(write: Write, declared: str) -> None:
    """Nothing may be declared inside the file."""
    path = write(
        f'<?xml version="1.0"?>\n<!DOCTYPE tmx [{declared}]>'
        f"<tmx>{HEADER}<body>{unit('A.', '甲')}</body></tmx>"
    )
    with pytest.raises(ExchangeError, match="DTD of its own"):
        read_tmx(path, None, None, refuse)


def test_endless_texts_are_told(write: Write) -> None:
    """One unit is left out, the rest is read."""
    told: list[str] = []
    path = write(unit("x" * (LONGEST + 1), "甲") + unit("B.", "乙"))
    assert texts(read_tmx(path, None, None, told.append)) == [("B.", "乙")]
    assert told == [
        f"{path}:2: a text of more than {LONGEST} characters; unit left out"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Those that XML knows."""
    path = tmp_path / "a.tmx"
    declared = encoding.removesuffix("-sig")
    path.write_text(
        f'<?xml version="1.0" encoding="{declared}"?><tmx version="1.4">{HEADER}<body>'
        + unit("A.", "é")
        + "</body></tmx>",
        encoding=encoding,
    )
    assert texts(read_tmx(path, None, None, refuse)) == [("A.", "é")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<?xml version='1.0'?><html/>", "the root is 'html'; give a TMX file"),
        ("<?xml version='1.0'?>\n<tmx><header", ":2: no XML"),
        ("<?xml version='1.0' encoding='nonsense'?><tmx/>", "encoding"),
        ("<?xml version='1.0'?><tmx/>", "--source-language"),
        ("<?xml?>", "no XML"),
    ],
)
def test_what_is_no_tmx(write: Write, text: str, words: str) -> None:
    """One line that names the file, what is wrong and what to do."""
    path = write(text)
    with pytest.raises(ExchangeError) as error:
        read_tmx(path, None, ZH, refuse)
    assert str(error.value).startswith(f"{path}:")
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


PAIR = SentencePair('A < "b" & c', "甲\n]]>\0\ud800", "a/b", 7, Origin.MACHINE)


def test_the_bytes_that_are_written(tmp_path: Path) -> None:
    """All mandatory attributes, no date, nothing that XML forbids."""
    path = tmp_path / "out" / "a.tmx"
    write_tmx(path, "en", "zh-TW", [PAIR], "paragraph")
    assert path.read_bytes().decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        '<header creationtool="amts_sphinx" creationtoolversion="1"'
        ' segtype="paragraph" o-tmf="amts_sphinx" adminlang="en" srclang="en"'
        ' datatype="plaintext"/>\n<body>\n<tu>\n<prop type="x-document">a/b</prop>\n'
        '<prop type="x-line">7</prop>\n<prop type="x-origin">machine</prop>\n'
        '<tuv xml:lang="en"><seg>A &lt; "b" &amp; c</seg></tuv>\n'
        '<tuv xml:lang="zh-TW"><seg>甲 ]]&gt;</seg></tuv>\n</tu>\n</body>\n</tmx>\n'
    )


#: the content model of TMX 1.4, as far as we write it: children in order, attributes
MODEL = {
    "tmx": ("header body", {"version"}),
    "header": (
        "",
        {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang"}
        | {"srclang", "datatype"},
    ),
    "body": ("tu*", set[str]()),
    "tu": ("prop* tuv tuv", set[str]()),
    "prop": ("", {"type"}),
    "tuv": ("seg", {"{http://www.w3.org/XML/1998/namespace}lang"}),
    "seg": ("", set[str]()),
}


def is_valid(element: ET.Element) -> bool:
    """Does an element follow the content model, and all within it?"""
    children, attributes = MODEL[element.tag]
    names = " ".join(child.tag for child in element)
    for many in ("tu*", "prop*"):
        if many in children:
            count = names.split().count(many[:-1])
            children = children.replace(many, " ".join([many[:-1]] * count)).strip()
    return (
        names == children
        and set(element.attrib) == attributes
        and all(map(is_valid, element))
    )


#: one line of text that XML can hold
lines = st.text(
    st.sampled_from("ab \"'<>&;$*`[]()\\文é")
    | st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
    max_size=12,
).map(lambda text: " ".join(text.split()))
origins = st.sampled_from([Origin.HUMAN, Origin.STALE, Origin.MACHINE])
pairs = st.lists(
    st.builds(
        SentencePair,
        lines,
        lines,
        st.sampled_from(["", "a/b", "c<&>"]),
        st.integers(0, 999_999_999),
        origins,
    ),
    max_size=5,
)


@in_one_folder
@given(written=pairs)
def test_what_is_written_is_valid_and_read(
    tmp_path: Path, written: list[SentencePair]
) -> None:
    """Each pair with two sides comes back with document, line and origin."""
    path = tmp_path / "memory.tmx"
    write_tmx(path, "en", "zh", iter(written))
    before = path.read_bytes()
    assert is_valid(ET.fromstring(before))  # noqa: S314 - we wrote it
    bitext = read_tmx(path, EN, ZH, refuse)
    found = {
        (document.target.docname, document.origin, theirs.line, ours, theirs)
        for document in bitext.documents
        for ours, theirs in zip(
            document.source.messages, document.target.messages, strict=True
        )
    }
    expected = set()
    for pair, line in zip(written, _lines_of(before.decode()), strict=True):
        ours, theirs = (
            Message(*coded(text), "paragraph", pair.line or line)
            for text in (pair.source, pair.target)
        )
        if ours.text.strip() and theirs.text.strip():
            name = pair.document or "memory"
            expected.add((name, pair.origin, theirs.line, ours, theirs))
    assert found == expected
    write_tmx(path, "en", "zh", written)
    assert path.read_bytes() == before


def _lines_of(text: str) -> list[int]:
    """The lines of all Chinese segments."""
    return [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line.startswith('<tuv xml:lang="zh">')
    ]
