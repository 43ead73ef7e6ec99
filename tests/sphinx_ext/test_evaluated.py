"""Builds tell what was evaluated, compute nothing, and say if it is out of date."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book, later, run

EVALUATE = [sys.executable, "-m", "amts_sphinx.cli", "evaluate"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little book, evaluated with the engine that disguises the source."""
    book = copy_book(
        ROOTS / "test-basic", tmp_path_factory.mktemp("evaluated") / "book"
    )
    result = run([*EVALUATE, str(book), "zh"], book)
    assert result.status == 0, result.stderr
    return book


def built(source: Path) -> Result:
    """The Chinese book."""
    result = build(source, source.parent / "out", *CHINESE)
    assert result.status == 0, result.stderr
    return result


def test_the_report_and_the_status_page_tell_it(source: Path) -> None:
    """Systems and pages, current; sacrebleu is not even loaded by the build."""
    result = built(source)
    told = result.report["evaluation"]
    assert told["current"] is True
    assert [one["name"] for one in told["systems"]][:2] == ["copy", "memory"]
    page = result.page("amts-status.html")
    assert 'id="amts-status-quality"' in page
    assert "机器译文的质量" in page
    assert "此后" not in page
    assert "这些数字算出之后" not in page


def test_when_the_book_changes_it_says_so(source: Path) -> None:
    """The figures stay, with a word that they are of an older book."""
    built(source)
    path = source / "one.md"
    text = path.read_text("utf-8")
    path.write_text(f"{text}\nOne more sentence for everybody.\n", "utf-8")
    later(path)
    try:
        result = built(source)
        assert result.report["evaluation"]["current"] is False
        assert "这些数字算出之后" in result.page("amts-status.html")
    finally:
        path.write_text(text, "utf-8")
        path.touch()


def test_an_evaluation_alone_makes_the_page_anew(source: Path) -> None:
    """Nothing else is read or written again."""
    built(source)
    file = source / ".amts" / "evaluation" / "zh.json"
    before = file.read_text("utf-8")
    data = json.loads(before)
    data["scored"]["messages"] = 4321
    try:
        file.write_text(json.dumps(data), "utf-8")
        result = built(source)
        assert result.report["counters"]["pages_read"] == 0
        assert result.report["evaluation"]["messages"] == 4321
        assert "4,321" in result.page("amts-status.html")
    finally:
        file.write_text(before, "utf-8")


@pytest.mark.parametrize("content", ["", "[]", '{"systems": [{"name": 1}]}', "\x00"])
def test_a_damaged_file_is_no_evaluation(source: Path, content: str) -> None:
    """The build goes on as if nobody had evaluated anything."""
    file = source / ".amts" / "evaluation" / "zh.json"
    before = file.read_text("utf-8")
    try:
        file.write_text(content, "utf-8")
        result = built(source)
        assert "evaluation" not in result.report
        assert "amts-status-quality" not in result.page("amts-status.html")
        assert result.stderr == ""
    finally:
        file.write_text(before, "utf-8")


def test_names_out_of_the_file_are_text(source: Path) -> None:
    """A system's name cannot bring markup into the book."""
    file = source / ".amts" / "evaluation" / "zh.json"
    before = file.read_text("utf-8")
    data = json.loads(before)
    data["systems"][0]["name"] = "<script>alert(1)</script>"
    try:
        file.write_text(json.dumps(data), "utf-8")
        page = built(source).page("amts-status.html")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    finally:
        file.write_text(before, "utf-8")


def test_an_edited_message_is_not_scored(tmp_path: Path) -> None:
    """What people wrote for its former self is no reference of it."""
    book = copy_book(ROOTS / "test-basic", tmp_path / "book")
    command = [*EVALUATE, str(book), "zh", "--json"]
    before = json.loads(run(command, book).stdout)["scored"]
    path = book / "one.md"
    lines = path.read_text("utf-8").splitlines()
    number = max(range(len(lines)), key=lambda n: len(lines[n]))
    lines[number] = f"Quite another beginning. {lines[number]}"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    later(path)
    after = json.loads(run(command, book).stdout)["scored"]
    assert after["messages"] == before["messages"] - 1
    assert after["without_reference"] == before["without_reference"] + 1
