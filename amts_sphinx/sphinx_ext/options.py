"""Every ``conf.py`` value of AMTS, declared once.

Name, default, what it makes Sphinx read again, allowed types, help; a test keeps the
manual's table equal to it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

#: engines of this package; any other is named "package.module:Class"
ENGINES = ("memory", "pseudo", "recorded", "apertium", "amazon", "amazon-batch")
#: those that never leave this machine, and have no settings
LOCAL = frozenset({"memory", "pseudo", "apertium"})
#: keys of one language in ``amts_languages``
LANGUAGE_KEYS = ("reference", "terminology", "engine", "engine_options", "conf")
#: environment variable that freezes a build, whatever its configuration says
FROZEN = "AMTS_FROZEN"
#: keys of ``amts_fail_under``
GATES = ("coverage", "human", "bleu")


class Option(NamedTuple):
    """One ``conf.py`` value."""

    name: str
    default: object
    rebuild: Literal["", "env"]
    types: tuple[type, ...]
    help: str


OPTIONS = (
    Option("amts_languages", [], "", (dict, list, tuple, str), "languages of the book"),
    Option("amts_engine", "memory", "", (str,), "what translates the rest"),
    Option("amts_engine_options", {}, "", (dict,), "settings of the engine"),
    # a text by default: of an int Sphinx would let ``-D`` set whole numbers only
    Option("amts_budget", "", "", (int, float, str), "what a build may spend"),
    Option("amts_batch_wait", False, "", (bool,), "wait for the jobs of amazon-batch"),
    Option("amts_frozen", False, "", (bool,), "send nothing, whatever the engine"),
    Option("amts_builder", "html", "", (str,), "the builder of the translated book"),
    Option("amts_memory_dir", "translations", "", (str,), "committed translations"),
    Option("amts_cache_dir", ".amts", "", (str,), "what may be deleted"),
    Option("amts_stale", (0.95, 0.75), "", (list, tuple), "similarity thresholds"),
    Option("amts_mark_origin", True, "env", (bool,), "wrap sentences in their origin"),
    Option("amts_skip", [], "env", (list, tuple), "page patterns left as they are"),
    Option("amts_fail_under", {}, "", (dict,), "gates for the exit status"),
    Option("amts_source_language", "", "", (str,), "default: the book's language"),
    Option("amts_target", "", "env", (str,), "the language of this very build"),
)
