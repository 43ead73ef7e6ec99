"""The edge: the only room that knows Sphinx and docutils."""
