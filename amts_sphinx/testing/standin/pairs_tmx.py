"""TMX 1.4b as parallel data, by the documented rules.

``header@srclang`` is the source language; each unit has one variant in it and one or
more others, all with ``xml:lang`` and ``seg``; of units with the same source the one
with the newest ``changedate`` counts, without dates the last one.  Of inline elements
the codes of other tools are left out; what Amazon does with them is not documented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from amts_sphinx.testing.standin.pairs import Pairs, PairsError, check_languages
from amts_sphinx.text.languages import PROFILES

#: inline elements whose own text is a code of another tool's format
_NATIVE = frozenset({"bpt", "ept", "it", "ph", "ut"})


@dataclass(slots=True)
class _Unit:
    """One ``tu``."""

    changed: str
    #: each variant: its language and its text, None where these are missing
    variants: list[tuple[str | None, str | None]] = field(default_factory=list)


class _Handler:
    """What expat calls."""

    def __init__(self) -> None:
        self.source: str | None = None
        self.units: list[_Unit] = []
        self.language: str | None = None
        self.text: str | None = None
        self.native = self.reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A start tag."""
        if name == "header":
            self.source = attributes.get("srclang")
        elif name == "tu":
            self.units.append(_Unit(attributes.get("changedate", "")))
        elif name == "tuv":
            self.language, self.text = attributes.get("xml:lang"), None
        elif name == "seg":
            self.text, self.reading = "", True
        elif name in _NATIVE:
            self.native = True

    def end(self, name: str) -> None:
        """An end tag."""
        if name == "seg":
            self.reading = False
        elif name in _NATIVE:
            self.native = False
        elif name == "tuv" and self.units:
            self.units[-1].variants.append((self.language, self.text))

    def characters(self, text: str) -> None:
        """Text."""
        if self.reading and not self.native:
            self.text = (self.text or "") + text

    def refuse(self, *_declaration: object) -> None:
        """An entity could make a small file endless."""
        message = "The input file declares entities"
        raise PairsError(message)


def read_tmx(file: bytes) -> Pairs:
    """A TMX file; raises PairsError if it is none, or names no languages."""
    handler = _Handler()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.characters
    parser.EntityDeclHandler = handler.refuse
    try:
        parser.Parse(file, True)  # noqa: FBT003 - expat names no parameters
    except expat.ExpatError as error:
        message = f"Invalid TMX format. {error}"
        raise PairsError(message) from None
    if not handler.source:
        message = "Invalid TMX format. The header has no srclang"
        raise PairsError(message)
    return _pairs(handler.source, handler.units)


def _pairs(source: str, units: list[_Unit]) -> Pairs:
    others = {
        language
        for unit in units
        for language, _ in unit.variants
        if language and language in PROFILES
    } - {source}
    check_languages([source, *sorted(others)])
    pairs = Pairs(source, tuple(sorted(others)))
    dates: dict[str, str] = {}
    for number, unit in enumerate(units, 1):
        where = f"Number {number} TU element"
        why = _wrong(source, unit)
        if why:
            pairs.fail(where, f"Invalid TMX format. {why}")
            continue
        texts = {language or "": text or "" for language, text in unit.variants}
        text = texts.pop(source)
        if unit.changed >= dates.get(text, "") and pairs.add(where, text, texts):
            dates[text] = unit.changed
    return pairs


def _wrong(source: str, unit: _Unit) -> str:
    """Why a unit cannot be imported; empty if it can."""
    languages = [language for language, _ in unit.variants]
    if None in languages:
        return "All tuv elements must have the xml:lang attribute"
    if any(text is None for _, text in unit.variants):
        return "All tuv elements must have a seg element"
    if languages.count(source) != 1:
        return (
            "One tu element should contain exactly one tuv element with the source "
            f"language code: {source}"
        )
    if len(languages) == 1:
        return "One tu element should contain at least two tuv elements"
    unknown = sorted({str(code) for code in languages if code not in PROFILES})
    return f"There is no language {unknown[0]!r}" if unknown else ""
