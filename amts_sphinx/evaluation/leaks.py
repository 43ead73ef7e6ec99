"""Keeps a page out of what its translation is measured with, and proves that it is out.

A memory that contains the tested page scores like a perfect machine.  To leave out what
bears the page's name is not enough: a page is renamed, a paragraph copied, a word
changed.  So all rows are compared with the page by what they say (`sayings`).

Whatever is a copy is found, not only what a search happens to meet: a row that holds
`SHARED` of a text's letters in its very words holds at least one of the text's rarest
words, and all holders of these are looked at (prefix filtering: S. Chaudhuri, V. Ganti
and R. Kaushik, A Primitive Operator for Similarity Joins in Data Cleaning, 2006).  No
result depends on the order of the rows, or on what other rows there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Generic, TypeVar

from amts_sphinx.evaluation.sayings import Copy, Saying
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import TranslationUnit

#: percentage of a text's letters that a row has in the same words, or is no copy of it.
#: Between two states of four chapters no near copy of 25 had less than 85.
SHARED: Final = 70

#: a row of what a system knows: a unit of a memory, a row of parallel data
Row = TypeVar("Row", TranslationUnit, SentencePair)


@dataclass(frozen=True, slots=True)
class HeldOut(Generic[Row]):
    """What a system may know while some pages are measured."""

    kept: tuple[Row, ...]  #: in the order given
    by_place: int  #: rows dropped because they come from a document held out
    by_exact_copy: int  #: of the others, rows with the very words of the pages
    by_nearness: int  #: of the others, rows that are alike to something on the pages
    numbers: frozenset[int] = frozenset()  #: of the rows kept, in the order given


@dataclass(frozen=True, slots=True)
class Audit:
    """What the resources of a system know of the page it is measured on."""

    document: str
    sentences: int  #: of the page
    leaked_exact: int  #: of them, known word for word, alone or with their paragraph
    leaked_fuzzy90: int  #: of them, known at least nearly; the exact ones included

    @property
    def comparable(self) -> bool:
        """May a score of this page stand beside others?"""
        return not self.leaked_exact


@dataclass(frozen=True, slots=True)
class Folds:
    """Documents in groups, each to be measured with what the other groups taught."""

    groups: tuple[tuple[str, ...], ...]  #: sorted documents; no group is empty
    fold: dict[str, int]  #: document -> the number of its group, from 0


class Resources(Generic[Row]):
    """All rows that a system knows: read once, asked about every page of a book."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: tuple[Row, ...] = tuple(rows)
        sayings: dict[Saying, list[int]] = {}
        for number, row in enumerate(self._rows):
            sayings.setdefault(_source(row), []).append(number)
        #: what is said, and the numbers of the rows that say it
        self._sayings = tuple(sayings.items())
        #: what was found of a text: it is held out first and audited later
        self._found: dict[Saying, tuple[tuple[int, Copy], ...]] = {}
        #: the sayings in which a word is, by their numbers
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, (said, _) in enumerate(self._sayings):
            for word in said.weights:
                self._holders[word].append(number)

    def held_out(
        self, documents: Collection[str], pages: Iterable[Page]
    ) -> HeldOut[Row]:
        """What is left without these documents, and without copies of these pages."""
        pages = list(pages)
        away = {*documents, *(page.docname for page in pages)}
        copies: dict[int, Copy] = {}
        for text in set(chain.from_iterable(chain.from_iterable(map(_texts, pages)))):
            for number, copy in self._copies(text):
                copies[number] = max(copy, copies.get(number, copy))
        kept: dict[int, Row] = {}
        dropped: Counter[Copy] = Counter()
        for number, row in enumerate(self._rows):
            if row.document in away:
                dropped[Copy.NONE] += 1
            elif number in copies:
                dropped[copies[number]] += 1
            else:
                kept[number] = row
        counts = (dropped[Copy.NONE], dropped[Copy.EXACT], dropped[Copy.NEAR])
        return HeldOut(tuple(kept.values()), *counts, numbers=frozenset(kept))

    def audit(self, page: Page, among: Collection[int] | None = None) -> Audit:
        """What these rows, or those of them with these numbers, know of a page."""
        known: dict[Saying, Copy] = {}
        for said in set(chain.from_iterable(_texts(page))):
            copies = (c for n, c in self._copies(said) if among is None or n in among)
            known[said] = max(copies, default=Copy.NONE)
        found = Counter(max(known[a], known[b]) for a, b in _texts(page))
        exact = found[Copy.EXACT]
        return Audit(page.docname, found.total(), exact, exact + found[Copy.NEAR])

    def _copies(self, text: Saying) -> tuple[tuple[int, Copy], ...]:
        """The rows that have a copy of a text, if it is long enough to be known."""
        if text not in self._found:
            self._found[text] = tuple(self._search(text))
        return self._found[text]

    def _search(self, text: Saying) -> Iterator[tuple[int, Copy]]:
        if not text.tells:
            return
        size = len(text.letters)
        for candidate in self._candidates(text):
            said, numbers = self._sayings[candidate]
            common = text.weights.keys() & said.weights.keys()
            shared = sum(map(text.weights.__getitem__, common))
            if shared * 100 >= size * SHARED and (copy := said.copied(text)):
                yield from ((number, copy) for number in numbers)

    def _candidates(self, text: Saying) -> set[int]:
        """The sayings that hold one of a text's rarest words.

        All that share enough of it are among them: its other words are too little.
        """
        found: set[int] = set()
        left = len(text.letters) * (100 - SHARED)
        holders = ((self._holders.get(word, ()), word) for word in text.weights)
        for held, word in sorted(holders, key=lambda pair: (len(pair[0]), pair[1])):
            found.update(held)
            left -= text.weights[word] * 100
            if left < 0:
                break
        return found


def held_out(
    rows: Iterable[Row], documents: Collection[str], pages: Iterable[Page]
) -> HeldOut[Row]:
    """Drop what comes from documents, or says what their pages say.

    Dropped are all rows of a document that is named or is one of the pages; and of all
    others those with a sentence or paragraph that has the words of a message or a
    sentence of the pages, or is at least 0.9 alike to it.  Texts of three words and
    fewer, such as "Summary", are no copies.  For many pages ask `Resources`.
    """
    return Resources(rows).held_out(documents, pages)


def audit(rows: Iterable[Row], page: Page) -> Audit:
    """What rows that a system really used know of a page, whatever they are called."""
    return Resources(rows).audit(page)


def folds(documents: Iterable[str], count: int) -> Folds:
    """At most ``count`` groups of whole chapters, as equal in size as these allow.

    A chapter is a folder; a document in the book's own folder is one by itself.  The
    same documents give the same groups, in whatever order they come.  Raises ValueError
    for a count below 1.
    """
    if count < 1:
        message = f"{count} groups of documents; at least 1 is needed"
        raise ValueError(message)
    chapters: dict[str, list[str]] = defaultdict(list)
    for document in sorted(set(documents)):
        folder = document.rpartition("/")[0]
        chapters[f"{folder}/" if folder else document].append(document)
    groups: list[list[str]] = [[] for _ in range(min(count, len(chapters)))]
    for chapter in sorted(chapters.values(), key=lambda found: (-len(found), found)):
        min(groups, key=len).extend(chapter)
    ordered = tuple(sorted(tuple(sorted(group)) for group in groups))
    numbers = {name: n for n, group in enumerate(ordered) for name in group}
    return Folds(ordered, dict(sorted(numbers.items())))


def _texts(page: Page) -> Iterator[tuple[Saying, Saying]]:
    """Each sentence of a page, behind the message it stands in."""
    for message in page.messages:
        whole = Saying.of_coded(message.text, message.codes)
        for segment in message.segments:
            yield whole, Saying.of_coded(segment.text, segment.codes)


def _source(row: TranslationUnit | SentencePair) -> Saying:
    if isinstance(row, SentencePair):
        return Saying.of(row.source)
    return Saying.of_coded(row.source, row.source_codes)
