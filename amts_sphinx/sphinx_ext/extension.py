"""What AMTS adds to a Sphinx application, in order.

Without ``amts_target`` (every ordinary build): configuration values and the launcher
builders.  With it (the build of one translated book): the session that translates.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import languages
from docutils.parsers.rst import languages as rst_languages
from sphinx.errors import ConfigError

from amts_sphinx import __version__
from amts_sphinx.sphinx_ext import config as amts_config

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

#: raise when the shape of PageRecord changes
ENV_VERSION = 2


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything; returns the extension's metadata."""
    amts_config.register(app)
    if app.config.amts_target:
        _translate(app)
    else:
        from amts_sphinx.sphinx_ext import builders  # noqa: PLC0415 - not in inner runs

        builders.register(app)
        app.connect("config-inited", _validate, priority=400)
    return {
        "version": __version__,
        "env_version": ENV_VERSION,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _validate(app: Sphinx, config: Config) -> None:
    """Wrong values are an error in every build, not only in translating ones."""
    amts_config.load(config, Path(app.confdir), _source_language(config))


def _translate(app: Sphinx) -> None:
    """Make this the build of one translated book."""
    code = app.config.amts_target
    declared = amts_config.declared(app.config)
    if code not in declared:
        known = ", ".join(declared) or "none"
        message = (
            f"amts_target: language {code!r} is not declared in amts_languages "
            f"(declared: {known})"
        )
        raise ConfigError(message)
    app.connect("config-inited", _start, priority=400)


def _start(app: Sphinx, config: Config) -> None:
    """All values are known: check them and open the session."""
    from amts_sphinx.sphinx_ext import session  # noqa: PLC0415 - inner runs only

    amts = amts_config.load(config, Path(app.confdir), _source_language(config))
    code = config.amts_target
    language = amts.languages[code].profile.sphinx
    if config.language != language:
        message = (
            f"amts_target: {code!r} needs the language {language!r} from the start, "
            f"not {config.language!r}: add -D language={language}"
        )
        raise ConfigError(message)
    _quieten_docutils(language)
    session.Session(app, amts, code).connect()
    config.html_static_path.append(str(Path(__file__).with_name("static")))
    app.add_css_file("amts.css")


def _quieten_docutils(language: str) -> None:
    """Have docutils say nothing about a language it lacks: it lacks every other one.

    It warns on each page unless it was asked before by somebody who wanted no report.
    ``language_code`` stays what it is, since it also decides the quotation marks.
    """
    languages.get_language(language)
    rst_languages.get_language(language)


def _source_language(config: Config) -> str:
    """The language the book is written in; a translating build's own is the target."""
    if config.amts_source_language:
        return str(config.amts_source_language)
    if config.amts_target:
        return str(config._raw_config.get("language") or "en")  # noqa: SLF001 - ours
    return str(config.language or "en")
