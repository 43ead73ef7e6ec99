"""A build whose machine is a pair of books: what was answered once is shown again."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book
from html_tree import article_body, parse


def configured(folder: Path, *lines: str) -> Path:
    """The book, without its reference, with these lines added."""
    book = copy_book(ROOTS / "test-evaluated", folder / "pond")
    with (book / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('amts_languages = {"zh": {}}\n')
        conf.writelines(f"{line}\n" for line in lines)
    return book


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The book in Chinese, as the machine had it."""
    folder = tmp_path_factory.mktemp("recorded")
    return build(configured(folder), folder / "out", *CHINESE)


def body(result: Result, name: str) -> str:
    """The text of a page."""
    return article_body(parse(result.page(name))).text()


def test_recorded_sentences_are_shown_as_machine_text(built: Result) -> None:
    """What the machine's book has is in ours; what it has not stays English."""
    assert (built.status, built.stderr) == (0, "")
    heron = body(built, "birds/heron.html")
    assert "在冬天，白鹭离开池塘，沿着河流飞向大海。" in heron
    assert "它等待直到鲤鱼游过。" in heron
    assert "没有人必须为野生苍鹭调用 feed()。" in heron
    assert "The pike hides between the water plants." in body(built, "fish/pike.html")
    origins = {k: v for k, v in built.report["totals"]["segments"].items() if v}
    assert set(origins) <= {"machine", "untranslated", "failed"}
    assert origins["machine"] >= 20
    documents = {one["docname"]: one for one in built.report["documents"]}
    assert documents["fish/carp"]["segments"]["machine"] == 5
    assert documents["fish/pike"]["segments"]["machine"] == 0


def test_people_go_before_the_recording(tmp_path: Path) -> None:
    """Where there is a reference too, the machine fills what it lacks."""
    book = configured(tmp_path, 'amts_languages = {"zh": {"reference": "zh"}}')
    (book / "zh" / "fish" / "carp.md").unlink()
    result = build(book, tmp_path / "out", *CHINESE)
    assert result.status == 0
    assert "苍鹭在浅水里一站就是几个小时。" in body(result, "birds/heron.html")
    assert "一条老鲤鱼喜欢泥和温水。" in body(result, "fish/carp.html")


@pytest.mark.parametrize(
    ("books", "said"),
    [
        ({"source": ".", "translation": "none"}, "there is no folder 'none'"),
        ({"source": "."}, 'books: must be {"source": folder, "translation": folder}'),
    ],
)
def test_books_that_are_not_there(tmp_path: Path, books: object, said: str) -> None:
    """One warning, and the book is built from the memory alone."""
    book = configured(tmp_path, f'amts_engine_options = {{"books": {books!r}}}')
    result = build(book, tmp_path / "out", *CHINESE)
    assert result.status == 0
    [line] = result.stderr.strip().splitlines()
    assert line.startswith("WARNING: engine 'recorded' cannot be used: books: ")
    assert said in line
    assert "the memory alone is used" in line
