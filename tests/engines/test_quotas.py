"""What is too much for the service is told before anything is sent to it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.parallel_data import Effect, Format, lint
from amts_sphinx.engines import amazon, quotas
from amts_sphinx.engines.quotas import (
    CLIENT_TOKEN,
    FIRST,
    JOB_NAME,
    PARALLEL_DATA_HELD,
    PARALLEL_DATA_NAME,
    Exceeded,
    Measured,
    Quota,
    documents,
    measured,
    name,
    parallel_data,
    room,
)
from amts_sphinx.testing.standin import batch, jobs, model, parallel, starting
from amts_sphinx.testing.standin import terminologies as keeping

HEAD = ("en", "zh")


def only(found: list[Exceeded]) -> Exceeded:
    """The only quota that is exceeded, told in one line."""
    [one] = found
    assert len(one.line.splitlines()) == 1
    return one


# -- documents ---------------------------------------------------------------------


def test_documents_within_all_limits() -> None:
    """Exactly as large as they may be, and none is too large."""
    full = Measured("a", 20 * 1024**2, 1_000_000, 1024**2)
    assert documents([full, ("b", 0)]) == []
    assert documents([]) == []


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (("a.html", 20 * 1024**2 + 1), "20,971,520 bytes"),
        (Measured("a.html", 1, 1_000_001), "1,000,000 characters"),
        (
            Measured("a.html", 1, 1, 1024**2 + 1),
            "1,048,576 bytes of text to be translated",
        ),
    ],
)
def test_a_document_that_is_too_large(document: Any, said: str) -> None:
    """Its name, and what it has too much of."""
    found = only(documents([("b.html", 1), document]))
    line = f"documents: 1 of 2 documents is longer than {said}: document a.html"
    assert (found.line, found.count, found.where) == (line, 1, ("a.html",))


def test_more_documents_than_a_job_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many there are, and which is the first that is too many."""
    monkeypatch.setattr(quotas, "JOB_DOCUMENTS", Quota("the job", 3, "documents"))
    found = only(documents((f"{number}.html", 1) for number in range(5)))
    assert (
        found.line == "the job: 5 documents, 3 at most; from there on: 3.html, 4.html"
    )
    assert (found.limit, found.count) == (3, 5)


def test_more_bytes_than_a_job_has() -> None:
    """The sum counts, though no document is too large."""
    size = 20 * 1024**2
    found = only(documents((f"{number:03}.html", size) for number in range(257)))
    assert found.count == 257 * size
    assert found.where == ("256.html",)
    assert "5,389,680,640 bytes, 5,368,709,120 at most" in found.line


def test_sizes_of_a_document() -> None:
    """Bytes and characters of all of it, bytes of what is in no tag."""
    content = '<p id="0">长 <b id="1">x</b></p>'
    assert measured("a", content.encode()) == Measured(
        "a", len(content.encode()), len(content), len("长 x".encode())
    )
    assert measured("a", b"\xff").size == 1


def test_many_documents_need_no_memory() -> None:
    """A job of the greatest length, every document of it too large, in one pass."""

    def rows() -> Iterator[tuple[str, int]]:
        for number in range(30_000):
            yield f"{number:064}.html", 21 * 1024**2

    tracemalloc.start()
    try:
        found = documents(rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [one.count for one in found] == [30_000, 30_000 * 21 * 1024**2]
    assert all(len(one.where) == FIRST for one in found)
    assert "and 29,980 more" in found[0].line
    assert peak < 100_000


@given(st.lists(st.tuples(st.text(), st.integers(0, 40 * 1024**2))))
def test_every_document_is_counted(given_rows: list[tuple[str, int]]) -> None:
    """As many as are too large, the first of them in their order."""
    large = [name for name, size in given_rows if size > 20 * 1024**2]
    found = documents(given_rows)
    assert [one.count for one in found] == ([len(large)] if large else [])
    assert [list(one.where) for one in found] == ([large[:FIRST]] if large else [])


# -- what lasts ----------------------------------------------------------------------


def test_what_the_region_holds() -> None:
    """A thousand are held, one more is not."""
    assert room(PARALLEL_DATA_HELD, 999) == []
    assert room(PARALLEL_DATA_HELD, 998, 2) == []
    line = only(room(PARALLEL_DATA_HELD, 1_000)).line
    assert line == "parallel data of the region: 1,001 resources, 1,000 at most"


# -- parallel data -------------------------------------------------------------------


def test_rows_that_are_too_long() -> None:
    """How many of how many, and which; a row with two long fields is one."""
    rows = [HEAD, *((f"Sentence {number}.", "句") for number in range(2, 1206))]
    for number in (17, 203, 990):
        rows[number - 1] = ("a" * 1001, "长" * 334)
    for number, letter in ((203, "b"), (990, "c")):
        rows[number - 1] = (letter * 1001, "长")
    assert only(parallel_data(iter(rows), Format.TMX)).line == (
        "parallel data: 3 of 1,204 rows are longer than 1,000 bytes: rows 17, 203, 990"
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "空"), "1 of 2 rows has an empty field: row 3"),
        (("Two\nlines", "两行"), "1 of 2 rows has a line break in a field: row 3"),
        (("x", "@某"), "1 of 2 rows has a field that begins with + - = or @: row 3"),
        (("a", "b", "c"), "1 of 2 rows has more fields than the first: row 3"),
        (
            ("Why?", "何"),
            "1 of 2 rows is not used, as a later row has the same source: row 2",
        ),
    ],
)
def test_a_row_that_is_not_taken(row: Sequence[str], said: str) -> None:
    """Each reason has its line."""
    found = only(parallel_data([HEAD, ("Why?", "为什么？"), row], Format.CSV))
    assert found.line == f"parallel data: {said}"


def test_a_table_may_hold_less_than_tmx() -> None:
    """What begins a field, and line breaks, are no matter there."""
    rows = [HEAD, ("=1+1", "二\n"), ("-x", "负"), ("Why?", "何")]
    assert parallel_data(rows, Format.TMX) == []
    assert [one.count for one in parallel_data(rows, Format.TSV)] == [1, 2]


def test_a_file_that_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size, its languages, and that it holds nothing."""
    monkeypatch.setattr("amts_sphinx.bitext.parallel_data.FILE_BYTES", 6)
    line = only(parallel_data([HEAD, ("a", "b")], Format.TMX)).line
    assert line.startswith("parallel data: 10 bytes, ")
    found = parallel_data([("en", "en")], Format.TMX)
    assert len(found) == 2
    assert all(one.line.startswith("parallel data: the ") for one in found)


fields = st.sampled_from(("", "=", "a\nb", "a" * 1001, "A", "B", "C"))


@given(st.lists(st.tuples(fields, fields), max_size=60), st.sampled_from(Format))
def test_all_that_lint_finds_is_told(
    rows: list[tuple[str, str]], file_format: Format
) -> None:
    """No row that it has something against is left out, no other is told."""
    checked = lint([HEAD, *rows], file_format)
    found = parallel_data([HEAD, *rows], file_format)
    assert checked.rows == len(rows)
    told = {row for one in found for row in one.where}
    bad = {
        finding.row
        for finding in checked.findings
        if finding.problem.effect is not Effect.FILE_REFUSED
    }
    if len(bad) <= FIRST:
        assert told == {str(row) for row in bad}
    assert (not found) == checked.clean


# -- names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "operation", "member"),
    [
        (JOB_NAME, "StartTextTranslationJob", "JobName"),
        (CLIENT_TOKEN, "StartTextTranslationJob", "ClientToken"),
        (CLIENT_TOKEN, "CreateParallelData", "ClientToken"),
        (PARALLEL_DATA_NAME, "CreateParallelData", "Name"),
    ],
)
def test_names_are_those_of_the_model(
    kind: quotas.Naming, operation: str, member: str
) -> None:
    """As long as the model has them, and of the characters it allows."""
    shape = model.service().operation_model(operation).input_shape.members[member]
    limits = shape.metadata
    assert (limits["min"], limits["max"]) == (1, kind.most)
    pattern = model._pattern(limits["pattern"])
    for code in (*range(0x20, 0x500), 0x2028, 0x3000, 0x4E2D, 0x1F600, 0x10FFFF):
        for text in (chr(code), f"a{chr(code)}", f"{chr(code) * 2}a"):
            fits = pattern.fullmatch(text) is not None
            assert (name(kind, text) == []) == fits, ascii(text)
    assert name(kind, "a" * kind.most) == []
    for text in ("", "a" * (kind.most + 1)):
        found = only(name(kind, text))
        assert (found.limit, found.count) == (kind.most, len(text))


def test_a_name_that_cannot_be() -> None:
    """What it is about, and what it may hold."""
    assert name(PARALLEL_DATA_NAME, "amts-en-zh_TW-1") == []
    line = only(name(PARALLEL_DATA_NAME, "a__b")).line
    assert line.startswith("the name of the parallel data: 'a__b'")
    assert "1 to 256" in line
    assert only(name(CLIENT_TOKEN, "bad token!")).where == ("bad token!",)
    assert len(only(name(JOB_NAME, "#" * 10_000)).line) < 200


# -- what the quotas say ---------------------------------------------------------------


def test_quotas_of_the_model() -> None:
    """Those that the model knows are what it says."""
    start = model.service().operation_model
    content = start("TranslateDocument").input_shape.members["Document"]
    limit = content.members["Content"].metadata["max"]
    assert limit == quotas.AT_ONCE_BYTES.most
    data = start("ImportTerminology").input_shape.members["TerminologyData"]
    assert data.members["File"].metadata["max"] == quotas.TERMINOLOGY_FILE.most
    text = start("TranslateText").input_shape.members["Text"]
    assert text.metadata["max"] == quotas.TEXT_BYTES.most


def test_the_house_says_the_same_everywhere() -> None:
    """What is said a second time, by the stand-in or where it is used, is the same."""
    assert (
        quotas.PARALLEL_DATA_HELD.most,
        quotas.PARALLEL_DATA_IMPORTS.most,
    ) == (parallel.MOST, parallel.IMPORTS)
    assert (
        quotas.JOBS_RUNNING.most,
        quotas.JOBS_QUEUED.most,
    ) == (jobs.RUNNING, jobs.WAITING)
    assert (
        quotas.JOB_TARGETS.most,
        quotas.JOB_DOCUMENTS.most,
        quotas.JOB_BYTES.most,
    ) == (starting.TARGETS, starting.DOCUMENTS, starting.BYTES)
    assert (
        quotas.DOCUMENT_BYTES.most,
        quotas.DOCUMENT_CHARACTERS.most,
        quotas.DOCUMENT_TEXT.most,
    ) == (batch.MOST_BYTES, batch.MOST_CHARACTERS, batch.MOST_TEXT)
    assert quotas.TERMINOLOGIES_HELD.most == keeping._MOST
    assert quotas.TERMINOLOGY_TERM.most == keeping._TERM_BYTES
    assert quotas.TEXT_BYTES.most == amazon._LARGEST_TEXT
    assert quotas.AT_ONCE_CHARACTERS.most >= amazon._LARGEST_DOCUMENT


def test_every_quota_says_where_it_is_from() -> None:
    """The guide with its year, or the model."""
    found = [one for one in vars(quotas).values() if isinstance(one, Quota)]
    assert len(found) > 20
    assert {one.source for one in found} <= {
        "documented 2023",
        "documented 2019",
        "model",
    }
    assert all(one.most > 0 and one.unit for one in found)
