"""The processes a launcher starts: their output passed on, their end told to them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO

#: seconds a run has to end by itself before it is told to
_GRACE = 1.0


class Runs:
    """Sphinx processes, one for each language."""

    def __init__(
        self, stdout: IO[str], stderr: IO[str], variables: Mapping[str, str]
    ) -> None:
        self._targets = stdout, stderr
        self._variables = variables
        self._running: list[subprocess.Popen[bytes]] = []
        self._interrupted = threading.Event()

    def run(self, arguments: list[str], overrides: bytes, prefix: str) -> int:
        """Run Sphinx with these arguments; returns its exit status.

        Each line it writes is passed on with the prefix; ``overrides`` are pickled.
        """
        if self._interrupted.is_set():
            return 1
        path = os.pathsep.join(entry for entry in sys.path if entry)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "amts_sphinx.sphinx_ext.inner", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                **self._variables,
                "PYTHONPATH": path,
                "PYTHONUNBUFFERED": "1",
            },
        )
        self._running.append(process)
        assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018
        streams = zip((process.stdout, process.stderr), self._targets, strict=True)
        threads = [
            threading.Thread(target=_forward, args=(stream, target, prefix))
            for stream, target in streams
        ]
        for thread in threads:
            thread.start()
        try:
            with process.stdin:
                process.stdin.write(overrides)
            for thread in threads:
                thread.join()
            return abs(process.wait())
        except BaseException:
            process.terminate()
            process.wait()
            raise

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Have an interrupt end all runs, each of which keeps what it has.

        Of a Ctrl-C on a terminal they know; whoever signals this process alone means
        them as well.
        """
        try:
            yield
        except KeyboardInterrupt:
            self._interrupted.set()
            for process in self._running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
            raise


def _forward(stream: IO[bytes], target: IO[str], prefix: str) -> None:
    """Copy a process's output, line by line."""
    for line in _lines(stream):
        target.write(prefix + line)
        target.flush()


def _lines(stream: IO[bytes]) -> Iterator[str]:
    with io.TextIOWrapper(stream, encoding="utf-8", errors="replace") as text:
        yield from text
