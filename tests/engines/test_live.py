"""A handful of calls to the real Amazon Translate, for whoever asks for them.

``AMTS_LIVE_AWS=1 python -m pytest tests/engines/test_live.py`` needs credentials and a
region, and costs a few cents.  It answers what no documentation says and writes the
answers, without anything that names an account, to ``AMTS_LIVE_AWS_RECORD`` (a file;
else to a temporary one, whose path is printed).  Without it the same questions are put
to the stand-in, so that they are ready when somebody asks them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.addresses import address
from amts_sphinx.engines.amazon import AmazonEngine
from amts_sphinx.engines.amazon_client import Client, Job, RefusedError
from amts_sphinx.engines.secrets import redacted
from amts_sphinx.memory.spending import Account
from amts_sphinx.text.repair import mended
from amts_sphinx.text.units import Question
from engines.service import sentences, serving

#: what may be spent, in dollars: some 3 000 characters
BUDGET = 0.05


def questions(folder: Path) -> dict[str, Any]:
    """Ask; returns what was found, by question."""
    engine = AmazonEngine("en", "es")
    account = Account(folder / "spending", Account.new_name(), BUDGET, engine.price)
    client = Client("", address(""), account)
    job = Job("en", "es", {})
    try:
        return {
            "codes": _codes(engine, client, job),
            "text escapes": _said(lambda: client.text("a &lt; b &amp; c", job, 16)),
            "text codes": _said(
                lambda: client.text(
                    'Read <code id="1" translate="no">x</code> first.', job, 48
                )
            ),
            "document entities": _said(
                lambda: client.document(
                    amazon_wire.document(['It isn\'t "so": a &lt; b &amp; c.']), job, 28
                )
            ),
            "empty code": _said(
                lambda: client.document(
                    amazon_wire.document(['See <code id="1" translate="no"></code>.']),
                    job,
                    5,
                )
            ),
            "large document": _said(
                lambda: client.document("<p>" + "x" * 102_500 + "</p>", job, 1)
            ),
            "seconds a request": _seconds(client, job),
            "characters sent": account.characters,
        }
    finally:
        client.close()


def _codes(engine: AmazonEngine, client: Client, job: Job) -> dict[str, Any]:
    """What becomes of inline codes, in sentences as a book has them."""
    asked = [question for question in sentences(24, seed=3) if question.codes]
    wires = [engine.request(question).text for question in asked]
    answer = client.document(
        amazon_wire.document(wires), job, sum(map(engine.size, asked))
    )
    found = amazon_wire.paragraphs(answer, len(asked))
    rungs = [_rung(engine, asked[number], raw) for number, raw in found.items()]
    pairs = [[wires[number], raw] for number, raw in sorted(found.items())]
    return {
        "sentences": len(asked),
        "paragraphs back": len(found),
        "rungs": {name: rungs.count(name) for name in sorted(set(rungs))},
        "pairs": pairs,
    }


def _rung(engine: AmazonEngine, question: Question, raw: str) -> str:
    repaired = mended(question, engine.read(question, raw))
    return repaired.repair.name.lower() if repaired else "damaged"


def _said(call: Callable[[], str]) -> str:
    try:
        return call()
    except RefusedError as error:
        return f"refused: {redacted(error)}"


def _seconds(client: Client, job: Job) -> float:
    start = time.monotonic()
    client.document(amazon_wire.document(["A short sentence."]), job, 17)
    return round(time.monotonic() - start, 3)


@pytest.mark.live
@pytest.mark.skipif(
    os.environ.get("AMTS_LIVE_AWS") != "1",
    reason="asks Amazon itself and costs money: AMTS_LIVE_AWS=1",
)
def test_amazon_itself(tmp_path: Path) -> None:
    """Every paragraph comes back, most codes whole; the rest is recorded."""
    found = questions(tmp_path)
    record = Path(os.environ.get("AMTS_LIVE_AWS_RECORD", tmp_path / "live.json"))
    text = json.dumps(found, ensure_ascii=False, indent=1)
    record.write_text(redacted_lines(text), "utf-8")
    print(f"recorded in {record}")  # noqa: T201 - for whoever paid for it
    assert found["codes"]["paragraphs back"] == found["codes"]["sentences"]


def redacted_lines(text: str) -> str:
    """The record without what names an account."""
    return "\n".join(redacted(line) for line in text.splitlines()) + "\n"


def test_the_questions_are_ready(tmp_path: Path) -> None:
    """The stand-in answers each of them, within the budget."""
    with serving() as there:
        found = questions(tmp_path)
        assert found["codes"]["sentences"] == found["codes"]["paragraphs back"] == 12
        assert found["codes"]["rungs"] == {"as_is": 12}
        assert found["large document"].startswith("refused: ")
        assert "&lt;" in found["text escapes"]
        assert there.ledger.billed <= found["characters sent"] <= 3_400
    assert json.loads(redacted_lines(json.dumps(found)))["codes"]["sentences"] == 12
