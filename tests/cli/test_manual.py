"""The manual's own words on commands: what it shows is what happens."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from amts_sphinx.cli import main
from amts_sphinx.text.checks import Check
from building import EXAMPLE


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


def test_the_manuals_options_of_evaluate(capsys: pytest.CaptureFixture[str]) -> None:
    """What the chapter on evaluation names is an option, and it names all of them."""
    with pytest.raises(SystemExit, match="0"):
        main(["evaluate", "--help"])
    known = re.findall(r"^  (?:-h, )?(--[a-z]+)", capsys.readouterr().out, re.MULTILINE)
    text = (EXAMPLE / "evaluation.rst").read_text("utf-8")
    assert {*re.findall(r"--[a-z]+", text), "--help"} == set(known)


def test_the_manuals_checks() -> None:
    """The table of the chapter on evaluation names checks that there are, each once."""
    text = (EXAMPLE / "evaluation.rst").read_text("utf-8")
    table = text.partition(":name: tab-checks\n")[2].partition("\n\n*Gone*")[0]
    named = re.findall(r"^   \* - ``(.*)``$", table, re.MULTILINE)
    assert named
    assert len(named) == len(set(named))
    assert set(named) <= set(Check)
