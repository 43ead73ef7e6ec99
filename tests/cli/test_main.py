"""The command as a process: how it ends, what it says when it cannot go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amts_sphinx.cli import main, sources
from building import run

AMTS = [sys.executable, "-m", "amts_sphinx.cli"]
Capture = pytest.CaptureFixture[str]


def test_version_and_help(capsys: Capture) -> None:
    """Both are told and end well; every exit status is explained."""
    for arguments, expected in (
        (["--version"], "amts "),
        (["align", "--help"], "Exit status: 0"),
        (["memory", "--help"], "merge"),
    ):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert not stop.value.code
        assert expected in capsys.readouterr().out


def test_as_a_process(books: tuple[str, str], tmp_path: Path) -> None:
    """Statuses 0, 1 and 2 arrive where a shell can read them."""
    memory = tmp_path / "x.jsonl"
    made = run([*AMTS, "align", *books, "-o", str(memory)], tmp_path)
    assert (made.status, made.stderr) == (0, "")
    with memory.open("a", encoding="utf-8") as file:
        file.write("{}\n")
    checked = run([*AMTS, "memory", "check", str(memory)], tmp_path)
    assert (checked.status, checked.stderr) == (1, "")
    failed = run([*AMTS, "memory", "check", str(tmp_path / "none")], tmp_path)
    assert (failed.status, failed.stdout) == (2, "")
    assert len(failed.stderr.splitlines()) == 1


def test_reader_who_has_seen_enough(books: tuple[str, str], tmp_path: Path) -> None:
    """A closed pipe ends the talk, not the work: the files are written, nothing fails.

    The output is larger than what a pipe holds back.
    """
    for number in range(200):
        name = f"{number:03}{'x' * 60}.html"
        Path(books[0], name).write_text("<p>A fish that stays alone.</p>", "utf-8")
    memory, table = tmp_path / "x.jsonl", tmp_path / "x.csv"
    command = [*AMTS, "align", *books, "--report"]
    command += ["-o", str(memory), "-o", str(table)]
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        command, stdout=write, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (0, b"")
    assert memory.exists()
    assert table.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_cannot_be_written(books: tuple[str, str]) -> None:
    """A full disk behind standard output is told in one line: status 2."""
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*AMTS, "align", *books, "--report"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert process.returncode == 2
    assert process.stderr.startswith(b"amts align: standard output cannot be written")
    assert process.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="a signal of POSIX")
@pytest.mark.parametrize("whole_group", [True, False])
def test_interrupt(tmp_path: Path, *, whole_group: bool) -> None:
    """Ctrl-C while a book is read: one line, status 130, no file, no process left."""
    book, started, out = tmp_path / "book", tmp_path / "started", tmp_path / "x.jsonl"
    book.mkdir()
    (book / "conf.py").write_text(
        f"import os, pathlib, time\n"
        f"pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n"
        f"time.sleep(60)\n",
        "utf-8",
    )
    process = subprocess.Popen(
        [*AMTS, "align", str(book), str(book / "."), "-o", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while not (started.exists() and started.read_text("utf-8")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == b""
    assert complained.startswith(b"amts align: interrupted")
    assert complained.count(b"\n") == 1
    assert not list(tmp_path.glob("x.jsonl*"))
    while _lives(int(started.read_text("utf-8"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _lives(process: int) -> bool:
    """Does a process still run?  One that has ended may wait for its parent."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        return not state.exists() or ") Z " not in state.read_text("utf-8")
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_bar_on_a_terminal(books: tuple[str, str]) -> None:
    """A terminal shows a bar and gets its line back; the results hold nothing of it."""
    ours, theirs = os.openpty()
    process = subprocess.run(
        [*AMTS, "align", *books, "--report"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode("utf-8")
    os.close(ours)
    assert "aligning" in shown
    assert "2/2" in shown
    assert shown.endswith("\r\033[K")
    assert b"\r" not in process.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_encoding_of_the_output(books: tuple[str, str], encoding: str) -> None:
    """What the output cannot hold is spelled out; nothing fails over a name."""
    Path(books[0], "鱼.html").write_text("<p>One more.</p>", "utf-8")
    variables = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    process = subprocess.run(
        [*AMTS, "align", *books, "--report"],
        capture_output=True,
        check=False,
        env={**os.environ, **variables},
        timeout=60,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    expected = "鱼" if encoding == "utf-8" else "\\u9c7c"
    assert expected in process.stdout.decode(encoding)


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_without_any_stream(books: tuple[str, str], tmp_path: Path) -> None:
    """A job whose output and errors are closed does its work all the same."""
    out = tmp_path / "x.csv"
    command = [*AMTS, "align", *books, "-o", str(out)]
    script = 'exec "$@" >&- 2>&-'
    process = subprocess.run(["/bin/sh", "-c", script, "sh", *command], check=False)
    assert process.returncode == 0
    assert out.exists()


def test_own_fault_is_told_as_one(
    books: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A fault of the program is not blamed on the book, and says where it is."""

    def fail(*_: object) -> None:
        message = "a line\nand another"
        raise KeyError(message)

    monkeypatch.setattr(sources, "_books", fail)
    assert main(["align", *books, "--report"]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "a fault of amts itself" in said
    assert "sources.py:" in said
    assert "KeyError" in said
