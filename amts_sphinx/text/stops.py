"""Which stops end a sentence, as data: the repairs of all sentence splitters.

Every row is here because a splitter was seen to cut wrongly without it, or because a
book on a technical subject is full of it.  A new fault of a splitter is mended by a
word in a table, not by a line of code.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import Final

#: what an opaque code looks like to a splitter: a capitalised word of no language,
#: so that it may begin, continue or end a sentence like any noun
STAND_IN: Final = "Xqzj"

#: words that end no sentence although a stop follows.  Lower case stands for the
#: capitalised word too, "|" for a blank or nothing.  Key: the splitter's code for the
#: language; "" for the abbreviations of scholarly prose in any language.
NEVER_LAST: Final = MappingProxyType(
    {
        "": "e.|g i.|e cf vs viz resp approx w.|r.|t s.|t a.|k.|a eq eqs eqn eqns fig"
        " figs Sec Secs Dr Prof Mr Mrs Ms St",
        "de": "z.|B d.|h u.|a i.|d.|R bzw vgl ca Abb Abschn Gl Kap Tab Hr Fr",
        "es": "Sr Sra Srta Sres Dra Ud Uds Lic Ing Profa p.|ej EE ec ecs pág págs cap"
        " núm",
        "fr": "M MM Mme Mmes Mlle p.|ex c.-à-d éq chap",
        "it": "Sig Sig.ra Dott Dott.ssa Ing p.|es ad|es pag cap sez",
        "nl": "bijv d.|w.|z blz dhr mevr",
        "pl": "np tzn tzw rys",
        "pt": "Sr Sra Srta Dra Profa Eng p.|ex pág págs cap núm",
        "ru": "т.|е рис см напр гл",
        "tr": "örn bkz Doç Yrd Av Sn şek",
        "uk": "т.|е рис див напр гл",
        "vi": "TP Tp TX ThS TS PGS GS BS KS",
    }
)
#: words that end no sentence when a number, a bracket or an inline code follows
BEFORE_NUMBER: Final = (
    "al alg App Art ch chap cor def ex lem n no nos nr núm p pp prop ref refs sec secs"
    " tab thm ver vol vols"
)

STOPS: Final = ".!?…؟۔"  #: end a sentence if white space or CJK follows
WIDE_STOPS: Final = "。．！？｡।॥။።፧"  #: end a sentence whatever follows
#: end a sentence in one language only: ";" is the Greek question mark
OWN_STOPS: Final = MappingProxyType({"el": ";", "hy": "։:"})
CLOSERS: Final = "\"'”’»›)]}）］｝】」』》〉〕"  #: may follow a stop
OPENERS: Final = "\"'“‘„«‹([{（［｛【「『《〈〔¿¡"  #: may precede the first word
#: no sentence begins with one of these
NEVER_FIRST: Final = frozenset(",;:，、；：)]）】")
#: what encloses a remark, in which no sentence of the text around it ends
PAIRS: Final = MappingProxyType(dict(zip(")]）］】」』", "([（［【「『", strict=True)))

_CJK: Final = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\uffef"


@cache
def ends(code: str) -> re.Pattern[str]:
    """All that may stand between two sentences: stops, what closes, white space."""
    stops = re.escape(STOPS + OWN_STOPS.get(code, ""))
    # behind a blank, a bracket or French quote closes if no word is glued to it
    # (Python 3.11.2 matches nothing if that blank is not possessive as well)
    more = rf"[{stops}{WIDE_STOPS}{re.escape(CLOSERS)}]*+(?:\s++[)\]»](?=[\s.,;:]))*+"
    # a stop inside a number, name or path ends nothing: 3.5, np.sum, ?a=b, ../data
    return re.compile(rf"[{WIDE_STOPS}]{more}\s*|[{stops}]{more}(?:\s+|(?=[{_CJK}]))")


@cache
def hidden(code: str) -> re.Pattern[str]:
    """Everything whose stops end no sentence."""
    begin = rf"(?<![^\W{_CJK}])"
    never = _words(f"{NEVER_LAST['']} {NEVER_LAST.get(code, '')}")
    return re.compile(
        # the number is taken with its word: "Fig. 3." ends, "3." begins no item
        rf"{begin}(?:(?:{never})\."
        rf"|(?:{_words(BEFORE_NUMBER)})\.(?=\s?(?:[\d(\[]|{STAND_IN})))(?:\s?\d+)?"
        r"|(?:^|(?<=[.:;!?] ))(?:\d{1,3}|[A-Za-z])\.(?=\s)"  # "1." begins an item
    )


def hide(match: re.Match[str]) -> str:
    """Return as much text, but without a mark that a splitter could cut at."""
    return re.sub(r"[^\w\s]", "x", match[0])


def _words(words: str) -> str:
    """Return a pattern for any word of a row of the tables above."""
    return "|".join(
        (f"[{w[0]}{w[0].upper()}]" if w[0].islower() else re.escape(w[0]))
        + re.escape(w[1:]).replace(r"\|", r"\s?")
        for w in words.split()
    )
