"""The four operations on batch jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.batch import work
from amts_sphinx.testing.standin.calls import Answer, Call, now, page, stored
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.jobs import Job, Jobs
from amts_sphinx.testing.standin.starting import documents, examples
from amts_sphinx.testing.standin.storage import ACCOUNT
from amts_sphinx.testing.standin.translating import terminology


def start_text_translation_job(call: Call) -> Answer:
    """StartTextTranslationJob: it is checked and begins."""
    jobs = _looked(call)

    def start() -> dict[str, Any]:
        with jobs.lock:
            job = Job(
                jobs.next_id(),
                call.request,
                now(),
                "",
                documents(call),
                terminology(call),
                examples(call),
            )
            output = call.request["OutputDataConfig"]["S3Uri"].rstrip("/")
            job.output = f"{output}/{ACCOUNT}-TranslateText-{job.id}/"
            jobs.add(job)
        return {"JobId": job.id, "JobStatus": job.status}

    tokens = call.state.tokens
    return Answer(tokens.once("StartTextTranslationJob", call.request, start))


def describe_text_translation_job(call: Call) -> Answer:
    """DescribeTextTranslationJob."""
    jobs = _looked(call)
    with jobs.lock:
        properties = jobs.get(call.request["JobId"]).properties
    return Answer({"TextTranslationJobProperties": properties})


def list_text_translation_jobs(call: Call) -> Answer:
    """ListTextTranslationJobs: the newest first, unless all before a time are asked.

    Raises ServiceError for more than one filter; as documented, only one may be set.
    """
    jobs = _looked(call)
    given = call.request.get("Filter", {})
    if len(given) > 1:
        message = f"Only one filter can be set at a time, not {', '.join(given)}"
        raise ServiceError(errors.INVALID_FILTER, message)
    with jobs.lock:
        found = [job.properties for job in jobs.known if _fits(job, given)]
    if "SubmittedBeforeTime" not in given:
        found.reverse()
    shown, more = page(call, found)
    return Answer({"TextTranslationJobPropertiesList": shown, **more})


def stop_text_translation_job(call: Call) -> Answer:
    """StopTextTranslationJob: STOPPED at the next look, unless it had ended."""
    job = _looked(call).stop(call.request["JobId"])
    return Answer({"JobId": job.id, "JobStatus": job.status})


def _looked(call: Call) -> Jobs:
    """All jobs as they are now; raises ServiceError if there is no storage."""
    stored(call)
    call.state.jobs.look(call.faults.job_delay, lambda job: work(call, job))
    return call.state.jobs


def _fits(job: Job, given: Mapping[str, Any]) -> bool:
    """Does a job pass the filter?"""
    return (
        given.get("JobName") in {None, job.request.get("JobName")}
        and given.get("JobStatus") in {None, job.status}
        and given.get("SubmittedBeforeTime", job.submitted + 1) > job.submitted
        and given.get("SubmittedAfterTime", job.submitted - 1) < job.submitted
    )
