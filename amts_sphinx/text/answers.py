"""What an engine answered, read as coded text, and whether it may be one's translation.

Engines change what they do not understand: they put blanks into tags, translate quotes
and digits, escape once more or not at all.  Reading forgives what leaves no doubt about
which code is meant, and writes it as coded text again; whatever is still no code after
that is text.  Whether the text itself is plausible is asked separately: nothing here
judges a translation, only what can be no translation of anything (blank, cut short,
markup shown to the reader).

Patterns are bounded wherever blanks may repeat: an answer of any length is read in time
proportional to it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from amts_sphinx.text import codes

#: sources up to here say nothing about how long their translations are
_SHORT: Final = 40
#: how many times shorter or longer than its source a translation may be
_BAND: Final = 4
#: a Chinese, Japanese or Korean character says about as much as three others: English
#: is translated to about a third of its length, so that unweighted the lower end of
#: the band would stand among good Chinese sentences
_WIDE_WEIGHT: Final = 3
#: Chinese, Japanese and Korean characters
WIDE: Final = re.compile(
    "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)

_BIDI: Final = "\u202a-\u202e\u2066-\u2069"
_NOISE: Final = re.compile(rf"{codes.UNTEXT.pattern}|[\r{_BIDI}]")
#: an answer to a text without codes that has none of these needs no reading
_UNUSUAL: Final = re.compile(r"[<>&=_＜\\$]")
_RAW: Final = re.compile("[<>]|&(?!(?:amp|lt|gt);)")
_DOUBLE: Final = re.compile("&amp;(amp|lt|gt);")

_S: Final = r"\s{0,4}"  # NO-BREAK SPACE too, which French puts inside « »
_QUOTES: Final = "\"'`´“”„‟‘’‚‛«»‹›「」『』＂＇"


def _tag(less: str, more: str, quote: str, digit: str) -> re.Pattern[str]:
    """A pattern of tags; groups: slash before, name, number, slash behind."""
    slash, quotes = "([/／]?)", f"(?:{quote}){{0,2}}"
    number = f"id{_S}[=＝]{_S}{quotes}{_S}({digit}{{1,6}}){_S}{quotes}{_S}"
    return re.compile(
        f"{less}{_S}{slash}{_S}([xg]){_S}(?:{number})?{slash}{_S}{more}", re.IGNORECASE
    )


#: a code with blanks, in upper case, in other quotes, as an element with content
_LENIENT: Final = _tag("<", ">", f"[{_QUOTES}]", "[0-9]")
#: the same in full width, and with the digits of any script
_WIDER: Final = _tag("[<＜]", "[>＞]", f"[{_QUOTES}]", r"\d")
#: the same, escaped
_ESCAPED: Final = _tag(
    "(?:[<＜]|&lt;)",
    "(?:[>＞]|&gt;)",
    f"[{_QUOTES}]|&quot;|&apos;|&#3[49];",
    r"\d",
)

#: what no reader should see, by kind
_MARKUP: Final = re.compile(
    rf"""
    (?P<tag> [<＜][/／]?[^\W\d_][^<>＜＞]*[>＞] | <[!?][^<>]*>
           | [<＜]{_S}[/／]?{_S}[xg]{_S}[/／]?{_S}[>＞]
           | \b[xg]{_S}id{_S}[=＝]
           | <[/\s]{{0,4}}(?:[xg]{_S}(?:i[^<>]*)?)?\Z )  # cut off within a code
    | (?P<entity> &(?:[a-z][a-z0-9]{{1,31}}|\#[0-9]{{1,7}}|\#x[0-9a-f]{{1,6}}); )
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: what Amazon Translate puts in place of a name it is not to translate, and may forget
_TOKEN: Final = re.compile(r"DNT_[A-Z]{8,}|\\[(\[]|\\begin\{|\$\$")


def clean(source: str, answer: str) -> str:
    """The answer without what is no text, and none but the source's bidi controls.

    Stripped: the white space around a sentence is ours.
    """
    if _NOISE.search(answer):
        kept = set(re.findall(f"[{_BIDI}]", source))
        answer = _NOISE.sub(lambda noise: noise[0] if noise[0] in kept else "", answer)
    return answer.strip()


def is_plain(answer: str) -> bool:
    """Is a cleaned answer to a text without codes just its translation?"""
    return not _UNUSUAL.search(answer)


def as_is(source: str, answer: str, payloads: tuple[str, ...]) -> str | None:
    """A cleaned answer as coded text, if it was meant to be just that.

    ``payloads[n - 1]`` is what code ``n`` stands for.
    """
    rest = codes.CODE.sub(" ", answer)
    if "<" in rest and "<" in source:
        answer = _read(_LENIENT, answer, payloads)
        rest = codes.CODE.sub(" ", answer)
    return None if _RAW.search(rest) else answer


def normalised(source: str, answer: str, payloads: tuple[str, ...]) -> str:
    """A cleaned answer as coded text, whatever it is.

    What was escaped twice, or not at all, is escaped once, and what looks like a code
    becomes one; unless the source itself has text that looks like it.
    """
    if "&amp;" not in source:
        answer = _DOUBLE.sub(r"&\1;", answer)
    if "<" in source:
        answer = _read(_WIDER if "&lt;" in source else _ESCAPED, answer, payloads)
    parts: list[str] = []
    end = 0
    for code in codes.CODE.finditer(answer):
        parts += (_escaped(answer[end : code.start()]), code[0])
        end = code.end()
    return "".join((*parts, _escaped(answer[end:])))


def _escaped(text: str) -> str:
    return codes.escape(codes.unescape(text)) if _RAW.search(text) else text


def _read(tag: re.Pattern[str], answer: str, payloads: tuple[str, ...]) -> str:
    """The answer with every tag that is surely one of ours written as a code."""
    parts: list[str] = []
    end = opened = 0  # ``opened``: the number of ``<x id="1">`` if it was the last tag
    for match in tag.finditer(answer):
        parts += (answer[end : match.start()], match[0])
        end = match.end()
        number = int(match[3] or 0)
        name = match[2].lower()
        if name == "g":
            if match[1]:
                parts[-1] = "</g>"
            elif number:
                parts[-1] = codes.opening(number) + ("</g>" if match[4] else "")
        elif match[1]:
            if opened and _is_payload(parts[-2], opened, payloads):
                parts[-3:] = [codes.opaque(opened)]
        elif match[4] and number:
            parts[-1] = codes.opaque(number)
        opened = number if name == "x" and not (match[1] or match[4]) else 0
    return "".join((*parts, answer[end:]))


def _is_payload(content: str, number: int, payloads: tuple[str, ...]) -> bool:
    """May an opaque code enclose this?

    Not what another code stands for: the two were swapped.  Nor far more than the code
    itself stands for: it has swallowed a part of the text.
    """
    own = payloads[number - 1] if number <= len(payloads) else ""
    content = codes.unescape(content).strip()
    if content and content != own and content in payloads:
        return False
    return len(content) <= 2 * len(own) + 20


def plausible(source: str, answer: str) -> bool:
    """May the readable text ``answer`` be a translation of ``source``, by its form?

    As many tags and entities may be read as in the source, not the very same: a text
    such as ``<name>`` is translated too.
    """
    if any(map(str.isalpha, source)) and not any(map(str.isalpha, answer)):
        return False
    length, expected = _weight(answer), _weight(source)
    if len(source) <= _SHORT:
        if length > _SHORT * _BAND:
            return False
    elif not expected <= length * _BAND <= expected * _BAND * _BAND:
        return False
    return not leaks(source, answer)


def leaks(source: str, answer: str) -> bool:
    """Has the readable text ``answer`` markup that ``source`` has not?"""
    if is_plain(answer):
        return False
    return begins_formula(source, answer) or not _markup(answer) <= _markup(source)


def begins_formula(source: str, answer: str) -> bool:
    """Has ``answer`` what MathJax or Amazon takes for its own, and ``source`` not?"""
    return any(token not in source for token in _TOKEN.findall(answer))


def _weight(text: str) -> int:
    """The length of a text, in characters of an alphabet."""
    if text.isascii():
        return len(text)
    return len(text) + (_WIDE_WEIGHT - 1) * len(WIDE.findall(text))


def _markup(text: str) -> Counter[str | None]:
    return Counter(match.lastgroup for match in _MARKUP.finditer(text))
