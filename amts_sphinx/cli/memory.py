"""``amts memory``: look after the committed memory files."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from amts_sphinx.cli.terminal import CommandError, complain, say, table
from amts_sphinx.memory import files
from amts_sphinx.memory.files import Line


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and what it can do."""
    parser = commands.add_parser(
        "memory",
        help="look after memory files",
        description="Look after a book's memory files (translations/LANG/*.jsonl).",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, description in (
        ("stat", _stat, "count what memory files hold"),
        (
            "check",
            _check,
            "name every line that cannot be used, or should be looked at",
        ),
        ("merge", _merge, "make one memory file of several; the last one has its way"),
    ):
        action = actions.add_parser(name, help=description, description=description)
        action.add_argument(
            "paths", nargs="+", type=Path, metavar="FILE", help="a file or a folder"
        )
        action.set_defaults(run=run)
        if name == "merge":
            action.add_argument(
                "-o", dest="output", type=Path, required=True, metavar="FILE"
            )


def _stat(options: argparse.Namespace) -> int:
    """One row a file."""
    rows = []
    for path in _files(options.paths):
        lines = _read(path, complain)
        rows.append(
            (
                str(path),
                f"{len(lines):,}",
                f"{sum(line.by_hand for line in lines):,}",
                f"{len({line.unit.document for line in lines}):,}",
                f"{sum(len(line.unit.source) for line in lines):,}",
            )
        )
    head = ("file", "units", "by hand", "documents", "source characters")
    say(table(head, rows))
    return 0


def _check(options: argparse.Namespace) -> int:
    """Every fault in a line of its own; 1 if there is any."""
    told: list[str] = []
    total = 0
    for path in _files(options.paths):
        lines = _read(path, told.append)
        total += len(lines)
        told += _faults(path, lines)
    say(told)
    faults = f"{len(told):,} to look at" if told else "all is well"
    say([f"{total:,} units can be used; {faults}"])
    return 1 if told else 0


def _faults(path: Path, lines: Sequence[Line]) -> Iterator[str]:
    """What is odd about lines that can be used."""
    seen: Counter[str] = Counter()
    for line in lines:
        text = files.dump(line._replace(by_hand=True, number=0))
        seen[text] += 1
        if seen[text] > 1:
            yield f"{path}:{line.number}: stands in the file twice; delete one"


def _merge(options: argparse.Namespace) -> int:
    """All lines of all files; where they disagree, a hand's, then the last file's."""
    paths = list(_files(options.paths))
    told: list[str] = []
    merged: list[Line] = []
    for path in paths:
        merged = files.merged(merged, _read(path, told.append))
    if told:
        message = f"{told[0]}; nothing was written, so that nothing is lost"
        raise CommandError(message)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    files.write(options.output, merged)
    say([f"{options.output}: {len(merged):,} units of {len(paths)} files"])
    return 0


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files meant.

    Raises CommandError for a path where there is none.
    """
    for path in paths:
        found = files.memory_files(path) if path.is_dir() else [path]
        if not found or not path.exists():
            message = f"{path}: there is no memory file ({files.SUFFIX})"
            raise CommandError(message)
        yield from found


def _read(path: Path, tell: files.Tell) -> list[Line]:
    try:
        return files.read(path, tell)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise CommandError(message) from None
