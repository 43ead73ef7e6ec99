"""What a report tells of an evaluation; the file it comes from may be anything."""

from __future__ import annotations

import copy
import importlib
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.report.quality import quality
from amts_sphinx.report.report import Amounts, Document, Report, dump

jsonschema = importlib.import_module("jsonschema")
SCHEMA = json.loads(
    (files("amts_sphinx.report") / "report.schema.json").read_text("utf-8")
)
_FIGURES = {
    "messages": 12,
    "bleu": {"value": 31.5, "low": 27.0, "high": 35.5, "signature": "tok:zh"},
    "chrf": {"value": 60.0, "low": None, "high": None, "signature": "chrF"},
    "edit_rate": 0.4,
}
DATA: dict[str, Any] = {
    "baseline": "apertium",
    "reference": {"independence": "independent", "label": "independent"},
    "scored": {"messages": 12, "of": 20},
    "systems": [
        {"name": "copy", "comparable": True, "documents": {}, **_FIGURES},
        {
            "name": "apertium",
            "comparable": False,
            "documents": {"b": _FIGURES, "a": {**_FIGURES, "bleu": None}},
            **_FIGURES,
        },
    ],
    "workload": {
        "measured": [{"kept": 0.57}],
        "reused": 0.5,
        "projected": None,
        "saved": -0.2,
    },
}


def test_what_was_found_is_in_the_report() -> None:
    """Systems, pages and work, as the schema has them; pages sorted by name."""
    found = quality(DATA, current=True)
    assert found
    assert [one.comparable for one in found.systems] == [True, False]
    assert (found.kept, found.projected) == (0.57, None)
    page = Document("a", "A", Amounts({"human": 1}, {"human": 5}))
    names = SCHEMA["properties"]["counters"]["required"]
    counters: dict[str, Any] = {**dict.fromkeys(names, 0), "hits": {}, "repairs": {}}
    report = Report("es", "en", "apertium", (page,), counters, quality=found)
    data = json.loads(dump(report))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    told = data["evaluation"]
    assert list(told["documents"]) == ["a", "b"]
    assert told["documents"]["a"]["bleu"] is None
    assert told["systems"][1]["figure"]["bleu"] == 31.5


def test_without_an_evaluation_the_report_has_none() -> None:
    """The key is not there."""
    report = Report("es", "en", "memory", ())
    assert "evaluation" not in json.loads(dump(report))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_anything_else_is_no_evaluation(value: object) -> None:
    """No file can hurt a build."""
    assert quality({"systems": value}, current=True) is None


@pytest.mark.parametrize("name", sorted(DATA))
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [[]], {"measured": 1}])
def test_a_part_that_is_wrong_spoils_all(name: str, value: object) -> None:
    """Half an evaluation is none."""
    data = copy.deepcopy(DATA)
    data[name] = value
    assert quality(data, current=False) is None
