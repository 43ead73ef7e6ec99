"""How far languages have come, on a terminal and elsewhere."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from amts_sphinx.cli.progress import Progress
from amts_sphinx.testing.standin import Standin
from building import ROOTS, copy_book, run
from cli.test_sync import Shop, shop

#: what moves the cursor: up, and erase the rest
_WIPE = re.compile("\033\\[([0-9]+)A\033\\[J")
_HEAD = "language"
#: tells news and problems of two languages, as the command does
_SCRIPT = """
import sys
from amts_sphinx.cli.progress import Progress
progress = Progress(sys.argv[1:])
first = sys.argv[1]
for code in sys.argv[1:]:
    progress.update(code, sentences=12, state="parallel data: creating")
    progress.news(code, f"12 of 27 sentences of {code}")
progress.problem(first, "a stranger says \\033[2J\\033]0;mine\\a\\r\\x9b31m\\u202e!")
progress.update(first, state="job: \\033[9A\\033[2J", answered=12)
for code in sys.argv[1:]:
    progress.update(code, state="done", cost="$0.01")
progress.close()
"""


def on_terminal(
    command: list[str], size: tuple[int, int], variables: dict[str, str] | None = None
) -> str:
    """All that a command writes to a terminal of so many lines and columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    environment = {**os.environ, "TERM": "xterm", **(variables or {})}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            some = os.read(ours, 4096)
        except OSError as error:
            if error.errno == errno.EIO:  # as Linux says that nobody writes any more
                break
            raise
        if not some:
            break
        written += some
    os.close(ours)
    assert process.wait() in (0, 1)
    return written.decode()


def shown(written: str, size: tuple[int, int]) -> list[str]:
    """The lines that a terminal has shown in the end, those scrolled away as well.

    It knows line ends, wrapping, and the one sequence that may come; it does not let
    the cursor go up beyond its first line.
    """
    height, columns = size
    lines, at = [""], 0
    for part in re.split("(\r\n|\033\\[[0-9]+A\033\\[J)", written):
        wipe = _WIPE.fullmatch(part)
        if wipe:
            at = max(at - int(wipe[1]), len(lines) - height, 0)
            del lines[at + 1 :]
            lines[at] = ""
        elif part == "\r\n":
            lines.append("")
            at += 1
        else:
            assert part.isprintable()
            whole = lines[at] + part
            cut = [whole[n : n + columns] for n in range(0, len(whole), columns)]
            lines[at:] = cut or [""]
            at = len(lines) - 1
    return [line for line in lines if line]


def heads(lines: list[str]) -> int:
    """How many tables there are."""
    return sum(line.startswith(_HEAD) for line in lines)


@pytest.mark.parametrize("size", [(24, 120), (24, 80), (24, 40), (5, 60), (0, 0)])
@pytest.mark.parametrize("count", [1, 2, 9])
def test_the_table_is_drawn_in_its_place(size: tuple[int, int], count: int) -> None:
    """Whatever the size of the terminal, one table is left, and each line once."""
    codes = [f"l{number}" for number in range(count)]
    command = [sys.executable, "-c", _SCRIPT, *codes]
    written = on_terminal(command, size)
    assert len(_WIPE.findall(written)) >= 3 * count
    lines = shown(written, (size[0] or 24, size[1] or 80))
    assert heads(lines) == 1
    text = "".join(lines)
    for code in codes:
        assert text.count(f"{code}: 12 of 27 sentences of {code}") == 1
        assert len(re.findall(f"{code} +done", text)) == 1
    assert text.count("a stranger says") == 1


def test_strangers_move_no_cursor() -> None:
    """Nothing acts on the terminal but the table's own wiping."""
    written = on_terminal([sys.executable, "-c", _SCRIPT, "zh", "es"], (24, 120))
    rest = _WIPE.sub("", written).replace("\r\n", "")
    assert rest.isprintable()
    assert "\\x1b[2J\\x1b]0;mine\\x07\\r\\x9b31m\\u202e!" in rest
    assert "job: \\x1b[9A\\x1b[2J" in rest


def test_a_terminal_that_moves_no_cursor() -> None:
    """It is told line by line, as a file is."""
    command = [sys.executable, "-c", _SCRIPT, "zh", "es"]
    written = on_terminal(command, (24, 120), {"TERM": "dumb"})
    assert "\033" not in written
    assert heads(written.split("\r\n")) == 1


def test_without_a_terminal_nothing_is_told_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """News as they come, problems beside them, and the table once, at the end."""
    progress = Progress(["zh", "es"])
    progress.update("zh", sentences=3)
    progress.news("zh", "one")
    progress.update("es", state="done")
    progress.problem("es", "two \033[2J")
    progress.news("zh", "three")
    assert capsys.readouterr() == ("zh: one\nzh: three\n", "es: two \\x1b[2J\n")
    progress.close()
    out, err = capsys.readouterr()
    head, *rows = out.splitlines()
    assert head.startswith(_HEAD)
    assert [row.split()[0] for row in rows] == ["zh", "es"]
    assert err == ""


def test_nothing_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    """Then there is no table."""
    progress = Progress(["zh"])
    progress.news("zh", "nothing to send")
    progress.close()
    assert capsys.readouterr().out == "zh: nothing to send\n"


@pytest.mark.slow
def test_a_sync_on_a_terminal_and_elsewhere(tmp_path: Path) -> None:
    """The command itself: one table in its place, and in a log each line once."""
    with Standin("pseudo", s3=True) as there:
        there.bucket("books")
        languages = {"zh": {"reference": "zh"}, "es": {}, "fr": {}}
        book = shop(tmp_path, there, languages)
        log = copy_book(ROOTS / "test-basic", tmp_path / "log")
        other = Shop(log, there, languages)
        arguments = ["-m", "amts_sphinx.cli", "sync", "--wait"]
        size = (24, 80)
        command = [sys.executable, *arguments]
        written = on_terminal([*command, str(book.source)], size, book.variables)
        done = run([*command, str(log)], log, other.variables)
    lines = shown(written, size)
    assert len(_WIPE.findall(written)) > 6
    assert heads(lines) == 1
    assert len([line for line in lines if re.match("(zh|es|fr) +done", line)]) == 3
    told = done.stdout.splitlines()
    assert heads(told) == 1
    assert [line.split()[0] for line in told[-3:]] == ["zh", "es", "fr"]
    assert len(told) == len(set(told))
    assert done.stderr == ""
