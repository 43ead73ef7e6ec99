"""Roles of reStructuredText and MyST by name: which code the build makes of each.

A role whose title is words is a paired code around them, as in ``sphinx_ext.doctree``;
one that shows what it names is opaque.  Roles nobody knows here are references: what
they show is not ours to translate.
"""

from __future__ import annotations

import re

from amts_sphinx.text.units import Code

_LITERAL = frozenset({"code", "file", "kbd", "literal", "regexp", "samp"})
#: roles whose text is looked into
_WORDS = {
    "emphasis": "emphasis",
    "dfn": "emphasis",
    "strong": "strong",
    "sub": "subscript",
    "subscript": "subscript",
    "sup": "superscript",
    "superscript": "superscript",
    "guilabel": "inline",
    "menuselection": "inline",
}
#: cross-references whose explicit title is words, not code
_TITLED = frozenset({"ref", "doc", "term", "numref", "any", "download"})
_LOWER = frozenset({"ref", "numref"})
_PLACEHOLDER = re.compile(r"(%s|\{name\}|\{number\})")


def role(name: str, content: str) -> tuple[Code, list[str | Code] | None]:
    """The code of a role, and the title it stands around if that is translated."""
    name = name.removeprefix("std:").lower()
    if name == "math" or name in _LITERAL:
        return Code("math" if name == "math" else "literal", fold(content)), None
    if name == "cite" or name.startswith("cite:"):
        return Code("citation", fold(content)), None
    if name in _WORDS:
        return Code(_WORDS[name], ""), [content]
    if name == "abbr":  # what it stands for is a message of its own
        return Code("abbreviation", ""), [content.partition("(")[0].rstrip()]
    title, target = titled(content)
    target = fold(target).removeprefix("~")
    code = Code(
        "link" if name == "download" else "xref",
        target.lower() if name in _LOWER else target,
    )
    if name == "term":
        title = title or target
    if not title or not (name in _TITLED or name.startswith("prf:")):
        return code, None
    return code, _template(title) if name == "numref" else [title]


def fold(text: str) -> str:
    """A text with every run of white space as one blank, none at the edges."""
    return " ".join(text.split())


def titled(content: str) -> tuple[str, str]:
    """``title <target>`` as its two parts; without a title, the target is all."""
    head, bracket, target = content.rstrip()[:-1].rpartition("<")
    if not (content.rstrip().endswith(">") and bracket and target.strip()):
        return "", content
    if head and not head[-1].isspace():
        return "", content
    return head.rstrip(), target


def _template(title: str) -> list[str | Code]:
    """The title of a numbered reference: where the number stands is a code."""
    return [
        Code("placeholder", part) if odd % 2 else part
        for odd, part in enumerate(_PLACEHOLDER.split(title))
        if part
    ]
