"""The form in which sentences travel to Amazon Translate and back: HTML.

An opaque code is sent as ``<code id="1" translate="no">…</code>``, a paired one as
``<b id="2">…</b>``: elements that every reader of HTML knows, always closed by a tag of
their own.  A short formula or literal is shown within its element, as context and so
that it can be found again when its tags are lost; of anything longer only the number
is, since what stands there may be billed.  What comes back within it is ignored, unless
it tells that two codes were swapped.  Several sentences travel as the paragraphs of one
document, known by their ids.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Question

#: names this form, and its version, in the keys of the cache
WIRE = "html 1"

#: kinds of code whose text means something to a reader, and its greatest length
_SHOWN = frozenset({"math", "literal"})
_LENGTH = 16

_TAG = re.compile(r"<\s*(?:(/)\s*)?(code|b)\b([^<>]*)>", re.IGNORECASE)
#: the same, escaped: it came back as text
_ESCAPED = re.compile(
    r"&lt;\s*(?:(/)\s*)?(code|b)\b((?:(?!&[lg]t;).)*)&gt;", re.IGNORECASE | re.DOTALL
)
_ID = re.compile(r"""\bid\s*=[\s"'“”„«»‘’]*([^\s"'“”„«»‘’/>]+)""", re.IGNORECASE)
_PARAGRAPH = re.compile(r'<p id="([0-9]{1,6})">((?:(?!<p\b).)*?)</p>', re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")


def to_wire(question: Question) -> str:
    """A sentence as it is sent: all that an answer to it depends on.

    White space is folded and characters are composed (NFC), so that what is the same to
    a reader is billed once.
    """

    def tag(match: re.Match[str]) -> str:
        if match[1]:
            number = int(match[1])
            text = codes.escape(_shown(number, question.codes))
            return f'<code id="{number}" translate="no">{text}</code>'
        return f'<b id="{match[2]}">' if match[2] else "</b>"

    clean = codes.UNTEXT.sub("", codes.fold_space(question.text).strip(" "))
    out: list[str] = []
    end = 0
    for match in codes.CODE.finditer(clean):  # a tag's ``>`` is composed with nothing
        out += (_composed(clean[end : match.start()]), tag(match))
        end = match.end()
    return "".join((*out, _composed(clean[end:])))


def _shown(number: int, kinds: Sequence[Code]) -> str:
    code = kinds[number - 1] if number <= len(kinds) else Code("", "")
    fit = code.kind in _SHOWN and code.payload and len(code.payload) <= _LENGTH
    return _composed(codes.UNTEXT.sub("", code.payload)) if fit else str(number)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


#: a reference by number; html.unescape fails at one of thousands of digits
_ENDLESS = re.compile("&#[0-9]{8,};?")


def _unescape(text: str) -> str:
    return html.unescape(_ENDLESS.sub("\ufffd", text))


def billed(wire: str) -> int:
    """How many characters of it are billed: its text, tags left out."""
    return len(_unescape(_ANY_TAG.sub("", wire)))


def from_wire(raw: str, question: Question) -> str:
    """An answer as coded text; damaged wherever the answer is.

    All entities become characters.  Of an element without an end its tag is dropped, so
    that its content can be told from the text.
    """
    out: list[str] = []
    opaque: list[tuple[int, str, str]] = []  # where, which, what came back within it
    tags = list(_TAG.finditer(raw))
    end, skip = 0, -1
    for place, tag in enumerate(tags):
        if place <= skip:
            continue
        out.append(_text(raw[end : tag.start()], question))
        end = tag.end()
        found = _ID.search(tag[3])
        number = found[1] if found else ""
        if tag[2].lower() == "b":
            out.append("</g>" if tag[1] else f'<g id="{number}">')
            continue
        if tag[1]:
            continue
        last = place if tag[3].rstrip().endswith("/") else _end_of(tags, place)
        if last is not None:
            skip, end = last, tags[last].end()
            opaque.append((len(out), number, raw[tag.end() : tags[last].start()]))
            out.append("")
    out.append(_text(raw[end:], question))
    for (place, _, _), number in zip(opaque, _numbers(opaque, question), strict=True):
        out[place] = f'<x id="{number}"/>'
    return "".join(out)


def _end_of(tags: Sequence[re.Match[str]], place: int) -> int | None:
    """Where the element that begins there ends, if it does before another begins."""
    for position in range(place + 1, len(tags)):
        if tags[position][2].lower() == "code":
            return position if tags[position][1] else None
    return None


def _numbers(
    opaque: Sequence[tuple[int, str, str]], question: Question
) -> Sequence[str]:
    """Which code each element is: what its id says, unless the contents are swapped.

    Contents are believed only if every one is that of another code.
    """
    shown: dict[str, list[str]] = {}
    for match in codes.CODE.finditer(question.text):
        if match[1]:
            text = _shown(int(match[1]), question.codes)
            shown.setdefault(text, []).append(match[1])
    said = [number for _, number, _ in opaque]
    told = [shown.get(_unescape(inside).strip(), []) for _, _, inside in opaque]
    named = [numbers[0] for numbers in told if len(numbers) == 1]
    return named if sorted(named) == sorted(said) else said


def _text(run: str, question: Question) -> str:
    """The characters between two tags, escaped once; tags that came as text named ours.

    A ``<`` that is no tag of ours stays as it is, for whoever judges the answer.
    """
    if "&" not in run:
        return run
    plain = "<".join(codes.escape(_unescape(part)) for part in run.split("<"))
    return plain if "&lt;" in question.text else _ESCAPED.sub(_ours, plain)


def _ours(match: re.Match[str]) -> str:
    name = "x" if match[2].lower() == "code" else "g"
    if match[1]:
        return f"&lt;/{name}&gt;"
    found = _ID.search(_unescape(match[3]))
    return f'&lt;{name} id="{found[1] if found else ""}"&gt;'


def document(wires: Sequence[str]) -> str:
    """Sentences as the paragraphs of one document, numbered from 0."""
    body = "".join(f'<p id="{number}">{wire}</p>' for number, wire in enumerate(wires))
    return f"<html><body>{body}</body></html>"


def paragraphs(answer: str, count: int) -> dict[int, str]:
    """The paragraphs of an answer that are beyond doubt, by number.

    A paragraph that is missing, doubled or out of place may have left its text in the
    ones beside it, so these are not trusted either.
    """
    found: dict[int, str] = {}
    doubted: set[int] = set()
    apart: set[int] = set()  # beside text that belongs to nobody, or out of order
    end, last = 0, -1
    for match in _PARAGRAPH.finditer(answer):
        number = int(match[1])
        if number >= count:
            continue
        if number in found:
            doubted.add(number)
        if number < last or _ANY_TAG.sub("", answer[end : match.start()]).strip():
            apart |= {last, number}
        found[number] = match[2]
        end, last = match.end(), number
    if _ANY_TAG.sub("", answer[end:]).strip():
        apart.add(last)
    doubted.update(number for number in range(count) if number not in found)
    apart |= {number + step for number in doubted for step in (-1, 0, 1)}
    return {n: text for n, text in found.items() if n not in apart}
