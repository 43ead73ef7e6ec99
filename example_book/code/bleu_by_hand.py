"""BLEU for one pair of sentences, written to be read.

The definitions are those of Papineni and others (2002).  Scores for publication come
from a tested tool such as sacreBLEU, which also fixes how text is cut into tokens.
"""

from collections import Counter
from math import exp, log


def ngrams(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    """Count the runs of *n* neighbouring tokens."""
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def clipped_precision(
    candidate: list[str], reference: list[str], n: int
) -> tuple[int, int]:
    """Return how many n-grams of the candidate are confirmed, and how many it has.

    No n-gram is confirmed more often than the reference contains it.
    """
    found, allowed = ngrams(candidate, n), ngrams(reference, n)
    return (found & allowed).total(), found.total()


def brevity_penalty(candidate_length: int, reference_length: int) -> float:
    """Return the factor, at most 1, that a candidate pays for being short.

    An empty candidate says nothing and gets 0.
    """
    if candidate_length == 0:
        return 0.0
    return min(1.0, exp(1 - reference_length / candidate_length))


def bleu(candidate: list[str], reference: list[str], max_n: int = 4) -> float:
    """Return BLEU between 0 and 100, without smoothing.

    One order without a single confirmed n-gram makes the whole score 0.
    """
    logs = []
    for n in range(1, max_n + 1):
        confirmed, total = clipped_precision(candidate, reference, n)
        if confirmed == 0:
            return 0.0
        logs.append(log(confirmed / total))
    penalty = brevity_penalty(len(candidate), len(reference))
    return 100 * penalty * exp(sum(logs) / max_n)
