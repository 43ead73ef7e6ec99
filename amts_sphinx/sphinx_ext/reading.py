"""What happens to a page while Sphinx reads it.

Four steps, each at the only moment that suits it: *collect* the messages (transform at
19, before a PO catalog replaces any), *translate* them (transform at 22, after the
catalogs and before titles, labels and captions are copied elsewhere), do the same for
toctrees (``doctree-read``, for some extensions insert them late), and *finish* the
page.  The collecting run leaves translation out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

    from amts_sphinx.sphinx_ext.messages import Place
    from amts_sphinx.text.pages import Wall

#: kind of a caption that a notebook cell gets only when it is executed
NOT_YET_THERE = "notebook_caption"

Found = Sequence["Place | Wall"]
#: is given the page's docname, its document and what was found in it
Step = Callable[[str, "nodes.document", Found], None]


def register(
    app: Sphinx,
    *,
    finish: Step,
    translate: Step | None = None,
    skip: Callable[[str], bool] = lambda _: False,
) -> None:
    """Have every page collected, translated if asked for, and finished."""
    found: dict[int, list[Place | Wall]] = {}

    class Collect(SphinxTransform):
        """Finds the messages while the page is still in the source language."""

        default_priority = 19

        def apply(self, **_kwargs: object) -> None:
            """Collect this page."""
            # Sphinx 7 also runs transforms on every single translated PO message
            if not skip(self.env.docname) and _is_page(self.document):
                from amts_sphinx.sphinx_ext.messages import (  # noqa: PLC0415 - pages
                    walk,
                )

                found[id(self.document)] = walk(self.document)

    class Translate(SphinxTransform):
        """Puts the translations in."""

        default_priority = 22

        def apply(self, **_kwargs: object) -> None:
            """Translate this page."""
            places = found.get(id(self.document))
            if translate and places is not None:
                translate(self.env.docname, self.document, places)

    def toctrees(app: Sphinx, document: nodes.document) -> None:
        places = found.get(id(document))
        if places is not None:
            from amts_sphinx.sphinx_ext.messages import (  # noqa: PLC0415 - pages
                walk_toctrees,
            )

            late = walk_toctrees(document)
            if translate:
                translate(app.env.docname, document, late)
            places += late

    def finished(app: Sphinx, document: nodes.document) -> None:
        places = found.pop(id(document), None)
        if places is not None:
            finish(app.env.docname, document, places)

    app.add_transform(Collect)
    if translate:
        app.add_transform(Translate)
    app.connect("doctree-read", toctrees, priority=200)
    app.connect("doctree-read", finished, priority=900)


def dependencies(app: Sphinx, docname: str) -> list[str]:
    """Files that a page includes; what the build itself has written is none of them."""
    out = Path(app.outdir)
    written = (out, Path(app.doctreedir), out.parent / "jupyter_execute")
    names = map(str, app.env.dependencies.get(docname, ()))
    return [
        name
        for name in names
        if not any(
            Path(os.path.normpath(Path(app.srcdir) / name)).is_relative_to(folder)
            for folder in written
        )
    ]


def _is_page(document: nodes.document) -> bool:
    return not str(document.get("source", "")).endswith(":<translated>")
