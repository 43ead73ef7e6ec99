"""Batch jobs at the stand-in: states, output, errors, lists, limits, what they cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

import amts_sphinx
from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.testing.standin import Faults, Standin, jobs, starting, weather

HELLO = "Ĥééļļöö"
#: longer than any job takes here
LATER = Faults(job_delay=3600)
PAGE = '<html><body><p id="1">{}</p></body></html>'


def details(cloud: Any, told: Any, target: str = "zh") -> Any:
    """The list of a job's documents."""
    folder = told["OutputDataConfig"]["S3Uri"]
    return json.loads(
        cloud.get(f"{folder}details/{target}.auxiliary-translation-details.json")
    )


def counts(told: Any) -> tuple[int, int, int]:
    """Documents that came in, were translated, were not."""
    kinds = ("InputDocuments", "TranslatedDocuments", "DocumentsWithErrors")
    given = [told["JobDetails"][f"{kind}Count"] for kind in kinds]
    return given[0], given[1], given[2]


# -- what comes out --------------------------------------------------------------


def test_a_job(cloud: Any) -> None:
    """Documents of a folder in two languages, the list of each, and what is told."""
    cloud.put("one/in/a.html", PAGE.format("Hello"))
    cloud.put("one/in/more/b.html", PAGE.format("<b>you</b> there"))
    cloud.put("one/in/", "")
    cloud.put("one/input/c.html", PAGE.format("not in the folder"))
    identity = cloud.start(
        "one/in",
        JobName="Übersetzung 1",
        TargetLanguageCodes=["zh", "de"],
        Settings={"Profanity": "MASK"},
    )
    told = cloud.job(identity)
    assert told["JobId"] == identity
    assert len(identity) == 32
    assert told["JobStatus"] == "COMPLETED"
    assert told["Message"] == "Your job has completed successfully."
    assert counts(told) == (2, 2, 0)
    assert told["JobName"] == "Übersetzung 1"
    assert told["TargetLanguageCodes"] == ["zh", "de"]
    assert told["Settings"] == {"Profanity": "MASK"}
    assert told["SubmittedTime"] <= told["EndTime"]
    folder = f"s3://book/out/123456789012-TranslateText-{identity}/"
    assert told["OutputDataConfig"]["S3Uri"] == folder
    assert cloud.names(folder) == [
        "de.a.html",
        "details/de.auxiliary-translation-details.json",
        "details/zh.auxiliary-translation-details.json",
        "more/de.b.html",
        "more/zh.b.html",
        "zh.a.html",
    ]
    assert cloud.get(f"{folder}zh.a.html") == PAGE.format(HELLO)
    expected = PAGE.format(f"<b>{pseudo('you')}</b> {pseudo('there')}")
    assert cloud.get(f"{folder}more/de.b.html") == expected
    assert details(cloud, told, "de") == {
        "sourceLanguageCode": "en",
        "targetLanguageCode": "de",
        "charactersTranslated": "14",
        "documentCountWithCustomerError": "0",
        "documentCountWithServerError": "0",
        "inputDataPrefix": "s3://book/one/in",
        "outputDataPrefix": folder,
        "details": [
            {"sourceFile": name, "targetFile": target, "auxiliaryData": {}}
            for name, target in (
                ("a.html", "de.a.html"),
                ("more/b.html", "more/de.b.html"),
            )
        ],
    }


def test_folders_of_many_pages(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 lists a thousand objects at a time; all of them are translated."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    for number in range(5):
        cloud.put(f"pages/{number}.html", PAGE.format("Hello"))
    job = cloud.start("pages")
    assert counts(cloud.job(job)) == (5, 5, 0)


def test_plain_text_into_the_root_of_a_bucket(cloud: Any) -> None:
    """Every line is translated; output needs no folder of its own."""
    cloud.put("plain/a.txt", "Hello\n\n<b>\n")
    output = {"S3Uri": "s3://book"}
    job = cloud.start("plain/", kind="text/plain", OutputDataConfig=output)
    folder = cloud.job(job)["OutputDataConfig"]["S3Uri"]
    assert folder == f"s3://book/123456789012-TranslateText-{job}/"
    assert cloud.get(f"{folder}zh.a.txt") == f"{HELLO}\n\n<ƀ>\n"


def test_a_terminology(cloud: Any) -> None:
    """Its terms are put in, and listed with each document."""
    data = {"File": "en,zh\nred,红\n".encode(), "Format": "CSV"}
    cloud.client.import_terminology(
        Name="terms", MergeStrategy="OVERWRITE", TerminologyData=data
    )
    cloud.put("terms/a.html", PAGE.format("red you"))
    told = cloud.job(cloud.start("terms", TerminologyNames=["terms"]))
    assert told["TerminologyNames"] == ["terms"]
    folder = told["OutputDataConfig"]["S3Uri"]
    assert cloud.get(f"{folder}zh.a.html") == PAGE.format(f"红 {pseudo('you')}")
    (entry,) = details(cloud, told)["details"]
    terms = [{"sourceText": "red", "targetText": "红"}]
    applied = {"appliedTerminologies": [{"name": "terms", "terms": terms}]}
    assert entry["auxiliaryData"] == applied


def test_storage_is_nobody_elses(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No profile, proxy or endpoint of the user; a bucket may be made twice."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    with Standin(s3=True) as service:
        assert service.s3_url.startswith("http://127.0.0.1:")
        assert service.bucket("mine") == service.bucket("mine") == "mine"
        with pytest.raises(ValueError, match="My Bucket"):
            service.bucket("My Bucket")
        monkeypatch.delenv("AWS_PROFILE")
        monkeypatch.delenv("HTTP_PROXY")
        client = connect(service.url)
        with pytest.raises(client.exceptions.InvalidRequestException, match="no docum"):
            client.start_text_translation_job(
                InputDataConfig={"S3Uri": "s3://mine/in", "ContentType": "text/html"},
                OutputDataConfig={"S3Uri": "s3://mine"},
                DataAccessRoleArn="arn:aws:iam::123456789012:role/amts",
                SourceLanguageCode="en",
                TargetLanguageCodes=["zh"],
            )
    assert service.s3_url == ""


def test_nothing_outlives_the_last_stand_in() -> None:
    """What moto keeps is forgotten, or tests would depend on those before them."""
    script = (
        "from amts_sphinx.testing.standin import Standin\n"
        "for _ in range(2):\n"
        "    with Standin(s3=True) as service:\n"
        "        client = service._storage._client\n"
        "        print(len(client.list_buckets()['Buckets']))\n"
        "        service.bucket('mine')\n"
    )
    root = str(Path(amts_sphinx.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
    )
    assert done.stdout.split() == ["0", "0"]


# -- parallel data ---------------------------------------------------------------


def test_parallel_data_are_used(cloud: Any) -> None:
    """A sentence that is an example's source becomes its target, also within tags."""
    cloud.create("used", "en,zh,de\nHello,old,H\nHello,你好 & <b>,H\na < b,甲,A\n")
    blocks = ["Hello", " <i>Hello</i><br>", "Hello <b>Hello</b>", "a &lt; b", "Hello!"]
    cloud.put("used/a.html", "".join(f"<p>{block}</p>" for block in blocks))
    told = cloud.job(cloud.start("used", ParallelDataNames=["used"]))
    assert told["ParallelDataNames"] == ["used"]
    expected = [
        "你好 &amp; &lt;b&gt;",
        " <i>你好 &amp; &lt;b&gt;</i><br>",
        f"{HELLO} <b>{HELLO}</b>",
        "甲",
        f"{HELLO}!",
    ]
    folder = told["OutputDataConfig"]["S3Uri"]
    got = cloud.get(f"{folder}zh.a.html")
    assert got == "".join(f"<p>{block}</p>" for block in expected)
    record = cloud.service.ledger.asked[-2]
    assert record.operation == "ActiveCustomTranslationJob"
    plain = cloud.job(cloud.start("used"))["OutputDataConfig"]["S3Uri"]
    assert "你好" not in cloud.get(f"{plain}zh.a.html")


def unit(attributes: str, source: str, target: str) -> str:
    """A unit of a TMX file."""
    variants = "".join(
        f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>'
        for code, text in (("en", source), ("zh", target))
    )
    return f"<tu {attributes}>{variants}</tu>"


@pytest.mark.parametrize(
    ("units", "text"),
    [
        ([unit("", "Hello", "a"), unit("", "Hello", "b")], "b"),
        (
            [
                unit('changedate="20260102T000000Z"', "Hello", "a"),
                unit('changedate="20260101T000000Z"', "Hello", "b"),
                unit("", "Hello", "c"),
            ],
            "a",
        ),
        ([unit("", "Hel<ph>x</ph>lo", "a<bpt>x</bpt>&amp;<hi>b</hi>")], "a&amp;b"),
    ],
)
def test_which_unit_counts(cloud: Any, units: list[str], text: str) -> None:
    """The newest of those with the same source, else the last; without codes."""
    header = '<tmx version="1.4"><header srclang="en"/><body>'
    cloud.create("units", f"{header}{''.join(units)}</body></tmx>", "TMX")
    cloud.put("units/a.html", PAGE.format("Hello"))
    job = cloud.start("units", ParallelDataNames=["units"], SourceLanguageCode="auto")
    told = cloud.job(job)
    folder = told["OutputDataConfig"]["S3Uri"]
    assert cloud.get(f"{folder}zh.a.html") == PAGE.format(text)
    assert details(cloud, told)["sourceLanguageCode"] == "en"
    cloud.client.delete_parallel_data(Name="units")


def test_the_call_as_it_was_printed(cloud: Any) -> None:
    """A bare name is no list: boto3 says so before it sends anything."""
    cloud.create("printed", "en,zh\nHello,你好\n")
    cloud.imported("printed")
    cloud.put("printed/a.html", PAGE.format("Hello"))
    before = cloud.service.ledger.requests
    with pytest.raises(ParamValidationError, match="ParallelDataNames"):
        cloud.start("printed", ParallelDataNames="printed")
    assert cloud.service.ledger.requests == before
    folder = cloud.job(cloud.start("printed", ParallelDataNames=["printed"]))[
        "OutputDataConfig"
    ]["S3Uri"]
    assert cloud.get(f"{folder}zh.a.html") == PAGE.format("你好")


def test_parallel_data_that_cannot_be_used(cloud: Any) -> None:
    """Unknown, two of them, not ACTIVE, of other languages."""
    cloud.put("cannot/a.html", PAGE.format("Hello"))
    cloud.create("good", "en,zh\nHello,你好\n")
    cloud.create("failed", "en,zh\n")
    errors = cloud.client.exceptions
    with pytest.raises(errors.ResourceNotFoundException):
        cloud.start("cannot", ParallelDataNames=["nothing"])
    cases: list[tuple[dict[str, Any], str]] = [
        ({"ParallelDataNames": ["good", "failed"]}, "One parallel"),
        ({"ParallelDataNames": ["failed"]}, "must be ACTIVE, not FAILED"),
        ({"TargetLanguageCodes": ["zh", "de"]}, "from en to zh"),
        ({"SourceLanguageCode": "de"}, "not from de"),
    ]
    for members, says in cases:
        given = {"ParallelDataNames": ["good"], **members}
        with pytest.raises(errors.InvalidRequestException, match=says):
            cloud.start("cannot", **given)
    cloud.service.faults = Faults(parallel_data_delay=3600)
    cloud.create("early", "en,zh\nHello,你好\n")
    with pytest.raises(errors.InvalidRequestException, match="not CREATING"):
        cloud.start("cannot", ParallelDataNames=["early"])


# -- states ----------------------------------------------------------------------


def test_states(cloud: Any) -> None:
    """SUBMITTED at first, then IN_PROGRESS, then done, and no output before that."""
    cloud.put("states/a.html", PAGE.format("Hello"))
    cloud.service.faults = LATER
    job = cloud.start("states")
    seen = [cloud.job(job) for _ in range(3)]
    states = [told["JobStatus"] for told in seen]
    assert states == ["SUBMITTED", "IN_PROGRESS", "IN_PROGRESS"]
    assert not {"EndTime", "JobDetails", "Message"} & set(seen[-1])
    assert cloud.names(seen[-1]["OutputDataConfig"]["S3Uri"]) == []
    cloud.service.faults = Faults(job_delay=1e-6)
    done = cloud.job(job)
    assert done["JobStatus"] == "COMPLETED"
    assert cloud.job(job) == done
    assert cloud.service.ledger.documents == 1


def test_stopping(cloud: Any) -> None:
    """STOP_REQUESTED, then STOPPED without output; what has ended stays as it is."""
    cloud.put("stop/a.html", PAGE.format("Hello"))
    cloud.service.faults = LATER
    job = cloud.start("stop")
    stop = cloud.client.stop_text_translation_job
    answer = stop(JobId=job)
    assert (answer["JobId"], answer["JobStatus"]) == (job, "STOP_REQUESTED")
    cloud.service.faults = Faults()
    told = cloud.job(job)
    assert told["JobStatus"] == "STOPPED"
    assert told["EndTime"]
    assert cloud.names(told["OutputDataConfig"]["S3Uri"]) == []
    assert stop(JobId=job)["JobStatus"] == "STOPPED"
    assert stop(JobId=cloud.start("stop"))["JobStatus"] == "COMPLETED"
    for call in (stop, cloud.client.describe_text_translation_job):
        with pytest.raises(cloud.client.exceptions.ResourceNotFoundException):
            call(JobId="nothing")


def test_jobs_wait_for_each_other(
    empty_cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten run, a thousand wait, one more is refused; then they go on in order."""
    cloud = empty_cloud
    assert (jobs.RUNNING, jobs.WAITING) == (10, 1000)
    monkeypatch.setattr(jobs, "WAITING", 2)
    cloud.put("many/a.html", PAGE.format("Hello"))
    cloud.service.faults = LATER
    started = [cloud.start("many") for _ in range(12)]
    with pytest.raises(cloud.client.exceptions.TooManyRequestsException):
        cloud.start("many")
    states = [cloud.job(job)["JobStatus"] for job in started]
    assert states == ["IN_PROGRESS"] * 10 + ["SUBMITTED"] * 2
    cloud.client.stop_text_translation_job(JobId=started[0])
    states = [cloud.job(job)["JobStatus"] for job in started]
    assert states == ["STOPPED"] + ["IN_PROGRESS"] * 10 + ["SUBMITTED"]
    cloud.service.faults = Faults()
    states = [cloud.job(job)["JobStatus"] for job in started]
    assert states == ["STOPPED"] + ["COMPLETED"] * 11


# -- what goes wrong -------------------------------------------------------------


def test_documents_that_fail(cloud: Any) -> None:
    """They are listed without a target; the others are translated and paid for."""
    documents = {
        "POISON.html": PAGE.format("a"),
        "good.html": PAGE.format("Hello"),
        "poisoned.html": PAGE.format("a POISON b"),
        "no-utf8.html": b"\xff",
        "text.html": PAGE.format("a" * 1_000_001),
        "wide.html": PAGE.format("长" * 350_000),
        "large.html": b"<!--" + b"x" * (20 * 1024**2) + b"-->",
    }
    for name, content in documents.items():
        cloud.put(f"fail/{name}", content)
    told = cloud.job(cloud.start("fail"))
    assert told["JobStatus"] == "COMPLETED_WITH_ERROR"
    assert counts(told) == (7, 1, 6)
    found = details(cloud, told)
    assert found["documentCountWithCustomerError"] == "6"
    assert found["charactersTranslated"] == "5"
    entries = {one["sourceFile"]: one for one in found["details"]}
    assert set(entries) == set(documents)
    assert entries.pop("good.html")["targetFile"] == "zh.good.html"
    for entry in entries.values():
        assert "targetFile" not in entry
        error = entry["auxiliaryData"]["error"]
        assert error["errorCode"] == "InvalidRequestException"
        assert error["errorMessage"]
    assert cloud.service.ledger.billed == 5
    cloud.service.faults = Faults(poison_document="")
    assert counts(cloud.job(cloud.start("fail"))) == (7, 3, 4)


def test_a_job_that_fails(cloud: Any) -> None:
    """FAILED says why, and leaves nothing behind."""
    cloud.put("failed/a.html", PAGE.format("Hello"))
    cloud.service.faults = Faults(job_fails="The role cannot be assumed")
    told = cloud.job(cloud.start("failed"))
    assert told["JobStatus"] == "FAILED"
    assert told["Message"] == "The role cannot be assumed"
    assert counts(told) == (1, 0, 0)
    assert cloud.names(told["OutputDataConfig"]["S3Uri"]) == []


def test_a_bucket_that_goes_away(cloud: Any) -> None:
    """What cannot be written any more fails the job, in words."""
    cloud.put("away/a.html", PAGE.format("Hello"))
    cloud.service.bucket("away")
    cloud.service.faults = LATER
    job = cloud.start("away", OutputDataConfig={"S3Uri": "s3://away/out"})
    cloud.s3.delete_bucket(Bucket="away")
    cloud.service.faults = Faults()
    told = cloud.job(job)
    assert told["JobStatus"] == "FAILED"
    assert "NoSuchBucket" in told["Message"]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"InputDataConfig": {"S3Uri": "s3://book"}}, "must be in a folder"),
        ({"InputDataConfig": {"S3Uri": "s3://book/"}}, "must be in a folder"),
        ({"InputDataConfig": {"S3Uri": "s3://book/empty"}}, "no documents"),
        ({"InputDataConfig": {"S3Uri": "s3://book/nested"}}, "named details"),
        ({"InputDataConfig": {"S3Uri": "s3://nobody/in"}}, "NoSuchBucket"),
        ({"InputDataConfig": {"S3Uri": "s3://paris/in"}}, "eu-west-3"),
        ({"OutputDataConfig": {"S3Uri": "s3://nobody/out"}}, "NoSuchBucket"),
        ({"OutputDataConfig": {"S3Uri": "s3://paris/out"}}, "eu-west-3"),
        ({"kind": "application/x-xliff+xml"}, "not built"),
        ({"TargetLanguageCodes": ["zh", "zh"]}, "10 different"),
        (
            {
                "TargetLanguageCodes": [
                    *("zh", "de", "fr", "es", "it", "nl", "pt", "ja", "ko", "hi", "ru")
                ]
            },
            "10 different",
        ),
        ({"Settings": {"Brevity": "ON"}}, "Brevity"),
        ({"TerminologyNames": ["a", "b"]}, "One terminology"),
    ],
)
def test_jobs_that_are_refused(cloud: Any, members: dict[str, Any], says: str) -> None:
    """What the model allows and the documents do not, each in words."""
    cloud.put("refused/a.html", PAGE.format("Hello"))
    cloud.put("nested/b/details/a.html", PAGE.format("Hello"))
    place = {"LocationConstraint": "eu-west-3"}
    if "paris" in str(members):
        cloud.s3.create_bucket(Bucket="paris", CreateBucketConfiguration=place)
        cloud.s3.put_object(Bucket="paris", Key="in/a.html", Body=b"a")
    if "InputDataConfig" in members:
        members["InputDataConfig"]["ContentType"] = "text/html"
    with pytest.raises(cloud.client.exceptions.InvalidRequestException, match=says):
        cloud.start("refused", **members)
    if "paris" in str(members):
        cloud.s3.delete_object(Bucket="paris", Key="in/a.html")
        cloud.s3.delete_bucket(Bucket="paris")
    assert cloud.service.ledger.outcomes["refused"] == 1


@pytest.mark.parametrize(
    ("name", "most", "says"),
    [
        ("TARGETS", 2, "1 different target languages"),
        ("DOCUMENTS", 2, "not 2 of 20"),
        ("BYTES", 20, "of 19 bytes at most"),
    ],
)
def test_more_than_a_job_has(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, name: str, most: int, says: str
) -> None:
    """As much as there may be is taken; where there may be less, it is refused."""
    for document in "ab":
        cloud.put(f"more/{document}.html", "0123456789")
    targets = ["zh", "de"]
    monkeypatch.setattr(starting, name, most)
    cloud.start("more", TargetLanguageCodes=targets)
    monkeypatch.setattr(starting, name, most - 1)
    with pytest.raises(cloud.client.exceptions.InvalidRequestException) as raised:
        cloud.start("more", TargetLanguageCodes=targets)
    assert says in str(raised.value)


def test_languages_and_names_that_do_not_exist(cloud: Any) -> None:
    """These have errors of their own."""
    cloud.put("unknown/a.html", PAGE.format("Hello"))
    errors = cloud.client.exceptions
    with pytest.raises(errors.UnsupportedLanguagePairException) as raised:
        cloud.start("unknown", TargetLanguageCodes=["zh", "xx"])
    assert raised.value.response["TargetLanguageCode"] == "xx"
    with pytest.raises(errors.ResourceNotFoundException):
        cloud.start("unknown", TerminologyNames=["nothing"])
    with pytest.raises(errors.ClientError, match="dataAccessRoleArn"):
        cloud.start("unknown", DataAccessRoleArn="arn:aws:iam::1:user/amtsamts")


def test_documents_are_spoilt_like_any_others(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same faults, and always the same ones whoever looks when."""
    blocks = "".join(f'<p id="{n}">a <b id="{n}">c</b></p>' for n in range(20))
    cloud.put("spoilt/a.html", f"<html><body>{blocks}</body></html>")
    spoilt = Faults(damage={"dropped": 0.5}, lost_boundaries=1)
    answers = []
    for looks in (1, 3):
        # the same number among all jobs gives the same job
        monkeypatch.setattr(cloud.service._server.service.state.jobs, "known", [])
        cloud.service.faults = spoilt
        job = cloud.start("spoilt")
        for _ in range(looks):
            cloud.client.list_terminologies()
        folder = cloud.job(job)["OutputDataConfig"]["S3Uri"]
        answers.append(cloud.get(f"{folder}zh.a.html"))
    assert answers[0] == answers[1]
    assert 0 < answers[0].count("<b") < 20
    assert len(answers[0].split('<p id="')) < 21 or answers[0].count("<p>")


# -- finding a job again, and not starting it twice ------------------------------


def test_tokens(cloud: Any, connect: Callable[..., Any]) -> None:
    """The same request with the same token is one job, also when answers get lost."""
    cloud.put("token/a.html", PAGE.format("Hello"))
    first = cloud.start("token", ClientToken="job-token", JobName="tokens")
    assert cloud.job(first)["JobStatus"] == "COMPLETED"
    assert cloud.start("token", ClientToken="job-token", JobName="tokens") == first
    with pytest.raises(cloud.client.exceptions.InvalidRequestException, match="token"):
        cloud.start("token", ClientToken="job-token", JobName="others")
    again = type(cloud)(
        cloud.service,
        connect(cloud.service.url, retries={"total_max_attempts": 30}),
        cloud.s3,
        cloud.bucket,
    )
    cloud.service.faults = Faults(dropped=0.6, seed=1)
    for _ in range(4):
        again.start("token", JobName="lost")
    cloud.service.faults = Faults()
    found = cloud.client.list_text_translation_jobs(Filter={"JobName": "lost"})
    assert len(found["TextTranslationJobPropertiesList"]) == 4


def test_lists(empty_cloud: Any) -> None:
    """By name, by status, by time, the newest first, page by page."""
    cloud = empty_cloud
    cloud.put("list/a.html", PAGE.format("Hello"))
    ids = [cloud.start("list", JobName=f"job {number % 2}") for number in range(5)]
    cloud.job(ids[-1])
    cloud.service.faults = LATER
    ids.append(cloud.start("list"))

    def listed(**given: Any) -> list[str]:
        """Ids of all pages."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = cloud.client.list_text_translation_jobs(
                MaxResults=2, **given, **more
            )
            found += [one["JobId"] for one in page["TextTranslationJobPropertiesList"]]
            if "NextToken" not in page:
                return found
            more = {"NextToken": page["NextToken"]}

    assert listed() == ids[::-1]
    assert listed(Filter={"JobName": "job 1"}) == [ids[3], ids[1]]
    assert listed(Filter={"JobStatus": "COMPLETED"}) == ids[4::-1]
    assert listed(Filter={"JobStatus": "IN_PROGRESS"}) == ids[5:]
    assert listed(Filter={"JobName": "nothing"}) == []
    time = cloud.job(ids[2])["SubmittedTime"]
    older, newer = time - timedelta(days=1), time + timedelta(days=1)
    assert listed(Filter={"SubmittedAfterTime": older}) == ids[::-1]
    assert listed(Filter={"SubmittedBeforeTime": newer}) == ids
    assert listed(Filter={"SubmittedAfterTime": newer}) == []
    assert listed(Filter={"SubmittedBeforeTime": older}) == []
    two = {"JobName": "job 1", "JobStatus": "COMPLETED"}
    with pytest.raises(cloud.client.exceptions.InvalidFilterException):
        cloud.client.list_text_translation_jobs(Filter=two)


# -- limits and books ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("start_text_translation_job", 5),
        ("stop_text_translation_job", 5),
        ("describe_text_translation_job", 10),
        ("list_text_translation_jobs", 10),
    ],
)
def test_rates(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    """With limits, five or ten calls a second of each kind; without, any number."""
    cloud.put("rates/a.html", PAGE.format("Hello"))
    job = cloud.start("rates")
    members = {"JobId": job} if "list" not in name else {}

    def answered() -> int:
        """How many of so many calls at once are answered."""
        count = 0
        for _ in range(most + 2):
            try:
                if "start" in name:
                    cloud.start("rates")
                else:
                    getattr(cloud.client, name)(**members)
            except cloud.client.exceptions.TooManyRequestsException:
                continue
            count += 1
        return count

    now = [0.0]
    clock: SimpleNamespace = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr(weather, "time", clock)
    cloud.service.faults = Faults(job_rate_limits=True)
    assert answered() == most
    now[0] = 0.2
    assert answered() == most / 5
    now[0] = 100
    assert answered() == most
    assert cloud.service.ledger.outcomes["throttled"] == 2 + (most + 2 - most / 5) + 2
    cloud.service.faults = Faults()
    assert answered() == most + 2


def test_books(cloud: Any) -> None:
    """A document is billed once a language, when it is translated, never before."""
    cloud.put("books/a.html", PAGE.format("Hello <b>you</b>"))
    cloud.put(
        "books/b.html", "<html><head><title>x</title></head><body>ab</body></html>"
    )
    ledger = cloud.service.ledger
    job = cloud.start("books", TargetLanguageCodes=["zh", "de", "en"])
    assert ledger.billed == 0
    cloud.job(job)
    cloud.job(job)
    assert ledger.billed == 2 * (len("Hello you") + len("ab"))
    assert (ledger.requests, ledger.answered, ledger.documents) == (3, 3, 6)
    records = [one for one in ledger.asked if one.operation == "TextTranslationJob"]
    assert [one.texts for one in records[:2]] == [("Hello <b>you</b>",), ("ab",)]
    assert [one.billed for one in records] == [9, 2, 9, 2, 0, 0]
    total = sum(
        int(details(cloud, cloud.job(job), code)["charactersTranslated"])
        for code in ("zh", "de", "en")
    )
    assert total == ledger.billed
