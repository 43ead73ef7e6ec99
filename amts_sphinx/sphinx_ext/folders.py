"""Has a book's folder changed?  Asked of every reference at every build."""

from __future__ import annotations

from pathlib import Path

from amts_sphinx.text.pages import file_digest, text_digest


class ReferenceBookError(Exception):
    """The reference cannot be used; the message says why, in one line."""


def folder_stamp(folder: Path) -> str:
    """Digest of names, sizes and times of a book's files: equal means unchanged."""
    stats = ((path, path.stat()) for path in book_files(folder))
    return text_digest(
        *(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats)
    )


def folder_digest(folder: Path) -> str:
    """Digest of all files of a book, but for what is hidden or built.

    Raises ReferenceBookError if there is no such folder.
    """
    files = book_files(folder)
    names = (path.relative_to(folder).as_posix() for path in files)
    parts = zip(names, map(file_digest, files), strict=True)
    return text_digest(*(part for pair in parts for part in pair))


def book_files(folder: Path) -> list[Path]:
    """All files of a book, sorted, but for what is hidden or built.

    Raises ReferenceBookError if there is no such folder.
    """
    if not folder.is_dir():
        message = f"there is no folder {folder.name!r}"
        raise ReferenceBookError(message)
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part == "_build"
            for part in path.relative_to(folder).parts
        )
    )
