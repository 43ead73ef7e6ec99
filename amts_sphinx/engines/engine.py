"""The protocol every engine keeps, and the one place that creates engines."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast


class EngineError(Exception):
    """An engine cannot be created, or cannot work at all; the message is one line."""


class Engine(Protocol):
    """Turns source segments into target segments."""

    #: the name under which its answers are stored
    name: str

    def translate(self, segments: Sequence[str]) -> Sequence[str | None]:
        """Answer each segment (coded text), in order; None where there is no answer.

        Answers are verified by the caller; an engine need not check its codes.
        """


def create_engine(
    name: str, source: str, target: str, options: Mapping[str, Any]
) -> Engine:
    """The engine called ``name``, or "package.module:Class", for a language pair.

    ``source`` and ``target`` are Amazon Translate codes; ``options`` are the engine's
    keyword arguments.

    Raises EngineError when there is no such engine, its options are wrong, or it cannot
    start, whatever it raises itself.
    """
    builtin = {
        "apertium": "amts_sphinx.engines.apertium:ApertiumEngine",
        "memory": "amts_sphinx.engines.memory:MemoryEngine",
        "pseudo": "amts_sphinx.engines.pseudo:PseudoEngine",
    }
    module, _, attribute = builtin.get(name, name).partition(":")
    try:
        factory = getattr(importlib.import_module(module), attribute)
        engine = factory(source=source, target=target, **options)
        if not callable(engine.translate):
            message = f"{type(engine).__name__!r} object cannot translate"
            raise TypeError(message)  # noqa: TRY301 - one message for all of these
        return cast("Engine", engine)
    except (Exception, SystemExit) as error:
        message = f"engine {name!r} cannot be used: {one_line(error)}"
        raise EngineError(message) from error


def one_line(error: BaseException) -> str:
    """What an error says, in one line; its type where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
