"""A paid engine on a folder of its own, in front of the stand-in for Amazon Translate.

Everything is the real thing but the far side of the wire: boto3 asks over HTTP, answers
go through cache, drafts and account as in a build.  The keys are invented, and neither
the user's settings nor the machine's metadata are looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from amts_sphinx.engines.amazon import AmazonEngine
from amts_sphinx.engines.engine import Service, Step
from amts_sphinx.engines.paid import Desk, PaidEngine
from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.memory.account_file import SPENDING
from amts_sphinx.memory.cache import AnswerCache
from amts_sphinx.memory.cache_care import ANSWERS
from amts_sphinx.memory.drafts import DRAFTS, Drafts
from amts_sphinx.memory.spending import Account
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.text import codes
from amts_sphinx.text.repair import Repaired
from amts_sphinx.text.units import Code, Question

#: nobody's, of the right shape
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

_ABOUT = (
    "the price of every good falls when supply grows faster than demand and learners "
    "update weights after each batch while noise in labels slows training until error "
    "on unseen data stops improving so we choose models by validation"
)
_OPAQUE = ("math", "literal", "xref")
_PAIRED = ("link", "emphasis")


def alone(monkeypatch: pytest.MonkeyPatch, url: str = "", region: str = "") -> None:
    """Let boto3 see nothing of this machine's own settings but what is given.

    With ``url`` requests go there, signed with invented keys.
    """
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if region:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    if url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)


@contextmanager
def storing() -> Iterator[Standin]:
    """The stand-in with S3 and a bucket, and an environment that leads to the S3."""
    with pytest.MonkeyPatch.context() as patch, Standin("pseudo", s3=True) as there:
        alone(patch, "", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        patch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
        patch.setenv("AWS_ENDPOINT_URL_S3", there.s3_url)
        there.bucket("books")
        yield there


@contextmanager
def serving(
    faults: Faults | None = None, engine: str | Callable[[str], str] = "pseudo"
) -> Iterator[Standin]:
    """The stand-in, and an environment in which boto3 takes it for the service."""
    with pytest.MonkeyPatch.context() as patch, Standin(engine, faults=faults) as there:
        alone(patch, there.url, "eu-west-1")
        yield there


class Paid:
    """One build's paid engine; another one on the same folder is the next build."""

    def __init__(  # noqa: PLR0913 - what a build is set up with
        self,
        folder: Path,
        budget: float = 50.0,
        *,
        frozen: bool = False,
        source: str = "en",
        target: str = "es",
        account: str = "",
        **engine_options: object,
    ) -> None:
        """``engine_options`` are those of Amazon's engine.

        ``account`` is the name of one that others share.
        """
        self.told: list[str] = []  #: problems, as the user reads them
        self.said: list[str] = []  #: news
        self.steps: list[Step] = []  #: all ends of requests
        self.cache = folder / ANSWERS
        self.service = AmazonEngine(source, target, **engine_options)  # type: ignore[arg-type]
        self.desk = self._desk(self.service, folder, budget, account, frozen=frozen)
        self.account = self.desk.account
        self.engine = PaidEngine(self.service, self.desk)

    def _desk(
        self,
        service: Service,
        folder: Path,
        budget: float,
        account: str,
        *,
        frozen: bool,
    ) -> Desk:
        name = account or Account.new_name()
        return Desk(
            cache=lambda: AnswerCache.open(self.cache, self.told.append),
            drafts=Drafts.read(folder / DRAFTS, self.told.append, DRAFTS),
            account=Account(folder / SPENDING, name, budget, service.price),
            frozen=frozen,
            tell=self.told.append,
            say=self.said.append,
            watch=self._watch,
        )

    def _watch(self, steps: Iterable[Step], _total: int) -> None:
        self.steps.extend(steps)

    def draft(self, questions: Sequence[Question]) -> list[Repaired | None]:
        """The engine's answers to these questions."""
        return self.engine.draft(questions)


def sentences(count: int, seed: int = 0) -> list[Question]:
    """So many different sentences of about 70 characters, every second one with codes.

    Codes are formulas, literals, references, links and emphasis, as a book has them.
    """
    return [_sentence(number, Random(f"{seed}:{number}")) for number in range(count)]  # noqa: S311 - the same each time


def _sentence(number: int, random: Random) -> Question:
    words = [random.choice(_ABOUT.split()) for _ in range(random.randint(9, 12))]
    kinds: list[Code] = []
    for place in sorted(random.sample(range(len(words)), 1 + number % 6 // 2)):
        if number % 2 == 0:
            break
        kind = random.choice((*_OPAQUE, *_PAIRED))
        kinds.append(Code(kind, _payload(kind, f"{number}{'abc'[len(kinds)]}")))
        if kind in _PAIRED:
            words[place] = f"{codes.opening(len(kinds))}{words[place]}</g>"
        else:
            words[place] = codes.opaque(len(kinds))
    return Question(f"In case {number} {' '.join(words)}.", tuple(kinds))


def _payload(kind: str, name: str) -> str:
    return {
        "math": f"x_{{{name}}} \\le 1",
        "literal": f"fit(m{name}, epochs=3)" if len(name) % 2 else f"fit_{name}",
        "xref": f"chapter-{name}",
        "link": f"https://example.org/{name}",
        "emphasis": "",
    }[kind]


def wrong(
    questions: Sequence[Question], answers: Sequence[Repaired | None]
) -> list[tuple[Question, Repaired | None]]:
    """The questions whose answer is not what the pseudo engine makes of them."""
    pairs = zip(questions, answers, strict=True)
    return [
        (question, answer)
        for question, answer in pairs
        if answer is None or answer.text != pseudo(question.text)
    ]


def only(lines: list[str]) -> str:
    """The only line that was told, fit to be shown."""
    [line] = lines
    assert "\n" not in line
    assert KEY not in line
    assert KEY_ID not in line
    return line
