"""What a version says as one hash, what differs between two, and which changes touch procurement law."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from covenant.agree.rules import Run, runs
from covenant.record.types import root
from covenant.relate.types import Member, Words


def content_fields(words: Words, members: Sequence[Member]) -> dict[str, Any]:
    """Every word that is consented to, by the name of its field; of people their seals.

    What is left open is no field.
    """
    found = {name: value for name, value in _flat("", words) if value not in ("", [], None)}
    return {**found, "members": sorted(member.signed_as for member in members)}


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "key":
                yield from _flat(f"{name}/{field.name}" if name else field.name, getattr(value, field.name))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for place, each in enumerate(value):
            yield f"{name}/{each.key}/place", place
            yield from _flat(f"{name}/{each.key}", each)
    elif isinstance(value, tuple):
        yield name, list(value)
    elif isinstance(value, Enum):
        yield name, value.value
    else:
        yield name, value.isoformat() if isinstance(value, date) else value


def content_hash(words: Words, members: Sequence[Member]) -> str:
    """The name of a version: two have the same only if they say the same and the same members are in them."""
    return root(content_fields(words, members))


def change_hash(version: str, change: Mapping[str, str]) -> str:
    """The name of what is accepted when somebody leaves or comes: the words that go on, and who it is."""
    return root({"version": version, **change})


@dataclass(frozen=True)
class Difference:
    label: str
    runs: tuple[Run, ...]


def differences(
    old: tuple[Words, Sequence[Member]], new: tuple[Words, Sequence[Member]], names: Mapping[str, str]
) -> list[Difference]:
    """Which fields two versions say differently; `names` are the words for members, by their ids."""
    before, after = (_said(words, members, names) for words, members in (old, new))
    return [
        Difference(label, runs(before.get(label, ""), after.get(label, "")))
        for label in {**before, **after}
        if before.get(label, "") != after.get(label, "")
    ]


def _said(words: Words, members: Sequence[Member], names: Mapping[str, str]) -> dict[str, str]:
    """A version as a reader meets it, by labels."""
    contract, forum, leaving = words.contract, words.forum, words.exit
    found = {
        "Title": words.title,
        "Purpose": words.purpose,
        "Client group": words.client_group,
        "In law": words.legal_status.label,
        "Who is in it": "; ".join(sorted(names.get(str(member.id), member.office) for member in members)),
        "Contract": contract.reference,
        "Value of the contract": money(contract.value),
        "Contract starts": _day(contract.starts),
        "Contract ends": _day(contract.ends),
        "Scope of the contract": contract.scope,
        "Shared outcomes": "; ".join(words.outcomes),
        "Members of the forum": "; ".join(sorted(names.get(id, id) for id in forum.members)),
        "How the forum decides": f"{forum.rule.label}; at least {forum.quorum} vote",
        "Matters of the forum": "; ".join(forum.matters),
        "Reserved matters": "; ".join(forum.reserved),
        "Information": words.information,
        "Money": words.money,
        "Days of notice": str(leaving.notice_days),
        "Continuity for clients": leaving.continuity,
        "Handover": leaving.handover,
        "Data": leaving.data,
        "What survives": leaving.survives,
    }
    for principle in words.principles:
        for each in principle.behaviours:
            label = f"Behaviour “{each.text}”"
            alike = sum(name.startswith(label) for name in found)
            found[f"{label} {alike + 1}" if alike else label] = (
                f"{principle.name}. Good example: {each.good} Bad example: {each.bad} {each.constraint}"
            ).strip()
    for number, promise in enumerate(words.promises, 1):
        to = names.get(promise.to, "the client group")
        found[f"Promise {number}"] = (
            f"{names.get(promise.by, promise.by)} to {to}: {promise.what} "
            f"By {_day(promise.by_when)}. Evidence: {promise.evidence}"
        )
        if other := words.promise(promise.reciprocal_of):
            found[f"Promise {number}"] += f" In return for: {other.what}"
    return found


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""


def money(pence: int | None) -> str:
    """Pence as pounds.

    Examples
    --------
    >>> money(123_456_700), money(5), money(None)
    ('£1,234,567.00', '£0.05', '')
    """
    return "" if pence is None else f"£{pence // 100:,}.{pence % 100:02}"
