"""A book with every kind of node that Sphinx and its common extensions make.

Extensions that may be missing are left out together with the pages that need them.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "parts"))

project = "Kitchen sink"
author = "The plumbers"
project_copyright = "none"
language = "en"
numfig = True
html_theme = "alabaster"
html_copy_source = False
html_show_sphinx = False
# Older releases of sphinx-design know cards with separators only.
suppress_warnings = ["design.card_legacy"]

extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["_build", "parts"]

#: An optional extension and the pages that need it.
_OPTIONAL = {
    "sphinx_design": ["extra/design.rst", "extra/design_md.md"],
    "sphinx_exercise": ["extra/exercise.md"],
    "sphinx_proof": ["extra/proof.md"],
    "sphinxcontrib.bibtex": ["extra/citing.md"],
}
for _name, _pages in _OPTIONAL.items():
    if find_spec(_name.split(".")[0]) and find_spec(_name):
        extensions.append(_name)
    else:
        exclude_patterns += _pages
if find_spec("myst_nb"):
    extensions.append("myst_nb")
else:
    extensions.append("myst_parser")
    exclude_patterns += ["extra/notebook.ipynb", "extra/text_notebook.md"]

bibtex_bibfiles = ["parts/books.bib"]
nb_execution_mode = "off"
myst_heading_anchors = 3
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "html_image",
    "replacements",
    "smartquotes",
    "substitution",
    "tasklist",
]
if find_spec("linkify_it"):
    myst_enable_extensions.append("linkify")
myst_substitutions = {"vessel": "copper kettle"}

amts_languages = {"zh": {}, "es": {}}
amts_engine = "pseudo"
extensions.append("amts_sphinx")
