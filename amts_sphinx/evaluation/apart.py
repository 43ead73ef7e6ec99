"""Human translations as a system may know them: without the page in question.

A memory is made anew for every page, without the page and without what says the same
elsewhere (`leaks`); what is left is audited, page by page.
"""

from __future__ import annotations

from collections.abc import Sequence

from amts_sphinx.bitext.material import Material
from amts_sphinx.evaluation.leaks import Audit, HeldOut, Resources
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text.pages import Page
from amts_sphinx.text.units import TranslationUnit


class Memory:
    """Human translations, for each page without the page; systems may share it."""

    def __init__(self, material: Material, *, leaking: bool = False) -> None:
        """``leaking``: the page is not held out.  A canary, whose scores must shine."""
        self._pages = material.pages.keys()
        self._resources = Resources(material.units)
        self._units = tuple(material.units) if leaking else None
        self._held: dict[str, HeldOut[TranslationUnit]] = {}
        self._audits: dict[str, Audit] = {}

    def without(self, page: Page) -> TranslationMemory:
        """The memory without the page, and without what says the same elsewhere."""
        return TranslationMemory(self._known(page), self._pages)

    def audit(self, page: Page) -> Audit:
        """What is left in it of the page."""
        if page.docname not in self._audits:
            left = None if self._units is not None else self.held(page).numbers
            self._audits[page.docname] = self._resources.audit(page, left)
        return self._audits[page.docname]

    def _known(self, page: Page) -> Sequence[TranslationUnit]:
        if self._units is not None:
            return self._units
        return self.held(page).kept

    def held(self, page: Page) -> HeldOut[TranslationUnit]:
        """What was held out for a page."""
        if page.docname not in self._held:
            held = self._resources.held_out([page.docname], [page])
            self._held[page.docname] = held
        return self._held[page.docname]
