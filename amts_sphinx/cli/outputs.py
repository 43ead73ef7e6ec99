"""Files that a command is going to write, looked at before its work begins.

Everything that can be wrong with a file's name or with a memory that is there already
is found first, so that minutes of work are not lost, and no file is written when
another one cannot be.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_sphinx.bitext.parallel_data import Format
from amts_sphinx.cli.tables import counted
from amts_sphinx.cli.terminal import CommandError, complain
from amts_sphinx.memory import files
from amts_sphinx.memory.files import Line

#: formats of parallel data by the suffix of their files
FORMATS = {".csv": Format.CSV, ".tsv": Format.TSV, ".tmx": Format.TMX}


@dataclass(frozen=True)
class Outputs:
    """The files to write, all of which can be."""

    paths: Sequence[Path]
    known: Mapping[Path, list[Line]]  #: what the memories hold already


def prepared(paths: Sequence[Path], read: Iterable[Path | None]) -> Outputs:
    """The files to write, ``read`` being what is read.

    Raises CommandError for a file that cannot be written or would take what it replaces
    with it.
    """
    inputs = {path.resolve() for path in read if path}
    for path in paths:
        if path.suffix not in (*FORMATS, files.SUFFIX):
            message = f"{path}: name a .jsonl, .csv, .tsv or .tmx file"
            raise CommandError(message)
        if path.resolve() in inputs:
            message = f"{path} is what is read; write to another file"
            raise CommandError(message)
        check_writable(path)
    memories = [path for path in paths if path.suffix == files.SUFFIX]
    return Outputs(paths, {path: known_lines(path) for path in memories})


def check_writable(path: Path) -> None:
    """Raises CommandError if a file can surely not be written."""
    if path.is_dir():
        message = f"{path} is a folder; name a file"
        raise CommandError(message)
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        message = f"{path} cannot be written: {folder} is no folder"
        raise CommandError(message)
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"{path} cannot be written: {folder} may not be written to"
        raise CommandError(message)


def known_lines(path: Path) -> list[Line]:
    """What a memory holds already.

    Raises CommandError if a line of it cannot be read: it would be lost.
    """
    told: list[str] = []
    try:
        lines = files.read(path, told.append) if path.exists() else []
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})"
        raise CommandError(message) from None
    if told:
        for line in told:
            complain(line)
        message = (
            f"{counted(len(told), 'line')} of {path} cannot be read and would be lost; "
            "nothing is written"
        )
        raise CommandError(message)
    return lines


def written(path: Path, write: Callable[[], None]) -> None:
    """Write a file and the folders it is in.

    Raises CommandError if that fails.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror})"
        raise CommandError(message) from None
