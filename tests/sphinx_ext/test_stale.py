"""Stale sentences in a build: shown with their mark, listed with what has changed."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book

ARGUMENTS = (*CHINESE, "-D", "amts_languages=zh", "-D", "amts_engine=memory")
LONG = "Reeds grow along the northern bank of the pond in every single summer."
NOW = LONG.replace("northern", "southern")
SAID = "芦苇每年夏天都长在池塘北岸。"
HERON, HERON_SAID = "A heron visits the pond in winter.", "冬天有苍鹭来访。"

jsonschema = importlib.import_module("jsonschema")
SCHEMA = json.loads(
    (files("amts_sphinx.report") / "report.schema.json").read_text("utf-8")
)


def write_book(folder: Path) -> Path:
    """A book whose page two said ``LONG`` when it was translated."""
    copy_book(ROOTS / "test-basic", folder)
    page = folder / "two.rst"
    text = page.read_text("utf-8")
    assert "Reeds grow along the northern bank." in text
    page.write_text(text.replace("Reeds grow along the northern bank.", NOW), "utf-8")
    lines = [
        {"source": LONG, "target": SAID, "document": "two"},
        {"source": HERON, "target": HERON_SAID, "document": "one"},
    ]
    memory = folder / "translations" / "zh" / "zh.jsonl"
    memory.parent.mkdir(parents=True)
    memory.write_text("".join(f"{json.dumps(n)}\n" for n in lines), "utf-8")
    return folder


def chinese(source: Path, *arguments: str, builder: str = "html") -> Result:
    """The Chinese book; it must succeed."""
    out = source.parent / f"out-{builder}"
    result = build(source, out, *ARGUMENTS, *arguments, builder=builder)
    assert result.status == 0, result.stderr
    assert result.stderr.strip() == ""
    return result


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The book and its one build; nobody changes them."""
    source = write_book(tmp_path_factory.mktemp("stale") / "book")
    return source, chinese(source)


@pytest.fixture
def source(built: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the book, its pages collected."""
    shutil.copytree(built[0], tmp_path / "book")
    return tmp_path / "book"


def stale_of(result: Result) -> dict[str, list[dict[str, Any]]]:
    """The report's stale sentences by page."""
    documents = result.report["documents"]
    return {d["docname"]: d["stale"] for d in documents if d["stale"]}


def test_it_is_marked_and_listed(built: tuple[Path, Result]) -> None:
    """In the page with its mark, in the report with both sources and how alike."""
    _, result = built
    assert f'<span class="amts-stale">{SAID}</span>' in result.page("two.html")
    assert NOW not in result.page("two.html")
    jsonschema.validate(result.report, SCHEMA)
    [found] = stale_of(result)["two"]
    assert set(found) == {"was", "source", "target", "likeness"}
    assert (found["was"], found["source"], found["target"]) == (LONG, NOW, SAID)
    assert 0.9 < found["likeness"] < 1
    assert list(stale_of(result)) == ["two"]
    assert result.report["totals"]["segments"]["stale"] == 1


def test_the_status_page_says_what_changed(built: tuple[Path, Result]) -> None:
    """Just the words that were removed and added, the sentence, and its page."""
    page = built[1].page("amts-status.html")
    changes = {
        change: re.findall(f'<span class="amts-{change}">(.*?)</span>', page)
        for change in ("removed", "added")
    }
    assert changes == {"removed": ["northern"], "added": ["southern"]}
    section = page[page.index('id="amts-status-stale"') :]
    assert SAID in section
    assert 'href="two.html"' in section
    assert HERON_SAID not in section


def test_nothing_changed_nothing_is_read(source: Path) -> None:
    """Stale sentences and memory files do not make a page look new; same bytes."""
    first = chinese(source)
    page = (first.out / "two.html").read_bytes()
    status = (first.out / "amts-status.html").read_bytes()
    report = first.report["documents"]
    again = chinese(source)
    assert again.report["counters"]["pages_read"] == 0
    assert again.report["documents"] == report
    assert (again.out / "two.html").read_bytes() == page
    assert (again.out / "amts-status.html").read_bytes() == status


def test_the_same_bytes_elsewhere(built: tuple[Path, Result], source: Path) -> None:
    """The same book in another place, from its stored pages: the same pages."""
    again = chinese(source)
    for name in ("one.html", "two.html", "amts-status.html"):
        assert again.page(name) == built[1].page(name)
    assert again.report["documents"] == built[1].report["documents"]


@pytest.mark.parametrize(
    ("builder", "arguments", "page"),
    [
        ("html", ("-D", "amts_mark_origin=0"), "two.html"),
        ("text", (), "two.txt"),
        ("latex", ("-D", "latex_engine=xelatex"), "pond.tex"),
    ],
)
def test_where_no_mark_is_shown_nothing_is_stale(
    source: Path, builder: str, arguments: tuple[str, ...], page: str
) -> None:
    """Without marks a reader could not tell: the source stands."""
    if builder == "latex":
        conf = source / "conf.py"
        line = 'latex_documents = [("index", "pond.tex", "Pond", "Anglers", "howto")]'
        conf.write_text(f"{conf.read_text('utf-8')}\n{line}\n", "utf-8")
    result = chinese(source, *arguments, builder=builder)
    text = " ".join(result.page(page).split())
    assert SAID not in text
    assert "southern" in text
    assert stale_of(result) == {}
    assert result.report["totals"]["segments"]["human"] == 1


def test_a_renamed_page_keeps_its_sentences(source: Path) -> None:
    """Under another name too what is unchanged is human, what is changed stale."""
    for old, new in (("one.md", "fish.md"), ("two.rst", "plants.rst")):
        (source / old).rename(source / new)
    index = source / "index.rst"
    text = index.read_text("utf-8").replace("   one\n   two", "   fish\n   plants")
    index.write_text(text.replace(":doc:`one`", ":doc:`fish`"), "utf-8")
    stat = index.stat()
    os.utime(index, ns=(stat.st_atime_ns, stat.st_mtime_ns + 2_000_000_000))
    result = chinese(source)
    assert f'<span class="amts-human">{HERON_SAID}' in result.page("fish.html")
    assert f'<span class="amts-stale">{SAID}' in result.page("plants.html")
    assert list(stale_of(result)) == ["plants"]


def test_a_page_that_shows_nothing_stale_any_more(source: Path) -> None:
    """Once the translation is revised, page, report and status page say so."""
    chinese(source)
    memory = source / "translations" / "zh" / "zh.jsonl"
    memory.write_text(memory.read_text("utf-8").replace("northern", "southern"))
    result = chinese(source)
    assert result.report["counters"]["pages_read"] == 1
    assert f'<span class="amts-human">{SAID}' in result.page("two.html")
    assert stale_of(result) == {}
    assert "amts-status-stale" not in result.page("amts-status.html")
