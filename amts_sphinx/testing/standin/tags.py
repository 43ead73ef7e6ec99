"""What is noted about resources: keys and values, fifty each at most."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError

_MOST = 50


class Tags:
    """Tags by the names (ARN) of resources; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, str]] = {}

    def of(self, arn: str) -> dict[str, str]:
        """The tags of a resource."""
        with self._lock:
            return dict(self._known.get(arn, {}))

    def check(self, arn: str, tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
        """The tags it would have with these; raises ServiceError if too many."""
        mine = self.of(arn) | {tag["Key"]: tag["Value"] for tag in tags}
        if len(mine) > _MOST:
            message = f"A resource has {_MOST} tags at most"
            raise ServiceError(errors.TOO_MANY_TAGS, message, ResourceArn=arn)
        return mine

    def put(self, arn: str, tags: Iterable[Mapping[str, str]]) -> None:
        """Add tags; raises ServiceError if they become too many."""
        mine = self.check(arn, tags)
        with self._lock:
            self._known[arn] = mine

    def take(self, arn: str, keys: Iterable[str]) -> None:
        """Take tags away."""
        with self._lock:
            for key in keys:
                self._known.get(arn, {}).pop(key, None)

    def forget(self, arn: str) -> None:
        """The resource is no more."""
        with self._lock:
            self._known.pop(arn, None)
