"""Rules about words: what was not translated, and what was said twice.

Both are looked for within runs of text that no inline code interrupts.  Quotations and
remarks in brackets may stay in the source's language: people quote, and add the
original term where they introduce a translation of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from amts_sphinx.text.check_rules import CJK, OPAQUE, UNSPACED, Check, Sides

#: so many words of the source in a row were forgotten; a CJK character is half a word
_FORGOTTEN: Final = 5
#: so many of them are no names: they begin in lower case, or know no case
_COMMON: Final = 3
#: the longest phrase that is looked for twice, in words
_PHRASE: Final = 6
_QUOTED: Final = re.compile(
    r"\"[^\"]{1,400}\"|“[^”]{1,400}”|‘[^’]{1,400}’|„[^“”]{1,400}[“”]|«[^»]{1,400}»"
    r"|[「『《][^」』》]{1,400}[」』》]|[(（][^()（）]{1,400}[)）]"
)
_WORD: Final = re.compile(rf"[{CJK}]|[^\W\d_{CJK}]+(?:['’-][^\W\d_{CJK}]+)*")
_COMMON_WORD: Final = re.compile(
    rf"[^\w\s]*+(?:[{CJK}]|[^\W\d_]++(?:['’-][^\W\d_]++)*+[^\w\s]*+\Z)"
)
_TWICE: Final = re.compile(rf"([{CJK}]{{2,12}}?)\1")
#: two characters that good sentences have twice: 一个一个, いろいろ, 是不是不, 面对面对
_FINE_TWICE: Final = re.compile(
    r"[一二两三四五六七八九十几].|.[不对到与和或比]|[ぁ-ヿ]+"
)
#: words that good sentences have twice in a row
_DOUBLED: Final = MappingProxyType(
    {
        "de": frozenset({"das", "der", "die", "sie"}),
        "en": frozenset({"had", "that"}),
        "fr": frozenset({"nous", "vous"}),
        "hu": frozenset({"az"}),
        "nl": frozenset({"dat", "die"}),
        "sq": frozenset({"të"}),
    }
)
#: languages that repeat a word to say "each", "very" or "slowly"
_REDUPLICATING: Final = frozenset(
    {"bn", "gu", "hi", "hy", "id", "ka", "kn", "ko", "ml", "mr", "ms", "pa", "si"}
    | {"sw", "ta", "te", "th", "tl", "tr", "ur", "vi"}
)


def untranslated(sides: Sides) -> Iterator[tuple[Check, str]]:
    """The source itself, unless it is only names, or a row of its words."""
    if sides.source_language == sides.target_language:
        return
    if sides.source == sides.target:
        if any(map(_is_common, sides.source.split())):
            yield Check.SAME, sides.target
        return
    size = _FORGOTTEN * (2 if sides.source_language in UNSPACED else 1)
    known = {tuple(map(str.casefold, row)) for row in _rows(sides.source, size)}
    for row in _rows(_QUOTED.sub(OPAQUE, sides.target), size) if known else ():
        common = sum(not word[0].isupper() for word in row)
        if common >= _COMMON and tuple(map(str.casefold, row)) in known:
            yield Check.SOURCE_WORDS, " ".join(row)
            return


def duplicate(sides: Sides) -> Iterator[tuple[Check, str]]:
    """A phrase twice in a row where the source has none; 人人 is grammar, no slip."""
    found = _repeated(sides.target, sides.target_language)
    if found and not _repeated(sides.source, sides.source_language):
        yield Check.DUPLICATE, found


def _is_common(word: str) -> bool:
    """Is it no name, acronym or code word: Python, TSV, word2vec, np.sum?"""
    return bool(_COMMON_WORD.match(word)) and word == word.lower()


def _rows(text: str, size: int) -> Iterator[tuple[str, ...]]:
    """All rows of so many words that no code interrupts."""
    for part in text.split(OPAQUE):
        words = _WORD.findall(part)
        for start in range(len(words) - size + 1):
            yield tuple(words[start : start + size])


def _repeated(text: str, language: str) -> str:
    """The first phrase that stands twice in a row, or ""."""
    for found in _TWICE.finditer(text):
        if len(set(found[1])) > 1 and not _FINE_TWICE.fullmatch(found[1]):
            return found[0]
    for words in _sequences(text):
        phrase = _repeated_words(words, language)
        if phrase:
            return f"{phrase} {phrase}"
    return ""


def _repeated_words(words: list[str], language: str) -> str:
    fine = _DOUBLED.get(language, frozenset())
    least = 2 if language in _REDUPLICATING else 1
    for size in range(least, min(_PHRASE, len(words) // 2) + 1):
        for start in range(len(words) - 2 * size + 1):
            phrase = words[start : start + size]
            again = phrase == words[start + size : start + 2 * size]
            if again and (size > 1 or (phrase[0] not in fine and phrase[0][1:])):
                return " ".join(phrase)
    return ""


def _sequences(text: str) -> Iterator[list[str]]:
    """Rows of words, case folded, with nothing but a blank between them."""
    row: list[str] = []
    end = 0
    for found in _WORD.finditer(text):
        if text[end : found.start()] != " ":
            yield row
            row = []
        row.append(found[0].casefold())
        end = found.end()
    yield row
