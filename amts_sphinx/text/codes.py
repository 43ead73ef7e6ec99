"""Inline codes: the grammar of coded text, and what may be asked of it.

Coded text is the only form in which text leaves the doctree.  Its grammar is ours and
tiny: ``<x id="1"/>`` (opaque), ``<g id="2">…</g>`` (paired), everything else is text in
which ``&``, ``<`` and ``>`` are escaped.  Nothing that comes back from an engine, a PO
file or a memory meets any other parser than this one, so it can only ever become text
and numbers; the inline nodes themselves are the source's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

CODE = re.compile(r'<x id="([0-9]{1,6})"/>|<g id="([0-9]{1,6})">|</g>')
#: the same, and what would be a code but for a number without end
_CODE_LIKE = re.compile(r'<x id="[0-9]+"/>|<g id="[0-9]+">|</g>')

#: no text: control characters, lone surrogates, what XML excludes
UNTEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_CJK = "\u3000-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])[ \t]*\n[ \t]*|[ \t]*\n[ \t]*(?=[{_CJK}])")
#: punctuation whose change changes no meaning; not between digits, not a minus sign
_PUNCTUATION = re.compile(
    r"[.,:](?!\d)|-(?!\d)|[;!?…\"“”„«»()\[\]–—、。，；：！？（）「」『』《》【】]"
)
_APOSTROPHES = re.compile(r"['’‘`]")


#: pairs within pairs; a page of hundreds could not be stored
DEEPEST = 40


class CodeError(ValueError):
    """Coded text whose codes do not nest, or that holds a stray tag."""


def escape(text: str) -> str:
    """Plain text as coded text."""
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def unescape(text: str) -> str:
    """The plain text of coded text that holds no code."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def opaque(number: int) -> str:
    """The code that stands for a node whose content is not translated."""
    return f'<x id="{number}"/>'


def opening(number: int) -> str:
    """The code that opens a node whose content is translated; ``</g>`` closes it."""
    return f'<g id="{number}">'


def fold_space(coded: str) -> str:
    """Every run of ASCII white space as one blank: re-wrapped source is no new text."""
    return _SPACE.sub(" ", coded)


def unwrap(coded: str) -> str:
    """Join hard-wrapped lines; beside a CJK character a line break is no space."""
    return _CJK_BREAK.sub("", coded) if "\n" in coded else coded


def has_letters(coded: str) -> bool:
    """Is there anything to translate outside the codes?"""
    if "<" in coded:
        coded = CODE.sub("", coded)
    return any(map(str.isalpha, unescape(coded)))


def plain(coded: str, show: Sequence[str] | None = None) -> str:
    """The readable text; opaque code ``n`` appears as ``show[n - 1]`` or not at all."""

    def readable(match: re.Match[str]) -> str:
        number = match[1]
        return escape(show[int(number) - 1]) if show and number else ""

    return unescape(CODE.sub(readable, coded) if "<" in coded else coded)


def numbers(coded: str) -> list[int]:
    """The numbers of all codes, in order of appearance."""
    return [int(m[1] or m[2]) for m in CODE.finditer(coded) if m[0] != "</g>"]


def renumber(coded: str, number: Callable[[int], int]) -> str:
    """The same text with each code number replaced by ``number`` of it."""
    if "<" not in coded:
        return coded

    def replace(match: re.Match[str]) -> str:
        if match[1]:
            return opaque(number(int(match[1])))
        return opening(number(int(match[2]))) if match[2] else "</g>"

    return CODE.sub(replace, coded)


def localise(coded: str) -> tuple[str, tuple[int, ...]]:
    """Number the codes from 1 in order of appearance.

    Returns the text and, for each new number, the number it had before.
    """
    if "<" not in coded:
        return coded, ()
    old: dict[int, int] = {}
    text = renumber(coded, lambda number: old.setdefault(number, len(old) + 1))
    return text, tuple(old)


def runs(coded: str) -> Iterator[tuple[int, int, bool]]:
    """Where each code and each text between codes begins and ends; is it a code?"""
    end = 0
    for match in CODE.finditer(coded):
        if end < match.start():
            yield end, match.start(), False
        end = match.end()
        yield match.start(), end, True
    if end < len(coded):
        yield end, len(coded), False


def keep_codes(coded: str, keep: Callable[[int], bool]) -> str:
    """The text without the codes that are not to be kept; what they enclose stays."""
    if "<" not in coded:
        return coded
    out: list[str] = []
    dropped: list[bool] = []
    end = 0
    for match in CODE.finditer(coded):
        out.append(coded[end : match.start()])
        end = match.end()
        if match[0] == "</g>":
            stays = not (dropped and dropped.pop())
        else:
            stays = keep(int(match[1] or match[2]))
            if match[2]:
                dropped.append(not stays)
        if stays:
            out.append(match[0])
    out.append(coded[end:])
    return "".join(out)


def parse(coded: str) -> list[object]:
    """Coded text as a tree of pieces.

    A piece is a ``str`` (unescaped text), an ``int`` (an opaque code) or a pair
    ``(int, list)`` (a paired code and its content).

    Raises CodeError when pairs do not nest or stay open.
    """
    root: list[object] = []
    stack = [root]
    end = 0
    for match in CODE.finditer(coded):
        if match.start() > end:
            stack[-1].append(unescape(coded[end : match.start()]))
        end = match.end()
        if match[1]:
            stack[-1].append(int(match[1]))
        elif match[2]:
            inner: list[object] = []
            stack[-1].append((int(match[2]), inner))
            stack.append(inner)
            if len(stack) > DEEPEST:
                message = "codes are nested too deeply"
                raise CodeError(message)
        elif len(stack) > 1:
            stack.pop()
        else:
            message = "a code is closed that was never opened"
            raise CodeError(message)
    if len(stack) > 1:
        message = "a code is opened that is never closed"
        raise CodeError(message)
    if end < len(coded):
        root.append(unescape(coded[end:]))
    return root


def shape(coded: str) -> Counter[str]:
    """The multiset of codes: what must be the same in source and answer."""
    return Counter(_CODE_LIKE.findall(coded))


def fits(source: str, target: str) -> bool:
    """May ``target`` stand for ``source``?  Same codes, well nested, none emptied."""
    if "<" not in source and "<" not in target:
        return bool(target.strip())
    if shape(source) != shape(target):
        return False
    try:
        pieces = parse(target)
    except CodeError:
        return False
    return bool(target.strip()) and not any(empty_pairs(pieces))


def empty_pairs(pieces: list[object]) -> Iterator[int]:
    """The numbers of paired codes that enclose nothing visible."""
    for piece in pieces:
        if isinstance(piece, tuple):
            number, inner = piece
            if not any(not isinstance(p, str) or p.strip() for p in inner):
                yield number
            yield from empty_pairs(inner)


def skeleton(coded: str, protected: Callable[[int], bool]) -> str:
    """What stays of a sentence when markup, case and punctuation are ignored.

    ``protected(n)`` tells whether code ``n`` keeps its place (without its number);
    emphasis disappears.  Two sentences with the same skeleton differ cosmetically only.
    """
    if "<" in coded:

        def mark(match: re.Match[str]) -> str:
            number = match[1] or match[2]
            if not number or not protected(int(number)):
                return ""
            return "\N{WHITE SQUARE}" if match[1] else "\N{WHITE CIRCLE}"

        coded = CODE.sub(mark, coded)
    text = _APOSTROPHES.sub("", unescape(coded))
    return " ".join(_PUNCTUATION.sub(" ", text).split()).casefold()
