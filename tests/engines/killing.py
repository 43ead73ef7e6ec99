"""Translates through a paid engine and is killed again and again while it does.

``python killing.py FOLDER KILLS SENTENCES``: one process that has everything loaded
forks a child for each life; the address of the service is in the environment.  Each
child notes in ``kept`` what it was told to be safe.  Prints how often it killed.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random

from amts_sphinx.engines import amazon
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
from engines import service

#: small requests, so that each life has many
PACK = 400


class Noting(AnswerCache):
    """Writes down, in one breath, the key of each answer that is safe."""

    notes = -1

    def put_all(self, answers: Iterable[tuple[Request, Answer]]) -> bool:
        """Keep answers, then say so."""
        pairs = list(answers)
        safe = super().put_all(pairs)
        if safe:
            keys = "".join(f"{request.key()}\n" for request, _ in pairs)
            os.write(self.notes, keys.encode())
        return safe


def life(folder: Path, count: int) -> None:
    """One build: translate all there is."""
    amazon.PACK = PACK
    paid = service.Paid(folder)
    cache = functools.partial(Noting.open, paid.cache, paid.told.append)
    object.__setattr__(paid.desk, "cache", cache)
    answers = paid.draft(service.sentences(count))
    os._exit(0 if not service.wrong(service.sentences(count), answers) else 3)


def main() -> int:
    """Kill as often as asked for, then let the last child live."""
    folder, kills, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    random = Random(7)  # noqa: S311 - the same each time
    Noting.notes = os.open(folder / "kept", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    import boto3  # noqa: F401 - loaded once, for all children

    done = 0
    while True:
        child = os.fork()
        if not child:
            life(folder, count)
        if done == kills:
            _, status = os.waitpid(child, 0)
            return os.waitstatus_to_exitcode(status)
        time.sleep(random.uniform(0.0, 0.5))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        done += os.waitstatus_to_exitcode(status) == -signal.SIGKILL


if __name__ == "__main__":
    raise SystemExit(main())
