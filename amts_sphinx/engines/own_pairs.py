"""The sentence pairs that a book teaches Amazon Translate, checked before they go."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.cli.terminal import CommandError, complain

if TYPE_CHECKING:
    from amts_sphinx.bitext.parallel_data import Lint
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine
    from amts_sphinx.sphinx_ext.opened import Opened

#: so many rows that the service would not take are told one by one
_TOLD = 20


def own_pairs(found: Opened, service: AmazonBatchEngine) -> bytes:
    """The parallel data of a book's jobs as a TMX file; empty if there are none.

    They are the pairs people stand behind, or those of the file that the book names.
    What the service would not take is told, row by row.  Raises CommandError for a file
    that cannot be read, or that the service would refuse.
    """
    if not service.parallel_data:
        return b""
    if isinstance(service.parallel_data, str):
        return _of_file(Path(found.known.app.confdir, service.parallel_data), service)
    from amts_sphinx.bitext.candidates import of_units  # noqa: PLC0415 - sync only
    from amts_sphinx.bitext.filters import sift  # noqa: PLC0415 - as above
    from amts_sphinx.bitext.parallel_data import sorted_rows  # noqa: PLC0415 - as above
    from amts_sphinx.exchange.tmx import write_tmx  # noqa: PLC0415 - as above

    source, target = service.languages
    rows = sorted_rows(sift(of_units(found.units), source, target, table=False).kept)
    if not rows:
        return b""
    _check([(row.source, row.target) for row in rows], service)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pairs.tmx")
        write_tmx(path, source, target, rows)
        return path.read_bytes()


def _of_file(path: Path, service: AmazonBatchEngine) -> bytes:
    """A file that somebody made, as ``amts align`` does."""
    from amts_sphinx.exchange.errors import ExchangeError  # noqa: PLC0415 - sync only
    from amts_sphinx.exchange.tmx import read_tmx  # noqa: PLC0415 - as above
    from amts_sphinx.text import codes  # noqa: PLC0415 - as above
    from amts_sphinx.text.languages import profile  # noqa: PLC0415 - as above

    source, target = map(profile, service.languages)
    try:
        read = read_tmx(path, source, target, complain)
        content = path.read_bytes()
    except ExchangeError as error:
        raise CommandError(str(error)) from None
    texts = [
        (codes.plain(ours.text), codes.plain(theirs.text))
        for pair in read.documents
        for ours, theirs in zip(pair.source.messages, pair.target.messages, strict=True)
    ]
    _check(texts, service)
    return content


def _check(texts: Sequence[tuple[str, str]], service: AmazonBatchEngine) -> Lint:
    """What the service would make of the pairs; raises CommandError if of none."""
    from amts_sphinx.bitext.parallel_data import (  # noqa: PLC0415 - as above
        Format,
        lint,
    )

    source, target = service.languages
    checked = lint([(source, target), *texts], Format.TMX)
    for finding in checked.findings[:_TOLD]:
        complain(f"{target}: parallel data, row {finding.row}: {finding.problem.value}")
    if checked.failed or checked.skipped:
        complain(
            f"{target}: parallel data: of {len(texts):,} rows {checked.failed:,} would "
            f"fail and {checked.skipped:,} be skipped"
        )
    if not checked.accepted:
        message = f"{target}: the service would refuse the parallel data as a whole"
        raise CommandError(message)
    return checked
