"""What a reader would stumble over in one translated text, rule by rule.

A rule sees both texts as they are read, each opaque code as one character that is no
letter, and says what it found; how grave that is depends on who wrote the text and is
decided in `checks`.  No rule raises, whatever the text, and every pattern is bounded,
so that a text of any length is read in time proportional to it.

A rule compares with the source wherever it can: asterisks, repetitions and numbers
that the source has too are no fault of the translation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, INVISIBLE, Code


class Check(StrEnum):
    """What may be wrong; the names are Weblate's where they mean the same."""

    MARKUP = "stray_markup"  #: markup stands in the text to be read
    REFERENCES = "references"  #: not the source's references, citations, footnotes
    MATH = "inline_math"  #: not the source's formulas
    LITERALS = "inline_literals"  #: not the source's code words
    LINKS = "link_count"  #: not as many links and URLs as in the source
    SAME = "same"  #: the source itself
    SOURCE_WORDS = "source_words"  #: a row of words of the source
    DUPLICATE = "duplicate"  #: a phrase is repeated at once
    HALF_WIDTH = "half_width"  #: half-width punctuation between CJK characters
    NUMBERS = "numbers"  #: not the source's numbers of several digits
    LENGTH = "length"  #: shorter or longer than nearly all translations
    END_STOP = "end_stop"  #: only one of the two ends with a full stop
    END_COLON = "end_colon"
    END_QUESTION = "end_question"
    END_EXCLAMATION = "end_exclamation"
    END_SEMICOLON = "end_semicolon"
    END_ELLIPSIS = "end_ellipsis"


class Sides(NamedTuple):
    """Source and target as they are read."""

    source: str  #: readable text, an opaque code as `OPAQUE`
    target: str
    source_codes: tuple[Code, ...]  #: what stands in the text, in order
    target_codes: tuple[Code, ...]
    source_language: str  #: primary subtag: "zh" of "zh-TW"
    target_language: str


#: stands for an opaque code: no letter, no blank, no punctuation
OPAQUE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
#: Chinese and Japanese characters, for a set of a pattern
CJK: Final = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
#: languages that put no blank between words and have punctuation of their own
UNSPACED: Final = frozenset({"ja", "zh"})
_BLANKS: Final = re.compile(r"[ \t]{2,}")
_URL: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def readable(coded: str) -> str:
    """Coded text on one line, its opaque codes as one character each."""
    text = codes.fold_space(codes.unwrap(_BLANKS.sub(" ", coded)))
    return codes.unescape(codes.CODE.sub(lambda m: OPAQUE if m[1] else "", text))


def used(coded: str, known: Sequence[Code]) -> tuple[Code, ...]:
    """What the codes in a text stand for; one without a meaning is only a number."""
    return tuple(
        known[number - 1] if 0 < number <= len(known) else Code("code", str(number))
        for number in codes.numbers(coded)
    )


#: asterisks, backquotes, what joins the two halves of a link, and dollars that are
#: neither a price nor a variable
_MARKUP: Final = re.compile(
    r"(?P<asterisk>[*＊]+)|(?P<backquote>[`｀]+)|(?P<link>[\]］][ ]?[(（])"
    r"|(?P<dollar>(?<!\d)(?<!\d\s)[$＄]+(?!\d|[A-Z]{2}))"
)
#: the check that speaks of a kind of code; all other kinds are references
_CHECK_OF: Final = MappingProxyType(
    {
        "math": Check.MATH,
        "literal": Check.LITERALS,
        **dict.fromkeys(("link", "raw")),  # spoken of by rules of their own
        **dict.fromkeys(EMPHASIS | INVISIBLE),
    }
)


def markup(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Markup of the translation's own, in the text to be read or as raw output."""
    added = _raw(sides.target_codes) - _raw(sides.source_codes)
    if added:
        yield Check.MARKUP, ", ".join(sorted(added))
        return
    there = Counter(found.lastgroup for found in _MARKUP.finditer(sides.source))
    for found in _MARKUP.finditer(sides.target):
        there[found.lastgroup] -= 1
        if there[found.lastgroup] < 0:
            yield Check.MARKUP, around(sides.target, found)
            return
    if there["backquote"] % 2:
        yield Check.MARKUP, "a backquote without its other half"


def inline(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Sets of formulas, code words and references that are not the source's."""
    ours, theirs = _by_check(sides.source_codes), _by_check(sides.target_codes)
    for check in sorted(ours.keys() | theirs.keys()):
        left, right = ours.get(check, set()), theirs.get(check, set())
        if left != right:
            yield check, difference(left, right)


def links(sides: Sides) -> Iterator[tuple[Check, str]]:
    """Links and bare URLs: people may link to a translated page, so only how many."""
    ours, theirs = (
        sum(code.kind == "link" for code in found) + len(_URL.findall(text))
        for found, text in (
            (sides.source_codes, sides.source),
            (sides.target_codes, sides.target),
        )
    )
    if ours != theirs:
        yield Check.LINKS, f"{theirs} instead of {ours}"


def _raw(found: Sequence[Code]) -> set[str]:
    return {code.payload for code in found if code.kind == "raw"}


def _by_check(found: Sequence[Code]) -> dict[Check, set[str]]:
    sets: dict[Check, set[str]] = {}
    for code in found:
        check = _CHECK_OF.get(code.kind, Check.REFERENCES)
        if check:
            sets.setdefault(check, set()).add(" ".join(code.payload.split()))
    return sets


def difference(ours: set[str], theirs: set[str]) -> str:
    """What one set lacks of the other, and what it has beside it."""
    parts = (("missing", ours - theirs), ("added", theirs - ours))
    return "; ".join(f"{how} {', '.join(sorted(what))}" for how, what in parts if what)


def around(text: str, found: re.Match[str]) -> str:
    """A place in a text with what stands beside it."""
    return text[max(0, found.start() - 8) : found.end() + 8]
