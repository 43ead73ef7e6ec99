"""What the service can do: the table that finds an operation by its name.

To build another operation is to write a function from ``Call`` to ``Answer`` and to add
a line here; requests reach it validated, and its answers are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from amts_sphinx.testing.standin import (
    adapting,
    errors,
    keeping,
    running,
    tagging,
    translating,
)
from amts_sphinx.testing.standin.calls import Answer, Call
from amts_sphinx.testing.standin.errors import ServiceError

#: every operation there is so far, by its name
OPERATIONS: Mapping[str, Callable[[Call], Answer]] = {
    "CreateParallelData": adapting.create_parallel_data,
    "DeleteParallelData": adapting.delete_parallel_data,
    "DeleteTerminology": keeping.delete_terminology,
    "DescribeTextTranslationJob": running.describe_text_translation_job,
    "GetParallelData": adapting.get_parallel_data,
    "GetTerminology": keeping.get_terminology,
    "ImportTerminology": keeping.import_terminology,
    "ListLanguages": keeping.list_languages,
    "ListParallelData": adapting.list_parallel_data,
    "ListTagsForResource": tagging.list_tags_for_resource,
    "ListTerminologies": keeping.list_terminologies,
    "ListTextTranslationJobs": running.list_text_translation_jobs,
    "StartTextTranslationJob": running.start_text_translation_job,
    "StopTextTranslationJob": running.stop_text_translation_job,
    "TagResource": tagging.tag_resource,
    "TranslateDocument": translating.translate_document,
    "TranslateText": translating.translate_text,
    "UntagResource": tagging.untag_resource,
    "UpdateParallelData": adapting.update_parallel_data,
}


def perform(operation: str, call: Call) -> Answer:
    """Do what is asked; raises ServiceError if it cannot be done."""
    if operation not in OPERATIONS:
        message = f"Stand-in: {operation} is not built yet"
        raise ServiceError(errors.INVALID_REQUEST, message)
    return OPERATIONS[operation](call)
