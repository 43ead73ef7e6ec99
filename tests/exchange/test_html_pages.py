"""What the elements of a web page become."""

from __future__ import annotations

import pytest

from amts_sphinx.exchange import html_blocks, html_tree
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.units import Code, Message


def read(text: str) -> list[Message | Wall]:
    """The blocks of a page."""
    return list(html_blocks.blocks(html_tree.parse(text)))


def messages(text: str) -> list[tuple[str, str]]:
    """Kind and coded text of each message."""
    return [(m.kind, m.text) for m in read(text) if isinstance(m, Message)]


def walls(text: str) -> list[tuple[str, str]]:
    """Kind and key of each wall."""
    return [block[:2] for block in read(text) if isinstance(block, Wall)]


def only(text: str) -> tuple[str, tuple[Code, ...]]:
    """Text and codes of the one message of a page."""
    [message] = [block for block in read(text) if isinstance(block, Message)]
    return message.text, message.codes


def test_headings_have_walls_of_their_depth_in_front() -> None:
    """A heading is a wall with its depth, then its text; its id is a label before."""
    page = '<h1>One</h1><section id="deep-down"><h3>Two</h3></section><p>Text</p>'
    assert [b if isinstance(b, Wall) else (b.kind, b.text) for b in read(page)] == [
        Wall("title", "1", 1),
        ("title", "One"),
        Wall("label", "deep-down", 1),
        Wall("title", "3", 1),
        ("title", "Two"),
        ("paragraph", "Text"),
    ]


def test_inline_markup_becomes_codes() -> None:
    """Code and formulas are opaque, emphasis and links enclose their text."""
    text, found = only(
        '<p>See <a href="https://example.org/a?b=c">this <em>page</em></a>,'
        " <kbd>x</kbd>"
        " &amp; <strong>not</strong> <code><span>a <b>&lt; b</b></span></code>"
        " H<sub>2</sub>O <u>there</u>.</p>"
    )
    assert text == (
        'See <g id="1">this <g id="2">page</g></g>, <x id="3"/> &amp; <g id="4">not</g>'
        ' <x id="5"/> H<x id="6"/>O there.'
    )
    assert found == (
        Code("link", "https://example.org/a?b=c"),
        Code("emphasis", ""),
        Code("literal", "x"),
        Code("strong", ""),
        Code("literal", "a < b"),
        Code("token", "2"),
    )


def test_a_chain_of_markup_is_one_code() -> None:
    """A link around a strong text is a link; around a code word it is opaque."""
    text, found = only(
        '<p>A <strong><a href="b.html">b</a></strong> and'
        ' <a href="c.html#f"><code>f</code></a> and <a'
        ' href="http://d.e">http://d.e</a></p>'
    )
    assert text == 'A <g id="1">b</g> and <x id="2"/> and <x id="3"/>'
    assert found == (
        Code("link", "b"),
        Code("link", "c#f"),
        Code("link", "http://d.e"),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/en/guide/x.html#y", "../../es/guide/x.html#y"),
        ("x.en.html", "x.es.html?v=2"),
        ("/docs/guide/", "/es/docs/guide"),
        ("guide/index.html", "../guide/"),
        ("caf%C3%A9.html", "café.html"),
    ],
)
def test_links_within_the_book_agree_between_languages(one: str, other: str) -> None:
    """Of a page of the same book only the name and the place in it count."""
    page = '<p>Go <a href="{}">there</a>.</p>'
    assert only(page.format(one)) == only(page.format(other))


FORMULAS = {
    "sphinx": r'<span class="math notranslate nohighlight">\(x^2\)</span>',
    "pandoc": r'<span class="math inline">\(x^2\)</span>',
    "arithmatex": r'<span class="arithmatex">\(x^2\)</span>',
    "raw": r"\(x^2\)",
    "picture": '<img class="math" src="_images/math/1f.png" alt="x^2">',
    "katex": '<span class="katex"><span'
    ' class="katex-mathml"><math><semantics><mi>x</mi>'
    "<annotation"
    ' encoding="application/x-tex">x^2</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true">x2</span></span>',
    "mediawiki": '<span class="mwe-math-element"><span class="mwe-math-mathml-inline"'
    ' style="display: none;"><math><mi>x</mi><annotation encoding="application/x-tex">'
    r'{\displaystyle x^2}</annotation></math></span><img src="https://a.b/c.svg"'
    ' class="mwe-math-fallback-image-inline" aria-hidden="true" alt="x"></span>',
    "mathjax 2": '<span class="MathJax_Preview">x</span><span class="MathJax">x2</span>'
    '<script type="math/tex">x^2</script>',
}


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_a_formula_in_the_text_is_its_tex(name: str) -> None:
    """However a formula is shown, its code stands for the TeX it was made from."""
    text, found = only(f"<p>Let {FORMULAS[name]} be small.</p>")
    assert text == 'Let <x id="1"/> be small.'
    assert found == (Code("math", "x^2"),)


DISPLAYS = {
    "sphinx": r'<div class="math notranslate" id="equation-e"><span class="eqno">(1)<a'
    r' class="headerlink" href="#e">¶</a></span>\[a = b\]</div>',
    "split": r'<div class="math">\[\begin{split}a = b\end{split}\]</div>',
    "raw": "$$\na = b\n$$",
    "mathml": '<math display="block"><mi>a</mi><annotation encoding="TeX">a = b'
    "</annotation></math>",
    "katex": '<span class="katex-display"><span class="katex"><math><annotation'
    ' encoding="application/x-tex">a = b</annotation></math></span></span>',
    "mathjax 2": '<script type="math/tex; mode=display">a = b</script>',
}


@pytest.mark.parametrize("name", sorted(DISPLAYS))
def test_a_formula_set_apart_is_a_wall(name: str) -> None:
    """It divides the text; its key is the TeX without white space."""
    page = f"<div>Before {DISPLAYS[name]} after.</div>"
    assert [text for _, text in messages(page)] == ["Before", "after."]
    assert ("math", "a=b") in walls(page)


def test_code_blocks_are_walls_without_line_numbers_and_buttons() -> None:
    """What is beside the code in a box is not the code."""
    page = (
        '<div class="highlight"><button class="copybtn">Copy</button><pre>'
        '<span class="linenos">1</span><span>if</span> a &lt; b:\n    pass</pre></div>'
        '<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv">'
        '<pre>1\n2</pre></div></td><td class="code"><pre>x = 1</pre></td></tr></table>'
    )
    assert walls(page) == [("code", "ifa<b:pass"), ("code", "x=1")]
    assert not messages(page)


def test_images_are_walls_and_their_descriptions_messages() -> None:
    """An image is known by its file's name; a name is no description."""
    page = (
        '<figure><img src="../_images/a.png?v=1"'
        ' alt="figures/a.png"><figcaption><p><span'
        ' class="caption-number">Fig. 1 </span><span class="caption-text">A'
        " cat</span></p>"
        '</figcaption></figure><p>Press <img src="b.svg" alt="the star">.</p>'
    )
    assert messages(page) == [
        ("caption", "A cat"),
        ("paragraph", 'Press <x id="1"/>.'),
        ("alt", "the star"),
    ]
    assert walls(page) == [("image", "a.png"), ("image", "b.svg")]


def test_notes_and_works_referred_to_are_codes() -> None:
    """A reference to a note or a work is known by what it shows."""
    text, found = only(
        '<p>So<a class="footnote-reference brackets" href="#id3" role="doc-noteref">'
        '<span class="fn-bracket">[</span>1<span class="fn-bracket">]</span></a>'
        '<sup id="fnref:2"><a href="#fn:2">2</a></sup> says <a class="reference'
        ' internal"'
        ' href="refs.html#k"><span>[Knuth84]</span></a>.</p>'
    )
    assert text == 'So<x id="1"/><x id="2"/> says <x id="3"/>.'
    assert found == (
        Code("footnote", "1"),
        Code("footnote", "2"),
        Code("citation", "Knuth84"),
    )


def test_footnotes_are_text_and_other_asides_are_not() -> None:
    """The text of a note is read without its number and its way back."""
    page = (
        '<main><p>Text</p><aside class="footnote-list brackets"><aside class="footnote'
        ' brackets"><span class="label"><span class="fn-bracket">[</span><a href="#id1"'
        ' role="doc-backlink">1</a><span class="fn-bracket">]</span></span><p>A'
        " note.</p>"
        '</aside></aside><aside class="related-posts">More</aside></main>'
    )
    assert [text for _, text in messages(page)] == ["Text", "A note."]


def test_unclosed_and_stray_tags_are_settled() -> None:
    """Paragraphs, items, terms and cells end where the next one begins."""
    page = (
        "<div></b></table><p>a<p>b<ul><li>c<li>d<ul><li>e</ul>f</ul><dl><dt>g<dd>h<dt>i"
        "</dl><table><tr><td>j<td>k<tr><td>l</table></div></p>m"
    )
    assert "".join(text for _, text in messages(page)) == "abcdefghijklm"
    assert [kind for kind, _ in messages(page) if kind != "paragraph"] == ["term"] * 2


def test_emphasis_around_paragraphs_begins_anew_in_each() -> None:
    """A pair never reaches beyond its block."""
    assert messages("<b><p>one</p><p>two</p></b><i>three") == [
        ("paragraph", '<g id="1">one</g>'),
        ("paragraph", '<g id="1">two</g>'),
        ("paragraph", '<g id="1">three</g>'),
    ]


def test_white_space_is_folded_and_breaks_are_kept() -> None:
    """A break is a space, two are a new paragraph; CJK lines join without a space."""
    assert messages(
        "<p>a\n  b<br>c <b> d </b> e<br> <br/>f\u00a0g</p><p>甲\n乙</p>"
    ) == [
        ("paragraph", 'a b c <g id="1">d</g> e'),
        ("paragraph", "f\u00a0g"),
        ("paragraph", "甲乙"),
    ]


def test_text_that_looks_like_a_code_stays_text() -> None:
    """What an author wrote about codes is escaped once, and only once."""
    assert only("<p>Write &lt;x id=&quot;1&quot;/&gt; &amp;amp; go.</p>") == (
        'Write &lt;x id="1"/&gt; &amp;amp; go.',
        (),
    )


def test_ids_that_are_counted_are_no_labels() -> None:
    """Only names that may be the same in another language are labels."""
    page = (
        '<p id="p">a <span id="why-not"></span></p><h2 id="id3">b</h2>'
        '<h2 id="小节">c</h2><a name="idm46021"></a><div id="sec-2"></div>'
        '<table id="tab-of-all"></table><dl><dt class="sig" id="m.f"><span>f</span>(x)'
        "</dt><dd>Does.</dd></dl>"
    )
    assert [key for kind, key in walls(page) if kind == "label"] == [
        "why-not",
        "tab-of-all",
        "m.f",
    ]
    assert ("code", "f(x)") in walls(page)


def test_blocks_know_their_line() -> None:
    """The line is that of the block's start; of text behind a block, its own."""
    page = "<div>\n<p>\none</p>\n<pre>x</pre>\n\ntwo</div>\n<ul>\n<li>three</ul>"
    assert [m.line for m in read(page) if isinstance(m, Message)] == [2, 6, 8]


def test_of_several_articles_all_are_read() -> None:
    """A page that is a list of articles is all of them."""
    page = "<body><article><p>one</p></article><article><p>two</p></article></body>"
    assert [text for _, text in messages(page)] == ["one", "two"]
