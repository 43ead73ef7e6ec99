"""Apertium, a free rule-based translator on this machine: drafts without an account.

Its programs are started once and kept open as one pipeline; a text goes in up to a NUL
byte and its translation comes out up to a NUL byte.  Inline codes, and all characters
that mean something to one of the programs, travel as numbered *superblanks* (``[3]``),
which every program hands on unread; so there is nothing to escape, and nothing in a
text can break the framing.  Each text ends with a stop and a number of its own: without
the stop the last word would wait for the next text, and by the number an answer is
known to belong to its question.  Apertium's tagger is not without memory: the first
word of certain kinds changes how it sees unknown words ever after.  It is shown such a
word at the start, so that an answer does not depend on what was asked before.  A
program may die or hang; that costs sentences, never the build.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import IO, cast

from amts_sphinx.engines.apertium_modes import commands
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.text import codes

#: seconds without a sign of life after which the programs are ended
PATIENCE = 30.0
#: failures without an answer between them after which nothing more is tried
FAILURES = 3

#: the English tagger meets "known" as what it was never trained for, and then stays as
#: it is (in 2,348 sentences of a book 5 % depended on their order, then none)
_SETTLING = "It is known."

#: what travels as a superblank: codes, what is special to Apertium, odd blanks,
#: controls of text direction, symbols, emoji, private characters
_KEPT = re.compile(
    rf"(?:{codes.CODE.pattern}|&(?:amp|lt|gt);"
    r"|[\[\]{}^$/\\@*#~+]"
    "|[\x80-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2190-\u2bff\u3000]"
    "|[\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U00010000-\U0010ffff])+"
)
#: a superblank, or a character that Apertium itself has put a backslash before
_BLANK = re.compile(r"\[([0-9]*)\]|\\(.)")
_BLANKS = re.compile(" {2,}")
#: where a word went elsewhere, its blank stays behind
_STRAY = re.compile(" (?=[.,](?: |$))")


class ApertiumEngine:
    """Asks the Apertium that is installed on this machine."""

    name = "apertium"

    def __init__(self, source: str, target: str) -> None:
        """Languages are Amazon Translate codes.

        Raises EngineError if Apertium or the language pair is not installed.
        """
        self._commands = commands(source, target)
        self._lock = threading.Lock()
        self._pipeline: Pipeline | None = None
        self._broken = ""

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """Apertium's answers; None where it gave none.

        What has no letters is answered with itself.  Raises EngineError if Apertium
        answers nothing at all.
        """
        asked = [number for number, s in enumerate(segments) if codes.has_letters(s)]
        wires = [to_wire(segments[number]) for number in asked]
        with self._lock:
            given = self._ask([text for text, _ in wires])
        answers: list[str | None] = list(segments)
        for number, answer, (_, kept) in zip(asked, given, wires, strict=True):
            answers[number] = from_wire(answer or "", kept, segments[number])
        return answers

    def _ask(self, texts: Sequence[str]) -> list[str | None]:
        """The answer to each text; a text at which the programs fail gets None."""
        found: list[str | None] = []
        failures = 0
        retried = -1
        while len(found) < len(texts):
            if self._broken:
                raise EngineError(self._broken)
            before = len(found)
            try:
                for answer in self._running().answers(texts[before:]):
                    found.append(answer)  # noqa: PERF402 - kept when the next one fails
            except OSError as error:
                if self._pipeline:
                    self._pipeline.close()
                    self._pipeline = None
                failures = failures + 1 if len(found) == before else 1
                if failures == FAILURES:
                    self._broken = f"Apertium does not work: {error}"
                    if any(found):
                        return found + [None] * (len(texts) - len(found))
                # a text that a program died of is tried once more; a hanging one is not
                elif isinstance(error, TimeoutError) or retried == len(found):
                    found.append(None)
                else:
                    retried = len(found)
        return found

    def _running(self) -> Pipeline:
        """The programs, started and settled."""
        if self._pipeline is None:
            self._pipeline = Pipeline(self._commands)
            list(self._pipeline.answers([_SETTLING]))
        return self._pipeline


class Pipeline:
    """Apertium's programs, running, each reading what the one before it writes."""

    def __init__(self, stages: Sequence[Sequence[str]]) -> None:
        """Raises OSError if a program cannot be started."""
        self.processes: list[subprocess.Popen[bytes]] = []
        self.close = weakref.finalize(self, _end, self.processes)
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        try:
            for stage in stages:
                last = self.processes[-1].stdout if self.processes else None
                process = subprocess.Popen(  # noqa: S603 - of an installed mode file
                    stage,
                    bufsize=0,
                    stdin=last or subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                )
                self.processes.append(process)
                if last:
                    last.close()  # else the reader's end would go unnoticed
        except OSError:
            self.close()
            raise

    def answers(self, texts: Sequence[str]) -> Iterator[str]:
        """The answer to each text, in order, each as soon as it is there.

        Raises OSError when a program has died or answers out of turn, TimeoutError
        when there has been no sign of life for ``PATIENCE`` seconds.
        """
        ends = [f"[].[={number}]" for number in range(len(texts))]
        asked = (f"{text}{end}\0" for text, end in zip(texts, ends, strict=True))
        raw = self._exchange("".join(asked).encode())
        for number, answer in zip(range(len(texts)), raw, strict=False):
            text, stop, rest = answer.rpartition(f".[={number}]")
            if not stop or rest.strip():
                message = "one of its programs answered out of turn"
                raise ConnectionError(message)
            yield text

    def _exchange(self, questions: bytes) -> Iterator[str]:
        """Write without end and read without end, whichever is possible."""
        writer = cast("IO[bytes]", self.processes[0].stdin)
        reader = cast("IO[bytes]", self.processes[-1].stdout)
        unsent, got = memoryview(questions), b""
        while True:
            wanted = [writer] if unsent else []
            readable, writable, _ = select.select([reader], wanted, [], PATIENCE)
            if not readable and not writable:
                message = f"no answer within {PATIENCE:g} seconds"
                raise TimeoutError(message)
            if writable:
                # so much can always be written without waiting for a reader
                unsent = unsent[os.write(writer.fileno(), unsent[: select.PIPE_BUF]) :]
            if readable:
                read = os.read(reader.fileno(), 1 << 16)
                if not read:
                    message = "one of its programs has ended"
                    raise ConnectionError(message)
                *whole, got = (got + read).split(b"\0")
                for answer in whole:
                    yield answer.decode("utf-8", "replace")


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End programs without waiting for anything they still have to say."""
    for process in processes:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()


def to_wire(coded: str) -> tuple[str, list[str]]:
    """Coded text as Apertium may read it, and what its superblanks stand for."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"[{len(kept) - 1}]"

    text = codes.fold_space(codes.UNTEXT.sub("", coded)).strip(" ")
    return _KEPT.sub(keep, text), kept


def from_wire(answer: str, kept: Sequence[str], source: str) -> str | None:
    """Apertium's answer as coded text, with the edges of its source.

    None if nothing is left of it.
    """
    out: list[str] = []
    end = 0
    for match in _BLANK.finditer(answer):
        out.append(codes.escape(answer[end : match.start()]))
        end = match.end()
        if match[2]:
            out.append(codes.escape(match[2]))
        elif match[1] and int(match[1]) < len(kept):
            out.append(kept[int(match[1])])
    out.append(codes.escape(answer[end:]))
    text = _BLANKS.sub(" ", "".join(out)).strip(" ")
    if not text:
        return None
    if not _STRAY.search(source):
        text = _STRAY.sub("", text)
    head = len(source) - len(source.lstrip())
    return source[:head] + text + source[len(source.rstrip()) :]
