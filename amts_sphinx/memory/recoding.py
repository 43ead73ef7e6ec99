"""A person's sentence for another sentence than the one it was made from: its codes.

Two sentences may be equal but for their markup, or one may be the edited self of the
other.  Either way the translation's inline codes must become those of the sentence it
is to stand for, or it cannot stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from amts_sphinx.text import codes
from amts_sphinx.text.correspondence import fit
from amts_sphinx.text.units import EMPHASIS, OWN, Code, Segment, TranslationUnit


@lru_cache(maxsize=8192)  # an evaluation makes a memory of the same units for each page
def skeleton(source: str, source_codes: tuple[Code, ...]) -> str:
    """What stays of a sentence when markup, case and punctuation are ignored."""
    return codes.skeleton(
        source, lambda number: _lasts(source, source_codes[number - 1], number)
    )


def _lasts(text: str, code: Code, number: int) -> bool:
    """Must the code be in both?  An opaque one shows something, whatever its kind."""
    return code.kind not in EMPHASIS or codes.opaque(number) in text


def agrees(unit: TranslationUnit, segment: Segment) -> bool:
    """Do the codes of both sentences stand for the same kinds of things?

    Where the translator wrote a formula or code of their own, or left one out, that was
    said of the very formulas and code of their source: they must be the same ones.
    """
    ours, theirs = segment.codes, unit.source_codes
    if ours == theirs:
        return True
    if [code.kind for code in ours] != [code.kind for code in theirs]:
        return False
    used = set(codes.numbers(unit.target))
    whole = not any(code.kind not in EMPHASIS for code in unit.target_codes) and all(
        number in used for number, code in enumerate(theirs, 1) if code.kind in OWN
    )
    return whole or all(
        code == other
        for code, other in zip(ours, theirs, strict=True)
        if code.kind in OWN
    )


def recoded(unit: TranslationUnit, segment: Segment) -> TranslationUnit | None:
    """The unit with its codes numbered as in a cosmetically equal sentence."""
    old, new = _lasting(unit.source, unit.source_codes, segment)
    if len(old) != len(new):
        return None
    number = dict(zip(old, new, strict=True))
    first = len(unit.source_codes) + 1
    shift = len(segment.codes) + 1 - first
    number |= {n: n + shift for n in range(first, first + len(unit.target_codes))}
    target = codes.keep_codes(unit.target, number.__contains__)
    return unit._replace(
        source=segment.text,
        target=codes.renumber(target, number.__getitem__),
        source_codes=tuple(
            # what the unit was made from, in the segment's numbers
            unit.source_codes[old[new.index(n)] - 1] if n in new else code
            for n, code in enumerate(segment.codes, 1)
        ),
    )


def _lasting(
    source: str, source_codes: Sequence[Code], segment: Segment
) -> tuple[list[int], list[int]]:
    """The codes that correspond in order: all if both have the same, else protected."""
    old, new = codes.numbers(source), codes.numbers(segment.text)
    if [source_codes[n - 1].kind for n in old] == [
        segment.codes[n - 1].kind for n in new
    ]:
        return old, new
    return (
        [n for n in old if _lasts(source, source_codes[n - 1], n)],
        [n for n in new if _lasts(segment.text, segment.codes[n - 1], n)],
    )


def revised(unit: TranslationUnit, segment: Segment) -> TranslationUnit | None:
    """The translation of a sentence's former self, with the codes it has now.

    Codes that stand for the same thing correspond; those that were replaced correspond
    in order.  None if a reference or link cannot be put back.  The unit keeps its
    source as it was.
    """
    text, old = codes.localise(unit.target)
    known = _replaced(unit.source_codes, segment.codes) + unit.target_codes
    theirs = tuple(known[number - 1] for number in old)
    fitted = fit(segment, Segment(text, theirs, old, 0, len(text)))
    if fitted is None:
        return None
    target, own = fitted
    return unit._replace(target=target, target_codes=own)


def _replaced(old: Sequence[Code], new: Sequence[Code]) -> tuple[Code, ...]:
    """The old codes, each that was replaced by another of its kind as that one."""
    left = Counter(new) - Counter(old)
    added = [c for c in new if c.kind not in EMPHASIS and _take(left, c)]
    right = Counter(old) - Counter(new)
    removed = [
        n for n, c in enumerate(old) if c.kind not in EMPHASIS and _take(right, c)
    ]
    result = list(old)
    if [code.kind for code in added] == [old[n].kind for n in removed]:
        for n, code in zip(removed, added, strict=True):
            result[n] = code
    return tuple(result)


def _take(counts: Counter[Code], code: Code) -> bool:
    """Take one of these out, if there is one."""
    counts[code] -= 1
    return counts[code] >= 0
