"""What changed between two states of a sentence, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

#: a word, a run of white space, or a single character of any other kind
_PIECE = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|\d+|\s+|.", re.DOTALL)


class Change(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class Part(NamedTuple):
    """A piece of a sentence, and what happened to it."""

    change: Change
    text: str


def difference(was: str, now: str) -> Iterator[Part]:
    """The parts of both texts, in order, what was removed before what was added."""
    old, new = _PIECE.findall(was), _PIECE.findall(now)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Part(Change.KEPT, "".join(old[a:b]))
            continue
        if a < b:
            yield Part(Change.REMOVED, "".join(old[a:b]))
        if c < d:
            yield Part(Change.ADDED, "".join(new[c:d]))
