"""Where a lost inline code stood: where the answer has what the code stands for.

An engine that is shown a formula or a name inside its tag may give back the text and
lose the tag.  Then the text marks the place of the code, but only where it can be there
for no other reason: a code in the wrong place says something else than the source, and
asking again costs little.
"""

from __future__ import annotations

from typing import Final

from amts_sphinx.text import codes
from amts_sphinx.text.answers import WIDE
from amts_sphinx.text.units import Question

#: up to this length a payload that is a word may be any word of the answer
_SHORT_WORD: Final = 2


def reanchored(question: Question, text: str) -> str | None:
    """The text with lost opaque codes put where their payloads stand; None if unsure.

    A payload marks the place of its code only if it is there once, outside all paired
    codes, as a word of its own, and cannot be there for any other reason.
    """
    wanted, found = codes.shape(question.text), codes.shape(text)
    lost = [
        number
        for number in codes.numbers(question.text)
        if wanted[code := codes.opaque(number)] > found[code]
    ]
    payloads = [code.payload for code in question.codes]
    if not lost or max(lost) > len(payloads):
        return None
    own = codes.plain(question.text)
    # longest first: a short payload may be a part of a long one
    for number in sorted(lost, key=lambda number: -len(payloads[number - 1])):
        payload = payloads[number - 1]
        short = len(payload) <= _SHORT_WORD and payload.isalpha()
        if short or not payload.strip() or payloads.count(payload) > 1:
            return None
        anchored = None if payload in own else _anchored(text, payload, number)
        if anchored is None:
            return None
        text = anchored
    return text


def _anchored(text: str, payload: str, number: int) -> str | None:
    """The text with the code in place of its payload, if there is just one place."""
    places: list[tuple[int, int, str]] = []
    depth = 0
    for start, end, is_code in codes.runs(text):
        run = text[start:end]
        if is_code:
            depth += run.startswith("<g") - (run == "</g>")
        elif payload in (plain := codes.unescape(run)):
            if depth or plain.find(payload) != plain.rfind(payload):
                return None
            places.append((start, end, plain))
    if len(places) != 1:
        return None
    start, end, plain = places[0]
    before, after = plain.split(payload)
    if _runs_on(before, payload) or _runs_on(payload, after):
        return None
    anchored = codes.escape(before) + codes.opaque(number) + codes.escape(after)
    return text[:start] + anchored + text[end:]


def _runs_on(before: str, after: str) -> bool:
    """Would these two, one behind the other, make one word?"""
    last, first = before[-1:], after[:1]
    if not (last.isalnum() and first.isalnum()):
        return False
    return not (WIDE.match(last) or WIDE.match(first))
