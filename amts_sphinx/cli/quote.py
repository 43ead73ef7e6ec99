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
    from amts_sphinx.sphinx_ext.opened import OpenError  # noqa: PLC0415 - loads Sphinx

    for code in options.languages:
        try:
            say([f"{code}: {_quoted(options.book, code)}"])
        except OpenError as error:
            raise CommandError(str(error)) from None
    return 0


def _quoted(book: Path, code: str) -> str:
    from amts_sphinx.engines.paid import PaidEngine  # noqa: PLC0415 - as above
    from amts_sphinx.sphinx_ext.opened import opened  # noqa: PLC0415 - as above

    with opened(book, code) as found:
        missing, sentences = found.missing
        if not isinstance(found.engine, PaidEngine):
            return "nothing: its engine is not paid"
        quote = found.engine.quote(missing, sentences)
    return quote.line() if quote.sentences else "nothing: no sentence has to be sent"
