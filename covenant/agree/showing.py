"""The parts of a version as its page shows them: what changes, whose consent it takes, who answered."""

from dataclasses import dataclass

from covenant.agree.differences import Difference, clause_differences, frame_differences
from covenant.agree.engine import Content, Part, changed_clauses, parts
from covenant.agree.settling import Answers, Fate, settle
from covenant.agree.types import ClauseView, VersionState, VersionView
from covenant.place.types import PartyView


@dataclass(frozen=True)
class ClauseShown:
    """A commitment that a part adds, words anew or takes out, and what is said otherwise."""

    clause: ClauseView
    is_new: bool
    goes: bool
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Answered:
    """How a party whose consent a part takes has answered."""

    party: PartyView
    consents: bool
    refuses: bool
    reason: str


@dataclass(frozen=True)
class PartShown:
    part: Part
    fate: Fate
    frame: tuple[Difference, ...]
    clauses: tuple[ClauseShown, ...]
    joins: tuple[PartyView, ...]
    leaves: tuple[PartyView, ...]
    answers: tuple[Answered, ...]

    @property
    def title(self) -> str:
        """The numbers of its commitments, for a heading; empty where it has none."""
        return ", ".join(str(each.clause.number) for each in self.clauses)


def parts_shown(
    base: Content | None, proposed: Content, current: Content | None, version: VersionView
) -> list[PartShown]:
    """Every part of a version, with what it changes against `base` and how it stands."""
    found = parts(base, proposed)
    answers = _answers(version)
    over = version.state is not VersionState.PROPOSED
    fates = settle(found, answers, base=base, proposed=proposed, current=current, over=over).fates
    everyone = {p.id: p for p in (*(base.parties if base else ()), *proposed.parties)}
    pairs = changed_clauses(base, proposed)
    shown = []
    for part in found:
        clauses = [
            ClauseShown(clause, was is None, becomes is None, tuple(clause_differences(was, becomes)))
            for was, becomes in pairs
            if (clause := becomes or was) and clause.commitment in part.commitments
        ]
        shown.append(
            PartShown(
                part=part,
                fate=fates[part.key],
                frame=tuple(frame_differences(base, proposed)) if part.is_frame else (),
                clauses=tuple(sorted(clauses, key=lambda each: each.clause.number)),
                joins=tuple(everyone[id] for id in part.joins) if base else (),
                leaves=tuple(everyone[id] for id in part.leaves),
                answers=tuple(
                    sorted(
                        (_answered(everyone[id], part, version) for id in part.needed),
                        key=lambda each: each.party.name,
                    )
                ),
            )
        )
    return shown


def _answers(version: VersionView) -> Answers:
    partly: dict = {}
    for each in version.refused_parts:
        partly.setdefault(each.party.id, set()).add(each.key)
    return Answers(
        consented=frozenset(each.party.id for each in version.signatures),
        refused=frozenset(party.id for party, _reason in version.refusals),
        refused_parts={id: frozenset(keys) for id, keys in partly.items()},
    )


def _answered(party: PartyView, part: Part, version: VersionView) -> Answered:
    whole = next((reason for each, reason in version.refusals if each.id == party.id), None)
    partly = next(
        (e.reason for e in version.refused_parts if e.party.id == party.id and e.key == part.key), None
    )
    reason = whole if whole is not None else partly
    signed = any(each.party.id == party.id for each in version.signatures)
    return Answered(party, signed and reason is None, reason is not None, reason or "")
