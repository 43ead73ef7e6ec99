"""Raw markup that was left in a text: what no engine should learn to write."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"\$(?!\s)(?:\\.|[^$\\])+\$")
_BRACKET = re.compile(r"\[\d+\]")
_RESIDUE = re.compile(
    r"""
      ``` | ~~~
    | (?<!\\)\$(?!\d|[A-Z]{2})                 # half a formula; no price, no $PATH
    | \#{3,} | (?<!\S)\#\#\s                   # heading
    | :[A-Za-z][\w:+.-]{0,40}:`                       # role, as reStructuredText has it
    | :(?:numref|ref|eqref|eqlabel|label|cite[tp]?|citet|citep|doc|math|width|begin_tab
        |end_tab):
    | \{[A-Za-z][\w:+.-]{0,40}\}`                     # role, as MyST has it
    | \{(?:ref|numref|eq|doc|cite(?::\w+)?|term|math|download)\}
    | \]\((?=[^()\s]*[./\#:])[^()\s]*\)           # link
    | </?[gx]\b[^<>]*>                           # inline code
    | </?(?:a|b|big|blockquote|br|code|dd|div|dl|dt|em|font|h[1-6]|hr|i|img|kbd|li|ol|p
        |pre|s|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)
      (?:\s[^<>]*)?/?>                           # HTML
    | &(?:[A-Za-z]{2,8}|\#\d{1,7}|\#x[0-9A-Fa-f]{1,6});
    | \*\*(?=\S)[^*]*[^*\s]\*\*(?!\w)            # strong
    """,
    re.VERBOSE | re.ASCII,
)


def prose(text: str) -> str:
    """The text without formulas and the numbers that stand for references."""
    return " ".join(_BRACKET.sub(" ", _FORMULA.sub(" ", text)).split())


def has_residue(text: str) -> bool:
    """Is there raw markup in a text?"""
    return bool(_RESIDUE.search(prose(text)))
