"""The committed memory of one language, as a build reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.sphinx_ext.warnings import Warnings, warn
from amts_sphinx.text.pages import file_digest, text_digest
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.pairing import Pairing


class MemoryFiles:
    """All memory files in a language's folder."""

    def __init__(self, folder: Path, srcdir: Path) -> None:
        self._folder = folder
        self._srcdir = srcdir

    @cached_property
    def paths(self) -> list[Path]:
        """The files, sorted."""
        if not self._folder.is_dir():
            return []
        from amts_sphinx.memory import files  # noqa: PLC0415 - where there are any

        return files.memory_files(self._folder)

    @cached_property
    def digest(self) -> str:
        """Digest of all files: equal means that no sentence can differ."""
        return text_digest(*map(file_digest, self.paths)) if self.paths else ""

    def drafts_digest(self) -> str:
        """Digest of the machine's drafts as they are now; "" if there are none."""
        return file_digest(self._folder / "drafts.jsonl")

    def with_pairs(self, pairing: Pairing) -> Iterator[TranslationUnit]:
        """What the files know, then what the reference adds."""
        if not self.paths:
            yield from pairing.units()
            return
        from amts_sphinx.memory import files, merging  # noqa: PLC0415 - as above

        known = []
        for path in self.paths:
            name = Path(os.path.relpath(path, self._srcdir)).as_posix()
            try:
                known += files.read(
                    path, lambda line: warn(Warnings.MEMORY, line), name
                )
            except OSError as error:
                warn(Warnings.MEMORY, f"{name}: cannot be read ({error.strerror})")
        pairs = (files.Line(unit) for unit in pairing.units())
        for line in merging.merged(known, pairs):
            yield line.unit
