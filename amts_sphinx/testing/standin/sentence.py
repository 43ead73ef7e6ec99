"""One block on its way through an engine: its tags become codes and tags again.

Engines know the inline codes of coded text only.  An element that may not be translated
is opaque and keeps its content as it was written; any other pair of tags is a paired
code; a tag without its partner stays where it is.  A term of a terminology travels as
an opaque code too: so what the terminology says stands in the answer word for word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

from amts_sphinx.testing.standin.html import Token, tokens
from amts_sphinx.text import codes

_REFERENCE = re.compile(r"&(?:[A-Za-z]+|#[0-9]+|#[xX][0-9A-Fa-f]+);")


def has_markup(text: str) -> bool:
    """Is it HTML rather than plain text?  The service has to guess that too."""
    return any(token.kind != "text" for token in tokens(text)) or bool(
        _REFERENCE.search(text)
    )


class Sentence:
    """A block as coded text, and what its codes stand for."""

    def __init__(self, wire: str, *, markup: bool) -> None:
        """``wire`` is HTML where ``markup``, else plain text."""
        self._markup = markup
        #: what code number n is, at n - 1: its start tag and its end tag
        self._tags: list[tuple[str, str]] = []
        #: what the engine is asked
        self.coded = self._read(tokens(wire)) if markup else codes.escape(wire)

    def _read(self, found: Sequence[Token]) -> str:
        partners = _partners(found)
        out: list[str] = []
        for at, token in enumerate(found):
            if token.kind == "text":
                out.append(codes.escape(unescape(token.raw)))
            elif at not in partners:
                out.append(codes.opaque(self._number(token.raw, "")))
            elif token.kind == "open":
                number = self._number(token.raw, found[partners[at]].raw)
                out.append(codes.opening(number))
            else:
                out.append("</g>")
        return "".join(out)

    def _number(self, start: str, stop: str) -> int:
        """The number of a new code that stands for these tags."""
        self._tags.append((start, stop))
        return len(self._tags)

    def use(self, terms: Mapping[str, str]) -> set[str]:
        """Put the translations of terms in; returns the terms that were there."""
        used: set[str] = set()
        if not terms:
            return used
        longest = sorted(terms, key=lambda term: (-len(term), term))
        known = re.compile("|".join(map(_word, longest)))

        def replace(match: re.Match[str]) -> str:
            term = codes.unescape(match[0])
            used.add(term)
            text = codes.escape(terms[term]) if self._markup else terms[term]
            return codes.opaque(self._number(text, ""))

        out: list[str] = []
        end = 0
        for match in codes.CODE.finditer(self.coded):
            out += (known.sub(replace, self.coded[end : match.start()]), match[0])
            end = match.end()
        self.coded = "".join((*out, known.sub(replace, self.coded[end:])))
        return used

    def wire(self, answer: str) -> str:
        """An engine's answer as it is sent; its elements always nest.

        Raises IndexError if the answer holds a code that was not in the question.
        """
        out: list[str] = []
        opened: list[str] = []
        end = 0
        for match in codes.CODE.finditer(answer):
            out.append(self._text(answer[end : match.start()]))
            end = match.end()
            if match[0] == "</g>":
                out.append(opened.pop() if opened else "")
                continue
            start, stop = self._tags[int(match[1] or match[2]) - 1]
            out.append(start)
            if match[2]:
                opened.append(stop)
        out.append(self._text(answer[end:]))
        return "".join((*out, *reversed(opened)))

    def _text(self, coded: str) -> str:
        return coded if self._markup else codes.unescape(coded)


def _word(term: str) -> str:
    """The term as an expression; no part of a word that is longer, in Latin letters."""
    escaped = codes.escape(term)
    before = "(?<![A-Za-z0-9])" if escaped[0].isascii() else ""
    after = "(?![A-Za-z0-9])" if escaped[-1].isascii() else ""
    return f"{before}{re.escape(escaped)}{after}"


def _partners(found: Sequence[Token]) -> dict[int, int]:
    """Start tags and end tags that belong together, by their places, both ways."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for at, token in enumerate(found):
        if token.kind == "open":
            opened.append(at)
        elif token.kind == "close":
            for back in reversed(range(len(opened))):
                if found[opened[back]].name == token.name:
                    partners |= {opened[back]: at, at: opened[back]}
                    del opened[back:]
                    break
    return partners
