"""The stand-in as tests and the command start it.

It listens on the loopback address only, for what it answers is nobody's translation.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from amts_sphinx.testing.standin.calls import State
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.handling import Server
from amts_sphinx.testing.standin.ledger import Ledger
from amts_sphinx.testing.standin.service import Service
from amts_sphinx.testing.standin.storage import HOST, Storage
from amts_sphinx.testing.standin.translation import Engines


class Standin:
    """The stand-in, serving from ``with`` to the end of its block.

    >>> with Standin(engine="pseudo", faults=Faults(throttle=0.3)) as service:
    ...     client = boto3.client("translate", endpoint_url=service.url, ...)
    """

    def __init__(
        self,
        engine: str | Callable[[str], str] = "pseudo",
        *,
        faults: Faults | None = None,
        s3: bool = False,
        port: int = 0,
        log: Callable[[str], None] | None = None,
    ) -> None:
        """``engine`` is a name for ``create_engine``, or a function on coded text.

        With ``s3`` moto's S3 runs beside it, which batch jobs and parallel data need;
        stand-ins of one process share what is in it until the last one ends.
        Port 0 is any that is free; ``log`` is given a line for each request.  Raises
        OSError if the port is in use, ValueError if an error is unknown, ImportError
        if moto is not installed.
        """
        self._storage = Storage() if s3 else None
        self._server = Server(port, log)
        self._engines = Engines(engine)
        #: where it is, such as ``"http://127.0.0.1:43121"``
        self.url = f"http://{HOST}:{self._server.server_port}"
        state = State(self._engines, self.url, self._storage)
        try:
            self._server.service = Service(state, faults or Faults())
        except ValueError:
            self._server.server_close()
            raise
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def ledger(self) -> Ledger:
        """What was asked, and what would be billed."""
        return self._server.service.ledger

    @property
    def faults(self) -> Faults:
        """What goes wrong; may be set at any time, and then counts from one again."""
        return self._server.service.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        """Raises ValueError if an error is unknown."""
        self._server.service.faults = faults

    @property
    def s3_url(self) -> str:
        """Where S3 is, while it runs; empty without one."""
        return self._storage.url if self._storage else ""

    def bucket(self, name: str) -> str:
        """Make a bucket; returns its name.

        Raises ValueError if there is no S3, or no bucket can be called so.
        """
        if not self._storage:
            message = "a bucket needs S3: Standin(s3=True), or --s3"
            raise ValueError(message)
        return self._storage.bucket(name)

    def __enter__(self) -> Self:
        if self._storage:
            self._storage.start()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.close_all()
        self._engines.close()
        if self._storage:
            self._storage.stop()
