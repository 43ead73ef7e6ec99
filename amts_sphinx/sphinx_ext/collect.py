"""The parent's side of collecting: starts the process, reads what it says."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_sphinx.text.languages import LanguageProfile


@dataclass(frozen=True)
class Request:
    """Which book to read, how, and where its pages go."""

    srcdir: Path
    confdir: Path | None  #: None: the overrides are the whole configuration
    folder: Path  #: of the page index
    #: decides how sentences are split; None: the book's own configuration knows
    language: LanguageProfile | None
    builder: str = "html"
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    #: the documents to read; None for all
    docnames: tuple[str, ...] | None = None
    #: the configuration's digest, where the parent knows it
    digest: str = ""
    #: join hard-wrapped lines where the language puts no space there: for a book that
    #: is only read, never rebuilt
    unwrap: bool = False


class CollectError(Exception):
    """The folder could not be read as a book."""


def collect(request: Request, warn: Callable[[str], None]) -> str:
    """Read a book and store its pages; ``warn`` is told of each unreadable page.

    Returns the language of the book, as an Amazon Translate code.
    Raises CollectError, with one line, if it is no book.
    """
    path = os.pathsep.join(entry for entry in sys.path if entry)
    process = subprocess.run(
        [sys.executable, "-P", "-m", "amts_sphinx.sphinx_ext.collector"],
        input=pickle.dumps(request),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    language = ""
    try:
        language, said = json.loads(process.stdout)
    except ValueError:  # the process was ended from outside
        said = process.stderr.decode("utf-8", "replace").strip().splitlines()
    if process.returncode:
        raise CollectError(said[-1] if said else "it cannot be read")
    for line in said:
        warn(line)
    return str(language)
