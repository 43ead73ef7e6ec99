"""Opens engines to be evaluated: as the book has them, otherwise set, or turned round.

What they answer for an evaluation lies in the cache and never among the drafts of the
book, which are for sentences that nobody has translated.  Nothing is sent unless a
budget says so.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from amts_sphinx.engines.paid import PaidEngine
from amts_sphinx.memory.account_file import SPENDING
from amts_sphinx.memory.drafts import DRAFTS, Drafts
from amts_sphinx.memory.spending import Account
from amts_sphinx.sphinx_ext.engine import open_drafter

if TYPE_CHECKING:
    from amts_sphinx.engines.drafting import Drafter
    from amts_sphinx.sphinx_ext.known import Known


def judged(  # noqa: PLR0913 - what an engine is opened with
    known: Known,
    *,
    engine: str = "",
    options: Mapping[str, object] | None = None,
    reverse: bool = False,
    budget: float = 0.0,
    account: str = "",
) -> Drafter:
    """An engine for an evaluation of a language.

    ``engine`` and ``options`` go before what is configured; ``reverse`` turns the
    languages round.  Engines with the same ``account`` share their budget.
    """
    config, language = known.config, known.language
    name = engine or language.engine
    given = language.options if name == language.engine else {}
    profiles = (language.profile, config.source)
    source, target = profiles if reverse else profiles[::-1]
    view = copy.copy(known)
    view.language = replace(
        language,
        engine=name,
        options={**given, **(options or {})},
        profile=target,
        terminology=None if reverse else language.terminology,
    )
    view.config = replace(
        config,
        source=source,
        memory_dir=known.cache_dir / "evaluation",
        frozen=config.frozen or budget <= 0,
        budget=budget,
    )
    found = open_drafter(view)
    if isinstance(found, PaidEngine):
        folder = config.memory_dir / known.code
        for draft in Drafts.read(folder / DRAFTS, lambda _: None):
            found.desk.drafts.add(draft)
        if account:
            price = found.service.price
            shared = Account(known.cache_dir / SPENDING, account, budget, price)
            return PaidEngine(found.service, replace(found.desk, account=shared))
    return found
