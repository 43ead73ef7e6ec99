"""A book's glossary, and where its terms stand in a text.

The file is the one that Amazon Translate takes as custom terminology: CSV, the first
row holds language codes, the source's first.  A cell of a target language may hold
several translations, parted by "|"; the first is the one to prefer.

A term stands in a source text as a whole word, in either case and with an English
plural's -s or -es; a longer term hides the shorter ones in the same place.  In a target
text, whose language may inflect anything, it is found as a string, case folded and
without blanks.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

#: parts translations of one term in a cell
VARIANTS: Final = "|"
#: a word, a character of a script without blanks, or any other sign
_TOKEN: Final = re.compile(
    "[\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    "|[^\\W\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
    "|[^\\w\\s]"
)


class TerminologyError(ValueError):
    """A terminology that cannot be used; one line: ``FILE:LINE: what; what to do``."""


class Term(NamedTuple):
    """One entry of a glossary."""

    source: str  #: as the file has it
    targets: tuple[str, ...]  #: its translations, the preferred one first


@dataclass(frozen=True, slots=True)
class Terminology:
    """The terms of a book in one pair of languages."""

    terms: tuple[Term, ...]  #: in the order of the file
    _by_words: dict[tuple[str, ...], Term] = field(
        init=False, repr=False, compare=False
    )
    _longest: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_words: dict[tuple[str, ...], Term] = {}
        for ending in ("", "s", "es"):  # what is a term itself is no plural of another
            for term in self.terms:
                *words, last = _tokens(term.source) or [""]
                if not ending or last[-1:].isalpha():
                    by_words.setdefault((*words, last + ending), term)
        object.__setattr__(self, "_by_words", by_words)
        object.__setattr__(self, "_longest", max(map(len, by_words), default=0))

    def occurrences(self, source: str) -> Iterator[Term]:
        """The terms in a source text, in order, each as often as it stands there."""
        words = _tokens(source)
        start = 0
        while start < len(words):
            for end in range(min(start + self._longest, len(words)), start, -1):
                term = self._by_words.get(tuple(words[start:end]))
                if term:
                    yield term
                    start = end
                    break
            else:
                start += 1


def stands_in(term: Term, target: str) -> bool:
    """Does any translation of the term stand in a target text?"""
    text = _folded(target)
    return any(_folded(variant) in text for variant in term.targets)


def read_terms(path: Path, source: str, target: str) -> Terminology:
    """The terminology in a file, for a pair of Amazon Translate codes.

    Terms that differ in case only are one, with the translations of both.

    Raises TerminologyError, in one line, if the file is no such table, leaves a term
    without translation, or translates one twice.
    """
    rows = _rows(path)
    line, head = next(rows, (1, []))
    names = [cell.strip() for cell in head]
    if names[:1] != [source] or target not in names[1:]:
        what = f"the first row must begin with {source} and name {target}"
        raise _problem(path, line, what)
    column = names.index(target, 1)
    seen: dict[str, Term] = {}
    merged: dict[str, Term] = {}
    for line, row in rows:
        term = _term(row, column)
        if not (term.targets and _tokens(term.source)):
            what = "a term or its translation is missing; fill it in or delete the row"
            raise _problem(path, line, what)
        if seen.setdefault(term.source, term) != term:
            what = "this term stands above with another translation; write both there"
            raise _problem(path, line, f"{what}, parted by {VARIANTS}")
        first = merged.setdefault(term.source.casefold(), term)
        targets = tuple(dict.fromkeys(first.targets + term.targets))
        merged[term.source.casefold()] = first._replace(targets=targets)
    return Terminology(tuple(merged.values()))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with the lines they end on."""
    line = 0
    try:
        text = path.read_text("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for row in reader:
            line = reader.line_num
            if any(map(str.strip, row)):
                yield line, row
    except OSError as error:
        raise _problem(path, 0, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _problem(path, 0, "is not in UTF-8; save it so") from None
    except csv.Error as error:
        raise _problem(path, line + 1, f"is no CSV ({error}); mend it") from None


def _term(row: Sequence[str], column: int) -> Term:
    cell = row[column] if column < len(row) else ""
    variants = (" ".join(part.split()) for part in cell.split(VARIANTS))
    return Term(" ".join(row[0].split()), tuple(dict.fromkeys(filter(None, variants))))


def _problem(path: Path, line: int, what: str) -> TerminologyError:
    place = f"{path.name}:{line}" if line else path.name
    return TerminologyError(f"{place}: {what}")


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in _TOKEN.findall(text)]


def _folded(text: str) -> str:
    return "".join(text.casefold().split())
