"""Puts translations into the doctree, each sentence wrapped in its origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from docutils import nodes

from amts_sphinx.sphinx_ext import doctree
from amts_sphinx.sphinx_ext.fitting import fits
from amts_sphinx.sphinx_ext.messages import Place
from amts_sphinx.text import codes
from amts_sphinx.text.languages import LanguageProfile
from amts_sphinx.text.units import Message, Origin, Rung, Translation
from amts_sphinx.translator import MARKED

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^>]*(?<!/)>")
_VOID = {"br", "wbr", "img", "input", "hr"}
_IN_SOURCE = {Origin.UNTRANSLATED, Origin.FAILED}


def put(
    place: Place,
    translations: Sequence[Translation],
    *,
    source: LanguageProfile,
    target: LanguageProfile,
    mark: bool,
) -> list[Translation]:
    """Put a message's translations in its place; returns those really put there."""
    message = place.message
    if place.by_catalog:
        if mark and place.get is None and message.kind in MARKED:
            children = place.node.children
            doctree.set_children(place.node, [_mark(Origin.HUMAN, children, source)])
        return [t._replace(rung=Rung.CATALOG) for t in translations]
    put_there = [_safe(place, t) for t in translations]
    untouched = all(t.origin in _IN_SOURCE for t in put_there)
    if place.put is not None:
        if not untouched:
            place.put(_joined(message, put_there, target))
        return put_there
    place.node["translated"] = not any(t.origin in _IN_SOURCE for t in put_there)
    marking = mark and message.kind in MARKED
    if marking or not untouched:
        children = _nodes(place, put_there, source, target, marking=marking)
        doctree.set_children(place.node, children)
        _retitle(place.node)
    return put_there


def _safe(place: Place, translation: Translation) -> Translation:
    """The translation, or the source where its nodes cannot all be put back."""
    message = place.message
    source = message.text[translation.start : translation.end]
    markable = translation.origin is not Origin.STALE or not _has_tags(place)
    if translation.rung is Rung.SOURCE or (
        markable and fits(source, translation, message.codes, place.anchors)
    ):
        return translation
    rung = Rung.FAILED if translation.rung is Rung.MACHINE else Rung.SOURCE
    return translation._replace(text=source, rung=rung, codes=(), was="")


def _has_tags(place: Place) -> bool:
    """Is there raw HTML, whose tags may open here and close there?"""
    return any(isinstance(anchor.node, nodes.raw) for anchor in place.anchors)


def _gaps(
    message: Message, translations: Sequence[Translation], target: LanguageProfile
) -> list[str]:
    """What stands before each translation, and behind the last one.

    Between two translated sentences the target language decides; beside a sentence in
    the source language its own white space stays.
    """
    gaps = [message.text[: translations[0].start]]
    for left, right in pairwise(translations):
        in_source = left.origin in _IN_SOURCE or right.origin in _IN_SOURCE
        gap = message.text[left.end : right.start]
        gaps.append(gap if in_source else target.sentence_joiner)
    return [*gaps, message.text[translations[-1].end :]]


def _joined(
    message: Message, translations: Sequence[Translation], target: LanguageProfile
) -> str:
    """The translation of a text without inline nodes."""
    gaps = _gaps(message, translations, target)
    parts = [
        # codes of a person's own: here, only their text can be shown
        gap + codes.plain(t.text, [code.payload for code in t.codes])
        for gap, t in zip(gaps, translations, strict=False)
    ]
    return "".join((*parts, gaps[-1])).strip()


def _nodes(
    place: Place,
    translations: Sequence[Translation],
    source: LanguageProfile,
    target: LanguageProfile,
    *,
    marking: bool,
) -> list[nodes.Node]:
    """The new children of a message's node."""
    children: list[nodes.Node] = []
    gaps = _gaps(place.message, translations, target)
    tags = _has_tags(place)
    for gap, translation in zip(gaps, translations, strict=False):
        if gap:
            children.append(nodes.Text(codes.unescape(gap)))
        built = doctree.decode(translation.text, place.anchors, translation.codes)
        if marking and (not tags or _balanced(built)):
            children.append(_mark(translation.origin, built, source))
        else:
            children += built
    if gaps[-1]:
        children.append(nodes.Text(codes.unescape(gaps[-1])))
    return children


def _balanced(children: Sequence[nodes.Node]) -> bool:
    """Is every raw tag that is opened here closed here?  Else no mark may end here."""
    raws = (raw for child in children for raw in child.findall(nodes.raw))
    tags = "".join(raw.astext() for raw in raws)
    depth = 0
    for match in _TAG.finditer(tags):
        depth += -1 if match[1] else match[2].lower() not in _VOID
        if depth < 0:
            return False
    return not depth


def _mark(
    origin: Origin, children: Sequence[nodes.Node], source: LanguageProfile
) -> nodes.inline:
    """A sentence wrapped in its origin; docutils makes ``language-…`` a ``lang``."""
    classes = [f"amts-{origin}"]
    if origin in _IN_SOURCE:
        classes.append(f"language-{source.code}")
    return nodes.inline("", "", *children, classes=classes)


def _retitle(node: nodes.Element) -> None:
    """MyST takes the text of ``[](#slug)`` from a table made while parsing."""
    if not isinstance(node, nodes.title) or not isinstance(node.parent, nodes.section):
        return
    slugs = getattr(node.document, "myst_slugs", None)
    slug = node.parent.get("slug")
    if slugs and slug in slugs:
        line, target_id, _ = slugs[slug]
        slugs[slug] = (line, target_id, node.astext())


def leave_uncounted(document: nodes.document, found: Iterable[object]) -> None:
    """Take what is no prose out of Sphinx's translation progress.

    Where a PO catalog exists, Sphinx counts formulas and numbers as untranslated.
    """
    ours = {
        id(p.node) for p in found if isinstance(p, Place) and "translated" in p.node
    }
    if ours:
        for node in document.findall(nodes.Element):
            if node.get("translated") is False and id(node) not in ours:
                del node["translated"]
