"""What the aligner reads in a sentence: a set of comparable tokens.

Two kinds matter. An *identity token* looks the same in every language: a formula, a
code word, the target of a reference, a citation key, a URL, a number. Finding it on
both sides is the best evidence there is, so it keeps its surface and gets a mark in
front that no word has. Everything else only feeds a lexicon, so it is cut to what
survives inflection: words to their first five letters, scripts without spaces to pairs
of characters, which need no word segmenter.
"""

from __future__ import annotations

import re
import unicodedata

#: Scripts written without spaces (or, Korean, with endings glued to the stem).
_DENSE = (
    "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_TOKEN = re.compile(
    rf"""
      (?P<url> https?://[!#-&*-;=?-Z_a-z~]+ )
    | \$(?P<math> (?!\s) (?:\\.|[^$\\])+ ) \$
    | `(?P<code> [^`]+ )`
    | \[(?P<cite> @[^\]]+ )\]
    | \{{(?P<reference> [^{{}}\s]+ )\}}
    | (?P<number> \d+ (?:[.,]\d+)* )
    | (?P<dense> [{_DENSE}]+ )
    | (?P<word> [^\W\d_{_DENSE}]+ )
    | (?P<mark> [?!:;(%"] )
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MATH_NOISE = re.compile(r"\s+|\\(?:text|mathrm|operatorname)\{([^{}]*)\}")
_MARKS = frozenset("#$`{@/")
_STEM = 5
#: A Chinese character means something by itself, a letter of other scripts does not.
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def tokens(text: str) -> list[str]:
    """Return the distinct tokens of *text*, in order of first appearance."""
    found: dict[str, None] = {}
    plain = unicodedata.normalize("NFKC", text.replace("，", ", "))
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or ""
        for token in _READ[kind](match[kind]):
            found[token] = None
    return list(found)


def is_identity(token: str) -> bool:
    """Tell whether *token* should look the same in every language."""
    return token[0] in _MARKS


def _number(surface: str) -> list[str]:
    """Drop thousands separators; write the decimal mark as a point."""
    if _THOUSANDS.fullmatch(surface):
        return ["#" + re.sub("[.,]", "", surface)]
    return ["#" + surface.replace(",", ".")]


def _math(surface: str) -> list[str]:
    """Make a formula comparable; `$2$` is the number 2."""
    bare = _MATH_NOISE.sub(lambda match: match[1] or "", surface)
    return _number(bare) if _NUMBER.fullmatch(bare) else ["$" + bare]


def _citation(surface: str) -> list[str]:
    """Give each key of a citation its own token."""
    return ["@" + key for key in re.findall(r"@([^\s;,]+)", surface)]


def _dense(surface: str) -> list[str]:
    """Cut a run of characters into overlapping pairs; an ideograph is a token too."""
    pairs = [surface[i : i + 2] for i in range(len(surface) - 1)]
    return [*pairs, *_IDEOGRAPH.findall(surface)] or [surface]


def _url(surface: str) -> list[str]:
    """Drop the punctuation of the sentence around a URL."""
    return ["/" + surface.rstrip(".,;:!?/")]


def _code(surface: str) -> list[str]:
    """Keep a code word as it is."""
    return ["`" + surface.strip()]


def _reference(surface: str) -> list[str]:
    """Keep the target of a reference as it is."""
    return ["{" + surface]


def _word(surface: str) -> list[str]:
    """Cut a word to what survives inflection."""
    return [surface.casefold()[:_STEM]]


def _mark(surface: str) -> list[str]:
    """Keep what ends a question or opens a bracket."""
    return [surface]


_READ = {
    "url": _url,
    "math": _math,
    "code": _code,
    "cite": _citation,
    "reference": _reference,
    "number": _number,
    "dense": _dense,
    "word": _word,
    "mark": _mark,
}
