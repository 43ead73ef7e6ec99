"""Doctrees to coded text and back, whatever stands in them and whatever comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import chain, pairwise
from typing import Any

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sphinx import addnodes

from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.sphinx_ext.doctree import bind_anonymous, decode, encode
from amts_sphinx.sphinx_ext.messages import Place, walk
from amts_sphinx.sphinx_ext.placing import put
from amts_sphinx.text import codes
from amts_sphinx.text.languages import profile
from amts_sphinx.text.repair import Repair, Repaired
from amts_sphinx.text.units import (
    EMPHASIS,
    ORIGIN_OF_RUNG,
    OWN,
    Code,
    Message,
    Origin,
    Rung,
    Segment,
    Translation,
    TranslationUnit,
)
from amts_sphinx.translator import Translator, question

ENGLISH, CHINESE = profile("en"), profile("zh")
#: nodes that must survive any answer
PROTECTED = (
    nodes.math,
    nodes.literal,
    nodes.image,
    nodes.raw,
    nodes.reference,
    nodes.footnote_reference,
    nodes.substitution_reference,
    nodes.target,
    addnodes.pending_xref,
    addnodes.download_reference,
)

Nodes = st.SearchStrategy[list[nodes.Node]]

HOSTILE_TEXTS = st.sampled_from(
    (
        '<b id="1">',
        '<x id="1"/>',
        '</g><g id="1">',
        "&amp; &lt;x id=1/&gt;",
        "<script>alert(1)</script>",
        "a\0b",
        "\u202eright to left\u2066",
        "\ud800",
        "50% of {braces} and %s",
        "One sentence. And another one! Is it?",
        " edge ",
        "0",
        "",
    )
)
TEXTS = HOSTILE_TEXTS | st.text(max_size=12) | st.just("words and words")
#: format strings that Sphinx accepts
TEMPLATES = st.sampled_from(
    ("see %s there", "100%% of %s", "figure {number}", "{{x}} {name} at {number}", "%s")
)


def _texts(cls: type[nodes.TextElement], **attributes: object) -> Nodes:
    """Inline nodes of one kind around any text."""
    return TEXTS.map(lambda text: [cls(text, text, **attributes)])


def _xref(text: str, **attributes: object) -> addnodes.pending_xref:
    inner = nodes.literal if attributes["reftype"] == "numref" else nodes.inline
    return addnodes.pending_xref("", inner(text, text), refdomain="std", **attributes)


def _raw(text: str) -> nodes.raw:
    return nodes.raw(text, text, format="html")


def _pair(opening: str, content: list[nodes.Node]) -> list[nodes.Node]:
    """What MyST makes of inline HTML: tags are nodes, and content is text."""
    return [_raw(opening), *content, _raw("</span>")]


LEAVES = st.one_of(
    TEXTS.map(lambda text: [nodes.Text(text)]),
    _texts(nodes.math),
    _texts(nodes.literal),
    _texts(nodes.substitution_reference, refname="name"),
    _texts(nodes.footnote_reference, refid="note"),
    TEXTS.map(lambda text: [nodes.image(uri="a.png", alt=text)]),
    st.just("<br/>").map(lambda text: [_raw(text)]),
    st.just("here").map(lambda name: [nodes.target(ids=[name])]),
    TEXTS.map(lambda text: [_xref(text, reftype="ref", reftarget="implicit")]),
    TEXTS.map(lambda t: [_xref(t, reftype="ref", reftarget="t", refexplicit=True)]),
    TEXTS.map(lambda text: [_xref(text, reftype="term", reftarget="term")]),
    TEMPLATES.map(
        lambda t: [_xref(t, reftype="numref", reftarget="fig", refexplicit=True)]
    ),
)


def _wrapped(content: Nodes) -> Nodes:
    inside: Nodes = st.lists(content, max_size=3).map(_flat)
    return st.one_of(
        inside.map(lambda children: [nodes.emphasis("", "", *children)]),
        inside.map(lambda children: [nodes.strong("", "", *children)]),
        inside.map(lambda c: [nodes.reference("", "", *c, refuri="https://a.org")]),
        inside.map(lambda children: [nodes.inline("", "", *children)]),
        inside.map(lambda children: _pair("<span>", children)),
        inside.map(lambda children: _pair('<span translate="no">', children)),
    )


def _flat(parts: list[list[nodes.Node]]) -> list[nodes.Node]:
    return list(chain.from_iterable(parts))


INLINE = st.lists(st.recursive(LEAVES, _wrapped, max_leaves=6), max_size=6)
PARAGRAPHS = INLINE.map(lambda parts: nodes.paragraph("source", "", *_flat(parts)))
#: pieces out of which an answer may be made: right codes, wrong ones, and noise
PIECES = st.one_of(
    st.integers(0, 9).map(codes.opaque),
    st.integers(0, 9).map(codes.opening),
    st.sampled_from(("</g>", "&lt;", "<b>", "</b>", '<x id="1"', "<script>", " ", "&")),
    st.text(max_size=5),
)
ANSWERS = st.lists(PIECES, max_size=12).map("".join)
OWN_CODES = st.lists(
    st.builds(Code, st.sampled_from((*sorted(OWN), "link", "raw")), st.just("y")),
    max_size=3,
).map(tuple)


def place_of(paragraph: nodes.Element) -> Place:
    """The paragraph as the walker finds it."""
    document = new_document("page", get_default_settings(Parser))
    document += paragraph
    text, found, anchors = encode(paragraph.children)
    return Place(Message(text, found, "paragraph"), paragraph, anchors)


def put_in(place: Place, *translations: Translation, mark: bool = True) -> None:
    """Put translations into the page as a build does."""
    put(place, translations, source=ENGLISH, target=CHINESE, mark=mark)


def whole(
    place: Place, text: str, rung: Rung, own: tuple[Code, ...] = ()
) -> Translation:
    """A translation of the whole message."""
    end = len(place.message.text)
    return Translation(text, rung, 0, end, codes=own)


def merged(node: nodes.Node) -> Any:
    """A comparable picture of a node: adjacent texts are one, empty ones none."""
    if isinstance(node, nodes.Text):
        return node.astext()
    children: list[object] = []
    for child in map(merged, node.children):
        if isinstance(child, str) and children and isinstance(children[-1], str):
            children[-1] += child
        elif child != "":
            children.append(child)
    assert isinstance(node, nodes.Element)
    attributes = {k: v for k, v in node.attributes.items() if v and k != "translated"}
    return (type(node).__name__, attributes, children)


def protected(
    node: nodes.Element, *, but: frozenset[str] = frozenset()
) -> Counter[str]:
    """The multiset of nodes that no answer may lose, double or bend."""
    opaque = (nodes.math, nodes.literal, nodes.raw, nodes.substitution_reference)
    return Counter(
        f"{type(found).__name__} {found.attributes} "
        f"{found.astext() if isinstance(found, opaque) else ''}"
        for found in node.findall(nodes.Element)
        if isinstance(found, PROTECTED)
        and type(found).__name__ not in but
        and not (isinstance(found, nodes.literal) and _is_title(found))
    )


def _is_title(literal: nodes.literal) -> bool:
    """A literal node that holds a title in words."""
    return isinstance(literal.parent, addnodes.pending_xref)


@settings(deadline=None)
@given(PARAGRAPHS)
def test_decoding_gives_back_what_was_encoded(paragraph: nodes.paragraph) -> None:
    """Encoding and decoding is the identity, for every text and every nesting (I4)."""
    before = merged(paragraph)
    text, _, anchors = encode(paragraph.children)
    rebuilt = nodes.paragraph("source", "", *decode(text, anchors))
    assert merged(rebuilt) == before


@settings(deadline=None)
@given(PARAGRAPHS)
def test_coded_text_is_well_formed(paragraph: nodes.paragraph) -> None:
    """What encode makes parses, uses each number once and fits itself (I6)."""
    text, found, anchors = encode(paragraph.children)
    codes.parse(text)
    numbers = codes.numbers(text)
    assert numbers == list(range(1, len(found) + 1))
    assert len(anchors) == len(found)
    assert codes.fits(text, text) or not text.strip()


@settings(deadline=None)
@given(PARAGRAPHS)
def test_source_text_shows_in_coded_text(paragraph: nodes.paragraph) -> None:
    """No escaping makes a letter of the source a code, or a code a letter (I6)."""
    text, found, _ = encode(paragraph.children)
    kept = codes.CODE.sub("", text)
    assert "<" not in kept
    assert ">" not in kept
    assert len(codes.CODE.findall(text)) >= len(found)


@settings(deadline=None)
@given(PARAGRAPHS)
def test_the_identity_engine_is_idempotent(paragraph: nodes.paragraph) -> None:
    """Putting the source's own text in, once or twice, changes nothing (I4, I5)."""
    before = merged(paragraph)
    node: nodes.Element = paragraph
    for _ in range(2):
        place = place_of(node.deepcopy())
        text = place.message.text
        assume(text.strip())
        put_in(place, whole(place, text, Rung.MACHINE), mark=False)
        node = place.node
        assert merged(node) == before


@settings(max_examples=400, deadline=None)
@given(PARAGRAPHS, ANSWERS, OWN_CODES, st.sampled_from(list(Rung)), st.booleans())
def test_no_answer_harms_a_protected_node(
    paragraph: nodes.paragraph,
    answer: str,
    own: tuple[Code, ...],
    rung: Rung,
    mark: bool,  # noqa: FBT001 - drawn
) -> None:
    """Whatever comes: links, formulas, images are as before, nothing raises (I1, I7).

    A person may leave out formulas and code, and bring their own.
    """
    place = place_of(paragraph)
    assume(place.message.text.strip())
    if rung in (Rung.SOURCE, Rung.FAILED):
        answer, own = place.message.text, ()
    by_people = ORIGIN_OF_RUNG[rung] in (Origin.HUMAN, Origin.STALE)
    free = frozenset({"math", "literal"}) if by_people else frozenset()
    before = protected(paragraph, but=free)
    put_in(place, whole(place, answer, rung, own), mark=mark)
    assert protected(paragraph, but=free) == before


@settings(max_examples=300, deadline=None)
@given(PARAGRAPHS, st.data())
def test_shuffled_codes_keep_every_node(
    paragraph: nodes.paragraph, data: st.DataObject
) -> None:
    """An answer that moves, drops, doubles or re-nests the right codes does no harm."""
    place = place_of(paragraph)
    assume(place.message.text.strip())
    tokens = [match[0] for match in codes.CODE.finditer(place.message.text)]
    assume(tokens)
    shuffled = data.draw(st.permutations(tokens))
    kept = data.draw(st.lists(st.sampled_from(shuffled), max_size=len(tokens)))
    answer = "".join(data.draw(st.sampled_from((tokens, shuffled, kept))))
    raws = (a for a in place.anchors if isinstance(a.node, nodes.raw))
    tags = {id(anchor.node) for anchor in raws if not anchor.rest}
    before, order = protected(paragraph), _tags(paragraph, tags)
    put_in(place, whole(place, f"{answer} words", Rung.MACHINE), mark=False)
    assert protected(paragraph) == before
    assert _tags(paragraph, tags) == order


def _tags(node: nodes.Element, known: set[int]) -> list[tuple[str, str]]:
    """Raw tags that are codes of their own, in order, and what they stand in."""
    return [
        (found.astext(), type(found.parent).__name__)
        for found in node.findall(nodes.raw)
        if id(found) in known and found.astext() in ("<span>", "</span>", "<br/>")
    ]


def _order_of(node: nodes.Element, cls: type[nodes.Element]) -> list[str]:
    return [found.astext() for found in node.findall(cls)]


@settings(max_examples=300, deadline=None)
@given(PARAGRAPHS, ANSWERS, OWN_CODES)
def test_nothing_foreign_comes_in(
    paragraph: nodes.paragraph, answer: str, own: tuple[Code, ...]
) -> None:
    """There are only text, the source's nodes, marks and the kinds allowed (I2)."""
    place = place_of(paragraph)
    assume(place.message.text.strip())
    before = {id(node) for node in paragraph.findall(nodes.Element)}
    put_in(place, whole(place, answer, Rung.HUMAN_EXACT, own))
    for node in paragraph.findall(nodes.Element):
        if id(node) not in before:
            assert type(node) in (
                nodes.inline,  # the mark
                nodes.math,
                nodes.literal,
                nodes.emphasis,
                nodes.strong,
            )


@settings(max_examples=200, deadline=None)
@given(PARAGRAPHS, ANSWERS, st.booleans(), OWN_CODES)
def test_the_whole_way_from_the_memory(
    paragraph: nodes.paragraph,
    answer: str,
    known: bool,  # noqa: FBT001 - drawn
    own: tuple[Code, ...],
) -> None:
    """A hostile file of human units, or a hostile engine, cannot harm a page either."""
    place = place_of(paragraph)
    message = place.message
    assume(message.text.strip())
    segment: Segment = message.segments[0]
    units = [TranslationUnit(segment.text, answer, segment.codes, own)] if known else []
    translator = Translator(TranslationMemory(units), engine=None)  # type: ignore[arg-type]
    translator.answers[question(segment)] = Repaired(answer, Repair.AS_IS)
    free = frozenset({"math", "literal"}) if known else frozenset()
    before = protected(paragraph, but=free)
    put_in(place, *translator.translate(message, "page"))
    assert protected(paragraph, but=free) == before


def test_backslash_escapes_are_no_text() -> None:
    r"""What docutils keeps of ``\ `` and ``\*`` reaches neither engine nor memory."""
    document = parsed("Wasser ist H\\ :sub:`two`\\ O, und \\*nie* mehr.\n")
    (place,) = (p for p in walk(document) if isinstance(p, Place))
    assert place.message.text == 'Wasser ist H<g id="1">two</g>O, und *nie* mehr.'
    put_in(place, whole(place, place.message.text, Rung.MACHINE))
    assert place.node.astext() == "Wasser ist HtwoO, und *nie* mehr."


def test_emphasis_may_be_given_up() -> None:
    """Losing protected nodes is refused, losing or emptying emphasis is not."""
    strong = nodes.strong("", "well")
    place = place_of(nodes.paragraph("", "", nodes.Text("Do it "), strong))
    put_in(place, whole(place, "做吧", Rung.MACHINE), mark=False)
    assert merged(place.node)[2] == ["做吧"]
    assert EMPHASIS.isdisjoint({"math", "link", "literal", "image"})


def test_people_may_bring_a_formula() -> None:
    """A code of the translation's own becomes a plain new node at its place."""
    place = place_of(nodes.paragraph("", "Put it in x."))
    answer = f"放进 {codes.opaque(1)} 里"
    put_in(place, whole(place, answer, Rung.HUMAN_EXACT, (Code("math", "x"),)))
    assert _order_of(place.node, nodes.math) == ["x"]
    assert place.node.astext() == "放进 x 里"


@pytest.mark.parametrize(
    ("opening", "content", "expected"),
    [
        ('<span translate="no">', [nodes.Text("HTML")], '<x id="1"/>'),
        ('<b class="x notranslate">', [nodes.Text("HTML")], None),
        ("<span>", [nodes.Text("HTML")], '<x id="1"/>HTML<x id="2"/>'),
        (
            "<span class='notranslate'>",
            [_raw("<span>"), nodes.Text("HTML"), _raw("</span>")],
            '<x id="1"/>',
        ),
    ],
)
def test_html_may_forbid_translation(
    opening: str, content: list[nodes.Node], expected: str | None
) -> None:
    """What stands in a ``translate="no"`` element is one code, tags and all."""
    siblings = _pair(opening, content)
    text, found, anchors = encode(siblings)
    if expected is None:  # another element closes: nothing is known to be kept
        assert text == '<x id="1"/>HTML<x id="2"/>'
    else:
        assert text == expected
    assert decode(text, anchors) == siblings
    assert len(found) == len(anchors)


def test_marks_do_not_cross_raw_tags() -> None:
    """A sentence in which an HTML tag is opened but not closed gets no mark."""
    one, two = nodes.Text("One. "), nodes.Text("Two.")
    children = [
        _raw("<b>"),
        one,
        two,
        _raw("</b>"),
        _raw("<br>"),
        nodes.Text(" Three."),
    ]
    place = place_of(nodes.paragraph("", "", *children))
    text = place.message.text
    cuts = (text.index("Two"), text.index(codes.opaque(3)))
    bounds = (0, *cuts, len(text))
    translations = [
        Translation(text[a:b].strip(), Rung.MACHINE, a, b) for a, b in pairwise(bounds)
    ]
    put_in(place, *translations)
    marked = [mark.astext() for mark in place.node.findall(nodes.inline)]
    assert marked == ["<br> Three."]
    assert _order_of(place.node, nodes.raw) == ["<b>", "</b>", "<br>"]


ANONYMOUS = """
First comes `one link`__ and then `another link`__, last `a third`__.

__ https://one.org
__ https://two.org
__ https://three.org
"""


def parsed(source: str) -> nodes.document:
    """A document as the parser leaves it, before any transform."""
    document = new_document("page", get_default_settings(Parser))
    Parser().parse(source, document)
    return document


@settings(deadline=None)
@given(st.permutations([1, 2, 3]))
def test_anonymous_references_keep_their_address(order: list[int]) -> None:
    """Links that are paired by order are bound before their order can change."""
    from docutils.transforms.references import AnonymousHyperlinks

    document = parsed(ANONYMOUS)
    (place,) = (p for p in walk(document) if isinstance(p, Place))
    bind_anonymous(document)
    words = {1: "one link", 2: "another link", 3: "a third"}
    answer = " ".join(f'<g id="{n}">{words[n]}</g>' for n in order)
    put_in(place, whole(place, answer, Rung.MACHINE))
    AnonymousHyperlinks(document).apply()
    found = {r.astext(): r["refuri"] for r in document.findall(nodes.reference)}
    assert found == {
        "one link": "https://one.org",
        "another link": "https://two.org",
        "a third": "https://three.org",
    }
    assert list(found) == [words[n] for n in order]


def test_unbound_anonymous_references_keep_their_order() -> None:
    """Links to places inside the page cannot be bound: another order is refused."""
    source = "See `one`__ and `two`__.\n\n__ `a`_\n__ `b`_\n\n.. _a:\n.. _b:\n\nEnd.\n"
    document = parsed(source)
    place = next(p for p in walk(document) if isinstance(p, Place))
    bind_anonymous(document)
    put_in(place, whole(place, '<g id="2">二</g><g id="1">一</g>', Rung.MACHINE))
    assert place.node.astext() == "See one and two."
    put_in(place, whole(place, '<g id="1">一</g><g id="2">二</g>', Rung.MACHINE))
    assert place.node.astext() == "一二"


@pytest.mark.parametrize(
    ("title", "answer", "expected"),
    [
        ("see %s", '<g id="1">100% <x id="2"/></g>', "100%% %s"),
        ("see {number}", '<g id="1">{100%} <x id="2"/></g>', "{{100%}} {number}"),
        ("100%% of %s", '<g id="1"><x id="2"/> 100%</g>', "%s 100%%"),
        ("see %s", '<g id="1">kein</g> <x id="2"/>', "see %s"),
        ("see %s", '<x id="2"/><g id="1">kein</g>', "see %s"),
    ],
)
def test_titles_of_numbered_references_are_format_strings(
    title: str, answer: str, expected: str
) -> None:
    """Placeholders stay in the title; other signs cannot be taken for placeholders."""
    xref = _xref(title, reftype="numref", reftarget="fig", refexplicit=True)
    place = place_of(nodes.paragraph("", "", xref))
    put_in(place, whole(place, answer, Rung.MACHINE), mark=False)
    assert xref.astext() == expected


@pytest.mark.parametrize(
    "make",
    [
        lambda text: nodes.image(uri="a.png", alt=text),
        lambda text: nodes.abbreviation("X", "X", explanation=text),
        lambda text: nodes.meta(name="description", content=text),
    ],
)
def test_attributes_get_plain_text(make: Callable[[str], nodes.Element]) -> None:
    """A text in an attribute comes back without codes, escapes and marks."""
    document = new_document("page", get_default_settings(Parser))
    node = make("Water & <tea>")
    document += nodes.paragraph("p", "", node)
    place = next(p for p in walk(document) if isinstance(p, Place) and p.put)
    assert place.message.text == "Water &amp; &lt;tea&gt;"
    answer = 'T &amp; <x id="1"/>'
    put_in(place, whole(place, answer, Rung.HUMAN_EXACT, (Code("math", "x^2"),)))
    assert "T & x^2" in node.attributes.values()
