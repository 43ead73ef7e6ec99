"""Tables of translations: CSV and TSV, as Amazon Translate wants its parallel data.

The first row holds language codes, the first column the source.  Both kinds are written
with RFC 4180's quotes, which Amazon's manual asks for in either, and only where a field
needs them.  In TSV they are *read* with care: most writers of TSV know no quotes, and
there one sentence that begins with a quotation mark must not swallow the next hundred.

``csv.field_size_limit`` belongs to the whole process and is left alone; the limit on
what a field may hold is our own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.exchange import languages
from amts_sphinx.exchange.encoding import decoded, read_bytes
from amts_sphinx.exchange.entries import (
    LONGEST,
    Entry,
    documents,
    line_of,
    one_line,
    origin_of,
)
from amts_sphinx.exchange.errors import ExchangeError, Tell, problem, shown
from amts_sphinx.text.bitext import Bitext
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.pages import write_text

_DELIMITERS = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
#: what further columns may be called
_EXTRAS = ("document", "line", "origin")


class _Columns(NamedTuple):
    """Where the fields of a row stand; -1 where there is no such column."""

    source: int
    target: int
    document: int
    line: int
    origin: int


def read_table(
    path: Path,
    source: LanguageProfile | None,
    target: LanguageProfile | None,
    tell: Tell,
) -> Bitext:
    """The pairs of a CSV or TSV file, which kind its name tells.

    Without a language given, the first column is the source and the only other one the
    target.  Columns called ``document``, ``line`` and ``origin`` are understood.  Rows
    that cannot be read are told and left out.

    Raises ExchangeError for a file that is no such table, or leaves a language open.
    """
    delimiter = _delimiter(path)
    text = decoded(path, read_bytes(path))
    rows = _tsv(text) if delimiter == "\t" else _csv(path, text, tell)
    line, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    if not any(map(languages.code_of, names)) or len(names) < 2:  # noqa: PLR2004
        what = (
            f"the first row holds {shown(' '.join(names))}, not language codes; "
            "begin with a row such as en,zh"
        )
        raise ExchangeError(problem(path, line, what))
    tags = [name for name in names if name not in _EXTRAS and languages.code_of(name)]
    ours, theirs = _choose(path, tags, source, target)
    places = {name: number for number, name in reversed(list(enumerate(names)))}
    columns = _Columns(
        places[ours], places[theirs], *(places.get(name, -1) for name in _EXTRAS)
    )
    good = _good(path, rows, len(names), tell)
    entries = (_entry(line, row, columns) for line, row in good)
    return Bitext(
        source.code if source else languages.code_of(ours),
        target.code if target else languages.code_of(theirs),
        documents(entries, path),
    )


def write_table(
    path: Path, source_code: str, target_code: str, rows: Iterable[tuple[str, str]]
) -> None:
    """Write pairs as parallel data for Amazon Translate: CSV or TSV, as the name tells.

    Line breaks become blanks, and in TSV tabs too; characters that no text needs are
    left out.  Which fields Amazon takes (length, first character) is not judged here.

    Raises ExchangeError for a name that tells neither.
    """
    delimiter = _delimiter(path)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
    writer.writerow((source_code, target_code))
    for row in rows:
        fields = [one_line(field) for field in row]
        if delimiter == "\t":
            fields = [field.replace("\t", " ") for field in fields]
        writer.writerow(fields)
    write_text(path, written.getvalue())


def _delimiter(path: Path) -> str:
    try:
        return _DELIMITERS[path.suffix.lower()]
    except KeyError:
        what = "the name does not tell the kind of table; call it .csv or .tsv"
        raise ExchangeError(problem(path, 0, what)) from None


def _choose(
    path: Path,
    tags: Sequence[str],
    source: LanguageProfile | None,
    target: LanguageProfile | None,
) -> tuple[str, str]:
    """The names of the two columns."""
    first = tags[:1]
    if target and languages.pick(first, target.code):
        first = tags[1:]
    ours = source.code if source else _only(path, first, "source")
    ours_tag = languages.pick(tags, ours)
    if ours_tag is None:
        raise languages.missing(path, tags, ours, "source")
    others = [tag for tag in tags if tag != ours_tag]
    theirs = target.code if target else _only(path, others, "target")
    theirs_tag = languages.pick(others, theirs)
    if theirs_tag is None:
        raise languages.missing(path, tags, theirs, "target")
    return ours_tag, theirs_tag


def _only(path: Path, tags: Sequence[str], side: str) -> str:
    return languages.only(path, map(languages.code_of, tags), side)


def _csv(path: Path, text: str, tell: Tell) -> Iterator[tuple[int, list[str]]]:
    """The rows of RFC 4180, with their first lines; lone bad ones are told.

    A row over several lines that is bad is a quote left open: what it swallowed is
    lost, and nobody can say where the next row begins.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num > line:
                what = f"a quoted field begins here and has no end ({error}); close it"
                raise ExchangeError(problem(path, line, what)) from error
            tell(problem(path, line, f"no row ({error}); mend its quotes"))
            continue
        if row:
            yield line, row


def _tsv(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a TSV file, with their lines."""
    for line, row in enumerate(re.split("\r\n|\n|\r", text), 1):
        if row:
            yield line, [_unquoted(field) for field in row.split("\t")]


def _unquoted(field: str) -> str:
    """A field without the quotes around it, if that is what they are."""
    if len(field) > 1 and field[0] == field[-1] == '"':
        inner = field[1:-1].replace('""', "\0")
        if '"' not in inner:
            return inner.replace("\0", '"')
    return field


def _good(
    path: Path, rows: Iterable[tuple[int, list[str]]], width: int, tell: Tell
) -> Iterator[tuple[int, list[str]]]:
    """The rows that can be used; the others are told."""
    for line, row in rows:
        if len(row) != width:
            what = f"{len(row)} fields, the first row has {width}; left out"
        elif any("\0" in field for field in row):
            what = "a NUL character, which no text holds; left out"
        elif any(len(field) > LONGEST for field in row):
            what = f"a field of more than {LONGEST} characters; left out"
        else:
            yield line, row
            continue
        tell(problem(path, line, what))


def _entry(line: int, row: list[str], columns: _Columns) -> Entry:
    def extra(column: int) -> str:
        return row[column].strip() if column >= 0 else ""

    return Entry(
        row[columns.source],
        row[columns.target],
        line_of(extra(columns.line), line),
        extra(columns.document),
        origin_of(extra(columns.origin)),
    )
