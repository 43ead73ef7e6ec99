"""Raw markup: the codes a build would make of it, and text wherever there is doubt."""

from __future__ import annotations

from time import process_time

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser as RestParser
from docutils.utils import new_document
from hypothesis import given
from hypothesis import strategies as st
from myst_parser.parsers.docutils_ import Parser as MystParser

from amts_sphinx.exchange.markup import coded
from amts_sphinx.sphinx_ext.doctree import encode
from amts_sphinx.text import codes
from amts_sphinx.text.units import Code

SIGNS = "*`$[]()<>{}:\\_^!#&|~\n aZ1文"

REST = [
    "plain text & <b>",
    "see ``a  b`` there",
    "*a* and **b**, *two words*",
    "**1** is a number",
    r"a \* b \\ c",
    r"*a*\ 文",
    "a formula :math:`x  y` here",
    "`text <https://a.b/c>`_ and `more <https://d.e>`__",
    "`Named  Ref`_ is elsewhere",
    "notes [1]_ [#]_ [#lab]_ [*]_ [CIT2002]_",
    "2 * 3 * 4, ** not**, a*b*c",
    "H\\ :sub:`2`\\ O, the 5\\ :sup:`th`",
    "``f(*args, **kwargs)`` *a*",
]
MYST = [
    "plain text & more",
    "see `a  b` and ``a`b`` there",
    "*a* and **b** and ***c*** and *a **b** c*",
    "**1**, **$x$**, **`c`**, *a `c` b*",
    "文*强*文 文**强**文",
    r"a \* b \\ c \[no\](u)",
    "a formula $x^2$, {math}`x  y` and $\\$5$",
    "[t](https://a.b) [](https://a.b) [1](https://a.b) [$x$](https://a.b)",
    "[**s**](https://a.b) **[s](https://a.b)** [*s*](https://a.b)",
    '[t](https://a.b "title") [a [b] c](https://a.b) [t](https://a.b/c_(d))',
    "a [b] c, [d](, ](e)",
    "![alt](i.png) and [![alt](i.png)](https://u.v)",
]


#: what stays as it is, in text
NO_MARKUP = [
    "It costs $5 and $10, or US$ 3.",
    "2 * 3 * 4",
    "a*b*c and 2**3",
    "f(*args, **kwargs)",
    "* a list",
    "an ` alone, a ``pair` apart",
    "name_ and _name_ and __init__",
    "|a| and https://a.b and <https://a.b>",
    "[1] and [a][b] and [^] and [ ](",
    "10:30: {x} and :y: and {}`` ``",
    "$$ $$ and $ x$ and $x $ and $a\n\nb$",
    "****a**** and ~~b~~",
    "](u) ![ ]",
]
#: roles of Sphinx and its extensions, as a build with them reads them
ROLES = [
    (":ref:`Lab`", '<x id="1"/>', [("xref", "lab")]),
    ("{ref}`my title <Lab>`", '<g id="1">my title</g>', [("xref", "lab")]),
    (":doc:`a/b`", '<x id="1"/>', [("xref", "a/b")]),
    (":doc:`t <a/b>`", '<g id="1">t</g>', [("xref", "a/b")]),
    (":term:`Some thing`", '<g id="1">Some thing</g>', [("xref", "Some thing")]),
    ("{term}`t <Word>`", '<g id="1">t</g>', [("xref", "Word")]),
    (":py:func:`~a.b`", '<x id="1"/>', [("xref", "a.b")]),
    (":py:func:`t <a.b>`", '<x id="1"/>', [("xref", "a.b")]),
    (":any:`the t <Lab>`", '<g id="1">the t</g>', [("xref", "Lab")]),
    ("{download}`d <x.txt>`", '<g id="1">d</g>', [("link", "x.txt")]),
    (":eq:`e1`", '<x id="1"/>', [("xref", "e1")]),
    (
        "{numref}`Fig %s of {name} <Lab>`",
        '<g id="1">Fig <x id="2"/> of <x id="3"/></g>',
        [("xref", "lab"), ("placeholder", "%s"), ("placeholder", "{name}")],
    ),
    (":cite:`k1,k2`", '<x id="1"/>', [("citation", "k1,k2")]),
    ("{cite:p}`k1`", '<x id="1"/>', [("citation", "k1")]),
    ("a[^note]", 'a<x id="1"/>', [("footnote", "note")]),
    (":kbd:`x` {code}`y`", '<x id="1"/> <x id="2"/>', [("literal", c) for c in "xy"]),
    (":guilabel:`Open`", '<g id="1">Open</g>', [("inline", "")]),
    ("{abbr}`HTML (hyper)`", '<g id="1">HTML</g>', [("abbreviation", "")]),
    ("[t](../a/b.md#c)", '<g id="1">t</g>', [("xref", "../a/b")]),
    ("[t](#Lab) [u](x.zip)", None, [("link", "#Lab"), ("link", "x.zip")]),
]
HOSTILE = [
    *(
        "*",
        "**",
        "***",
        "* ",
        "a*",
        "*a ",
        "**a*",
        "`",
        "``` `` `",
        "`a",
        "$",
        "$a",
        "$$",
    ),
    *(
        "[",
        "]",
        "[a](",
        "](",
        "](a",
        "](a(b",
        '](a "',
        "](a '",
        "](<a",
        "[a](b)",
        "![[",
    ),
    *(
        ":a:`",
        "{a}`",
        ":aaaaaaaaaa",
        "{",
        ":a:`b <",
        "`a <b>`_",
        "\\",
        "\\`",
        "[^a",
        "[#",
    ),
    *("*1* ", "`a`", "*a* **b** `c` $d$ [e](f) ", "**a [b *c ", "](a  ", "](\n", "&<>"),
]


def _built(document: nodes.document) -> tuple[str, tuple[Code, ...]]:
    """What the build makes of the first paragraph."""
    found = encode(next(iter(document.findall(nodes.paragraph))).children)
    return found.text, found.codes


@pytest.mark.parametrize("raw", REST)
def test_restructuredtext_as_the_build_reads_it(raw: str) -> None:
    """Text and codes are those of the nodes docutils makes."""
    document = new_document("", get_default_settings(RestParser))
    RestParser().parse(raw, document)
    assert coded(raw) == _built(document)


@pytest.mark.parametrize("raw", MYST)
def test_myst_as_the_build_reads_it(raw: str) -> None:
    """Text and codes are those of the nodes MyST-Parser makes."""
    settings = {
        "myst_enable_extensions": ["dollarmath"],
        "report_level": 5,
        "_disable_config": True,
    }
    document = publish_doctree(raw, parser=MystParser(), settings_overrides=settings)
    assert coded(raw) == _built(document)


@pytest.mark.parametrize("raw", NO_MARKUP)
def test_in_doubt_it_is_text(raw: str) -> None:
    """Signs that may be just signs make no code."""
    assert coded(raw) == (codes.escape(raw), ())


@pytest.mark.parametrize(("raw", "text", "found"), ROLES)
def test_roles(raw: str, text: str | None, found: list[tuple[str, str]]) -> None:
    """Kind, payload and form are those a Sphinx build gives the role."""
    written, known = coded(raw)
    assert text in (None, written)
    assert known == tuple(Code(*code) for code in found)


def _is_sound(raw: str) -> None:
    """Well-formed, its codes numbered from 1 in order, each standing for something."""
    written, found = coded(raw)
    codes.parse(written)
    assert codes.numbers(written) == list(range(1, len(found) + 1))
    assert "<" not in codes.CODE.sub("", written)
    assert all(code.kind for code in found)


@given(st.text(st.sampled_from(SIGNS), max_size=40) | st.text(max_size=40))
def test_any_text_becomes_sound_coded_text(raw: str) -> None:
    """Whatever the signs, the result is well-formed, and words are not lost."""
    _is_sound(raw)


marked = st.sampled_from(
    [
        *(
            ("word", "word"),
            ("文字", "文字"),
            ("a < b & c", "a < b & c"),
            ("1.5", "1.5"),
        ),
        *(("*a*", "a"), ("**b c**", "b c"), ("***d***", "d"), ("*1*", "1")),
        *(("$x_1$", "x_1"), ("`f()`", "f()"), ("``g``", "g"), (":math:`y`", "y")),
        *(("[t](u)", "t"), ("[a *b* `c`](u)", "a b c"), ("**[v](w)**", "v")),
        *((":ref:`r <s>`", "r"), ("{doc}`s`", "s"), ("[1]_", "1"), (r"\*", "*")),
        *(("![i](j.png)", "j.png"), ("<x id='1'/>", "<x id='1'/>"), ("</g>", "</g>")),
    ]
)


@given(st.lists(marked, max_size=9))
def test_what_is_read_stays_readable(parts: list[tuple[str, str]]) -> None:
    """Words in and between codes, and what codes stand for, come in their order."""
    raw = " ".join(part[0] for part in parts)
    written, found = coded(raw)
    shown = codes.plain(written, [code.payload for code in found])
    assert shown == " ".join(part[1] for part in parts)
    _is_sound(raw)


@pytest.mark.parametrize("part", HOSTILE)
def test_time_is_linear(part: str) -> None:
    """A hundred thousand signs that never end cost about a second at most."""
    for raw in (part * (100_000 // len(part)), "a " + part * 20_000 + "z"):
        start = process_time()
        _is_sound(raw)
        assert process_time() - start < 3


def test_nesting_is_bounded() -> None:
    """Nobody below has to recurse deeper than a few codes."""
    raw = "".join(f"*a{n} **b{n} " for n in range(500)) + "c** d*" * 500
    written, _ = coded(raw)
    depth = deepest = 0
    for match in codes.CODE.finditer(written):
        depth += bool(match[2]) - (match[0] == "</g>")
        deepest = max(deepest, depth)
    assert 0 < deepest <= 8
