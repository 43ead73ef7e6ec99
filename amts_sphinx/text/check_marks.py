"""Rules about numbers and punctuation.

Each language writes both in its own way, so most differences are right; what is left
when scripts, separators and scales are put aside may be a slip.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from amts_sphinx.text.check_rules import (
    CJK,
    OPAQUE,
    UNSPACED,
    Check,
    Sides,
    around,
    difference,
)
from amts_sphinx.text.units import Code

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
#: multiples that languages count differently: 1.5 million is 150万
_SCALE: Final = re.compile(
    r"\d\s?(?:[千万萬億亿천만억]|[mbt]r?il|thousand|mln|mrd|bn\b|bin\b|ngh?ìn|triệu"
    r"|тыс|тис|млн|млрд|мил)",
    re.IGNORECASE,
)
_HALF_WIDTH: Final = re.compile(rf"(?<=[{CJK}])[,;:!?.] ?(?=[{CJK}])")
_CLOSERS: Final = "\"'”’»›)]}）］｝】」』》〉〕 "
_ENDS: Final = MappingProxyType(
    {
        **dict.fromkeys(".。．｡।۔።", Check.END_STOP),
        **dict.fromkeys(":：", Check.END_COLON),
        **dict.fromkeys("?？؟\u037e", Check.END_QUESTION),
        **dict.fromkeys("!！", Check.END_EXCLAMATION),
        **dict.fromkeys(";；؛", Check.END_SEMICOLON),
        **dict.fromkeys("…⋯", Check.END_ELLIPSIS),
    }
)
#: marks that mean something else in one language
_OWN_ENDS: Final = MappingProxyType(
    {
        ("el", ";"): Check.END_QUESTION,
        ("hy", "։"): Check.END_STOP,
        ("hy", ":"): Check.END_STOP,
    }
)


def numbers(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Numbers of several digits; smaller ones are often written as words.

    Where a side counts in thousands or millions only the leading digits are compared.
    """
    scaled = any(map(_SCALE.search, sides[:2]))
    ours = _numbers(sides.source, sides.source_codes, scaled=scaled)
    theirs = _numbers(sides.target, sides.target_codes, scaled=scaled)
    if ours != theirs:
        yield Check.NUMBERS, difference(ours, theirs)


def half_width(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Half-width punctuation in Chinese or Japanese text."""
    if sides.target_language in UNSPACED:
        found = _HALF_WIDTH.search(sides.target)
        if found:
            yield Check.HALF_WIDTH, around(sides.target, found)


def end(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Sentences that end otherwise than their source.

    Thai knows no full stop.  Where the source has no mark, before a formula say, a
    colon is good style.
    """
    ours = _ending(sides.source, sides.source_language)
    theirs = _ending(sides.target, sides.target_language)
    check = ours or (None if theirs is Check.END_COLON else theirs)
    last = sides.source[-1:], sides.target[-1:]
    thai = "th" in sides[4:] and check is Check.END_STOP
    if check and ours is not theirs and not thai and OPAQUE not in last:
        yield check, f"{last[1]} for {last[0]}"


def _numbers(text: str, found: Sequence[Code], *, scaled: bool) -> set[str]:
    """The numbers in a text and the formulas that are only numbers, as digits."""
    formulas = (code.payload for code in found if code.kind == "math")
    texts = (text, *filter(_NUMBER.fullmatch, formulas))
    values = (_digits(one) for part in texts for one in _NUMBER.findall(part))
    if scaled:
        values = (value.rstrip("0") for value in values)
    return {value for value in values if len(value) > 1}


def _digits(number: str) -> str:
    """The digits of any script as ASCII, without what groups or parts them."""
    return "".join(str(unicodedata.decimal(c)) for c in number if c not in ".,")


def _ending(text: str, language: str) -> Check | None:
    text = text.rstrip(_CLOSERS)
    if text.endswith("..."):
        return Check.END_ELLIPSIS
    return _OWN_ENDS.get((language, text[-1:])) or _ENDS.get(text[-1:])
