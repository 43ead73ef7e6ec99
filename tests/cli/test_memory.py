"""``amts memory``: what memory files hold, what is wrong with them, and one of many."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from amts_sphinx.cli import main
from amts_sphinx.memory import files
from amts_sphinx.memory.files import Line
from amts_sphinx.text.units import Code, TranslationUnit

Capture = pytest.CaptureFixture[str]

FISH = TranslationUnit("Fish swim.", "鱼会游泳。", (), document="pond")
COUNT = TranslationUnit(
    'Call <x id="1"/> now.',
    '现在调用 <x id="1"/>。',
    (Code("literal", "count()"),),
    document="pond",
)
FROGS = TranslationUnit("Frogs jump.", "青蛙会跳。", (), document="frogs")


def memory(path: Path, units: Sequence[TranslationUnit], *lines: str) -> Path:
    """A memory file of some units, and lines that others wrote behind them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in (*map(files.dump, map(Line, units)), *lines))
    path.write_text(text, "utf-8")
    return path


def by_hand(source: str, target: str, **more: object) -> str:
    """A line as a person writes it."""
    data = {"source": source, "target": target, **more}
    return json.dumps(data, ensure_ascii=False)


def test_stat_counts(tmp_path: Path, capsys: Capture) -> None:
    """One row a file and one for all; codes are no characters."""
    memory(tmp_path / "zh" / "a.jsonl", [FISH, COUNT])
    line = by_hand("Nobody knows.", "没有人知道。", document="pond")
    memory(tmp_path / "zh" / "more" / "b.jsonl", [FROGS], line)
    assert main(["memory", "stat", str(tmp_path / "zh")]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["file", "units", "by", "hand", "documents", "characters"]
    counts = [row.split()[1:] for row in rows]
    assert counts == [
        ["2", "0", "1", "20"],
        ["2", "1", "2", "24"],
        ["4", "1", "2", "44"],
    ]


def test_stat_says_what_it_did_not_count(tmp_path: Path, capsys: Capture) -> None:
    """A line that cannot be read is told beside the numbers: status 1."""
    path = memory(tmp_path / "a.jsonl", [FISH], "{")
    assert main(["memory", "stat", str(path)]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"{path}:2: ")
    assert f"{path}      1" in said.out


def test_check_names_every_fault(tmp_path: Path, capsys: Capture) -> None:
    """Each line that is wrong is told as FILE:LINE, in order; the others count."""
    first = memory(
        tmp_path / "a.jsonl",
        [FISH],
        "<<<<<<< ours",
        files.dump(Line(FISH)),
        "[" * 100_000,
        by_hand("A", ""),
        by_hand('<x id="1"/> a', "b", codes=[["xref", "c"]]),
        by_hand("A", "B", cuts=[9]),
        by_hand("A", "\ud800").encode("ascii", "backslashreplace").decode(),
        by_hand("A", "B\x1b[31m"),
    )
    second = tmp_path / "b.jsonl"
    second.write_bytes(b'\xff\n\n{"source": "a", "target": "b"}\n')
    assert main(["memory", "check", str(first), str(second)]) == 1
    *faults, last = capsys.readouterr().out.splitlines()
    places = [fault.split(": ")[0] for fault in faults]
    assert places == [f"{first}:{n}" for n in range(2, 10)] + [f"{second}:1"]
    assert "stands in the file twice" in faults[1]
    assert last == "3 units can be used; 9 to look at"


def test_check_of_a_sound_memory(tmp_path: Path, capsys: Capture) -> None:
    """What `align` wrote and a person mended is well: status 0."""
    line = by_hand("Nobody knows.", "没有人知道。")
    path = memory(tmp_path / "a.jsonl", [FISH, COUNT, FROGS], line)
    assert main(["memory", "check", str(path)]) == 0
    assert capsys.readouterr().out == "4 units can be used; all is well\n"


def test_merge_lets_a_hand_have_its_way(tmp_path: Path, capsys: Capture) -> None:
    """All units of all files; a mended one stays, else the last file's is taken."""
    mended = by_hand("Fish swim.", "鱼儿游。", document="pond")
    first = memory(tmp_path / "a.jsonl", [FROGS], mended)
    other = FROGS._replace(target="蛙跳。")
    second = memory(tmp_path / "b.jsonl", [FISH, COUNT, other])
    out = tmp_path / "new" / "all.jsonl"
    assert main(["memory", "merge", str(first), str(second), "-o", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}: 3 units of 2 files\n"
    lines = files.read(out, pytest.fail)
    assert [(line.unit.target, line.by_hand) for line in lines] == [
        ("蛙跳。", False),
        (COUNT.target, False),
        ("鱼儿游。", True),
    ]


def test_merge_loses_nothing(tmp_path: Path, capsys: Capture) -> None:
    """A line that cannot be read stops the merge, told with its place: status 2."""
    good = memory(tmp_path / "a.jsonl", [FISH])
    bad = memory(tmp_path / "b.jsonl", [FROGS], "{", "[]")
    before = good.read_bytes()
    assert main(["memory", "merge", str(good), str(bad), "-o", str(good)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in said] == [
        f"{bad}:2",
        f"{bad}:3",
        "amts memory",
    ]
    assert good.read_bytes() == before


def test_what_cannot_be_done_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    """No file, no memory file, no place to write to: status 2 and one line each."""
    good = str(memory(tmp_path / "a.jsonl", [FISH]))
    empty, folder = tmp_path / "empty", tmp_path / "x.jsonl"
    empty.mkdir()
    folder.mkdir()
    for arguments, culprit in (
        (["check", str(tmp_path / "none.jsonl")], "none.jsonl"),
        (["stat", good, str(empty)], "empty"),
        (["merge", good, "-o", str(folder)], "x.jsonl is a folder"),
        (["merge", good, "-o", f"{good}/x.jsonl"], "is no folder"),
        (["merge", good, "-o", str(tmp_path / "x.csv")], "name a .jsonl file"),
    ):
        assert main(["memory", *arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        assert culprit in said.err
