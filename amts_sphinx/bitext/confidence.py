"""How sure a bead is: the evidence for it as one number between 0 and 1.

A logistic model; weights fitted on documents with known pairs, then rounded. What
counts: how sure the search is, against all other paths; how well each side's words
explain the other's, by token, so that length does not matter; the length fit; identity
tokens without partner; the shape of the bead; and whether both sides of the stretch
show the same blocks and sentences, which carries pairs too short to tell anything
("Why?").
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from amts_sphinx.bitext.grid import SHAPES
from amts_sphinx.bitext.tokens import is_identity

if TYPE_CHECKING:
    from amts_sphinx.bitext.evidence import Scores
    from amts_sphinx.bitext.grid import Step

#: The search is never surer than one in a few thousand.
_SUREST = 8.0
#: Where fewer sentences than this share have a partner, each pair is doubted …
_USUAL = 0.7
#: … with so much log-odds for a share of 0 instead of 1.
_DOUBT = 12.0


def confidence(
    step: Step,
    scores: Scores,
    said: tuple[frozenset[str], frozenset[str]],
    share: float,
    *,
    parallel: bool,
) -> float:
    """Judge the bead that ends at *step*, with text on both sides.

    *said* holds the tokens of both sides, *share* the log of the bead's probability
    among all paths; *parallel*: the stretch shows the same blocks on both sides.
    """
    cell = (step.shape, step.row, step.column)
    ahead = float(scores.ahead[cell]) / (len(said[1]) or 1)
    back = float(scores.back[cell]) / (len(said[0]) or 1)
    lonely = sum(map(is_identity, said[0] ^ said[1]))
    share = min(share, -1e-9)
    odd = share - math.log(-math.expm1(share))
    total = -1.2 + 0.8 * min(odd, _SUREST) - 0.3 * min(lonely, 3)
    total += 0.4 * sum(max(-2.0, min(fit, 2.0)) for fit in (ahead, back))
    total += 0.5 * max(float(scores.length[cell]), -6.0)
    match math.prod(SHAPES[step.shape]):
        case 1:
            total += 2.0 * parallel
        case 2:
            total -= 0.5
        case _:
            total -= 4.0
    return 1 / (1 + math.exp(-total))


def tempered(sure: float, share: float) -> float:
    """Lower a confidence in a document of whose sentences only *share* found a partner.

    A page that is no translation still pairs some sentences by chance, and what is
    learnt from it alone agrees with them.
    """
    if not 0 < sure < 1:
        return sure
    doubt = _DOUBT * max(0.0, _USUAL - share)
    return round(1 / (1 + (1 / sure - 1) * math.exp(doubt)), 4)
