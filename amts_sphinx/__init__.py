"""AMTS for Sphinx: a book in every language, in sync, sentence by sentence.

This module is the table of contents of what the extension adds to Sphinx; everything is
imported when Sphinx asks for it, not before. The functions for everyone, `align` and
`align_corpus`, are imported when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from amts_sphinx.bitext.sentence_lists import align, align_corpus

__all__ = ["align", "align_corpus", "setup"]

__version__ = "0.1.0"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add AMTS to a Sphinx application.

    Loaded but not translating, it adds configuration values and launcher builders only.
    """
    from amts_sphinx.sphinx_ext import extension  # noqa: PLC0415 - lazy on purpose

    return extension.setup(app)


def __getattr__(name: str) -> Any:
    """Import a public function when it is first asked for."""
    if name in {"align", "align_corpus"}:
        from amts_sphinx.bitext import sentence_lists  # noqa: PLC0415 - lazy on purpose

        return getattr(sentence_lists, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
