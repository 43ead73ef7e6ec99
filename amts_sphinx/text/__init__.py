"""The ground floor: what a sentence is, before any book, engine or builder."""
