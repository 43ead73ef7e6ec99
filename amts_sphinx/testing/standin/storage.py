"""S3 beside the stand-in: moto's, another project's, started and ended with it.

Batch jobs and parallel data live in buckets; nobody asks for a second S3 of our own.
The stand-in reads and writes there through botocore over HTTP, as a client does, with
invented keys and without a look at anybody's profile or proxy.  Whatever moto keeps
belongs to the process, so it is forgotten when the last storage ends.
"""

from __future__ import annotations

import importlib
import logging
import os
import socket
import threading
import warnings
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any

#: the loopback address, where everything of the stand-in is
HOST = "127.0.0.1"
#: the account that all of it belongs to, moto's
ACCOUNT = "123456789012"
#: where buckets are made unless somebody makes them elsewhere
REGION = "us-east-1"

_PLACES = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
_alive = 0
_lock = threading.Lock()


class StorageError(Exception):
    """What was to be read or written is not there; says what, in words."""


class Storage:
    """A moto server, and what the stand-in does in it."""

    def __init__(self) -> None:
        """Raises ImportError, in one line, if moto is not installed."""
        try:
            with warnings.catch_warnings(action="ignore"):
                moto: Any = importlib.import_module("moto.server")
        except ImportError as error:
            message = f"S3 needs moto[s3,server], which is not installed ({error})"
            raise ImportError(message) from None
        self._server = moto.ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
        self._client: Any = None
        #: its address while it runs, such as ``"http://127.0.0.1:43122"``
        self.url = ""

    def start(self) -> None:
        """Serve until ``stop``."""
        global _alive  # noqa: PLW0603 - moto's memory is one for the process as well
        # its lines are not ours
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        with _lock:
            _alive += 1
        self._client = _client(self.url)

    def stop(self) -> None:
        """End it; what was stored is gone unless another storage still runs."""
        global _alive  # noqa: PLW0603 - as above
        with _lock:
            _alive -= 1
            if not _alive:
                connection = HTTPConnection(self.url.removeprefix("http://"))
                connection.request("POST", "/moto-api/reset")
                connection.getresponse().read()
                connection.close()
        self._client.close()
        self._end()
        self.url = ""

    def _end(self) -> None:
        """End moto, which looks twice a second whether to, and when somebody knocks."""
        ending = threading.Thread(target=self._server.stop)
        ending.start()
        while ending.is_alive():
            with suppress(OSError):
                socket.create_connection(self._server.get_host_and_port(), 1).close()
            ending.join(0.01)

    def bucket(self, name: str) -> str:
        """Make a bucket, in ``REGION``; returns its name.

        Raises ValueError if it cannot be called so.
        """
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - heavy

        try:
            self._do("create_bucket", name, Bucket=name)
        except (BotoCoreError, StorageError) as error:
            message = f"no bucket can be called {name!r}: {error}"
            raise ValueError(" ".join(message.split())) from None
        return name

    def check(self, uri: str, region: str) -> None:
        """Raise StorageError unless there is the bucket, in this region."""
        bucket, _ = place(uri)
        found = self._do("get_bucket_location", uri, Bucket=bucket)
        where = found.get("LocationConstraint") or REGION
        if where != region:
            message = f"The bucket {bucket} is in {where}, this endpoint in {region}"
            raise StorageError(message)

    def read(self, uri: str) -> bytes:
        """An object; raises StorageError if there is none."""
        bucket, key = place(uri)
        answer = self._do("get_object", uri, Bucket=bucket, Key=key)
        return bytes(answer["Body"].read())

    def write(self, uri: str, content: bytes) -> None:
        """Store an object; raises StorageError if there is no such bucket."""
        bucket, key = place(uri)
        self._do("put_object", uri, Bucket=bucket, Key=key, Body=content)

    def folder(self, uri: str) -> dict[str, int]:
        """Objects in a folder and below it: names within it, in order, and sizes.

        Raises StorageError if there is no such bucket.
        """
        bucket, key = place(uri)
        prefix = key.rstrip("/") + "/"
        found: dict[str, int] = {}
        more: dict[str, str] = {}
        while True:
            page = self._do(
                "list_objects_v2", uri, Bucket=bucket, Prefix=prefix, **more
            )
            for one in page.get("Contents", []):
                name = one["Key"].removeprefix(prefix)
                if name and not name.endswith("/"):  # consoles make such folders
                    found[name] = one["Size"]
            if not page.get("IsTruncated"):
                return dict(sorted(found.items()))
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _do(self, operation: str, uri: str, **members: str | bytes) -> dict[str, Any]:
        from botocore.exceptions import ClientError  # noqa: PLC0415 - heavy

        try:
            return dict(getattr(self._client, operation)(**members))
        except ClientError as error:
            said = error.response.get("Error", {})
            message = f"{uri}: {said.get('Message', '')} ({said.get('Code', '')})"
            raise StorageError(message) from None


def place(uri: str) -> tuple[str, str]:
    """Bucket and key of an ``s3://`` address."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _client(url: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - heavy
    from botocore.session import Session  # noqa: PLC0415 - heavy

    return Session(session_vars=_PLACES).create_client(
        "s3",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="standin",
        aws_secret_access_key="nothing",  # noqa: S106 - invented
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )
