"""Damage to one inline element of an answer.

An answer is taken apart into tags and texts; a kind of damage changes the tags of one
element, by their places in that list, and the list is joined again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from random import Random

from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.testing.standin.html import lex

#: an ``id`` attribute with the blank before it
ID = re.compile(r"\s+id\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<= id=)([\"']?)([0-9]+)|([0-9]+)")
_DIGITS = (
    str.maketrans("0123456789", "０１２３４５６７８９"),
    str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
)
_NAMES = {"a": "enlace", "b": "fuerte", "code": "código", "strong": "fuerte"}


@dataclass(slots=True)
class Spot:
    """An element in an answer that was taken apart."""

    #: tags and texts
    raw: list[str]
    #: places of the start tag and the end tag of each element; equal if it has but one
    spans: list[tuple[int, int]]
    #: which element is meant
    which: int
    random: Random

    @property
    def start(self) -> int:
        """Where its start tag is."""
        return self.spans[self.which][0]

    @property
    def end(self) -> int:
        """Where its end tag is."""
        return self.spans[self.which][1]

    @property
    def whole(self) -> str:
        """The element as it is sent."""
        return "".join(self.raw[self.start : self.end + 1])

    def tags(self, change: Callable[[str], str]) -> None:
        """Change its tags."""
        for at in {self.start, self.end}:
            self.raw[at] = change(self.raw[at])

    def clear(self) -> None:
        """Take it out."""
        self.raw[self.start : self.end + 1] = [""] * (self.end + 1 - self.start)


def count(answer: str) -> int:
    """How many inline elements there are."""
    return len(_spans(answer))


def damaged(answer: str, which: int, kind: str, random: Random) -> str:
    """The answer with its element number ``which`` (from 0) spoilt, if it is there."""
    spans = _spans(answer)
    if which < len(spans):
        spot = Spot([token.raw for token in lex(answer)], spans, which, random)
        KINDS[kind](spot)
        answer = "".join(spot.raw)
    return answer


def _spans(answer: str) -> list[tuple[int, int]]:
    """The elements in order of their start tags."""
    ends: dict[int, int] = {}
    opened: list[tuple[str, int]] = []
    for at, token in enumerate(lex(answer)):
        if token.kind == "kept" and token.name:
            ends[at] = at
        elif token.kind == "open":
            ends[at] = at
            opened.append((token.name, at))
        elif token.kind == "close":
            for back in reversed(range(len(opened))):
                if opened[back][0] == token.name:
                    ends[opened[back][1]] = at
                    del opened[back:]
                    break
    return sorted(ends.items())


def _dropped(spot: Spot) -> None:
    spot.clear()


def _content_kept(spot: Spot) -> None:
    spot.tags(lambda _tag: "")


def _opening_dropped(spot: Spot) -> None:
    spot.raw[spot.start] = ""


def _closing_dropped(spot: Spot) -> None:
    spot.raw[spot.end] = ""


def _doubled(spot: Spot) -> None:
    spot.raw[spot.end] += spot.whole


def _number(tag: str) -> str:
    """The number by which a start tag tells its element from others."""
    match = _NUMBER.search(tag)
    return (match[2] or match[3]) if match else ""


def _renumbered(tag: str, number: str) -> str:
    def replace(match: re.Match[str]) -> str:
        return f"{match[1] or ''}{number}"

    return _NUMBER.sub(replace, tag, count=1)


def _ids_swapped(spot: Spot) -> None:
    """With the next element; the last one has none, or two would swap back again."""
    if spot.which + 1 == len(spot.spans):
        return
    other = spot.spans[spot.which + 1][0]
    mine, theirs = _number(spot.raw[spot.start]), _number(spot.raw[other])
    spot.raw[spot.start] = _renumbered(spot.raw[spot.start], theirs)
    spot.raw[other] = _renumbered(spot.raw[other], mine)


def _unknown_id(spot: Spot) -> None:
    numbers = [int(_number(spot.raw[start]) or 0) for start, _ in spot.spans]
    spot.raw[spot.start] = _renumbered(spot.raw[spot.start], str(max(numbers) + 77))


def _other_digits(spot: Spot) -> None:
    """Full-width or Arabic-Indic."""
    start = spot.raw[spot.start]
    number = _number(start).translate(spot.random.choice(_DIGITS))
    spot.raw[spot.start] = _renumbered(start, number)


def _blanks_in_tag(spot: Spot) -> None:
    def spread(tag: str) -> str:
        tag = re.sub(r"^<(/?)", r"< \1 ", tag.replace("=", " = "))
        return re.sub(r"\s*(/?)>$", r" \1>", tag).replace("<  ", "< ")

    spot.tags(spread)


def _upper_case(spot: Spot) -> None:
    spot.tags(str.upper)


def _name_translated(spot: Spot) -> None:
    def rename(match: re.Match[str]) -> str:
        name = match[2].lower()
        return match[1] + _NAMES.get(name, f"{name}ó")

    spot.tags(lambda tag: re.sub(r"^(</?)([^\s/>]+)", rename, tag))


def _escaped_tag(spot: Spot) -> None:
    spot.tags(lambda tag: escape(tag, quote=False))


def _crossed(spot: Spot) -> None:
    """One of its tags goes to the other side of a tag of another element."""
    start, end = spot.start, spot.end
    others = [span for span in spot.spans if span[0] != span[1] and span[0] != start]
    if start == end or not others:
        return
    following = [span for span in others if span[0] > end]
    other = (following or others)[0]
    if other[1] < start:
        spot.raw[other[1]] = spot.raw[start] + spot.raw[other[1]]
        spot.raw[start] = ""
        return
    at = other[0] if following else other[1]
    inner = not following and start < at < end
    moved, tag = spot.raw[end], spot.raw[at]
    spot.raw[end] = ""
    spot.raw[at] = moved + tag if inner else tag + moved


def _moved_inside(spot: Spot) -> None:
    """To the end of another element that it was not in."""
    start, end = spot.start, spot.end
    apart = [s for s in spot.spans if s[0] != s[1] and (s[1] < start or s[0] > end)]
    if apart:
        goal = min(apart, key=lambda span: (span[0] < start, abs(span[0] - start)))[1]
        whole = spot.whole
        spot.clear()
        spot.raw[goal] = whole + spot.raw[goal]


def _payload_translated(spot: Spot) -> None:
    """Its text as the pseudo engine has it, or a letter more if it had none."""
    inside = range(spot.start + 1, spot.end)
    before = spot.whole
    for at in inside:
        if spot.raw[at][:1] != "<":
            spot.raw[at] = pseudo(spot.raw[at])
    if spot.whole == before and spot.end > spot.start:
        spot.raw[spot.start] += "é"


def _typographic_quotes(spot: Spot) -> None:
    spot.tags(lambda tag: re.sub(r"\"([^\"]*)\"|'([^']*)'", r"“\1\2”", tag))


def _blanks_around(spot: Spot) -> None:
    spot.raw[spot.start] = f" {spot.raw[spot.start]}"
    spot.raw[spot.end] += " "


#: every kind of damage by its name
KINDS: Mapping[str, Callable[[Spot], None]] = {
    "dropped": _dropped,
    "content_kept": _content_kept,
    "opening_dropped": _opening_dropped,
    "closing_dropped": _closing_dropped,
    "doubled": _doubled,
    "ids_swapped": _ids_swapped,
    "unknown_id": _unknown_id,
    "other_digits": _other_digits,
    "blanks_in_tag": _blanks_in_tag,
    "upper_case": _upper_case,
    "name_translated": _name_translated,
    "escaped_tag": _escaped_tag,
    "crossed": _crossed,
    "moved_inside": _moved_inside,
    "payload_translated": _payload_translated,
    "typographic_quotes": _typographic_quotes,
    "blanks_around": _blanks_around,
}
