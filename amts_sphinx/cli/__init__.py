"""The command ``amts``: everything that is not a build.

Whoever runs it reads one line when it fails, never a traceback.  A fault of the program
is told as one, with the place where it happened, so that nobody looks for it in his
book; ``python -X dev -m amts_sphinx.cli …`` shows the traceback of it.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from amts_sphinx import __version__
from amts_sphinx.cli import (
    align,
    cache,
    evaluate,
    iam_policy,
    jobs,
    memory,
    parallel_data,
    quote,
    sync,
)
from amts_sphinx.cli.terminal import CommandError, complain

#: how a command ends
DONE, PROBLEMS, FAILED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0: all is well; 1: something was found that somebody should look at; 2: the command
    could not do what it was asked for, and one line says why; 130: interrupted.  What
    else ``amts cache`` can end with is told in its help.
    """
    parser = argparse.ArgumentParser(
        prog="amts", description="Translations of a book, outside of its builds."
    )
    parser.add_argument("--version", action="version", version=f"amts {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    align.add(commands)
    cache.add(commands)
    memory.add(commands)
    quote.add(commands)
    sync.add(commands)
    evaluate.add(commands)
    jobs.add(commands)
    parallel_data.add(commands)
    iam_policy.add(commands)
    options = parser.parse_args(arguments)
    name = f"amts {options.command}"
    try:
        return int(options.run(options))
    except CommandError as error:
        complain(f"{name}: {error}")
    except KeyboardInterrupt:
        complain(f"{name}: interrupted; each file is as it was or complete")
        return INTERRUPTED
    except OSError as error:
        complain(f"{name}: {error.filename or 'system'}: {error.strerror or error}")
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        complain(f"{name}: {_fault(error)}")
    return FAILED


def _fault(error: Exception) -> str:
    """A fault of this program, and where it is, in one line."""
    here = Path(__file__).parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(here)]
    place = ours[-1] if ours else frames[-1]
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return (
        "this is a fault of amts itself, please report it: "
        f"{Path(place.filename).name}:{place.lineno}: {said}"
    )
