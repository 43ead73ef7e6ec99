"""The operations on what the service keeps, terminologies, and on what it knows."""

from __future__ import annotations

from amts_sphinx.testing.standin.calls import Answer, Call, arn, page
from amts_sphinx.text.languages import PROFILES


def import_terminology(call: Call) -> Answer:
    """ImportTerminology: at once, as at Amazon."""
    name = call.request["Name"]
    place = arn(call, "terminology", name)
    call.state.tags.check(place, call.request.get("Tags", []))
    terminology = call.state.terminologies.put(call.request, place)
    call.state.tags.put(place, call.request.get("Tags", []))
    return Answer({"TerminologyProperties": terminology.properties})


def get_terminology(call: Call) -> Answer:
    """GetTerminology; its file can be fetched from the stand-in."""
    terminology = call.state.terminologies.get(call.request["Name"])
    place = f"{call.state.url}/_standin/terminology/{call.request['Name']}"
    return Answer(
        {
            "TerminologyProperties": terminology.properties,
            "TerminologyDataLocation": {"RepositoryType": "S3", "Location": place},
        }
    )


def list_terminologies(call: Call) -> Answer:
    """ListTerminologies, by name."""
    known = [one.properties for one in call.state.terminologies.all()]
    shown, more = page(call, known)
    return Answer({"TerminologyPropertiesList": shown, **more})


def delete_terminology(call: Call) -> Answer:
    """DeleteTerminology."""
    call.state.terminologies.delete(call.request["Name"])
    call.state.tags.forget(arn(call, "terminology", call.request["Name"]))
    return Answer({})


def list_languages(call: Call) -> Answer:
    """ListLanguages, with Unicode's names of them rather than Amazon's."""
    from babel import Locale  # noqa: PLC0415 - heavy

    display = call.request.get("DisplayLanguageCode", "en")
    locale = Locale.parse(display, sep="-")
    codes, more = page(call, ["auto", *sorted(PROFILES)])
    languages = [
        {
            "LanguageCode": code,
            "LanguageName": "Auto"
            if code == "auto"
            else Locale.parse(code, sep="-").get_display_name(locale) or code,
        }
        for code in codes
    ]
    return Answer({"Languages": languages, "DisplayLanguageCode": display, **more})
