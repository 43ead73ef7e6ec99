"""A book of two kinds of markup, and an attack for each of its sentences.

Frogs and newts sing in it, each with a number: that of the payload which translates the
sentence.  Payloads are after the builder (which might include a file from outside of
the book), after parsers, or after the reader's browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from amts_sphinx.text import codes
from amts_sphinx.text.units import Question

#: what the file outside of the book says
OUTSIDE = "the-diary-of-the-heron"
FILE = "../secret.txt"
ALERT = "alert(1)"

PAYLOADS: dict[int, str] = {
    1: f".. include:: {FILE}",
    2: f".. literalinclude:: {FILE}",
    3: f"```{{include}} {FILE}\n```",
    4: f"<script>{ALERT}</script>",
    5: f"<img src=x onerror={ALERT}>",
    6: f"`x <javascript:{ALERT}>`_",
    7: f"[x](javascript:{ALERT})",
    8: f".. raw:: html\n\n   <script>{ALERT}</script>",
    9: f".. csv-table::\n   :file: {FILE}",
    10: f"```{{eval-rst}}\n.. include:: {FILE}\n```",
    11: f"```{{raw}} html\n<script>{ALERT}</script>\n```",
    12: f".. raw:: html\n   :file: {FILE}",
    13: f'"></p></span><svg onload="{ALERT}">',
}
#: those that an engine's answer may say: no reader sees markup in them
PLAIN = frozenset({1, 2, 3, 7, 9, 10, 12})

ANIMALS = ("Frog", "Newt")
#: a frog's payload is the whole translation, as it is; a newt's comes after some words,
#: escaped as text is
SUBJECT = re.compile(r"(Frog|Newt) number ([0-9]+)")
#: where a payload stands in a line it stands behind a word, otherwise below it
INLINE = frozenset({4, 5, 6, 7, 13})

_INDEX = """\
Waters
======

.. toctree::
   :caption: Newt number 5 sings.

   Newt number 4 sings. <pond>
   meadow

.. math:: x
"""
_POND = """\
.. meta::
   :description: Newt number 13 sings.

Pond
====

Frog number 4 sings, Newt
-------------------------

.. index:: Newt number 5 sings.

{sentences}

.. math:: x

With *Newt number 6 sings* and `Newt number 7 <https://example.org>`_, :math:`x` too.

* Newt number 8 sings.

.. figure:: pond.png
   :alt: Newt number 13 sings loudly.

   Newt number 5 sings loudly.

.. list-table:: Newt number 4 sings loudly.

   * - Newt number 6 sings loudly.

Newt number 9 sings :abbr:`N5 (Newt number 13 sings a lot.)` a lot.
    Frog number 1 sings a lot. [#n]_

.. [#n] Newt number 12 sings a lot.

.. note:: Newt number 10 sings a lot.
"""
_MEADOW = """\
# Meadow

## Newt number 4 sings there

{sentences}

$$x$$

With *Newt number 6 sings* and [Newt number 7](https://example.org), $x$ too.

- Newt number 8 sings there.

![Newt number 13 sings there](pond.png)

| Newt number 5 sings there. |
|---|
| Newt number 6 sings there. |

```{{note}}
Newt number 10 sings there. Frog number 2 sings there.
```
"""
#: the pages by name, with the form that code has there
PAGES = {
    "index.rst": (_INDEX, ""),
    "pond.rst": (_POND, ".. code::\n\n   {}"),
    "meadow.md": (_MEADOW, "```\n{}\n```"),
}
_CONF = """\
import sys
sys.path.insert(0, {folder!r})
project = "Waters"
language = "en"
html_theme = "alabaster"
show_warning_types = True
html_copy_source = False
exclude_patterns = ["zh"]
extensions = ["myst_parser", "amts_sphinx"]
myst_enable_extensions = ["dollarmath"]
amts_languages = {languages!r}
"""
ENGINE = '''
import json
from pathlib import Path

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text("utf-8"))


class Evil:
    """Answers what it was told."""

    name = "evil"

    def __init__(self, source, target):
        pass

    def translate(self, segments):
        return [ANSWERS.get(segment) for segment in segments]
'''


def filled(page: str) -> str:
    """A page with a sentence of each animal for each payload.

    Between them stands code: by it those of another language find their places.
    """
    template, code = PAGES[page]
    parts = [
        f"{animal} number {number} sings.\n\n" + code.format(f"{animal[0]}{number}")
        for number in PAYLOADS
        for animal in ANIMALS
    ]
    return template.format(sentences="\n\n".join(parts))


def spoken(text: str) -> tuple[str, int] | None:
    """Who sings in a sentence."""
    match = SUBJECT.search(text)
    return (match[1], int(match[2])) if match else None


def behind(number: int) -> str:
    """A payload behind a word."""
    return ("蝾螈 " if number in INLINE else "蝾螈。\n\n") + PAYLOADS[number]


def payload(text: str) -> str | None:
    """The attack that translates a sentence, as coded text; None if there is none."""
    found = spoken(text)
    if not found:
        return None
    animal, number = found
    return PAYLOADS[number] if animal == "Frog" else codes.escape(behind(number))


def attack(question: Question) -> str | None:
    """The same with the sentence's codes: each text between them is the payload."""
    text = payload(question.text)
    if text is None or "<" not in question.text:
        return text
    return "".join(
        f" {text} " if not is_code and codes.has_letters(part) else part
        for begin, end, is_code in codes.runs(question.text)
        for part in (question.text[begin:end],)
    )


def write_conf(source: Path, languages: Mapping[str, object]) -> None:
    """The book's configuration."""
    conf = _CONF.format(folder=str(source), languages=languages)
    (source / "conf.py").write_text(conf, "utf-8")
