"""A book about a pond, its Chinese by people, and what a machine made of it."""

project = "The pond book"
author = "The anglers"
project_copyright = "none"
language = "en"
html_theme = "alabaster"
html_copy_source = False
exclude_patterns = ["_build", "zh", "machine"]

extensions = ["myst_parser", "amts_sphinx"]
myst_enable_extensions = ["dollarmath"]

amts_languages = {"zh": {"reference": "zh"}, "es": {}}
amts_engine = "recorded"
amts_engine_options = {"books": {"source": ".", "translation": "machine"}}
