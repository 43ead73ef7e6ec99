"""Writes down what was scored, so that anybody can score it again.

``reference.txt`` and a file for each system hold a message a line, masked: what the
``sacrebleu`` command makes of them is what was told.  ``pages`` holds the same with
sources, page by page, as JSON Lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from amts_sphinx.evaluation.cases import Case, Cases
from amts_sphinx.text.pages import write_text

#: the files that are no system's
SIDES = ("source", "reference")


def export(folder: Path, found: Cases, systems: Sequence[str]) -> None:
    """Write all of it, in the order of pages and messages."""
    sides = list(zip(*(case.masked for case in found.cases), strict=True))
    names = [*SIDES, *map(file_name, systems)]
    for name, lines in zip(names, sides, strict=True):
        write_text(folder / f"{name}.txt", "".join(f"{line}\n" for line in lines))
    pages: dict[str, list[Case]] = {}
    for case in found.cases:
        pages.setdefault(case.document, []).append(case)
    for document, cases in pages.items():
        rows = (json.dumps(_row(case, systems), ensure_ascii=False) for case in cases)
        path = folder / "pages" / f"{document}.jsonl"
        write_text(path, "".join(f"{row}\n" for row in rows))


def file_name(system: str) -> str:
    """The name of a system's file: letters, digits, hyphens; "" if there are none."""
    return re.sub(r"[^\w]+", "-", system).strip("-")


def _row(case: Case, systems: Sequence[str]) -> dict[str, object]:
    source, reference, *answers = case.masked
    return {
        "line": case.message.line,
        "source": source,
        "reference": reference,
        **dict(zip(systems, answers, strict=True)),
    }
