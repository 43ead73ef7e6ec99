"""Whose code is whose: a translation's inline codes, numbered as the source's.

Two sides that were written apart number their codes apart: two books, an old source
sentence and its edited self.  A sentence may stand for another only if its references,
links and citations are the other's, one to one; formulas and code that a translator
changed are kept as the translator's own.
"""

from __future__ import annotations

from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, INVISIBLE, OWN, Code, Segment


def fit(source: Segment, target: Segment) -> tuple[str, tuple[Code, ...]] | None:
    """The target text in the source's code numbers, and the codes of its own.

    Codes correspond if they are of one kind and stand for the same thing, or if they
    are the only ones of their kind left on both sides.  None if a reference, link or
    citation of one side has no counterpart on the other.
    """
    if not source.codes and not target.codes:
        return target.text, ()
    number = _correspondence(source, target)
    matched = set(number.values())
    missing = [
        n
        for n, code in enumerate(source.codes, 1)
        if n not in matched and code.kind not in EMPHASIS | OWN
    ]
    if any(source.codes[n - 1].kind not in INVISIBLE for n in missing):
        return None
    own: list[Code] = []
    dropped: set[int] = set()
    for n, code in enumerate(target.codes, 1):
        if n in number:
            continue
        if code.kind in EMPHASIS and codes.opaque(n) in target.text:
            return None  # it shows a number or a sign that the code does not hold
        if code.kind in OWN:
            own.append(code)
            number[n] = len(source.codes) + len(own)
        elif code.kind in EMPHASIS or code.kind in INVISIBLE:
            dropped.add(n)
        else:
            return None
    text = codes.keep_codes(target.text, lambda n: n not in dropped)
    text = codes.renumber(text, number.__getitem__)
    if not text.strip():
        return None
    return "".join(map(codes.opaque, missing)) + text, tuple(own)


def _correspondence(source: Segment, target: Segment) -> dict[int, int]:
    """Target code number -> source code number, for the codes that correspond."""
    left = {n: _identity(source, n) for n in range(1, len(source.codes) + 1)}
    right = {n: _identity(target, n) for n in range(1, len(target.codes) + 1)}
    number: dict[int, int] = {}
    for n, identity in right.items():
        same = next((m for m, other in left.items() if other == identity), None)
        if same is not None:
            number[n] = same
            del left[same]
    for kind in {identity[:2] for identity in left.values()}:
        ours = [n for n, identity in left.items() if identity[:2] == kind]
        theirs = [n for n in right if n not in number and right[n][:2] == kind]
        if len(ours) == len(theirs) == 1 and kind[0] not in OWN:
            number[theirs[0]] = ours[0]
    return number


def _identity(segment: Segment, number: int) -> tuple[str, bool, str]:
    """What must be equal for two codes to correspond: kind, form, payload."""
    code = segment.codes[number - 1]
    return code.kind, codes.opening(number) in segment.text, code.payload
