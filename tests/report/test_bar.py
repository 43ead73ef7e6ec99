"""The bar: valid SVG whose parts have the widths of their shares."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.report.bar import bar
from amts_sphinx.report.report import Amounts
from amts_sphinx.text.units import Origin

amounts = st.dictionaries(
    st.sampled_from([o.value for o in Origin]), st.integers(0, 9999)
)
SVG = "{http://www.w3.org/2000/svg}"
printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]))


def rectangles(text: str) -> list[dict[str, str]]:
    """The attributes of the parts of a bar."""
    return [dict(part.attrib) for part in ET.fromstring(text)]  # noqa: S314


def test_two_parts() -> None:
    """A bar of two origins in full."""
    text = bar(Amounts({}, {"human": 30, "untranslated": 10, "machine": 0}), "three")
    human, untranslated = rectangles(text)
    assert (human["class"], human["x"], human["width"]) == ("human", "0.00", "75.00")
    assert untranslated["class"] == "untranslated"
    assert (untranslated["x"], untranslated["width"]) == ("75.00", "25.00")
    assert human["fill"] != untranslated["fill"]


@given(amounts)
def test_parts_stand_side_by_side(characters: dict[str, int]) -> None:
    """Each origin that occurs has one part; together they are as wide as the bar."""
    found = rectangles(bar(Amounts({}, characters), "x"))
    assert [part["class"] for part in found] == [o for o in Origin if characters.get(o)]
    left = 0.0
    for part in found:
        assert float(part["x"]) == pytest.approx(left, abs=0.02)
        left = float(part["x"]) + float(part["width"])
    assert left == pytest.approx(100 if found else 0, abs=0.02)


@given(printable)
def test_a_label_is_text(label: str) -> None:
    """Quotes, brackets and ampersands in a label stay inside it."""
    root = ET.fromstring(bar(Amounts({}, {"human": 1}), label))  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == label
    assert root.get("role") == "img"
    assert [child.tag for child in root] == [f"{SVG}rect"]


def test_colours_differ() -> None:
    """All five origins can be told apart."""
    found = rectangles(bar(Amounts({}, {o.value: 1 for o in Origin}), "all"))
    assert len({part["fill"] for part in found}) == len(Origin)
