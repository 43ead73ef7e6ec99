"""What differs between two sides of a pair: numbers and protected codes.

Most pairs that differ so are right, only freer (50,000 is 5万, a label was renamed), so
this raises flags for a reader and drops nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from amts_sphinx.text import codes
from amts_sphinx.text.bitext import Flag
from amts_sphinx.text.units import EMPHASIS, INVISIBLE, Code

#: what multiplies the digits before it: by what power of ten
_POWERS = {
    **dict(zip("百千万萬亿億천만억", (2, 3, 4, 4, 8, 8, 3, 4, 8), strict=True)),
    "thousand": 3,
    "million": 6,
    "billion": 9,
}
_NUMBER = re.compile(
    r"""
    (?<![A-Za-z0-9_]) (?P<digits> \d+ (?:[.,]\d+)* )
    (?: \s* (?P<times>
        (?: 百 (?!分) | 千 (?![米克瓦卡帕赫字伏]) | [万萬亿億천만억] )+ )
      | [\s-] (?P<word> thousand | million | billion ) s? \b )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_LONGEST = 50  #: digits behind these are of no weight
#: a formula that is a number, or several: "2", "(3, 1)", "1/5"
_NUMERIC = re.compile(r"(?=\D*\d)[\d\s.,，()/+-]+")
_MATH_NOISE = re.compile(r"\s+|[.,;:，。；：]\s*$")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])，(?=[0-9])")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d{0,2}(?:\.\d{3})+")


class Part(NamedTuple):
    """Neighbouring sentences of one message."""

    text: str  #: coded text as it stands in the source, line breaks and all
    codes: tuple[Code, ...]  #: of the message


Side = list[Part]


def one_line(parts: Iterable[str]) -> str:
    """Texts joined to one line, without a space beside a CJK character."""
    joined = codes.unwrap("\n".join(parts))
    visible = (
        c for c in joined if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    return " ".join("".join(visible).split())


def flags(source: Side, target: Side) -> Iterator[Flag]:
    """What a reader of the pair should look at."""
    if _protected(source) != _protected(target):
        yield Flag.CODES
    if _numbers(source) != _numbers(target):
        yield Flag.NUMBERS


def _protected(side: Side) -> Counter[Code]:
    """What a translation should leave as it is; a formula however it is spaced."""
    free = EMPHASIS | INVISIBLE
    found: Counter[Code] = Counter()
    for code in _used(side):
        if code.kind == "math" and not _NUMERIC.fullmatch(code.payload):
            found[Code("math", _MATH_NOISE.sub("", code.payload))] += 1
        elif code.kind != "math" and code.kind not in free:
            found[code] += 1
    return found


def _numbers(side: Side) -> Counter[Decimal]:
    """The numbers of a text, whatever way they are written; those in code left out."""

    def show(code: Code) -> str:
        if code.kind == "token":
            return code.payload
        if code.kind == "math" and _NUMERIC.fullmatch(code.payload):
            number = _NUMBER.fullmatch(code.payload)
            return code.payload if number else code.payload.replace(",", ", ")
        return " \N{MIDDLE DOT} "

    text = one_line(codes.plain(p.text, [show(code) for code in p.codes]) for p in side)
    # between ASCII digits this comma ends a clause; NFKC would make it a separator
    text = unicodedata.normalize("NFKC", _BETWEEN_DIGITS.sub("， ", text))
    return Counter(map(_value, _NUMBER.finditer(text)))


def _value(match: re.Match[str]) -> Decimal:
    """The number that digits, separators and multipliers stand for."""
    digits = match["digits"][:_LONGEST].rstrip(".,")
    if _THOUSANDS.fullmatch(digits) and "," in digits:
        digits = digits.replace(",", "")
    elif _THOUSANDS.fullmatch(digits) or digits.count(".") + digits.count(",") > 1:
        # also a version or a date: no number, but the same one on both sides
        digits = re.sub("[.,]", "", digits)
    words = [*(match["times"] or ""), *filter(None, [match["word"]])]
    power = sum(_POWERS[word.lower()] for word in words)
    return (Decimal(digits.replace(",", ".")) * Decimal(10) ** power).normalize()


def _used(side: Side) -> list[Code]:
    """What the codes of a side stand for, in order of appearance."""
    return [
        part.codes[number - 1] for part in side for number in codes.numbers(part.text)
    ]
