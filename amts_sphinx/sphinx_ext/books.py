"""A Sphinx book outside of any build: its pages, and the language it is written in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from amts_sphinx.sphinx_ext.collect import CollectError, Request, collect
from amts_sphinx.text import pages
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.pages import Page

__all__ = ["CollectError", "read_pages"]


def read_pages(
    folder: Path,
    language: LanguageProfile | None,
    tell: Callable[[str], None],
    *,
    like: Path | None = None,
    unwrap: bool = False,
) -> tuple[dict[str, Page], str]:
    """The pages of a book by docname, and the Amazon Translate code of its language.

    A folder without ``conf.py`` is read with that of the book ``like``; then, and only
    then, ``language`` must be given.  ``unwrap`` joins hard-wrapped lines, as for a
    translation.  ``tell`` is told of each page that cannot be read, in one line.

    Raises CollectError, with one line, if it is no book.
    """
    confdir = next((f for f in (folder, like) if f and (f / "conf.py").is_file()), None)
    if confdir is None:
        message = f"{folder}: there is no conf.py; name the folder of a Sphinx book"
        raise CollectError(message)

    def named(line: str) -> None:
        tell(f"{folder}/{line}")

    with tempfile.TemporaryDirectory() as scratch:
        request = Request(
            srcdir=folder.resolve(),
            confdir=confdir.resolve(),
            folder=Path(scratch),
            language=language,
            unwrap=unwrap,
        )
        try:
            code = collect(request, named)
        except CollectError as error:
            message = f"{folder}: {error}"
            raise CollectError(message) from None
        loaded = map(pages.load, sorted(Path(scratch).rglob("*.json")))
        found = {page.docname: page for page in loaded if page}
    return dict(sorted(found.items())), code
