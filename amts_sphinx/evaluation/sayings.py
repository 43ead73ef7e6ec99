"""What a text says, so that copies of it are known whatever was done to their form.

A saying is the words of a text: no formulas, references, markup, case or punctuation,
which change when a sentence is copied to another page or into parallel data.  Likeness
is 2 * LCS / (length + length) over the letters of two sayings, their longest common
subsequence found by bit vectors (H. Hyyrö, Bit-Parallel LCS-length Computation
Revisited, 2004).  It is symmetric, and never below the ratio of ``difflib`` by which
the memory shows a sentence that has changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import accumulate
from typing import Final, Self

from amts_sphinx.text import codes
from amts_sphinx.text.units import Code

#: texts of so many words say nothing about where they come from: "Summary"
SHORT: Final = 3
#: percentage of likeness from which on a text has been copied
ALIKE: Final = 90

#: what parallel data shows of formulas and references; another label is no other text
_SHOWN: Final = re.compile(r"\$[^$]+\$|\[\d+\]")
#: kinds of code that are words of the sentence
_WORDS: Final = frozenset({"literal", "token"})
#: characters with which a sentence may end
_STOPS: Final = frozenset(".!?…。！？．｡؟۔।॥։።")
_STOP: Final = "."
#: scripts written without spaces: a character is a word, two count as one
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Copy(IntEnum):
    """How much of a text is in another one."""

    NONE = 0  #: not enough to know it by
    NEAR = 1  #: at least `ALIKE`
    EXACT = 2  #: its very words, whole or as whole sentences among others


class _Letters(dict[int, str]):
    """For ``str.translate``: what stays of each character."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        if character in _STOPS:
            stays = f" {_STOP} "
        elif not unicodedata.category(character).startswith(("L", "M", "N")):
            stays = " "
        else:
            stays = f" {character} " if _UNSPACED.match(character) else character
        self[number] = stays
        return stays


_LETTERS: Final = _Letters()


@dataclass(frozen=True)
class Saying:
    """The words of a text, and where sentences may begin and end in it."""

    words: tuple[str, ...]
    stops: tuple[int, ...]  #: numbers of words before which one may; 0 and all of them

    @classmethod
    def of(cls, readable: str) -> Self:
        """What a text without codes says."""
        text = unicodedata.normalize("NFKC", _SHOWN.sub("", readable)).casefold()
        words: list[str] = []
        stops = [0]
        for word in [*text.translate(_LETTERS).split(), _STOP]:
            if word != _STOP:
                words.append(word)
            elif stops[-1] < len(words):
                stops.append(len(words))
        return cls(tuple(words), tuple(stops))

    @classmethod
    def of_coded(cls, coded: str, known: Sequence[Code]) -> Self:
        """What coded text says: of opaque codes only code words say anything."""
        shown = [code.payload if code.kind in _WORDS else "" for code in known]
        return cls.of(codes.plain(coded, shown))

    @cached_property
    def letters(self) -> str:
        """All words without what parts them."""
        return "".join(self.words)

    @cached_property
    def weights(self) -> dict[str, int]:
        """For each word its letters, as often as it is there."""
        return {word: len(word) * n for word, n in Counter(self.words).items()}

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        """Letters in front of each stop."""
        ends = [0, *accumulate(map(len, self.words))]
        return tuple(ends[stop] for stop in self.stops)

    @property
    def tells(self) -> bool:
        """Is it longer than `SHORT`, so that it can be known again?"""
        unspaced = sum(map(bool, map(_UNSPACED.match, self.words)))
        return 2 * len(self.words) - unspaced > 2 * SHORT

    def copied(self, text: Saying) -> Copy:
        """How much of a text is in this one: in one or several of its sentences."""
        size, found = len(text.letters), Copy.NONE
        # what is shorter or longer than this cannot be alike
        least, most = size * ALIKE, size * (200 - ALIKE)
        for first, start in enumerate(self._ends):
            for last, end in enumerate(self._ends[first + 1 :], first + 1):
                if (end - start) * ALIKE > most:
                    break
                if (end - start) * (200 - ALIKE) < least:
                    continue
                if self.words[self.stops[first] : self.stops[last]] == text.words:
                    return Copy.EXACT
                if not found and alike(self.letters[start:end], text.letters):
                    found = Copy.NEAR
        return found


def alike(a: str, b: str) -> bool:
    """Are two texts at least `ALIKE`, letter by letter?  Nothing is like nothing."""
    places: dict[str, int] = defaultdict(int)
    for place, letter in enumerate(a):
        places[letter] |= 1 << place
    row = every = (1 << len(a)) - 1
    for letter in b:
        same = row & places.get(letter, 0)
        row = (row + same | row - same) & every
    common = len(a) - row.bit_count()
    return 0 < ALIKE * (len(a) + len(b)) <= 200 * common
