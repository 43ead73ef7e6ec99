"""The evaluation of a language that is kept in the cache folder.

A build never scores anything.  It tells what ``amts evaluate`` has found, and whether
the book is still the one that was evaluated.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.report.quality import Quality, quality
from amts_sphinx.sphinx_ext.stored_pairs import read_json
from amts_sphinx.text.pages import file_digest, text_digest

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.known import Known


def evaluation_file(known: Known, *, reverse: bool = False) -> Path:
    """Where the evaluation of a language is kept."""
    name = f"{known.code}-reversed" if reverse else known.code
    return known.cache_dir / "evaluation" / f"{name}.json"


def state(known: Known) -> str:
    """A digest of the book as it stands: equal means that it is the same."""
    paths = ((name, known.app.env.doc2path(name)) for name in sorted(known.pages))
    files = (f"{name} {file_digest(Path(path))}" for name, path in paths)
    return text_digest(known.fingerprint, *files)


def evaluated(known: Known) -> Quality | None:
    """What was found, if anything was."""
    path = evaluation_file(known)
    if not path.is_file():
        return None
    data = read_json(path)
    return quality(data, current=data.get("state") == state(known))
