"""How fast a paid job is beside what the service itself takes.

``python tests/bench/service_bench.py`` starts the stand-in in a process of its own and
prints ratios of one run: the wall time of a whole job (keys, cache, requests, checks,
drafts) beside a bare loop of as many threads that sends the same documents and throws
the answers away; how much of a limit of 20 requests a second is used; and how many
requests a book of 7,000 messages needs.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from amts_sphinx.engines import amazon, amazon_wire
from amts_sphinx.text.units import Question
from engines.service import KEY, KEY_ID, Paid, sentences

THREADS = 8
LATENCY = 0.06
#: D2L has 2.6 sentences a paragraph
SENTENCES_A_MESSAGE = 2.6
_TARGET = "AWSShineFrontendService_20170701.TranslateDocument"
_SIGNED = (
    f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20260101/eu-west-1/translate/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
)


@contextmanager
def stand_in(*options: str) -> Iterator[str]:
    """The stand-in in a process of its own; its address."""
    command = [sys.executable, "-m", "amts_sphinx.testing.standin", "-q", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        address = process.stdout.readline().rpartition("=")[2].strip()
        os.environ.update(
            AWS_ENDPOINT_URL_TRANSLATE=address,
            AWS_DEFAULT_REGION="eu-west-1",
            AWS_ACCESS_KEY_ID=KEY_ID,
            AWS_SECRET_ACCESS_KEY=KEY,
            AWS_EC2_METADATA_DISABLED="true",
        )
        yield address
    finally:
        process.terminate()
        process.wait()


def job(questions: Sequence[Question], **options: object) -> tuple[float, Paid]:
    """A whole paid job; its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        paid = Paid(Path(folder), target="zh", **options)  # type: ignore[arg-type] # Amazon's
        start = time.perf_counter()
        answers = paid.draft(questions)
        seconds = time.perf_counter() - start
    assert all(answer and answer.text for answer in answers), paid.told
    return seconds, paid


def bare(address: str, questions: Sequence[Question]) -> float:
    """The same documents from a bare loop; its seconds."""
    engine = amazon.AmazonEngine("en", "zh")
    wires = [engine.request(question).text for question in questions]
    packs = engine._packs(questions)
    documents = [amazon_wire.document([wires[n] for n in pack]) for pack in packs]
    bodies = [_body(document) for document in documents]
    host = urlsplit(address).netloc
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda part: _send(host, part), _dealt(bodies)))
    return time.perf_counter() - start


def _dealt(bodies: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [bodies[thread::THREADS] for thread in range(THREADS)]


def _body(document: str) -> bytes:
    content = base64.b64encode(document.encode()).decode()
    return json.dumps(
        {
            "Document": {"Content": content, "ContentType": "text/html"},
            "SourceLanguageCode": "en",
            "TargetLanguageCode": "zh",
        }
    ).encode()


def _send(host: str, bodies: Sequence[bytes]) -> None:
    connection = http.client.HTTPConnection(host)
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": _TARGET,
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": _SIGNED,
    }
    for body in bodies:
        connection.request("POST", "/", body, headers)
        response = connection.getresponse()
        assert response.status == 200, response.read()
        response.read()
    connection.close()


def main() -> int:
    """Print every ratio."""
    book = sentences(int(7000 * SENTENCES_A_MESSAGE))
    with stand_in("--latency", str(LATENCY)) as address:
        job(book[:20])  # boto3 is loaded
        rounds = [(job(book), bare(address, book)) for _ in range(2)]
        seconds, single = job(book[:1200], brevity="ON")
    ((ours, paid), _), *_ = rounds
    ours = min(seconds for (seconds, _), _ in rounds)
    plain = min(seconds for _, seconds in rounds)
    requests = paid.engine.use.calls
    ideal = -(-requests // THREADS) * LATENCY
    print(f"7 000 messages, {len(book):,} sentences: {requests} requests")
    print(f"cold job / bare loop: {ours / plain:.3f}  ({ours:.2f} s, {plain:.2f} s)")
    print(f"cold job / latency alone: {ours / ideal:.3f}  ({ideal:.2f} s)")
    ideal = -(-single.engine.use.calls // THREADS) * LATENCY
    print(f"one sentence a request / latency alone: {seconds / ideal:.3f}")
    amazon.PACK = 300
    with stand_in("--latency", str(LATENCY), "--rate", "20") as address:
        seconds, paid = job(sentences(1500))
        with closing(
            http.client.HTTPConnection(urlsplit(address).netloc)
        ) as connection:
            connection.request("GET", "/_standin/ledger")
            ledger = json.loads(connection.getresponse().read())
    answered, allowed = ledger["answered"], 20 * seconds
    print(
        f"limit of 20 requests a second: {answered} answered in {seconds:.1f} s, "
        f"{answered / allowed:.0%} of the limit, {paid.engine.use.calls - answered} "
        "refused"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
