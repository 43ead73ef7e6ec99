"""Client tokens: a request that comes twice is done once.

A client that never saw the answer asks again with the same token, and must not start a
second job.  The same token with other parameters is a mistake, and refused as an
invalid request: which error Amazon has for it is not documented, and a conflict would
read as "there already", which it is not.  How long Amazon remembers a token is not
documented either; here it is until the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError


class Tokens:
    """What was answered to requests with a token."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}

    def once(
        self,
        operation: str,
        request: dict[str, Any],
        do: Callable[[], dict[str, Any]],
    ) -> dict[str, Any]:
        """What ``do`` answers, or has answered to the same request before.

        Raises ServiceError if the token came with another request.
        """
        key = operation, request["ClientToken"]
        with self._lock:
            if key not in self._known:
                self._known[key] = request, do()
            before, answer = self._known[key]
        if before != request:
            message = f"ClientToken {key[1]!r} was used with other parameters"
            raise ServiceError(errors.INVALID_REQUEST, message)
        return dict(answer)

    def forget(self, name: str) -> None:
        """Forget what was answered about a resource that is no more."""
        with self._lock:
            self._known = {
                key: (request, answer)
                for key, (request, answer) in self._known.items()
                if request.get("Name") != name
            }
