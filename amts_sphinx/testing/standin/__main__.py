"""``python -m amts_sphinx.testing.standin``: the stand-in until Ctrl-C.

It prints the lines that point a client at it; a shell can run them.  With ``--s3`` it
starts moto's storage beside itself, which batch jobs need.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from amts_sphinx.testing.standin.damage import CODE_KINDS, SENTENCE_KINDS
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.server import HOST, NAME, Standin


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit status, 2 if it cannot start."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            faults = _faults(options)
            log = None if options.quiet else _say
            standin = Standin(options.engine, faults=faults, port=options.port, log=log)
            stack.enter_context(standin)
            lines = [f"export AWS_ENDPOINT_URL_TRANSLATE={standin.url}"]
            if options.s3:
                url = stack.enter_context(_storage())
                lines.append(f"export AWS_ENDPOINT_URL_S3={url}")
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


@contextmanager
def _storage() -> Iterator[str]:
    """The S3 of moto, which is another project's stand-in; gives its address.

    Raises ImportError, in one line, if it is not installed.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            moto: Any = importlib.import_module("moto.server")
    except ImportError as error:
        message = f"--s3 needs moto[s3,server], which is not installed ({error})"
        raise ImportError(message) from None
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its lines are not ours
    server = moto.ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


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
    parser.add_argument("-q", "--quiet", action="store_true", help="no line a request")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
