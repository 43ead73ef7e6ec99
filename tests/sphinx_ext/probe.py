"""A Sphinx extension that writes down what a build was given: ``OUT/probe.json``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Watch what is read and written, and write it all down at the end."""
    pages: dict[str, list[str]] = {"read": [], "written": []}

    def reading(_app: Sphinx, _env: object, docnames: list[str]) -> None:
        pages["read"] += sorted(docnames)

    def writing(_app: Sphinx, name: str, *_others: object) -> None:
        pages["written"].append(name)

    def finished(app: Sphinx, _exception: Exception | None) -> None:
        if app.builder.name.startswith("amts"):
            return  # a launcher, and the inner run has written its own
        config = app.config
        given = {
            "source": str(app.srcdir),
            "conf": str(app.confdir),
            "doctrees": str(app.doctreedir),
            "builder": app.builder.name,
            "tags": sorted(app.tags),
            "jobs": app.parallel,
            "verbosity": app.verbosity,
            "quiet": app.quiet,
            "keep_going": app.keep_going,
            "language": config.language,
            "target": config.amts_target,
            "title": config.html_title,
            "nitpicky": config.nitpicky,
            "extensions": list(config.extensions),
            "context": dict(config.html_context),
            "options": config.html_theme_options,
            **pages,
        }
        out = Path(app.outdir, "probe.json")
        out.write_text(json.dumps(given, default=str), encoding="utf-8")

    app.connect("env-before-read-docs", reading, priority=999)
    app.connect("html-page-context", writing)
    app.connect("build-finished", finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
