"""Brings memories together: what was known, and what has been found since.

Books change on both sides.  A translation must not go to a sentence that it was never
made from, and a word that a person mended must not be undone by the book that it was
mended for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from amts_sphinx.memory.files import Line
from amts_sphinx.text import codes
from amts_sphinx.text.units import Origin, TranslationUnit


def merged(known: Sequence[Line], fresh: Iterable[Line]) -> list[Line]:
    """What was known, and what has been found since.

    A sentence that a person mended keeps its translation; any other gets the one found
    now.  A translation that is known to come from another source sentence of its page
    is not given to a new one: that sentence has been edited since.  What was known and
    is not found any more stays, for what it may still translate.
    """
    groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in known:
        groups[_sentence(line.unit)].append(line)
    found: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in _unedited(known, list(fresh)):
        found[_sentence(line.unit)].append(line)
    for key, lines in found.items():
        groups[key] = _renewed(groups.get(key, []), lines)
    return [line for group in groups.values() for line in group]


def _unedited(known: Sequence[Line], fresh: Sequence[Line]) -> Iterator[Line]:
    """The new lines whose translation is not known to come from another sentence.

    It is known if the translation is there word for word, or if a person mended the
    translation of a sentence that stood in the same place and is no more.
    """
    made_from: dict[tuple[str, str], set[object]] = defaultdict(set)
    mended: dict[tuple[str, str, str], str] = {}
    for line in known:
        unit = line.unit
        if unit.origin is Origin.HUMAN:
            words = unit.source, unit.source_codes
            made_from[unit.document, said(unit)].add(words)
        if _mended(line) and unit.before and unit.after:
            mended[unit.document, unit.before, unit.after] = unit.source
    sources = {(line.unit.document, line.unit.source) for line in fresh}
    for line in fresh:
        unit = line.unit
        words = unit.source, unit.source_codes
        before = mended.get((unit.document, unit.before, unit.after), unit.source)
        gone = before != unit.source and (unit.document, before) not in sources
        told = made_from.get((unit.document, said(unit)), {words})
        if _mended(line) or (words in told and not gone):
            yield line


def _sentence(unit: TranslationUnit) -> tuple[str, ...]:
    """What tells one sentence of a page from another."""
    return unit.document, unit.source, *(code.kind for code in unit.source_codes)


def _renewed(known: Sequence[Line], fresh: list[Line]) -> list[Line]:
    """The lines of one sentence, which may stand on its page more than once.

    A mended line speaks for every place of the sentence, also for those that its
    neighbours' edits have moved; not for those with a translation of their own.
    """
    if not any(map(_mended, known)):
        return fresh
    anew = {line.unit.before for line in fresh if _mended(line)}
    stay = [n for n in known if _mended(n) and n.unit.before not in anew]
    others = {n.unit.before for n in known if not _mended(n)} - anew
    others -= {n.unit.before for n in stay}
    fresh = [n for n in fresh if _mended(n) or n.unit.before in others]
    found = {n.unit.before for n in fresh}
    known = [n for n in known if not _mended(n) and n.unit.before not in found]
    return [*stay, *known, *fresh]


def _mended(line: Line) -> bool:
    """Does a person stand behind this very line?  A draft is nobody's yet."""
    return line.by_hand and line.unit.origin is Origin.HUMAN


def said(unit: TranslationUnit) -> str:
    """The words of a translation, by which it is recognised."""
    return codes.plain(unit.target)
