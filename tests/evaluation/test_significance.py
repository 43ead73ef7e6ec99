"""Better is what is both significant and large enough to be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from amts_sphinx.evaluation.scores import Sample, Statistics, Unit, bleu, chrf
from amts_sphinx.evaluation.significance import Comparison, compare
from amts_sphinx.evaluation.tokenizers import Tokenizer

WORDS = Tokenizer("13a")

#: does a system change a word of this line of this page?
Slip = Callable[[int, int], bool]


def system(slip: Slip, pages: int = 10, lines: int = 30) -> list[Sample]:
    """A book in which a system has slips; where, the caller says."""
    found = []
    for page in range(pages):
        for line in range(lines):
            reference = f"In part {page} the pupils write down rule {line} in ink."
            word = "pencil" if slip(page, line) else "ink"
            hypothesis = reference.replace("ink", word).replace("pupils", "children")
            found.append(Sample(f"p{page}", hypothesis, reference))
    return found


def counted(slip: Slip, pages: int = 10) -> Statistics:
    """The counts of such a system."""
    return bleu(system(slip, pages), WORDS)


def compared(
    one: Statistics, other: Statistics, threshold: float | None = None
) -> Comparison:
    """A comparison that is there."""
    found = (
        compare(one, other)
        if threshold is None
        else compare(one, other, threshold=threshold)
    )
    assert found is not None
    return found


def never(_page: int, _line: int) -> bool:
    """No slip."""
    return False


def often(page: int, line: int) -> bool:
    """A slip in every other line, in some pages more."""
    return (page + line) % 2 == 0 or line < page


def seldom(_page: int, line: int) -> bool:
    """A slip in one line of each page."""
    return line == 4


def test_a_large_difference_is_better_one_way_and_worse_the_other() -> None:
    """Documents are drawn; the interval lies on one side and holds the difference."""
    found = compared(counted(often), counted(never))
    assert found.unit is Unit.DOCUMENTS
    assert found.verdict == "better"
    assert found.p < 0.05
    assert found.difference > 5
    assert found.interval is not None
    assert 1 < found.interval.low < found.difference < found.interval.high
    back = compared(counted(never), counted(often))
    assert back.verdict == "worse"
    assert back.difference == -found.difference
    assert back.p == found.p


@pytest.mark.parametrize("threshold", [None, 0.0])
@pytest.mark.parametrize("pages", [1, 10])
def test_a_system_is_not_better_than_itself(threshold: float, pages: int) -> None:
    """No difference in any draw is no sign of one, whatever the threshold."""
    found = compared(counted(often, pages), counted(often, pages), threshold)
    assert (found.difference, found.interval) == (0, (0, 0))
    assert found.p == 1
    assert found.verdict == ""


def test_a_small_difference_is_not_better() -> None:
    """Significant, but below a point: no verdict, unless less is asked for."""
    found = compared(counted(seldom), counted(never))
    assert 0.1 < found.difference < 1
    assert found.p < 0.05
    assert found.verdict == ""
    assert compared(counted(seldom), counted(never), 0.1).verdict == "better"
    assert compared(counted(never), counted(seldom), 0.1).verdict == "worse"


def test_a_difference_by_chance_is_not_better() -> None:
    """One page of ten tells nothing, though it lifts the book by most of a point."""

    def two_pages(page: int, line: int) -> bool:
        return page == 3 and line % 3 > 0

    def another(page: int, line: int) -> bool:
        return page == 7 and line % 4 > 2

    found = compared(counted(two_pages), counted(another))
    assert found.difference > 0.5
    assert found.p > 0.05
    assert found.interval is not None
    assert found.interval.low < 0
    assert compared(counted(two_pages), counted(another), 0.5).verdict == ""


def scattered(seed: int, share: int) -> Slip:
    """Slips in so many of a hundred lines, here and there."""

    def slip(page: int, line: int) -> bool:
        return (page * 30 + line + 1) * seed % 101 < share

    return slip


@pytest.mark.parametrize("share", [30, 40, 44, 47])
def test_p_is_that_of_sacrebleu(share: int) -> None:
    """By segments, its own paired bootstrap of the same systems says about the same."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.significance import PairedTest

    one, other = system(scattered(37, 50), 4), system(scattered(59, share), 4)
    _, theirs = PairedTest(
        [
            (name, [s.hypothesis for s in found])
            for name, found in zip("ab", (one, other), strict=True)
        ],
        {"BLEU": BLEU(tokenize="13a")},
        [[sample.reference for sample in one]],
        test_type="bs",
        n_samples=1000,
    )()
    result = theirs["BLEU"][1]
    found = compared(bleu(one, WORDS), bleu(other, WORDS))
    assert found.unit is Unit.SEGMENTS
    assert not isinstance(result, str)
    assert found.p == pytest.approx(result.p_value, abs=0.02)


def test_the_interval_must_leave_out_zero() -> None:
    """Two points and a p value below .05 are not enough if there may be no difference.

    One way and the other: sacrebleu's p value does not tell them apart.
    """
    one = bleu(system(scattered(37, 50), 4), WORDS)
    other = bleu(system(scattered(59, 37), 4), WORDS)
    for found in (compared(one, other), compared(other, one)):
        assert abs(found.difference) > 2
        assert found.p < 0.05
        assert found.interval is not None
        assert found.interval.low < 0 < found.interval.high
        assert found.verdict == ""


def test_order_does_not_matter() -> None:
    """Both systems' samples shuffled alike give the same comparison, to the bit."""
    order = [n * 7 % 300 for n in range(300)]
    one, other = system(often), system(seldom)
    for count in (chrf, lambda samples: bleu(samples, WORDS)):
        straight = compare(count(one), count(other))
        mixed = compare(
            count([one[n] for n in order]), count([other[n] for n in order])
        )
        assert straight == mixed
        assert straight is not None


def test_only_the_same_samples_compare() -> None:
    """Other documents, or another metric, are refused; no sample gives nothing."""
    with pytest.raises(ValueError, match="same samples"):
        compare(counted(never), counted(never, 9))
    with pytest.raises(ValueError, match="same samples"):
        compare(counted(never), chrf(system(never)))
    assert compare(bleu([], WORDS), bleu([], WORDS)) is None


def test_one_sample_tells_nothing() -> None:
    """There is a difference, but no interval and no verdict."""
    reference = "The pupils write the rule down in ink today."
    one = [Sample("a", "The pupils write the rule in ink.", reference)]
    other = [Sample("a", reference, reference)]
    found = compared(bleu(one, WORDS), bleu(other, WORDS))
    assert found.difference > 10
    assert (found.interval, found.p, found.verdict) == (None, 1, "")
