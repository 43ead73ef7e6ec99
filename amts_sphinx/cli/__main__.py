"""``python -m amts_sphinx.cli`` is ``amts``."""

from amts_sphinx.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
