"""The comparer is trusted to find every kind of damage, so it is tested first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from compare import (
    Difference,
    compare_trees,
    latin_words_left,
    main,
    pages,
    warnings_of,
)
from html_tree import article_body, latin_words, parse, structure, visible_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = (
    "<title>Fish &#8212; Sea</title>"
    '<meta name="description" content="Fish swim" />'
    '<meta content="fish, sea" name="keywords" />'
    '<link rel="next" title="Birds" href="birds.html" />'
)
SIDEBAR = (
    '<p class="caption"><span class="caption-text">Animals</span></p><ul>'
    '<li class="toctree-l1"><a href="fish.html">Fish</a><ul>'
    '<li class="toctree-l2"><a href="fish.html#fins">Fins</a></li></ul></li></ul>'
)
ARTICLE = (
    '<section id="fish"><h1>Fish<a class="headerlink" href="#fish">¶</a></h1>'
    '<p>Fish <em>swim</em> in <span class="math">\\(x&lt;y\\)</span> and'
    ' <a href="a.html">one</a> or <a href="b.html">two</a>.</p>'
    '<div class="math" id="eq">\\[a+b\\]</div>'
    '<p>Call <code class="literal">f(x)</code> or <code class="literal">g(x)</code>'
    ' for an <abbr title="octopus">oct</abbr>.</p>'
    "<pre><span>print</span>(1)\n</pre>"
    '<img src="one.png" alt="One fish"><img src="two.png" alt="Two fish">'
    '<p>See <span class="notranslate">Eau de Paris</span>.</p>'
    '<p id="end">The end.<br>Really.</p></section>'
)


def write(tree: Path, article: str = ARTICLE, head: str = HEAD) -> Path:
    """Write a one-page book and return its directory."""
    tree.mkdir(exist_ok=True)
    html = (
        f"<html><head>{head}</head><body><div class='side'>{SIDEBAR}</div>"
        f"<div class='body' role='main'>{article}</div></body></html>"
    )
    (tree / "fish.html").write_text(html, encoding="utf-8")
    return tree


def differences(tmp_path: Path, article: str, **options: bool) -> list[Difference]:
    """Compare the sample article with a damaged one."""
    english = write(tmp_path / "en")
    return compare_trees(english, write(tmp_path / "zh", article), **options)


def test_equal_trees_have_no_difference(tmp_path: Path) -> None:
    """A tree compared with itself shows nothing."""
    assert differences(tmp_path, ARTICLE) == []
    assert differences(tmp_path, ARTICLE, whole_page=True) == []


def test_only_words_differ(tmp_path: Path) -> None:
    """Translated words, alt texts and explanations are no difference."""
    translated = (
        ARTICLE.replace("Fish", "鱼")
        .replace("swim", "游")
        .replace("octopus", "章鱼")
        .replace("One 鱼", "一条鱼")
    )
    assert differences(tmp_path, translated) == []


def test_origin_marks_are_transparent(tmp_path: Path) -> None:
    """Our own marks count neither as elements nor by their attributes."""
    marked = ARTICLE.replace(
        "The end.", '<span class="amts-machine" id="m1">The end.</span>'
    ).replace("f(x)", '<span class="amts-human">f(x)</span>')
    assert differences(tmp_path, marked) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id="end"', 'id="id1"', ("id", ("end",), ("id1",))),
        (' id="end"', "", ("id", ("end",), ())),
        ('href="a.html"', 'href="c.html"', ("href", ("a.html",), ("c.html",))),
        ('"one.png"', '"um.png"', ("src", ("one.png",), ("um.png",))),
        ("x&lt;y", "x&lt;z", ("math", (r"\(x<y\)",), (r"\(x<z\)",))),
        ("[a+b", "[a-b", ("math", (r"\[a+b\]",), (r"\[a-b\]",))),
        ("f(x)", "f(y)", ("code", ("f(x)",), ("f(y)",))),
        ("(1)\n", "(2)\n", ("pre", ("print(1)\n",), ("print(2)\n",))),
        ("Eau de", "Water of", ("kept", ("Eau de Paris",), ("Water of Paris",))),
        ("<em>swim</em>", "swim", ("tag", ("em",), ())),
        ("The end.", "<b>The</b> end.", ("tag", (), ("b",))),
        ("<span>print</span>", "print", ("tag", ("span",), ())),
    ],
)
def test_damage_is_named(
    tmp_path: Path, old: str, new: str, expected: tuple[str, object, object]
) -> None:
    """Each kind of damage gives exactly one difference that names it."""
    assert old in ARTICLE
    found = differences(tmp_path, ARTICLE.replace(old, new))
    assert [(d.what, d.missing, d.extra) for d in found] == [expected]


def test_lost_image_is_seen_in_all_its_channels(tmp_path: Path) -> None:
    """A lost image is a lost source, a lost tag and a lost alternative text."""
    found = differences(
        tmp_path, ARTICLE.replace('<img src="two.png" alt="Two fish">', "")
    )
    assert {d.what: (d.missing, d.extra) for d in found} == {
        "alt count": (("2",), ("1",)),
        "src": (("two.png",), ()),
        "tag": (("img",), ()),
    }


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        ("a.html", "b.html", "href order"),
        ("one.png", "two.png", "src order"),
        ("f(x)", "g(x)", "code order"),
        ('id="fish"', 'id="end"', "id order"),
    ],
)
def test_swap_is_an_order_difference(
    tmp_path: Path, first: str, second: str, what: str
) -> None:
    """Two items that changed places are found, and forgiven where order is free."""
    swapped = ARTICLE.replace(first, "@").replace(second, first).replace("@", second)
    found = differences(tmp_path, swapped)
    assert [d.what for d in found] == [what]
    assert sorted(found[0].missing) == sorted(found[0].extra)
    assert differences(tmp_path, swapped, order=False) == []


def test_multiset_counts_repeats(tmp_path: Path) -> None:
    """An item that stands twice where it stood once is extra once."""
    doubled = ARTICLE.replace(">one</a>", '>one</a><a href="a.html">one</a>')
    found = {d.what: (d.missing, d.extra) for d in differences(tmp_path, doubled)}
    assert found == {"href": ((), ("a.html",)), "tag": ((), ("a",))}


def test_random_identifiers_are_equal(tmp_path: Path) -> None:
    """Identifiers that are drawn anew in each build are no difference."""
    equation = '<p id="e-{0}"></p><a href="#e-{0}">(1)</a>'
    first, second = "1" * 8 + "-1111" * 3 + "-" + "1" * 12, "0123456789ab"
    second = f"{second[:8]}-4f5e-8a9b-c0d1-{second}"
    english = write(tmp_path / "en", equation.format(first))
    assert compare_trees(english, write(tmp_path / "zh", equation.format(second))) == []


def test_download_text_may_be_translated(tmp_path: Path) -> None:
    """The text of a download is prose although it is rendered as code."""
    link = '<a href="d.zip"><code class="xref download">{}</code></a>'
    english = write(tmp_path / "en", link.format("the file"))
    chinese = write(tmp_path / "zh", link.format("文件"))
    assert compare_trees(english, chinese) == []


def test_scripts_are_not_compared(tmp_path: Path) -> None:
    """A translated interface loads a script more; some themes do it in the body."""
    script = '<script src="translations.js"></script>'
    assert differences(tmp_path, ARTICLE + script, whole_page=True) == []


def test_navigation_counts_only_on_request(tmp_path: Path) -> None:
    """A lost sidebar link is found when whole pages are compared."""
    english, chinese = write(tmp_path / "en"), write(tmp_path / "zh")
    page = chinese / "fish.html"
    html = page.read_text(encoding="utf-8").replace("fish.html#fins", "fish.html#x")
    page.write_text(html, encoding="utf-8")
    assert compare_trees(english, chinese) == []
    found = compare_trees(english, chinese, whole_page=True)
    assert [(d.what, d.missing) for d in found] == [("href", ("fish.html#fins",))]


def test_lost_description_is_found(tmp_path: Path) -> None:
    """Texts of the head may differ in words, not in number."""
    english = write(tmp_path / "en")
    chinese = write(tmp_path / "zh", head=HEAD.replace('name="description"', ""))
    found = compare_trees(english, chinese)
    assert [d.what for d in found] == ["meta description count"]


def test_pages_on_one_side_are_differences(tmp_path: Path) -> None:
    """Pages must exist on both sides; our status page and search are no pages."""
    english, chinese = write(tmp_path / "en"), write(tmp_path / "zh")
    (english / "lost.html").write_text("<p>x</p>")
    (chinese / "won.html").write_text("<p>x</p>")
    for harmless in ("amts-status.html", "search.html", "_amts/x.html"):
        (chinese / harmless).parent.mkdir(exist_ok=True)
        (chinese / harmless).write_text("<p>x</p>")
    assert compare_trees(english, chinese) == [
        Difference("lost.html", "page", ("lost.html",), ()),
        Difference("won.html", "page", (), ("won.html",)),
    ]
    assert list(pages(chinese)) == ["fish.html", "won.html"]


def test_index_groups_may_differ(tmp_path: Path) -> None:
    """In the index only the places it points to are compared, in any order."""
    english, chinese = write(tmp_path / "en"), write(tmp_path / "zh")
    entry = '<h2 id="{0}">{0}</h2><a href="#{0}">{0}</a><a href="fish.html">x</a>'
    (english / "genindex.html").write_text(entry.format("F"))
    (chinese / "genindex.html").write_text(entry.format("Y"))
    assert compare_trees(english, chinese) == []
    (chinese / "genindex.html").write_text("<p>nothing</p>")
    found = compare_trees(english, chinese)
    assert found == [Difference("genindex.html", "href", ("fish.html",), ())]


@pytest.mark.parametrize(
    "html",
    [
        "<body><i></i><div role='main'>x</div></body>",
        "<body><main><i></i><article>x</article></main></body>",
        "<body><i></i><main>x</main></body>",
        "<body>x</body>",
        "x",
    ],
)
def test_article_of_any_theme(html: str) -> None:
    """The innermost element that themes use for the article is found."""
    body = article_body(parse(html))
    assert body.text() == "x"
    assert "i" not in structure(body)["tag"]


def test_sloppy_html_is_read() -> None:
    """Unclosed and stray tags neither raise nor swallow what follows."""
    root = parse("<div><p>one<p>two</b></div><code>x")
    assert structure(root)["code"] == ("x",)
    assert root.text() == "onetwox"


def test_protected_text_is_not_visible() -> None:
    """Text that nobody translates is left out, its neighbours are kept apart."""
    hidden = (
        "<code>a</code><pre>b</pre><kbd>c</kbd><script>d</script><style>e</style>"
        '<span class="math">f</span><b class="notranslate">g</b><i translate="no">h</i>'
        '<a href="https://i.org">https://i.org</a><a href="mailto:j@k">j@k</a>'
        '<dt class="sig sig-object">l</dt>'
    )
    shown = visible_text(parse(f"<p>one{hidden}two</p><p>th<em>ree</em></p>"))
    assert shown.split() == ["one", "two", "three"]


def test_latin_words() -> None:
    """Only whole words of three or more plain letters are Latin words."""
    text = "Ťĥé quick brówn fóx is at x1abc e\u0301tude 中文abc the END"
    assert latin_words(text) == ["quick", "the", "END"]


def test_latin_words_left_by_channel(tmp_path: Path) -> None:
    """Each channel shows its own untranslated words; allowed words pass."""
    tree = write(tmp_path / "zh", "<p>ŵĩţĥ the end</p>")
    assert latin_words_left(tree, {"end"}) == {"fish.html": ["the"]}
    assert latin_words_left(tree, {"end", "the"}) == {}
    expected = {
        "title": ["Fish", "Sea"],
        "meta description": ["Fish", "swim"],
        "meta keywords": ["fish", "sea"],
        "sidebar": ["Animals", "Fish", "Fins"],
        "neighbours": ["Birds"],
    }
    for channel, words in expected.items():
        assert latin_words_left(tree, channel=channel) == {"fish.html": words}


def test_alternative_texts_are_channels(tmp_path: Path) -> None:
    """Image descriptions and abbreviation explanations are looked at, too."""
    tree = write(tmp_path / "zh")
    alt = latin_words_left(tree, channel="alt")
    assert alt == {"fish.html": ["One", "fish", "Two", "fish"]}
    assert latin_words_left(tree, channel="abbr title") == {"fish.html": ["octopus"]}


def test_warnings_are_counted_without_folders_and_colours() -> None:
    """Logs of two builds in two places give equal counters when warnings agree."""
    first = (
        "reading sources\n"
        "\x1b[91m/home/a/book/index.rst:3: WARNING: no target 'x' [ref.ref]\x1b[0m\n"
        "/home/a/book/one.md:7: WARNING: twice\n"
        "/home/a/book/one.md:7: WARNING: twice\n"
    )
    second = (
        "/home/b/one.md:7: WARNING: twice\nC:\\b\\one.md:7: WARNING: twice\n"
        "/home/b/index.rst:3: WARNING: no target 'x' [ref.ref]\n"
    )
    expected = Counter(
        {
            "index.rst:3: WARNING: no target 'x' [ref.ref]": 1,
            "one.md:7: WARNING: twice": 2,
        }
    )
    assert warnings_of(first) == warnings_of(second) == expected
    once = warnings_of(first.replace("one.md:7: WARNING: twice\n", "", 1))
    assert warnings_of(first) - once
    assert warnings_of("see https://a.org/b/c: ERROR: x") == Counter(
        {"see https://a.org/b/c: ERROR: x": 1}
    )


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tool prints what differs and says so in its exit status."""
    english = write(tmp_path / "en")
    chinese = write(tmp_path / "zh", ARTICLE.replace("f(x)", "h(x)"))
    assert main([str(english), str(chinese)]) == 1
    assert "fish.html: code: missing ['f(x)'] extra ['h(x)']" in capsys.readouterr().out
    assert main([str(english), str(english)]) == 0
    assert main([str(english), str(english), "--latin"]) == 1
