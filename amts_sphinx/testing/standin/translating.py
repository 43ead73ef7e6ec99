"""The two operations that translate at once, and the rules the model does not know.

Limits in bytes, which languages there are, what a setting may be used for: all as
documented; where Amazon's documents leave it open, the dearer or stricter guess.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from amts_sphinx.testing.standin import damage, errors, html
from amts_sphinx.testing.standin.calls import Answer, Call
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.sentence import has_markup
from amts_sphinx.testing.standin.terminologies import Terminology
from amts_sphinx.testing.standin.translation import Task, translated
from amts_sphinx.text.languages import PROFILES

#: bytes of UTF-8 that TranslateText and TranslateDocument take
TEXT_BYTES, DOCUMENT_BYTES = 10_000, 102_400
_ANSWER_CHARACTERS = 20_000
#: target languages that have a formality, by Amazon's developer guide
FORMALITY = frozenset({"de", "es", "es-MX", "fr", "fr-CA", "hi"}) | frozenset(
    {"it", "ja", "ko", "nl", "pt-PT"}
)


def limit(operation: str, given: Any) -> None:
    """Raise ServiceError if a text is too long, before the model has its say."""
    if operation == "TranslateText" and isinstance(given.get("Text"), str):
        size = len(given["Text"].encode("utf-8", "surrogatepass"))
        if size > TEXT_BYTES:
            message = (
                "Input text size exceeds limit. Max length of request text allowed is "
                f"{TEXT_BYTES} bytes while in this request the text size is "
                f"{size} bytes"
            )
            raise ServiceError(errors.TEXT_SIZE_LIMIT_EXCEEDED, message)
    elif operation == "TranslateDocument" and isinstance(given.get("Document"), dict):
        try:
            size = len(b64decode(given["Document"].get("Content", "")))
        except (TypeError, ValueError):
            return  # the model says so in better words
        if size > DOCUMENT_BYTES:
            message = f"A document has {DOCUMENT_BYTES} bytes at most, not {size}"
            raise ServiceError(errors.INVALID_REQUEST, message)


def texts(operation: str, request: dict[str, Any]) -> tuple[str, ...]:
    """The texts that a request asks to translate, as the ledger shows them."""
    if operation == "TranslateText":
        return (request["Text"],)
    if operation == "TranslateDocument":
        document = request["Document"]
        content = document["Content"].decode("utf-8", "replace")
        return split(content, document["ContentType"]).blocks
    return ()


def translate_text(call: Call) -> Answer:
    """TranslateText: a text that is taken for HTML if it looks like it.

    Tags are billed here; whether Amazon does so is not known, and this is the dearer
    guess.
    """
    text = call.request["Text"]
    task = _task(call, markup=has_markup(text))
    (answer,), used = translated(call.state.engines, task, [text])
    members = {"TranslatedText": answer[:_ANSWER_CHARACTERS]}
    return _answer(call, task, members, used, len(text))


def translate_document(call: Call) -> Answer:
    """TranslateDocument: HTML or plain text, from English or into English.

    Text outside of tags is billed, also what may not be translated: the dearer guess.
    """
    given = call.request["Document"]
    kind, settings = given["ContentType"], call.request.get("Settings", {})
    if kind not in {"text/html", "text/plain"}:
        raise ServiceError(
            errors.INVALID_REQUEST,
            f"Stand-in: documents are text/html or text/plain, not {kind}",
        )
    try:
        content = given["Content"].decode()
    except UnicodeDecodeError as error:
        raise ServiceError(
            errors.INVALID_REQUEST, f"The document is not UTF-8: {error}"
        ) from None
    task = _task(call, markup=kind == "text/html")
    if "en" not in {task.source, task.target}:
        raise _unsupported(call, "one of the languages of a document must be en")
    if "Brevity" in settings:
        raise ServiceError(
            errors.INVALID_REQUEST, "Brevity is not supported by TranslateDocument"
        )
    if "Formality" in settings and task.target not in FORMALITY:
        raise ServiceError(
            errors.INVALID_REQUEST,
            f"Formality is not supported for the target {task.target!r}",
        )
    document = split(content, kind)
    done = rendered(call, task, document)
    members = {
        "TranslatedDocument": {"Content": done.content.encode("utf-8", "surrogatepass")}
    }
    return _answer(call, task, members, done.used, document.characters)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document translated."""

    content: str  #: the translation
    used: set[str]  #: terms of the terminology
    billed: int  #: characters


def rendered(call: Call, task: Task, document: html.Document) -> Rendered:
    """Translate a document, and spoil it as the faults say."""
    answers, used = translated(call.state.engines, task, document.blocks)
    done = document.replaced(answers)
    if task.markup and task.random.random() < call.faults.lost_boundaries:
        done = damage.merged(done, task.random)
    billed = 0 if task.source == task.target else document.characters
    return Rendered("".join(done.pieces), used, billed)


def split(content: str, kind: str) -> html.Document:
    """The blocks of an HTML page, or the lines of a text."""
    if kind == "text/html":
        return html.split(content)
    pieces = [""]
    for line in content.splitlines(keepends=True):
        text = line.rstrip("\r\n")
        if text.strip():
            pieces += (text, line[len(text) :])
        else:
            pieces[-1] += line
    return html.Document(tuple(pieces), len(content))


def _task(call: Call, *, markup: bool) -> Task:
    """How to translate what is asked; raises ServiceError where it must not be."""
    source, target = (
        call.request[f"{side}LanguageCode"] for side in ("Source", "Target")
    )
    if source == "auto":
        source = "en"  # the stand-in knows no other language
    for code in (source, target):
        if code not in PROFILES:
            raise _unsupported(call, f"there is no language {code!r}")
    named = terminology(call)
    terms = named.terms(source, target) if named else {}
    spoilt = call.faults.damage
    return Task(source, target, terms, spoilt, call.random, markup=markup)


def terminology(call: Call) -> Terminology | None:
    """The terminology a request names; raises ServiceError if there is none."""
    names = call.request.get("TerminologyNames", [])
    if len(names) > 1:
        raise ServiceError(
            errors.INVALID_REQUEST,
            f"One terminology may be used at a time, not {len(names)}",
        )
    return call.state.terminologies.get(names[0]) if names else None


def _answer(
    call: Call, task: Task, members: dict[str, Any], used: set[str], characters: int
) -> Answer:
    """What both ways of translating answer beside the translation."""
    settings = dict(call.request.get("Settings", {}))
    if task.target not in FORMALITY:
        settings.pop("Formality", None)
    members |= {"SourceLanguageCode": task.source, "TargetLanguageCode": task.target}
    if settings:
        members["AppliedSettings"] = settings
    if names := call.request.get("TerminologyNames"):
        applied = [
            {"SourceText": term, "TargetText": task.terms[term]}
            for term in sorted(used)
        ]
        members["AppliedTerminologies"] = [{"Name": names[0], "Terms": applied}]
    return Answer(members, 0 if task.source == task.target else characters)


def _unsupported(call: Call, why: str) -> ServiceError:
    source, target = (
        call.request[f"{side}LanguageCode"] for side in ("Source", "Target")
    )
    message = f"Unsupported language pair: {source} to {target}: {why}"
    members = {"SourceLanguageCode": source, "TargetLanguageCode": target}
    return ServiceError(errors.UNSUPPORTED_LANGUAGE_PAIR, message, **members)
