"""Opens the engine of a language, with all that a paid one needs beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sphinx.util import console, logging
from sphinx.util.osutil import relpath

from amts_sphinx.engines.engine import BUILTIN, EngineError, Service, Step
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.opening import open_engine
from amts_sphinx.sphinx_ext import recorded
from amts_sphinx.sphinx_ext.handover import ACCOUNT
from amts_sphinx.sphinx_ext.warnings import Warnings, warn

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_sync import AmazonBatchEngine
    from amts_sphinx.engines.drafting import Drafter
    from amts_sphinx.engines.paid import Desk
    from amts_sphinx.sphinx_ext.config import Language
    from amts_sphinx.sphinx_ext.known import Known

logger = logging.getLogger(__name__)

#: the engine that works by jobs
_BATCHES = "amazon-batch"

#: how often the progress of a job is shown, at most
_TICKS = 20


def open_drafter(known: Known) -> Drafter:
    """The engine of a language; the memory's if there is none to be had.

    In a frozen build an engine that may send something is not even created, but for
    one whose answers are stored: these it may still look up.
    """
    config, code, language = known.config, known.code, known.language
    name = language.engine
    source, target = config.source.code, language.profile.code
    if config.frozen and name not in BUILTIN:
        line = "amts: %s: engine %r is not used: this build sends nothing (amts_frozen)"
        logger.info(line, code, name)
        return MemoryEngine(source, target)

    def desk(service: Service) -> Desk:
        if name == _BATCHES and not config.frozen:
            _attend(cast("AmazonBatchEngine", service), known)
        return _desk(service, known)

    try:
        options = (
            recorded.options(known) if name == recorded.NAME else _options(language)
        )
    except EngineError as error:
        _tell(f"engine {name!r} cannot be used: {error}; the memory alone is used")
        return MemoryEngine(source, target)
    return open_engine(name, source, target, options, _tell, desk=desk)


def _options(language: Language) -> dict[str, object]:
    options = dict(language.options)
    if language.terminology and language.engine.startswith("amazon"):
        options.setdefault("terminology", str(language.terminology))
    return options


def _tell(line: str) -> None:
    warn(Warnings.ENGINE, line)


def pairs_of(
    known: Known, service: AmazonBatchEngine, tell: Callable[[str], None]
) -> bytes:
    """What adapts the jobs of a language: a TMX file, or nothing.

    Raises EngineError if the service could not use it.
    """
    from amts_sphinx.engines.own_pairs import own_pairs  # noqa: PLC0415 - jobs only

    units = known.units if service.granularity == "sentence" else known.paragraphs
    return own_pairs(units, service, Path(known.app.confdir), tell)


def _attend(service: AmazonBatchEngine, known: Known) -> None:
    """Have this build look after the jobs of the language itself."""
    from amts_sphinx.engines.amazon_sync import Attendance  # noqa: PLC0415 - as above

    code = known.code
    here = Attendance(
        folder=jobs_folder(known),
        pairs=lambda: pairs_of(known, service, _tell),
        wait=known.config.batch_wait,
        say=lambda line: logger.info("amts: %s: %s", code, line),
    )
    service.attend(here)


def jobs_folder(known: Known) -> Path:
    """Where the batches of a language are written down."""
    return known.cache_dir / "sync" / known.code


def _desk(service: Service, known: Known) -> Desk:
    """What a paid service is asked with: cache, drafts, and this build's account."""
    from amts_sphinx.engines.paid import Desk  # noqa: PLC0415 - few builds pay
    from amts_sphinx.memory.account_file import SPENDING  # noqa: PLC0415 - as above
    from amts_sphinx.memory.cache import AnswerCache  # noqa: PLC0415 - as above
    from amts_sphinx.memory.cache_care import ANSWERS  # noqa: PLC0415 - as above
    from amts_sphinx.memory.drafts import Drafts  # noqa: PLC0415 - as above
    from amts_sphinx.memory.files import DRAFTS  # noqa: PLC0415 - as above
    from amts_sphinx.memory.spending import Account  # noqa: PLC0415 - as above

    config, code, cache_dir = known.config, known.code, known.cache_dir
    name = os.environ.get(ACCOUNT) or Account.new_name()
    folder = cache_dir / "trial" if service.trial else config.memory_dir
    drafts = folder / code / DRAFTS
    return Desk(
        cache=lambda: AnswerCache.open(cache_dir / ANSWERS, _tell),
        drafts=Drafts.read(drafts, _tell, relpath(drafts)),
        account=Account(cache_dir / SPENDING, name, config.budget, service.price),
        frozen=config.frozen,
        tell=_tell,
        say=lambda line: logger.info("amts: %s: %s", code, line),
        watch=_watch(service, code),
    )


def _watch(service: Service, code: str) -> Callable[[Iterable[Step], int], None]:
    """Shows the progress of a job as Sphinx shows its own, but less often.

    Requests are few and large, and a build that is launched cannot rewrite a line.
    """

    def watch(steps: Iterable[Step], total: int) -> None:
        done = characters = shown = 0
        bold: Callable[[str], str] = getattr(console, "bold")  # noqa: B009 - not declared
        summary = bold(f"amts: {code}: translating... ")
        for step in steps:
            done += step.sentences
            characters += step.characters
            if done * _TICKS // total > shown:
                shown = done * _TICKS // total
                cost = f"{service.price.cost(characters):.2f} {service.price.currency}"
                line = f"{done:,} of {total:,} sentences, {characters:,} characters"
                logger.info(
                    "%s[%4.0f%%] %s, %s", summary, 100 * done / total, line, cost
                )

    return watch
