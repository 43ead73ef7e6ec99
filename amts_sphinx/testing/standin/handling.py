"""HTTP: sockets, headers, one log line a request.

An answer is one write on a connection without Nagle's delay, or every call would take
forty milliseconds longer.  Connections that clients keep open are closed with the
server, so nothing is left of it when a test ends.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
import uuid
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from amts_sphinx.testing.standin import adapting
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.service import Reply, Service
from amts_sphinx.testing.standin.storage import HOST

NAME = "a stand-in, not Amazon Translate"
#: bytes of a body: the largest file of a terminology, in base64, and some more
_LARGEST = 16 * 1024 * 1024
_PATIENCE = 5.0


class Server(ThreadingHTTPServer):
    """A server that knows its connections, so that it can close them."""

    request_queue_size = 128
    allow_reuse_port = False

    service: Service

    def __init__(self, port: int, log: Callable[[str], None] | None) -> None:
        super().__init__((HOST, port), _Handler)
        self.log = log
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}

    def server_bind(self) -> None:
        """Bind without asking the name service who this is."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, which is known before it runs."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            daemon=True,
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._open[threading.current_thread()]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close_all(self) -> None:
        """Close everything, and wait until nobody serves any more."""
        self.server_close()
        with self._lock:
            waiting = dict(self._open)
            for connection in waiting.values():
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it was closed already
        for thread in waiting:
            thread.join(_PATIENCE)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def do_POST(self) -> None:
        """A call of the service, or a reset of the ledger."""
        body = self._body()
        if body is None:
            return
        service = self.server.service
        if self.path == "/_standin/reset":
            service.ledger.reset()
            self._send(200, b"{}")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = service.reply(self.path, headers, body)
        self._log(reply)
        if reply.dropped:
            self.close_connection = True
            return
        self._send(reply.record.status, reply.body, reply.number)

    def do_GET(self) -> None:
        """The ledger as JSON, or the file of a terminology or of parallel data."""
        state = self.server.service.state
        parts = urlsplit(self.path).path.removeprefix("/_standin/").split("/")
        try:
            match parts:
                case ["ledger"]:
                    self._send(200, json.dumps(state.ledger.as_json()).encode())
                case ["terminology", name]:
                    self._send(200, state.terminologies.get(name).file)
                case ["parallel-data", name, part]:
                    self._send(200, adapting.file(state.parallel, name, part))
                case _:
                    self._send(404, json.dumps({"Message": f"This is {NAME}"}).encode())
        except ServiceError as error:
            self._send(404, json.dumps(error.body()).encode())

    def _body(self) -> bytes | None:
        """The body; None if it has no length, or too much of it, which was told."""
        length = self.headers.get("Content-Length", "")
        if length.isdigit() and int(length) <= _LARGEST:
            return self.rfile.read(int(length))
        self.close_connection = True
        status = 413 if length.isdigit() else 411
        message = f"A body needs a Content-Length of {_LARGEST} at most"
        self._send(status, json.dumps({"Message": message}).encode())
        return None

    def _send(self, status: int, body: bytes, number: int = 0) -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("x-amzn-RequestId", str(uuid.UUID(int=number)))
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer, whatever it is, with whose it is."""
        super().send_response(code, message)
        self.send_header("X-Amts-Standin", f"this is {NAME}")

    def _log(self, reply: Reply) -> None:
        if self.server.log:
            record = reply.record
            self.server.log(
                f"({NAME}) {reply.number}: {record.operation or 'unclear'}, "
                f"{len(record.texts)} texts, {record.billed} characters billed: "
                f"{record.outcome} {record.error}".rstrip()
            )

    def version_string(self) -> str:
        """Who answers."""
        return "amts-standin"

    def log_message(self, *_arguments: object) -> None:
        """The base class has nothing to say that the log does not say better."""
