"""The key of the cache: whatever an answer depends on, and nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.memory.cache_key import Answer, Request, pack, unpack

TEXTS = st.text(max_size=20)
REQUESTS = st.builds(
    Request,
    **{
        field.name: st.dictionaries(TEXTS, TEXTS, max_size=3)
        if field.name == "settings"
        else TEXTS
        for field in fields(Request)
        if field.init
    },
)
TEXT_FIELDS = [
    field.name for field in fields(Request) if field.init and field.name != "settings"
]


def changed(request_: Request, **texts: str) -> Request:
    """A request with other texts."""
    return replace(request_, **texts)  # type: ignore[arg-type] # none is settings


@given(REQUESTS, st.sampled_from(TEXT_FIELDS), TEXTS)
def test_each_field_changes_the_key(request_: Request, name: str, text: str) -> None:
    """Two requests that differ in one field have different keys."""
    other = changed(request_, **{name: text})
    assert (other.key() == request_.key()) == (other == request_)


@given(REQUESTS, TEXTS, TEXTS)
def test_each_setting_changes_the_key(request_: Request, name: str, text: str) -> None:
    """A setting more, or another value of one, makes another key."""
    other = replace(request_, settings={**request_.settings, name: text})
    assert (other.key() == request_.key()) == (other == request_)


@given(REQUESTS, st.data())
def test_order_of_settings_is_no_matter(request_: Request, data: st.DataObject) -> None:
    """The same settings in another order make the same key."""
    items = data.draw(st.permutations(list(request_.settings.items())))
    assert replace(request_, settings=dict(items)).key() == request_.key()


@given(REQUESTS, st.data())
def test_text_cannot_move_to_the_next_field(
    request_: Request, data: st.DataObject
) -> None:
    """What one field loses and the next gains is noticed."""
    number = data.draw(st.integers(0, len(TEXT_FIELDS) - 2))
    one, two = TEXT_FIELDS[number : number + 2]
    first = changed(request_, **{one: "a|b", two: "c"})
    assert first.key() != changed(request_, **{one: "a", two: "b|c"}).key()


def test_a_key_in_one_example() -> None:
    """Keys are the same in every release, or all answers would be paid for again."""
    request_ = Request("amazon", "1", "en", "zh", "2", "html", "A & b.", {"f": "x"})
    assert request_.key() == (
        "971f8eca36184a66ae7e555048b5ff99acb9015200659bda8a3869e2f66dbef0"
    )


def test_requests_are_made_of_strings() -> None:
    """Numbers would be written like the strings they resemble."""
    wrong = {"f": 1}
    with pytest.raises(TypeError, match="not of 1"):
        Request("e", "1", "en", "zh", "2", "html", "t", wrong)  # type: ignore[arg-type]


def test_a_request_keeps_its_settings() -> None:
    """What becomes of the mapping it was made of does not change a request."""
    settings = {"formality": "formal"}
    request_ = Request("e", "1", "en", "zh", "2", "html", "t", settings)
    key = request_.key()
    settings["formality"] = "informal"
    assert request_.key() == key


@given(REQUESTS, st.text(min_size=1), st.integers(0, 9))
def test_an_entry_comes_back(request_: Request, text: str, rung: int) -> None:
    """What is packed is unpacked, exactly."""
    answer = Answer(text, rung)
    entry = pack(request_, answer)
    assert unpack(request_, request_.key(), entry) == answer


@given(REQUESTS, st.data())
def test_a_changed_entry_is_refused(request_: Request, data: st.DataObject) -> None:
    """Not one bit of an entry can change, and no byte be missing."""
    entry = pack(request_, Answer("x", 0))
    bit = data.draw(st.integers(0, len(entry) * 8 - 1))
    number = int.from_bytes(entry) ^ 1 << bit
    for wrong in (number.to_bytes(len(entry)), entry[:-1], entry[: bit // 8], b""):
        with pytest.raises(ValueError, match="digest"):
            unpack(request_, request_.key(), wrong)


def test_what_cannot_be_kept_is_refused() -> None:
    """An empty text is no answer, and two surrogates are not one character."""
    request_ = Request("e", "1", "en", "zh", "2", "html", "t")
    with pytest.raises(ValueError, match="empty"):
        pack(request_, Answer("", 0))
    with pytest.raises(ValueError, match="surrogates"):
        pack(request_, Answer("\ud800\udc00", 0))
    assert pack(request_, Answer("\ud800 \udc00", 0))
