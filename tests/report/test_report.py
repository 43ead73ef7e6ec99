"""The report: sums that add up, a schema that holds, the same bytes every time."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.report.report import (
    SCHEMA_VERSION,
    Amounts,
    Document,
    Report,
    dump,
    total,
)
from amts_sphinx.text.repair import Repair
from amts_sphinx.text.units import Origin, Rung

jsonschema = importlib.import_module("jsonschema")
SCHEMA = json.loads(
    (files("amts_sphinx.report") / "report.schema.json").read_text("utf-8")
)

COUNTERS: dict[str, int | Mapping[str, int]] = {
    "pages_read": 2,
    "pages_collected": 0,
    "segments": 5,
    "segments_new": 5,
    "segments_uncollected": 0,
    "hits": {Rung.HUMAN_EXACT.value: 3, Rung.SOURCE.value: 2},
    "engine_calls": 0,
    "engine_characters": 0,
    "engine_stored": 0,
    "engine_lost": 0,
    "repairs": {"as_is": 4, "split": 1},
    "messages_split": 0,
}
PAGES = (
    Document("index", "Start", Amounts({"human": 3}, {"human": 30})),
    Document(
        "usage", "图", Amounts({"human": 1, "stale": 1}, {"human": 5, "stale": 15})
    ),
)
REPORT = Report("zh", "en", "memory", PAGES, COUNTERS, {"translate": 0.123456})

numbers = st.dictionaries(
    st.sampled_from([o.value for o in Origin]), st.integers(0, 999)
)
amounts = st.builds(Amounts, numbers, numbers)
titles = st.one_of(
    strategies.texts,
    st.text(),
    st.sampled_from(
        ["</script><script>", '"', "\\", "\u2028", "\x00", "\ud800", "a\nb"]
    ),
)
documents = st.builds(Document, strategies.texts, titles, amounts)
reports = st.builds(
    Report,
    language=st.sampled_from(["zh", "es-MX"]),
    source_language=st.just("en"),
    engine=st.text(),
    documents=st.lists(documents, max_size=4).map(tuple),
    counters=st.just(COUNTERS),
    seconds=st.dictionaries(
        st.sampled_from(["engine", "translate"]), st.floats(0, 1e6)
    ),
    generator=st.dictionaries(strategies.texts, strategies.texts, max_size=2),
    generated=st.sampled_from(["", "2026-11-21T00:00:00+00:00"]),
)


def as_data(report: Report) -> dict[str, Any]:
    """The report as whoever builds on it reads it."""
    data = json.loads(dump(report))
    assert isinstance(data, dict)
    return data


def test_the_schema_is_a_schema() -> None:
    """The schema that ships is itself valid, and of the report's version."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"] == {"const": SCHEMA_VERSION}


@given(reports)
def test_every_report_keeps_the_schema(report: Report) -> None:
    """Whatever titles, numbers and languages there are, the JSON is valid."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(as_data(report))) == []


@given(reports)
def test_totals_are_the_sums_of_the_pages(report: Report) -> None:
    """For every origin the pages add up to the book; titles and names come through."""
    data = as_data(report)
    for unit in ("segments", "characters"):
        for origin in Origin:
            pages = (page[unit][origin.value] for page in data["documents"])
            assert data["totals"][unit][origin.value] == sum(pages)
    shown = [(page["docname"], page["title"]) for page in data["documents"]]
    assert shown == [(page.docname, page.title) for page in report.documents]


@given(reports)
def test_same_report_same_bytes(report: Report) -> None:
    """Nothing but the report itself decides what is written."""
    again = Report(
        report.language,
        report.source_language,
        report.engine,
        tuple(
            Document(d.docname, d.title, Amounts(*map(_backwards, _parts(d.amounts))))
            for d in report.documents
        ),
        _backwards(report.counters),
        _backwards(report.seconds),
        _backwards(report.generator),
        report.generated,
    )
    assert dump(report) == dump(report) == dump(again)


def _parts(amount: Amounts) -> tuple[Any, Any]:
    return amount.segments, amount.characters


def _backwards(mapping: Any) -> Any:
    return dict(reversed(list(mapping.items())))


def test_every_origin_and_rung_is_named() -> None:
    """What does not occur is zero, not absent."""
    data = as_data(REPORT)
    for holder in (data["totals"], *data["documents"]):
        assert set(holder["segments"]) == set(holder["characters"]) == set(Origin)
    hits = {rung.value: 0 for rung in Rung}
    assert data["counters"]["hits"] == {**hits, "human_exact": 3, "source": 2}
    required = SCHEMA["$defs"]["origins"]["required"]
    assert sorted(required) == sorted(Origin)


def test_every_repair_is_named_as_it_is() -> None:
    """What it took to use the engine's answers is told by its own rungs, and no other.

    These are not the rungs of the look-up, though one of each is called "source".
    """
    repairs = as_data(REPORT)["counters"]["repairs"]
    assert {name: count for name, count in repairs.items() if count} == {
        "as_is": 4,
        "split": 1,
    }
    assert repairs.keys() <= {rung.name.lower() for rung in Repair}
    described = SCHEMA["properties"]["counters"]["properties"]["repairs"]["description"]
    for rung in Repair:
        assert rung.name.lower() in described


def test_a_report_in_full() -> None:
    """The fields that others build on have their names and values."""
    data = as_data(REPORT)
    assert data["schema_version"] == SCHEMA_VERSION
    assert (data["language"], data["source_language"]) == ("zh", "en")
    assert data["engine"] == {"name": "memory"}
    assert data["totals"]["characters"]["human"] == 35
    assert data["seconds"] == {"translate": 0.123}
    assert "generated" not in data
    assert set(data["counters"]) == set(COUNTERS)


def test_the_text_is_readable() -> None:
    """It is sorted, indented, ends in a newline, and keeps characters as they are."""
    text = dump(REPORT)
    assert text.endswith("}\n")
    assert '"图"' in text
    keys = list(json.loads(text))
    assert keys == sorted(keys)


def test_the_date_is_that_of_the_sources() -> None:
    """A date is there only if one was given."""
    dated = Report("zh", "en", "memory", (), COUNTERS, generated="2026-01-01T00:00:00Z")
    assert as_data(dated)["generated"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("totals", "segments", "human"), -1),
        (("totals", "characters", "stale"), "5"),
        (("documents", 0, "title"), None),
        (("counters", "hits", "source"), 0.5),
        (("counters", "engine_stored"), -1),
        (("counters", "engine_lost"), None),
        (("counters", "repairs"), 4),
        (("counters", "repairs", "split"), 0.5),
        (("seconds", "translate"), -0.1),
        (("documents",), {}),
    ],
)
def test_the_schema_refuses(path: tuple[str | int, ...], value: object) -> None:
    """The schema is no formality: wrong values do not pass."""
    data = as_data(REPORT)
    holder: Any = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(data)


@pytest.mark.parametrize("key", SCHEMA["required"])
def test_the_schema_misses_what_is_absent(key: str) -> None:
    """No required key can be left out."""
    data = as_data(REPORT)
    del data[key]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(data)


@pytest.mark.parametrize("key", COUNTERS)
def test_the_schema_misses_a_counter(key: str) -> None:
    """Every counter is required, and no other."""
    data = as_data(REPORT)
    del data["counters"][key]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(data)
    required = SCHEMA["properties"]["counters"]["required"]
    assert sorted(required) == sorted(COUNTERS)


@given(st.lists(amounts, max_size=4))
def test_shares_make_a_whole(found: list[Amounts]) -> None:
    """The shares of all origins make 1, or 0 where there is nothing."""
    book = total(found)
    shares = [book.share(origin) for origin in Origin]
    assert sum(shares) == pytest.approx(1 if book.total else 0)
    assert book.total == sum(one.total for one in found)
    assert book.to_do == sum(one.to_do for one in found)


def test_to_do_is_what_is_not_human() -> None:
    """A stale or machine-made sentence is still to do, a human one is not."""
    amount = Amounts({}, {"human": 5, "stale": 2, "machine": 3})
    assert (amount.total, amount.to_do) == (10, 5)
    assert amount.share(Origin.MACHINE) == pytest.approx(0.3)
    assert Amounts({}, {}).share(Origin.HUMAN) == 0.0
