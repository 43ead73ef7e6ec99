"""A stacked bar of origins as inline SVG: no script, no chart library, no network."""

from __future__ import annotations

from html import escape

from amts_sphinx.report.report import Amounts
from amts_sphinx.text.units import Origin

#: used where the style sheet is absent (EPUB readers, feeds)
_COLOURS = {
    Origin.HUMAN: "#2a6fb0",
    Origin.STALE: "#d9822b",
    Origin.MACHINE: "#8a8f98",
    Origin.UNTRANSLATED: "#d7d9de",
    Origin.FAILED: "#b3372f",
}


def bar(amounts: Amounts, label: str) -> str:
    """One bar, 100 units wide; ``label`` says the same in words."""
    parts: list[str] = []
    left = 0.0
    for origin, colour in _COLOURS.items():
        width = 100 * amounts.share(origin)
        if width:
            parts.append(
                f'<rect class="{origin}" x="{left:.2f}" y="0" width="{width:.2f}" '
                f'height="8" fill="{colour}"/>'
            )
        left += width
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="amts-bar" role="img" '
        f'aria-label="{escape(label)}" viewBox="0 0 100 8" preserveAspectRatio="none">'
        f"{''.join(parts)}</svg>"
    )
