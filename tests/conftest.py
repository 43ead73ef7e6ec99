"""Fixtures of the whole suite: books to build, and a closed network."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from building import ROOTS, copy_book, corpora


@pytest.fixture(autouse=True)
def _closed_network(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but this machine can be reached from a test, unless it is a live one."""
    if request.node.get_closest_marker("live"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family in (socket.AF_INET, socket.AF_INET6) and not (
            str(host).startswith("127.") or host in ("localhost", "::1")
        ):
            message = f"a test tried to reach {host}"
            raise AssertionError(message)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True, scope="module")
def _nothing_left_behind() -> Iterator[None]:
    """What a module sets in the environment is gone when it ends."""
    before = dict(os.environ)
    yield
    changed = {
        name
        for name in before.keys() | os.environ.keys()
        if name.startswith("AWS_") and before.get(name) != os.environ.get(name)
    }
    assert not changed


@pytest.fixture
def book(tmp_path: Path) -> Callable[[str], Path]:
    """Copies a test root, for a build to work on: ``book("basic")``."""

    def copy(name: str) -> Path:
        return copy_book(ROOTS / f"test-{name}", tmp_path / name)

    return copy


@pytest.fixture(scope="session")
def d2l(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the D2L chapters, the English book set up as the README says."""
    found = corpora()
    if found is None:
        pytest.skip("the D2L corpus is not on this machine (set AMTS_CORPORA)")
    folder = copy_book(found / "d2l", tmp_path_factory.mktemp("corpora") / "d2l")
    with (folder / "en" / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('\nextensions += ["amts_sphinx"]\n')
        conf.write('amts_languages = {"zh": {"reference": "../zh"}}\n')
    return folder
