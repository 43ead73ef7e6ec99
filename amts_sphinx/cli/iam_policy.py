"""``amts iam-policy``: what has to be allowed before ``amts sync`` can work.

Few people write such documents well by hand, and one that allows too much is never
noticed.  They are printed, not applied: whoever runs this needs no credentials, and
whoever has them can read what is allowed.  Headings go to standard error, so what is on
standard output can be piped on as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from pathlib import Path

from amts_sphinx.cli import policies
from amts_sphinx.cli.places import configured
from amts_sphinx.cli.policies import Site
from amts_sphinx.cli.terminal import CommandError, complain, say

_PARTS = {
    "trust": (policies.trust, "trust policy of the role: who may take it on"),
    "role": (policies.role, "policy of the role: what a job may do"),
    "caller": (policies.caller, "policy of whoever runs amts"),
}
_SHAPES = {
    "bucket": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "account": r"[0-9]{12}",
    "role_name": r"[\w+=,.@-]{1,64}",
    "region": r"[a-z]{2}(-[a-z]+)+-[0-9]+",
    "prefix": r"[\w.-]+(/[\w.-]+)*",
    "kms_key": r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[\w-]+)?",
}
_NEEDED = ("bucket", "account", "role_name", "region")
_GOVERNMENT, _CHINA = "us-gov-", "cn-"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    description = (
        "Print the permissions that batch jobs need, as IAM policies: for a book as it "
        "is configured, or for what the options name."
    )
    parser = commands.add_parser(
        "iam-policy", help="print the permissions of jobs", description=description
    )
    parser.add_argument(
        "book", nargs="?", type=Path, metavar="BOOK", help="the folder of conf.py"
    )
    parser.add_argument(
        "language", nargs="?", metavar="LANGUAGE", help="as it is declared"
    )
    for name, said in (
        ("bucket", "the bucket of the jobs"),
        ("account", "the account of the bucket, twelve digits"),
        ("role-name", "the name of the role of the jobs"),
        ("region", "where they run; of a book only if it does not name it"),
        ("prefix", "the folder in the bucket (default: amts)"),
        ("kms-key", "the ARN of a KMS key, if there is one"),
    ):
        parser.add_argument(f"--{name}", default="", help=said)
    parser.add_argument("--only", choices=list(_PARTS), help="one of the three")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    """Each policy after its heading."""
    site = _of_book(options) if options.book else _of_options(options)
    for name, (policy, heading) in _PARTS.items():
        if options.only in (None, name):
            complain(heading)
            say(json.dumps(policy(site), indent=2).splitlines())
    return 0


def _of_book(options: argparse.Namespace) -> Site:
    """What the book is configured for.

    Raises CommandError if it is not, or something cannot be told from it.
    """
    if not options.language:
        message = "name a language of the book as well"
        raise CommandError(message)
    both = [name for name in _SHAPES if name != "region" and getattr(options, name)]
    if both:
        message = f"--{both[0].replace('_', '-')}: the book says what it is"
        raise CommandError(message)
    with configured(options.book, options.language) as (found, engine):
        place = engine.place
        terms = bool(found.language.terminology or engine.terminology)
        pairs = engine.fixed_name
    region = place.region or options.region or os.environ.get("AWS_DEFAULT_REGION", "")
    _check("region", region)
    _check("prefix", place.prefix)
    _check("kms_key", place.key)
    return Site(
        place.bucket,
        place.owner,
        place.role,
        region,
        place.prefix,
        place.key,
        terms,
        pairs,
    )


def _of_options(options: argparse.Namespace) -> Site:
    """What the options name.

    Raises CommandError if one is missing or cannot be.
    """
    for name in _NEEDED:
        if not getattr(options, name):
            message = f"name a book and a language, or --{name.replace('_', '-')}"
            raise CommandError(message)
    prefix = options.prefix or "amts"
    for name in _SHAPES:
        _check(name, prefix if name == "prefix" else getattr(options, name))
    role = (
        f"{_partition(options.region)}:iam::{options.account}:role/{options.role_name}"
    )
    return Site(
        options.bucket, options.account, role, options.region, prefix, options.kms_key
    )


def _partition(region: str) -> str:
    if region.startswith(_GOVERNMENT):
        return "arn:aws-us-gov"
    return "arn:aws-cn" if region.startswith(_CHINA) else "arn:aws"


def _check(name: str, value: str) -> None:
    """Raises CommandError for a value that no such thing can have."""
    if not re.fullmatch(_SHAPES[name], value, re.ASCII):
        said = f"{value!r} is not valid" if value else "is not known; name it"
        message = f"--{name.replace('_', '-')}: {said}"
        raise CommandError(message)
