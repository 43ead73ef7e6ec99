"""Which part of a web page is its text, whoever generated it.

Around the text of a page stand menus, breadcrumbs, tables of contents, buttons, links
to the source: words of the generator or of other pages, in every page again.  The
standard's own elements say most of it (``main``, ``nav``, ``role``); the rest are the
names that the common generators use, as data: Sphinx and its themes, Docusaurus,
MkDocs, mdBook, Hugo, Asciidoctor, DocBook, Texinfo, Javadoc, MediaWiki, WordPress.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Final

from amts_sphinx.exchange.html_tree import HEADINGS, Element, Item, Text, Tree, names

_SKIPPED_TAGS: Final = names(
    "audio button canvas clippath datalist dialog embed footer head iframe input nav"
    " noscript object rp rt script select style svg template textarea video"
)
_SKIPPED_ROLES: Final = names(
    "banner contentinfo dialog doc-backlink doc-toc menu menubar navigation search"
    " tooltip"
)
_SKIPPED_CLASSES: Final = names(
    # links of a heading to itself, to its source, to what can be done with the page
    "anchorjs-link headerlink hash-link header-anchor heading-anchor permalink"
    " headeranchor-link elementor-anchor viewcode-link viewcode-back edit-this-page"
    " view-this-page theme-edit-this-page md-source-file md-content__button"
    " mw-editsection fn-backref footnote-backref footnote-back backrefs"
    " mw-cite-backlink headerbtn docs-edit copyright skip-link skip-nav print-link"
    # ways through the book
    " breadcrumb breadcrumbs wy-breadcrumbs theme-doc-breadcrumbs bd-breadcrumbs"
    " toctree-wrapper toc toc-drawer tocwrapper contents list-of-figures list-of-tables"
    " list-of-examples sphinxsidebar sphinxsidebarwrapper related related-pages"
    " rst-footer-buttons prev-next-area prev-next-footer pagination pagination-nav"
    " post-navigation nav-links theme-doc-footer theme-doc-toc-mobile"
    " theme-doc-version-badge theme-doc-version-banner navheader navfooter docnav"
    " nav_table menu nav-panel nav-wrapper nav-chapters nodedescription navList"
    " topNav bottomNav subNav"
    " sidebar-primary sidebar-secondary bd-sidebar bd-sidebar-primary"
    " bd-sidebar-secondary bd-toc bd-header-article header-article header-article-items"
    " bd-footer-content onlyprint mobile-header article-footer"
    # what stands beside a text on the web
    " navbox catlinks printfooter mw-jump-link mw-indicators sistersitebox"
    " vector-menu vector-dropdown vector-page-toolbar interlanguage-link sharedaddy"
    " jp-relatedposts comments comments-area comment-respond entry-meta entry-footer"
    " post-meta widget-area cookie-notice cookie-banner"
    # for screens, for screen readers, for the mouse
    " sr-only visually-hidden screen-reader-text assistive tooltip tooltiptext"
    " tooltip-content sd-tooltip copybtn copy-button clipboard-copy material-icons"
    " material-symbols-outlined MathJax MathJax_Preview MathJax_Display MathJax_SVG"
    " MathJax_CHTML katex-html"
    # what a program prints beside code and formulas, and in its own words
    " linenos lineno linenodiv linenumbers gutter rouge-gutter line-number eqno"
    " section-number caption-number colon classifier-delimiter versionmodified"
    " fn-bracket"
)
_SKIPPED_IDS: Final = names(
    "toc toctitle banner navigation sidebar footer comments disqus_thread mw-navigation"
    " siteSub contentSub jump-to-nav catlinks sphinxsidebar docnav searchbox p-lang-btn"
    " jb-print-docs-body"
)
#: an ``aside`` with one of these is part of the text
_ASIDES: Final = names(
    "footnote footnote-list citation citation-list brackets topic admonition sidebar"
    " callout note warning tip margin starlight-aside"
)
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none")
#: where the text of a page is, best sign first
_MAIN: Final[tuple[Callable[[Element], bool], ...]] = (
    lambda e: e.tag == "main",
    lambda e: e.attributes.get("role") == "main",
    lambda e: e.tag == "article",
    lambda e: e.attributes.get("itemprop") == "articleBody",
    lambda e: e.tag == "div" and "body" in e.classes,
    lambda e: (
        e.attributes.get("id")
        in {"content", "main-content", "main", "mw-content-text", "bodyContent"}
    ),
    lambda e: bool(
        e.classes & {"entry-content", "post-content", "main-content", "markdown-body"}
    ),
    lambda e: e.tag == "body",
)


def main_content(tree: Tree) -> tuple[range, ...]:
    """The places in a page's list between which its text stands.

    Some generators put the page's title in front of the text, outside of it.
    """
    where = _main(tree)
    title = _title(tree.items, where)
    return (where,) if title is None else (range(title.index, title.end + 1), where)


def _title(items: list[Item], where: range) -> Element | None:
    """The page's only ``h1`` if it stands in front of the text."""
    if any(isinstance(i, Element) and i.tag == "h1" for i in items[where.start :]):
        return None
    found = []
    at = 0
    while at < where.start:
        item = items[at]
        if isinstance(item, Element):
            if item.tag == "h1":
                found.append(item)
            if is_skipped(item):
                at = item.end
        at += 1
    return found[0] if len(found) == 1 else None


def _main(tree: Tree) -> range:
    """Where the text itself stands."""
    upto = list(
        accumulate(
            (len(i.text.strip()) if isinstance(i, Text) else 0 for i in tree.items),
            initial=0,
        )
    )

    def size(element: Element) -> int:
        return upto[element.end] - upto[element.index]

    for is_main in _MAIN:
        candidates = list(_outermost(tree.items, is_main))
        if not candidates:
            continue
        best = max(candidates, key=size)
        rest = sum(map(size, candidates)) - size(best)
        # several articles side by side, as in a blog, are one text
        if best.tag != "article" or rest <= size(best) // 2:
            return range(best.index + 1, best.end)
    return range(len(tree.items))


def _outermost(
    items: list[Item], wanted: Callable[[Element], bool]
) -> Iterable[Element]:
    """The elements of one sort that do not stand inside one another."""
    end = -1
    for item in items:
        if isinstance(item, Element) and item.index > end and wanted(item):
            end = item.end
            yield item


def is_skipped(element: Element) -> bool:
    """Is there nothing of the page's own text inside?"""
    attributes = element.attributes
    if element.tag in _SKIPPED_TAGS or element.classes & _SKIPPED_CLASSES:
        return True
    if element.tag == "aside":
        return not element.classes & _ASIDES
    if len(attributes) == len(element.classes) == 0:
        return False
    role = attributes.get("role", "")
    return (
        # the heading of a section is such a link where docutils made the contents
        (role in _SKIPPED_ROLES and "toc-backref" not in element.classes)
        or attributes.get("id") in _SKIPPED_IDS
        # a tab that is not in front is text all the same
        or ("hidden" in attributes and role != "tabpanel")
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and _is_hidden(element))
    )


def _is_hidden(element: Element) -> bool:
    """Does the style hide it?  MediaWiki hides the formula and shows a picture."""
    return (
        bool(_HIDDEN.search(element.attributes["style"]))
        and not any(name.startswith("mwe-math") for name in element.classes)
        and element.attributes.get("role") != "tabpanel"
    )


def first_heading(items: list[Item], inside: Element) -> Element | None:
    """The heading in a page's ``header``, which is otherwise its banner."""
    for at in range(inside.index + 1, inside.end):
        item = items[at]
        if isinstance(item, Element) and item.tag in HEADINGS:
            return item
    return None


def is_form_of_controls(items: list[Item], form: Element) -> bool:
    """Is this a form to fill in, not one that somebody laid around a whole page?"""
    return not any(
        isinstance(item, Element) and item.tag in {"p", *HEADINGS}
        for item in items[form.index + 1 : form.end]
    )
