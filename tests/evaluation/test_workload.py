"""Work saved: three numbers, each as exact as what it was made from."""

from __future__ import annotations

import json
import random
from dataclasses import asdict
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.evaluation import workload as module
from amts_sphinx.evaluation.workload import (
    FORMULA,
    GOAL,
    KEPT,
    Edited,
    Engine,
    Piece,
    Share,
    Workload,
    measured,
    workload,
)
from amts_sphinx.text.units import Origin

AMAZON = Engine("amazon", "zh")
#: three of four tokens kept
QUARTER = measured([Edited(length=8, edits=2, characters=30)])


def test_measured_by_hand() -> None:
    """Five drafts: untouched, hardly, half, all of it, and more than all of it."""
    found = measured(
        [
            Edited(length=10, edits=0, characters=40),
            Edited(length=20, edits=1, characters=60),
            Edited(length=10, edits=5, characters=30),
            Edited(length=8, edits=8, characters=20),
            Edited(length=2, edits=9, characters=10),
        ]
    )
    assert (found.drafts, found.characters, found.length) == (5, 160, 50)
    assert found.edits == 0 + 1 + 5 + 8 + 2
    assert found.kept == 1 - 16 / 50
    assert found.untouched_share == 1 / 5
    assert {band.name: band.text for band in found.bands} == {
        "100": 10 / 50,
        "95-99": 20 / 50,
        "85-94": 0,
        "75-84": 0,
        "50-74": 10 / 50,
        "<50": 10 / 50,
    }
    assert found.formula == KEPT


def test_nothing_measured() -> None:
    """Without drafts, and without a token, there is no rate."""
    for found in (measured([]), measured([Edited(0, 3, 12)])):
        assert found.kept is None
    assert measured([]).untouched_share is None
    assert measured([Edited(0, 3, 12)]).untouched_share == 0


def test_saved_by_hand() -> None:
    """Every origin with its own effort: 0, 1 - similarity, the rate, 1 and 1."""
    found = workload(
        [
            Piece(Origin.HUMAN, 400),
            Piece(Origin.STALE, 60, similarity=0.75),
            Piece(Origin.STALE, 40, similarity=0.5),
            Piece(Origin.MACHINE, 240, engine=AMAZON),
            Piece(Origin.MACHINE, 60, engine=AMAZON),
            Piece(Origin.UNTRANSLATED, 150),
            Piece(Origin.FAILED, 50),
        ],
        {AMAZON: QUARTER},
    )
    assert found.inputs == (
        Share(Origin.HUMAN, None, 400, 0.0),
        Share(Origin.STALE, None, 100, 15.0 + 20.0),
        Share(Origin.MACHINE, AMAZON, 300, 75.0),
        Share(Origin.UNTRANSLATED, None, 150, 150.0),
        Share(Origin.FAILED, None, 50, 50.0),
    )
    assert found.characters == 1000
    assert found.saved == 1 - (35 + 75 + 200) / 1000
    assert found.projected == 0.75
    assert found.reused == 0.4
    assert found.measured == ((AMAZON, QUARTER),)


def test_formula_and_inputs_are_part_of_the_result() -> None:
    """Whoever has the result can compute it again."""
    result = workload([Piece(Origin.MACHINE, 9, engine=AMAZON)], {AMAZON: QUARTER})
    assert result.formula == FORMULA
    for origin in Origin:
        assert origin.value in FORMULA
    data = json.loads(json.dumps(asdict(result)))
    assert data["measured"][0][1]["edits"] == 2
    shares = data["inputs"]
    effort = sum(share["effort"] for share in shares)
    assert result.saved == 1 - effort / sum(share["characters"] for share in shares)


@pytest.mark.parametrize(
    "other",
    [
        None,
        Engine("amazon", "es"),
        Engine("apertium", "zh"),
    ],
)
def test_no_measurement_no_projection(other: Engine | None) -> None:
    """Neither another engine's rate nor another language's is taken, nor a constant."""
    pieces = [Piece(Origin.HUMAN, 900), Piece(Origin.MACHINE, 100, engine=AMAZON)]
    found = workload(pieces, {other: QUARTER} if other else {})
    assert found.projected is None
    assert found.saved is None
    assert found.reused == 0.9
    assert found.inputs[1] == Share(Origin.MACHINE, AMAZON, 100, None)


def test_an_unnamed_machine_has_no_measurement() -> None:
    """Machine text of an engine nobody knows is not projected."""
    found = workload([Piece(Origin.MACHINE, 5)], {AMAZON: QUARTER})
    assert found.projected is None
    assert found.inputs == (Share(Origin.MACHINE, None, 5, None),)


def test_one_machine_without_measurement_hides_the_sum() -> None:
    """A projection of a part is no projection of the whole."""
    other = Engine("apertium", "zh")
    pieces = [Piece(Origin.MACHINE, 5, engine=e) for e in (other, AMAZON)]
    found = workload(pieces, {AMAZON: QUARTER})
    assert [share.engine for share in found.inputs] == [AMAZON, other]
    assert [share.effort for share in found.inputs] == [1.25, None]
    assert found.projected is None
    assert found.saved is None


def test_a_measurement_without_text_is_none() -> None:
    """Drafts whose finals have no token say nothing about others."""
    empty = measured([Edited(0, 0, 4)])
    found = workload([Piece(Origin.MACHINE, 5, engine=AMAZON)], {AMAZON: empty})
    assert found.projected is None


def test_people_need_no_measurement() -> None:
    """Where no machine was at work, everything is known."""
    found = workload([Piece(Origin.HUMAN, 3), Piece(Origin.FAILED, 1)], {})
    assert found.saved == 0.75
    assert found.projected is None
    assert workload([], {}) == Workload((), ())
    assert workload([], {}).saved is workload([], {}).reused is None


def test_order_does_not_round() -> None:
    """Sums of fractions are the same to the last bit, in whatever order they come."""
    pieces = [Piece(Origin.STALE, 7, similarity=n / 10) for n in (1, 3, 6, 8, 9)]
    found = {workload(order, {}).inputs for order in permutations(pieces)}
    assert len(found) == 1


def test_the_goal_is_in_no_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a line in a drawing; no number changes with it."""
    pieces = [Piece(origin, 10, 0.5, AMAZON) for origin in Origin]
    before = workload(pieces, {AMAZON: QUARTER})
    assert GOAL == 0.80
    monkeypatch.setattr(module, "GOAL", 0.1)
    after = workload(pieces, {AMAZON: QUARTER})
    assert after == before
    assert (after.saved, after.projected) == (before.saved, before.projected)


PIECES = st.lists(
    st.builds(
        Piece,
        st.sampled_from(Origin),
        st.integers(0, 500),
        st.fractions(0, 1, max_denominator=64).map(float),
        st.sampled_from((AMAZON, Engine("apertium", "zh"))),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(pieces=PIECES, seed=st.integers(0, 99))
def test_saved_is_the_formula(pieces: list[Piece], seed: int) -> None:
    """In any order, the number is what fractions give; it is never outside 0 to 1."""
    rates = {AMAZON: QUARTER, Engine("apertium", "zh"): measured([Edited(4, 3, 9)])}
    found = workload(pieces, rates)
    mixed = random.Random(seed).sample(pieces, len(pieces))  # noqa: S311 - an order
    assert workload(mixed, rates) == found
    effort, total = Fraction(0), sum(piece.characters for piece in pieces)
    for piece in pieces:
        each = {
            Origin.HUMAN: Fraction(0),
            Origin.STALE: 1 - Fraction(piece.similarity),
            Origin.MACHINE: Fraction(1, 4)
            if piece.engine == AMAZON
            else Fraction(3, 4),
        }.get(piece.origin, Fraction(1))
        effort += each * piece.characters
    if not total:
        assert found.saved is None
    else:
        assert found.saved == pytest.approx(float(1 - effort / total), abs=1e-12)
        assert found.saved is not None
        assert 0 <= found.saved <= 1
