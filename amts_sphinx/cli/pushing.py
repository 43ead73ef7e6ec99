"""``amts parallel-data push``: an import of a book's pairs, without a job.

The file, its name and its place are those of ``amts sync``, so whichever comes first
does the work for both.
"""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

from amts_sphinx.cli import records
from amts_sphinx.cli.places import configured
from amts_sphinx.cli.terminal import CommandError, complain
from amts_sphinx.sphinx_ext.engine import pairs_of

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door

#: states of an import that is under way
RUNNING = frozenset({"CREATING", "UPDATING"})


def push(options: argparse.Namespace) -> int:
    """Import the book's pairs; 1 if the service left any of them out."""
    with configured(options.book, options.language) as (found, engine):
        if found.config.frozen:
            message = "the book is frozen (amts_frozen): nothing may be sent"
            raise CommandError(message)
        assert found.missing  # noqa: S101 - brings the book's pairs up to date
        content = pairs_of(found.known, engine, complain)
        if not content:
            message = f"{options.language}: there are no pairs to be learnt from"
            raise CommandError(message)
        name = engine.pairs_name(content)
        with closing(engine.door()) as service:
            service.check()
            _import(service, name, content, wait=options.wait)
            state = service.parallel_data(name)
            lines = records.details(service, state)
    records.tell(name, state, lines, as_json=options.json)
    if state.status in RUNNING:
        return 0
    missing = list(records.missing(content, state, lines))
    for line in missing:
        complain(f"{options.language}: {line}")
    return 1 if missing or records.trouble(state) else 0


def _import(service: Door, name: str, content: bytes, *, wait: bool) -> None:
    """Have the service hold the pairs; without ``wait``, have it begin to.

    Raises CommandError if another import is under way and nobody waits for its end.
    """
    from amts_sphinx.engines.amazon_batch import hold_pairs  # noqa: PLC0415 - boto3
    from amts_sphinx.engines.amazon_sync import LATE, SOON  # noqa: PLC0415 - as above

    digest, pause = sha256(content).hexdigest(), SOON
    for step in hold_pairs(name, digest, lambda: content, service):
        if not wait and step.state not in RUNNING:
            message = f"{step.state}; try again later, or with --wait"
            raise CommandError(message)
        if not wait:
            return
        time.sleep(pause)
        pause = min(pause * 1.5, LATE)
