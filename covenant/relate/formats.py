"""The words of an agreement as JSON, in and out without loss, and an agreement as data for others."""

from dataclasses import asdict
from datetime import date
from typing import Any

from covenant.relate.types import (
    Agreement,
    Behaviour,
    Contract,
    DecisionRule,
    Exit,
    Forum,
    LegalStatus,
    Principle,
    Promise,
    Words,
)


def words_data(words: Words) -> dict[str, Any]:
    """Words of JSON's types."""
    found: dict[str, Any] = _plain(asdict(words))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, LegalStatus | DecisionRule) else value


def words_from(data: dict[str, Any]) -> Words:
    """Words as they were kept.

    Examples
    --------
    >>> words = Words("Ours", "To do it", "Young people")
    >>> words_from(words_data(words)) == words
    True
    """
    contract, forum = dict(data["contract"]), dict(data["forum"])
    for name in ("starts", "ends"):
        contract[name] = date.fromisoformat(contract[name]) if contract[name] else None
    for name in ("members", "matters", "reserved"):
        forum[name] = tuple(forum[name])
    principles = tuple(
        Principle(each["key"], each["name"], tuple(Behaviour(**b) for b in each["behaviours"]))
        for each in data["principles"]
    )
    promises = tuple(
        Promise(**{**each, "by_when": date.fromisoformat(each["by_when"])}) for each in data["promises"]
    )
    return Words(
        **{name: data[name] for name in ("title", "purpose", "client_group", "information", "money")},
        legal_status=LegalStatus(data["legal_status"]),
        contract=Contract(**contract),
        principles=principles,
        outcomes=tuple(data["outcomes"]),
        promises=promises,
        forum=Forum(**{**forum, "rule": DecisionRule(forum["rule"])}),
        exit=Exit(**data["exit"]),
    )


def agreement_data(agreement: Agreement) -> dict[str, Any]:
    """An agreement as its public page shows it: people by their role and body, never by name."""
    return {
        "slug": agreement.slug,
        "place": {"slug": agreement.place.slug, "name": agreement.place.name, "gss": agreement.place.gss},
        "standing": agreement.standing.value,
        "members": [
            {
                "id": str(member.id),
                "kind": "person" if member.is_person else "body",
                "role": member.role.value if member.role else None,
                "body": member.party.name if member.party else None,
                "body_identifier": (member.party.org_id or None) if member.party else None,
                "bound": member.id in agreement.bound,
            }
            for member in agreement.members
        ],
        "versions": [
            {
                "number": version.number,
                "hash": version.hash,
                "state": version.state.value,
                "members": [str(member.id) for member in version.members],
                "consents": [
                    {"member": str(each.member), "at": each.at.isoformat()} for each in version.consents
                ],
                "words": words_data(version.words),
            }
            for version in agreement.versions
            if version.hash
        ],
        "departures_and_arrivals": [
            {
                "kind": change.kind.value,
                "member": str(change.member),
                "last_day": change.last_day.isoformat() if change.last_day else None,
                "carer": str(change.carer) if change.carer else None,
                "replaces": str(change.replaces) if change.replaces else None,
                "settled": change.settled_at is not None,
                "waits_for": sorted(map(str, change.missing)),
            }
            for change in agreement.changes
        ],
    }
