"""What the service would make of a file, and in what order pairs are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext import parallel_data
from amts_sphinx.bitext.parallel_data import (
    FIELD_BYTES,
    Effect,
    Finding,
    Format,
    Problem,
    lint,
    sorted_rows,
)
from amts_sphinx.text.bitext import SentencePair
from amts_sphinx.text.units import Origin

HEAD = ("en", "zh")
GOOD = ("Why?", "为什么？")


@pytest.mark.parametrize(
    ("row", "column", "problem", "counts"),
    [
        (("", "空"), 1, Problem.EMPTY_SOURCE, (1, 0, 1)),
        ((" \u3000", "空"), 1, Problem.EMPTY_SOURCE, (1, 0, 1)),
        ((), 1, Problem.EMPTY_SOURCE, (1, 0, 1)),
        (("a" * (FIELD_BYTES + 1), "长"), 1, Problem.LONG_SOURCE, (1, 0, 1)),
        (("Empty", ""), 2, Problem.EMPTY_TARGET, (1, 0, 1)),
        (("Missing",), 2, Problem.EMPTY_TARGET, (1, 0, 1)),
        (("Long", "长" * 334), 2, Problem.LONG_TARGET, (1, 0, 1)),
        (("=1+1", "二"), 1, Problem.FORBIDDEN_START, (1, 1, 0)),
        (("-x", "负"), 1, Problem.FORBIDDEN_START, (1, 1, 0)),
        (("At", "@某"), 2, Problem.FORBIDDEN_START, (1, 1, 0)),
        (("Plus", "+"), 2, Problem.FORBIDDEN_START, (1, 1, 0)),
        (("Two\nlines", "两行"), 1, Problem.LINE_BREAK, (1, 1, 0)),
        (("Two", "两\r行"), 2, Problem.LINE_BREAK, (1, 1, 0)),
        (("One", "一", "二"), 0, Problem.COLUMNS, (1, 1, 0)),
    ],
)
def test_one_bad_row(
    row: tuple[str, ...],
    column: int,
    problem: Problem,
    counts: tuple[int, int, int],
) -> None:
    """Its row, field and reason are told, and it is counted where the service does."""
    found = lint([HEAD, GOOD, row], Format.CSV)
    assert Finding(3, column, problem) in found.findings
    assert (found.imported, found.failed, found.skipped) == counts
    assert {finding.row for finding in found.findings} == {3}
    assert found.accepted
    assert not found.clean


def test_tmx_forbids_no_character() -> None:
    """What a table may not hold, a TMX file may."""
    rows = [HEAD, ("=1+1", "-二"), ("Two\nlines", "两行")]
    assert lint(rows, Format.TMX).clean
    assert lint(rows, Format.TSV).failed == 2


def test_limits_are_inclusive() -> None:
    """A field of exactly 1000 bytes is taken."""
    assert lint([HEAD, ("a" * 1000, "长" * 333)], Format.CSV).clean


def test_the_last_repeated_source_is_used() -> None:
    """Earlier rows are imported for nothing; a bad last row replaces none."""
    rows = [HEAD, ("A", "一"), ("A", "二"), ("A", "三"), ("A", "")]
    found = lint(rows, Format.CSV)
    assert found.findings == (
        Finding(2, 1, Problem.REPEATED),
        Finding(3, 1, Problem.REPEATED),
        Finding(5, 2, Problem.EMPTY_TARGET),
    )
    assert (found.imported, found.unused, found.skipped) == (3, 2, 1)


def test_several_targets() -> None:
    """A bad translation is skipped, its row still imported for the other language."""
    rows = [("en", "es", "zh"), ("Yes", "Sí", ""), ("No", "", " ")]
    found = lint(rows, Format.CSV)
    assert (found.imported, found.failed, found.skipped) == (1, 0, 3)


@pytest.mark.parametrize(
    "head", [(), ("en",), ("en", "zh_CN"), ("en", "en"), ("Source", "Target")]
)
def test_language_codes_come_first(head: tuple[str, ...]) -> None:
    """Without two different codes of the service's own, the file is refused."""
    found = lint([head, GOOD], Format.CSV)
    assert Finding(1, 0, Problem.LANGUAGES) in found.findings
    assert not found.accepted
    assert (found.imported, found.failed) == (0, 1)


def test_a_file_without_pairs_or_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such files are refused as a whole."""
    assert not lint([], Format.CSV).accepted
    assert not lint([HEAD], Format.TMX).accepted
    monkeypatch.setattr(parallel_data, "FILE_BYTES", 20)
    found = lint([HEAD, GOOD], Format.CSV)
    assert found.findings == (Finding(0, 0, Problem.FILE_SIZE),)
    assert (found.imported, found.failed) == (0, 1)


def test_every_problem_has_an_effect() -> None:
    """None is without consequence, or it would be no problem."""
    assert {problem.effect for problem in Problem} == set(Effect)


fields = st.one_of(
    st.sampled_from(("", " ", "=", "- a", "a\nb", "a" * 1001, "A", "B")),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)


@given(st.lists(st.tuples(fields, fields)), st.sampled_from(Format))
def test_every_row_is_counted_once(
    rows: list[tuple[str, str]], file_format: Format
) -> None:
    """With one target, each row is imported, failed or skipped; clean rows imported."""
    found = lint([HEAD, *rows], file_format)
    assert found.imported + found.failed + found.skipped == len(rows)
    bad = {
        finding.row
        for finding in found.findings
        if finding.problem.effect is not Effect.NOT_USED
    }
    if found.accepted:
        assert found.imported == len(rows) - len(bad)
        used = {row[0] for n, row in enumerate(rows, 2) if n not in bad}
        assert found.imported - found.unused == len(used)


@given(st.data())
def test_the_order_of_a_file_does_not_depend_on_the_order_given(
    data: st.DataObject,
) -> None:
    """Sorted by page, line, source: the same pairs give the same bytes."""
    pair = st.builds(
        SentencePair,
        st.sampled_from("ab"),
        st.sampled_from("cd"),
        st.sampled_from("pq"),
        st.integers(0, 2),
        st.just(Origin.HUMAN),
        st.floats(0, 1),
    )
    given_pairs = data.draw(st.lists(pair))
    shuffled = data.draw(st.permutations(given_pairs))
    rows = sorted_rows(given_pairs)
    assert rows == sorted_rows(shuffled)
    keys = [(row.document, row.line, row.source) for row in rows]
    assert keys == sorted(keys)
