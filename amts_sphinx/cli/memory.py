"""``amts memory``: look after the committed memory files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from amts_sphinx.cli.outputs import check_writable, known_lines, written
from amts_sphinx.cli.tables import counted, table
from amts_sphinx.cli.terminal import CommandError, complain, say
from amts_sphinx.memory import files, merging
from amts_sphinx.memory.files import Line
from amts_sphinx.text import codes


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
    """One row a file, and the sum of several; 1 if a line cannot be read."""
    told: list[str] = []
    rows = [(str(path), _read(path, told.append)) for path in _files(options.paths)]
    if len(rows) > 1:
        rows.append(("all", [line for _, lines in rows for line in lines]))
    for line in told:
        complain(line)
    head = ("file", "units", "by hand", "documents", "characters")
    say(table(head, (_row(name, lines) for name, lines in rows)))
    return 1 if told else 0


def _row(name: str, lines: Sequence[Line]) -> Sequence[str]:
    counts = (
        len(lines),
        sum(line.by_hand for line in lines),
        len({line.unit.document for line in lines}),
        sum(len(codes.plain(line.unit.source)) for line in lines),
    )
    return (name, *(f"{count:,}" for count in counts))


def _check(options: argparse.Namespace) -> int:
    """Every fault in a line of its own; 1 if there is any."""
    told: list[str] = []
    total = 0
    for path in _files(options.paths):
        faults: list[str] = []
        lines = _read(path, faults.append)
        total += len(lines)
        faults += _twice(path, lines)
        told += sorted(faults, key=lambda fault: _number(path, fault))
    say(told)
    faults_told = f"{len(told):,} to look at" if told else "all is well"
    say([f"{counted(total, 'unit')} can be used; {faults_told}"])
    return 1 if told else 0


def _number(path: Path, fault: str) -> int:
    """The line that a fault is told of, as FILE:LINE."""
    return int(fault.removeprefix(f"{path}:").partition(":")[0])


def _twice(path: Path, lines: Sequence[Line]) -> Iterator[str]:
    """The lines that say what another one says already."""
    seen: set[str] = set()
    for line in lines:
        text = files.dump(line._replace(by_hand=True))
        if text in seen:
            yield f"{path}:{line.number}: stands in the file twice; delete one"
        seen.add(text)


def _merge(options: argparse.Namespace) -> int:
    """All lines of all files; where they disagree, a hand's, then the last file's."""
    output = options.output
    if output.suffix != files.SUFFIX:
        message = f"{output}: name a {files.SUFFIX} file"
        raise CommandError(message)
    check_writable(output)
    paths = list(_files(options.paths))
    merged: list[Line] = []
    for path in paths:
        merged = merging.merged(merged, known_lines(path))
    written(output, lambda: files.write(output, merged))
    now = files.read(output, complain)
    say([f"{output}: {counted(len(now), 'unit')} of {counted(len(paths), 'file')}"])
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
