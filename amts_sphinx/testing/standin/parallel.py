"""All parallel data resources, and the states they go through.

An import takes as long as it is told to and is done when somebody looks after that: so
nothing runs in the background, and the same requests always find the same states.
There is one import at a time, and a thousand resources in a region.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.importing import Resource, finish
from amts_sphinx.testing.standin.storage import Storage

#: quotas, as documented; tests that reach them make them smaller
MOST = 1_000  # resources of a region
IMPORTS = 1  # under way at a time
#: what a second import is refused with: "must complete before you can make your change"
#: reads so, but no document says that it is not LimitExceededException
BUSY = errors.CONCURRENT_MODIFICATION


class Resources:
    """All of them, by name; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._known: dict[str, Resource] = {}

    def look(self, storage: Storage, delay: float) -> None:
        """End the import whose time has come."""
        with self._lock:
            for resource in self._known.values():
                if resource.pending and time.monotonic() - resource.began >= delay:
                    finish(resource, storage)

    def get(self, name: str) -> Resource:
        """Raises ServiceError if there is none of this name."""
        with self._lock:
            if name not in self._known:
                message = f"Parallel data {name!r} not found"
                raise ServiceError(errors.RESOURCE_NOT_FOUND, message)
            return self._known[name]

    def all(self) -> list[Resource]:
        """All of them, by name."""
        with self._lock:
            return [self._known[name] for name in sorted(self._known)]

    def create(self, request: dict[str, Any], arn: str, now: float) -> Resource:
        """Begin to import a new one.

        Raises ServiceError if its name is taken, another import is under way, or there
        are too many.
        """
        name = request["Name"]
        with self._lock:
            if name in self._known:
                message = f"Parallel data {name!r} exists already"
                raise ServiceError(errors.CONFLICT, message)
            self._alone()
            if len(self._known) >= MOST:
                message = f"There may be {MOST} parallel data resources at most"
                raise ServiceError(errors.LIMIT_EXCEEDED, message)
            properties = {
                "Name": name,
                "Arn": arn,
                "Description": request.get("Description", ""),
                "Status": "CREATING",
                "ParallelDataConfig": request["ParallelDataConfig"],
                "EncryptionKey": request.get("EncryptionKey"),
                "CreatedAt": now,
                "LastUpdatedAt": now,
            }
            resource = Resource(properties)
            resource.pending, resource.began = request, time.monotonic()
            self._known[name] = resource
            return resource

    def update(self, request: dict[str, Any], now: float) -> Resource:
        """Begin to import another file into one of them.

        Raises ServiceError if there is none, or another import is under way.  What it
        holds, with its description, stays as it is until that ends well.
        """
        with self._lock:
            resource = self.get(request["Name"])
            if resource.pending:  # however many there may be, of one there is one
                raise _busy(resource.name)
            self._alone()
            resource.properties |= {
                "LatestUpdateAttemptStatus": "UPDATING",
                "LatestUpdateAttemptAt": now,
            }
            resource.pending, resource.began = request, time.monotonic()
            return resource

    def delete(self, name: str) -> None:
        """Delete one at once.

        Raises ServiceError if there is none, or it is being imported.
        """
        with self._lock:
            if self.get(name).pending:
                raise _busy(name)
            del self._known[name]

    def _alone(self) -> None:
        """Raise ServiceError if as many imports are under way as there may be."""
        pending = [one.name for one in self._known.values() if one.pending]
        if len(pending) >= IMPORTS:
            raise _busy(pending[0], BUSY)


def _busy(name: str, error: str = errors.CONCURRENT_MODIFICATION) -> ServiceError:
    message = f"Parallel data {name!r} is being created or updated; wait for its end"
    return ServiceError(error, message)
