"""What is found in a page and what is left alone, on a book with every kind of node."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise

import pytest

from amts_sphinx.text import codes, pages
from amts_sphinx.text.pages import Page, Wall
from building import ROOTS, SPANISH, build, copy_book
from library import Library

Pages = dict[str, Page]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """The stored pages of the kitchen sink."""
    book = copy_book(ROOTS / "test-kitchen-sink", tmp_path_factory.mktemp("b") / "book")
    assert build(book, book / "_build" / "es", *SPANISH).status == 0
    (folder,) = (book / ".amts" / "pages").iterdir()
    loaded = [pages.load(path) for path in sorted(folder.rglob("*.json"))]
    return {page.docname: page for page in loaded if page}


def texts(page: Page) -> list[tuple[str, str]]:
    """Kind and readable text of each message; payloads of codes are not shown."""
    return [
        (m.kind, codes.plain(codes.fold_space(m.text)).strip()) for m in page.messages
    ]


#: page, kind, text as it is found
TRANSLATED = [
    ("blocks", "title", "Blocks"),
    ("blocks", "title", "A small subtitle"),
    ("blocks", "field_name", "Price in euros"),
    ("blocks", "paragraph", "The field costs five euros."),
    ("blocks", "title", "On this very page"),
    ("blocks", "paragraph", "An apple is the first item."),
    ("blocks", "paragraph", "Peel the pear slowly."),
    ("blocks", "term", "Faucet"),
    ("blocks", "term", "Gasket with emphasis"),
    ("blocks", "classifier", "moving part"),
    ("blocks", "paragraph", "A faucet lets water out."),
    ("blocks", "paragraph", "Print more about everything."),
    ("blocks", "paragraph", "A brush lies to the left."),
    ("blocks", "paragraph", "A block quote stands further in."),
    ("blocks", "attribution", "The quoted plumber"),
    ("blocks", "line", "The first line of a poem,"),
    ("blocks", "line", "and an indented line."),
    ("blocks", "centered", "A centred line of shouting"),
    ("blocks", "rubric", "A rubric without a section"),
    ("blocks", "paragraph", "A paragraph lives in a container."),
    ("blocks", "paragraph", "and the compound ends there."),
    ("blocks", "paragraph", "A tip lives inside the warning."),
    ("blocks", "title", "A box with its own title"),
    ("blocks", "title", "The topic has a title"),
    ("blocks", "title", "The sidebar has a title"),
    ("blocks", "subtitle", "The sidebar has a subtitle"),
    ("blocks", "alt", "A red square seen from above"),
    ("blocks", "alt", "A yellow kite in the wind"),
    ("blocks", "caption", "The caption of a figure with  as its radius."),
    ("blocks", "paragraph", "The legend explains the figure."),
    ("blocks", "substitution_definition", "shiny mixer tap"),
    ("blocks", "caption", "The caption of a code block with"),
    ("blocks", "caption", "The caption of an included file"),
    ("blocks", "paragraph", "Only readers on the web see this paragraph."),
    ("blocks", "paragraph", "Only readers on paper see that paragraph."),
    ("blocks", "paragraph", "An included list item with ."),
    ("index", "meta", "A description for people who search."),
    ("index", "meta", "taps, pipes, drains"),
    ("index", "meta", "A title for people who share"),
    ("index", "toctree_caption", "Pages in reStructuredText"),
    ("index", "toctree_caption", "Pages in Markdown & more"),
    ("index", "toctree_entry", "Inline things by another name"),
    ("index", "toctree_entry", "An outside entry"),
    ("tables", "title", "The title of a grid table"),
    ("tables", "paragraph", "Grid heading one"),
    ("tables", "paragraph", "A list in a grid cell"),
    ("tables", "title", "The title of a comma table"),
    ("tables", "paragraph", "Another, with a comma"),
    ("tables", "paragraph", "The footnote of a table cell."),
    ("inline", "abbreviation", "Simple Inline Node Kitchen"),
    ("inline", "paragraph", "The named footnote has emphasis."),
    ("inline", "paragraph", "A citation has a body, too."),
    ("inline", "index", "soap"),
    ("inline", "index", "lather"),
    ("inline", "index", "dishwasher"),
    ("inline", "index", "hot"),
    ("inline", "index", "indexed word"),
    ("api", "paragraph", "Let a fish swim. It comes back."),
    ("api", "paragraph", "() -- The name of the fish."),
    ("api", "inline", "The speed can be chosen."),
    ("api", "paragraph", "Several paragraphs explain the change."),
    ("api", "paragraph", "Sail with the wind."),
    ("references", "term", "elbow joint"),
    ("references", "paragraph", "A pipe that holds some water. It stops the smell."),
    ("orphan", "field_name", "Real field"),
    ("markdown", "meta", "A description from the front matter."),
    ("markdown", "meta", "kettle, cup, spoon"),
    ("markdown", "meta", "A description for sharing the kettle"),
    ("markdown", "title", "Markdown with every inline thing"),
    ("markdown", "abbreviation", "Markdown Kitchen"),
    ("markdown", "alt", "A small blue triangle"),
    ("markdown", "index", "a Markdown index entry"),
    ("markdown", "paragraph", "The first Markdown footnote."),
    ("markdown_blocks", "paragraph", "The child of an item"),
    ("markdown_blocks", "paragraph", "A task to do"),
    ("markdown_blocks", "paragraph", "A Markdown cell"),
    ("markdown_blocks", "term", "Kettle"),
    ("markdown_blocks", "field_name", "Markdown field"),
    ("markdown_blocks", "attribution", "The Markdown plumber"),
    ("markdown_blocks", "title", "A Markdown box with  in its title"),
    ("markdown_blocks", "caption", "A figure caption in Markdown with  inside."),
    ("markdown_blocks", "caption", "A caption of a Markdown-style figure."),
    ("markdown_blocks", "alt", "A triangle described in tags"),
    ("markdown_blocks", "caption", "A code caption in Markdown"),
    ("markdown_blocks", "rubric", "A Markdown rubric"),
    ("markdown_blocks", "term", "teapot"),
    ("markdown_blocks", "paragraph", "A note in evaluated text."),
    ("markdown_blocks", "paragraph", "A Markdown paragraph comes from another file."),
]
#: the same, on pages that need an extension
TRANSLATED_WITH: dict[str, list[tuple[str, str, str | None]]] = {
    "sphinx_design": [
        ("extra/design", "paragraph", "The header of a card"),
        ("extra/design", "paragraph", "The footer of a card"),
        ("extra/design", "alt", "A circle on a card"),
        ("extra/design", "rubric", "The first tab label"),
        ("extra/design", "paragraph", "The body of a dropdown."),
        ("extra/design", "inline", "The words on a button"),
        ("extra/design_md", "paragraph", "The body of a Markdown card."),
    ],
    "sphinx_exercise": [
        ("extra/exercise", "exercise_subtitle", "How much water"),
        ("extra/exercise", "paragraph", "The water flows twice as fast."),
    ],
    "sphinx_proof": [("extra/proof", "paragraph", None)],
    "myst_nb": [
        ("extra/notebook", "title", "A notebook with outputs"),
        ("extra/notebook", "paragraph", "A list item in a notebook"),
        ("extra/notebook", "alt", "A picture in a notebook cell"),
        ("extra/notebook", "caption", "A notebook figure has a caption with  inside."),
        ("extra/text_notebook", "paragraph", "A block break starts this paragraph."),
        (
            "extra/text_notebook",
            "notebook_caption",
            "A caption that is shown after execution only",
        ),
    ],
}
ROWS: list[tuple[str | None, str, str, str | None]] = [
    (None, *row) for row in TRANSLATED
] + [(module, *row) for module, rows in TRANSLATED_WITH.items() for row in rows]


@pytest.mark.parametrize(("needs", "page", "kind", "text"), ROWS)
def test_prose_of_every_kind_is_found(
    found: Pages, needs: str | None, page: str, kind: str, text: str | None
) -> None:
    """Each kind of node that holds prose is a message, under its own name."""
    if needs and find_spec(needs) is None:
        pytest.skip(f"{needs} is not installed")
    rows = texts(found[page])
    if text is None:
        assert kind in [row[0] for row in rows]
    else:
        assert (kind, text) in rows, [row for row in rows if row[1] == text]


#: words that stand nowhere else, by what they stand in
SKIPPED = {
    "comment": ["This comment is never shown", "A short comment stays"],
    "literal block": ["This text is code, not prose", "compound_code", "return glass"],
    "docstring in a code block": ["Pour some water"],
    "doctest": ["a doctest is not prose"],
    "parsed literal": ["parsed "],
    "production list": ["drink:"],
    "display math": ["where words are math", "math words"],
    "raw": ["Raw words stay", "underlined", "Raw HTML in Markdown"],
    "notranslate": [
        "Nobody may translate",
        "This single paragraph stays",
        "Eau de Paris",
        "phrase that stays",
        "A paragraph of this class",
        "HTML stays",
    ],
    "front matter": ["A front matter author", "Nobody in particular", "kernelspec"],
    "code of version notes": ["code in a version note"],
    "notebook source": ["stored stream", "a comment in a cell", "no output is stored"],
    "notebook output": ["table words", "Output words", "displayed words", "Figure of"],
    "markdown code": ["not prose either", "code as well", "boil("],
    "figure files": ["square.png", "circle.png"],
    "signature": ["swim(fish", "level=NUMBER", "Boat(length"],
    "bibliography": ["Knuth"],
    "autodoc names": ["ValueError"],
    "generated titles": ["Exercise 1", "Solution to"],
}


@pytest.mark.parametrize("what", SKIPPED)
def test_what_is_no_prose_is_left_alone(found: Pages, what: str) -> None:
    """No message holds code, math, raw text, or what the author protected."""
    everything = [
        (name, text) for name, page in found.items() for _, text in texts(page)
    ]
    for words in SKIPPED[what]:
        assert [row for row in everything if words in row[1]] == []


#: walls that guide the alignment of two books, by page
WALLS = [
    ("blocks", Wall("title", "1")),
    ("blocks", Wall("title", "2")),
    ("blocks", Wall("code", 'literal="Thistextiscode,notprose."')),
    ("blocks", Wall("math", "F=ma")),
    ("blocks", Wall("image", "square.png")),
    ("blocks", Wall("image", "circle.png")),
    ("blocks", Wall("label", "blocks-top")),
    ("markdown", Wall("label", "md-label")),
    ("markdown_blocks", Wall("code", 'fence="notproseeither"')),
    ("markdown_blocks", Wall("image", "kite.png")),
]


@pytest.mark.parametrize(("page", "wall"), WALLS)
def test_walls_are_found(found: Pages, page: str, wall: Wall) -> None:
    """Blocks that look the same in every language are remembered in their place."""
    walls = [block[:2] for block in found[page].blocks if isinstance(block, Wall)]
    assert tuple(wall[:2]) in walls


def test_messages_stand_in_document_order(found: Pages) -> None:
    """Titles, text, tables and notes come as a reader meets them."""
    order = [text for _, text in texts(found["tables"])]
    wanted = ["Tables", "The title of a grid table", "Grid heading one", "A grid cell"]
    wanted += ["Simple heading", "The footnote of a table cell.", "List heading"]
    positions = [order.index(text) for text in wanted]
    assert positions == sorted(positions)


#: code kinds of one message, in order
CODES = [
    ("inline", "First comes one anonymous link", ["link", "link", "link"]),
    ("inline", "Use SINK as an", ["abbreviation", *["literal"]]),
    ("inline", "Two links to one place", ["link", "link", "emphasis"]),
    ("markdown", "Equations ", ["xref", "xref"]),
    ("markdown", "The formula ", ["math", "math"]),
]


@pytest.mark.parametrize(("page", "start", "kinds"), CODES)
def test_codes_say_what_they_stand_for(
    found: Pages, page: str, start: str, kinds: list[str]
) -> None:
    """The kinds of the inline codes are those of the nodes, in their order."""
    message = next(
        m
        for m in found[page].messages
        if codes.plain(codes.fold_space(m.text)).startswith(start)
    )
    assert [code.kind for code in message.codes][: len(kinds)] == kinds


def test_every_sentence_is_cut_once(found: Pages) -> None:
    """Cuts are stored with the message, sorted, inside it, and lose no letter."""
    for page in found.values():
        for message in page.messages:
            assert list(message.cuts) == sorted(set(message.cuts))
            bounds = (0, *message.cuts, len(message.text))
            pieces = [message.text[a:b] for a, b in pairwise(bounds)]
            assert "".join(pieces) == message.text
            assert all(codes.has_letters(piece) for piece in pieces)


def test_skipped_pages_stay_as_they_are(library: Library) -> None:
    """A page that matches ``amts_skip`` is neither counted nor translated."""
    result = library.built("kitchen-sink", *SPANISH, "-D", "amts_skip=orph*,extra/*")
    names = [document["docname"] for document in result.report["documents"]]
    assert "orphan" not in names
    assert "blocks" in names
    assert not [name for name in names if name.startswith("extra/")]
    assert "The orphan page has a single sentence." in result.page("orphan.html")
