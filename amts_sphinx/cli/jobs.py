"""``amts jobs``: look after batch jobs that the service still knows.

``amts sync`` needs none of this; it is for the day when a job is not wanted any more,
or takes so long that somebody wants to know why.  An account may have jobs of others,
so only those that ``amts`` has started are listed unless all are asked for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from amts_sphinx.cli.places import OURS, arguments, door
from amts_sphinx.cli.tables import table
from amts_sphinx.cli.terminal import CommandError, say


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and what it can do."""
    parser = commands.add_parser(
        "jobs",
        help="look after batch jobs",
        description="Look after the batch jobs of Amazon Translate.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, description in (
        ("list", _list, "name the jobs that amts has started"),
        ("show", _show, "tell how far a job has come, and what the service says of it"),
        ("stop", _stop, "have the service stop a job; what it has done may be billed"),
    ):
        action = actions.add_parser(name, help=description, description=description)
        arguments(action)
        if name == "list":
            action.add_argument(
                "--all", action="store_true", help="those of others in the account, too"
            )
        else:
            # missing, it is told in one line, as everything is that goes wrong
            action.add_argument("job", nargs="?", metavar="JOB", help="its id")
        action.set_defaults(run=run)


def _list(options: argparse.Namespace) -> int:
    """One row a job, the oldest first."""
    with door(options.book, options.language) as service:
        found = [_listed(job) for job in service.all_jobs()]
    rows = [row for row in found if options.all or row["name"].startswith(OURS)]
    rows.sort(key=lambda row: (row["submitted"], row["id"]))
    if options.json:
        say(json.dumps(rows, indent=1).splitlines())
    elif rows:
        head = ("job", "name", "status", "languages", "submitted", "documents")
        say(table(head, map(_cells, rows)))
    else:
        say(["no job is known"])
    return 0


def _listed(job: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a job; what the service leaves out is empty, or null."""
    submitted = job.get("SubmittedTime")
    return {
        "id": str(job.get("JobId", "")),
        "name": str(job.get("JobName", "")),
        "status": str(job.get("JobStatus", "")),
        "source": str(job.get("SourceLanguageCode", "")),
        "targets": [str(code) for code in job.get("TargetLanguageCodes", [])],
        "submitted": _moment(submitted) if submitted else "",
        "documents": job.get("JobDetails", {}).get("InputDocumentsCount"),
    }


def _moment(time: datetime) -> str:
    """The same wherever it is read: in UTC, as in ISO 8601."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    languages = f"{row['source']} to {', '.join(row['targets'])}"
    documents = "–" if row["documents"] is None else f"{row['documents']:,}"
    known = (row["id"], row["name"], row["status"])
    return (*known, languages, row["submitted"], documents)


def _show(options: argparse.Namespace) -> int:
    """What the service says of one job."""
    return _tell(options, stop=False)


def _stop(options: argparse.Namespace) -> int:
    """Ask for its end, and tell what the service says now."""
    return _tell(options, stop=True)


def _tell(options: argparse.Namespace, *, stop: bool) -> int:
    if not options.job:
        message = "name a job; amts jobs list tells their ids"
        raise CommandError(message)
    with door(options.book, options.language) as service:
        if stop:
            service.stop_job(options.job)
        state = service.job(options.job)
    told = {
        "id": state.job,
        "status": state.status,
        "translated": state.translated,
        "failed": state.failed,
        "message": state.message,
    }
    if options.json:
        say(json.dumps(told, indent=1).splitlines())
        return 0
    documents = f"{state.translated:,} documents translated, {state.failed:,} failed"
    say([f"{state.job}: {state.status}; {documents}"])
    if told["message"]:
        say([f"{state.job}: {told['message']}"])
    return 0
