"""What a build does not need it does not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import CHINESE, ROOTS, build, copy_book

LISTING = '''
def setup(app):
    """Writes down every module that the build has loaded."""
    import pathlib
    import sys

    def finished(app, exception):
        modules = "\\n".join(sorted(sys.modules))
        pathlib.Path(app.outdir, "modules.txt").write_text(modules, encoding="utf-8")

    app.connect("build-finished", finished, priority=999)
'''
#: whatever only an engine, the evaluation or the aligner needs
HEAVY = {"boto3", "botocore", "sacrebleu", "numpy", "diskcache"}
#: whatever only new text needs
SPLITTERS = {"pysbd", "sentencex"}


def loaded(folder: Path) -> set[str]:
    """The modules a build into a folder had loaded when it was finished."""
    return set((folder / "modules.txt").read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a reference and an engine, whose builds list their modules."""
    folder = copy_book(ROOTS / "test-basic", tmp_path_factory.mktemp("lazy") / "book")
    with (folder / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(LISTING)
    return folder


def test_a_plain_build_loads_next_to_nothing(book: Path, tmp_path: Path) -> None:
    """Loaded but not translating: no session, no engine, no third-party package."""
    result = build(book, tmp_path)
    assert result.status == 0, result.stderr
    modules = loaded(tmp_path)
    assert not modules & (HEAVY | SPLITTERS)
    ours = {name for name in modules if name.startswith("amts_sphinx")}
    assert ours <= {
        "amts_sphinx",
        "amts_sphinx.sphinx_ext",
        "amts_sphinx.sphinx_ext.builders",
        "amts_sphinx.sphinx_ext.config",
        "amts_sphinx.sphinx_ext.extension",
        "amts_sphinx.sphinx_ext.handover",
        "amts_sphinx.sphinx_ext.options",
        "amts_sphinx.text",
        "amts_sphinx.text.languages",
    }


def test_a_warm_translating_build_loads_no_splitter_and_no_aligner(
    book: Path, tmp_path: Path
) -> None:
    """All is known: pages are read anew, but nothing is split, aligned or asked."""
    cold = build(book, tmp_path / "cold", *CHINESE)
    assert cold.status == 0, cold.stderr
    warm = build(book, tmp_path / "warm", *CHINESE)
    assert warm.status == 0, warm.stderr
    assert warm.report["counters"]["pages_read"] == 3
    modules = loaded(tmp_path / "warm")
    assert not modules & (HEAVY | SPLITTERS)
    assert "amts_sphinx.bitext.alignment" not in modules


def test_a_build_without_changes_opens_no_memory(book: Path, tmp_path: Path) -> None:
    """Nothing changed: two digests are compared, and that is all."""
    first = build(book, tmp_path, *CHINESE)
    assert first.status == 0, first.stderr
    second = build(book, tmp_path, *CHINESE)
    assert second.status == 0, second.stderr
    assert second.report["counters"]["pages_read"] == 0
    modules = loaded(tmp_path)
    assert not modules & (HEAVY | SPLITTERS)
    assert "amts_sphinx.engines.pseudo" not in modules
