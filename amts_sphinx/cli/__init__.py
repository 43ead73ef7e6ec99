"""The command ``amts``: everything that is not a build."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from amts_sphinx import __version__
from amts_sphinx.cli import align, memory
from amts_sphinx.cli.terminal import CommandError, complain

#: how a command ends
DONE, PROBLEMS, FAILED, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0: all is well; 1: something was found that somebody should look at; 2: the command
    could not do what it was asked for, and one line says why.
    """
    parser = argparse.ArgumentParser(
        prog="amts", description="Translations of a book, outside of its builds."
    )
    parser.add_argument("--version", action="version", version=f"amts {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    align.add(commands)
    memory.add(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except CommandError as error:
        complain(f"amts {options.command}: {error}")
        return FAILED
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stdout = None  # nothing is flushed at the end
        return DONE
    except KeyboardInterrupt:
        complain("amts: interrupted; nothing was written")
        return INTERRUPTED
