"""TMX 1.4b, the format of translation memories, in and out.

The reader is a handler for expat, so a file of any size costs the memory of one unit
beyond what it yields.  Nothing outside the file is ever opened: the usual ``<!DOCTYPE
tmx SYSTEM "tmx14.dtd">`` passes unread, a DTD inside the file, which could declare
entities, is refused.  Of inline elements the readable text stays, the codes of other
tools' formats go.

The writer leaves dates out, so that equal pairs make equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from amts_sphinx.exchange import languages
from amts_sphinx.exchange.entries import (
    Entry,
    documents,
    line_of,
    one_line,
    origin_of,
)
from amts_sphinx.exchange.errors import Tell
from amts_sphinx.exchange.tmx_units import Unit, units
from amts_sphinx.text.bitext import Bitext, SentencePair
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.pages import write_text


def read_tmx(
    path: Path,
    source: LanguageProfile | None,
    target: LanguageProfile | None,
    tell: Tell,
) -> Bitext:
    """The pairs of a TMX file.

    Without a language given, the source is the header's ``srclang`` and the target the
    only other language of the file.  Units that cannot be read are told and left out,
    units without the two languages are left out.

    Raises ExchangeError for a file that is no TMX, or leaves a language open.
    """
    reading = _Reading(path, source, target)
    found = documents(reading.entries(tell), path)
    return Bitext(reading.source, reading.finish(found=bool(found)), found)


class _Reading:
    """One file: the two languages, as far as they are known, and its pairs."""

    def __init__(
        self,
        path: Path,
        source: LanguageProfile | None,
        target: LanguageProfile | None,
    ) -> None:
        self.path = path
        self.source = source.code if source else ""
        self.target = target.code if target else ""
        self.given = bool(target)
        self.tags: set[str] = set()  #: of all units
        self.others: set[str] = set()  #: codes of all languages but the source

    def entries(self, tell: Tell) -> Iterator[Entry]:
        """The pairs of all units that hold both languages."""
        for unit in units(self.path, tell):
            if not self.source:
                header = languages.code_of(unit.srclang)
                self.source = languages.only(
                    self.path, [header] if header else [], "source"
                )
            self.tags |= unit.texts.keys()
            entry = self.entry(unit)
            if entry:
                yield entry

    def entry(self, unit: Unit) -> Entry | None:
        """What a unit says in the two languages; None if it lacks one of them."""
        others = {languages.code_of(tag) for tag in unit.texts} - {self.source, ""}
        self.others |= others
        if not self.given and others:
            self.target = self.target or min(others)
        ours = languages.pick(unit.texts, self.source)
        theirs = languages.pick(unit.texts, self.target) if self.target else None
        if ours is None or theirs is None:
            return None
        return Entry(
            unit.texts[ours],
            unit.texts[theirs],
            line_of(unit.props.get("x-line", ""), unit.lines[theirs]),
            unit.props.get("x-document", ""),
            origin_of(unit.props.get("x-origin") or unit.tools),
        )

    def finish(self, *, found: bool) -> str:
        """The target language, now that all units were seen."""
        if not self.source:
            languages.only(self.path, (), "source")
        if not self.given:
            self.target = languages.only(self.path, self.others, "target")
        for code, side in ((self.source, "source"), (self.target, "target")):
            if self.tags and not found and not languages.pick(self.tags, code):
                raise languages.missing(self.path, self.tags, code, side)
        return self.target


def write_tmx(
    path: Path,
    source_code: str,
    target_code: str,
    pairs: Iterable[SentencePair],
    segtype: Literal["sentence", "paragraph"] = "sentence",
) -> None:
    """Write pairs as TMX 1.4b, which Amazon Translate takes as parallel data too.

    Each unit says its document, line and origin where known.  Line breaks become
    blanks, characters that XML forbids are left out.
    """
    # the version is of what is written, not of this package: equal pairs, equal bytes
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="amts_sphinx" creationtoolversion="1"'
        f' segtype="{segtype}" o-tmf="amts_sphinx" adminlang="en"'
        f' srclang={quoteattr(source_code)} datatype="plaintext"/>\n<body>\n'
    )
    body = "".join(_unit(source_code, target_code, pair) for pair in pairs)
    write_text(path, f"{head}{body}</body>\n</tmx>\n")


def _unit(source_code: str, target_code: str, pair: SentencePair) -> str:
    props = {
        "x-document": one_line(pair.document),
        "x-line": str(pair.line) if pair.line > 0 else "",
        "x-origin": pair.origin.value,
    }
    lines = [
        f'<prop type="{name}">{escape(value)}</prop>\n'
        for name, value in props.items()
        if value
    ]
    lines += [
        f"<tuv xml:lang={quoteattr(code)}><seg>{escape(one_line(text))}</seg></tuv>\n"
        for code, text in ((source_code, pair.source), (target_code, pair.target))
    ]
    return f"<tu>\n{''.join(lines)}</tu>\n"
