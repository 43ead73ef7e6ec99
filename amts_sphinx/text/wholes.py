"""Whole messages in the target language, put together from their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Message, Origin, Translation


def people(
    translated: Iterable[tuple[Message, Sequence[Translation]]], joiner: str
) -> Iterator[tuple[Message, str, tuple[Code, ...]]]:
    """The messages that people have translated from beginning to end.

    With each its translation and the codes that it adds, as `whole` gives them.
    """
    for message, found in translated:
        if found and all(one.origin is Origin.HUMAN for one in found):
            yield message, *whole(message, found, joiner)


def whole(
    message: Message, translations: Sequence[Translation], joiner: str
) -> tuple[str, tuple[Code, ...]]:
    """A message as it stands in the book: its text, and the codes that it adds.

    ``joiner`` is what the language puts between sentences.  Codes of a person's own
    follow those of the message, numbered through.
    """
    texts: list[str] = []
    added: list[Code] = []
    count = len(message.codes)
    for translation in translations:
        ahead = len(added)

        def number(old: int, ahead: int = ahead) -> int:
            return old + ahead if old > count else old

        texts.append(codes.renumber(translation.text, number))
        added += translation.codes
    return joiner.join(texts), tuple(added)
