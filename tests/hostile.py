"""An engine that translates well and then spoils its answers, in one way or in all.

Each damage was seen with some engine or other; each is a function of its own, so that a
test can say which one it survives.  Damages to a code pick one that is still whole, so
applying one as often as there are codes spoils all of them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.text import codes
from amts_sphinx.text.units import Question

#: spoils coded text that answers a question
Damage = Callable[[random.Random, str, Question], str]

_BEGIN = re.compile(r'<(x) id="(\d+)"/>|<(g) id="(\d+)">')
_FOREIGN_DIGITS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९")
_FOREIGN_NAMES = ("fuerte", "código", "жирный", "强调")
_FOREIGN_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"), ("「", "」"))


class Element(NamedTuple):
    """One inline code in an answer, taken apart."""

    before: str
    begin: str  #: its opening tag, or its only one
    content: str  #: what it encloses, or what it stands for
    end: str  #: its closing tag, or ""
    after: str
    number: int

    @property
    def whole(self) -> str:
        """The code as it stands in the answer."""
        return self.begin + (self.content if self.end else "") + self.end


def _elements(text: str, question: Question) -> list[Element]:
    """The codes that are whole; a pair counts as one."""
    found: list[Element] = []
    for match in _BEGIN.finditer(text):
        number = int(match[2] or match[4])
        start, end = match.span()
        if match[1]:
            known = number <= len(question.codes)
            shown = question.codes[number - 1].payload if known else ""
            content, close, stop = codes.escape(shown), "", end
        else:
            stop = _closing(text, end)
            if stop < 0:
                continue
            content, close = text[end:stop], "</g>"
            stop += len(close)
        before, after = text[:start], text[stop:]
        found.append(Element(before, match[0], content, close, after, number))
    return found


def _closing(text: str, start: int) -> int:
    """Where the tag begins that closes what was opened before ``start``, or -1."""
    depth = 1
    for match in codes.CODE.finditer(text, start):
        depth += bool(match[2]) - (match[0] == "</g>")
        if not depth:
            return match.start()
    return -1


def _on_code(spoil: Callable[[random.Random, Element], str]) -> Damage:
    """A damage to one code that is whole; to none if there is none."""

    def damage(rng: random.Random, text: str, question: Question) -> str:
        elements = _elements(text, question)
        if not elements:
            return text
        element = rng.choice(elements)
        return element.before + spoil(rng, element) + element.after

    return damage


def _on_tag(spoil: Callable[[random.Random, str], str]) -> Damage:
    """A damage to each tag of one code."""

    def spoil_both(rng: random.Random, element: Element) -> str:
        if not element.end:
            return spoil(rng, element.begin)
        return spoil(rng, element.begin) + element.content + spoil(rng, element.end)

    return _on_code(spoil_both)


def _renumbered(element: Element, number: str) -> str:
    begin = element.begin.replace(f'"{element.number}"', f'"{number}"')
    return begin + (element.content if element.end else "") + element.end


def _opening_dropped(_rng: random.Random, element: Element) -> str:
    return element.content + (element.end or "</x>")


def _closing_dropped(_rng: random.Random, element: Element) -> str:
    return element.begin.replace("/>", ">") + element.content


def _foreign_digits(rng: random.Random, element: Element) -> str:
    digits = str.maketrans("0123456789", rng.choice(_FOREIGN_DIGITS))
    return _renumbered(element, str(element.number).translate(digits))


def _blanks_inside(rng: random.Random, tag: str) -> str:
    blank = rng.choice((" ", "  ", "\xa0"))
    return re.sub(r'(?<=[</="])|(?=["/>])', blank, tag).replace(" <", "<").rstrip()


def _name_translated(rng: random.Random, element: Element) -> str:
    name = rng.choice(_FOREIGN_NAMES)
    begin = re.sub(r"<\w+", f"<{name}", element.begin)
    if not element.end:
        return begin
    return f"{begin}{element.content}</{name}>"


def _payload_translated(_rng: random.Random, element: Element) -> str:
    if element.end:
        return element.begin + pseudo(element.content) + element.end
    return f'<x id="{element.number}">{pseudo(element.content)}</x>'


def _typographic(rng: random.Random, tag: str) -> str:
    first, last = rng.choice(_FOREIGN_QUOTES)
    return re.sub('"(.*?)"', rf"{first}\1{last}", tag)


def _swapped(rng: random.Random, text: str, question: Question) -> str:
    """Two codes get each other's numbers."""
    numbers = [element.number for element in _elements(text, question)]
    if len(numbers) < 2:
        return text
    one, other = rng.sample(numbers, 2)
    return codes.renumber(text, lambda n: {one: other, other: one}.get(n, n))


def _crossed(rng: random.Random, text: str, question: Question) -> str:
    """A code ends behind the tag that follows it, or before it begins."""
    elements = _elements(text, question)
    if not elements:
        return text
    before, begin, content, end, after, number = rng.choice(elements)
    if end:
        return f"{before}{end}{content}{begin}{after}"
    if match := codes.CODE.search(after):
        until = after[: match.end()]
        return f'{before}<x id="{number}">{until}</x>{after[match.end() :]}'
    return f"{before}</x>{content}{begin}{after}"


def _moved(rng: random.Random, text: str, question: Question) -> str:
    """A code ends up inside another one, at its beginning."""
    elements = _elements(text, question)
    if len(elements) < 2:
        return text
    element = rng.choice(elements)
    rest = element.before + element.after
    others = _elements(rest, question)
    if not others:
        return text
    other = rng.choice(others)
    if other.end:
        inside = other.begin + element.whole + other.content + other.end
    else:
        inside = f'<x id="{other.number}">{element.whole}</x>'
    return other.before + inside + other.after


CODE_DAMAGES: Mapping[str, Damage] = {
    "element dropped": _on_code(lambda _, _e: ""),
    "tags dropped": _on_code(lambda _, e: e.content),
    "opening tag dropped": _on_code(_opening_dropped),
    "closing tag dropped": _on_code(_closing_dropped),
    "doubled": _on_code(lambda _, e: e.whole + e.whole),
    "numbers swapped": _swapped,
    "unknown number": _on_code(lambda rng, e: _renumbered(e, str(rng.randint(90, 99)))),
    "foreign digits": _on_code(_foreign_digits),
    "blanks inside": _on_tag(_blanks_inside),
    "upper case": _on_tag(lambda _, tag: tag.upper()),
    "name translated": _on_code(_name_translated),
    "escaped": _on_tag(lambda _, tag: codes.escape(tag)),
    "crossed": _crossed,
    "moved": _moved,
    "payload translated": _on_code(_payload_translated),
    "typographic quotes": _on_tag(_typographic),
    "blanks around": _on_code(lambda _, e: f"  {e.whole} "),
}


def _within(rng: random.Random, text: str, part: str) -> str:
    """The text with a part put in at any place, also inside a tag."""
    place = rng.randint(0, len(text))
    return text[:place] + part + text[place:]


def _truncated(rng: random.Random, text: str, _question: Question) -> str:
    return text[: rng.randrange(len(text) or 1)]


def _truncated_in_tag(rng: random.Random, text: str, question: Question) -> str:
    found = [*codes.CODE.finditer(text)]
    if not found:
        return _truncated(rng, text, question) + "<"
    tag = rng.choice(found)
    return text[: rng.randrange(tag.start() + 1, tag.end())]


def _unescaped(_rng: random.Random, text: str, _question: Question) -> str:
    return codes.unescape(text)


SEGMENT_DAMAGES: Mapping[str, Damage] = {
    "empty": lambda _rng, _text, _question: "",
    "truncated": _truncated,
    "truncated in a tag": _truncated_in_tag,
    "source echoed": lambda _rng, _text, question: question.text,
    "preface": lambda _rng, text, _question: f"Sure! Here is the translation: {text}",
    "script": lambda _rng, text, _question: f"{text}<script>alert(1)</script>",
    "handler": lambda _rng, text, _question: f"{text}<img src=x onerror=alert(1)>",
    "NUL": lambda rng, text, _question: _within(rng, text, "\x00"),
    "surrogate": lambda rng, text, _question: _within(rng, text, "\udcff"),
    "bidi": lambda rng, text, _question: _within(rng, text, "\u202e"),
    "escaped twice": lambda _rng, text, _question: codes.escape(text),
    "unescaped": _unescaped,
    "repeated": lambda _rng, text, _question: " ".join([text] * 5),
}


class Hostile:
    """Asks an engine that spoils each code, and each segment, with a probability."""

    def __init__(
        self,
        seed: int,
        code_rate: float = 0,
        segment_rate: float = 0,
        damages: Sequence[str] = (*CODE_DAMAGES, *SEGMENT_DAMAGES),
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - the same damage each time
        self._rates = code_rate, segment_rate
        self._codes = [CODE_DAMAGES[n] for n in damages if n in CODE_DAMAGES]
        self._segments = [SEGMENT_DAMAGES[n] for n in damages if n in SEGMENT_DAMAGES]
        #: how many questions were sent in each call
        self.calls: list[int] = []
        #: readable characters sent: what is billed
        self.characters = 0

    def __call__(self, questions: Sequence[Question]) -> list[str | None]:
        """The answers, some of them spoilt."""
        self.calls.append(len(questions))
        self.characters += sum(
            len(codes.plain(question.text)) for question in questions
        )
        return [*map(self._answer, questions)]

    def _answer(self, question: Question) -> str:
        text = pseudo(question.text)
        rate, segment_rate = self._rates
        if self._codes and "<" in text:
            for _ in codes.numbers(text):
                if self._rng.random() < rate:
                    text = self._rng.choice(self._codes)(self._rng, text, question)
        if self._segments and self._rng.random() < segment_rate:
            text = self._rng.choice(self._segments)(self._rng, text, question)
        return text
