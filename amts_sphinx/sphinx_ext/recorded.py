"""The archives of the engine that replays one: files, or a pair of books.

``{"files": ["drafts.tmx"]}`` are files beside ``conf.py``; ``{"books": {"source": …,
"translation": …}}`` is a book and what an engine made of it, which are read and aligned
as a reference is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from amts_sphinx.engines.engine import EngineError
from amts_sphinx.sphinx_ext.folders import ReferenceBookError, folder_digest

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.known import Known
    from amts_sphinx.text.pages import Page

NAME = "recorded"
_ROLES = ("source", "translation")


class Folder(NamedTuple):
    """A book of an archive, before it is read."""

    role: str  #: ``"source"`` or ``"translation"``
    path: Path
    digest: str  #: of its files


def options(known: Known) -> dict[str, Any]:
    """The settings of the engine, its archives found and read.

    Raises EngineError for books that cannot be read.
    """
    from amts_sphinx.engines.recorded import recorded_answers  # noqa: PLC0415 - few use it
    from amts_sphinx.sphinx_ext.reference import align_books  # noqa: PLC0415 - as above

    given = dict(known.language.options)
    folder = Path(known.app.confdir)
    files: Any = given.get("files", ())
    names = [files] if isinstance(files, str) else files
    found = {**given, "files": [str(folder / str(name)) for name in names]}
    both = books(known)
    if both:
        del found["books"]
        pages = align_books(*both, {}).values()
        units = (unit for page in pages for unit in page.units)
        found["answers"] = recorded_answers((u.source, u.target) for u in units)
    return found


def books(
    known: Known, found: Sequence[Folder] = ()
) -> tuple[Mapping[str, Page], Mapping[str, Page]] | None:
    """The two books of an archive; None if it is none of books.

    ``found`` is what `folders` gave.  Raises EngineError if they cannot be read.
    """
    # all looked at before any is read: one may hold the cache that the other changes
    found = found or folders(known)
    if not found:
        return None
    source, translation = (_read(known, folder) for folder in found)
    return source, translation


def folders(known: Known) -> list[Folder]:
    """The folders of the two books; none if the archive is none of books.

    Raises EngineError if they are not there.
    """
    named = known.language.options.get("books")
    if known.language.engine != NAME or named is None:
        return []
    if not isinstance(named, Mapping) or sorted(named) != sorted(_ROLES):
        message = 'books: must be {"source": folder, "translation": folder}'
        raise EngineError(message)
    return [_folder(known, role, str(named[role])) for role in _ROLES]


def _folder(known: Known, role: str, name: str) -> Folder:
    path = (Path(known.app.confdir) / name).resolve()
    try:
        return Folder(role, path, folder_digest(path))
    except ReferenceBookError as error:
        raise _unused(role, error) from None


def _read(known: Known, folder: Folder) -> Mapping[str, Page]:
    role = f"recorded-{folder.role}"
    try:
        return known.pairing.read(role, folder.path, folder.digest)
    except ReferenceBookError as error:
        raise _unused(folder.role, error) from None


def _unused(role: str, error: ReferenceBookError) -> EngineError:
    return EngineError(f"books: the {role} is not used: {error}")
