"""What the aligner reads in a sentence: a set of comparable tokens.

Two kinds matter. An *identity token* looks the same in every language: a formula, a
code word, the target of a reference, a citation key, a URL, a number. Finding it on
both sides is the best evidence there is, so it keeps its surface and gets a mark in
front that no word has. It is found in plain text and in the markup of MyST and
reStructuredText alike. Everything else only feeds a lexicon, so it is cut to what
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
#: What a number is multiplied by if this follows it.
_SCALES = {
    **dict.fromkeys(("thousand", "mil", "bin", "nghìn", "ngàn"), 10**3),
    **dict.fromkeys(("million", "millones", "milhões", "milyon", "triệu"), 10**6),
    **dict.fromkeys("万萬만", 10**4),
    **dict.fromkeys("亿億억", 10**8),
}
_TOKEN = re.compile(
    rf"""
      (?P<url> https?://[!#-&*-;=?-Z_a-z~]+ )
    | \]\((?P<link> [^()\s]+ )\)
    | (?P<role> (?: :[\w:+-]+: | \{{[\w:+-]+\}} ) `[^`]+` )
    | \${{1,2}}(?P<math> (?!\s) (?:\\.|[^$\\])+ ) \${{1,2}}
    | `+(?P<code> [^`]+ )`+
    | <(?P<tag> /?[gx]\b[^<>]* )>
    | \[(?P<cite> @[^\]]+ )\]
    | \{{(?P<reference> [^{{}}\s]+ )\}}
    | (?P<number> \d+ (?:[.,]\d+)* (?: [ ]? (?:{"|".join(_SCALES)}) (?![a-z]) )? )
    | (?P<dense> [{_DENSE}]+ )
    | (?P<word> [^\W\d_{_DENSE}]+ )
    | (?P<mark> [?!:;(%"] )
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
#: A number that a float multiplies without error, or nearly.
_MODEST = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
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
    """Drop thousands separators; write the decimal mark as a point; know `5万`."""
    bare = _NUMBER.match(surface)
    figures = bare[0] if bare else surface
    if _THOUSANDS.fullmatch(figures):
        figures = re.sub("[.,]", "", figures)
    figures = figures.replace(",", ".")
    scale = _SCALES.get(surface[bare.end() :].strip() if bare else "")
    if scale and _MODEST.fullmatch(figures):
        figures = f"{float(figures) * scale:.0f}"
    return ["#" + figures]


def _math(surface: str) -> list[str]:
    """Make a formula comparable; `$2$` is the number 2."""
    bare = _MATH_NOISE.sub(lambda match: match[1] or "", surface)
    return _number(bare) if _NUMBER.fullmatch(bare) else ["$" + bare]


def _role(surface: str) -> list[str]:
    """Read a role by its name: citation, formula, reference or code."""
    name, _, content = surface.strip("`").partition("`")
    name = name.strip("{:}")
    if name.startswith(("cite", "footcite")):
        return _citation(re.sub(r"([^\s;,]+)", r"@\1", content))
    if name == "math":
        return _math(content)
    if name in {"code", "literal", "kbd", "file", "command"}:
        return _code(content)
    target = re.search(r"<([^<>]+)>\s*\Z", content)
    return _reference(target[1] if target else content.strip())


def _citation(surface: str) -> list[str]:
    """Give each key of a citation its own token."""
    return ["@" + key for key in re.findall(r"@([^\s;,]+)", surface)]


def _dense(surface: str) -> list[str]:
    """Cut a run of characters into overlapping pairs; an ideograph is a token too."""
    pairs = [surface[i : i + 2] for i in range(len(surface) - 1)]
    return [*pairs, *_IDEOGRAPH.findall(surface)] or [surface]


def _url(surface: str) -> list[str]:
    """Drop the punctuation of the sentence around a URL, and its protocol."""
    return ["/" + re.sub(r"\Ahttps?://", "", surface).rstrip(".,;:!?/")]


def _tag(surface: str) -> list[str]:
    """Count opaque inline codes; paired ones only say how words are printed."""
    return ["<" + " ".join(surface.strip("/ ").split())] if surface[0] == "x" else []


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
    "link": _url,
    "role": _role,
    "math": _math,
    "code": _code,
    "tag": _tag,
    "cite": _citation,
    "reference": _reference,
    "number": _number,
    "dense": _dense,
    "word": _word,
    "mark": _mark,
}
