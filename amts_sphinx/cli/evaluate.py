"""``amts evaluate``: what each system is worth on this very book, without leaks.

The answer is kept in the cache folder with a digest of all it depends on: asked again,
nothing is computed, and the next build shows it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_sphinx.cli import evaluation_tables
from amts_sphinx.cli.terminal import CommandError, complain, say

if TYPE_CHECKING:
    from amts_sphinx.sphinx_ext.opened import Opened


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    description = (
        "Score what machines make of a book against what people have made of it, page "
        "by page, each page without its own translation."
    )
    parser = commands.add_parser(
        "evaluate", help="score translations", description=description
    )
    parser.add_argument("book", type=Path, metavar="BOOK", help="the folder of conf.py")
    parser.add_argument("language", metavar="LANGUAGE", help="as it is declared")
    parser.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME:SETTING=VALUE,…",
        help="another engine, or other settings of it; may be given again",
    )
    parser.add_argument("--baseline", default="", help="the system that others beat")
    parser.add_argument(
        "--reverse", action="store_true", help="from the language into the book's own"
    )
    parser.add_argument(
        "--canary",
        action="store_true",
        help="add a memory that knows the page: its scores must shine and be flagged",
    )
    parser.add_argument(
        "--folds",
        type=int,
        default=0,
        metavar="K",
        help="adapt batch jobs by parallel data without the chapters that are scored",
    )
    parser.add_argument(
        "--independent",
        action="store_true",
        help="the reference was translated without any machine's draft",
    )
    parser.add_argument(
        "--budget", type=float, default=0.0, help="what may be spent on answers"
    )
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="what was scored")
    parser.add_argument("--json", action="store_true", help="for other programs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """The tables, or the data they are made of."""
    from amts_sphinx.engines.engine import EngineError  # noqa: PLC0415 - with the engine
    from amts_sphinx.sphinx_ext.folders import ReferenceBookError  # noqa: PLC0415 - Sphinx
    from amts_sphinx.sphinx_ext.opened import OpenError, opened  # noqa: PLC0415 - as above

    if options.folds < 0 or options.folds == 1:
        message = f"--folds: {options.folds} groups teach nothing; give 2 or more"
        raise CommandError(message)
    try:
        with opened(options.book, options.language) as found:
            data = _evaluated(found, options)
    except (EngineError, OpenError, ReferenceBookError) as error:
        raise CommandError(str(error)) from None
    if options.json:
        say(json.dumps(data, ensure_ascii=False, indent=1).splitlines())
    else:
        say(evaluation_tables.tables(data))
    return 0


def _evaluated(found: Opened, options: argparse.Namespace) -> dict[str, Any]:
    """The stored answer, if it still stands; else a new one.

    One that lacks answers does not stand where there is money to ask for them.
    """
    from amts_sphinx.cli.systems import named  # noqa: PLC0415 - heavy
    from amts_sphinx.sphinx_ext.evaluated import (  # noqa: PLC0415 - as below
        evaluation_file,
        state,
    )
    from amts_sphinx.sphinx_ext.material import (  # noqa: PLC0415 - Sphinx
        material_digest,
        read_books,
    )
    from amts_sphinx.sphinx_ext.stored_pairs import read_json  # noqa: PLC0415 - as above
    from amts_sphinx.text.pages import text_digest, write_text  # noqa: PLC0415 - as above

    settings = [one.settings for one in map(named, options.system)]
    asked = (
        json.dumps(sorted(options.system)),
        options.baseline,
        f"{options.reverse} {options.canary} {options.independent} {options.folds}",
    )
    path = evaluation_file(found.known, reverse=options.reverse)
    stored = read_json(path)
    if not stored:
        read_books(found)
    digest = text_digest(material_digest(found, *settings), *asked)
    if stored.get("digest") == digest and not options.export:
        lacking = stored["scored"]["without_answer"]
        if not (lacking and options.budget > 0):
            return stored
    known = {"digest": digest, "state": state(found.known)}
    data = {**_computed(found, options), **known}
    # not sorted by keys: read back, it has to be told in the same order
    write_text(path, json.dumps(data, ensure_ascii=False) + "\n")
    return data


def _computed(found: Opened, options: argparse.Namespace) -> dict[str, Any]:
    from amts_sphinx.cli.systems import plan  # noqa: PLC0415 - heavy
    from amts_sphinx.evaluation.evaluation import evaluate  # noqa: PLC0415 - as above

    wanted = plan(found, options)
    if wanted.tokenizer.note:
        complain(f"{options.language}: {wanted.tokenizer.note}")
    data, cases = evaluate(wanted)
    if not cases.cases:
        message = (
            f"{options.language}: no message has both a person's translation and an "
            f"answer of every system ({cases.unanswered:,} have no answer; what has to "
            "be paid is asked only with --budget)"
        )
        raise CommandError(message)
    if options.export:
        from amts_sphinx.cli.exporting import export  # noqa: PLC0415 - if asked for

        export(options.export, cases, [system.name for system in wanted.systems])
    return data
