"""Which of a file's languages is meant.

Files spell languages in many ways (``en-US``, ``zh_CN``, ``zh-Hans``); two spellings
are the same language if Amazon Translate has one code for them, so ``zh-TW`` is never
taken for ``zh`` nor ``es-MX`` for ``es``.  What a file leaves open is never guessed:
the error names the option that settles it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from amts_sphinx.exchange.errors import ExchangeError, problem, shown
from amts_sphinx.text.languages import PROFILES, profile_of_sphinx

#: a language as BCP 47 or a locale spells it: ``en``, ``zh-Hant-HK``, ``sr_RS@latin``
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}(?:[.@][\w-]{1,20}){0,2}")
#: so many languages of a file are named in an error
_NAMED = 8


def code_of(tag: str) -> str:
    """Amazon Translate's code for a file's spelling; "" for what names no language."""
    return profile_of_sphinx(tag).code if _TAG.fullmatch(tag) else ""


def pick(tags: Collection[str], code: str) -> str | None:
    """The spelling among a file's that means a language: its code, else the first."""
    if code in tags:
        return code
    return next((tag for tag in tags if code_of(tag) == code), None)


def only(path: Path, found: Iterable[str], side: str) -> str:
    """The code that is left for one side, "source" or "target".

    Only languages that Amazon Translate knows are found by themselves: ``yes`` and
    ``the`` look like codes too.

    Raises ExchangeError unless there is exactly one.
    """
    codes = sorted(PROFILES.keys() & set(found))
    if len(codes) == 1:
        return codes[0]
    names = ", ".join(codes[:_NAMED])
    state = f"may be any of {names}" if codes else "is not named"
    what = f"the {side} language {state}; give --{side}-language"
    raise ExchangeError(problem(path, 0, what))


def missing(path: Path, found: Iterable[str], code: str, side: str) -> ExchangeError:
    """The error for a language that a file does not hold."""
    names = ", ".join(sorted(set(map(code_of, found)) - {""})[:_NAMED])
    what = (
        f"there is nothing in the {side} language {shown(code)}, "
        f"only in {names or 'none'}; give another --{side}-language"
    )
    return ExchangeError(problem(path, 0, what))
