"""The Sphinx process of one language: ``sphinx-build`` with more overrides.

``python -m amts_sphinx.sphinx_ext.inner ARGUMENTS`` is ``sphinx-build ARGUMENTS``; the
configuration overrides come by standard input, pickled by the parent process, because
``-D`` can carry strings only (a Jupyter Book has no ``conf.py`` at all: its whole
configuration is overrides).
"""

from __future__ import annotations

import pickle
import sys
from typing import Any

from sphinx import application
from sphinx.cmd import build


def main() -> int:
    """Run one build; returns the exit status of ``sphinx-build``."""
    overrides: dict[str, Any] = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent's
    sphinx_class = application.Sphinx

    def sphinx(*args: Any, **kwargs: Any) -> Any:
        if "confoverrides" in kwargs:  # Sphinx 8 and later
            kwargs["confoverrides"] = {**kwargs["confoverrides"], **overrides}
        else:
            before, given, after = args[:5], args[5], args[6:]
            args = (*before, {**given, **overrides}, *after)
        return sphinx_class(*args, **kwargs)

    vars(build)["Sphinx"] = sphinx
    return build.main(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
