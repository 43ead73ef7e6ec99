"""From the beads of two pages to candidates for parallel data, as readable text.

An engine learns from text, not from codes: formulas keep their dollars, code words and
links show what a reader sees, and whatever else must stay as it is (references,
citations, footnotes) becomes a number in brackets, the same on both sides.  Nothing is
held back here; a pair that looks odd is flagged, and `filters` decides with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from amts_sphinx.bitext.alignment import Bead
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import Flag, SentencePair
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import EMPHASIS, Code, Message, Origin, Segment


class Granularity(StrEnum):
    """What one pair is made of."""

    SENTENCE = "sentence"  #: the sentences of one bead
    PARAGRAPH = "paragraph"  #: the fewest whole messages that translate each other


#: kinds of code nobody sees
_INVISIBLE = frozenset({"index", "target"})
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")

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


class _Part(NamedTuple):
    """Neighbouring sentences of one message."""

    text: str  #: coded text as it stands in the source, line breaks and all
    codes: tuple[Code, ...]  #: of the message


_Side = list[_Part]


class _Sentence(NamedTuple):
    """A sentence and the message it belongs to."""

    message: Message
    number: int  #: of the message, counted through the page
    segment: Segment


class _Linked(NamedTuple):
    """What belongs together: the sentences of both sides, and how surely."""

    source: list[_Sentence]
    target: list[_Sentence]
    confidence: float


def candidates(
    source: Page,
    target: Page,
    beads: Sequence[Bead],
    origin: Origin,
    granularity: Granularity,
) -> Iterator[SentencePair]:
    """Every pair of two aligned pages that has both sides, good or not, in page order.

    ``beads`` count the sentences of each page as `pairs.blocks_of` lays them out.
    Of a paragraph's confidence the least of its beads is told, so one that lost a
    sentence in translation (a null bead) has none.
    """
    ours, theirs = list(_sentences(source)), list(_sentences(target))
    linked: Iterator[_Linked] | list[_Linked] = [
        _Linked(
            [ours[number] for number in bead.source],
            [theirs[number] for number in bead.target],
            bead.confidence,
        )
        for bead in beads
    ]
    if granularity is Granularity.PARAGRAPH:
        linked = _paragraphs(list(linked))
    for left, right, confidence in linked:
        if left and right:
            sides = _parts(left), _parts(right)
            numbers = _brackets(*sides)
            yield SentencePair(
                _readable(sides[0], numbers[0]),
                _readable(sides[1], numbers[1]),
                source.docname,
                right[0].message.line,
                origin,
                confidence,
                tuple(_flags(*sides)),
            )


def _sentences(page: Page) -> Iterator[_Sentence]:
    for number, message in enumerate(page.messages):
        for segment in message.segments:
            yield _Sentence(message, number, segment)


def _paragraphs(beads: list[_Linked]) -> Iterator[_Linked]:
    """The smallest groups of beads that share no message of either side."""
    leader: dict[tuple[int, int], tuple[int, int]] = {}

    def find(key: tuple[int, int]) -> tuple[int, int]:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    keys = [
        [(0, s.number) for s in bead.source] + [(1, s.number) for s in bead.target]
        for bead in beads
    ]
    for first, *others in keys:
        for other in others:
            leader[find(other)] = find(first)
    groups: dict[tuple[int, int], list[_Linked]] = {}
    for bead, (first, *_) in zip(beads, keys, strict=True):
        groups.setdefault(find(first), []).append(bead)
    yield from map(_joined, groups.values())


def _joined(group: list[_Linked]) -> _Linked:
    return _Linked(
        [sentence for bead in group for sentence in bead.source],
        [sentence for bead in group for sentence in bead.target],
        min(bead.confidence for bead in group),
    )


def _parts(sentences: list[_Sentence]) -> _Side:
    """Sentences of one message as one stretch of it."""
    found: _Side = []
    for _, group in groupby(sentences, attrgetter("number")):
        together = list(group)
        message = together[0].message
        start, end = together[0].segment.start, together[-1].segment.end
        found.append(_Part(message.text[start:end], message.codes))
    return found


# -- readable text ---------------------------------------------------------------


def _used(side: _Side) -> list[Code]:
    """What the codes of a side stand for, in order of appearance."""
    return [
        part.codes[number - 1] for part in side for number in codes.numbers(part.text)
    ]


def _bracketed(side: _Side) -> list[Code]:
    """The distinct codes that are shown as a number, in order of appearance."""
    found: dict[Code, None] = {}
    for part in side:
        for match in codes.CODE.finditer(part.text):
            if match[1]:
                code = part.codes[int(match[1]) - 1]
                if _bare(code) is None:
                    found[code] = None
    return list(found)


def _brackets(source: _Side, target: _Side) -> tuple[dict[Code, int], dict[Code, int]]:
    """The number of each bracketed code, for either side.

    What is the same thing has the same number; so have two things that are the only
    ones of their kind without a partner (a label that the translation renamed).
    """
    ours, theirs = _bracketed(source), _bracketed(target)
    left = {code: number for number, code in enumerate(ours, 1)}
    right = {code: left[code] for code in theirs if code in left}
    lonely = [code for code in ours if code not in right]
    foreign = [code for code in theirs if code not in right]
    for code in foreign:
        same = [other for other in lonely if other.kind == code.kind]
        if len(same) == 1 and [c.kind for c in foreign].count(code.kind) == 1:
            right[code] = left[same[0]]
        else:
            right[code] = len({*left.values(), *right.values()}) + 1
    return left, right


def _bare(code: Code) -> str | None:
    """What a reader sees of an opaque code; None if that cannot be told."""
    if code.kind == "math":
        return f"${code.payload}$"
    if code.kind in {"literal", "token"}:
        return code.payload
    if code.kind in _INVISIBLE or (code.kind == "raw" and _TAG.fullmatch(code.payload)):
        return ""
    return None


def _readable(side: _Side, numbers: dict[Code, int]) -> str:
    """One line of plain text."""

    def show(code: Code) -> str:
        bare = _bare(code)
        return f"[{numbers.get(code, 0)}]" if bare is None else bare

    return _line(codes.plain(p.text, [show(code) for code in p.codes]) for p in side)


def _line(parts: Iterator[str]) -> str:
    """Texts joined to one line, without a space beside a CJK character."""
    joined = codes.unwrap("\n".join(parts))
    visible = (
        c for c in joined if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    return " ".join("".join(visible).split())


# -- flags -----------------------------------------------------------------------


def _flags(source: _Side, target: _Side) -> Iterator[Flag]:
    if _protected(source) != _protected(target):
        yield Flag.CODES
    if _numbers(source) != _numbers(target):
        yield Flag.NUMBERS


def _protected(side: _Side) -> Counter[Code]:
    """What a translation should leave as it is; a formula however it is spaced."""
    free = EMPHASIS | _INVISIBLE
    found: Counter[Code] = Counter()
    for code in _used(side):
        if code.kind == "math" and not _NUMERIC.fullmatch(code.payload):
            found[Code("math", _MATH_NOISE.sub("", code.payload))] += 1
        elif code.kind != "math" and code.kind not in free:
            found[code] += 1
    return found


def _numbers(side: _Side) -> Counter[Decimal]:
    """The numbers of a text, whatever way they are written; those in code left out."""

    def show(code: Code) -> str:
        if code.kind == "token":
            return code.payload
        if code.kind == "math" and _NUMERIC.fullmatch(code.payload):
            number = _NUMBER.fullmatch(code.payload)
            return code.payload if number else code.payload.replace(",", ", ")
        return " \N{MIDDLE DOT} "

    text = _line(codes.plain(p.text, [show(code) for code in p.codes]) for p in side)
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
