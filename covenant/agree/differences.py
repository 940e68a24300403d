"""What differs between two wordings, in runs of words that stay, go and come: for people to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from covenant.agree.engine import Content
from covenant.agree.runs import Run, runs
from covenant.agree.types import ClauseView
from covenant.place.types import PartyView

LABELS = {
    "text": "What will be done",
    "debtors": "Who owes it",
    "creditors": "To whom",
    "reciprocals": "It is owed if these are kept",
    "measure": "How anyone can tell",
    "evidence": "What counts as evidence",
    "due": "By when",
    "review": "When it is looked at again",
    "explain": "What must be explained where it is not kept",
    "tier": "Where the duty sits",
    "outcome": "What it hopes to change",
    "baseline": "Where that stands today",
    "resources": "What stands behind it",
    "grounds": "Ground",
    "purpose": "What it is for",
    "parties": "Between whom",
    "starts": "From when it runs",
    "ends": "Until when it runs",
    "covenant_review": "When it is reviewed",
}


@dataclass(frozen=True)
class Difference:
    """One field that two wordings say differently; the name is that of the field."""

    name: str
    runs: tuple[Run, ...]

    @property
    def label(self) -> str:
        return LABELS.get(self.name, self.name.capitalize())


def clause_differences(was: ClauseView | None, becomes: ClauseView | None) -> list[Difference]:
    """In which fields two wordings of a commitment differ; all of them where it comes or goes."""
    old, new = (_said(clause) if clause else {} for clause in (was, becomes))
    names = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
    return [Difference(name, runs(old.get(name, ""), new.get(name, ""))) for name in names]


def frame_differences(was: Content | None, becomes: Content) -> list[Difference]:
    """In which fields two versions differ beside their commitments."""
    old, new = (_frame(content) if content else {} for content in (was, becomes))
    names = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
    return [Difference(name, runs(old.get(name, ""), new.get(name, ""))) for name in names]


def _said(clause: ClauseView) -> dict[str, str]:
    return {
        "text": clause.text,
        "debtors": _names(clause.debtors),
        "creditors": _names(clause.creditors),
        "reciprocals": ", ".join(str(each.number) for each in clause.reciprocals),
        "measure": clause.measure,
        "evidence": clause.evidence,
        "due": _day(clause.due),
        "review": _day(clause.review) if clause.review else "",
        "explain": clause.explain,
        "tier": clause.tier.label,
        "outcome": clause.outcome,
        "baseline": clause.baseline,
        "resources": clause.resources.label,
        "grounds": "; ".join(
            f"{each.kind.label}: {each.text or each.citation.get('text', '')} {each.source}".strip()
            for each in clause.grounds
        ),
    }


def _frame(content: Content) -> dict[str, str]:
    term = content.term
    days = {"starts": term.starts, "ends": term.ends, "covenant_review": term.review}
    return {
        "purpose": content.purpose,
        "parties": _names(content.parties),
        **{name: _day(day) for name, day in days.items() if day},
        **{each.kind.value: each.text for each in content.sections},
    }


def _names(parties: Sequence[PartyView]) -> str:
    return ", ".join(party.name for party in parties)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
