"""Builds whose engine costs money, against the stand-in for Amazon Translate."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.testing.standin import Faults, Standin
from building import CHINESE, ROOTS, Result, build, copy_book, later, run

#: planted, so that finding them anywhere is a fault of ours
KEY, SECRET, TOKEN = "AKIAPLANTEDPLANTED01", "planted+secret/" + "s" * 25, "T0ken" * 12
AMAZON = ("-D", "amts_engine=amazon")
#: sentences of the whole book; those that the reference translates
ALL, HUMAN = 27, 15
PAID = ALL - HUMAN


@dataclass
class Shop:
    """A book of three pages, half of it translated by people, and the stand-in."""

    folder: Path
    service: Standin
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> Path:
        """The book."""
        return self.folder / "book"

    @property
    def address(self) -> tuple[str, ...]:
        """The stand-in, as the address that the book names."""
        return ("-D", f"amts_engine_options.endpoint_url={self.service.url}")

    @property
    def drafts(self) -> Path:
        """What the machine answered, as it is committed."""
        return self.source / "translations" / "zh" / "drafts.jsonl"

    def build(
        self, *arguments: str, budget: str = "5", out: str = "out", **variables: str
    ) -> Result:
        """Build it in Chinese."""
        options = (*AMAZON, *self.address, "-D", f"amts_budget={budget}", *arguments)
        environment = {**self.variables, **variables}
        return build(
            self.source, self.folder / out, *CHINESE, *options, variables=environment
        )

    def edit(self, page: str, old: str, new: str) -> None:
        """Replace a text in a file of the book, once."""
        path = self.source / page
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        later(path)

    def forget(self, *names: str) -> None:
        """Delete folders or files of the book."""
        for name in names:
            path = self.source / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture
def service() -> Iterator[Standin]:
    """The stand-in, as it is while nothing is broken."""
    with Standin(engine="pseudo") as standin:
        yield standin


@pytest.fixture
def shop(tmp_path: Path, service: Standin) -> Shop:
    """The book, not yet built."""
    copy_book(ROOTS / "test-basic", tmp_path / "book")
    return Shop(tmp_path, service, environment(tmp_path))


def environment(folder: Path) -> dict[str, str]:
    """Everything boto3 asks the environment for; nothing of this machine."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_CONFIG_FILE": str(folder / "nowhere"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "nowhere"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(Path(__file__).parent),
    }


def origins(result: Result) -> dict[str, int]:
    """Segments of the whole book by origin, without the zeros."""
    assert result.status == 0, result.stderr
    return {k: v for k, v in result.report["totals"]["segments"].items() if v}


def counters(result: Result) -> dict[str, Any]:
    """The counters of a build."""
    found: dict[str, Any] = result.report["counters"]
    return found


def asked(service: Standin) -> list[str]:
    """Every sentence that was sent, in any order."""
    return sorted(text for record in service.ledger.asked for text in record.texts)


# -- what is paid, and when -------------------------------------------------------


def test_the_first_build_pays_for_what_people_have_not_done(shop: Shop) -> None:
    """One request, billed as quoted; people's sentences are not sent."""
    result = shop.build()
    assert origins(result) == {"human": HUMAN, "machine": PAID}
    assert result.stderr == ""
    ledger = shop.service.ledger
    found = counters(result)
    assert (found["engine_calls"], ledger.requests) == (1, 1)
    assert found["engine_characters"] == ledger.billed > 0
    assert found["repairs"] == {"as_is": PAID}
    quote = (
        f"amts: zh: {PAID} of {ALL} sentences, {ledger.billed:,} characters, about $"
    )
    assert quote in result.stdout
    assert result.stdout.index(quote) < result.stdout.index("translating... ")
    assert f"[ 100%] {PAID} of {PAID} sentences" in result.stdout
    assert f"engine amazon: 1 calls, {ledger.billed:,} characters billed" in (
        result.stdout
    )


def test_the_second_build_pays_nothing(shop: Shop) -> None:
    """Neither where nothing changed, nor from the beginning, nor from drafts alone."""
    first = shop.build()
    shop.service.ledger.reset()
    again = shop.build()
    anew = shop.build("-E", "-a")
    shop.forget(".amts")
    from_drafts = shop.build("-E", "-a", out="drafts")
    shop.forget("translations")
    shop.build("-E", "-a", out="unpaid", budget="0")
    assert shop.service.ledger.requests == 0
    for result in (again, anew, from_drafts):
        assert origins(result) == {"human": HUMAN, "machine": PAID}
        assert counters(result)["engine_calls"] == 0
        assert "nothing sent, nothing billed" in result.stdout
        assert result.page("two.html") == first.page("two.html")


def test_drafts_come_back_out_of_the_cache(shop: Shop) -> None:
    """Who deletes the drafts gets the same file again, unpaid."""
    shop.build()
    drafts = shop.drafts.read_bytes()
    assert drafts.count(b"\n") == PAID
    shop.forget("translations")
    shop.service.ledger.reset()
    result = shop.build("-E")
    assert shop.service.ledger.requests == 0
    assert counters(result)["engine_stored"] == PAID
    assert shop.drafts.read_bytes() == drafts


def test_an_edited_sentence_is_all_that_is_paid(shop: Shop) -> None:
    """One call, that sentence alone, and its page alone is read again."""
    shop.build()
    shop.service.ledger.reset()
    new = "Nobody has ever cut them."
    shop.edit("two.rst", "Nobody has cut them for years.", new)
    result = shop.build()
    assert origins(result) == {"human": HUMAN, "machine": PAID}
    assert asked(shop.service) == [new]
    assert shop.service.ledger.billed == len(new)
    found = counters(result)
    assert (found["engine_calls"], found["engine_characters"]) == (1, len(new))
    assert (found["pages_read"], found["segments_new"]) == (1, 1)


def test_what_people_translate_later_is_not_paid_again(shop: Shop) -> None:
    """A person's sentence takes the draft's place; the draft stays, to be compared."""
    shop.build()
    line = next(
        text
        for text in shop.drafts.read_text("utf-8").splitlines()
        if "cut them" in text
    )
    memory = shop.drafts.with_name("people.jsonl")
    memory.write_text(
        '{"source": "Nobody has cut them for years.", "target": "多年无人修剪。"}\n',
        "utf-8",
    )
    shop.service.ledger.reset()
    result = shop.build()
    assert origins(result) == {"human": HUMAN + 1, "machine": PAID - 1}
    assert "多年无人修剪。" in result.page("two.html")
    assert shop.service.ledger.requests == 0
    assert line in shop.drafts.read_text("utf-8")


# -- budget -----------------------------------------------------------------------


def test_without_a_budget_the_price_is_told_and_nothing_sent(shop: Shop) -> None:
    """Each build tells it; once there is a budget the very next build translates."""
    for _ in range(2):
        result = shop.build(budget="0")
        assert origins(result)["untranslated"] > 0
        assert f"{PAID} of {ALL} sentences" in result.stdout
        assert "no budget: nothing is sent" in result.stdout
        assert result.stderr == ""
    assert shop.service.ledger.requests == 0
    assert not shop.drafts.exists()
    assert origins(shop.build()) == {"human": HUMAN, "machine": PAID}


def test_over_budget_nothing_is_sent_beyond_it(shop: Shop) -> None:
    """Part of the book is translated, the rest is the source, and one line says so."""
    budget = "0.003"  # 200 characters
    result = shop.build(budget=budget)
    found = origins(result)
    assert 0 < found["machine"] < PAID
    billed = shop.service.ledger.billed
    assert 100 < billed <= 200
    assert "which pays for 200 of the characters" in result.stdout
    missing = PAID - found["machine"]
    said = f"{missing} of {PAID} sentences were not translated: the budget does not"
    assert said in result.stderr
    shop.service.ledger.reset()
    rest = shop.build(budget="5")
    assert origins(rest) == {"human": HUMAN, "machine": PAID}
    assert len(asked(shop.service)) == missing


def test_languages_side_by_side_share_one_budget(shop: Shop) -> None:
    """``-b amts`` spends a budget once, however many runs it starts."""
    options = (*AMAZON, *shop.address, "-D", "amts_budget=0.006", "-j", "2")
    result = build(
        shop.source,
        shop.folder / "all",
        *options,
        builder="amts",
        variables=shop.variables,
    )
    assert result.status == 0
    assert 200 < shop.service.ledger.billed <= 400
    assert "the budget does not cover them" in result.stderr


@pytest.mark.slow
def test_faults_do_not_break_the_budget(shop: Shop) -> None:
    """Attempts that may have been billed count, whether they were answered or not."""
    shop.service.faults = Faults(throttle=0.2, dropped=0.3, cut=0.2, seed=4)
    shop.build(budget="0.015")
    assert 0 < shop.service.ledger.billed <= 1000


def test_what_cannot_be_kept_is_not_paid(shop: Shop) -> None:
    """A cache of somebody else's making is left alone; one line, no request."""
    folder = shop.source / ".amts" / "answers"
    folder.parent.mkdir()
    folder.write_text("not a folder")
    result = shop.build()
    assert origins(result)["untranslated"] > 0
    assert shop.service.ledger.requests == 0
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2
    assert "answers" in lines[0]
    assert "nothing is sent, since answers" in lines[1]


# -- frozen -----------------------------------------------------------------------

#: ends the process that opens a socket, whoever asked for it
_NO_SOCKETS = """
import sys
def _audit(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        sys.stderr.write(f"SOCKET {event} {arguments}\\n")
        sys.stderr.flush()
        import os
        os._exit(9)
sys.addaudithook(_audit)
"""


def test_the_trap_for_sockets_works(shop: Shop) -> None:
    """A build that is not frozen is caught by it."""
    with (shop.source / "conf.py").open("a") as conf:
        conf.write(_NO_SOCKETS)
    assert "SOCKET" in shop.build().stderr


@pytest.mark.parametrize("how", ["configured", "environment"])
def test_a_frozen_build_opens_no_socket(shop: Shop, how: str) -> None:
    """It needs no credentials, shows what is there and leaves the rest as it is."""
    shop.build()
    new = "Nobody has ever cut them."
    shop.edit("two.rst", "Nobody has cut them for years.", new)
    shop.forget(".amts")
    with (shop.source / "conf.py").open("a") as conf:
        conf.write(_NO_SOCKETS)
        if how == "configured":
            conf.write("amts_frozen = True\n")
    before = shop.service.ledger.requests
    shop.variables = {"AMTS_FROZEN": "1"} if how == "environment" else {}
    result = shop.build("-E", "-j", "2", out="frozen")
    assert shop.service.ledger.requests == before
    assert "SOCKET" not in result.stderr
    found = origins(result)
    assert found == {"human": HUMAN, "machine": PAID - 1, "untranslated": 1}
    assert "1 sentences have no draft" in result.stdout
    assert re.search(
        r"untranslated[^>]*>[^<]*Nobody has ever cut them\.", result.page("two.html")
    )


def test_a_frozen_build_starts_no_foreign_engine(shop: Shop) -> None:
    """Who knows what it would send; the memory is used alone, and it says so."""
    result = shop.build("-D", "amts_engine=bad_engines:Raises", AMTS_FROZEN="1")
    assert origins(result) == {"human": HUMAN, "untranslated": PAID}
    assert result.stderr == ""
    assert "'bad_engines:Raises' is not used: this build sends nothing" in result.stdout


# -- trouble ----------------------------------------------------------------------


def test_quiet_is_quiet(shop: Shop) -> None:
    """With ``-q`` neither price nor progress is shown."""
    result = shop.build("-q")
    assert (result.stdout, result.stderr) == ("", "")
    assert origins(result) == {"human": HUMAN, "machine": PAID}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials; set"),
        ({"AWS_DEFAULT_REGION": ""}, "no region; set amts_engine_options"),
        (
            {"AWS_ENDPOINT_URL_TRANSLATE": "https://translate.example.org"},
            "translate.example.org in place of Amazon",
        ),
    ],
)
def test_without_an_account_one_line_says_so(
    shop: Shop, variables: dict[str, str], said: str
) -> None:
    """The book is built all the same, and nothing was sent anywhere."""
    address = {"AWS_ENDPOINT_URL_TRANSLATE": shop.service.url}
    given = shop.variables | address | variables
    kept = {name: value for name, value in given.items() if value}
    if "AWS_ACCESS_KEY_ID" not in kept:
        kept.pop("AWS_SESSION_TOKEN")
    shop.variables = kept
    result = shop.build("-D", "amts_engine_options.endpoint_url=")
    assert origins(result)["untranslated"] > 0
    [line] = result.stderr.strip().splitlines()
    assert "engine 'amazon'" in line
    assert said in line
    assert shop.service.ledger.requests == 0


def test_a_service_that_is_down_is_asked_again_by_the_next_build(shop: Shop) -> None:
    """One line now; nothing has changed then, but what is missing is asked for."""
    shop.service.faults = Faults(poison="the")
    first = shop.build()
    assert origins(first)["untranslated"] > 0
    [line] = first.stderr.strip().splitlines()
    assert "sentences were not translated: " in line
    shop.service.faults = Faults()
    second = shop.build()
    assert origins(second) == {"human": HUMAN, "machine": PAID}


@pytest.mark.slow
def test_no_secret_is_ever_written(shop: Shop) -> None:
    """Whatever fails: no key, token, secret, account or role in any output or file."""
    faults = [
        Faults(next_errors=("UnsupportedLanguagePairException",)),
        Faults(throttle=0.3, errors=0.05, dropped=0.05, cut=0.05, seed=2),
        Faults(poison="the"),
        Faults(rubbish=1.0),
    ]
    told = ""
    for number, fault in enumerate(faults):
        shop.service.faults = fault
        result = shop.build("-vv", "-E", out=f"out{number}")
        told += result.stdout + result.stderr
    assert "Traceback" not in told
    written = [p for p in shop.folder.rglob("*") if p.is_file()]
    texts = [path.read_bytes() for path in written] + [told.encode()]
    for secret in (KEY, SECRET, TOKEN):
        assert not any(secret.encode() in text for text in texts)


def test_a_stand_in_leaves_no_trace_in_the_book(shop: Shop) -> None:
    """Tried by the environment, it writes no drafts, and Amazon is still asked."""
    trial = {"AWS_ENDPOINT_URL_TRANSLATE": shop.service.url}
    tried = shop.build("-D", "amts_engine_options.endpoint_url=", **trial)
    assert origins(tried) == {"human": HUMAN, "machine": PAID}
    assert not (shop.source / "translations").exists()
    shop.service.ledger.reset()
    again = shop.build("-E", "-D", "amts_engine_options.endpoint_url=", **trial)
    assert origins(again) == {"human": HUMAN, "machine": PAID}
    assert shop.service.ledger.requests == 0
    plain = shop.build("-E", "-D", "amts_engine_options.endpoint_url=", budget="0")
    assert origins(plain)["untranslated"] > 0
    assert f"{PAID} of {ALL} sentences" in plain.stdout


def test_what_failed_to_start_is_tried_by_the_next_build(shop: Shop) -> None:
    """A frozen build, or one without its engine, does not settle what is missing."""
    for options, variables in (
        (("-D", "amts_engine=no_such:Engine"), {}),
        ((), {"AMTS_FROZEN": "1"}),
    ):
        poor = shop.build(*options, **variables)
        assert origins(poor)["untranslated"] > 0
    assert origins(shop.build()) == {"human": HUMAN, "machine": PAID}


def test_an_engine_cannot_reach_the_page(shop: Shop) -> None:
    """Scripts, handlers and addresses in answers are text, or are not shown at all."""
    shop.service.faults = Faults(damage={"script_added": 1.0})
    result = shop.build()
    plain = shop.build("-D", "amts_engine=memory", "-E", out="plain")
    for page in ("index.html", "one.html", "two.html"):
        for wrong in (r"<script", r"\son\w+=", r"javascript:"):
            found = re.findall(wrong, result.page(page), re.IGNORECASE)
            assert found == re.findall(wrong, plain.page(page), re.IGNORECASE)


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_paid(tmp_path: Path, service: Standin) -> None:
    """The build ends by itself; the next one pays only for the rest."""
    shop = Shop(tmp_path, service, environment(tmp_path))
    pages = 60
    book = shop.source
    book.mkdir()
    (book / "conf.py").write_text(
        'extensions = ["amts_sphinx"]\namts_languages = ["zh"]\n'
        'html_theme = "alabaster"\namts_engine = "amazon"\namts_budget = 9\n'
    )
    toc = "".join(f"   p{n}\n" for n in range(pages))
    (book / "index.rst").write_text(f"Ponds\n=====\n\n.. toctree::\n\n{toc}")
    for n in range(pages):
        text = "\n\n".join(f"Heron number {n} stood {m} times here." for m in range(90))
        (book / f"p{n}.rst").write_text(f"Page {n}\n=======\n\n{text}\n")
    service.faults = Faults(latency=0.5)
    command = [sys.executable, "-m", "sphinx", "-b", "amts-zh", *shop.address]
    command += [str(book), str(tmp_path / "o")]
    process = subprocess.Popen(
        command,
        env={**os.environ, **shop.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    deadline = time.monotonic() + 60
    while service.ledger.answered < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in told
    answered = {
        text
        for record in service.ledger.asked
        for text in record.texts
        if record.outcome == "answered"
    }
    service.ledger.reset()
    service.faults = Faults()
    result = run(command, tmp_path / "o", shop.variables)
    assert result.status == 0, result.stderr
    sent = asked(service)
    assert 0 < len(answered) < len(sent) + len(answered)
    assert not answered & set(sent)


# -- quote ------------------------------------------------------------------------


def test_amts_quote_says_what_the_build_says(shop: Shop) -> None:
    """The same line, without building or sending; and nothing once all is there."""
    with (shop.source / "conf.py").open("a") as conf:
        conf.write('amts_engine = "amazon"\namts_budget = 5\n')
        conf.write(f"amts_engine_options = {{'endpoint_url': {shop.service.url!r}}}\n")
    command = [sys.executable, "-m", "amts_sphinx.cli", "quote", str(shop.source), "zh"]
    quoted = run(command, shop.folder, shop.variables)
    assert (quoted.status, quoted.stderr) == (0, "")
    assert shop.service.ledger.requests == 0
    assert not (shop.folder / "out").exists()
    result = shop.build()
    line = quoted.stdout.strip().removeprefix("zh: ")
    assert line.startswith(f"{PAID} of {ALL} sentences, ")
    assert line in result.stdout
    after = run(command, shop.folder, shop.variables)
    assert after.stdout == "zh: nothing: no sentence has to be sent\n"


def test_amts_quote_of_what_is_no_book(shop: Shop, tmp_path: Path) -> None:
    """One line, status 2."""
    command = [sys.executable, "-m", "amts_sphinx.cli", "quote"]
    for arguments, said in (
        ([str(tmp_path / "none"), "zh"], "there is no conf.py"),
        ([str(shop.source), "fr"], "language 'fr' is not declared (declared: zh, es)"),
    ):
        result = run([*command, *arguments], tmp_path, shop.variables)
        assert result.status == 2
        [line] = result.stderr.strip().splitlines()
        assert said in line
