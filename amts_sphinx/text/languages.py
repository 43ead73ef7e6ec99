"""What the house must know about a language, as data.

One row for each language Amazon Translate translates ("Supported languages and language
codes" of its developer guide).  Its code is the key of ``amts_languages``, as it is
what a maintainer types and what an engine is sent; all the rest follows from the row:

- *Sphinx language*: the folder in ``sphinx/locale`` whose catalog is filled (``nb``
  rather than ``no``, ``uk_UA``, ``zh_CN``), else the CLDR code; a regional code such as
  ``es_MX`` falls back to ``es`` in gettext, in docutils and in Sphinx's search.
- *name*: CLDR's name of the language in itself, capitalised as in a menu.
- *joiners*: Chinese and Japanese put no space between sentences, nor where a line of
  source was broken; Thai has none between words but one between sentences.
- *splitter*: pysbd where it has rules of its own, sentencex everywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class LanguageProfile:
    """All that depends on the language and on nothing else."""

    code: str  #: Amazon Translate's code, the key of ``amts_languages``: ``"zh-TW"``
    sphinx: str  #: what Sphinx and docutils call it: ``"zh_TW"``
    name: str  #: its name in itself: ``"中文（繁體）"``
    sentence_joiner: str  #: what stands between two sentences: ``""`` or ``" "``
    line_joiner: str  #: what a line break between two CJK characters becomes
    splitter: str  #: ``"pysbd"`` or ``"sentencex"``
    splitter_code: str  #: the code the splitter knows the language by
    right_to_left: bool = False  #: is it written from right to left?


#: scripts without a space between sentences
_UNSPACED: Final = frozenset({"ja", "zh"})
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ps", "ur"})
#: the languages of ``pysbd.languages.LANGUAGE_CODES``, pysbd 0.3.4
_PYSBD: Final = frozenset(
    {"am", "ar", "bg", "da", "de", "el", "en", "es", "fa", "fr", "hi", "hy", "it"}
    | {"ja", "kk", "mr", "my", "nl", "pl", "ru", "sk", "ur", "zh"},
)

#: Amazon Translate's code, Sphinx's language, the language's own name
_ROWS: Final = (
    ("af", "af", "Afrikaans"),
    ("am", "am", "አማርኛ"),
    ("ar", "ar", "العربية"),
    ("az", "az", "Azərbaycan"),
    ("bg", "bg", "Български"),
    ("bn", "bn", "বাংলা"),
    ("bs", "bs", "Bosanski"),
    ("ca", "ca", "Català"),
    ("cs", "cs", "Čeština"),
    ("cy", "cy", "Cymraeg"),
    ("da", "da", "Dansk"),
    ("de", "de", "Deutsch"),
    ("el", "el", "Ελληνικά"),
    ("en", "en", "English"),
    ("es", "es", "Español"),
    ("es-MX", "es_MX", "Español (México)"),
    ("et", "et", "Eesti"),
    ("fa", "fa", "فارسی"),
    ("fa-AF", "fa_AF", "دری"),
    ("fi", "fi", "Suomi"),
    ("fr", "fr", "Français"),
    ("fr-CA", "fr_CA", "Français (Canada)"),
    ("ga", "ga", "Gaeilge"),
    ("gu", "gu", "ગુજરાતી"),
    ("ha", "ha", "Hausa"),
    ("he", "he", "עברית"),
    ("hi", "hi", "हिन्दी"),
    ("hr", "hr", "Hrvatski"),
    ("ht", "ht", "Kreyòl ayisyen"),
    ("hu", "hu", "Magyar"),
    ("hy", "hy", "Հայերեն"),
    ("id", "id", "Indonesia"),
    ("is", "is", "Íslenska"),
    ("it", "it", "Italiano"),
    ("ja", "ja", "日本語"),
    ("ka", "ka", "ქართული"),
    ("kk", "kk", "Қазақ тілі"),
    ("kn", "kn", "ಕನ್ನಡ"),
    ("ko", "ko", "한국어"),
    ("lt", "lt", "Lietuvių"),
    ("lv", "lv", "Latviešu"),
    ("mk", "mk", "Македонски"),
    ("ml", "ml", "മലയാളം"),
    ("mn", "mn", "Монгол"),
    ("mr", "mr", "मराठी"),
    ("ms", "ms", "Melayu"),
    ("mt", "mt", "Malti"),
    ("nl", "nl", "Nederlands"),
    ("no", "nb", "Norsk bokmål"),
    ("pa", "pa", "ਪੰਜਾਬੀ"),
    ("pl", "pl", "Polski"),
    ("ps", "ps", "پښتو"),
    ("pt", "pt_BR", "Português (Brasil)"),
    ("pt-PT", "pt_PT", "Português (Portugal)"),
    ("ro", "ro", "Română"),
    ("ru", "ru", "Русский"),
    ("si", "si", "සිංහල"),
    ("sk", "sk", "Slovenčina"),
    ("sl", "sl", "Slovenščina"),
    ("so", "so", "Soomaali"),
    ("sq", "sq", "Shqip"),
    ("sr", "sr", "Српски"),
    ("sv", "sv", "Svenska"),
    ("sw", "sw", "Kiswahili"),
    ("ta", "ta", "தமிழ்"),
    ("te", "te", "తెలుగు"),
    ("th", "th", "ไทย"),
    ("tl", "tl", "Filipino"),
    ("tr", "tr", "Türkçe"),
    ("uk", "uk_UA", "Українська"),
    ("ur", "ur", "اردو"),
    ("uz", "uz", "O‘zbek"),
    ("vi", "vi", "Tiếng Việt"),
    ("zh", "zh_CN", "中文（简体）"),
    ("zh-TW", "zh_TW", "中文（繁體）"),
)

#: other spellings in use (BCP 47 scripts and regions), lower case
_ALIASES: Final = MappingProxyType(
    {
        "fil": "tl",
        "nn": "no",
        "yue": "zh-TW",
        "zh_hant": "zh-TW",
        "zh_hk": "zh-TW",
        "zh_mo": "zh-TW",
    }
)


def _profile(code: str, sphinx: str, name: str) -> LanguageProfile:
    """The profile that follows from one row."""
    base = code.partition("-")[0]
    joiner = "" if base in _UNSPACED else " "
    return LanguageProfile(
        code=code,
        sphinx=sphinx,
        name=name,
        sentence_joiner=joiner,
        line_joiner=joiner,
        splitter="pysbd" if base in _PYSBD else "sentencex",
        splitter_code=base,
        right_to_left=base in _RIGHT_TO_LEFT,
    )


#: every language Amazon Translate supports, by its code
PROFILES: Final[Mapping[str, LanguageProfile]] = MappingProxyType(
    {code: _profile(code, sphinx, name) for code, sphinx, name in _ROWS},
)
_BY_SPELLING: Final = MappingProxyType(
    {code.lower().replace("-", "_"): code for code in PROFILES}
    | {row.sphinx.lower(): row.code for row in PROFILES.values()}
    | _ALIASES,
)


def profile(code: str) -> LanguageProfile:
    """Return the profile of an Amazon Translate code.

    Raises ValueError that names the nearest code, which for a Sphinx spelling such as
    ``zh_CN`` is the code of that language.
    """
    if code in PROFILES:
        return PROFILES[code]
    spelling = code.lower().replace("-", "_")
    near = get_close_matches(spelling, _BY_SPELLING, n=1, cutoff=0.0)
    nearest = _BY_SPELLING[near[0]]
    message = f"unknown language {code!r}; nearest: {nearest!r}; allowed: " + ", ".join(
        sorted(PROFILES)
    )
    raise ValueError(message)


def profile_of_sphinx(language: str) -> LanguageProfile:
    """Return the profile of a Sphinx language such as ``zh_CN``, ``en_GB`` or ``de``.

    A region without a row of its own has the profile of its language; a language
    without a row has a generic profile, so that any source language can be read.
    """
    subtags = re.split("[-_.@]", language.lower())
    for length in range(len(subtags), 0, -1):
        code = _BY_SPELLING.get("_".join(subtags[:length]))
        if code:
            return PROFILES[code]
    return _profile(subtags[0], language, language)
