"""The file of a parallel data resource: what is imported of it, what fails, is skipped.

The rules are the documented ones for CSV and TSV: the first row holds language codes,
the first column the source; a field over several lines, or one that begins like a
formula, spoils its row; an empty or over-long source is skipped with its row, a target
by itself; of rows with the same source the last one counts.  ``pairs_tmx`` reads the
third format.  It is a second reading of what our own exchange writes, so it shares no
code with it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from amts_sphinx.text.languages import PROFILES

#: bytes of UTF-8 that a source or a target may have
MOST_BYTES = 1_000
_FORMULA = ("+", "-", "=", "@")


class PairsError(Exception):
    """A file that cannot be imported at all; says why."""


@dataclass(slots=True)
class Pairs:
    """Examples of translations, and what was left out."""

    source: str  #: Amazon Translate code
    targets: tuple[str, ...]  #: Amazon Translate codes
    #: targets by their codes, by source
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: int = 0  #: rows that are wrong
    skipped: int = 0  #: rows and targets that are empty or too long
    #: what was wrong or skipped, and where
    messages: list[dict[str, str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Characters of all sources and targets."""
        return sum(
            len(source) + sum(map(len, targets.values()))
            for source, targets in self.rows.items()
        )

    def between(self, target: str) -> dict[str, str]:
        """The examples for one target language."""
        return {
            source: targets[target]
            for source, targets in self.rows.items()
            if target in targets
        }

    def report(self) -> dict[str, Any]:
        """The file of errors and warnings, shaped as documented."""
        return {
            "summary": {
                "record_error_count": self.failed,
                "record_skipped_count": self.skipped,
            },
            "messages": self.messages,
        }

    def fail(self, where: str, why: str) -> None:
        """Note a row that is wrong."""
        self.failed += 1
        self.messages.append({"content": where, "message": why})

    def skip(self, where: str, why: str) -> None:
        """Note a row, or one of its targets, that is left out."""
        self.skipped += 1
        self.messages.append({"content": where, "message": why})

    def add(self, where: str, source: str, targets: Mapping[str, str]) -> bool:
        """Keep a row as far as its fields are neither empty nor too long; was it?"""
        why = _unfit(source)
        if why:
            self.skip(where, f"The source text is {why}")
            return False
        kept = {}
        for code, target in targets.items():
            why = _unfit(target)
            if why:
                self.skip(where, f"The target text in {code} is {why}")
            else:
                kept[code] = target
        if kept:
            self.rows[source] = kept
        return bool(kept)


def read_table(file: bytes, delimiter: str) -> Pairs:
    """A CSV or TSV file.

    Raises PairsError if the first row does not hold language codes.
    """
    rows = _rows(decoded(file), delimiter)
    _, header, _ = next(rows, (1, [], ""))
    codes = [code.strip() for code in header]
    check_languages(codes)
    pairs = Pairs(codes[0], tuple(codes[1:]))
    for line, row, broken in rows:
        where = f"Number {line} line"
        why = broken or _wrong(row, len(codes))
        if not row and not broken:
            pairs.skip(where, "The line is empty")
        elif why:
            pairs.fail(where, why)
        else:
            pairs.add(where, row[0], dict(zip(codes[1:], row[1:], strict=True)))
    return pairs


def decoded(file: bytes) -> str:
    """The text of a file; raises PairsError if it is not UTF-8."""
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The input file is not UTF-8: {error}"
        raise PairsError(message) from None


def check_languages(codes: list[str]) -> None:
    """Raise PairsError unless these are a source and one or more targets."""
    unknown = sorted(code for code in set(codes) if code not in PROFILES)
    if unknown or len(codes) < 2 or len(set(codes)) < len(codes):  # noqa: PLR2004 - a source and a target
        message = f"Two or more supported language codes are needed, not {codes}"
        raise PairsError(message)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Rows, with their first lines; or why one cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], f"The line cannot be read: {error}"


def _wrong(row: list[str], columns: int) -> str:
    """Why a row cannot be imported; empty if it can."""
    if len(row) != columns:
        return f"There are {len(row)} fields where the first line has {columns}"
    if any("\n" in cell or "\r" in cell for cell in row):
        return "A text field cannot span multiple lines"
    if any(cell.startswith(_FORMULA) for cell in row):
        return "A field cannot start with one of + - = @"
    return ""


def _unfit(text: str) -> str:
    """Why a text is skipped; empty if it is not."""
    if not text.strip():
        return "empty"
    if len(text.encode()) > MOST_BYTES:
        return f"longer than {MOST_BYTES} bytes"
    return ""
