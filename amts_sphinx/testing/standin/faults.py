"""What goes wrong, how often, and always in the same way.

The shares of ``throttle`` to ``rubbish`` exclude each other in this order: one request
has one fate, which ``weather`` draws.  A cut body announces the length it has: the
client receives a complete answer that is no JSON, which botocore takes for an empty
one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from amts_sphinx.testing.standin import damage

#: the shares that decide about a request, in order
SHARES = ("throttle", "errors", "unavailable", "dropped", "cut", "rubbish")


@dataclass(frozen=True, slots=True)
class Faults:
    """How often what goes wrong; without arguments only what asks for it does.

    Raises ValueError if a share is none, or a kind of damage is unknown.
    """

    #: share of requests answered with TooManyRequestsException (429)
    throttle: float = 0.0
    #: … with InternalServerException (500)
    errors: float = 0.0
    #: … with ServiceUnavailableException (503)
    unavailable: float = 0.0
    #: … whose connection is closed without an answer, half of them after the work was
    #: done and billed
    dropped: float = 0.0
    #: … answered with 200 and the first half of the body
    cut: float = 0.0
    #: … answered with 200 and JSON that says something else
    rubbish: float = 0.0
    #: seconds before each answer, and how many more at most, by chance
    latency: float = 0.0
    jitter: float = 0.0
    #: requests a second, above which they get ThrottlingException (429); 0: no limit
    rate: float = 0.0
    #: names of the errors that the next requests get, in order, before all else
    next_errors: tuple[str, ...] = ()
    #: a request that holds this text gets InvalidRequestException; empty: none does
    poison: str = ""
    #: share of the inline elements, or of the sentences, that suffer each kind of
    #: damage (``damage.CODE_KINDS``, ``damage.SENTENCE_KINDS``); at most one each
    damage: Mapping[str, float] = field(default_factory=dict)
    #: share of HTML documents in which two blocks become one, or a block loses its id
    lost_boundaries: float = 0.0
    #: seconds that the import of parallel data takes; 0: it is done at the next look
    parallel_data_delay: float = 0.0
    #: seconds that a batch job takes; 0: it is done at the next look
    job_delay: float = 0.0
    #: why batch jobs fail as a whole; empty: they do not
    job_fails: str = ""
    #: a document of a batch job whose name or text holds this fails; empty: none does
    poison_document: str = "POISON"
    #: are there as many calls a second to batch jobs as Amazon allows?
    job_rate_limits: bool = False
    #: another seed, other victims
    seed: int = 0

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in (*SHARES, "lost_boundaries")}
        for name, share in (shares | dict(self.damage)).items():
            if not 0 <= share <= 1:
                message = f"{name} is a share from 0 to 1, not {share}"
                raise ValueError(message)
        known = (*damage.CODE_KINDS, *damage.SENTENCE_KINDS)
        for kind in self.damage:
            if kind not in known:
                message = f"no kind of damage: {kind!r}; known: {', '.join(known)}"
                raise ValueError(message)
