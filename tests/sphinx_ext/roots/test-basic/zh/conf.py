"""The Chinese book, as people have written it; the page on plants is missing."""

project = "小池塘"
author = "钓鱼人"
project_copyright = "none"
language = "zh_CN"
html_theme = "alabaster"

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath"]
