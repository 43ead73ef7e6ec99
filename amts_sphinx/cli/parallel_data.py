"""``amts parallel-data``: look after the pairs that the service has learnt from.

``amts sync`` imports what it needs by itself; here a person sees what the service made
of it, record by record, tries an import before a job is paid for, and tidies up: each
state of a book leaves a resource behind, and an account may have a thousand.  Names are
made of content, so to push the same pairs twice is to push them once.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from amts_sphinx.cli import records
from amts_sphinx.cli.places import OURS, arguments, door
from amts_sphinx.cli.pushing import push
from amts_sphinx.cli.tables import table
from amts_sphinx.cli.terminal import CommandError, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and what it can do."""
    parser = commands.add_parser(
        "parallel-data",
        help="look after sentence pairs that the service learns from",
        description="Look after the parallel data of Amazon Translate.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, description in (
        ("list", _list, "name the parallel data that amts has made"),
        ("show", _show, "tell what the service took of the records, and what not"),
        ("delete", _delete, "delete what no job needs any more"),
        ("push", push, "have the service import the pairs of the book as it is now"),
    ):
        action = actions.add_parser(name, help=description, description=description)
        arguments(action)
        if name in ("show", "delete"):
            # missing, it is told in one line, as everything is that goes wrong
            action.add_argument("name", nargs="?", metavar="NAME", help="its name")
        option, said = _OPTIONS.get(name, ("", ""))
        if option:
            action.add_argument(option, action="store_true", help=said)
        action.set_defaults(run=run)


_OPTIONS = {
    "list": ("--all", "those of others in the account, too"),
    "delete": ("--force", f"whatever its name: also one that is not {OURS}…"),
    "push": ("--wait", "wait until they are imported"),
}


def _list(options: argparse.Namespace) -> int:
    """One row each, by name."""
    with door(options.book, options.language) as service:
        found = [_listed(one) for one in service.all_parallel_data()]
    rows = [row for row in found if options.all or row["name"].startswith(OURS)]
    rows.sort(key=lambda row: str(row["name"]))
    if options.json:
        say(json.dumps(rows, indent=1).splitlines())
    elif rows:
        head = ("name", "status", "languages", "imported", "failed", "skipped")
        say(table(head, map(_cells, rows)))
    else:
        say(["no parallel data are known"])
    return 0


def _listed(one: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of one; what the service leaves out is empty, or 0."""
    return {
        "name": str(one.get("Name", "")),
        "status": str(one.get("Status", "")),
        "source": str(one.get("SourceLanguageCode", "")),
        "targets": [str(code) for code in one.get("TargetLanguageCodes", [])],
        "imported": int(one.get("ImportedRecordCount", 0)),
        "failed": int(one.get("FailedRecordCount", 0)),
        "skipped": int(one.get("SkippedRecordCount", 0)),
    }


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    languages = (
        f"{row['source']} to {', '.join(row['targets'])}" if row["source"] else ""
    )
    counts = (f"{row[name]:,}" for name in ("imported", "failed", "skipped"))
    return (row["name"], row["status"], languages, *counts)


def _show(options: argparse.Namespace) -> int:
    """Counts, and a line for each record that was not taken; 1 if there is any."""
    name = _named(options)
    with door(options.book, options.language) as service:
        found = service.parallel_data(name)
        details = records.details(service, found)
    records.tell(name, found, details, as_json=options.json)
    if not options.json:
        say(f"{name}: {line}" for line in details)
    return 1 if records.trouble(found) else 0


def _delete(options: argparse.Namespace) -> int:
    """Delete one, unless it is somebody else's."""
    name = _named(options)
    if not (options.force or name.startswith(OURS)):
        message = f"{name}: amts has not made it; delete it with --force"
        raise CommandError(message)
    with door(options.book, options.language) as service:
        service.delete_parallel_data(name)
    if options.json:
        told = {"name": name, "status": "DELETING"}
        say(json.dumps(told, indent=1).splitlines())
    else:
        say([f"{name}: is being deleted"])
    return 0


def _named(options: argparse.Namespace) -> str:
    """The name that was given.  Raises CommandError if there is none."""
    if not options.name:
        message = "name parallel data; amts parallel-data list tells the names"
        raise CommandError(message)
    return str(options.name)
