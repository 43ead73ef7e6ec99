"""What a command shows: a bar while it works, results at the end, complaints.

Results go to standard output, everything else to standard error; the bar is drawn on a
terminal only.  What is shown may come from a stranger's file, so no control character
reaches the terminal, and a character that it cannot show is spelled out.  A reader who
has seen enough (``| head``) ends the talk, never the work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

_WIDTH = 24


class CommandError(Exception):
    """A command cannot do what it was asked for; the message is one line."""


def complain(line: str) -> None:
    """Say one line beside the results."""
    _write(sys.stderr, f"{_shown(line, sys.stderr)}\n")


def say(lines: Iterable[str]) -> None:
    """Print some lines of the result.

    Raises CommandError if they cannot be written, as to a disk that is full.
    """
    text = "".join(f"{_shown(line, sys.stdout)}\n" for line in lines)
    try:
        _write(sys.stdout, text)
    except OSError as error:
        _silence(sys.stdout)
        message = f"standard output cannot be written ({error.strerror})"
        raise CommandError(message) from None


def beside(text: str) -> None:
    """Write to standard error what moves its cursor; the caller knows it is a terminal.

    The text must be the command's own, never somebody's.
    """
    _write(sys.stderr, text)


def _write(stream: TextIO | None, text: str) -> None:
    """Write to a stream, if it is there and somebody listens."""
    if stream is None:  # closed by whoever started the command
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Let the stream lead nowhere, so that its last flush cannot fail either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _shown(line: str, stream: TextIO | None) -> str:
    """The line in characters that the stream can hold, without any that act."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return visible(line).encode(encoding, "backslashreplace").decode(encoding)


def visible(text: str) -> str:
    """The text with whatever acts on a terminal spelled out."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode()
        for char in text
    )


class Bar:
    """How far a command has come."""

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total, self._done = label, max(total, 1), 0
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def step(self, count: int = 1) -> None:
        """So many more are done."""
        self._done += count
        if self._shown:
            filled = _WIDTH * self._done // self._total
            bar = f"{'━' * filled}{'─' * (_WIDTH - filled)}"
            line = f"{self._label} {bar} {self._done}/{self._total}"
            _write(sys.stderr, f"\r{_shown(line, sys.stderr)}")

    def close(self) -> None:
        """The work is done: the line is free again."""
        if self._shown:
            _write(sys.stderr, "\r\033[K")


@contextmanager
def bar(label: str, total: int) -> Iterator[Bar]:
    """A bar for ``total`` things; it disappears when they are done."""
    shown = Bar(label, total)
    shown.step(0)
    try:
        yield shown
    finally:
        shown.close()
