"""The whole configuration: declared once, validated once, then frozen.

What a user may get wrong ends in one ``ConfigError`` that names the option, the value,
what is allowed and the nearest valid name.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError

from amts_sphinx.sphinx_ext.handover import has_conf
from amts_sphinx.sphinx_ext.options import (
    ENGINES,
    FROZEN,
    GATES,
    LANGUAGE_KEYS,
    LOCAL,
    OPTIONS,
    Option,
)
from amts_sphinx.text.languages import LanguageProfile, profile, profile_of_sphinx

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


@dataclass(frozen=True)
class Reference:
    """An existing human translation of the book."""

    translation: Path  #: folder of the translated book
    source: Path | None = None  #: folder of the source it was made from, if older


@dataclass(frozen=True)
class Language:
    """Everything configured for one target language."""

    profile: LanguageProfile
    engine: str
    #: settings of the engine
    options: Mapping[str, object] = field(default_factory=dict)
    reference: Reference | None = None
    terminology: Path | None = None
    conf: Mapping[str, object] = field(default_factory=dict)

    def overrides(self, source_language: str) -> dict[str, object]:
        """What makes a build of the book one of this language."""
        return {
            **self.conf,
            "language": self.profile.sphinx,
            "amts_source_language": source_language,
            "amts_target": self.profile.code,
        }


@dataclass(frozen=True)
class AmtsConfig:
    """The validated configuration of a build."""

    languages: Mapping[str, Language]  #: by Amazon Translate code, in declared order
    source: LanguageProfile  #: the language the book is written in
    builder: str
    memory_dir: Path
    cache_dir: Path
    mark_origin: bool
    stale: tuple[float, float]  #: likeness: shown before the machine's, for nothing
    skip: tuple[str, ...]
    budget: float  #: in the currency of the engine's price
    batch_wait: bool  #: a build waits for the jobs it has started
    frozen: bool  #: nothing is sent anywhere

    def skips(self, docname: str) -> bool:
        """Is the page left in the source language?"""
        return any(fnmatchcase(docname, pattern) for pattern in self.skip)


def register(app: Sphinx) -> None:
    """Declare every option to Sphinx."""
    for option in OPTIONS:
        app.add_config_value(
            option.name, option.default, option.rebuild, frozenset(option.types)
        )


def declared(config: Config) -> dict[str, dict[str, Any]]:
    """The declared languages and their settings, not yet validated in depth.

    Raises ConfigError when the value is of no usable form.
    """
    value = config.amts_languages
    if isinstance(value, str):
        value = [code.strip() for code in value.split(",") if code.strip()]
    if isinstance(value, list | tuple):
        value = {code if isinstance(code, str) else repr(code): {} for code in value}
    if not isinstance(value, dict):
        raise _wrong("amts_languages", value, 'a dict such as {"zh": {}}')
    for code, settings in value.items():
        if not isinstance(settings, dict):
            raise _wrong(f"amts_languages[{code!r}]", settings, "a dict")
    return value


def load(config: Config, confdir: Path, source_language: str) -> AmtsConfig:
    """The validated configuration.

    Raises ConfigError for the first wrong value.
    """
    for option in OPTIONS:
        _check_type(option, config[option.name])
    _check_values(config)
    languages = {
        code: _language(config, confdir, code, settings)
        for code, settings in declared(config).items()
    }
    source = profile_of_sphinx(source_language)
    if source.code in languages:
        allowed = "languages other than the book's own"
        raise _wrong("amts_languages", source.code, allowed)
    return AmtsConfig(
        languages=languages,
        source=source,
        builder=config.amts_builder,
        memory_dir=confdir / config.amts_memory_dir,
        cache_dir=confdir / config.amts_cache_dir,
        mark_origin=config.amts_mark_origin,
        stale=(float(config.amts_stale[0]), float(config.amts_stale[1])),
        skip=tuple(config.amts_skip),
        budget=_budget(config.amts_budget),
        batch_wait=config.amts_batch_wait,
        frozen=config.amts_frozen or os.environ.get(FROZEN, "0") not in ("", "0"),
    )


def check_builder(name: str, known: Iterable[str]) -> None:
    """Is there such a builder?  Only a started Sphinx knows them all.

    Raises ConfigError if there is none.
    """
    known = list(known)
    if name not in known:
        raise _wrong("amts_builder", name, f"a builder: {', '.join(known)}", near=known)


def _language(
    config: Config, confdir: Path, code: object, settings: dict[str, Any]
) -> Language:
    """One entry of ``amts_languages``."""
    where = f"amts_languages[{code!r}]"
    try:
        found = profile(str(code))
    except ValueError as error:
        message = f"amts_languages: {error}"
        raise ConfigError(message) from None
    _check_keys(where, settings, LANGUAGE_KEYS)
    conf = settings.get("conf", {})
    if not isinstance(conf, dict) or not all(isinstance(name, str) for name in conf):
        raise _wrong(f"{where}['conf']", conf, "a dict of conf.py values")
    terminology = settings.get("terminology")
    if not isinstance(terminology, str | None):
        raise _wrong(f"{where}['terminology']", terminology, "the path of a CSV file")
    engine = settings.get("engine", config.amts_engine)
    if "amts_engine" in config.overrides and has_conf(config):
        engine = config.amts_engine  # said on the command line, it means every language
    return Language(
        profile=found,
        engine=_engine(f"{where}['engine']", engine),
        options=_engine_options(config, where, engine, settings),
        reference=_reference(f"{where}['reference']", confdir, settings),
        terminology=confdir / terminology if terminology else None,
        conf=conf,
    )


def _reference(where: str, confdir: Path, settings: dict[str, Any]) -> Reference | None:
    value = settings.get("reference")
    if not value:
        return None
    if isinstance(value, str):
        value = {"translation": value}
    if not isinstance(value, dict):
        raise _wrong(where, value, 'a folder or {"translation": …, "source": …}')
    _check_keys(where, value, ("translation", "source"))
    if not all(isinstance(folder, str) for folder in value.values()):
        raise _wrong(where, value, "paths of folders")
    if "translation" not in value:
        raise _wrong(where, value, 'a dict with the key "translation"')
    source = value.get("source")
    return Reference(
        translation=(confdir / value["translation"]).resolve(),
        source=(confdir / source).resolve() if source else None,
    )


def _engine_options(
    config: Config, where: str, engine: object, settings: Mapping[str, Any]
) -> dict[str, object]:
    """The settings of a language's engine: its own, else those of the book's engine.

    An engine of this machine has none; named on the command line it is not given those
    that the book has for another one.
    """
    own = settings.get("engine_options", {})
    if not isinstance(own, dict) or not all(isinstance(name, str) for name in own):
        raise _wrong(
            f"{where}['engine_options']", own, "a dict of the engine's settings"
        )
    if "amts_engine" in config.overrides and engine in LOCAL:
        return {}
    shared = config.amts_engine_options if engine == config.amts_engine else {}
    return {**shared, **own}


def _engine(where: str, value: object) -> str:
    if not isinstance(value, str) or not (
        value in ENGINES or re.fullmatch(r"[\w.]+:\w+", value)
    ):
        allowed = f'{_names(ENGINES)} or "package.module:Class"'
        raise _wrong(where, value, allowed, near=ENGINES)
    return value


def _check_type(option: Option, value: object) -> None:
    if isinstance(value, option.types) and not (
        isinstance(value, bool) and bool not in option.types
    ):
        return
    allowed = " or ".join(cls.__name__ for cls in option.types)
    raise _wrong(option.name, value, f"a value of type {allowed}")


def _check_values(config: Config) -> None:
    """The options whose type alone does not make them right."""
    _engine("amts_engine", config.amts_engine)
    for name in config.amts_engine_options:
        if not isinstance(name, str):
            raise _wrong("amts_engine_options", name, "names of the engine's settings")
    _budget(config.amts_budget)
    stale = tuple(config.amts_stale)
    if not (
        len(stale) == 2  # noqa: PLR2004 - a pair
        and all(map(_is_number, stale))
        and 0 < stale[1] <= stale[0] <= 1
    ):
        allowed = "two numbers above 0 and up to 1, the larger one first"
        raise _wrong("amts_stale", config.amts_stale, allowed)
    for pattern in config.amts_skip:
        if not isinstance(pattern, str):
            raise _wrong("amts_skip", pattern, "patterns of page names")
    _check_keys("amts_fail_under", config.amts_fail_under, GATES)
    for gate, value in config.amts_fail_under.items():
        if not (_is_number(value) and 0 <= value <= 100):  # noqa: PLR2004 - per cent
            raise _wrong(f"amts_fail_under[{gate!r}]", value, "a number from 0 to 100")


def _budget(value: float | str) -> float:
    """What a build may spend; ``-D`` gives it as text."""
    try:
        budget = float(value or 0)
    except ValueError:
        budget = -1.0
    if not 0 <= budget < float("inf"):
        raise _wrong("amts_budget", value, "a number, 0 or more")
    return budget


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_keys(where: str, value: Mapping[str, Any], known: Iterable[str]) -> None:
    for key in value:
        if key not in known:
            raise _wrong(where, key, f"the keys {_names(known)}", near=known)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _wrong(
    where: str, value: object, allowed: str, near: Iterable[str] = ()
) -> ConfigError:
    """One line for one wrong value."""
    shown = " ".join(repr(value).split())
    message = f"{where}: {shown} is not valid; allowed: {allowed}"
    guess = difflib.get_close_matches(str(value), list(near), n=1)
    if guess:
        message += f'; did you mean "{guess[0]}"?'
    return ConfigError(message)
