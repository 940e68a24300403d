"""What a judgement says, as one hash over everything that was weighed for it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from covenant.place.types import PartyView
from covenant.record.types import committed, root
from covenant.weigh.shown import AppraisalView, Consideration, OptionView


def judgement_content(view: AppraisalView, *, chosen: UUID, reason: str) -> dict[str, Any]:
    """All that is signed with a judgement, of JSON's types: question, options, matrix, choice and reason.

    Parameters
    ----------
    view
        The decision as it stands when the judgement is put for signing.
    chosen
        The id of the option that is chosen.
    reason
        Why that one.

    Returns
    -------
    dict
        What `judgement_hash` names. Citations stand in it with their words: those can be erased, and the
        hash stays. Dissents are no part of it: they stand beside.
    """
    words = view.words
    return {
        "appraisal": str(view.id),
        "place": view.place.name,
        "title": words.title,
        "asks": words.asks,
        "decide_by": words.decide_by.isoformat(),
        "bodies": sorted(party.signed_as for party in view.bodies),
        "outcome": words.outcome,
        "baseline": words.baseline.as_json(),
        "options": [_option(option) for option in view.options],
        "considerations": [_consideration(each) for each in view.considerations],
        "interests": [
            {"by": _by(each.party), "text": each.text, "at": each.at.isoformat()} for each in view.interests
        ],
        "chosen": str(chosen),
        "reason": reason,
    }


def judgement_hash(content: Mapping[str, Any]) -> str:
    """The name of a judgement: one hash over every word that is signed, residents' words as their seals.

    Returns
    -------
    str
        The root over the hashes of its fields, in hexadecimal. Two judgements have the same hash only if
        they say the same.
    """
    fields = {name: value for name, value in content.items() if name not in ("options", "considerations")}
    fields |= {f"option/{each['number']}": each for each in content["options"]}
    for each in content["considerations"]:
        fields[f"consideration/{each['number']}"] = {**each, "citation": committed(each["citation"])}
    return root(fields)


def _option(option: OptionView) -> dict[str, Any]:
    words = option.words
    out = option.discarded
    return {
        "id": str(option.id),
        "number": option.number,
        "is_nothing": option.is_nothing,
        "title": words.title,
        "what": words.what,
        "cost": words.cost.as_json(),
        "payer": words.payer,
        "benefits": words.benefits,
        "tradeoffs": words.tradeoffs,
        "gains": words.gains,
        "loses": words.loses,
        "legal": words.legal,
        "ideas": sorted(str(id) for id, _title in option.ideas),
        "discarded": {"by": _by(out.party), "reason": out.reason} if out else None,
    }


def _consideration(each: Consideration) -> dict[str, Any]:
    return {
        "number": each.number,
        "kind": each.kind.value,
        "statement": str(each.statement) if each.statement else None,
        "citation": dict(each.citation),
        "option": each.option,
        "text": each.said.text,
        "source": each.said.source,
        "url": each.said.url,
        "weighed": [
            {"by": _by(one.party), "weight": one.weight.value, "reason": one.reason} for one in each.weighed
        ],
        "answer": {"followed": each.answer.followed.value, "because": each.answer.because}
        if each.answer
        else None,
    }


def _by(party: PartyView | None) -> str:
    return party.signed_as if party else "the convenor"
