"""The Chinese book."""

project = "池塘之书"
author = "钓鱼人"
project_copyright = "none"
language = "zh_CN"
html_theme = "alabaster"

extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath"]
