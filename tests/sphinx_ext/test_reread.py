"""Which pages are read again, and that a build depends on nothing but its input."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book, later
from library import VARIABLES, Library

MEMORY = ("-D", "amts_engine=memory")
ALL_KNOWN = {"pages_collected": 0, "messages_split": 0, "segments_uncollected": 0}


@dataclass
class Pond:
    """A book of three pages with a Chinese reference, to be edited and built again."""

    folder: Path
    arguments: tuple[str, ...] = MEMORY

    @property
    def source(self) -> Path:
        """The book."""
        return self.folder / "book"

    def build(self, *arguments: str, **variables: str) -> Result:
        """Build it in Chinese; it must succeed."""
        command = (*CHINESE, *self.arguments, *arguments)
        out = self.folder / "out"
        result = build(self.source, out, *command, variables={**VARIABLES, **variables})
        assert result.status == 0, result.stderr
        return result

    def edit(self, page: str, old: str, new: str) -> None:
        """Replace a text in a file of the book, once."""
        path = self.source / page
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        later(path)


@pytest.fixture(scope="module")
def built_pond(tmp_path_factory: pytest.TempPathFactory) -> Pond:
    """The pond, built once; copy it before any change."""
    pond = Pond(tmp_path_factory.mktemp("pond"))
    copy_book(ROOTS / "test-basic", pond.source)
    pond.build()
    return pond


@pytest.fixture
def pond(built_pond: Pond, tmp_path: Path) -> Pond:
    """A built pond of one's own.

    Sphinx's environment holds paths, so the copy has to be built where it is; all it
    needs is known already.
    """
    shutil.copytree(built_pond.source, tmp_path / "book")
    fresh = Pond(tmp_path)
    fresh.build()
    return fresh


def read(result: Result) -> list[str]:
    """The pages that a build has read, from its own output."""
    marker = "reading sources... ["
    lines = result.stdout.replace("\r", "\n").splitlines()
    return sorted(
        line.rpartition("%] ")[2].strip() for line in lines if line.startswith(marker)
    )


def counters(result: Result) -> dict[str, Any]:
    """The counters of a build."""
    found: dict[str, Any] = result.report["counters"]
    return found


def comparable(result: Result) -> dict[str, Any]:
    """A report without the times of this very build."""
    return {key: value for key, value in result.report.items() if key != "seconds"}


def pages_of(out: Path) -> dict[str, bytes]:
    """All HTML pages of a build."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*.html"))
    }


def origins(result: Result, docname: str) -> dict[str, int]:
    """Segments of a page by origin, without those that are none."""
    (found,) = (d for d in result.report["documents"] if d["docname"] == docname)
    return {origin: count for origin, count in found["segments"].items() if count}


def test_nothing_changed_nothing_is_read(pond: Pond) -> None:
    """A second build reads no page, and says the same of each."""
    before = pages_of(pond.folder / "out")
    report = comparable(Result(0, "", "", pond.folder / "out"))
    again = pond.build()
    assert read(again) == []
    assert counters(again)["pages_read"] == counters(again)["segments"] == 0
    assert pages_of(again.out) == before
    now = comparable(again)
    assert now["documents"] == report["documents"]
    assert now["totals"] == report["totals"]


def test_everything_known_nothing_is_collected(pond: Pond) -> None:
    """With a fresh environment pages are read once; nothing is collected or split."""
    again = pond.build("-E")
    assert read(again) == ["index", "one", "two"]
    assert ALL_KNOWN.items() <= counters(again).items()


def test_one_edited_sentence(pond: Pond) -> None:
    """One page is read again, one segment is new; the other sentences stay human.

    The edited sentence shows the human sentence of its former self as stale, with both
    sources in the report; when the edit is taken back, that sentence is human again.
    """
    before = origins(Result(0, "", "", pond.folder / "out"), "one")
    old, new = "There are $n = 12$ fish", "There were $n = 13$ small fish"
    pond.edit("one.md", old, new)
    edited = pond.build()
    assert read(edited) == ["one"]
    assert counters(edited)["pages_read"] == 1
    assert counters(edited)["segments_new"] == 1
    assert origins(edited, "one") == {
        **before,
        "human": before["human"] - 1,
        "stale": 1,
    }
    page = edited.page("one.html")
    assert "There were" not in page
    assert '<span class="amts-stale">池塘里有' in page
    assert "大鱼待在水底" in page
    [stale] = next(d for d in edited.report["documents"] if d["docname"] == "one")[
        "stale"
    ]
    assert "There are n = 12 fish" in stale["was"]
    assert "There were n = 13 small fish" in stale["source"]
    status = edited.page("amts-status.html")
    assert "small" in " ".join(
        re.findall('<span class="amts-added">(.*?)</span>', status)
    )
    pond.edit("one.md", new, old)
    back = pond.build()
    assert read(back) == ["one"]
    assert origins(back, "one") == before
    assert "池塘里有" in back.page("one.html")


def test_an_inserted_sentence_takes_nobodys_place(pond: Pond) -> None:
    """A new sentence between two old ones leaves both to their translators."""
    before = origins(Result(0, "", "", pond.folder / "out"), "index")
    pond.edit("index.rst", "It is short, but", "It was dug by hand. It is short, but")
    edited = pond.build()
    assert counters(edited)["segments_new"] == 1
    assert origins(edited, "index") == {**before, "untranslated": 1}
    assert "It was dug by hand." in edited.page("index.html")


def test_one_changed_translation(pond: Pond) -> None:
    """When people change one sentence of the reference, exactly its page is read."""
    pond.edit("zh/one.md", "小鱼在水面附近游动。", "小鱼总在水面附近游来游去。")
    again = pond.build()
    assert read(again) == ["one"]
    assert counters(again)["segments_new"] == 0
    assert "游来游去" in again.page("one.html")
    assert read(pond.build()) == []


def test_a_touched_reference_changes_nothing(pond: Pond) -> None:
    """A file of the reference that is newer but the same makes no page read again."""
    later(pond.source / "zh" / "one.md")
    assert read(pond.build()) == []


def test_a_new_page_of_the_reference(pond: Pond) -> None:
    """People translate a page that was missing: that page is read, no other."""
    text = "池塘里的植物\n============\n\n芦苇长在北岸。多年没有人割过芦苇。\n"
    (pond.source / "zh" / "two.rst").write_text(text, "utf-8")
    again = pond.build()
    assert read(again) == ["two"]
    assert "池塘里的植物" in again.page("two.html")


def test_a_removed_page_is_forgotten(pond: Pond) -> None:
    """A page that is gone stands neither in the report nor on the status page."""
    (pond.source / "two.rst").unlink()
    pond.edit("index.rst", "   two\n", "")
    again = pond.build()
    names = [document["docname"] for document in again.report["documents"]]
    assert names == ["index", "one"]
    assert "two.html" not in again.page("amts-status.html")
    assert "one.html" in again.page("amts-status.html")


def test_removed_cache_same_book(pond: Pond) -> None:
    """``.amts`` may be deleted at any time: the book comes out the same."""
    before = pages_of(pond.folder / "out")
    shutil.rmtree(pond.source / ".amts")
    again = pond.build("-E")
    assert counters(again)["pages_collected"] == 3
    assert pages_of(again.out) == before
    shutil.rmtree(pond.source / ".amts")
    assert pages_of(pond.build().out) == before


def test_languages_take_turns(pond: Pond) -> None:
    """English, Chinese, English: with doctrees of their own nothing is read twice."""
    for expected in (["index", "one", "two"], []):
        english = build(pond.source, pond.folder / "en")
        assert read(english) == expected
        assert read(pond.build()) == []


@pytest.mark.parametrize(
    ("option", "pages"),
    [
        ("amts_mark_origin=0", ["index", "one", "two"]),
        ("amts_budget=5", []),
        ("amts_cache_dir=elsewhere", []),
    ],
)
def test_which_options_make_pages_read_again(
    pond: Pond, option: str, pages: list[str]
) -> None:
    """Pages are read again for what shows in them, not for where things are kept."""
    assert read(pond.build("-D", option)) == pages


def test_another_engine(pond: Pond) -> None:
    """With an engine that has answers the pages with gaps are read; one has none."""
    pond.arguments = ("-D", "amts_engine=pseudo")
    again = pond.build()
    assert read(again) == ["one", "two"]
    assert counters(again)["engine_calls"] == 1
    assert again.report["totals"]["segments"]["untranslated"] == 0
    assert ALL_KNOWN.items() <= counters(again).items()
    assert counters(again)["segments_new"] == 0


# -- same input, same bytes -----------------------------------------------------------


def test_parallel_reading_gives_the_same_book(tmp_path: Path) -> None:
    """``-j 2``: the same report but for its times, the same pages."""
    serial, parallel = Pond(tmp_path / "serial"), Pond(tmp_path / "parallel")
    for pond in (serial, parallel):
        copy_book(ROOTS / "test-basic", pond.source)
        for number in range(8):  # Sphinx reads fewer pages in one process
            extra = pond.source / f"extra{number}.md"
            extra.write_text(
                f"# Page {number}\n\nA heron. Fish in the pond.\n", "utf-8"
            )
    one, two = serial.build(), parallel.build("-j", "2")
    assert comparable(one) == comparable(two)
    assert len(one.report["documents"]) == 11
    assert pages_of(one.out) == pages_of(two.out)
    parallel.edit("one.md", "**every morning**", "**every evening**")
    assert counters(parallel.build("-j", "2"))["segments_new"] == 1


@pytest.mark.parametrize("engine", ["memory", "pseudo"])
def test_same_input_same_bytes(tmp_path: Path, engine: str) -> None:
    """Two builds in two places, with other hashes, write the same report and pages."""
    found = []
    for seed in ("1", "77"):
        pond = Pond(tmp_path / seed, ("-D", f"amts_engine={engine}"))
        copy_book(ROOTS / "test-basic", pond.source)
        result = pond.build(PYTHONHASHSEED=seed)
        report = json.dumps(comparable(result))
        cache = {
            path.relative_to(pond.source).as_posix(): path.read_bytes()
            for path in sorted((pond.source / ".amts").rglob("*.json"))
            if path.name != "head.json"  # it holds the times of files
        }
        found.append((report, pages_of(result.out), cache))
    assert found[0] == found[1]


def test_the_clock_shows_only_when_asked(pond: Pond) -> None:
    """Without SOURCE_DATE_EPOCH the report has no date; with it, that one."""
    assert "generated" not in Result(0, "", "", pond.folder / "out").report
    again = pond.build(SOURCE_DATE_EPOCH="86400")
    assert again.report["generated"] == "1970-01-02T00:00:00+00:00"


# -- a PO catalog ---------------------------------------------------------------------


def test_a_changed_catalog(pond: Pond, compiled: Callable[..., Path]) -> None:
    """A PO catalog that changed makes its page read again, no other."""
    compiled(pond.source, "two", {"Plants in the pond": "池中植物"})
    pond.arguments = (*MEMORY, "-D", "locale_dirs=locale", "-D", "gettext_compact=0")
    pond.build()
    path = compiled(pond.source, "two", {"Plants in the pond": "池塘中的植物"})
    later(path)
    later(path.with_suffix(".mo"))
    again = pond.build()
    assert read(again) == ["two"]
    assert "<h1>池塘中的植物" in again.page("two.html")


# -- a larger book --------------------------------------------------------------------


def test_every_kind_of_node_is_known_again(library: Library) -> None:
    """On a book with everything, too, a fresh environment finds all stored."""
    arguments = (*CHINESE, "-D", "amts_engine=pseudo", "-D", "amts_languages=zh,es")
    library.built("kitchen-sink", *arguments)
    again = build(
        library.source("kitchen-sink"),
        library.built("kitchen-sink", *arguments).out,
        *arguments,
        "-E",
        variables=VARIABLES,
    )
    assert ALL_KNOWN.items() <= counters(again).items()
    assert counters(again)["pages_read"] == len(again.report["documents"])


def test_a_reference_that_is_taken_away(pond: Pond) -> None:
    """Without a reference in the configuration no sentence is human any more."""
    pond.arguments = (*MEMORY, "-D", "amts_languages=zh")
    again = pond.build()
    assert again.report["totals"]["segments"]["human"] == 0
    assert "池塘" not in again.page("one.html")
    pond.arguments = MEMORY
    assert pond.build().report["totals"]["segments"]["human"] > 0
