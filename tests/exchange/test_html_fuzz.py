"""Whatever is called HTML gives a page or one clear line, and takes linear time."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from amts_sphinx.exchange import html_blocks, html_tree
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.html import read_html
from amts_sphinx.text import codes
from amts_sphinx.text.pages import load, save
from amts_sphinx.text.units import Message

_PAGES = (
    b"""<!DOCTYPE html><html lang=es><head><meta charset=utf-8><title>T</title></head>
<body><nav>menu</nav><main id=m><h1 id=a>Uno <a class=headerlink href=#a>#</a></h1>
<p>Texto con <em>algo <b>fuerte</b></em> y <code>c()</code>.<ul><li>a<li>b</ul>
<pre><span class=linenos>1</span>x = 1</pre></main></body></html>""",
    rb"""<body><div class=body role=main><section id=s><h2>T</h2><p>a \(x\) b \[y\] c
<a href="x.html#y">d</a><sup><a href="#fn1">1</a></sup><img src=i.png alt="e f">
<table><tr><td>a<td>b<tr><td>c</table><dl><dt>t<dd>d</dl>&amp;&#65;&nbsp;
<span class="math">\(a^2\)</span><div class="math">$$b$$</div></section></div>""",
    b"""<?xml version='1.0'?><html><body><form><p>a<p>b<br><br>c</form><![CDATA[ x ]]>
<!-- k --><script>if (a<b) {}</script><math display='block'><annotation
encoding='application/x-tex'>z</annotation></math><ruby>a<rt>b</ruby><i>d</b>e""",
)
_PIECES = (
    *(b"<p>", b"</p>", b"<div>", b"</div>", b"<li>", b"<td>", b"</table>", b"<table>"),
    *(b"<a href='", b"<a href=http://[>", b"<pre>", b"</pre>", b"<em>", b"</em>"),
    *(b"<!--", b"-->", b"<!", b"<![", b"<![if x]>", b"<![CDATA[", b"]]>", b"<?", b"</"),
    *(b"<", b">", b"&", b"&#", b"&#x110000;", b"&#0;", b"&#xD800;", b"&lt;x id=&quot;"),
    *(b"&#" + b"9" * 5000 + b";", b"<script>", b"</script>", b"<svg>", b"<main>"),
    *(b"<header><h1>", b"<math>", b"<code>", b"\\(", b"\\]", b"$$", b'<x id="1"/>'),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\r", b"\x0c", b'"', b"'", b"="),
    *(b"<meta charset=x>", b"<meta charset=punycode>", b"<br><br>", b"<sup><a href=#>"),
)


def _mutated(dice: random.Random) -> bytes:
    data = bytearray(dice.choice(_PAGES))
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.randint(0, 30))
        match dice.randrange(4):
            case 0:
                data[at:end] = b""
            case 1:
                data[at:at] = dice.choice(_PIECES) * dice.choice((1, 1, 1, 40))
            case 2:
                data[at:at] = data[at:end]
            case _:
                data[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(data)


def _is_sound(message: Message) -> bool:
    """Is the coded text well formed, and each code known and used once?"""
    codes.parse(message.text)
    numbers = codes.numbers(message.text)
    return numbers == list(range(1, len(message.codes) + 1))


@pytest.mark.slow
def test_broken_pages_never_break_the_reader(tmp_path: Path) -> None:
    """Six thousand damaged pages are read or told, and what is read is well formed."""
    dice = random.Random(20)  # noqa: S311 - the same pages in each run
    file = tmp_path / "page.html"
    read = 0
    for _ in range(6000):
        file.write_bytes(_mutated(dice))
        told: list[str] = []
        try:
            pages = read_html(file, told.append)
        except ExchangeError as error:
            told.append(str(error))
            pages = {}
        assert all(line.startswith(str(file)) and "\n" not in line for line in told)
        for page in pages.values():
            read += 1
            assert all(map(_is_sound, page.messages))
    assert read > 3000


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 100_000 + "text",
        "<b>" * 50_000 + "text" + "</i>" * 50_000,
        "<b><div>" + "<i>" * 50_000 + "</b>" * 50_000 + "text",
        "<p>a" + "<a href='" * 50_000,
        "<p>a" + "<!-- " * 50_000,
        "<p>a" + "<![" * 50_000 + "</" * 50_000 + "<?" * 50_000,
        f"<p title='{'x' * 1_000_000}' id='{'y' * 300_000}'>text",
        "<p>" + "\\( $$ \\[ " * 50_000,
        "<p>text" + " " * 500_000 + "\n text",
        "<p>" + "<a href='x'>1</a> " * 30_000 + "text",
        "<p>text" + "<br>" * 100_000,
        "<main>" * 300 + "text" + "<header>" * 50_000,
        "<p>" + "&#" + "9" * 100_000 + "; text",
        "<p>text" + "<span class=math>" * 30_000,
        "<table><tr><td>text" + "<table><tr>" * 20_000 + "</td>" * 20_000,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_shapes_take_linear_time(text: str) -> None:
    """Half a megabyte of one bad idea is read within seconds."""
    start = time.process_time()
    blocks = html_blocks.blocks(html_tree.parse(text))
    assert time.process_time() - start < 6
    assert sum(isinstance(block, Message) for block in blocks) <= 2


def test_a_page_read_can_be_stored(tmp_path: Path) -> None:
    """A page with every kind of block survives being written and read again."""
    for number, data in enumerate(_PAGES):
        file = tmp_path / f"p{number}.html"
        file.write_bytes(data)
        [page] = read_html(file, pytest.fail).values()
        save(page, tmp_path / "stored")
        assert load(tmp_path / "stored") == page
