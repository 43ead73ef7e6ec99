"""Where a book's batch jobs are done: its engine, and the door to the service.

The commands about jobs, parallel data and permissions look after what ``amts sync``
leaves with the service, so all of them are about a language whose engine is
``amazon-batch``, and whatever is wrong with that is said in one line.  The engine alone
is made, from the configuration: no page, memory or draft has to be read for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.cli.terminal import CommandError

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine
    from amts_sphinx.sphinx_ext.opened import Opened

#: names of what ``amts`` makes with the service begin with it
OURS = "amts-"
_ENGINE = "amazon-batch"


def arguments(action: argparse.ArgumentParser) -> None:
    """Declare what each of these commands is given."""
    action.add_argument("book", type=Path, metavar="BOOK", help="the folder of conf.py")
    action.add_argument("language", metavar="LANGUAGE", help="as it is declared")
    action.add_argument("--json", action="store_true", help="for other programs")


@contextmanager
def configured(book: Path, code: str) -> Iterator[tuple[Opened, AmazonBatchEngine]]:
    """A book opened in a language, and the engine of that language.

    Raises CommandError if there is no such book or language, its engine is another one
    or cannot be made, and for any EngineError that is raised while the book is open.
    """
    from amts_sphinx.engines.engine import EngineError  # noqa: PLC0415 - as below
    from amts_sphinx.sphinx_ext.opened import OpenError, opened  # noqa: PLC0415 - Sphinx

    try:
        with opened(book, code) as found:
            yield found, _engine(found, code)
    except (EngineError, OpenError) as error:
        raise CommandError(str(error)) from None


def _engine(found: Opened, code: str) -> AmazonBatchEngine:
    """Raises CommandError if another engine is configured, EngineError as it does."""
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine  # noqa: PLC0415 - heavy
    from amts_sphinx.engines.engine import create_engine  # noqa: PLC0415 - as above

    language, source = found.language, found.config.source.code
    if language.engine != _ENGINE:
        message = (
            f"the engine of {code} is {language.engine!r}; this is about {_ENGINE!r}"
        )
        raise CommandError(message)
    target = language.profile.code
    engine = create_engine(_ENGINE, source, target, language.options)
    assert isinstance(engine, AmazonBatchEngine)  # noqa: S101 - by its name
    return engine


@contextmanager
def door(book: Path, code: str) -> Iterator[Door]:
    """The door to the service for a language of a book.

    Raises CommandError as above.
    """
    with configured(book, code) as (_, engine), closing(engine.door()) as found:
        yield found
