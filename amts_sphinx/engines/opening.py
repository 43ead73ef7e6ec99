"""Opens an engine by its name, held as it must be: guarded, or paid for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from amts_sphinx.engines.engine import (
    Engine,
    EngineError,
    Service,
    create_engine,
    is_service,
    one_line,
)
from amts_sphinx.engines.guarded import GuardedEngine, Tell
from amts_sphinx.engines.memory import MemoryEngine

if TYPE_CHECKING:
    from amts_sphinx.engines.drafting import Drafter
    from amts_sphinx.engines.paid import Desk


def open_engine(  # noqa: PLR0913 - an engine, and what it is held by
    name: str,
    source: str,
    target: str,
    options: Mapping[str, Any],
    tell: Tell,
    *,
    desk: Callable[[Service], Desk] | None = None,
) -> Drafter:
    """The engine called ``name``; the memory's if there is none to be had.

    ``desk`` makes what a paid service is asked with; without it none can be had.
    """
    try:
        engine = create_engine(name, source, target, options)
        if isinstance(engine, MemoryEngine):
            return engine
        if not is_service(engine):
            return GuardedEngine(cast("Engine", engine), name, tell)
        if desk:
            from amts_sphinx.engines.paid import (  # noqa: PLC0415 - few builds pay
                PaidEngine,
            )

            service = cast("Service", engine)
            return PaidEngine(service, desk(service))
        message = f"engine {name!r} cannot be used: it has to be paid"
        raise EngineError(message)  # noqa: TRY301 - one way to tell all of these
    except EngineError as error:
        line = str(error)
    except Exception as error:  # noqa: BLE001 - foreign code
        line = f"engine {name!r} cannot be used: {one_line(error)}"
    tell(f"{line}; the memory alone is used")
    fallback = MemoryEngine(source, target)
    fallback.use.unanswered = 1  # the next build may have more luck
    return fallback
