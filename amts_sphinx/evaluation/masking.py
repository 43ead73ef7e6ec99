"""What of a message is scored: its inline codes masked, kept as text, or dropped.

Formulas and code words are copied by every system, and as text they give three to ten
points of BLEU for nothing.  Masked, each is one token: a lost or doubled one still
costs, its length does not count.  A mask is a word of letters between blanks, since
digits, points and neighbours are what tokenizers stumble over, and a short one, since
chrF counts letters.  Its letters spell no word, and they are given out in one message
at a time, so a score does not depend on the order of pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

from amts_sphinx.text import codes
from amts_sphinx.text.units import INVISIBLE, Code


class Form(StrEnum):
    """What becomes of an opaque code; around a paired one only the text stays."""

    MASK = "mask"  #: one token, the same for the same content
    KEEP = "keep"  #: its content, as text
    DROP = "drop"  #: nothing


class Coded(Protocol):
    """A message, a segment, a question: coded text and what its codes stand for."""

    @property
    def text(self) -> str:
        """Coded text."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """``codes[n - 1]`` is code ``n``."""


#: no vowel follows the Q, and it is no abbreviation in use (Qt, Qs, Qn, QR)
_LETTERS: Final = "bcdfghjklmpvwxz"
_MASK: Final = re.compile(f"Q[{_LETTERS}]+")


def scored(form: Form, *sides: Coded) -> list[str]:
    """The sides of one message as lines of plain text, to be scored.

    Sides are its source, its reference, and what any number of systems made of it, each
    with codes in a numbering of its own.  Masks are given out in the order of
    the sides: hypotheses at the end do not change how the reference is masked.

    A number without a code stands for nothing but itself; tags that do not nest vanish
    as others do.  Codes that nobody sees (index entries, targets) are never scored.
    """
    masks: dict[Code, str] = {}

    def shown(code: Code) -> str:
        if form is Form.DROP or code.kind in INVISIBLE:
            return " "
        if form is Form.KEEP:
            return _content(code)
        return f" {masks.setdefault(code, _mask(len(masks)))} "

    return [_line(side, shown) for side in sides]


def is_mask(word: str) -> bool:
    """Is it what stands for an inline code in masked text?"""
    return _MASK.fullmatch(word) is not None


def _line(side: Coded, shown: Callable[[Code], str]) -> str:
    """The text of a side with what is shown of its codes, white space folded."""

    def replace(match: re.Match[str]) -> str:
        if not match[1]:
            return ""
        number = int(match[1])
        known = 0 < number <= len(side.codes)
        return codes.escape(
            shown(side.codes[number - 1] if known else Code("", match[1]))
        )

    text = codes.CODE.sub(replace, codes.unwrap(side.text))
    return " ".join(codes.unescape(text).split())


def _content(code: Code) -> str:
    if not code.kind:
        return " "
    return f"${code.payload}$" if code.kind == "math" else code.payload


def _mask(number: int) -> str:
    """The mask of that number, from 0: Qb, Qc, … Qz, Qbb, and so on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, len(_LETTERS))
        letters = _LETTERS[rest] + letters
    return f"Q{letters}"
