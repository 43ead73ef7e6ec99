"""Tags of terminologies and parallel data: kept, told, taken away."""

from __future__ import annotations

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.calls import Answer, Call
from amts_sphinx.testing.standin.errors import ServiceError


def tag_resource(call: Call) -> Answer:
    """TagResource."""
    call.state.tags.put(_known(call), call.request["Tags"])
    return Answer({})


def untag_resource(call: Call) -> Answer:
    """UntagResource; a key that is not there is no mistake."""
    call.state.tags.take(_known(call), call.request["TagKeys"])
    return Answer({})


def list_tags_for_resource(call: Call) -> Answer:
    """ListTagsForResource, by key."""
    found = call.state.tags.of(_known(call))
    return Answer({"Tags": [{"Key": k, "Value": v} for k, v in sorted(found.items())]})


def _known(call: Call) -> str:
    """The resource of a request; raises ServiceError if there is none."""
    given, state = str(call.request["ResourceArn"]), call.state
    arns = {one.properties["Arn"] for one in state.terminologies.all()}
    arns |= {one.properties["Arn"] for one in state.parallel.all()}
    if given not in arns:
        message = f"There is no resource {given!r}"
        raise ServiceError(errors.RESOURCE_NOT_FOUND, message)
    return given
