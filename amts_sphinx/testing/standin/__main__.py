"""``python -m amts_sphinx.testing.standin``: the stand-in until Ctrl-C.

It prints the lines that point a client at it; a shell can run them.  With ``--s3`` it
starts moto's storage beside itself, which batch jobs need.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack

from amts_sphinx.testing.standin.damage import CODE_KINDS, SENTENCE_KINDS
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.handling import NAME
from amts_sphinx.testing.standin.server import Standin
from amts_sphinx.testing.standin.storage import HOST


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status, 2 if it cannot start."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            faults = _faults(options)
            log = None if options.quiet else _say
            standin = Standin(
                options.engine, faults=faults, s3=options.s3, port=options.port, log=log
            )
            stack.enter_context(standin)
            for name in options.bucket:
                standin.bucket(name)
            lines = [f"export AWS_ENDPOINT_URL_TRANSLATE={standin.url}"]
            if options.s3:
                lines.append(f"export AWS_ENDPOINT_URL_S3={standin.s3_url}")
            _say(f"this is {NAME}; it answers on {HOST} only; Ctrl-C ends it")
            sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stdout.flush()
            threading.Event().wait()
    except KeyboardInterrupt:
        _say("ended")
    except OSError as error:
        _say(f"port {options.port} cannot be used: {error.strerror}")
        return 2
    except (ImportError, ValueError) as error:
        _say(str(error))
        return 2
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"amts stand-in: {line}\n")
    sys.stderr.flush()


def _faults(options: argparse.Namespace) -> Faults:
    """What is to go wrong; raises ValueError if that makes no sense."""
    damage: dict[str, float] = {}
    for given in options.damage:
        kind, _, share = given.partition("=")
        damage[kind] = float(share or 1)
    names = ("throttle", "errors", "dropped", "cut", "latency", "rate", "seed")
    return Faults(damage=damage, **{name: getattr(options, name) for name in names})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m amts_sphinx.testing.standin",
        description=f"This is {NAME}: its protocol, offline engines, faults on demand.",
    )
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--engine", default="pseudo", choices=("pseudo", "apertium"))
    for name, what in (
        ("throttle", "share of requests answered with 429"),
        ("errors", "share of requests answered with 500"),
        ("dropped", "share of requests whose connection is closed"),
        ("cut", "share of requests answered with half a body"),
        ("latency", "seconds before each answer"),
        ("rate", "requests a second, above which they are throttled"),
    ):
        parser.add_argument(f"--{name}", type=float, default=0.0, help=what)
    parser.add_argument(
        "--damage",
        nargs="+",
        action="extend",
        default=[],
        metavar="KIND=SHARE",
        help=f"to inline elements: {', '.join(CODE_KINDS)}; "
        f"to sentences: {', '.join(SENTENCE_KINDS)}",
    )
    parser.add_argument("--seed", type=int, default=0, help="decides what is hit")
    parser.add_argument("--s3", action="store_true", help="with moto's storage")
    parser.add_argument(
        "--bucket", action="append", default=[], metavar="NAME", help="made in it"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no line a request")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
