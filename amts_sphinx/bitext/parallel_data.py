"""The rules of Amazon Translate's parallel data, and what it would make of a file.

An import can end well although records are missing: the service skips and fails them
one by one and tells two numbers.  Its rules are written down ("Parallel data input
files for Amazon Translate", developer guide), so the same numbers can be told before
anything is uploaded, with the row and the reason.  Where the guide is silent, the order
of failing before skipping and the counting of repeated sources are assumptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.languages import PROFILES

#: what a text field may hold, in bytes of UTF-8
FIELD_BYTES: Final = 1000
#: what a file may hold, in bytes
FILE_BYTES: Final = 5 * 1024**3
#: no field of a table may begin with one of these, in quotation marks or not
FORBIDDEN_START: Final = ("+", "-", "=", "@")
_LINE_BREAKS: Final = frozenset("\r\n")
#: a source language and at least one other
_TWO: Final = 2


class Format(StrEnum):
    """The file formats the service reads; the values are its own names."""

    CSV = "CSV"
    TSV = "TSV"
    TMX = "TMX"


class Effect(StrEnum):
    """What the service does about a finding."""

    FILE_REFUSED = "file refused"
    ROW_FAILED = "row failed"
    ROW_SKIPPED = "row skipped"
    FIELD_SKIPPED = "field skipped"
    NOT_USED = "not used"  #: imported, but a later row with the same source is used


class Problem(StrEnum):
    """What is wrong with a file, a row or a field."""

    LANGUAGES = "the first row is no row of different, supported language codes"
    NO_PAIR = "the file gives no pair"
    FILE_SIZE = "the file is too large"
    FORBIDDEN_START = "the field begins with + - = or @"
    LINE_BREAK = "there is a line break in the field"
    COLUMNS = "the row has more fields than the first"
    EMPTY_SOURCE = "the source is empty"
    LONG_SOURCE = f"the source is over {FIELD_BYTES} bytes"
    EMPTY_TARGET = "the translation is empty"
    LONG_TARGET = f"the translation is over {FIELD_BYTES} bytes"
    REPEATED = "a later row has the same source"

    @property
    def effect(self) -> Effect:
        """What follows from it."""
        return _EFFECTS[self]


_EFFECTS: Final = {
    Problem.LANGUAGES: Effect.FILE_REFUSED,
    Problem.NO_PAIR: Effect.FILE_REFUSED,
    Problem.FILE_SIZE: Effect.FILE_REFUSED,
    Problem.FORBIDDEN_START: Effect.ROW_FAILED,
    Problem.LINE_BREAK: Effect.ROW_FAILED,
    Problem.COLUMNS: Effect.ROW_FAILED,
    Problem.EMPTY_SOURCE: Effect.ROW_SKIPPED,
    Problem.LONG_SOURCE: Effect.ROW_SKIPPED,
    Problem.EMPTY_TARGET: Effect.FIELD_SKIPPED,
    Problem.LONG_TARGET: Effect.FIELD_SKIPPED,
    Problem.REPEATED: Effect.NOT_USED,
}


class Finding(NamedTuple):
    """Something the service will not take as it is."""

    row: int  #: counted from 1, the row of language codes; 0: the whole file
    column: int  #: counted from 1, the source; 0: the whole row
    problem: Problem


@dataclass(frozen=True, slots=True)
class Lint:
    """What the service would make of a file."""

    findings: tuple[Finding, ...]  #: sorted by row
    imported: int  #: rows that give at least one pair
    failed: int  #: rows that are an error; all of them, where the file is refused
    skipped: int  #: rows without a usable source, and translations left out
    unused: int  #: imported rows that a later one with the same source replaces
    rows: int = 0  #: that were looked at, without the one of language codes
    size: int = 0  #: bytes that a file of them has at least

    @property
    def accepted(self) -> bool:
        """Would the file as a whole be taken?"""
        return all(f.problem.effect is not Effect.FILE_REFUSED for f in self.findings)

    @property
    def clean(self) -> bool:
        """Would everything in the file be used?"""
        return not self.findings


def lint(rows: Iterable[Sequence[str]], file_format: Format) -> Lint:
    """Predict what the service imports, fails and skips.

    The first row holds the language codes, source first, each other row a source and
    its translations (of a TMX file: the units, in the order of those languages, a
    missing variant as an empty field).  The size is that of the texts and what must
    part them, so a file is a little larger; one that is refused imports nothing.
    """
    table = file_format is not Format.TMX
    numbered = enumerate(rows, 1)
    _, languages = next(numbered, (1, ()))
    size = _size(languages)
    findings: list[Finding] = []
    last: dict[str, int] = {}  # source -> the row that is used
    imported = failed = skipped = 0
    number = 1
    for number, row in numbered:
        size += _size(row)
        found = list(_faults(number, row, len(languages), table=table))
        findings += found
        effects = {finding.problem.effect for finding in found}
        if Effect.ROW_FAILED in effects:
            failed += 1
        elif Effect.ROW_SKIPPED in effects:
            skipped += 1
        else:
            skipped += len(found)
            if len(found) < len(languages) - 1:
                imported += 1
                if row[0] in last:
                    findings.append(Finding(last[row[0]], 1, Problem.REPEATED))
                last[row[0]] = number
    refused = list(_refusals(languages, imported, size))
    if refused:
        imported, failed, skipped = 0, imported + failed + skipped, 0
    used = 0 if refused else len(last)
    ordered = tuple(sorted([*refused, *findings]))
    unused = imported - used
    return Lint(ordered, imported, failed, skipped, unused, number - 1, size)


def _refusals(languages: Sequence[str], imported: int, size: int) -> Iterator[Finding]:
    """Why the service would take nothing of a file."""
    known = all(language in PROFILES for language in languages)
    if len(languages) < _TWO or len(set(languages)) < len(languages) or not known:
        yield Finding(1, 0, Problem.LANGUAGES)
    if not imported:
        yield Finding(0, 0, Problem.NO_PAIR)
    if size > FILE_BYTES:
        yield Finding(0, 0, Problem.FILE_SIZE)


def _faults(
    number: int, row: Sequence[str], columns: int, *, table: bool
) -> Iterator[Finding]:
    """What the service will not take of a row."""
    if len(row) > columns:
        yield Finding(number, 0, Problem.COLUMNS)
    fields = [*row, *[""] * (columns - len(row))]
    for column, text in enumerate(fields[:columns], 1):
        if table and text.startswith(FORBIDDEN_START):
            yield Finding(number, column, Problem.FORBIDDEN_START)
        if table and not _LINE_BREAKS.isdisjoint(text):
            yield Finding(number, column, Problem.LINE_BREAK)
        source = column == 1
        if not text.strip():
            problem = Problem.EMPTY_SOURCE if source else Problem.EMPTY_TARGET
            yield Finding(number, column, problem)
        elif utf8_length(text) > FIELD_BYTES:
            problem = Problem.LONG_SOURCE if source else Problem.LONG_TARGET
            yield Finding(number, column, problem)


def utf8_length(text: str) -> int:
    """Bytes of a text in UTF-8, by which the service measures."""
    return len(text.encode(errors="replace"))


def _size(row: Sequence[str]) -> int:
    return sum(utf8_length(text) + 1 for text in row)


def sorted_rows(kept: Iterable[SentencePair]) -> list[SentencePair]:
    """Pairs in the order of a file: by page, line and source, however they came."""
    return sorted(kept, key=lambda pair: (pair.document, pair.line, *pair))
