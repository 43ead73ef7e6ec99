"""A little book in two languages, as web pages: read in no time, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

_ENGLISH = {
    "index": ["A small pond", "The pond is older than the house."],
    "fish": [
        "Fish",
        "There are 12 fish in the pond. They are fed every morning.",
        "Never count the same fish twice.",
        "Nobody knows why.",
    ],
    "frogs": ["Frogs", "The frogs came in the spring."],
}
_CHINESE = {
    "index": ["一个小池塘", "池塘比房子还要古老。"],
    "fish": [
        "鱼",
        "池塘里有 12 条鱼。每天早上都有人来喂它们。",
        "同一条鱼千万不要数两遍。",
        "没有人知道为什么。",
    ],
}

#: writes a folder of web pages in a language: each page a heading and paragraphs
Writer = Callable[[Path, str, Mapping[str, list[str]]], Path]


@pytest.fixture
def write_pages() -> Writer:
    """Writes a folder of web pages: ``write_pages(folder, "en", {"index": […]})``."""

    def write(folder: Path, language: str, pages: Mapping[str, list[str]]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (title, *texts) in pages.items():
            body = "".join(f"<p>{text}</p>" for text in texts)
            page = (
                f'<html lang="{language}"><head><meta charset="utf-8"></head>'
                f"<body><main><h1>{title}</h1>{body}</main></body></html>"
            )
            (folder / f"{name}.html").write_text(page, "utf-8")
        return folder

    return write


@pytest.fixture
def patch(request: pytest.FixtureRequest) -> Iterator[pytest.MonkeyPatch]:
    """Changes what the module's service has set, and takes it back before it ends."""
    request.getfixturevalue("there")
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def books(tmp_path: Path, write_pages: Writer) -> tuple[str, str]:
    """The book in English and Chinese; one of its pages was never translated."""
    return (
        str(write_pages(tmp_path / "en", "en", _ENGLISH)),
        str(write_pages(tmp_path / "zh", "zh-CN", _CHINESE)),
    )
