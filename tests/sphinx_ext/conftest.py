"""Books that many tests look at are built once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from building import CHINESE, Result
from library import Library


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Books built once for the whole run."""
    return Library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="session")
def real(library: Library, d2l: Path) -> Library:
    """The library with the D2L chapters, called ``d2l``."""
    library.add("d2l", d2l / "en")
    return library


@pytest.fixture(scope="session")
def d2l_chinese(real: Library) -> Result:
    """The D2L chapters in Chinese, from their human translation."""
    return real.built("d2l", *CHINESE)


@pytest.fixture(scope="session")
def compiled() -> Callable[..., Path]:
    """Writes a Chinese PO catalog and its compiled form into a book's ``locale``."""

    def write(book: Path, domain: str, messages: dict[str, str]) -> Path:
        catalog = Catalog(locale="zh_CN")
        for source, target in messages.items():
            catalog.add(source, target)
        folder = book / "locale" / "zh_CN" / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{domain}.po"
        with path.open("wb") as po:
            write_po(po, catalog)
        with path.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, catalog)
        return path

    return write
