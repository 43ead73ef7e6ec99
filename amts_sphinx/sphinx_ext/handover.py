"""What a launcher hands to the inner run: all configuration that no option can carry.

``-D`` carries strings only, and Sphinx forgets what the command line has merged into
the dictionaries of ``conf.py``.  So the inner run gets one pickled dictionary of
overrides by standard input, made here.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError

if TYPE_CHECKING:
    from sphinx.config import Config

#: environment variable with the name of the account that a launcher's runs share
ACCOUNT = "AMTS_ACCOUNT"


def has_conf(config: Config) -> bool:
    """Was a ``conf.py`` read?  Not with ``-C``, nor in a Jupyter Book."""
    return "__file__" in config._raw_config  # noqa: SLF001 - nowhere else


def plain_dicts(config: Config) -> dict[str, Any]:
    """Dictionaries among the raw values, as they are before anybody changes them.

    ``-A name=value`` and ``-D dict.key=value`` are merged into these and forgotten.
    """
    raw = config._raw_config  # noqa: SLF001 - nowhere else
    dicts = {name: value for name, value in raw.items() if isinstance(value, dict)}
    found: dict[str, Any] = {}
    for name, value in dicts.items():
        # what holds functions cannot travel, but no command line made it either
        with suppress(Exception):
            if name in config:
                found[name] = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
    return found


def pickled(overrides: Mapping[str, Any]) -> bytes:
    """The overrides, as the inner run reads them.

    Raises ConfigError that names the one that cannot leave this process.
    """
    for name, value in overrides.items():
        try:
            pickle.dumps(value)
        except Exception as error:
            message = f"{name}: {value!r} cannot be handed to another process: {error}"
            raise ConfigError(message) from error
    return pickle.dumps(dict(overrides))
