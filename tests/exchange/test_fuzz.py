"""Files nobody would write: each gives a Bitext or one clear line, and quickly.

Small valid files are damaged in every way that files are damaged, by accident or on
purpose; whatever a reader makes of them, it may only return or say what is wrong.
"""

from __future__ import annotations

import io
import random
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import pytest

from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.po import read_po
from amts_sphinx.exchange.table import read_table
from amts_sphinx.exchange.tmx import read_tmx
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import ENTRY, Bitext
from amts_sphinx.text.languages import LanguageProfile, profile
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Message

Reader = Callable[
    [
        Path,
        LanguageProfile | None,
        LanguageProfile | None,
        Callable[[str], None],
    ],
    Bitext,
]
READERS: dict[str, Reader] = {
    ".tmx": read_tmx,
    ".csv": read_table,
    ".tsv": read_table,
    ".po": read_po,
}
each_reader = pytest.mark.parametrize("suffix", READERS)
#: damaged files of each kind
ROUNDS = 5_000
#: CPU seconds that one small file may cost
LIMIT = 2.0
EN, ZH = profile("en"), profile("zh")

VALID = {
    ".tmx": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4"><header srclang="en" creationtool="x"/><body>\n'
        '<tu><prop type="x-document">a/b</prop><tuv xml:lang="en"><seg>A <ph>x</ph>'
        ' $x$.</seg></tuv><tuv xml:lang="zh-CN"><seg>甲 $x$ &lt;。</seg></tuv></tu>\n'
        '<tu creationtool="MT"><tuv xml:lang="en"><seg>B *c*.</seg></tuv>'
        '<tuv xml:lang="zh-CN"><seg><hi>乙</hi></seg></tuv></tu>\n</body></tmx>\n'
    ),
    ".csv": (
        'en,zh,document,origin\nA `b`.,甲 `b`。,a/b,human\n"C ""d"", e",丙,,machine\n'
        "[f](g),[己](g),,\n"
    ),
    ".tsv": 'en\tzh\tline\nA *b*.\t甲。\t7\n"C ""d"""\t"丙\t\n{ref}`x`\t`y <z>`_\t\n',
    ".po": (
        'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"X-Source-Language: en\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: n\\n"\n\n'
        '#: a.rst:3\nmsgid "A :ref:`b <c>`."\nmsgstr ""\n"甲"\n" :ref:`乙 <c>`。"\n\n'
        '#, fuzzy\n#| msgid "x"\nmsgctxt "d"\nmsgid "E"\nmsgstr "戊"\n\n'
        'msgid "F"\nmsgid_plural "Fs"\nmsgstr[0] "己"\n\n#~ msgid "G"\n#~ msgstr "庚"\n'
    ),
}
#: what is put in: markup, marks, controls, formulas, bombs, broken bytes
PARTS = (
    *(b"\0", b"\x1a", b"\x7f", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe2\x80\xa8", b"\xc2\x85"),
    *(
        b"\r",
        b"\n",
        b"\r\n\n",
        b"\t",
        b" ",
        b'"',
        b'""',
        b"'",
        b"\\",
        b",",
        b"#",
        b"#~ ",
    ),
    *(b"=cmd|' /C calc'!A0", b"@SUM(1)", b"+1", b"-1", b"*" * 50, b"[" * 50, b"`" * 9),
    *(b"<", b">", b"&", b"&amp;", b"&#0;", b"&#x110000;", b"&e;", b"]]>", b"<![CDATA["),
    *(
        b"<seg>",
        b"</seg>",
        b"<tu>",
        b"</tu>",
        b"<tuv xml:lang='en'>",
        b"<a b='c' b='c'>",
    ),
    *(b"<!--", b"<?x", b"<!DOCTYPE tmx [<!ENTITY e 'e'>]>", b"<hi>" * 40, b"x" * 3000),
    *(
        b"msgid ",
        b'msgid "x"\n',
        b"msgstr ",
        b'msgstr[9999999999] "',
        b"msgctxt ",
        b"#, ",
    ),
    *(b"charset=utf-16", b"charset=idna", b"encoding='utf-7'", b"nplurals=999999999;"),
    *(b"en", b"zh", b"*all*", b"fr", b"-1", b"99999999999999999999", b'<x id="1"/>'),
)


def damaged(valid: bytes, other: bytes, chance: random.Random) -> bytes:
    """A file after one accident or a few."""
    data = bytearray(valid)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice((1, 1, 4, 40, 400)))
        match chance.randrange(8):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                del data[at:]
            case 3:
                data[at:at] = data[at:end] * chance.choice((1, 2, 20))
            case 4:
                start = chance.randint(0, len(other))
                data[at:end] = other[start : start + 60]
            case 5:
                line = chance.choice(bytes(data).split(b"\n"))
                data[at:at] = line + b"\n"
            case 6 if chance.random() < 0.2:
                wrong = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "latin-1"))
                data = bytearray(
                    bytes(data).decode("utf-8", "ignore").encode(wrong, "replace")
                )
            case _:
                data[at:at] = chance.choice(PARTS)
    return bytes(data)


def is_one_line(message: str, path: Path) -> bool:
    """Does a message name the file, and fit into one printable line?"""
    return message.startswith(f"{path}:") and message.isprintable()


def judge(
    path: Path, languages: tuple[LanguageProfile | None, LanguageProfile | None]
) -> bool:
    """Read a file and look at what came of it; True if it was a Bitext."""
    told: list[str] = []
    start = process_time()
    bitext: Bitext | None
    try:
        bitext = READERS[path.suffix](path, *languages, told.append)
    except ExchangeError as error:
        told.append(str(error))
        bitext = None
    finally:
        assert process_time() - start < LIMIT
    assert all(is_one_line(line, path) for line in told), told
    if bitext is None:
        return False
    for document in bitext.documents:
        sides = document.source.blocks, document.target.blocks
        for blocks in sides:
            assert list(blocks[::2]) == [
                Wall(ENTRY, str(n), block.line)
                for n, block in enumerate(blocks[::2], 1)
            ]
            for message in blocks[1::2]:
                assert isinstance(message, Message)
                codes.parse(message.text)
                assert codes.numbers(message.text) == list(
                    range(1, len(message.codes) + 1)
                )
        assert len(sides[0]) == len(sides[1]) > 0
    return True


@each_reader
def test_damaged_files(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five thousand of each kind: a Bitext or one line, nothing else, and no print."""
    valid = VALID[suffix].encode()
    others = [text.encode() for text in VALID.values()]
    path = tmp_path / f"file{suffix}"
    read = 0
    for number in range(ROUNDS):
        chance = random.Random(f"{suffix}{number}")  # noqa: S311 - the same each time
        path.write_bytes(damaged(valid, chance.choice(others), chance))
        languages = chance.choice(((EN, ZH), (None, None), (EN, None), (None, ZH)))
        try:
            read += judge(path, languages)
        except BaseException:
            print(f"number {number}: {path.read_bytes()!r}")  # noqa: T201 - to repeat it
            raise
    # the damage is such that both happen often; XML forgives least
    assert 0.05 * ROUNDS < read < 0.95 * ROUNDS
    captured = capsys.readouterr()
    assert not captured.out
    assert not captured.err


@each_reader
def test_the_undamaged_file(suffix: str, tmp_path: Path) -> None:
    """What the damage is done to can be read."""
    path = tmp_path / f"file{suffix}"
    path.write_bytes(VALID[suffix].encode())
    assert judge(path, (None, None))


def entities(levels: int) -> str:
    """Billion laughs, as its inventors wrote it."""
    lines = ""
    for n in range(levels):
        tenfold = f"&a{n};" * 10
        lines += f'<!ENTITY a{n + 1} "{tenfold}">\n'
    return f'<!DOCTYPE tmx [<!ENTITY a0 "ha">\n{lines}]>'


def tmx(text: str, doctype: str = "") -> bytes:
    """One unit with this text in Chinese."""
    return (
        f'<?xml version="1.0"?>{doctype}<tmx version="1.4"><header srclang="en"/><body>'
        f'<tu><tuv xml:lang="en"><seg>A</seg></tuv><tuv xml:lang="zh"><seg>{text}</seg>'
        "</tuv></tu></body></tmx>"
    ).encode()


OUTSIDE = '<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE tmx SYSTEM "file:///etc/passwd">'
QUADRATIC = f'<!DOCTYPE tmx [<!ENTITY x "{"x" * 100_000}">]>'
HOSTILE = {
    "billion-laughs.tmx": tmx("&a9;", entities(9)),
    "external-entity.tmx": tmx("&x;", OUTSIDE),
    "external-dtd.tmx": tmx("&x;", REMOTE),
    "parameter-entity.tmx": tmx(
        "x", '<!DOCTYPE tmx [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>'
    ),
    "quadratic.tmx": tmx("&x;" * 10_000, QUADRATIC),
    "deep.tmx": tmx("<hi>" * 10_000 + "x" + "</hi>" * 10_000),
    "wide.tmx": tmx("<hi>x</hi>" * 100_000),
    "attribute.tmx": tmx(f'<hi type="{"x" * 2_000_000}">y</hi>'),
    "attributes.tmx": tmx("<hi" + "".join(f" a{n}='b'" for n in range(50_000)) + "/>"),
    "languages.tmx": tmx("x").replace(b"zh", b"zh-" + b"a" * 1_000_000),
    "two-megabytes.tmx": tmx("x" * 2_000_000),
    "two-megabytes.csv": b"en,zh\nA," + b"x" * 2_000_000 + b"\n",
    "two-megabytes.tsv": b"en\tzh\nA\t" + b"x" * 2_000_000 + b"\n",
    "two-megabytes.po": b'msgid "A"\nmsgstr "' + b"x" * 2_000_000 + b'"\n',
    "many-lines.po": b'msgid "A"\nmsgstr ""\n' + b'"x`*$["\n' * 100_000,
    "no-end.csv": b'en,zh\nA,"' + b"B,C\n" * 200_000,
    "quotes.csv": b"en,zh\n" + b'"' * 100_001,
    "columns.csv": b"en,zh" + b",x" * 200_000 + b"\n" + b"a," * 200_000 + b"\n",
    "stars.csv": b"en,zh\n" + b"*" * 100_000 + b"," + b"*a " * 30_000 + b"\n",
    "brackets.tsv": b"en\tzh\n" + b"[" * 100_000 + b"\t" + b"](" * 50_000 + b"\n",
    "plurals.po": b'msgid ""\nmsgstr "Plural-Forms: nplurals=9999999999;\\n"\n',
    "formula.csv": b"en,zh\n=cmd|' /C calc'!A0,@SUM(1)\n",
}
EVERY_KIND = {
    "empty": b"",
    "binary": bytes(range(256)) * 40,
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "archive": b"PK\x03\x04\x14\0\0\0\x08\0",
    "utf-16-without-a-mark": "",
    "latin-1-as-utf-8": "",
    "nothing-but-a-mark": b"\xef\xbb\xbf",
    "line-ends": b"\n" * 100_000,
    "nul": b"\0" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(name: str, tmp_path: Path) -> None:
    """Named attacks: bounded in time and memory, nothing read that is not in them."""
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    judge(path, (EN, ZH))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 200_000  # KiB


@pytest.mark.parametrize(
    "name", ["billion-laughs", "external-entity", "parameter-entity", "quadratic"]
)
def test_entities_are_refused(name: str, tmp_path: Path) -> None:
    """They are refused where they are declared, whether used or not."""
    path = tmp_path / f"{name}.tmx"
    path.write_bytes(HOSTILE[path.name])
    with pytest.raises(ExchangeError, match="DTD of its own"):
        read_tmx(path, EN, ZH, print)


def test_nothing_outside_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a file points at, only the file itself is opened."""
    path = tmp_path / "a.tmx"
    path.write_bytes(HOSTILE["external-dtd.tmx"])
    opened: list[object] = []
    original = io.open

    def watched(file: Any, *arguments: Any, **named: Any) -> Any:
        opened.append(file)
        return original(file, *arguments, **named)

    monkeypatch.setattr("io.open", watched)
    monkeypatch.setattr("builtins.open", watched)
    told: list[str] = []
    assert not read_tmx(path, EN, ZH, told.append).documents
    assert opened == [path]
    assert "root:" not in "".join(told)


@each_reader
@pytest.mark.parametrize("name", EVERY_KIND)
def test_files_of_other_kinds(name: str, suffix: str, tmp_path: Path) -> None:
    """None of them is a Bitext with a text in it."""
    data = EVERY_KIND[name]
    if name == "utf-16-without-a-mark":
        data = VALID[suffix].encode("utf-16-le")
    elif name == "latin-1-as-utf-8":
        data = VALID[suffix].replace("甲", "é").encode("latin-1", "replace")
    path = tmp_path / f"{name}{suffix}"
    assert isinstance(data, bytes)
    path.write_bytes(data)
    assert not judge(path, (EN, ZH))


@each_reader
def test_what_is_no_file(suffix: str, tmp_path: Path) -> None:
    """A missing file, a folder, a name no file can have."""
    folder = tmp_path / f"folder{suffix}"
    folder.mkdir()
    for path in (tmp_path / f"missing{suffix}", folder, tmp_path / f"a\0b{suffix}"):
        with pytest.raises(ExchangeError) as error:
            READERS[suffix](path, EN, ZH, print)
        assert "give" in str(error.value)
        assert str(error.value).isprintable()


def big_units(count: int) -> Iterator[bytes]:
    """A large TMX file, piece by piece."""
    start, end = tmx("x").split(b"<tu>")[0], b"</body></tmx>"
    yield start
    for number in range(count):
        yield (
            f'<tu><tuv xml:lang="en"><seg>A {number}</seg></tuv>'
            f'<tuv xml:lang="de"><seg>{"x" * 10_000}</seg></tuv></tu>\n'
        ).encode()
    yield end


def test_tmx_is_read_unit_by_unit(tmp_path: Path) -> None:
    """A file of 30 MB without a unit in the wanted language costs next to no memory."""
    path = tmp_path / "big.tmx"
    with path.open("wb") as file:
        file.writelines(big_units(3_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = perf_counter()
    with pytest.raises(ExchangeError, match="target language 'zh', only in de, en"):
        read_tmx(path, EN, ZH, print)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000  # KiB
    assert perf_counter() - start < 10
