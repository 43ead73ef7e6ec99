"""The report of a build, the status page in the book, and the closing lines."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from building import CHINESE, ROOTS, SPANISH, Result, build, copy_book
from compare import warnings_of
from html_tree import Element, article_body, parse
from library import Library

MEMORY = ("-D", "amts_engine=memory")
BOOKS = ["basic", "kitchen-sink", "example"]


def chinese(library: Library, book: str, builder: str = "html") -> Result:
    """A book in Chinese with what is known, built once for each builder."""
    return library.built(book, *CHINESE, *MEMORY, builder=builder)


@pytest.mark.parametrize("book", BOOKS)
def test_the_report_keeps_its_schema(library: Library, book: str) -> None:
    """Every report is what the schema that ships beside it promises."""
    schema = json.loads(
        (files("amts_sphinx.report") / "report.schema.json").read_text()
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(chinese(library, book).report, schema)


@pytest.mark.parametrize("book", BOOKS)
def test_totals_are_sums(library: Library, book: str) -> None:
    """Totals are the sums over pages, and hits by rung those over segments."""
    report = chinese(library, book).report
    for measure in ("segments", "characters"):
        total: Counter[str] = Counter()
        for document in report["documents"]:
            total.update(document[measure])
        assert total == Counter(report["totals"][measure])
    counters = report["counters"]
    assert sum(counters["hits"].values()) == counters["segments"]
    assert counters["segments"] == sum(report["totals"]["segments"].values())
    assert counters["pages_read"] == len(report["documents"])
    names = [document["docname"] for document in report["documents"]]
    assert names == sorted(names)


def test_the_report_says_what_was_built(library: Library) -> None:
    """Languages, engine, titles as readers know them; sorted keys, a final newline."""
    result = chinese(library, "basic")
    report = result.report
    assert (report["language"], report["source_language"]) == ("zh", "en")
    assert report["engine"] == {"name": "memory"}
    titles = {d["docname"]: d["title"] for d in report["documents"]}
    assert titles["index"] == "小池塘"
    assert titles["two"] == "Plants in the pond"
    text = (result.out / "_amts" / "report.json").read_text("utf-8")
    assert text.endswith("}\n")
    assert list(report) == sorted(report)


def test_the_report_says_what_the_engine_did(library: Library) -> None:
    """One job, what was sent, and what it took to use the answers; nothing was paid."""
    result = library.built("basic", *SPANISH, "-D", "amts_engine=pseudo")
    counters, totals = result.report["counters"], result.report["totals"]
    assert counters["engine_calls"] == 1
    assert counters["engine_characters"] == totals["characters"]["machine"]
    assert counters["repairs"] == {"as_is": totals["segments"]["machine"]}
    assert (counters["engine_stored"], counters["engine_lost"]) == (0, 0)
    assert "engine pseudo: 1 calls.\n" in result.stdout


def rows(result: Result, page: str = "amts-status.html") -> list[Element]:
    """The rows of the table of pages, without its head."""
    body = article_body(parse(result.page(page)))
    tables = [e for e in body.walk() if e.tag == "tbody"]
    assert len(tables) == 1
    return [e for e in tables[0].walk() if e.tag == "tr"]


@pytest.mark.parametrize("book", BOOKS)
def test_one_row_for_each_page(library: Library, book: str) -> None:
    """Each page of the book has a row with its title, linked; all links lead there."""
    result = chinese(library, book)
    found = rows(result)
    links = [next(e for e in row.walk() if e.tag == "a") for row in found]
    targets = {link.attributes["href"] for link in links}
    expected = {f"{d['docname']}.html" for d in result.report["documents"]}
    assert targets == expected
    assert len(links) == len(expected)
    assert all((result.out / target).is_file() for target in targets)
    titles = {d["title"] for d in result.report["documents"]}
    assert {link.text() for link in links} == titles


def test_what_needs_most_work_comes_first(library: Library) -> None:
    """Rows are sorted by what is left to do; the numbers are those of the report."""
    result = chinese(library, "basic")
    to_do = [int(row_text(row)[-1].replace(",", "")) for row in rows(result)]
    assert to_do == sorted(to_do, reverse=True)
    amounts = result.report["totals"]["characters"]
    assert sum(to_do) == sum(amounts.values()) - amounts["human"]


def row_text(row: Element) -> list[str]:
    """The cells of a row as text."""
    return [" ".join(e.text().split()) for e in row.walk() if e.tag == "td"]


def test_the_page_speaks_the_language(library: Library) -> None:
    """The title, the summary and the bars of the page are in the reader's language."""
    page = chinese(library, "basic").page("amts-status.html")
    assert "<h1>翻译状态" in page
    assert 'class="amts-bar" role="img" aria-label="59.' in page
    assert "人工翻译" in page
    spanish = library.built("basic", *SPANISH, *MEMORY).page("amts-status.html")
    assert "<h1>Estado de la traducción" in spanish


@pytest.mark.parametrize(
    ("builder", "name"),
    [
        ("html", "amts-status.html"),
        ("dirhtml", "amts-status/index.html"),
        ("text", "amts-status.txt"),
        ("epub", "amts-status.xhtml"),
    ],
)
def test_the_page_is_in_every_output(library: Library, builder: str, name: str) -> None:
    """Whatever is built has the page, in a form that fits."""
    result = chinese(library, "basic", builder)
    page = result.page(name)
    assert "翻译状态" in page
    assert "小池塘" in page
    assert "Plants in the pond" in page
    if builder == "dirhtml":
        cells = (e for row in rows(result, name) for e in row.walk())
        links = [e.attributes["href"] for e in cells if e.tag == "a"]
        assert all((result.out / "amts-status" / href).is_dir() for href in links)
        assert len(links) == 3
    if builder == "epub":
        manifest = result.page("content.opf")
        assert 'href="amts-status.xhtml"' in manifest


def test_the_page_is_no_page_of_the_book(library: Library) -> None:
    """It has no source to show, no number, no place among the pages of the book."""
    result = chinese(library, "basic")
    assert not list((result.out / "_sources").glob("amts-status*"))
    assert "amts-status" not in result.page("index.html")
    names = [document["docname"] for document in result.report["documents"]]
    assert "amts-status" not in names
    assert "_sources/amts-status" not in result.page("amts-status.html")


def test_not_in_the_way_of_strict_builds(tmp_path: Path) -> None:
    """With ``-W -n`` a clean book is a clean book, at the first build and later."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    for _ in range(2):
        result = build(book, tmp_path / "out", *CHINESE, *MEMORY, "-W", "-n")
        assert result.status == 0, result.stderr
        assert result.stderr == ""
        assert (result.out / "amts-status.html").is_file()


def test_a_page_of_that_name(tmp_path: Path) -> None:
    """A book that has a page ``amts-status`` keeps it; one warning says so."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    (book / "amts-status.md").write_text("---\norphan: true\n---\n# Mine\n", "utf-8")
    result = build(book, tmp_path / "out", *CHINESE, *MEMORY)
    assert result.status == 0
    assert "Mine" in result.page("amts-status.html")
    (warning,) = warnings_of(result.stderr)
    assert "amts-status" in warning
    assert "no status page" in warning
    assert (result.out / "_amts" / "report.json").is_file()
    silent = ("-D", "suppress_warnings=amts.status", "-E")
    assert build(book, tmp_path / "out", *CHINESE, *MEMORY, *silent).stderr == ""


def test_nothing_changed_the_page_stays(tmp_path: Path) -> None:
    """A second build neither removes the page nor writes it again."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    arguments = (*CHINESE, *MEMORY)
    first = build(book, tmp_path / "out", *arguments)
    page = first.out / "amts-status.html"
    before, written = page.read_bytes(), page.stat().st_mtime_ns
    for _ in range(2):
        again = build(book, tmp_path / "out", *arguments)
        assert "0 added, 0 changed, 0 removed" in again.stdout
        assert (page.read_bytes(), page.stat().st_mtime_ns) == (before, written)
        assert "amts-status.html" in again.stdout


def test_the_page_follows_the_book(tmp_path: Path) -> None:
    """When one page changed, its row and the totals change."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    arguments = (*CHINESE, *MEMORY)
    first = build(book, tmp_path / "out", *arguments)
    size = first.report["totals"]["characters"]
    with (book / "two.rst").open("a", encoding="utf-8") as page:
        page.write("\nFrogs live here.\n")
    again = build(book, tmp_path / "out", *arguments)
    total = sum(again.report["totals"]["characters"].values())
    assert total == sum(size.values()) + len("Frogs live here.")
    assert str(total) in again.page("amts-status.html")


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_the_closing_lines(library: Library, builder: str) -> None:
    """The terminal says what the book consists of and which page tells more."""
    result = chinese(library, "basic", builder)
    lines = [
        line for line in result.stdout.splitlines() if line.startswith("amts: zh: ")
    ]
    totals: dict[str, Any] = result.report["totals"]
    human = totals["segments"]["human"]
    assert f"amts: zh: sentences: {human} human, 0 stale, 0 machine" in lines[0]
    share = 100 * totals["characters"]["human"] / sum(totals["characters"].values())
    assert f"{share:.1f} % of" in lines[1]
    assert "nothing sent, nothing billed" in lines[1]
    match = re.search(r"status page: (\S+)", lines[2])
    assert match
    assert Path(match[1]).resolve().is_file() or (Path.cwd() / match[1]).is_file()
