"""The pseudo engine: accents and lengthens every letter, to prove that all is found.

A book translated by it stays readable, yet whatever still shows a plain letter was not
extracted, whatever breaks does not survive longer text, and codes that are lost are
missed at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from amts_sphinx.text import codes

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "àƀçďéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇĎÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
_TABLE = str.maketrans(dict(zip(_PLAIN, _ACCENTED, strict=True)))
_VOWELS = str.maketrans({vowel: vowel * 2 for vowel in "àéîöûÀÉÎÖÛ"})


class PseudoEngine:
    """Answers every segment at once, offline and for nothing."""

    name = "pseudo"

    def __init__(self, source: str, target: str) -> None:
        self.languages = (source, target)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """Each segment with its letters accented and its vowels doubled."""
        return [pseudo(segment) for segment in segments]


def pseudo(coded: str) -> str:
    """Coded text with all letters outside codes accented, its vowels doubled."""
    answer: list[str] = []
    end = 0
    for match in codes.CODE.finditer(coded):
        answer += (_accent(coded[end : match.start()]), match[0])
        end = match.end()
    return "".join((*answer, _accent(coded[end:])))


def _accent(coded: str) -> str:
    text = codes.unescape(coded)
    return codes.escape(text.translate(_TABLE).translate(_VOWELS))
