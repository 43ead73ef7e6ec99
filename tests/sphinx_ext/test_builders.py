"""The example book in Chinese through every builder that readers use."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from building import Result
from compare import warnings_of
from library import Library

TITLE = "衡量机器翻译"
SENTENCE = "。"


def translated(library: Library, builder: str) -> Result:
    """The book as its maintainer builds it: through the launcher."""
    option = f"amts_builder={builder}"
    return library.built("example", "-D", option, builder="amts-zh")


def texts(out: Path, pattern: str) -> str:
    """Everything in the files of a pattern."""
    found = sorted(out.rglob(pattern))
    assert found
    return "\n".join(path.read_text("utf-8", "replace") for path in found)


OUTPUTS = [
    ("html", "*.html"),
    ("dirhtml", "*.html"),
    ("singlehtml", "index.html"),
    ("epub", "*.xhtml"),
    ("latex", "*.tex"),
    ("text", "*.txt"),
]


@pytest.mark.parametrize(("builder", "pattern"), OUTPUTS)
def test_chinese_without_a_new_warning(
    library: Library, builder: str, pattern: str
) -> None:
    """The book comes out in Chinese, and warns of nothing that it did not before."""
    english = library.built("example", builder=builder)
    result = translated(library, builder)
    assert warnings_of(result.stderr) - warnings_of(english.stderr) == {}
    text = texts(result.out, pattern)
    assert TITLE in text
    assert text.count(SENTENCE) > 100
    assert "amts: zh: open" in result.stdout


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml", "epub", "text"])
def test_the_same_files(library: Library, builder: str) -> None:
    """The Chinese book has the files of the English one, and those of AMTS."""
    english = library.built("example", builder=builder).out
    ours = translated(library, builder).out
    suffixes = {".html", ".xhtml", ".txt", ".png", ".svg", ".py"}

    def files(out: Path) -> set[str]:
        return {
            path.relative_to(out).as_posix()
            for path in out.rglob("*")
            if path.suffix in suffixes and ".doctrees" not in path.parts
        }

    more = files(ours) - files(english)
    assert files(english) - files(ours) == set()
    assert all("amts" in name for name in more), more


def test_an_epub_can_be_opened(library: Library) -> None:
    """The EPUB is a sound archive, says it is Chinese, and holds the status page."""
    (path,) = translated(library, "epub").out.glob("*.epub")
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        names = book.namelist()
        content = book.read("content.opf").decode()
        start = book.read("nav.xhtml").decode()
    assert "<dc:language>zh" in content
    assert TITLE in content
    assert "amts-status.xhtml" in names
    assert "amts.css" in "".join(names)
    assert sum(start.count(character) for character in "的翻译机") > 5


def test_latex_is_chinese(library: Library) -> None:
    """The LaTeX source loads what Chinese needs; marks are roles without a look."""
    text = texts(translated(library, "latex").out, "*.tex")
    assert "xeCJK" in text or "xelatex" in text or "ctex" in text
    assert text.count("amts-human") == text.count(r"\DUrole{amts-human}") > 100
    assert "DUroleamts" not in text


def test_plain_text_has_no_marks(library: Library) -> None:
    """In plain text nothing shows but the words."""
    text = texts(translated(library, "text").out, "*.txt")
    assert "amts-human" not in text
    assert "<svg" not in text
