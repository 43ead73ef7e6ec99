"""A book opened as a build of one language would open it, without building it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.sphinx_ext import config as amts_config
from amts_sphinx.sphinx_ext.config import AmtsConfig, Language
from amts_sphinx.sphinx_ext.known import Known
from amts_sphinx.text.units import Question, TranslationUnit


class OpenError(Exception):
    """The book cannot be opened; the message is one line."""


@dataclass
class Opened:
    """A book in one of its languages."""

    known: Known

    @property
    def config(self) -> AmtsConfig:
        """The whole configuration."""
        return self.known.config

    @property
    def language(self) -> Language:
        """That of the language."""
        return self.known.language

    @cached_property
    def docnames(self) -> frozenset[str]:
        """Its pages; they and the pairs of the reference are brought up to date."""
        app = self.known.app
        app.env.find_files(app.config, app.builder)
        docnames = {n for n in app.env.found_docs if not self.config.skips(n)}
        self.known.refresh(docnames, docnames)
        self.known.ensure(docnames)
        return frozenset(docnames)

    @cached_property
    def missing(self) -> tuple[list[Question], int]:
        """What no person has translated, and how many sentences there are."""
        return self.known.missing(self.docnames)

    @property
    def units(self) -> list[TranslationUnit]:
        """The sentence pairs that people stand behind."""
        assert self.docnames is not None  # noqa: S101 - brings the pairs up to date
        return list(self.known.units())

    @property
    def engine(self) -> Drafter:
        """The engine of the language."""
        assert self.docnames is not None  # noqa: S101 - its memory is up to date
        return self.known.translator.engine


@contextmanager
def opened(folder: Path, code: str) -> Iterator[Opened]:
    """Open a book in a language; warnings go to standard error.

    Raises OpenError if it is no book, or does not declare the language.
    """
    if not (folder / "conf.py").is_file():
        message = f"{folder}: there is no conf.py; name the folder of a Sphinx book"
        raise OpenError(message)
    try:
        overrides, builder = _overrides(folder, code)
        with _book(folder, builder, overrides) as app:
            source = app.config.amts_source_language
            amts = amts_config.load(app.config, Path(app.confdir), source)
            yield Opened(Known(app, amts, code))
    except SphinxError as error:
        said = " ".join(str(error).partition("Traceback")[0].split())
        message = f"{folder}: {said}"
        raise OpenError(message) from None


def declared(folder: Path) -> list[str]:
    """The languages that a book declares, in its order.

    Raises OpenError if it is no book.
    """
    if not (folder / "conf.py").is_file():
        message = f"{folder}: there is no conf.py; name the folder of a Sphinx book"
        raise OpenError(message)
    with _book(folder, "dummy", {"amts_target": ""}) as app:
        return list(amts_config.declared(app.config))


def _overrides(folder: Path, code: str) -> tuple[dict[str, Any], str]:
    """What a launcher would hand to the build of the language, and its builder."""
    with _book(folder, "dummy", {"amts_target": ""}) as app:
        written = app.config.language or "en"
        amts = amts_config.load(app.config, folder, written)
        language = amts.languages.get(code)
        if not language:
            known = ", ".join(amts.languages) or "none"
            message = f"language {code!r} is not declared (declared: {known})"
            raise OpenError(message)
        return language.overrides(written), amts.builder


@contextmanager
def _book(folder: Path, builder: str, overrides: Mapping[str, Any]) -> Iterator[Sphinx]:
    folder = folder.resolve()
    with (
        tempfile.TemporaryDirectory() as scratch,
        patch_docutils(str(folder)),
        docutils_namespace(),
    ):
        out, doctrees = str(Path(scratch, "out")), str(Path(scratch, "doctrees"))
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
