"""A translator's PO catalog, applied by Sphinx itself, wins over everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book
from html_tree import article_body, parse

CATALOGS = ("-D", "locale_dirs=locale", "-D", "gettext_compact=0")
PROGRESS = "\nProgress: |translation progress|.\n"


@pytest.fixture(scope="module")
def translated(
    tmp_path_factory: pytest.TempPathFactory, compiled: Callable[..., Path]
) -> Result:
    """The pond with a catalog for one page, beside its reference and an engine."""
    book = copy_book(ROOTS / "test-basic", tmp_path_factory.mktemp("po") / "book")
    with (book / "two.rst").open("a", encoding="utf-8") as page:
        page.write(PROGRESS)
    (book / "zh" / "two.rst").write_text("植物\n====\n\n北岸长着芦苇。\n", "utf-8")
    catalog = {
        "Plants in the pond": "目录里的植物",
        "Reeds grow along the northern bank. Nobody has cut them for years.": (
            "芦苇丛生。*多年*\\ 无人收割。"
        ),
        "Water lily": "Water lily",  # a person may pin the source
    }
    compiled(book, "two", catalog)
    result = build(book, book.parent / "out", *CHINESE, *CATALOGS)
    assert result.status == 0, result.stderr
    assert result.stderr == ""
    return result


def test_the_catalog_wins_over_the_reference(translated: Result) -> None:
    """Title and text are the catalog's, in the page and wherever they are copied."""
    page = translated.page("two.html")
    assert "<h1>目录里的植物" in page
    assert "<title>目录里的植物" in page
    assert "芦苇丛生。<em>多年</em>无人收割。" in page
    assert "北岸长着芦苇" not in page
    assert ">目录里的植物</a>" in translated.page("index.html")


def test_catalog_sentences_are_human(translated: Result) -> None:
    """What a catalog translated is counted as people's, on a rung of its own."""
    hits = translated.report["counters"]["hits"]
    assert hits["catalog"] == 4  # a title, two sentences, a pinned cell
    (two,) = (d for d in translated.report["documents"] if d["docname"] == "two")
    assert two["segments"]["human"] == 4
    assert two["segments"]["machine"] > 0
    assert two["title"] == "目录里的植物"


def test_catalog_sentences_are_marked(translated: Result) -> None:
    """The whole paragraph is one human mark; a pinned one is no untranslated text."""
    page = translated.page("two.html")
    assert '<span class="amts-human">芦苇丛生。<em>多年</em>无人收割。</span>' in page
    assert '<span class="amts-human">Water lily</span>' in page
    assert 'class="amts-untranslated"' not in page


def test_progress_is_right(translated: Result) -> None:
    """Sphinx's translation progress knows what the catalog and we translated."""
    text = article_body(parse(translated.page("two.html"))).text()
    # the formula and the number 0 are nothing that anybody could translate
    assert text.rstrip().endswith("100.00%.")


def test_without_the_catalog_the_reference_serves(
    tmp_path: Path, compiled: Callable[..., Path]
) -> None:
    """A message that the catalog lacks, or has empty, is looked up as always."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    compiled(book, "one", {"Fish in the pond": "", "Counting the fish": "数鱼"})
    arguments = (*CHINESE, *CATALOGS, "-D", "amts_engine=memory")
    result = build(book, tmp_path / "out", *arguments)
    page = result.page("one.html")
    assert "<h1>池塘里的鱼" in page
    assert "<h2>数鱼" in page
    assert "Fish in the pond" not in page


def test_progress_counts_what_is_missing(tmp_path: Path) -> None:
    """With the memory alone, progress is the share of messages that are translated."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    with (book / "two.rst").open("a", encoding="utf-8") as page:
        page.write(PROGRESS)
    with (book / "one.md").open("a", encoding="utf-8") as page:
        page.write("\n```{eval-rst}\nProgress: |translation progress|.\n```\n")
    result = build(book, tmp_path / "out", *CHINESE, "-D", "amts_engine=memory")
    assert "0.00%" in result.page("two.html")
    one = result.page("one.html")
    assert "0.00%" not in one.replace("100.00%", "")
    assert "100.00%" not in one


@pytest.mark.parametrize(
    "damage", [b"\xff\xfe not a catalog", b'msgid "unfinished', b""]
)
def test_a_broken_catalog_costs_itself_only(tmp_path: Path, damage: bytes) -> None:
    """A PO file that cannot be read is one warning at most; the book is built."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    folder = book / "locale" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "one.po").write_bytes(damage)
    arguments = (*CHINESE, *CATALOGS, "-D", "amts_engine=memory")
    result = build(book, tmp_path / "out", *arguments)
    assert result.status == 0
    assert "<h1>池塘里的鱼" in result.page("one.html")
    assert "Traceback" not in result.stderr
