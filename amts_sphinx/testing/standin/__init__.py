"""A stand-in for Amazon Translate, on this machine, for tests and demonstrations.

It is an HTTP endpoint that speaks the service's protocol (JSON 1.1), so that boto3 with
``AWS_ENDPOINT_URL_TRANSLATE`` takes it for the service.  Requests are validated by
botocore's own model of the service, more strictly than a client does it, and by the
rules that are only documented.  The translation is that of one of our offline engines;
how good Amazon is cannot be learnt here.  Batch jobs and parallel data work on an S3
beside it; that the examples were used can be seen, not what they are worth.  It fails
on demand, in every way a service can, always in the same way for the same seed, and
keeps a ledger of what was asked and what would have been billed, to which a client's
own books must agree.

``python -m amts_sphinx.testing.standin`` starts it by itself.
"""

from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.ledger import Ledger, Record
from amts_sphinx.testing.standin.server import Standin

__all__ = ["Faults", "Ledger", "Record", "Standin"]
