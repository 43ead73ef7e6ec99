"""Of a page, in the shape in which each generator writes it, only the text is read."""

from __future__ import annotations

import pytest

from amts_sphinx.exchange import html_blocks, html_tree
from amts_sphinx.text.units import Message

#: pages whose text is one heading and one paragraph
GENERATORS = {
    "alabaster": """<div class="document"><div class="documentwrapper">
<div class="bodywrapper"><div class="body" role="main"><section id="getting-started">
<h1>Getting started<a class="headerlink" href="#getting-started">¶</a></h1>
<p>The first words.</p><div class="toctree-wrapper compound"><ul><li>Other page</li>
</ul></div></section></div></div></div><div class="sphinxsidebar" role="navigation">
<h3>Navigation</h3></div></div><div class="footer">©</div>""",
    "rtd": """<nav class="wy-nav-side">Menu</nav><section class="wy-nav-content-wrap">
<div role="navigation" aria-label="Page navigation"><ul class="wy-breadcrumbs"><li>Home
</li></ul></div><div role="main" class="document" itemscope><div itemprop="articleBody">
<section id="x"><h1>Getting started<a class="headerlink" href="#x"></a></h1><p>The first
words.</p></section></div></div><footer><div class="rst-footer-buttons">Next</div>
</footer></section>""",
    "furo": """<div class="content"><div class="article-container"><a href="#"
class="back-to-top muted-link"><span>Back to top</span></a><div
class="content-icon-container"><div class="view-this-page">View</div></div><article
role="main" id="furo-main-content"><section id="x"><h1>Getting started<a
class="headerlink" href="#x">¶</a></h1><p>The first words.</p></section></article></div>
<footer><div class="related-pages">Next</div></footer></div><aside class="toc-drawer">On
this page</aside>""",
    "book": """<main id="main-content" class="bd-main" role="main"><div
class="sbt-scroll-pixel-helper"></div><div class="bd-header-article"><div
class="header-article-items">Back</div></div><div id="jb-print-docs-body"
class="onlyprint"><h1>Getting started</h1></div><div id="searchbox">Search</div>
<article class="bd-article"><section id="x"><h1>Getting started<a class="headerlink"
href="#x">#</a></h1><p>The first words.</p></section></article><footer
class="prev-next-footer">Next</footer><div class="bd-sidebar-secondary">Contents</div>
</main>""",
    "docusaurus": """<div id="__docusaurus"><nav class="navbar">Docs</nav><main><div
class="container"><article><nav class="theme-doc-breadcrumbs">Home</nav><span
class="theme-doc-version-badge badge">Version: 2</span><div
class="tocMobile theme-doc-toc-mobile"><button>On this page</button></div><div
class="theme-doc-markdown markdown"><header><h1>Getting started</h1></header><p>The
first words.</p></div><footer class="theme-doc-footer"><a>Edit this page</a></footer>
</article><nav class="pagination-nav">Next</nav></div></main></div>""",
    "mkdocs": """<header class="md-header">Site</header><main class="md-main"><div
class="md-sidebar"><nav>Menu</nav></div><div class="md-content"><article
class="md-content__inner md-typeset"><a href="e" class="md-content__button
md-icon"><svg>
<path d=""/></svg></a><h1 id="x">Getting started<a class="headerlink" href="#x"
title="Permanent link">&para;</a></h1><p>The first words.</p></article></div></main>""",
    "mdbook": """<div id="menu-bar"><nav>Menu</nav></div><div id="content"><main><h1
id="x"><a class="header" href="#x">Getting started</a></h1><p>The first
words.</p></main>
<nav class="nav-wrapper">Next</nav></div>""",
    "hugo": """<body><header><a href="/">Site</a></header><main><article><header><h1>
Getting started</h1><time>2024-01-02</time><span>by someone</span></header><p>The first
words.</p></article></main><footer>Powered</footer>""",
    "javadoc": """<div class="flex-content"><header role="banner"><nav><ul'
    ' class="navList">
<li>Overview</li></ul></nav></header><main role="main"><div class="header"><h1
class="title">Getting started</h1></div><p>The first words.</p></main></div>""",
    "mediawiki": """<div id="mw-navigation">Menu</div><main id="content"><header
class="mw-body-header"><h1 id="firstHeading">Getting started</h1><div>12 languages</div>
</header><div id="siteSub">From a wiki</div><div class="mw-parser-output"><p>The first
words.</p><div id="toc" class="toc"><h2>Contents</h2></div></div><div
class="printfooter">
Retrieved</div></main>""",
    "wordpress": """<header class="site-header">Site</header><div'
    ' id="primary"><main><article
class="post"><header class="entry-header"><h1 class="entry-title">Getting started</h1>
<div class="entry-meta">By me</div></header><div class="entry-content"><p>The first
words.</p><div class="sharedaddy"><h3>Share</h3></div></div></article><div
id="comments">
<p>Nice!</p></div></main></div>""",
    "asciidoctor": """<body class="book"><div id="header"><h1>Getting started</h1><div
id="toc" class="toc"><div id="toctitle">Contents</div></div></div><div id="content"><div
class="paragraph"><p>The first words.</p></div></div><div id="footer"><div>Last updated
</div></div></body>""",
    "docbook": """<body><div class="navheader"><table><tr><th>Getting started</th></tr>
</table></div><div class="chapter"><div class="titlepage"><h1 class="title"><a id="x"/>
Getting started</h1></div><div class="toc"><p><strong>Contents</strong></p></div><p>The
first words.</p></div><div class="navfooter">Next</div></body>""",
}


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_of_a_generated_page_only_its_text_is_read(name: str) -> None:
    """Menus, banners, tables of contents and buttons of a generator are left out."""
    blocks = html_blocks.blocks(html_tree.parse(GENERATORS[name]))
    assert [(m.kind, m.text) for m in blocks if isinstance(m, Message)] == [
        ("title", "Getting started"),
        ("paragraph", "The first words."),
    ]
