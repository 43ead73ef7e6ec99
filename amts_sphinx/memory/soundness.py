"""Can this be a person's translation in good form?  Asked of every unit once.

Whoever wrote the file a unit comes from, only what passes here may speak for a person.
Every build asks it of all units, so the codes are read in one flat pass; that also
bears pairs nested without end.
"""

from __future__ import annotations

import re

from amts_sphinx.text import codes
from amts_sphinx.text.units import EMPHASIS, OWN, TranslationUnit

#: kinds of code that a person may leave out
_FREE = EMPHASIS | OWN
#: what encloses others and shows nothing itself
_PAIR = re.compile(r'<g id="[0-9]{1,6}">|</g>')
#: a formula's link to a program
_SCRIPT = re.compile(r"\\href\b[^}]*(?:java|vb)script\s*:", re.IGNORECASE)
#: a pair around nothing visible
_EMPTY_PAIR = re.compile(r'<g id="([0-9]{1,6})">\s*</g>')


def sound(unit: TranslationUnit) -> bool:
    """Does the unit keep the rules for people's sentences?

    Its source is numbered from 1; its target shows something, nests its codes, uses
    none twice, keeps the form of each, and holds everything that is protected, none of
    it around nothing.  Emphasis, formulas and code are the person's own business.
    """
    if not _PAIR.sub("", unit.target).strip() or _runs(unit):
        return False
    if "<" not in unit.source and "<" not in unit.target:
        return not unit.source_codes and not unit.target_codes
    try:
        source, target = _forms(unit.source), _forms(unit.target)
    except codes.CodeError:
        return False
    count = len(unit.source_codes)
    own = {
        number: code.kind in EMPHASIS
        for number, code in enumerate(unit.target_codes, count + 1)
    }
    protected = {
        number
        for number, code in enumerate(unit.source_codes, 1)
        if code.kind not in _FREE
    }
    empty = set(map(int, _EMPTY_PAIR.findall(unit.target)))
    return (
        sorted(source) == list(range(1, count + 1))
        and target.items() <= (source | own).items()
        and own.keys() <= target.keys()
        and all(code.kind in OWN for code in unit.target_codes)
        and protected <= target.keys() - empty
    )


def _runs(unit: TranslationUnit) -> bool:
    """Would it run in a browser?  MathJax makes links of what formulas say."""
    texts = (unit.target, *(code.payload for code in unit.target_codes))
    return any(
        "\\" in text and _SCRIPT.search(text) and not _SCRIPT.search(unit.source)
        for text in texts
    )


def _forms(coded: str) -> dict[int, bool]:
    """All codes of a text: the number of each, and is it a pair?

    Raises CodeError where pairs do not nest, a number stands twice, or a tag is none of
    ours.
    """
    forms: dict[int, bool] = {}
    tags = depth = 0
    for match in codes.CODE.finditer(coded):
        tags += 1
        number = int(match[1] or match[2] or 0)
        paired = match[2] is not None
        if match[0] == "</g>":
            depth -= 1
        elif number in forms:
            raise codes.CodeError
        else:
            forms[number] = paired
            depth += paired
        if not 0 <= depth <= codes.DEEPEST:
            raise codes.CodeError
    if depth or tags < coded.count("<"):
        raise codes.CodeError
    return forms
