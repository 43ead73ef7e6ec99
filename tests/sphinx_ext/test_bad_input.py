"""Bad input costs one clear line, and never the rest of the book."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.sphinx_ext.stored_pairs import load_head, load_pairs, read_json
from amts_sphinx.text.pages import file_digest, load
from building import CHINESE, ROOTS, Result, build, copy_book

VARIABLES = {"PYTHONPATH": str(Path(__file__).parent)}
TRACEBACK = "Traceback (most recent call last)"
PAGES = ("index.html", "one.html", "two.html")


def pond(folder: Path, conf: str = "") -> Path:
    """A copy of the book of three pages, with more lines in its ``conf.py``."""
    copy_book(ROOTS / "test-basic", folder)
    with (folder / "conf.py").open("a", encoding="utf-8") as file:
        file.write(conf)
    return folder


def chinese(source: Path, *arguments: str, out: str = "out") -> Result:
    """The Chinese book; only warnings are shown."""
    folder = source.parent / out
    return build(source, folder, "-q", *CHINESE, *arguments, variables=VARIABLES)


def check(result: Result, *said: str) -> list[str]:
    """The book is whole; one line was said, or none, that holds all of this."""
    assert result.status == 0, result.stderr
    assert TRACEBACK not in result.stderr
    for page in PAGES:
        assert (result.out / page).is_file()
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == bool(said), result.stderr
    for part in said:
        assert part in lines[0]
    return lines


def origins(result: Result) -> dict[str, int]:
    """Segments of the whole book by origin, without the zeros."""
    return {k: v for k, v in result.report["totals"]["segments"].items() if v}


# -- the reference --------------------------------------------------------------------

#: sentences of the whole book; and those that the reference translates
ALL, HUMAN = 27, 15


def test_the_book_without_anything_bad(tmp_path: Path) -> None:
    """The yardstick of all that follows: nothing is said, people's sentences stand."""
    result = chinese(pond(tmp_path / "book"))
    check(result)
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}


@pytest.mark.parametrize(
    ("reference", "files", "said"),
    [
        pytest.param("nowhere", {}, "there is no folder 'nowhere'", id="no folder"),
        pytest.param("bad", None, "there is no folder 'bad'", id="a file"),
        pytest.param("bad", {}, "it has no page that Sphinx can read", id="empty"),
        pytest.param(
            "bad",
            {"notes.txt": "Nothing here is a page of a book.\n"},
            "it has no page that Sphinx can read",
            id="no page",
        ),
        pytest.param(
            "bad",
            {"conf.py": "raise OSError('not\\ntoday')\n", "index.rst": "页\n===\n"},
            "not today",
            id="conf.py raises",
        ),
        pytest.param(
            "bad",
            {"conf.py": "def broken(:\n", "index.rst": "页\n===\n"},
            "syntax error",
            id="conf.py is no Python",
        ),
        pytest.param(
            "bad",
            {"conf.py": "raise SystemExit(3)\n", "index.rst": "页\n===\n"},
            "sys.exit()",
            id="conf.py exits",
        ),
        pytest.param(
            "bad",
            {"conf.py": "extensions = ['no_such_one']\n", "index.rst": "页\n===\n"},
            "no_such_one",
            id="a missing extension",
        ),
        pytest.param(
            "bad",
            {
                "conf.py": "def setup(app):\n    raise KeyError('lost\\nit')\n",
                "index.rst": "页\n===\n",
            },
            "lost",
            id="setup raises",
        ),
    ],
)
def test_a_reference_that_is_no_book(
    tmp_path: Path, reference: str, files: dict[str, str] | None, said: str
) -> None:
    """It is named with the reason and not used; the engine translates the book."""
    conf = f'amts_languages["zh"]["reference"] = "../{reference}"\n'
    source = pond(tmp_path / "book", conf)
    bad = tmp_path / "bad"
    if files is None:
        bad.write_text("a file", encoding="utf-8")
    else:
        bad.mkdir()
        for name, text in files.items():
            (bad / name).write_text(text, encoding="utf-8")
    result = chinese(source)
    check(result, "amts_languages['zh']['reference'] is not used: ", said)
    assert origins(result) == {"machine": ALL}


def test_a_page_without_translation_says_nothing(tmp_path: Path) -> None:
    """A reference may be unfinished; its other pages are used."""
    source = pond(tmp_path / "book")
    (source / "zh" / "one.md").unlink()
    result = chinese(source)
    check(result)
    assert "本书讲的是一个小池塘" in result.page("index.html")
    assert "池塘里" not in result.page("one.html")


def test_a_page_without_source_is_named(tmp_path: Path) -> None:
    """A page that was renamed in the source is probably missed: its name is said."""
    source = pond(tmp_path / "book")
    (source / "zh" / "old.rst").write_text("旧页\n====\n\n旧的。\n", encoding="utf-8")
    result = chinese(source)
    check(result, "'old'", "no counterpart in the source")
    assert origins(result)["human"] == HUMAN


def test_a_page_of_the_reference_that_is_not_utf_8(tmp_path: Path) -> None:
    """The page is named; the others are used."""
    source = pond(tmp_path / "book")
    (source / "zh" / "one.md").write_bytes("# 池塘里的鱼\n".encode("gb18030"))
    result = chinese(source)
    check(result, "zh reference: one.md: cannot be read")
    assert "本书讲的是一个小池塘" in result.page("index.html")


CRASH = '''
from docutils.parsers.rst import Directive, directives


class Crash(Directive):
    """Fails when it is used."""

    def run(self):
        raise RuntimeError("one\\nor two")


directives.register_directive("crash", Crash)
'''


def test_a_page_of_the_reference_that_crashes_its_parser(tmp_path: Path) -> None:
    """The page is named; the others are used."""
    source = pond(tmp_path / "book")
    with (source / "zh" / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(CRASH)
    with (source / "zh" / "one.md").open("a", encoding="utf-8") as page:
        page.write("\n```{crash}\n```\n")
    result = chinese(source)
    check(result, "zh reference: one.md: cannot be read (RuntimeError: one or two)")
    assert "本书讲的是一个小池塘" in result.page("index.html")


def test_a_reference_page_full_of_errors_is_used_without_a_word(tmp_path: Path) -> None:
    """Warnings of the other book are its own business."""
    source = pond(tmp_path / "book")
    with (source / "zh" / "index.rst").open("a", encoding="utf-8") as page:
        page.write("\nBad\n-\n\n.. nosuch:: directive\n\n:doc:`lost` |lost| lost_ *x\n")
    result = chinese(source)
    check(result)
    assert "本书讲的是一个小池塘" in result.page("index.html")


def test_what_the_reference_does_once_it_is_read_is_not_done(tmp_path: Path) -> None:
    """Only its messages are wanted, and no bibliography is formatted for them."""
    source, trace = pond(tmp_path / "book"), tmp_path / "trace"
    with (source / "zh" / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(
            "from pathlib import Path\n"
            "def setup(app):\n"
            f"    app.connect('env-updated', lambda *_: Path({str(trace)!r}).touch())\n"
        )
    result = chinese(source)
    check(result)
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}
    assert not trace.exists()


# -- the book itself, and its catalogs ------------------------------------------------


def test_a_page_of_the_book_that_is_not_utf_8(tmp_path: Path) -> None:
    """Whether Sphinx goes on or gives up depends on its version, not on us."""
    source = pond(tmp_path / "book")
    page = source / "two.rst"
    page.write_bytes(page.read_bytes().replace(b"Reeds", b"R\xe9eds"))
    english = build(source, tmp_path / "en", "-q")
    result = chinese(source)
    assert result.status == english.status
    assert TRACEBACK not in result.stderr
    line = "two.rst: cannot be read (invalid continuation byte)"
    ours = [said for said in result.stderr.splitlines() if line in said]
    assert len(ours) == 1
    if not english.status:
        theirs = [said for said in result.stderr.splitlines() if said not in ours]
        assert theirs == english.stderr.splitlines()


@pytest.mark.parametrize(
    "catalog",
    [
        pytest.param(b'msgid "A small pond\nmsgstr 5\n', id="no PO"),
        pytest.param(b'msgid ""\nmsgstr "Content-Type: \xff\xfe"\n', id="bytes"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_broken_po_catalog(tmp_path: Path, catalog: bytes) -> None:
    """Sphinx names the file at most; the book is built from what else there is."""
    source = pond(tmp_path / "book", 'locale_dirs = ["locale"]\n')
    path = source / "locale" / "zh_CN" / "LC_MESSAGES" / "index.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(catalog)
    result = chinese(source)
    check(result, *(["index.po"] if result.stderr else []))
    assert "鱼" in result.page("one.html")


def test_a_broken_compiled_catalog(tmp_path: Path) -> None:
    """A damaged ``.mo`` without a ``.po`` beside it."""
    source = pond(tmp_path / "book", 'locale_dirs = ["locale"]\n')
    path = source / "locale" / "zh_CN" / "LC_MESSAGES" / "index.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xde\x12\x04\x95" + b"\xff" * 40)
    path.with_suffix(".po").write_bytes(b"")
    os.utime(path.with_suffix(".po"), (0, 0))
    result = chinese(source)
    assert result.status == 0, result.stderr
    assert TRACEBACK not in result.stderr


# -- engines --------------------------------------------------------------------------


ENGINES_HERE = """
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
amts_engine = "memory"
"""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose reference is known already; engines are tried on copies of it."""
    source = pond(tmp_path_factory.mktemp("known") / "book", ENGINES_HERE)
    check(chinese(source))
    shutil.rmtree(source.parent / "out")
    return source


def with_engine(known: Path, folder: Path, engine: str) -> Result:
    """The book as the engine would have it."""
    source = folder / "book"
    shutil.copytree(known, source)
    (source / "broken_engine.py").write_text(
        "raise RuntimeError('broken\\nfor good')\n", encoding="utf-8"
    )
    (source / "exiting_engine.py").write_text(
        "raise SystemExit('good bye')\n", encoding="utf-8"
    )
    return chinese(source, "-D", f"amts_engine={engine}")


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ("no_such_module:Engine", "No module named 'no_such_module'"),
        ("bad_engines:NoSuchEngine", "has no attribute 'NoSuchEngine'"),
        ("bad_engines.deeper:Engine", "bad_engines.deeper"),
        ("broken_engine:Engine", "broken for good"),
        ("exiting_engine:Engine", "good bye"),
        ("bad_engines:PAGES", "bad_engines:PAGES"),
        ("bad_engines:Raises", "the service is down for 12 sentences"),
        ("bad_engines:Exits", "bad_engines:Exits"),
        ("bad_engines:TooFew", "11 answers to 12 sentences"),
        ("bad_engines:TooMany", "13 answers to 12 sentences"),
        ("bad_engines:Nothing", "NoneType, not a list"),
        ("bad_engines:OneText", "str, not a list"),
        ("bad_engines:Mute", "has no attribute 'translate'"),
    ],
)
def test_an_engine_that_does_not_work(
    tmp_path: Path, known: Path, engine: str, said: str
) -> None:
    """One line names it and the reason; people's sentences stand, no other does."""
    result = with_engine(known, tmp_path, engine)
    check(result, f"engine {engine!r}", said)
    assert origins(result) == {"human": HUMAN, "untranslated": ALL - HUMAN}
    assert "ANSWER" not in result.page("two.html")


@pytest.mark.parametrize(
    "engine", ["Numbers", "Empty", "Damaged", "Html", "Characters"]
)
def test_answers_that_cannot_be_used(tmp_path: Path, known: Path, engine: str) -> None:
    """They are counted in one line and as failed; the source stands in their place."""
    result = with_engine(known, tmp_path, f"bad_engines:{engine}")
    check(result, f"bad_engines:{engine}", "12 of 12 answers cannot be used")
    assert origins(result) == {"human": HUMAN, "failed": ALL - HUMAN}
    page = result.page("two.html")
    assert "Nobody has cut them for years." in page
    assert "alert(" not in page
    assert "WRONG" not in page


def test_characters_that_no_file_can_hold(tmp_path: Path, known: Path) -> None:
    """They are dropped, and so is what turns the direction of text; words stay."""
    result = with_engine(known, tmp_path, "bad_engines:Noisy")
    check(result)
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}
    assert "ANSWER Nobody has cut them for years." in result.page("two.html")
    for page in PAGES:
        assert not set("\ud800\x00\x0b\x1b\u202e") & set(result.page(page))


def test_an_engine_may_have_no_answer(tmp_path: Path, known: Path) -> None:
    """None is an answer: nothing is said, the sentence is untranslated."""
    result = with_engine(known, tmp_path, "bad_engines:Silent")
    check(result)
    assert origins(result) == {"human": HUMAN, "untranslated": ALL - HUMAN}


def test_an_engine_without_a_name_is_used(tmp_path: Path, known: Path) -> None:
    """What it lacks is its own name only; its good answers are good."""
    result = with_engine(known, tmp_path, "bad_engines:Nameless")
    check(result)
    assert origins(result) == {"human": HUMAN, "machine": 10, "untranslated": 2}


# -- the cache ------------------------------------------------------------------------


def html(result: Result) -> dict[str, str]:
    """The pages of the book."""
    return {page: result.page(page) for page in PAGES}


EDIT = ("Nobody has cut them for years.", "Nobody has ever cut them.")


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A book with a full cache, edited since, and its pages as they should be now."""
    source = pond(tmp_path_factory.mktemp("cached") / "book")
    check(chinese(source))
    page = source / "two.rst"
    page.write_text(page.read_text("utf-8").replace(*EDIT), encoding="utf-8")
    full = copy_cache(source, source.parent / "copy")
    shutil.rmtree(source.parent / "out")
    result = chinese(source)
    check(result)
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}
    return full, html(result)


def copy_cache(source: Path, target: Path) -> Path:
    """A copy of the book with its cache and its times."""
    return shutil.copytree(source, target)


def cache_files(source: Path) -> list[Path]:
    """All files of the cache."""
    cache = source / ".amts"
    found = sorted(path for path in cache.rglob("*") if path.is_file())
    names = [path.relative_to(cache).parts for path in found]
    assert sorted({parts[0] for parts in names}) == ["pages", "reference"]
    assert len(found) == FILES
    return found


#: three pages of the source, two of the reference, its manifest, the pairs, their head
FILES = 8


def of_other_type(value: Any) -> Any:
    """The same shape, with a value of another type in every leaf."""
    if isinstance(value, dict):
        return {key: of_other_type(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [of_other_type(inner) for inner in value]
    return 7 if isinstance(value, str) else "seven"


def of_other_shape(value: Any) -> Any:
    """Lists in place of objects, and the other way round."""
    if isinstance(value, dict):
        return [of_other_shape(inner) for inner in value.values()]
    if isinstance(value, list):
        return {str(n): of_other_shape(inner) for n, inner in enumerate(value)}
    return value


def altered(text: str, alter: Callable[[Any], Any]) -> str:
    """A file altered throughout, but for what says that it is right and current."""
    data = json.loads(text)
    names = ("version", "digest", "signature", "stamp", "source", "target")
    kept = {name: data[name] for name in names if name in data}
    return json.dumps({key: alter(value) for key, value in data.items()} | kept)


MUTATIONS: dict[str, Callable[[str], str]] = {
    "truncated": lambda text: text[: len(text) // 2],
    "other types": lambda text: altered(text, of_other_type),
    "other shapes": lambda text: altered(text, of_other_shape),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("number", range(FILES))
def test_a_damaged_cache_file_is_made_again(
    tmp_path: Path, cached: tuple[Path, dict[str, str]], number: int, mutation: str
) -> None:
    """The cache may be deleted at any time, so damage to it changes no page."""
    source = copy_cache(cached[0], tmp_path / "book")
    victim = cache_files(source)[number]
    victim.write_text(MUTATIONS[mutation](victim.read_text("utf-8")), encoding="utf-8")
    result = chinese(source)
    check(result)
    assert html(result) == cached[1]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 100_000, "\x00"])
def test_files_that_are_nothing_like_a_cache_count_as_absent(
    tmp_path: Path, cached: tuple[Path, dict[str, str]], text: str
) -> None:
    """None of the readers of the cache is upset by any text."""
    source = copy_cache(cached[0], tmp_path / "book")
    folder = source / ".amts" / "reference" / "zh"
    assert load_head(folder)
    assert load_pairs(folder)
    for path in cache_files(source):
        path.write_text(text, encoding="utf-8")
        assert load(path) is None
        assert read_json(path) == {}
    assert load_head(folder) is None
    assert load_pairs(folder) == {}


def test_nonsense_offsets_in_the_cache_lose_no_text(
    tmp_path: Path, cached: tuple[Path, dict[str, str]]
) -> None:
    """Where sentences begin is cached; offsets that cannot be are found anew."""
    source = copy_cache(cached[0], tmp_path / "book")
    (path,) = (source / ".amts" / "pages").rglob("one.json")
    data = json.loads(path.read_text("utf-8"))
    messages = [block for block in data["blocks"] if isinstance(block[-1], list)]
    assert len(messages) > 5
    for message in messages:
        message[-1] = [10, 5, 10**9, -4, 0]
    path.write_text(json.dumps(data), encoding="utf-8")
    result = chinese(source)
    check(result)
    assert html(result) == cached[1]


def test_a_cache_of_another_book_is_not_used(
    tmp_path: Path, cached: tuple[Path, dict[str, str]]
) -> None:
    """A cache that was copied along with something else does no harm."""
    source = copy_cache(cached[0], tmp_path / "book")
    other = pond(tmp_path / "other")
    for page in (*other.glob("*.rst"), *other.glob("zh/*.rst")):
        text = page.read_text("utf-8").replace("pond", "lake").replace("池塘", "湖")
        page.write_text(text, encoding="utf-8")
    check(chinese(other, out="lake"))
    shutil.rmtree(source / ".amts")
    shutil.copytree(other / ".amts", source / ".amts")
    result = chinese(source)
    check(result)
    assert html(result) == cached[1]


def test_a_hostile_unit_in_the_cache_is_text_or_nothing(
    tmp_path: Path, cached: tuple[Path, dict[str, str]]
) -> None:
    """Units that keep every form, but say what no translator would."""
    source = copy_cache(cached[0], tmp_path / "book")
    path = source / ".amts" / "reference" / "zh" / "pairs.json"
    data = json.loads(path.read_text("utf-8"))
    units = data["pages"]["one"]["units"]
    plain = [unit for unit in units if "<" not in unit[0]]
    many = f'<x id="{"9" * 5_000}"/>'
    script = "<script>alert(1)</script>"
    targets = [script, '<x id="7"/>坏', "</g>坏", many, '<g id="1">坏']
    for unit, target in zip(plain, targets, strict=True):
        unit[1] = target
    coded = [unit for unit in units if "<" in unit[0]]
    coded[0][1] = '<x id="1"/><x id="1"/><x id="1"/>坏'
    coded[1][1] = '<x id="99"/>坏'
    coded[1][3] = [["raw", "<script>alert(2)</script>"]]
    path.write_text(json.dumps(data), encoding="utf-8")
    head_path = path.with_name("head.json")
    head = json.loads(head_path.read_text("utf-8"))
    head["file"] = file_digest(path)
    head_path.write_text(json.dumps(head), encoding="utf-8")
    result = chinese(source)
    check(result)
    page = result.page("one.html")
    assert "<script>alert" not in page
    assert "alert(2)" not in page
    assert "坏" not in page
    assert "项目主页" in page


def test_a_cache_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """One line says so; the book is the same, only slower next time."""
    source = pond(tmp_path / "book")
    (source / ".amts").write_text("a file in the way", encoding="utf-8")
    result = chinese(source)
    check(result, "amts_cache_dir: '.amts' cannot be written", "temporary folder")
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}
    assert (source / ".amts").read_text("utf-8") == "a file in the way"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_cache_folder_without_permission(tmp_path: Path) -> None:
    """The same for a folder that belongs to somebody else."""
    source = pond(tmp_path / "book")
    (source / ".amts").mkdir()
    (source / ".amts").chmod(0o500)
    try:
        result = chinese(source)
    finally:
        (source / ".amts").chmod(0o700)
    check(result, "amts_cache_dir: '.amts' cannot be written", "temporary folder")
    assert origins(result) == {"human": HUMAN, "machine": ALL - HUMAN}
