"""The manual's own words on pairs: what it shows is what happens."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from amts_sphinx.cli import main
from building import EXAMPLE

if TYPE_CHECKING:
    import pytest


def test_the_manuals_snippet(capsys: pytest.CaptureFixture[str]) -> None:
    """The Python example prints what its comment says."""
    text = (EXAMPLE / "pairs.rst").read_text("utf-8")
    code = textwrap.dedent(text[text.index("   import amts_sphinx") :])
    exec(code, {})  # noqa: S102 - our own manual
    told = re.search(r"# (\[.*\])", text)
    assert told
    assert capsys.readouterr().out.strip() == told[1]


def test_the_manuals_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """The committed memory of the example book is sound, and of its own pages."""
    folder = EXAMPLE / "translations"
    assert main(["memory", "check", str(folder)]) == 0
    assert "all is well" in capsys.readouterr().out
    for path in folder.rglob("*.jsonl"):
        named = set(re.findall(r'"document": "([^"]+)"', path.read_text("utf-8")))
        pages = {Path(p).stem for p in EXAMPLE.iterdir()}
        assert named <= pages
