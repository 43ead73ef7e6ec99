"""What an evaluation is made of: a book, its human translation, and what is known.

All of it is plain data that somebody else has read, so the same code scores a Sphinx
book, and a few messages in a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amts_sphinx.bitext.message_pairs import MessagePair
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import Message, TranslationUnit


@dataclass(frozen=True)
class Material:
    """A book as it is evaluated."""

    source: LanguageProfile
    target: LanguageProfile
    pages: Mapping[str, Page]  #: of the source, by docname
    #: messages with a person's translation, by docname, in page order
    references: Mapping[str, Sequence[MessagePair]]
    units: Sequence[TranslationUnit]  #: what people stand behind
    #: what an engine returned for messages in its day, by docname; empty: no archive
    archive: Mapping[str, Sequence[MessagePair]] = field(default_factory=dict)

    def reversed(self) -> Material:
        """The same book, from the target language into the source's.

        A unit that has codes of its own cannot be turned round, and is left out.
        """
        translated = {
            name: _page(name, [pair.target for pair in pairs])
            for name, pairs in self.references.items()
        }
        return Material(
            self.target,
            self.source,
            translated,
            {name: _turned(pairs) for name, pairs in self.references.items()},
            [
                unit._replace(source=unit.target, target=unit.source, cuts=())
                for unit in self.units
                if not unit.target_codes
            ],
            {name: _turned(pairs) for name, pairs in self.archive.items()},
        )


def _page(name: str, messages: Sequence[Message]) -> Page:
    return Page(name, "", tuple(messages))


def _turned(pairs: Sequence[MessagePair]) -> list[MessagePair]:
    return [MessagePair(p.target, p.source) for p in pairs]
