"""The books the bench builds, each once as it is and once with AMTS.

Every book is made in a folder of its own, from a copy or from numbers: two runs on one
machine build the very same bytes.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PLAIN = '\nextensions = [name for name in extensions if name != "amts_sphinx"]\n'
AMTS = '\nextensions += ["amts_sphinx"]\n'

#: the made-up translation: other letters, as many of them and as many bytes, so that
#: the two languages of the book differ in nothing else
_OTHER = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzBCDFGLMNRSTV", "ecdfughjoklmnpiqrstvawxyzbCDFGHMNPSTVW"
)
#: a line of running text, to be told from directives and code
_PROSE = re.compile(r"^([A-Z][a-z]+)((?: [a-z]+){4})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Book:
    """One book, twice."""

    name: str  #: what the table calls it
    plain: Path  #: its source folder without AMTS
    amts: Path  #: its source folder with AMTS
    code: str  #: the target language, as AMTS says it
    language: str  #: the target language, as Sphinx says it
    human: float = 0.9  #: share of its sentences that the reference surely has

    @property
    def target(self) -> tuple[str, ...]:
        """The arguments that make a build the inner run of the target language."""
        return ("-D", f"language={self.language}", "-D", f"amts_target={self.code}")


def real_book(folder: Path) -> Book:
    """Four chapters of *Dive into Deep Learning* in English, with their Chinese.

    Where they are not at hand, the example book stands in for them.
    """
    given = os.environ.get("AMTS_CORPORA")
    corpora = Path(given) if given else REPOSITORY.parent / "shared" / "corpora"
    source = corpora / "d2l"
    if not source.is_dir():
        print(f"D2L is skipped: no {source} (AMTS_CORPORA); the example book instead")
        return _example(folder)
    book = Book("D2L", folder / "plain/en", folder / "amts/en", "zh", "zh_CN")
    for side in (book.plain.parent, book.amts.parent):
        _copy(source, side)
    add_languages(book.amts, '{"zh": {"reference": "../zh"}}')
    return book


def _example(folder: Path) -> Book:
    """The project's own book; small, so fixed costs weigh more in it."""
    book = Book("example", folder / "plain", folder / "amts", "zh", "zh_CN", 0.5)
    for side in (book.plain, book.amts):
        _copy(REPOSITORY / "example_book", side)
    with (book.plain / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(PLAIN)
    return book


def add_languages(source: Path, languages: str) -> None:
    """Set a book up as the README says."""
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(f"{AMTS}amts_languages = {languages}\n")


def second_language(book: Book, folder: Path) -> Book:
    """The book with one more target language, which nobody has translated."""
    side = book.amts.parent if book.amts.name == "en" else book.amts
    _copy(side, folder)
    amts = folder / book.amts.relative_to(side)
    with (amts / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('amts_languages = {"zh": amts_languages["zh"], "es": {}}\n')
    return Book(book.name, book.plain, amts, book.code, book.language)


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("_build", ".amts", "__pycache__", "draft")
    shutil.copytree(source, target, ignore=ignored)
    for path in (target, *target.rglob("*")):  # the corpus may be read-only
        path.chmod(path.stat().st_mode | 0o200)


def made_book(folder: Path, pages: int = 200, paragraphs: int = 20) -> Book:
    """A reStructuredText book of made-up words, with a made-up translation."""
    book = Book("RST", folder / "plain", folder / "amts", "es", "es")
    for source in (book.plain, book.amts, folder / "es"):
        (source / "pages").mkdir(parents=True)
        conf = 'project = "Made up"\nextensions = []\nhtml_theme = "basic"\n'
        (source / "conf.py").write_text(conf, "utf-8")
    made = random.Random(20)
    names = [f"pages/page-{number:03}" for number in range(pages)]
    _write(book, "index", [*_index(made, names)])
    for number, name in enumerate(names):
        _write(book, name, _page(made, number, pages, paragraphs))
    add_languages(book.amts, '{"es": {"reference": "../es"}}')
    return book


#: a line of a page: markup as it stands, and words to be translated, in turns
_Line = list[tuple[bool, str]]


def _write(book: Book, name: str, lines: list[_Line]) -> None:
    source = ["".join(text for _, text in line).rstrip() for line in lines]
    target = [
        "".join(t.translate(_OTHER) if word else t for word, t in line).rstrip()
        for line in lines
    ]
    for folder in (book.plain, book.amts):
        (folder / f"{name}.rst").write_text("\n".join(source) + "\n", "utf-8")
    path = book.amts.parent / "es" / f"{name}.rst"
    path.write_text("\n".join(target) + "\n", "utf-8")


def _index(made: random.Random, names: list[str]) -> list[_Line]:
    title = [*_title(made, "="), [(True, _words(made, 8).capitalize() + ".")]]
    toctree = ["", ".. toctree::", "", *(f"   {name}" for name in names)]
    return title + [[(False, line)] for line in toctree]


def _page(made: random.Random, number: int, pages: int, count: int) -> list[_Line]:
    lines: list[_Line] = [[(False, f".. _label-{number}:")], []]
    lines += _title(made, "=")
    for position in range(count):
        if position % 5 == 4:  # a section every five paragraphs
            lines += _title(made, "-")
        line: _Line = []
        for _ in range(3):
            line += _sentence(made, pages)
        lines += [line, []]
    return lines


def _title(made: random.Random, underline: str) -> list[_Line]:
    words = _words(made, 4).capitalize()
    return [[(True, words)], [(False, underline * 4 * len(words))], []]


def _sentence(made: random.Random, pages: int) -> _Line:
    """A sentence, most of them with one piece of inline markup."""
    middle: _Line = {
        0: [(False, "*"), (True, _words(made, 2)), (False, "*")],
        1: [(False, f"``code_{made.randrange(99)}``")],
        2: [(False, f":math:`x^{made.randrange(9)}`")],
        3: [(False, f":ref:`label-{made.randrange(pages)}`")],
    }.get(made.randrange(6), [(True, _words(made, 1))])
    head = _words(made, made.randrange(3, 9)).capitalize()
    tail = _words(made, made.randrange(3, 9))
    return [(True, f"{head} "), *middle, (True, f" {tail}. ")]


def _words(made: random.Random, count: int) -> str:
    syllables = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su", "ta", "ve")
    return " ".join(
        "".join(made.choices(syllables, k=made.choice((1, 2, 2, 3))))
        for _ in range(count)
    )


def edit_one_sentence(source: Path) -> Path:
    """Put one word into the first sentence of running text; returns the page."""
    for path in sorted([*source.glob("*/*.rst"), *source.glob("*/*.md")]):
        text, count = _PROSE.subn(r"\1 quietly\2", path.read_text("utf-8"), count=1)
        if count:
            path.write_text(text, "utf-8")
            return path
    message = f"no running text in {source}"
    raise ValueError(message)
