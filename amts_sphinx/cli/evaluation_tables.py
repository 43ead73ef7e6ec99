"""The tables of an evaluation, made of its data alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amts_sphinx.cli.tables import table

_NONE = "–"
#: bars of the drawing of work saved
_BAR = 40


def tables(data: Mapping[str, Any]) -> Iterator[str]:
    """All that an evaluation tells, for people."""
    yield from _head(data)
    yield ""
    yield from _systems(data)
    yield ""
    yield from _documents(data)
    yield ""
    yield from _workload(data["workload"])
    for part in (_checks, _terms):
        lines = list(part(data))
        if lines:
            yield ""
            yield from lines


def _head(data: Mapping[str, Any]) -> Iterator[str]:
    scored, reference = data["scored"], data["reference"]
    yield (
        f"{data['source_language']} to {data['language']}: {scored['messages']:,} of "
        f"{scored['of']:,} messages scored; {scored['without_reference']:,} have no "
        f"reference of their own, {scored['without_answer']:,} no answer"
    )
    yield f"reference: {reference['label']}"
    for one in reference["evidence"]:
        yield (
            f"  {one['kept']:.0%} of it stands in long runs of the drafts of "
            f"{one['engine']} ({one['sentences']:,} messages)"
        )
    signature = _signature(data)
    if signature:
        yield f"BLEU {signature}"


def _signature(data: Mapping[str, Any]) -> str:
    found = (one["bleu"] for one in data["systems"] if one["bleu"])
    return next((str(bleu["signature"]) for bleu in found), "")


def _systems(data: Mapping[str, Any]) -> Iterator[str]:
    """Each system beside the baseline."""
    head = (
        "system",
        "BLEU",
        "95 %",
        "of one",
        "chrF",
        "edit rate",
        "codes kept",
        "difference",
        "95 %",
        "p",
        "verdict",
        "leaked",
        "cost",
    )
    rows = [
        (
            one["name"],
            *_bleu(one["bleu"]),
            _number(one["bleu"] and one["bleu"]["of_one"], 3),
            _number(one["chrf"] and one["chrf"]["value"]),
            _number(one["edit_rate"], 3),
            _number(one["bleu_codes_kept"]),
            *_compared(one, data["baseline"]),
            f"{one['leaked_exact']:,}",
            _cost(one["cost"]),
        )
        for one in data["systems"]
    ]
    yield from table(head, rows)
    flagged = [one["name"] for one in data["systems"] if not one["comparable"]]
    for name in flagged:
        yield f"{name}: knew sentences that it was scored on; not comparable"


def _bleu(found: Mapping[str, Any] | None) -> tuple[str, str]:
    if not found:
        return _NONE, _NONE
    return _number(found["value"]), _range(found["low"], found["high"])


def _compared(one: Mapping[str, Any], baseline: str) -> tuple[str, str, str, str]:
    if one["name"] == baseline:
        return "baseline", "", "", ""
    found = one["comparison"]
    if not found:
        return _NONE, _NONE, _NONE, ""
    bounds = found["interval"] or (None, None)
    verdict = found["verdict"] if one["comparable"] else "not comparable"
    difference = f"{found['difference']:+.1f}"
    return difference, _range(*bounds), f"{found['p']:.3f}", verdict or "no difference"


def _documents(data: Mapping[str, Any]) -> Iterator[str]:
    """Pages, chapters and the book, of the baseline, above the floor."""
    systems = {one["name"]: one for one in data["systems"]}
    machine, floor = systems[data["baseline"]], systems["copy"]
    head = (
        "document",
        "messages",
        "BLEU",
        "95 %",
        "of one",
        "chrF",
        "edit rate",
        "copy",
        "leaked",
    )
    rows = []
    for name, one in machine["documents"].items():
        rows.append(_document(name, one, floor["documents"][name], one["leaked_exact"]))
    for name, one in machine["chapters"].items():
        if name:
            rows.append(_document(f"{name}/", one, floor["chapters"][name], ""))
    rows.append(_document("the book", machine, floor, machine["leaked_exact"]))
    yield from table(head, rows)
    mean = machine["bleu_mean_of_documents"]
    yield f"system: {data['baseline']}; mean BLEU of the documents: {_number(mean)}"


def _document(
    name: str, one: Mapping[str, Any], floor: Mapping[str, Any], leaked: object
) -> tuple[str, ...]:
    return (
        name,
        f"{one['messages']:,}",
        *_bleu(one["bleu"]),
        _number(one["bleu"] and one["bleu"]["of_one"], 3),
        _number(one["chrf"] and one["chrf"]["value"]),
        _number(one["edit_rate"], 3),
        _number(floor["bleu"] and floor["bleu"]["value"]),
        str(leaked),
    )


def _workload(data: Mapping[str, Any]) -> Iterator[str]:
    """The three numbers, the formula, and the goal as a line."""
    for one in data["measured"]:
        yield (
            f"measured: of {one['drafts']:,} drafts by {one['name']} people kept "
            f"{_share(one['kept'])} of the text, {_share(one['untouched_share'])} were "
            "not touched"
        )
        bands = ", ".join(f"{b['name']}: {_share(b['text'])}" for b in one["bands"])
        yield f"  text by similarity: {bands}"
        yield f"  {_bar(one['kept'] or 0.0, data['goal'])} goal {data['goal']:.0%}"
        yield f"  {one['formula']}"
    if not data["measured"]:
        yield "measured: no measurement yet; the reference is no edited draft"
    yield f"projected for machine text nobody has edited: {_share(data['projected'])}"
    yield f"reused, as its source did not change: {_share(data['reused'])} of the text"
    yield f"saved of translating all of it anew: {_share(data['saved'])}"
    yield f"  {data['formula']}"


def _bar(share: float, goal: float) -> str:
    filled, mark = round(share * _BAR), round(goal * _BAR)
    cells = ["━" if n < filled else "─" for n in range(_BAR)]
    cells.insert(mark, "│")
    return "".join(cells)


def _checks(data: Mapping[str, Any]) -> Iterator[str]:
    if data["checks"]:
        head = ("check", "machine", "severity", "people", "severity")
        rows = [
            (
                one["check"],
                f"{one['machine']:,}",
                one["machine_severity"],
                f"{one['human']:,}",
                one["human_severity"],
            )
            for one in data["checks"]
        ]
        yield from table(head, rows)


def _terms(data: Mapping[str, Any]) -> Iterator[str]:
    terms = data["terms"]
    if terms:
        head = ("term", "expected", "machine", "of", "people", "of")
        rows = [
            (
                row["term"],
                " | ".join(row["expected"]),
                f"{row['machine']['met']:,}",
                f"{row['machine']['occurrences']:,}",
                f"{row['human']['met']:,}",
                f"{row['human']['occurrences']:,}",
            )
            for row in terms["rows"]
        ]
        yield from table(head, rows)
        machine, human = terms["machine"]["share"], terms["human"]["share"]
        yield f"terms kept: machine {_share(machine)}, people {_share(human)}"


def _cost(found: Mapping[str, Any] | None) -> str:
    return f"{found['amount']:,.2f} {found['currency']}" if found else _NONE


def _number(value: float | None, digits: int = 1) -> str:
    return _NONE if value is None else f"{value:.{digits}f}"


def _range(low: float | None, high: float | None) -> str:
    return _NONE if low is None or high is None else f"{low:.1f} to {high:.1f}"


def _share(value: float | None) -> str:
    return "not known" if value is None else f"{100 * value:.1f} %"
