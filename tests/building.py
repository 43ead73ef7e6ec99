"""Builds books in processes of their own, as a maintainer would on a command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOTS = Path(__file__).parent / "sphinx_ext" / "roots"
REPOSITORY = Path(__file__).parent.parent
EXAMPLE = REPOSITORY / "example_book"
#: what separates an inner run from a plain one
CHINESE = ("-D", "language=zh_CN", "-D", "amts_target=zh")
SPANISH = ("-D", "language=es", "-D", "amts_target=es")


@dataclass(frozen=True)
class Result:
    """What one ``sphinx-build`` did."""

    status: int
    stdout: str
    stderr: str
    out: Path

    @property
    def report(self) -> dict[str, Any]:
        """The report of a translating build."""
        data: dict[str, Any] = json.loads(
            (self.out / "_amts" / "report.json").read_text("utf-8")
        )
        return data

    def page(self, name: str) -> str:
        """The text of a file in the output."""
        return (self.out / name).read_text("utf-8")


def build(
    source: Path,
    out: Path,
    *arguments: str,
    builder: str = "html",
    files: Iterable[Path] = (),
    variables: Mapping[str, str] | None = None,
) -> Result:
    """Run ``sphinx-build -b BUILDER ARGUMENTS SOURCE OUT FILES`` without a terminal."""
    command = [sys.executable, "-m", "sphinx", "-b", builder, *arguments]
    command += [str(source), str(out), *map(str, files)]
    return run(command, out, variables)


def run(
    command: list[str], out: Path, variables: Mapping[str, str] | None = None
) -> Result:
    """Run any command; colours off, unpredictable hashes on purpose."""
    process = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", **(variables or {})},
        check=False,
        timeout=600,
    )
    return Result(process.returncode, process.stdout, process.stderr, out)


def copy_book(source: Path, target: Path) -> Path:
    """A copy of a book without anything that a build left there."""
    ignored = shutil.ignore_patterns("_build", ".amts", "__pycache__")
    shutil.copytree(source, target, ignore=ignored)
    return target


def later(path: Path) -> None:
    """Make a file surely newer than a build that has just ended."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 2_000_000_000))


def corpora() -> Path | None:
    """The folder of real books, if there is one on this machine."""
    given = os.environ.get("AMTS_CORPORA")
    folder = Path(given) if given else REPOSITORY.parent / "shared" / "corpora"
    return folder if (folder / "d2l").is_dir() else None
