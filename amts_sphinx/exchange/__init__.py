"""Translations in the files of other tools, in and out: TMX, CSV, TSV, PO."""
