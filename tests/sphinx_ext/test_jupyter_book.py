"""A Jupyter Book has no ``conf.py``: its whole configuration is overrides."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from building import Result, run

pytest.importorskip("jupyter_book.cli.main", reason="Jupyter Book 1 is not installed")

CONFIG = """\
title: A small pond
author: The anglers
copyright: "2020"
only_build_toc_files: true
execute:
  execute_notebooks: "off"
sphinx:
  extra_extensions: [amts_sphinx]
  config:
    amts_languages:
      zh:
        reference: zh
        conf: {html_title: 小池塘}
      es: {}
"""
CONTENTS = """\
format: jb-book
root: index
parts:
  - caption: Animals of the pond
    chapters:
      - file: one
  - caption: Plants of the pond
    chapters:
      - file: two
        title: Green things
"""
ENGLISH = {
    "index.md": "# A small pond\n\nThis book is about a small pond.\n",
    "one.md": """\
# Fish in the pond

There are $n = 12$ fish in the pond. A heron visits the pond in winter.
See [the lost page](lost.md).
""",
    "two.md": "# Plants in the pond\n\nReeds grow along the northern bank.\n",
    "_toc.yml": CONTENTS,
}
CHINESE = {
    "index.md": "# 小池塘\n\n本书讲的是一个小池塘。\n",
    "one.md": """\
# 池塘里的鱼

池塘里有 $n = 12$ 条鱼。冬天会有一只苍鹭飞来池塘。参见[遗失的页面](lost.md)。
""",
    "two.md": "# 池塘里的花草\n\n北岸长着芦苇。\n",
    "_toc.yml": CONTENTS.replace("Animals of the pond", "池塘里的动物")
    .replace("Plants of the pond", "池塘里的植物")
    .replace("Green things", "绿色植物"),
}


def jupyter_book(book: Path, *arguments: str) -> Result:
    """Run ``jupyter-book build BOOK ARGUMENTS``."""
    code = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", code, "build", str(book), *arguments]
    return run(command, book / "_build")


def warnings(result: Result) -> list[str]:
    """The warnings of a build, in order."""
    lines = (result.stdout + result.stderr).splitlines()
    return [line for line in lines if "WARNING" in line]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    """The book in English and in Chinese."""
    book = tmp_path_factory.mktemp("jupyter") / "book"
    (book / "zh").mkdir(parents=True)
    (book / "_config.yml").write_text(CONFIG, encoding="utf-8")
    for folder, files in ((book, ENGLISH), (book / "zh", CHINESE)):
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    english = jupyter_book(book)
    chinese = jupyter_book(book, "--builder", "custom", "--custom-builder", "amts-zh")
    return english, chinese


def test_a_jupyter_book_is_built_in_chinese(builds: tuple[Result, Result]) -> None:
    """All of it is people's, though the reference has no configuration of its own."""
    result = builds[1]
    assert result.status == 0, result.stderr
    out = result.out / "amts-zh"
    page = (out / "one.html").read_text("utf-8")
    assert '<html lang="zh-CN"' in page
    assert re.search(r"<title>池塘里的鱼 .* 小池塘</title>", page)
    assert "冬天会有一只苍鹭飞来池塘。" in page
    assert r"\(n = 12\)" in page
    assert "amts: zh: 100.0 % of" in result.stdout


def test_captions_and_titles_of_the_sidebar_are_translated(
    builds: tuple[Result, Result],
) -> None:
    """They come from the table of contents, which has a file of its own."""
    page = (builds[1].out / "amts-zh" / "one.html").read_text("utf-8")
    captions = re.findall(r'<span class="caption-text">([^<]*)</span>', page)
    assert captions[:2] == ["池塘里的动物", "池塘里的植物"]
    assert re.search(r'href="two.html">\s*绿色植物', page)
    assert "Green things" not in page
    assert "of the pond" not in page


def test_both_books_have_the_same_warnings(builds: tuple[Result, Result]) -> None:
    """What is wrong with the source is said once in each language, nothing more."""
    english, chinese = map(warnings, builds)
    assert len(english) == 1
    assert "lost.md" in english[0]
    assert chinese == english


def test_the_english_book_is_left_alone(builds: tuple[Result, Result]) -> None:
    """The extension is loaded there, too."""
    page = (builds[0].out / "html" / "one.html").read_text("utf-8")
    assert "Fish in the pond" in page
    assert "amts-" not in page
