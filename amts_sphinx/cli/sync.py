"""``amts sync``: what a book lacks, by batch jobs adapted by the book's own pairs."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.cli.progress import Progress
from amts_sphinx.cli.terminal import CommandError, say

if TYPE_CHECKING:
    from amts_sphinx.cli.sync_work import Work

#: what this is about
ENGINE = "amazon-batch"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    description = (
        "Have Amazon Translate's batch jobs translate what a book lacks; what was "
        "started before is finished first."
    )
    parser = commands.add_parser(
        "sync", help="translate by batch jobs", description=description
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the folder of conf.py")
    parser.add_argument(
        "languages", nargs="*", metavar="LANGUAGE", help="default: all declared ones"
    )
    parser.add_argument(
        "--wait", action="store_true", help="wait until all jobs are done"
    )
    parser.add_argument(
        "--budget", type=float, help="in place of amts_budget: what may be spent"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """All languages side by side; 1 if something is left, 2 if one cannot be done."""
    from amts_sphinx.engines.engine import EngineError  # noqa: PLC0415 - with the engine
    from amts_sphinx.engines.syncing import share_jobs  # noqa: PLC0415 - as above
    from amts_sphinx.sphinx_ext.opened import OpenError, declared  # noqa: PLC0415 - Sphinx

    try:
        codes = list(dict.fromkeys(options.languages or declared(options.book)))
        progress = Progress(codes)
        works = _works(options, codes, progress)
    except (EngineError, OpenError) as error:
        raise CommandError(str(error)) from None
    if not works:
        say(["no language has the engine amazon-batch"])
        return 0
    with closing(progress):
        able = [work for work in works if not work.write_down()]
        account = works[0].syncing.account
        rest = account.budget - account.spent
        share_jobs(
            (batch for work in able for batch in work.syncing.batches),
            anew=sum(work.due for work in able) <= rest,
        )
        status = _side_by_side(able, wait=options.wait) if able else 0
        return status if len(able) == len(works) else 2


def _side_by_side(works: Sequence[Work], *, wait: bool) -> int:
    """Each language in a thread of its own; the worst of their results."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(works)) as pool:
        jobs = [pool.submit(work.run, stop, wait=wait) for work in works]
        try:
            return max(job.result() for job in jobs)
        except BaseException:
            stop.set()
            raise


def _works(
    options: argparse.Namespace, codes: Sequence[str], progress: Progress
) -> list[Work]:
    """Every language whose engine works by jobs; all spend from one account.

    Raises CommandError, EngineError or OpenError for one that cannot be used.
    """
    from amts_sphinx.cli.sync_work import Work  # noqa: PLC0415 - with the engine
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine  # noqa: PLC0415 - as above
    from amts_sphinx.engines.paid import PaidEngine  # noqa: PLC0415 - as above
    from amts_sphinx.memory.account_file import SPENDING  # noqa: PLC0415 - as above
    from amts_sphinx.memory.spending import Account  # noqa: PLC0415 - as above
    from amts_sphinx.sphinx_ext.opened import opened  # noqa: PLC0415 - Sphinx

    name = Account.new_name()
    works: list[Work] = []
    for code in codes:
        with opened(options.book, code) as found:
            engine, config = found.engine, found.config
            if found.language.engine != ENGINE:
                continue
            if not isinstance(engine, PaidEngine):
                message = f"{code}: the engine cannot be used (see above)"
                raise CommandError(message)
            if config.frozen:
                message = "the book is frozen (amts_frozen): nothing may be sent"
                raise CommandError(message)
            assert isinstance(engine.service, AmazonBatchEngine)  # noqa: S101 - by its name
            budget = config.budget if options.budget is None else options.budget
            folder, price = found.known.cache_dir / SPENDING, engine.service.price
            account = Account(folder, name, budget, price)
            works.append(Work.of(found, engine, account, progress))
    return works
