"""What a build would pay for, found out without building or sending anything."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.memory.spending import Quote
from amts_sphinx.sphinx_ext import config as amts_config
from amts_sphinx.sphinx_ext.known import Known


class QuoteError(Exception):
    """The book cannot be quoted; the message is one line."""


def quote(folder: Path, code: str) -> Quote | None:
    """What the next build of a language would pay for; None if nothing costs anything.

    Pages that changed are collected, as a build would; warnings go to standard error.
    Raises QuoteError if it is no book, or does not declare the language.
    """
    if not (folder / "conf.py").is_file():
        message = f"{folder}: there is no conf.py; name the folder of a Sphinx book"
        raise QuoteError(message)
    try:
        with _book(folder, "dummy", {"amts_target": ""}) as app:
            amts = amts_config.load(app.config, folder, app.config.language or "en")
            language = amts.languages.get(code)
            if not language:
                known = ", ".join(amts.languages) or "none"
                message = f"language {code!r} is not declared (declared: {known})"
                raise QuoteError(message)
            overrides = {
                **language.conf,
                "language": language.profile.sphinx,
                "amts_source_language": app.config.language or "en",
                "amts_target": code,
            }
        with _book(folder, amts.builder, overrides) as app:
            return _quoted(app, code)
    except SphinxError as error:
        said = " ".join(str(error).partition("Traceback")[0].split())
        message = f"{folder}: {said}"
        raise QuoteError(message) from None


def _quoted(app: Sphinx, code: str) -> Quote | None:
    amts = amts_config.load(
        app.config, Path(app.confdir), app.config.amts_source_language
    )
    app.env.find_files(app.config, app.builder)
    docnames = {
        name
        for name in app.env.found_docs
        if not any(fnmatchcase(name, pattern) for pattern in amts.skip)
    }
    known = Known(app, amts, code)
    known.refresh(docnames, docnames)
    missing, sentences = known.missing(docnames)
    engine = known.translator.engine
    return engine.quote(missing, sentences) if isinstance(engine, PaidEngine) else None


@contextmanager
def _book(folder: Path, builder: str, overrides: Mapping[str, Any]) -> Iterator[Sphinx]:
    """A book, opened to look into its configuration and its files."""
    folder = folder.resolve()
    with (
        tempfile.TemporaryDirectory() as scratch,
        patch_docutils(str(folder)),
        docutils_namespace(),
    ):
        out = str(Path(scratch, "out"))
        doctrees = str(Path(scratch, "doctrees"))
        yield Sphinx(
            str(folder),
            str(folder),
            out,
            doctrees,
            builder,
            dict(overrides),
            status=None,
            warning=sys.stderr,
            freshenv=True,
        )
