"""How the text of a language is cut into tokens before it is scored.

BLEU counts tokens, so a figure means nothing without its tokenizer: one Japanese pair
scores 0, 15, 48 or 53.  sacrebleu would choose by ``trg_lang``, but takes ``13a`` for
``zh-CN`` and ``zh_CN`` without a word; here the choice follows from the language's
primary subtag, and is always passed on by name.  Nothing is chosen that downloads a
model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from amts_sphinx.text.languages import PROFILES, profile, profile_of_sphinx

if TYPE_CHECKING:
    from collections.abc import Callable

#: Thai, Burmese, Khmer, Lao: no spaces between words, and no tokenizer in sacrebleu
_UNSPACED: Final = frozenset({"th", "my", "km", "lo"})
#: languages whose words a dictionary tells apart, which is an extra of the same name
_DICTIONARIES: Final = MappingProxyType({"ja": "ja-mecab", "ko": "ko-mecab"})


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """The way a language is tokenized."""

    name: str  #: sacrebleu's name of it, as in a signature: ``"zh"``, ``"13a"``
    note: str = ""  #: if it is a second choice: what is missing, in one line

    def split(self, text: str) -> list[str]:
        """The tokens of a line of text, as BLEU counts them."""
        # BLEU strips on the right, and parts tokens at any white space
        return self.function(text.rstrip()).split()

    @property
    def function(self) -> Callable[[str], str]:
        """What puts blanks between tokens; it remembers what it has read."""
        return _function(self.name)


def tokenizer(language: str) -> Tokenizer:
    """Choose the tokenizer of a language.

    ``language`` is an Amazon Translate code, a Sphinx language or anything that begins
    like one: ``zh``, ``zh-CN``, ``zh_CN`` and ``zh-Hant`` have the same tokenizer.

    Raises ValueError, in one line, for a language nobody knows.
    """
    code = profile_of_sphinx(language).code
    base = code.partition("-")[0]
    if base in _UNSPACED:
        return Tokenizer("char")
    if code not in PROFILES:
        profile(language)  # raises, and names the nearest
    if base == "zh":
        return Tokenizer("zh")
    name = _DICTIONARIES.get(base)
    if name is None:
        return Tokenizer("13a")
    if _is_there(name):
        return Tokenizer(name)
    return Tokenizer(
        "char",
        f"{base!r} is scored by characters; to score it by words: "
        f'pip install "amts-sphinx[{base}]"',
    )


@cache
def _function(name: str) -> Callable[[str], str]:
    """What puts blanks between the tokens of a line."""
    from sacrebleu.metrics.bleu import BLEU

    function: Callable[[str], str] = BLEU(tokenize=name).tokenizer
    return function


@cache
def _is_there(name: str) -> bool:
    """Can the tokenizer be made?  A package alone may lack its dictionary."""
    try:
        _function(name)
    except (RuntimeError, AssertionError):  # not installed; not the right dictionary
        return False
    return True
