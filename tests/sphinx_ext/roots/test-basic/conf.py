"""A book of three small pages; people have translated two of them into Chinese."""

project = "A small pond"
author = "The anglers"
project_copyright = "none"
language = "en"
html_theme = "alabaster"
html_copy_source = False
exclude_patterns = ["_build", "zh"]

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath"]

amts_languages = {"zh": {"reference": "zh"}, "es": {}}
amts_engine = "pseudo"
extensions.append("amts_sphinx")
