"""``amts quote``: what the next build of a language would cost."""

from __future__ import annotations

import argparse
from pathlib import Path

from amts_sphinx.cli.terminal import CommandError, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    description = "Tell what the next build of a language would cost; send nothing."
    parser = commands.add_parser(
        "quote", help="tell what a build would cost", description=description
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the folder of conf.py")
    parser.add_argument(
        "languages", nargs="+", metavar="LANGUAGE", help="such as zh; as it is declared"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """One line for each language."""
    from amts_sphinx.sphinx_ext.quoting import (  # noqa: PLC0415 - loads Sphinx
        QuoteError,
        quote,
    )

    for code in options.languages:
        try:
            found = quote(options.book, code)
        except QuoteError as error:
            raise CommandError(str(error)) from None
        if found is None:
            say([f"{code}: nothing: its engine is not paid"])
        elif not found.sentences:
            say([f"{code}: nothing: no sentence has to be sent"])
        else:
            say([f"{code}: {found.line()}"])
    return 0
