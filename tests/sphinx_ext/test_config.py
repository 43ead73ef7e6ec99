"""The configuration: what is accepted, and what is said about everything else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from sphinx.config import Config
from sphinx.errors import ConfigError

from amts_sphinx.engines.engine import BUILTIN
from amts_sphinx.sphinx_ext.config import (
    AmtsConfig,
    check_builder,
    load,
)
from amts_sphinx.sphinx_ext.options import (
    ENGINES,
    FROZEN,
    LANGUAGE_KEYS,
    OPTIONS,
)
from building import EXAMPLE

#: set by the launcher or on the command line, never in ``conf.py``
COMMAND_LINE = {"amts_source_language", "amts_target"}

#: the option as the message names it, the wrong value, and what else must be said
WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    ("amts_languages", {"amts_languages": 5}, ["5", "dict"]),
    ("amts_languages", {"amts_languages": {"zz": {}}}, ["'zz'", "allowed: af, am"]),
    ("amts_languages", {"amts_languages": {"zh_CN": {}}}, ["nearest: 'zh'"]),
    ("amts_languages", {"amts_languages": {"cn": {}}}, ["'cn'", "nearest: "]),
    ("amts_languages", {"amts_languages": {"pt_BR": {}}}, ["nearest: 'pt'"]),
    ("amts_languages", {"amts_languages": {7: {}}}, ["'7'", "allowed: af, am"]),
    ("amts_languages", {"amts_languages": ["zh", "gre"]}, ["'gre'", "nearest: "]),
    ("amts_languages", {"amts_languages": {"en": {}}}, ["'en'", "other than the"]),
    ("amts_languages", {"amts_languages": "zh, elvish"}, ["'elvish'"]),
    ("amts_languages", {"amts_languages": ["zh", {"es": {}}]}, ["{'es': {}}"]),
    ("amts_languages['zh']", {"amts_languages": {"zh": "../zh"}}, ["../zh", "dict"]),
    (
        "amts_languages['zh']",
        {"amts_languages": {"zh": {"referense": "../zh"}}},
        ["'referense'", '"terminology"', 'did you mean "reference"?'],
    ),
    (
        "amts_languages['zh']",
        {"amts_languages": {"zh": {1: "../zh"}}},
        ["1", '"reference"'],
    ),
    (
        "amts_languages['zh']['reference']",
        {"amts_languages": {"zh": {"reference": 3}}},
        ["3", '"translation"'],
    ),
    (
        "amts_languages['zh']['reference']",
        {"amts_languages": {"zh": {"reference": {"translaton": "a"}}}},
        ['did you mean "translation"?', '"source"'],
    ),
    (
        "amts_languages['zh']['reference']",
        {"amts_languages": {"zh": {"reference": {"source": "a"}}}},
        ["'a'", '"translation"'],
    ),
    (
        "amts_languages['zh']['reference']",
        {"amts_languages": {"zh": {"reference": {"translation": 1}}}},
        ["1", "paths of folders"],
    ),
    (
        "amts_languages['zh']['engine']",
        {"amts_languages": {"zh": {"engine": "pseudoo"}}},
        ["'pseudoo'", '"memory"', '"package.module:Class"', 'did you mean "pseudo"?'],
    ),
    (
        "amts_languages['zh']['engine']",
        {"amts_languages": {"zh": {"engine": "amazone"}}},
        ["'amazone'", 'did you mean "amazon"?'],
    ),
    (
        "amts_languages['zh']['engine_options']",
        {"amts_languages": {"zh": {"engine_options": "x"}}},
        ["'x'", "dict"],
    ),
    (
        "amts_languages['zh']['engine_options']",
        {"amts_languages": {"zh": {"engine_options": {1: 2}}}},
        ["{1: 2}", "dict"],
    ),
    (
        "amts_languages['zh']['terminology']",
        {"amts_languages": {"zh": {"terminology": ["a.csv"]}}},
        ["a.csv", "CSV"],
    ),
    (
        "amts_languages['zh']['conf']",
        {"amts_languages": {"zh": {"conf": "project"}}},
        ["'project'", "dict"],
    ),
    (
        "amts_languages['zh']['conf']",
        {"amts_languages": {"zh": {"conf": {3: "project"}}}},
        ["3", "dict"],
    ),
    ("amts_engine", {"amts_engine": "memry"}, ["'memry'", 'did you mean "memory"?']),
    ("amts_engine", {"amts_engine": None}, ["None", "str"]),
    ("amts_engine", {"amts_engine": ":"}, ["':'", '"package.module:Class"']),
    ("amts_engine_options", {"amts_engine_options": "x"}, ["'x'", "dict"]),
    ("amts_engine_options", {"amts_engine_options": {1: 2}}, ["1", "names"]),
    ("amts_budget", {"amts_budget": "free"}, ["'free'", "a number, 0 or more"]),
    ("amts_budget", {"amts_budget": True}, ["True", "int or float or str"]),
    ("amts_budget", {"amts_budget": -1}, ["-1", "0 or more"]),
    ("amts_budget", {"amts_budget": float("nan")}, ["nan", "0 or more"]),
    ("amts_budget", {"amts_budget": float("inf")}, ["inf", "0 or more"]),
    ("amts_frozen", {"amts_frozen": "yes"}, ["'yes'", "bool"]),
    ("amts_frozen", {"amts_frozen": 1}, ["1", "bool"]),
    ("amts_builder", {"amts_builder": ["html"]}, ["['html']", "str"]),
    ("amts_memory_dir", {"amts_memory_dir": 1}, ["1", "str"]),
    ("amts_cache_dir", {"amts_cache_dir": None}, ["None", "str"]),
    ("amts_stale", {"amts_stale": 0.9}, ["0.9", "list or tuple"]),
    ("amts_stale", {"amts_stale": (0.9,)}, ["(0.9,)", "two numbers"]),
    ("amts_stale", {"amts_stale": (95, 75)}, ["(95, 75)", "up to 1"]),
    ("amts_stale", {"amts_stale": (0.75, 0.95)}, ["(0.75, 0.95)", "larger"]),
    ("amts_stale", {"amts_stale": (True, 0.5)}, ["(True, 0.5)", "two numbers"]),
    ("amts_stale", {"amts_stale": ("0.9", "0.8")}, ["'0.9'", "two numbers"]),
    ("amts_mark_origin", {"amts_mark_origin": "yes"}, ["'yes'", "bool"]),
    ("amts_skip", {"amts_skip": "api/*"}, ["'api/*'", "list or tuple"]),
    ("amts_skip", {"amts_skip": ["api/*", 3]}, ["3", "patterns"]),
    (
        "amts_fail_under",
        {"amts_fail_under": {"coverige": 98}},
        ["'coverige'", '"human"', 'did you mean "coverage"?'],
    ),
    ("amts_fail_under", {"amts_fail_under": 98}, ["98", "dict"]),
    (
        "amts_fail_under['bleu']",
        {"amts_fail_under": {"bleu": "x"}},
        ["'x'", "number"],
    ),
    (
        "amts_fail_under['bleu']",
        {"amts_fail_under": {"bleu": 130}},
        ["130", "0 to 100"],
    ),
]


def configuration(**values: Any) -> Config:
    """Sphinx's own configuration object, with our options declared."""
    config = Config(values)
    for option in OPTIONS:
        config.add(option.name, option.default, option.rebuild, frozenset(option.types))
    if hasattr(config, "init_values"):  # Sphinx 7
        config.init_values()
    return config


def loaded(**values: Any) -> AmtsConfig:
    """The validated configuration of a book in ``/book``."""
    return load(configuration(**values), Path("/book"), "en")


@pytest.mark.parametrize(("option", "values", "said"), WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(
    option: str, values: dict[str, Any], said: list[str]
) -> None:
    """One line: the option, the value, what is allowed, the nearest valid name."""
    with pytest.raises(ConfigError) as caught:
        loaded(**{"amts_languages": {"zh": {}}, **values})
    message = str(caught.value)
    assert message.startswith(f"{option}: ")
    assert "\n" not in message
    assert "allowed: " in message
    for part in said:
        assert part in message


def test_everything_the_design_names_is_accepted() -> None:
    """The whole surface of ``conf.py`` at once."""
    config = loaded(
        amts_languages={
            "zh": {
                "reference": "../book-zh",
                "terminology": "terms/zh.csv",
                "conf": {"project": "书", "html_theme_options.logo": "zh.png"},
            },
            "es": {"engine": "pseudo"},
            "fr": {"engine": "amazon", "engine_options": {"region": "eu-west-3"}},
            "de": {"reference": {"translation": "../de", "source": "../en-2021"}},
        },
        amts_engine="package.module:Class",
        amts_engine_options={"region": "eu-west-1", "formality": "formal"},
        amts_budget=2.5,
        amts_frozen=True,
        amts_builder="dirhtml",
        amts_memory_dir="translations",
        amts_cache_dir=".amts",
        amts_stale=[0.9, 0.7],
        amts_mark_origin=False,
        amts_skip=["api/*"],
        amts_fail_under={"coverage": 98, "human": 50, "bleu": 30},
    )
    assert list(config.languages) == ["zh", "es", "fr", "de"]
    chinese, spanish, french, german = config.languages.values()
    assert chinese.reference
    assert chinese.reference.translation == Path("/book-zh")
    assert chinese.terminology == Path("/book/terms/zh.csv")
    assert chinese.engine == "package.module:Class"
    assert chinese.profile.sphinx == "zh_CN"
    assert spanish.engine == "pseudo"
    assert spanish.reference is None
    assert (french.engine, french.options) == ("amazon", {"region": "eu-west-3"})
    assert german.reference
    assert german.reference.source == Path("/en-2021")
    assert config.cache_dir == Path("/book/.amts")
    assert config.skip == ("api/*",)
    assert (config.budget, config.frozen) == (2.5, True)


def test_the_defaults_are_accepted_and_send_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A book that sets nothing has no language, and the engine that asks nobody."""
    monkeypatch.delenv(FROZEN, raising=False)
    assert loaded().languages == {}
    config = loaded(amts_languages={"zh": {}})
    assert config.languages["zh"].engine == "memory"
    assert (config.budget, config.frozen) == (0, False)


def test_an_engine_has_the_settings_that_are_meant_for_it() -> None:
    """Those of the book's engine, and those of the language, which come first."""
    engine, options = "canned:CannedEngine", {"region": "eu-west-1", "speed": 1}
    languages = {
        "zh": {},
        "es": {"engine_options": {"speed": 2}},
        "fr": {"engine": engine, "engine_options": {"speed": 3}},
        "de": {"engine": "pseudo"},
        "it": {"engine": "pseudo", "engine_options": {"a": 0}},
    }
    config = loaded(
        amts_languages=languages, amts_engine=engine, amts_engine_options=options
    )
    assert {code: language.options for code, language in config.languages.items()} == {
        "zh": options,
        "es": {"region": "eu-west-1", "speed": 2},
        "fr": {"region": "eu-west-1", "speed": 3},
        "de": {},
        "it": {"a": 0},
    }


@pytest.mark.parametrize(
    ("variable", "option", "frozen"),
    [
        (None, False, False),
        ("", False, False),
        ("0", False, False),
        ("1", False, True),
        ("yes", False, True),
        ("0", True, True),
        (None, True, True),
    ],
)
def test_a_build_can_be_frozen_from_outside(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, *, option: bool, frozen: bool
) -> None:
    """By the environment, too; which cannot thaw what ``conf.py`` has frozen."""
    monkeypatch.delenv(FROZEN, raising=False)
    if variable is not None:
        monkeypatch.setenv(FROZEN, variable)
    assert loaded(amts_frozen=option).frozen is frozen


@pytest.mark.parametrize(
    "value", [["zh", "es"], ("zh", "es"), "zh,es", " zh , es,", {"zh": {}, "es": {}}]
)
def test_languages_without_settings_may_be_just_listed(value: object) -> None:
    """``-D amts_languages=zh,es`` works as well as a dictionary."""
    assert list(loaded(amts_languages=value).languages) == ["zh", "es"]


def test_a_misspelt_builder_is_named_with_the_nearest() -> None:
    """Builders are known to a started Sphinx only, and checked then."""
    check_builder("html", ["dirhtml", "html"])
    with pytest.raises(ConfigError, match=r"amts_builder: .htm. .*did you mean"):
        check_builder("htm", ["dirhtml", "html"])


def table_of_the_manual() -> dict[str, str]:
    """Name and default of each option, as the manual's table has them."""
    text = (EXAMPLE / "configuration.rst").read_text("utf-8")
    table = text.partition(":name: tab-options")[2].partition("\nLanguages\n")[0]
    rows = re.findall(r"\* - :confval:`(\w+)`\n\s+- ``(.*)``\n\s+- \S", table)
    return dict(rows)


def test_every_option_is_in_the_table_of_the_manual() -> None:
    """Names and defaults of the manual's table are those of the code, in order."""
    options = [option for option in OPTIONS if option.name not in COMMAND_LINE]
    table = table_of_the_manual()
    assert list(table) == [option.name for option in options]
    for option in options:
        default = ast.literal_eval(table[option.name])
        assert default == option.default or not (default or option.default)


def test_every_option_is_explained_in_the_manual() -> None:
    """Each row of the table has a description of its own below."""
    text = (EXAMPLE / "configuration.rst").read_text("utf-8")
    described = re.findall(r"^\.\. confval:: (\w+)$", text, re.MULTILINE)
    assert sorted(described) == sorted(table_of_the_manual())
    assert len(set(described)) == len(described)


def test_every_key_and_every_engine_is_in_the_manual() -> None:
    """What may stand in ``amts_languages``, and which engines there are."""
    text = (EXAMPLE / "configuration.rst").read_text("utf-8")
    named = re.findall(r"^   ``(.*)``$", text, re.MULTILINE)
    assert sorted(ENGINES) == sorted(BUILTIN)
    engines = [f'"{name}"' for name in (*ENGINES, "package.module:Class")]
    assert sorted(named) == sorted([*LANGUAGE_KEYS, *engines])
