"""The example book of amts_sphinx: a little book on translation, and its manual.

It needs no more than amts_sphinx itself needs.  Where MyST-NB is installed too, the
book gains its notebook page; the toctree finds that page by a pattern.
"""

import importlib.util

project = "Measuring Machine Translation"
author = "The amts_sphinx contributors"
project_copyright = "2026, the amts_sphinx contributors"
version = "0.1"
release = "0.1.0"
language = "en"

# MyST-NB brings MyST-Parser along, and only one of the two may be loaded.
extensions = [
    "myst_nb" if importlib.util.find_spec("myst_nb") else "myst_parser",
    "sphinx.ext.mathjax",
    "amts_sphinx",
]
exclude_patterns = ["reference", "_build", ".amts", "translations"]

myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "substitution",
    "tasklist",
]
myst_heading_anchors = 3
myst_substitutions = {"package": "`amts_sphinx`"}
nb_execution_mode = "off"  # the notebook carries its outputs

numfig = True
html_theme = "alabaster"
html_theme_options = {"page_width": "1060px"}
# The book offers a Python file for download, which EPUB readers do not know.
suppress_warnings = ["epub.unknown_project_files"]

amts_languages = {
    "zh": {
        # The Chinese book was made from an older English text, which is kept beside it.
        "reference": {
            "translation": "reference/zh",
            "source": "reference/en_before",
        },
        "conf": {
            "project": "衡量机器翻译",
            "author": "amts_sphinx 贡献者",
        },
    },
    "es": {
        "reference": "reference/es",
        # A free engine that needs no account: apt install apertium apertium-eng-spa
        "engine": "apertium",
        "conf": {
            "project": "Medir la traducción automática",
            "author": "Los colaboradores de amts_sphinx",
        },
    },
}
