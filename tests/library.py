"""Books that many tests look at: each is built once, and nobody may change it."""

from __future__ import annotations

from pathlib import Path

from building import EXAMPLE, ROOTS, Result, build, copy_book

#: makes the engines among the tests known to every build
VARIABLES = {"PYTHONPATH": str(Path(__file__).parent)}


class Library:
    """Builds of the books of this folder, each made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, Path] = {}
        self._built: dict[tuple[str, ...], Result] = {}

    def source(self, book: str) -> Path:
        """A copy of a test root, or of the example book."""
        if book not in self._sources:
            source = EXAMPLE if book == "example" else ROOTS / f"test-{book}"
            self._sources[book] = copy_book(source, self._folder / book / "source")
        return self._sources[book]

    def add(self, book: str, source: Path) -> None:
        """Take in a book that lies elsewhere."""
        self._sources[book] = source

    def built(self, book: str, *arguments: str, builder: str = "html") -> Result:
        """The book, built with these arguments; it must succeed."""
        key = (book, builder, *arguments)
        if key not in self._built:
            # a notebook's pictures lie beside the output: each has its own folder
            out = self._folder / book / str(len(self._built)) / "out"
            source = self.source(book)
            result = build(
                source, out, *arguments, builder=builder, variables=VARIABLES
            )
            assert result.status == 0, result.stderr
            self._built[key] = result
        return self._built[key]
