"""Committed memory files in a build: what people wrote down there is in the book."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from building import CHINESE, ROOTS, Result, build, copy_book

NO_REFERENCE = ("-D", "amts_languages=zh", "-D", "amts_engine=memory")
HERON = "A heron visits the pond in winter."
LINES = [
    {"source": HERON, "target": "冬天有苍鹭来访。", "document": "one"},
    {"source": "Nobody has cut them for years.", "target": "多年无人割。"},
]
BAD = "<<<<<<< HEAD"


@dataclass
class Bed:
    """A book with a memory file, to be edited and built again."""

    folder: Path
    arguments: tuple[str, ...] = NO_REFERENCE

    @property
    def source(self) -> Path:
        """The book."""
        return self.folder / "book"

    @property
    def memory(self) -> Path:
        """The memory file."""
        return self.source / "translations" / "zh" / "memory.jsonl"

    def remember(self, *lines: dict[str, str] | str) -> None:
        """Write the memory file."""
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        texts = [n if isinstance(n, str) else json.dumps(n) for n in lines]
        self.memory.write_text("".join(f"{text}\n" for text in texts), "utf-8")

    def build(self, *arguments: str) -> Result:
        """Build it in Chinese; it must succeed."""
        command = (*CHINESE, *self.arguments, *arguments)
        result = build(self.source, self.folder / "out", *command)
        assert result.status == 0, result.stderr
        return result


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Bed:
    """The book, built once, so that its pages are collected; copy it."""
    bed = Bed(tmp_path_factory.mktemp("bed"), ("-D", "amts_engine=memory"))
    copy_book(ROOTS / "test-basic", bed.source)
    bed.build()
    return bed


@pytest.fixture
def bed(built: Bed, tmp_path: Path) -> Bed:
    """A book of one's own, not yet built where it is."""
    shutil.copytree(built.source, tmp_path / "book")
    return Bed(tmp_path)


def read(result: Result) -> list[str]:
    """The pages that a build has read, from its own output."""
    marker = "reading sources... ["
    lines = result.stdout.replace("\r", "\n").splitlines()
    return sorted(
        line.rpartition("%] ")[2].strip() for line in lines if line.startswith(marker)
    )


def pages_of(out: Path) -> dict[str, bytes]:
    """All HTML pages of a build."""
    found = sorted(out.rglob("*.html"))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in found}


def test_a_memory_file_needs_no_reference(bed: Bed) -> None:
    """Its sentences are human; one changed line is one page read; then none is."""
    bed.remember(*LINES)
    first = bed.build()
    assert '<span class="amts-human">冬天有苍鹭来访。</span>' in first.page("one.html")
    assert '<span class="amts-human">多年无人割。</span>' in first.page("two.html")
    assert first.report["totals"]["segments"]["human"] == 2
    before = pages_of(first.out)
    again = bed.build()
    assert read(again) == []
    assert pages_of(again.out) == before
    bed.remember(LINES[0], {**LINES[1], "target": "多年来没有人割。"})
    changed = bed.build()
    assert read(changed) == ["two"]
    assert "多年来没有人割。" in changed.page("two.html")
    bed.memory.unlink()
    assert read(gone := bed.build()) == ["one", "two"]
    assert gone.report["totals"]["segments"]["human"] == 0


def test_a_hand_overrules_the_reference(bed: Bed) -> None:
    """A sentence mended in the file goes before the book's own translation."""
    bed.arguments = ("-D", "amts_engine=memory")
    source = "Small fish swim near the surface."
    bed.remember({"source": source, "target": "小鱼浅游。", "document": "one"})
    page = bed.build().page("one.html")
    assert "小鱼浅游。" in page
    assert "小鱼在水面附近游动。" not in page
    assert "大鱼待在水底。" in page


def test_a_broken_line_warns_once(bed: Bed, tmp_path: Path) -> None:
    """With its file and number; the rest is used; the warning can be silenced."""
    bed.remember(LINES[0], BAD, LINES[1])
    result = bed.build("-D", "show_warning_types=1")
    warnings = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(warnings) == 1, result.stderr
    assert "translations/zh/memory.jsonl:2: " in warnings[0]
    assert "[amts.memory]" in warnings[0]
    assert str(tmp_path) not in warnings[0]
    assert result.report["totals"]["segments"]["human"] == 2
    quiet = bed.build("-E", "-D", "suppress_warnings=amts.memory")
    assert quiet.stderr.strip() == ""
    assert quiet.report["totals"]["segments"]["human"] == 2


@pytest.mark.parametrize("where", ["folder", "nothing to read"])
def test_files_that_are_none(bed: Bed, where: str) -> None:
    """A folder named like a file, and a link to nowhere, cost nothing."""
    bed.remember(*LINES)
    odd = bed.memory.with_name("odd.jsonl")
    make: dict[str, Callable[[], None]] = {
        "folder": odd.mkdir,
        "nothing to read": lambda: odd.symlink_to("nowhere"),
    }
    make[where]()
    result = bed.build()
    assert result.stderr.strip() == ""
    assert result.report["totals"]["segments"]["human"] == 2
