"""Answers spoilt in every way an engine is known to spoil them, one way at a time.

Each kind does one thing to one inline element, or to one sentence, as it is sent; so
what a client makes of it can be told kind by kind.  Elements may have any name: a
number in the start tag, in its ``id`` or else anywhere, is what tells them apart.
Nothing outside of a block is touched, though a tag that is cut may well swallow what
follows it.  A kind that finds nothing to spoil leaves the answer as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape, unescape
from random import Random

from amts_sphinx.testing.standin import damage_codes
from amts_sphinx.testing.standin.html import Document, lex

#: what can be done to an inline element
CODE_KINDS = tuple(damage_codes.KINDS)


def damaged(
    answer: str,
    source: str,
    kinds: Mapping[str, float],
    random: Random,
    *,
    markup: bool,
) -> str:
    """An answer to one sentence, spoilt by chance.

    ``kinds`` gives the share of elements, or of sentences, for each kind.  Plain text
    has no elements: only where ``markup`` are any looked for.
    """
    if not kinds:
        return answer
    if markup:
        for which in reversed(range(damage_codes.count(answer))):
            kind = _drawn(kinds, CODE_KINDS, random)
            if kind:
                answer = damage_codes.damaged(answer, which, kind, random)
    kind = _drawn(kinds, SENTENCE_KINDS, random)
    return _SENTENCES[kind](answer, source, random) if kind else answer


def merged(document: Document, random: Random) -> Document:
    """A document in which a block has lost its border or its ``id``, by chance."""
    count = len(document.blocks)
    if not count:
        return document
    pieces = list(document.pieces)
    which = random.randrange(count)
    if random.random() < 1 / 2 and count > 1:
        first = 2 * max(which, 1) - 1
        pieces[first : first + 3] = [f"{pieces[first]} {pieces[first + 2]}"]
    else:
        before = 2 * which
        pieces[before] = damage_codes.ID.sub("", pieces[before])
    return Document(tuple(pieces), document.characters)


def _drawn(kinds: Mapping[str, float], known: Sequence[str], random: Random) -> str:
    """Which kind of damage happens, if any; each has its chance, the first one wins."""
    for kind in known:
        if kind in kinds and random.random() < kinds[kind]:
            return kind
    return ""


def _truncated(answer: str, _source: str, _random: Random) -> str:
    """The first half of the text, with what was open left open."""
    found = lex(answer)
    left = sum(len(token.raw) for token in found if token.kind == "text") // 2
    out: list[str] = []
    for token in found:
        if token.kind != "text":
            out.append(token.raw)
            continue
        out.append(token.raw[:left])
        left -= len(token.raw)
        if left <= 0:
            break
    return "".join(out)


def _truncated_in_tag(answer: str, _source: str, random: Random) -> str:
    """Nothing behind the middle of a tag; where there is none, one begins."""
    found = lex(answer)
    tags = [at for at, token in enumerate(found) if token.kind != "text"]
    if not tags:
        return f"{answer[: len(answer) // 2]}<b"
    at = random.choice(tags)
    tag = found[at].raw
    head = "".join(token.raw for token in found[:at])
    return head + tag[: random.randrange(1, len(tag))]


def _script_added(answer: str, _source: str, random: Random) -> str:
    return answer + random.choice(
        ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    )


def _nul_and_surrogate(answer: str, _source: str, random: Random) -> str:
    """A NUL and half a character, in the text, as JSON carries them."""
    texts = [token.raw for token in lex(answer)]
    at = random.choice([n for n, t in enumerate(texts) if t[:1] != "<"] or [0])
    texts[at : at + 1] = ["\x00", *texts[at : at + 1], "\ud800"]
    return "".join(texts)


#: what can be done to a whole sentence, given the answer and the source
_SENTENCES: Mapping[str, Callable[[str, str, Random], str]] = {
    "empty": lambda _answer, _source, _random: "",
    "truncated": _truncated,
    "truncated_in_tag": _truncated_in_tag,
    "echoed": lambda _answer, source, _random: source,
    "chatty": lambda answer, _source, _random: f"Here is the translation: {answer}",
    "script_added": _script_added,
    "nul_and_surrogate": _nul_and_surrogate,
    "bidi": lambda answer, _source, _random: f"\u202e{answer}",
    "escaped_twice": lambda answer, _source, _random: escape(answer, quote=False),
    "unescaped": lambda answer, _source, _random: unescape(answer),
    "repeated": lambda answer, _source, _random: " ".join([answer] * 5),
}
#: what can be done to a whole sentence
SENTENCE_KINDS = tuple(_SENTENCES)
