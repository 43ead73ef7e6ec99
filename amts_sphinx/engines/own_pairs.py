"""The sentence pairs that a book teaches Amazon Translate, checked before they go."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.bitext.candidates import of_units
from amts_sphinx.bitext.filters import sift
from amts_sphinx.bitext.parallel_data import Format, lint, sorted_rows
from amts_sphinx.engines import quotas
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.tmx import read_tmx, write_tmx
from amts_sphinx.text import codes
from amts_sphinx.text.languages import profile
from amts_sphinx.text.units import TranslationUnit

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine

Tell = Callable[[str], None]


def own_pairs(
    units: Callable[[], Iterable[TranslationUnit]],
    service: AmazonBatchEngine,
    folder: Path,
    tell: Tell,
) -> bytes:
    """The parallel data of a book's jobs as a TMX file; empty if there are none.

    They are made of the units that people stand behind, or are those of the file that
    the engine names, relative to ``folder``.  What the service would not take is told,
    with its rows.  Raises EngineError for a file that cannot be read, or that the
    service would refuse.
    """
    if not service.parallel_data:
        return b""
    if isinstance(service.parallel_data, str):
        return _of_file(folder / service.parallel_data, service, tell)
    source, target = service.languages
    rows = sorted_rows(sift(of_units(units()), source, target, table=False).kept)
    if not rows:
        return b""
    _check([(row.source, row.target) for row in rows], service, tell)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "pairs.tmx")
        write_tmx(path, source, target, rows, service.granularity.value)
        return path.read_bytes()


def _of_file(path: Path, service: AmazonBatchEngine, tell: Tell) -> bytes:
    """A file that somebody made, as ``amts align`` does."""
    source, target = map(profile, service.languages)
    try:
        read = read_tmx(path, source, target, tell)
        content = path.read_bytes()
    except ExchangeError as error:
        raise EngineError(str(error)) from None
    texts = [
        (codes.plain(ours.text), codes.plain(theirs.text))
        for pair in read.documents
        for ours, theirs in zip(pair.source.messages, pair.target.messages, strict=True)
    ]
    _check(texts, service, tell)
    return content


def _check(
    texts: Sequence[tuple[str, str]], service: AmazonBatchEngine, tell: Tell
) -> None:
    """What the service would make of the pairs; raises EngineError if of none."""
    source, target = service.languages
    rows = [(source, target), *texts]
    for exceeded in quotas.parallel_data(rows, Format.TMX):
        tell(f"{target}: {exceeded.line}")
    if not lint(rows, Format.TMX).accepted:
        message = f"{target}: the service would refuse the parallel data as a whole"
        raise EngineError(message)
