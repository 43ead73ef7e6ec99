"""What the cache is asked, what it answers, and how an entry vouches for both.

The key is the hash of all that an answer depends on, as JSON: fields put end to end
would make ``a|b`` + ``c`` the same as ``a`` + ``b|c``.  An entry repeats the request
in full, so that it can only answer what was asked, and carries a digest that covers
its key, so that an entry that was damaged or moved to another key is noticed.  A
digest without a secret shows damage, not forgery: who can write the cache can plant a
wrong text, but nothing other than a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

#: goes into every key: when it is raised, everything is asked anew
SCHEMA_VERSION = 1

_DIGEST_SIZE = 32


class Answer(NamedTuple):
    """What an engine answered."""

    text: str  #: as verified and repaired, never empty
    rung: int  #: how much of the ladder of repair it took; 0 is none


@dataclass(frozen=True, slots=True)
class Request:
    """Everything an engine's answer depends on.

    Raises TypeError if anything in it is no string.
    """

    engine: str  #: the engine's name
    version: str  #: of its API or model
    source: str  #: language of the text, as the engine calls it
    target: str  #: language of the answer
    codec: str  #: version of the codec that wrote the text
    wire: str  #: the form inline codes have on their way, such as "html"
    text: str  #: exactly as sent
    settings: Mapping[str, str] = field(default_factory=dict)  #: formality and the like
    terminology: str = ""  #: its name; empty if none is used
    terminology_hash: str = ""  #: of its content
    parallel_data: str = ""  #: which pairs adapted the answer; empty if none did
    _key: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # a copy: what the caller does with his own later does not change the key
        settings = dict(self.settings)
        object.__setattr__(self, "settings", settings)
        fields = [getattr(self, name) for name in _FIELDS if name != "settings"]
        for part in (*fields, *settings, *settings.values()):
            if not isinstance(part, str):
                message = f"requests are made of strings, not of {part!r}"
                raise TypeError(message)

    def record(self) -> dict[str, object]:
        """The request as it is hashed and stored."""
        fields = {name: getattr(self, name) for name in _FIELDS}
        return {"schema": SCHEMA_VERSION, **fields}

    def key(self) -> str:
        """SHA-256 of the record, in hexadecimal; computed once."""
        if not self._key:
            key = sha256(_canonical(self.record())).hexdigest()
            object.__setattr__(self, "_key", key)
        return self._key


#: what a request is made of
_FIELDS = tuple(name for name in Request.__slots__ if name != "_key")


def pack(request: Request, answer: Answer) -> bytes:
    """An entry of the cache: a digest, and the request with its answer as JSON.

    Raises ValueError if the answer is empty, or if JSON cannot carry a text: two lone
    surrogates that happen to make a pair come back as one character.
    """
    if not answer.text:
        message = "an empty text is no answer"
        raise ValueError(message)
    record = {"request": request.record(), **answer._asdict()}
    body = _canonical(record)
    if json.loads(body) != record:
        message = "a text holds surrogates that JSON would join"
        raise ValueError(message)
    return _digest(request.key(), body) + body


def unpack(request: Request, key: str, entry: object) -> Answer:
    """The answer within the entry of a key, if it is whole and answers this request.

    Raises ValueError if not.
    """
    if not isinstance(entry, bytes):
        message = "is not made of bytes"
        raise ValueError(message)  # noqa: TRY004 - a fault of the file, not of the caller
    digest, body = entry[:_DIGEST_SIZE], entry[_DIGEST_SIZE:]
    if digest != _digest(key, body):
        message = "does not agree with its digest"
        raise ValueError(message)
    record = json.loads(body)
    match record:
        case {"request": asked, "text": str(text), "rung": int(rung)} if (
            asked == request.record() and text and type(rung) is int
        ):
            return Answer(text, rung)
    message = "answers another request"
    raise ValueError(message)


def _canonical(record: Mapping[str, object]) -> bytes:
    """The only way to write a record: sorted, without blanks, in ASCII.

    Lone surrogates, which UTF-8 refuses, thereby survive as escapes.
    """
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def _digest(key: str, body: bytes) -> bytes:
    return sha256(key.encode("ascii") + b"\0" + body).digest()
