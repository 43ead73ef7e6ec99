"""AMTS for Sphinx: a book in every language, in sync, sentence by sentence.

This module is the table of contents of what the extension adds to Sphinx; everything is
imported when Sphinx asks for it, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__version__ = "0.1.0"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add AMTS to a Sphinx application.

    Loaded but not translating, it adds configuration values and launcher builders only.
    """
    from amts_sphinx.sphinx_ext import extension  # noqa: PLC0415 - lazy on purpose

    return extension.setup(app)
