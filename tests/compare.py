"""Compare two built HTML trees of one book: the English and the translated one.

A translated page may differ from its source in words only.  Everything a reader
clicks, runs or computes with must be the same: identifiers, links, images, math,
code and the tags around them.  Counting codes in the doctree misses what goes wrong
later (links that swap targets, translated program code), so the finished HTML is
compared, with a real parser and with multisets, page by page.  Origin marks
(``<span class="amts-...">``) are ours and therefore transparent: not counted, their
text kept.  Run ``python tests/compare.py ENGLISH_HTML TRANSLATED_HTML``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from html_tree import (
    Channels,
    Element,
    article_body,
    latin_words,
    parse,
    structure,
    texts,
    visible_text,
    whole_body,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: Directories of a build that hold files, not pages; ``_amts`` is our own report.
_NOT_PAGES = frozenset(("_static", "_sources", "_images", "_downloads", "_amts"))
_SKIPPED_PAGES = frozenset(("search.html", "amts-status.html"))


@dataclass(frozen=True, slots=True)
class Difference:
    """What one page of the translated book lost or gained."""

    #: Path of the page below the HTML tree, with ``/``.
    page: str
    #: Channel (``id``, ``href`` ...), ``CHANNEL order``, ``CHANNEL count`` or ``page``.
    what: str
    #: Items of the English page that the translated page lacks.
    missing: tuple[str, ...]
    #: Items that only the translated page has.
    extra: tuple[str, ...]


def pages(html_tree: Path) -> dict[str, Path]:
    """Return the pages of a built book by relative name, sorted."""
    found = {
        path.relative_to(html_tree).as_posix(): path
        for path in sorted(html_tree.rglob("*.html"))
        if not _NOT_PAGES.intersection(path.relative_to(html_tree).parts[:-1])
    }
    return {name: path for name, path in found.items() if name not in _SKIPPED_PAGES}


def compare_page(
    page: str, english: Element, translated: Element, *, order: bool = True
) -> list[Difference]:
    """Compare the structure of two parsed pages (or parts of pages)."""
    differences = []
    ours, theirs = structure(english), structure(translated)
    if page.rsplit("/", 1)[-1].startswith("genindex"):
        # Entries are sorted and grouped by their translated first letter.
        order = False
        ours, theirs = _outward_links(ours), _outward_links(theirs)
    for what, items in ours.items():
        lost = Counter(items) - Counter(theirs[what])
        won = Counter(theirs[what]) - Counter(items)
        if lost or won:
            missing, extra = sorted(lost.elements()), sorted(won.elements())
            differences.append(Difference(page, what, tuple(missing), tuple(extra)))
        elif order and items != theirs[what]:
            pairs = zip(items, theirs[what], strict=True)
            moved = [pair for pair in pairs if pair[0] != pair[1]]
            before, after = zip(*moved, strict=True)
            differences.append(Difference(page, f"{what} order", before, after))
    return differences


def _outward_links(channels: Channels) -> Channels:
    """Keep only the links that leave the page."""
    return {"href": tuple(h for h in channels["href"] if not h.startswith("#"))}


def _compare_counts(
    page: str, english: Element, translated: Element
) -> list[Difference]:
    """Compare how many texts each text channel has; their words may differ."""
    ours, theirs = texts(english), texts(translated)
    return [
        Difference(page, f"{name} count", (str(len(ours[name])),), (str(len(other)),))
        for name, other in theirs.items()
        if len(ours[name]) != len(other)
    ]


def compare_trees(
    english: Path, translated: Path, *, whole_page: bool = False, order: bool = True
) -> list[Difference]:
    """Compare two HTML trees of one book and return every difference.

    `whole_page` includes navigation and sidebars, but not the head, which loads other
    scripts for other languages; `order=False` allows inline items
    to change places, as they do when a language has another word order.
    """
    ours, theirs = pages(english), pages(translated)
    differences = [Difference(p, "page", (p,), ()) for p in ours if p not in theirs]
    differences += [Difference(p, "page", (), (p,)) for p in theirs if p not in ours]
    for page, path in ours.items():
        if page not in theirs:
            continue
        left = parse(path.read_text(encoding="utf-8"))
        right = parse(theirs[page].read_text(encoding="utf-8"))
        differences += _compare_counts(page, left, right)
        part = whole_body if whole_page else article_body
        left, right = part(left), part(right)
        differences += compare_page(page, left, right, order=order)
    return differences


def latin_words_left(
    html_tree: Path, allowed: Collection[str] = (), channel: str = "body"
) -> dict[str, list[str]]:
    """Return the words left in plain Latin letters, by page, in document order.

    `channel` is ``body`` (the article) or a channel of `texts`.  Meaningful with an
    engine that accents every letter: what it returns nobody has translated.  Words in
    `allowed` are let through; pages with nothing left are not in the result.
    """
    left = {}
    for page, path in pages(html_tree).items():
        root = parse(path.read_text(encoding="utf-8"))
        if channel == "body":
            text = visible_text(article_body(root))
        else:
            text = " ".join(texts(root)[channel])
        words = [word for word in latin_words(text) if word not in allowed]
        if words:
            left[page] = words
    return left


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FOLDERS = re.compile(r"(?<![\w./\\:-])(?:[A-Za-z]:[\\/]|/)(?:[^\s'\"`:/\\]+[\\/])+")
_SEVERITY = re.compile(r"\b(?:WARNING|ERROR|CRITICAL|SEVERE)\b")


def warnings_of(text: str) -> Counter[str]:
    """Return the warnings of a build's log, without colours and folders.

    File names and line numbers stay, so that builds of one book in different
    directories can be compared warning by warning.
    """
    lines = _COLOUR.sub("", text).splitlines()
    return Counter(
        _FOLDERS.sub("", line).strip() for line in lines if _SEVERITY.search(line)
    )


def _report(differences: list[Difference], left: Mapping[str, list[str]]) -> str:
    lines = [
        f"{d.page}: {d.what}: missing {list(d.missing)} extra {list(d.extra)}"
        for d in differences
    ]
    lines += [f"{page}: Latin words: {' '.join(words)}" for page, words in left.items()]
    return "\n".join([*lines, f"{len(differences)} differences"])


def main(arguments: list[str] | None = None) -> int:
    """Print the differences of two HTML trees; 1 if there are any, else 0."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("english", type=Path)
    parser.add_argument("translated", type=Path)
    parser.add_argument("--whole-page", action="store_true")
    parser.add_argument("--any-order", action="store_true")
    parser.add_argument("--latin", action="store_true", help="list Latin words left")
    chosen = parser.parse_args(arguments)
    differences = compare_trees(
        chosen.english,
        chosen.translated,
        whole_page=chosen.whole_page,
        order=not chosen.any_order,
    )
    left = latin_words_left(chosen.translated) if chosen.latin else {}
    print(_report(differences, left))
    return 1 if differences or left else 0


if __name__ == "__main__":
    sys.exit(main())
