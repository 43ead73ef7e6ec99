"""The whole loop of batch jobs, on a copy of this book and without an account.

    python example_book/loop/walk.py [--folder FOLDER] [STEP …]

Each step shows a command as you would type it, and what it says, and then checks what
it claims.  In place of Amazon Translate stands the package's stand-in, with moto's S3
beside it; both answer on this machine only.  The copy has one page more than the book,
which nobody has translated, so there is always something to do.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from amts_sphinx.testing.standin import Standin

BOOK = Path(__file__).resolve().parent.parent
BUCKET, ACCOUNT = "my-books", "123456789012"
LANGUAGES = ("zh", "es")
#: at the end of the copy's ``conf.py``
CONF = f"""
for _language in amts_languages.values():
    _language.pop("engine", None)
amts_engine = "amazon-batch"
amts_engine_options = {{
    "region": "us-east-1",
    "bucket": "{BUCKET}",
    "account": "{ACCOUNT}",
    "role": "arn:aws:iam::{ACCOUNT}:role/amts",
    "endpoint_url": __import__("os").environ["WALK_SERVICE"],
}}
"""
PAGE = """:orphan:

A page of the walk-through
==========================

Nobody has translated this page yet.
The loop begins with its sentences.
"""
BEFORE, AFTER = "The loop begins with", "Soon the loop will begin anew with"
#: the sentence that a person translates, and how
SOURCE, TARGET = "Nobody has translated this page yet.", "这一页还没有人翻译过。"


class NotSoError(Exception):
    """What a step claims is not so."""


class Walk:
    """A folder with a copy of the book, and the service it is translated by."""

    def __init__(self, folder: Path, standin: Standin) -> None:
        self.folder, self.standin = folder, standin
        self.book = folder / "book"
        if not self.book.exists():
            ignored = shutil.ignore_patterns("_build", ".amts", "__pycache__")
            shutil.copytree(BOOK, self.book, ignore=ignored)
            (self.book / "walk.rst").write_text(PAGE, "utf-8")
            with (self.book / "conf.py").open("a", encoding="utf-8") as conf:
                conf.write(CONF)

    def run(self, line: str, *, away: bool = False) -> str:
        """Show a command and what it says; ``away`` from service and credentials.

        What follows ``| grep`` is the text that lines must hold to be shown.  Raises
        NotSoError if the command fails.
        """
        print(f"$ {line}")
        words = shlex.split(line)
        wanted = words.pop() if "grep" in words else ""
        words = words[: -2 if wanted else None]
        variables = dict(self._variables(away=away))
        while "=" in words[0]:
            name, _, variables[name] = words.pop(0).partition("=")
        module = {"amts": "amts_sphinx.cli", "sphinx-build": "sphinx"}[words[0]]
        done = subprocess.run(  # noqa: S603 - this very package, as it is typed
            [sys.executable, "-P", "-m", module, *words[1:]],
            cwd=self.folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        lines = [text for text in done.stdout.splitlines() if wanted in text]
        print("\n".join(lines), flush=True)
        _so(done.returncode == 0, f"{words[0]} ended with status {done.returncode}")
        return "\n".join(lines)

    def _variables(self, *, away: bool) -> dict[str, str]:
        """The environment of a command: nothing of the user's own account is in it."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        nothing = {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_COLOR": "1",
            "NO_PROXY": "127.0.0.1",
            "PYTHONIOENCODING": "utf-8",
            "WALK_SERVICE": "http://127.0.0.1:9",  # where nobody answers
        }
        here = {
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_ENDPOINT_URL_S3": self.standin.s3_url,
            "WALK_SERVICE": self.standin.url,
        }
        return {**kept, **nothing, **({} if away else here)}


def _so(claim: object, otherwise: str) -> None:
    """Raises NotSoError unless it is so."""
    if not claim:
        raise NotSoError(otherwise)


def _figure(pattern: str, text: str, what: str) -> int:
    """A number that a command has told.  Raises NotSoError if it has not."""
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        message = f"the command does not tell {what}"
        raise NotSoError(message)
    return int(found[1].replace(",", ""))


def quote(walk: Walk) -> str:
    """Ask what it would cost; nothing is sent."""
    text = walk.run(f"amts quote book {' '.join(LANGUAGES)}")
    found = [
        _figure(rf"^{code}: ([\d,]+) of ", text, f"what {code} lacks")
        for code in LANGUAGES
    ]
    _so(all(found), "a language lacks nothing")
    _so(not walk.standin.ledger.requests, "the service was asked for a quote")
    return f"{found[0]:,} sentences lack Chinese, {found[1]:,} Spanish"


def policy(walk: Walk) -> str:
    """Print what the role of the jobs must be allowed, and no more."""
    text = walk.run("amts iam-policy book zh --only role")
    statements = json.loads(text[text.index("{") :])["Statement"]
    resources = re.findall(r"arn:aws:s3:::([\w-]+)", json.dumps(statements))
    _so({*resources} == {BUCKET}, "the role may use another bucket")
    return f"{len(statements)} statements, all of them about the bucket"


def sync(walk: Walk) -> str:
    """Parallel data, jobs, and what they bring."""
    return f"{_synced(walk):,} sentences came back, none is left"


def _synced(walk: Walk) -> int:
    """Sync, and count what came back in all languages."""
    text = walk.run("amts sync book --budget 10 --wait")
    count = 0
    for code in LANGUAGES:
        row = rf"^{code} +done +[\d,]+ +([\d,]+) +0 "
        count += _figure(row, text, f"that nothing is left in {code}")
    return count


def build(walk: Walk) -> str:
    """Show the Chinese book: every sentence of it is in Chinese now."""
    text = walk.run("sphinx-build -b amts-zh book out | grep 'amts: zh:'")
    _so(", 0 untranslated, 0 failed" in text, "some sentences are not translated")
    count = _figure(r" ([\d,]+) machine, ", text, "how many are the machine's")
    return f"{count:,} sentences are the machine's, none is untranslated"


def improve(walk: Walk) -> str:
    """A person translates one sentence better, and another one changes in English."""
    folder = walk.book / "translations" / "zh"
    drafts = (folder / "drafts.jsonl").read_text("utf-8")
    _so(json.dumps(SOURCE) in drafts, "there is no draft to improve; sync first")
    line = {"source": SOURCE, "target": TARGET, "document": "walk"}
    text = json.dumps(line, ensure_ascii=False)
    (folder / "walk.jsonl").write_text(f"{text}\n", "utf-8")
    page = PAGE.replace(BEFORE, AFTER)
    (walk.book / "walk.rst").write_text(page, "utf-8")
    print(f"book/translations/zh/walk.jsonl:\n+ {text}")
    print(f"book/walk.rst:\n- {BEFORE} its sentences.\n+ {AFTER} its sentences.")
    walk.run("amts memory check book/translations")
    return "1 sentence is improved, 1 is changed"


def again(walk: Walk) -> str:
    """Send what has changed, and nothing else."""
    count = _synced(walk)
    _so(count == len(LANGUAGES), f"{count:,} sentences were sent, not one a language")
    return f"{count} sentences were sent, one for each language"


def nothing(walk: Walk) -> str:
    """Send nothing, as nothing has changed."""
    walk.standin.ledger.reset()
    text = walk.run("amts sync book --budget 10 --wait")
    for code in LANGUAGES:
        _so(f"{code}: nothing to send" in text, f"something was sent for {code}")
    _so(not walk.standin.ledger.requests, "the service was asked something")
    return "no request was made"


def frozen(walk: Walk) -> str:
    """Build from what is committed: no service, no credentials, no cache."""
    print("$ rm -rf book/.amts out")
    for path in (walk.book / ".amts", walk.folder / "out"):
        shutil.rmtree(path, ignore_errors=True)
    typed = "AMTS_FROZEN=1 sphinx-build -b amts-zh book out | grep 'amts: zh:'"
    text = walk.run(typed, away=True)
    _so(", 0 untranslated, 0 failed" in text, "some sentences are not translated")
    page = (walk.folder / "out" / "walk.html").read_text("utf-8")
    _so(TARGET in page, "the person's sentence is not in the book")
    return "none is untranslated, and the person's sentence is in its place"


def held(walk: Walk) -> str:
    """Look at what the service holds now."""
    pairs = walk.run("amts parallel-data list book zh").count(" ACTIVE ")
    jobs = walk.run("amts jobs list book zh").count(" COMPLETED ")
    _so(pairs and jobs, "the service holds nothing; it forgets when the walk ends")
    return f"{pairs} parallel data, {jobs} jobs"


_ORDER = quote, policy, sync, build, improve, again, nothing, frozen, held
STEPS = {step.__name__: step for step in _ORDER}


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk; 1 if a step does not do what it claims."""
    parser = argparse.ArgumentParser(description="Walk the whole loop of batch jobs.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help="default: all")
    parser.add_argument("--folder", type=Path, help="default: a temporary one")
    parser.add_argument("--list", action="store_true", help="name the steps")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.steps if name not in STEPS]
    if unknown:
        parser.error(f"no step {unknown[0]!r}; there are {', '.join(STEPS)}")
    if options.list:
        for name, step in STEPS.items():
            print(f"{name:8} {step.__doc__}")
        return 0
    names = [name for name in STEPS if name in (options.steps or STEPS)]
    try:
        standin = Standin(s3=True)
    except ImportError as error:
        print(f'walk: {error}: pip install -e ".[test]"', file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="walk-") as scratch, standin:
        standin.bucket(BUCKET)
        folder = options.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        return _walk(Walk(folder.resolve(), standin), names)


def _walk(walk: Walk, names: Sequence[str]) -> int:
    """Step by step, and a table at the end."""
    table = [("step", "what was seen")]
    for name in names:
        print(f"\n== {name}: {STEPS[name].__doc__}")
        try:
            table.append((name, STEPS[name](walk)))
        except NotSoError as error:
            print(f"walk: {name}: {error}", file=sys.stderr)
            return 1
    print("\n== all is well")
    print("\n".join(f"{name:7}  {seen}" for name, seen in table))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
