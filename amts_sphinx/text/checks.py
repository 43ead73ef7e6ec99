"""Checks of a translation that need no reference: what to look at, and how badly.

The rules (`check_rules`, `check_words`, `check_marks`) only say what they see.
**Severity follows origin**: what is an error in a machine's text is at most a warning
in a person's, who may rename a reference, add a formula or split one, and mostly means
it.  A rule that fires as often on people's text as on the machine's is an opinion about
style, and stays an info.  How often each fires, and how often people mend what it fires
on, is measured by `evaluation.precision`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from amts_sphinx.text import check_marks, check_rules, check_words
from amts_sphinx.text.check_lengths import LengthBand
from amts_sphinx.text.check_rules import OPAQUE, Check, Sides, readable, used
from amts_sphinx.text.units import Code, Origin

__all__ = ["Check", "Checker", "Coded", "Finding", "LengthBand", "Severity"]


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  #: must not be published as it is
    WARNING = "warning"  #: somebody should look at it
    INFO = "info"  #: worth knowing, often right as it is


class Finding(NamedTuple):
    """One thing that a check found in one text."""

    severity: Severity
    check: Check
    detail: str  #: what it is about: one short printable line


class Coded(Protocol):
    """Coded text and what its codes stand for: a segment, a message, a question.

    Of a translation unit the target's codes are its source's and its own.
    """

    @property
    def text(self) -> str:
        """Coded text."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """``codes[n - 1]`` is code ``n``."""


#: by check: the severity in a machine's text and in a person's
_SEVERITIES: Final = MappingProxyType(
    {
        Check.MARKUP: (Severity.ERROR, Severity.WARNING),
        Check.REFERENCES: (Severity.ERROR, Severity.INFO),
        Check.MATH: (Severity.ERROR, Severity.INFO),
        Check.LITERALS: (Severity.ERROR, Severity.INFO),
        Check.LINKS: (Severity.ERROR, Severity.INFO),
        Check.SAME: (Severity.WARNING, Severity.WARNING),
        Check.SOURCE_WORDS: (Severity.WARNING, Severity.WARNING),
        Check.DUPLICATE: (Severity.WARNING, Severity.WARNING),
        Check.HALF_WIDTH: (Severity.WARNING, Severity.WARNING),
    }
)
_INFO: Final = (Severity.INFO, Severity.INFO)
_GRAVEST_FIRST: Final = tuple(Severity)
_IN_ORDER: Final = tuple(Check)
_RULES: Final = (
    check_rules.markup,
    check_rules.inline,
    check_rules.links,
    check_marks.half_width,
    check_marks.numbers,
    check_marks.end,
    check_words.untranslated,
    check_words.duplicate,
)
#: what a translator or an engine wrote
_WRITTEN: Final = frozenset({Origin.HUMAN, Origin.STALE, Origin.MACHINE})
_DETAIL: Final = 60


@dataclass(frozen=True, slots=True)
class Checker:
    """The checks for one pair of languages."""

    source_language: str  #: Amazon Translate code
    target_language: str  #: Amazon Translate code
    band: LengthBand | None = None  #: None: lengths are not judged

    def findings(
        self, source: Coded, target: Coded, origin: Origin
    ) -> tuple[Finding, ...]:
        """What is to be said of a translation, the gravest first.

        Nothing of a text that is shown untranslated, and no error of a person's.
        """
        if origin not in _WRITTEN:
            return ()
        sides = Sides(
            readable(source.text).strip(),
            readable(target.text).strip(),
            used(source.text, source.codes),
            used(target.text, target.codes),
            _primary(self.source_language),
            _primary(self.target_language),
        )
        found = [pair for rule in _RULES for pair in rule(sides)]
        if self.band:
            found += self.band.unusual(*sides[:2])
        by_person = origin is not Origin.MACHINE
        return tuple(
            sorted(
                (
                    Finding(
                        _SEVERITIES.get(check, _INFO)[by_person], check, _short(what)
                    )
                    for check, what in found
                ),
                key=_rank,
            )
        )


def _short(text: str) -> str:
    """A text of any origin as a short line of printable characters."""
    text = text.replace(OPAQUE, "…")
    cut = text if len(text) <= _DETAIL else f"{text[:_DETAIL]}…"
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut
    )


def _rank(finding: Finding) -> tuple[int, int, str]:
    severity, check, detail = finding
    return _GRAVEST_FIRST.index(severity), _IN_ORDER.index(check), detail


def _primary(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].lower()
