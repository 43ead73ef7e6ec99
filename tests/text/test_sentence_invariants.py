"""What must hold for the sentences of any text, however odd or hostile."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.text import codes
from amts_sphinx.text.languages import profile
from amts_sphinx.text.sentences import split_coded, splitter


def _segments(language: str, coded: str) -> list[str]:
    """The coded text cut where it is to be cut."""
    cuts = split_coded(coded, splitter(profile(language)))
    return [coded[a:b] for a, b in pairwise([0, *cuts, len(coded)])]


def _text(*pieces: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=30).map("".join)


_PLAIN = st.one_of(
    st.text(max_size=60),
    _text(
        "Cat ", "dog", ". ", "! ", "? ", ".", '"', "(", ")", "1. ", "e.g. ", "\n", " "
    ),
    _text("猫", "狗", "。", "！", "？”", "“", "（", "）", "A. ", "\n", "です", "3.5"),
    _text("고양이", ". ", "TP. ", "Sr. ", "¿", "Tôi ", "a) ", "(ii) ", "; ", "\u2028"),
)
_CODED = st.recursive(
    _PLAIN.map(codes.escape) | st.integers(1, 9).map(codes.opaque),
    lambda inner: (
        st.lists(inner, max_size=5).map("".join)
        | st.tuples(st.integers(1, 9), inner).map(
            lambda pair: f"{codes.opening(pair[0])}{pair[1]}</g>"
        )
    ),
    max_leaves=12,
)
_LANGUAGE = st.sampled_from(["en", "zh", "es", "ja", "ko", "vi"])


@settings(deadline=None)
@given(_LANGUAGE, _PLAIN)
def test_nothing_is_lost(language: str, text: str) -> None:
    """The pieces make up the text, none is empty, and blanks end the earlier one."""
    pieces = splitter(profile(language))(text)
    assert "".join(pieces) == text
    assert all(pieces)
    assert not any(piece[0].isspace() for piece in pieces[1:])


@settings(deadline=None)
@given(_LANGUAGE, _CODED)
def test_a_segment_is_well_formed(language: str, coded: str) -> None:
    """Each segment has whole codes, closed pairs, letters, and no blank in front."""
    segments = _segments(language, coded)
    assert "".join(segments) == coded
    if len(segments) > 1:
        for segment in segments:
            codes.parse(segment)
            assert codes.has_letters(segment)
        assert not any(segment[0].isspace() for segment in segments[1:])
        whole = codes.shape(coded)
        assert sum(map(codes.shape, segments), start=type(whole)()) == whole
        plain = [codes.plain(segment) for segment in segments]
        assert "".join(plain) == codes.plain(coded)


@settings(deadline=None)
@given(st.text(alphabet='<>x gid="/1.& A', max_size=40))
def test_malformed_codes_do_no_harm(coded: str) -> None:
    """Text that only resembles codes is split like text, without an error."""
    assert "".join(_segments("en", coded)) == coded


@settings(deadline=None, max_examples=40)
@given(_LANGUAGE, _CODED)
def test_the_same_input_gives_the_same_cuts(language: str, coded: str) -> None:
    """Splitting keeps no state from one text to the next."""
    assert _segments(language, coded) == _segments(language, coded)


@pytest.mark.parametrize("language", ["en", "es", "zh", "ko", "it"])
@pytest.mark.parametrize(
    "shape",
    [
        "a) b) c) d) ",
        "a. a. a. ",
        "a. b. c. d. ",
        "i. ii. iii. ",
        "1. 2. 3. ",
        "(i) Foo (ii) bar ",
        "x.[12 12 12 ",
        '"Foo. ',
        "(Foo. ",
        "A rather usual sentence is this. ",
        "a",
    ],
)
def test_hostile_shapes_take_bounded_time(language: str, shape: str) -> None:
    """Ten thousand characters of what is worst for pysbd take seconds at the most."""
    text = (shape * 10_000)[:10_000]
    start = time.process_time()
    split_coded(text, splitter(profile(language)))
    assert time.process_time() - start < 5  # it takes 0.02 to 0.15 on a slow machine


def test_a_long_text_is_split_like_its_parts() -> None:
    """Bounding the parts that a splitter is shown changes no cut."""
    short = "A cat sleeps, e.g. Tom. |Dr. Stone saw it in Fig. 3. |"
    marked = short * 200 + "End."
    assert "|".join(_segments("en", marked.replace("|", ""))) == marked


def test_one_sentence_longer_than_a_part_stays_whole() -> None:
    """Where a part ends for want of a sentence end, no sentence begins."""
    long = "word " * 900 + "ends. "
    assert _segments("en", long + "Next.") == [long, "Next."]
    long = "字" * 4500 + "。"
    assert _segments("zh", long + "下一句。") == [long, "下一句。"]
