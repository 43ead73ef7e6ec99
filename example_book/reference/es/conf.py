"""The Spanish translation of the example book, which covers half of its pages."""

import importlib.util

project = "Medir la traducción automática"
author = "Los colaboradores de amts_sphinx"
project_copyright = "2026, Los colaboradores de amts_sphinx"
version = "0.1"
release = "0.1.0"
language = "es"

extensions = [
    "myst_nb" if importlib.util.find_spec("myst_nb") else "myst_parser",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build"]

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
nb_execution_mode = "off"

numfig = True
html_theme = "alabaster"
html_theme_options = {"page_width": "1060px"}
suppress_warnings = ["epub.unknown_project_files"]
