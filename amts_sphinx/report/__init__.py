"""The report as data, and what is made from it without Sphinx."""
