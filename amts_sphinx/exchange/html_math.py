"""Formulas on a web page: every way in which TeX comes along with what is shown.

Sphinx, Pandoc and MkDocs leave TeX in delimiters for MathJax; KaTeX, MediaWiki and
MathML converters keep it in an annotation; MathJax 2 keeps it in a script; pictures
have it as alternative text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from amts_sphinx.exchange.html_tree import Element, Item, text_of

_CLASSES: Final = frozenset({"math", "arithmatex", "math-renderer", "math-inline"})
_RENDERED: Final = frozenset(
    {"katex-display", "katex", "mwe-math-element", "MathJax_container"}
)
#: classes of a picture of a formula
_PICTURES: Final = frozenset({"math", "tex", "latex"})
_RENDERED_TAGS: Final = frozenset({"mjx-container", "math"})
_NUMBERS: Final = frozenset({"eqno", "headerlink", "tag", "MathJax_Preview"})
#: opening delimiter: closing delimiter, and whether the formula is set apart
_DELIMITERS: Final = {
    r"\(": (r"\)", False),
    r"\[": (r"\]", True),
    "$$": ("$$", True),
}
_OPENING = re.compile(r"\\\(|\\\[|\$\$")
_TEX = re.compile(r"[\\^_={}]")
#: what Sphinx lays around a formula of several lines; its source does not have it
_SPLIT = ("\\begin{split}", "\\end{split}")
#: a formula in running text is shorter; a stray delimiter reaches no further
_LONGEST: Final = 4000


class Formula(NamedTuple):
    """A formula and its form."""

    tex: str
    display: bool  #: set apart from the text


def formula_of(items: Sequence[Item], element: Element) -> Formula | None:
    """The formula that an element is; None if it is none."""
    tag, kind = element.tag, element.attributes.get("type", "")
    if tag == "script":
        if not kind.startswith("math/tex"):
            return None
        return Formula(text_of(items, element, frozenset()).strip(), "display" in kind)
    if tag == "img":
        return _rendered(items, element) if element.classes & _PICTURES else None
    if tag in _RENDERED_TAGS or element.classes & _RENDERED:
        return _rendered(items, element)
    if tag != "math-renderer" and (
        tag not in {"span", "div", "p", "code"} or not element.classes & _CLASSES
    ):
        return None
    inner = _rendered(items, element)
    if inner:
        return Formula(inner.tex, inner.display or tag == "div")
    tex, delimited = _bare(text_of(items, element, _NUMBERS).strip())
    if not delimited and tag in {"div", "p"} and not _TEX.search(tex):
        return None  # a theorem in words
    display = delimited == "display" or tag == "div" or "display" in element.classes
    return Formula(tex, display) if tex else None


def _rendered(items: Sequence[Item], element: Element) -> Formula | None:
    """The formula of MathML or of a picture inside an element, if there is one."""
    display = "katex-display" in element.classes or (
        element.attributes.get("display") in {"block", "true"}
    )
    for at in range(element.index, element.end):
        item = items[at]
        if isinstance(item, Element):
            if item.tag == "math":
                display = display or item.attributes.get("display") == "block"
                return Formula(_tex_of_mathml(items, item), display)
            if item.tag == "img" and item.attributes.get("alt"):
                return Formula(_bare(item.attributes["alt"].strip())[0], display)
    return None


def _tex_of_mathml(items: Sequence[Item], math: Element) -> str:
    """The TeX that MathML was made from; what it shows where that is not told."""
    for at in range(math.index + 1, math.end):
        item = items[at]
        if isinstance(item, Element) and item.tag == "annotation":
            encoding = item.attributes.get("encoding", "").lower()
            if "tex" in encoding:
                return _unstyled(text_of(items, item, frozenset()))
    said = math.attributes.get("alttext", "")
    return _unstyled(said or "".join(text_of(items, math, frozenset()).split()))


def _unstyled(tex: str) -> str:
    r"""TeX without the ``{\displaystyle …}`` that MediaWiki lays around it."""
    tex = tex.strip()
    for style in ("{\\displaystyle", "{\\textstyle"):
        if tex.startswith(style) and tex.endswith("}"):
            return tex[len(style) : -1].strip()
    return tex


def _bare(tex: str) -> tuple[str, str]:
    """A formula without its delimiters, and which they were."""
    delimited = ""
    for opening, (closing, display) in _DELIMITERS.items():
        if len(tex) >= len(opening + closing) and tex.startswith(opening):
            if not tex.endswith(closing):
                continue
            tex = tex[len(opening) : -len(closing)].strip()
            delimited = "display" if display else "inline"
            break
    else:
        if len(tex) > 1 and tex[0] == tex[-1] == "$":
            tex, delimited = tex[1:-1].strip(), "inline"
    if tex.startswith(_SPLIT[0]) and tex.endswith(_SPLIT[1]):
        tex = tex[len(_SPLIT[0]) : -len(_SPLIT[1])].strip()
    return tex, delimited


def divide(text: str) -> Iterator[str | Formula]:
    """Running text and the formulas that stand in it in MathJax's delimiters."""
    start = at = 0
    unclosed: set[str] = set()
    while match := _OPENING.search(text, at):
        closing, display = _DELIMITERS[match[0]]
        at = match.end()
        if match[0] in unclosed:
            continue
        end = text.find(closing, at)
        if end < 0:
            unclosed.add(match[0])
        tex = text[at : max(end, at)].strip()
        if not tex or end - at > _LONGEST or "\n\n" in tex:
            continue
        yield text[start : match.start()]
        yield Formula(tex, display)
        start = at = end + len(closing)
    yield text[start:]
