"""The table of languages: complete, consistent, and found by any sensible spelling."""

from __future__ import annotations

from pathlib import Path

import pytest
import sphinx
from babel import Locale

from amts_sphinx.text.languages import PROFILES, profile, profile_of_sphinx

#: the 75 codes of Amazon Translate's developer guide
_CODES = (
    "af am ar az bg bn bs ca cs cy da de el en es es-MX et fa fa-AF fi fr fr-CA ga gu"
    " ha he hi hr ht hu hy id is it ja ka kk kn ko lt lv mk ml mn mr ms mt nl no pa pl"
    " ps pt pt-PT ro ru si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi zh"
    " zh-TW"
)
AMAZON = frozenset(_CODES.split())


def test_every_language_of_the_service_has_a_profile() -> None:
    """The keys are exactly the codes that the service accepts, each under its own."""
    assert set(PROFILES) == AMAZON
    assert all(row.code == code for code, row in PROFILES.items())


def test_sphinx_languages_are_distinct_and_lead_back() -> None:
    """No two rows share a Sphinx language, and each leads back to its row."""
    assert len({row.sphinx for row in PROFILES.values()}) == len(PROFILES)
    for row in PROFILES.values():
        assert profile_of_sphinx(row.sphinx) is row


@pytest.mark.parametrize("language", [row.sphinx for row in PROFILES.values()])
def test_sphinx_language_is_a_catalog_or_a_locale(language: str) -> None:
    """Sphinx has a catalog for the language, or babel at least can format its dates."""
    catalogs = Path(sphinx.__file__).with_name("locale")
    if not (catalogs / language).is_dir():
        assert Locale.parse(language).language


def test_regional_rows_differ_from_their_base() -> None:
    """Brazilian and European Portuguese, simple and traditional Chinese stay apart."""
    assert (profile("pt").sphinx, profile("pt-PT").sphinx) == ("pt_BR", "pt_PT")
    assert (profile("zh").sphinx, profile("zh-TW").sphinx) == ("zh_CN", "zh_TW")
    assert profile("zh").name != profile("zh-TW").name


def test_joiners() -> None:
    """Only Chinese and Japanese join sentences and broken lines without a space."""
    bare = {code for code, row in PROFILES.items() if not row.sentence_joiner}
    assert bare == {"ja", "zh", "zh-TW"}
    assert all(row.line_joiner == row.sentence_joiner for row in PROFILES.values())


def test_right_to_left() -> None:
    """The languages in Arabic and Hebrew script, and no other, run right to left."""
    found = {code for code, row in PROFILES.items() if row.right_to_left}
    assert found == {"ar", "fa", "fa-AF", "he", "ps", "ur"}


def test_the_splitter_knows_its_languages() -> None:
    """Pysbd serves exactly the rows it has rules for, regions included."""
    codes = pytest.importorskip("pysbd.languages").LANGUAGE_CODES
    for row in PROFILES.values():
        assert (row.splitter == "pysbd") == (row.splitter_code in codes), row.code


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("zh_CN", "zh"), ("zh-tw", "zh-TW"), ("pt-BR", "pt"), ("nb", "no"), ("esp", "es")],
)
def test_an_unknown_code_names_the_nearest(wrong: str, nearest: str) -> None:
    """The error shows the value, the nearest valid code, and all that is allowed."""
    with pytest.raises(ValueError, match=f"{wrong!r}; nearest: ") as caught:
        profile(wrong)
    assert f"nearest: {nearest!r}" in str(caught.value)
    assert all(code in str(caught.value) for code in AMAZON)


@pytest.mark.parametrize("wrong", ["", "klingon", "中文"])
def test_any_wrong_code_is_a_value_error(wrong: str) -> None:
    """Also what resembles nothing is answered by the same error."""
    with pytest.raises(ValueError, match="nearest"):
        profile(wrong)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en", "en"),
        ("en_GB", "en"),
        ("pt_BR", "pt"),
        ("pt", "pt"),
        ("zh", "zh"),
        ("zh_Hans", "zh"),
        ("zh_Hant_TW", "zh-TW"),
        ("zh_HK", "zh-TW"),
        ("zh_TW.Big5", "zh-TW"),
        ("de_AT", "de"),
        ("no", "no"),
        ("nn", "no"),
        ("sr@latin", "sr"),
        ("uk", "uk"),
    ],
)
def test_profile_of_a_sphinx_language(language: str, code: str) -> None:
    """Regions, scripts and old spellings find the row they belong to."""
    assert profile_of_sphinx(language) is PROFILES[code]


def test_a_language_without_a_row_has_a_generic_profile() -> None:
    """Esperanto can be a source language although the service does not know it."""
    found = profile_of_sphinx("eo")
    assert (found.code, found.sphinx) == ("eo", "eo")
    assert (found.sentence_joiner, found.splitter) == (" ", "sentencex")
