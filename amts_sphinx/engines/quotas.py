"""What Amazon Translate takes at most, and what of a plan is more than that.

The service says so late, in its own words and one thing at a time: a job fails hours
after its documents were uploaded, an import ends well without the rows that are too
long.  All of it can be counted before anything is sent.  Each quota says where it is
from: the guide ("documented", with its year) or botocore's model of the service; MB and
GB are powers of two, as the model has the one that it knows.  Nothing is kept but
counts and the first names, so a plan may be of any length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from amts_sphinx.bitext.parallel_data import (
    FIELD_BYTES,
    FILE_BYTES,
    Format,
    Problem,
    lint,
)

#: so many of what is too much are named
FIRST: Final = 20
_DOCUMENTED, _MODEL = "documented 2023", "model"
_MB, _GB = 1024**2, 1024**3


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of the service."""

    name: str  #: what it is about
    most: int
    unit: str  #: what is counted
    source: str = _DOCUMENTED


#: batch jobs
JOB_DOCUMENTS = Quota("the job", 1_000_000, "documents")
JOB_BYTES = Quota("the job", 5 * _GB, "bytes")
JOB_TARGETS = Quota("the job", 10, "target languages")
JOB_PARALLEL_DATA = Quota("the job", 1, "parallel data")
DOCUMENT_CHARACTERS = Quota("documents", 1_000_000, "characters")
DOCUMENT_BYTES = Quota("documents", 20 * _MB, "bytes")
DOCUMENT_TEXT = Quota("documents", _MB, "bytes of text to be translated")
JOBS_RUNNING = Quota("jobs of the account", 10, "running")
JOBS_QUEUED = Quota("jobs of the account", 1_000, "queued")
START_CALLS = Quota("starting and stopping jobs", 5, "calls a second")
LOOK_CALLS = Quota("describing and listing jobs", 10, "calls a second")
#: parallel data
PARALLEL_DATA_FILE = Quota("parallel data", FILE_BYTES, "bytes")
PARALLEL_DATA_FIELD = Quota("parallel data", FIELD_BYTES, "bytes")
PARALLEL_DATA_HELD = Quota("parallel data of the region", 1_000, "resources")
PARALLEL_DATA_IMPORTS = Quota("parallel data of the region", 1, "imports at a time")
#: terminologies
TERMINOLOGY_FILE = Quota("terminology", 10 * _MB, "bytes", _MODEL)
TERMINOLOGY_TERM = Quota("terminology", 200, "bytes")
TERMINOLOGIES_HELD = Quota("terminologies of the region", 100, "files")
#: real time; how many requests a second there may be is not published
TEXT_BYTES = Quota("the text", 10_000, "bytes")
AT_ONCE_CHARACTERS = Quota("the document", 100_000, "characters")
AT_ONCE_BYTES = Quota("the document", 102_400, "bytes", _MODEL)
TEXT_CALLS = Quota("texts in real time", 20, "requests a second", "documented 2019")


@dataclass(frozen=True, slots=True)
class Naming:
    """What something may be called."""

    what: str
    most: int  #: characters; the least is one
    allowed: str  #: in words
    pattern: re.Pattern[str]
    source: str = _MODEL


JOB_NAME = Naming(
    "the name of the job",
    256,
    "letters, digits, blanks and _ . : / = + - % @",
    # of any script; ``re`` does not know the categories that the model names
    re.compile(
        r"[\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000.:/=+%@-]+"
    ),
)
CLIENT_TOKEN = Naming(
    "the token of the request",
    64,
    "letters from A to Z, digits and -",
    re.compile("[a-zA-Z0-9-]+"),
)
PARALLEL_DATA_NAME = Naming(
    "the name of the parallel data",
    256,
    "letters from A to Z, digits, -, and _ one at a time between them",
    re.compile("([A-Za-z0-9-]_?)+"),
)


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A quota that a plan would not keep."""

    quota: str  #: what it is about
    limit: int
    count: int  #: how many there are that exceed it, or how much there is in all
    where: tuple[str, ...]  #: the first of them: documents, rows, languages, names
    line: str  #: all of it in one line


class Measured(NamedTuple):
    """A document of a job; a pair of name and size in bytes is enough."""

    name: str
    size: int  #: bytes
    characters: int = 0
    text: int = 0  #: bytes of what is to be translated


def measured(name: str, content: bytes) -> Measured:
    """The sizes of an HTML document, its text being all that is in no tag."""
    text = content.decode("utf-8", "replace")
    plain = re.sub("<[^<>]*>", "", text)
    return Measured(name, len(content), len(text), len(plain.encode()))


class _Tally:
    """How many there are, and the first of them."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.count = 0
        self.first: list[str] = []
        for one in names:
            self.add(one)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(name)


def documents(given: Iterable[Measured | tuple[str, int]]) -> list[Exceeded]:
    """Which documents are too large for a job, and whether all of them are.

    Where a job has too much in all, the documents from there on are named.
    """
    limits = DOCUMENT_BYTES, DOCUMENT_CHARACTERS, DOCUMENT_TEXT
    each = [(quota, _Tally()) for quota in limits]
    many, much = _Tally(), _Tally()
    count = size = 0
    for one in (Measured(*row) for row in given):
        count, size = count + 1, size + one.size
        sizes = one.size, one.characters, one.text
        for (quota, tally), mine in zip(each, sizes, strict=True):
            if mine > quota.most:
                tally.add(one.name)
        if count > JOB_DOCUMENTS.most:
            many.add(one.name)
        if size > JOB_BYTES.most:
            much.add(one.name)
    found = [_part(q, tally, count, "document", "") for q, tally in each if tally.count]
    for quota, total, tally in ((JOB_DOCUMENTS, count, many), (JOB_BYTES, size, much)):
        if tally.count:
            found.append(_total(quota, total, tally.first, "from there on"))
    return found


def room(quota: Quota, held: int, more: int = 1) -> list[Exceeded]:
    """Is there no room for so many more beside those that the service has?

    For quotas of what lasts: ``PARALLEL_DATA_HELD``, ``TERMINOLOGIES_HELD``,
    ``JOBS_QUEUED``.
    """
    wanted = held + more
    return [_total(quota, wanted, (), "")] if wanted > quota.most else []


def name(kind: Naming, text: str) -> list[Exceeded]:
    """Can something not be called so?  One row at most."""
    if 0 < len(text) <= kind.most and kind.pattern.fullmatch(text):
        return []
    shown = text if len(text) <= FIRST else f"{text[:FIRST]}…"
    line = (
        f"{kind.what}: {shown!r} of {len(text):,} characters cannot be one; it has 1 "
        f"to {kind.most}: {kind.allowed}"
    )
    return [Exceeded(kind.what, kind.most, len(text), (text,), line)]


#: what is said of rows that ``lint`` finds something in, and the quota it comes from
_ROWS: Mapping[tuple[Problem, ...], tuple[int, str]] = {
    (Problem.LONG_SOURCE, Problem.LONG_TARGET): (
        FIELD_BYTES,
        f"are longer than {FIELD_BYTES:,} bytes",
    ),
    (Problem.EMPTY_SOURCE, Problem.EMPTY_TARGET): (0, "have an empty field"),
    (Problem.LINE_BREAK,): (0, "have a line break in a field"),
    (Problem.FORBIDDEN_START,): (0, "have a field that begins with + - = or @"),
    (Problem.COLUMNS,): (0, "have more fields than the first"),
    (Problem.REPEATED,): (0, "are not used, as a later row has the same source"),
}


def parallel_data(rows: Iterable[Sequence[str]], file_format: Format) -> list[Exceeded]:
    """What the service would not take of parallel data; rows are those of ``lint``.

    The first row holds the language codes and is row 1.
    """
    checked = lint(rows, file_format)
    found: list[Exceeded] = []
    for problems, (limit, said) in _ROWS.items():
        numbers = sorted({f.row for f in checked.findings if f.problem in problems})
        tally = _Tally(map(str, numbers))
        if tally.count:
            quota = Quota("parallel data", limit, "")
            found.append(_part(quota, tally, checked.rows, "row", said))
    for finding in checked.findings:
        if finding.problem is Problem.FILE_SIZE:
            found.append(_total(PARALLEL_DATA_FILE, checked.size, (), ""))
        elif finding.problem in (Problem.LANGUAGES, Problem.NO_PAIR):
            line = f"parallel data: {finding.problem.value}"
            found.append(Exceeded("parallel data", 0, checked.rows, (), line))
    return found


_ONE = {"are": "is", "have": "has"}


def _part(quota: Quota, tally: _Tally, of: int, noun: str, said: str) -> Exceeded:
    """So many of so many exceed a quota; ``said`` is of several, unless it is usual."""
    said = said or f"are longer than {quota.most:,} {quota.unit}"
    which = f"{noun}s"
    if tally.count == 1:
        verb, _, rest = said.partition(" ")
        said, which = f"{_ONE[verb]} {rest}", noun
    nouns = noun if of == 1 else f"{noun}s"
    listed = ", ".join(tally.first)
    if tally.count > FIRST:
        listed = f"{listed} and {tally.count - FIRST:,} more"
    line = f"{quota.name}: {tally.count:,} of {of:,} {nouns} {said}: {which} {listed}"
    return Exceeded(quota.name, quota.most, tally.count, tuple(tally.first), line)


def _total(quota: Quota, count: int, first: Sequence[str], said: str) -> Exceeded:
    """There is more in all than a quota allows."""
    line = f"{quota.name}: {count:,} {quota.unit}, {quota.most:,} at most"
    if first:
        line = f"{line}; {said}: {', '.join(first)}"
    return Exceeded(quota.name, quota.most, count, tuple(first), line)
