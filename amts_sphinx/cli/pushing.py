"""``amts parallel-data push``: an import of a book's pairs, without a job.

The file, its name and its place are those of ``amts sync``, so whichever comes first
does the work for both.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from amts_sphinx.cli import records
from amts_sphinx.cli.own_pairs import own_pairs
from amts_sphinx.cli.places import configured
from amts_sphinx.cli.sync import LATE, SOON
from amts_sphinx.cli.terminal import CommandError, complain

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door, Imported

_RUNNING = frozenset({"CREATING", "UPDATING"})


def push(options: argparse.Namespace) -> int:
    """Import the book's pairs; 1 if the service left any of them out."""
    with configured(options.book, options.language) as (found, engine):
        if found.config.frozen:
            message = "the book is frozen (amts_frozen): nothing may be sent"
            raise CommandError(message)
        content = own_pairs(found, engine)
        if not content:
            message = f"{options.language}: there are no pairs to be learnt from"
            raise CommandError(message)
        name = engine.name_of(content)
        with closing(engine.door()) as service:
            state = _imported(service, name, content, wait=options.wait)
            lines = records.details(service, state)
    records.tell(name, state, lines, as_json=options.json)
    if state.status in _RUNNING:
        return 0
    missing = list(records.missing(content, state, lines))
    for line in missing:
        complain(f"{options.language}: {line}")
    return 1 if missing or records.trouble(state) else 0


def _imported(service: Door, name: str, content: bytes, *, wait: bool) -> Imported:
    """The state of these pairs, once they are there, or on their way.

    Raises CommandError if another import is under way and nobody waits for its end.
    """
    service.check()
    pauses = _pauses()
    if not service.has_parallel_data(name):
        file = f"parallel-data/{name}.tmx"
        service.put(file, content, "application/xml")
        while not _created(service, name, file, wait=wait):
            time.sleep(next(pauses))
    state = service.parallel_data(name)
    while wait and state.status in _RUNNING:
        time.sleep(next(pauses))
        state = service.parallel_data(name)
    return state


def _created(service: Door, name: str, file: str, *, wait: bool) -> bool:
    """Did the service begin?  False: it is busy, ask again."""
    from amts_sphinx.engines.amazon_door import BusyError  # noqa: PLC0415 - boto3

    try:
        service.create_parallel_data(name, service.place.uri(file), "TMX")
    except BusyError as error:
        if wait:
            return False
        message = f"{error}; try again later, or with --wait"
        raise CommandError(message) from None
    return True


def _pauses() -> Iterator[float]:
    """Seconds between two looks, in the manner of ``amts sync``."""
    pause = SOON
    while True:
        yield pause
        pause = min(pause * 1.5, LATE)
