"""Writes of weighing and judging, and of erasing what was taken back. Reached through `actions`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from covenant.place.rules import check_can_convene, check_one_side, on_both_sides
from covenant.place.types import Actor, NotFound, NotPossible, Sector, day_of
from covenant.record.actions import append, writing
from covenant.record.types import WORDS
from covenant.weigh import models, rules
from covenant.weigh.acting import appraisal_row, bodies_of, keep_act
from covenant.weigh.engine import judgement_content, judgement_hash
from covenant.weigh.models import Appraisal, Consideration, Ground, Judgement
from covenant.weigh.showing import appraisal_of
from covenant.weigh.types import Answer, AppraisalState, JudgementState, Weight


def weigh(
    *,
    by: Actor,
    appraisal: UUID,
    party: UUID | None = None,
    weights: Mapping[UUID, tuple[Weight, str]],
    at: datetime,
) -> int:
    """Weigh considerations for a body, or as the convenor; returns how many were weighed or weighed anew.

    Parameters
    ----------
    weights
        By the id of a consideration: its weight and the reason. What is not named stays as it was.
    """
    with writing():
        row = appraisal_row(appraisal)
        mandate = rules.check_can_act_for(by, row.place_id, party, bodies_of(row), day_of(at))
        rules.check_is_open(AppraisalState(row.state))
        found = {each.id: each for each in row.considerations.filter(id__in=list(weights))}
        if len(found) != len(weights):
            raise NotFound("One of these considerations is not part of this decision.")
        before = {
            each.consideration_id: each
            for each in models.Weighing.objects.filter(consideration__in=list(found), party=party)
        }
        done = 0
        for id, (weight, said) in weights.items():
            reason = said.strip()
            if not reason:
                raise NotPossible(f"Say why consideration {found[id].number} has this weight.")
            made = before.get(id) or models.Weighing(consideration=found[id])
            if made.reason == reason and made.weight == weight:
                continue
            made.weight, made.reason = weight, reason
            keep_act(
                made, by, mandate, at, kind="consideration.weighed", subject=row.id,
                body={"number": found[id].number, "weight": weight.value}, sealed={"reason": reason},
            )  # fmt: skip
            done += 1
    return done


def answer(*, by: Actor, appraisal: UUID, answers: Mapping[UUID, Answer], at: datetime) -> int:
    """Answer what was heard: followed or not, and why. Returns how many answers are new."""
    with writing():
        row = appraisal_row(appraisal)
        rules.check_can_contribute(by, row.place_id, bodies_of(row), day_of(at))
        rules.check_is_open(AppraisalState(row.state))
        found = {each.id: each for each in row.considerations.filter(id__in=list(answers), kind="heard")}
        if len(found) != len(answers):
            raise NotFound("One of these is not among what was heard in this decision.")
        done = 0
        for id, said in answers.items():
            made, because = found[id], said.because.strip()
            if not because:
                raise NotPossible(f"Say why, in answer to consideration {made.number}.")
            if (made.followed, made.because) == (said.followed.value, because):
                continue
            made.followed, made.because = said.followed, because
            made.save(update_fields=["followed", "because"])
            body = {"number": made.number, "followed": said.followed.value}
            sealed = {"because": because}
            append(kind="consideration.answered", subject=row.id, body=body, sealed=sealed, at=at)
            done += 1
    return done


def declare_interest(
    *, by: Actor, appraisal: UUID, party: UUID | None = None, text: str, at: datetime
) -> None:
    """Declare what a body that weighs stands to gain or lose, or that it has no interest."""
    if not text.strip():
        raise NotPossible("Say what the interest is, or that there is none.")
    with writing():
        row = appraisal_row(appraisal)
        mandate = rules.check_can_act_for(by, row.place_id, party, bodies_of(row), day_of(at))
        rules.check_is_open(AppraisalState(row.state))
        keep_act(
            models.Interest(appraisal=row, text=text.strip()), by, mandate, at,
            kind="interest.declared", subject=row.id, sealed={"text": text.strip()},
        )  # fmt: skip


def put(*, by: Actor, appraisal: UUID, option: UUID, reason: str, at: datetime) -> str:
    """Put a judgement for signing: it chooses one option. Returns the hash under which it stands.

    Raises
    ------
    NotPossible
        Something is missing; the words name all of it at once.
    """
    with writing():
        row = appraisal_row(appraisal)
        check_can_convene(by, row.place_id)
        rules.check_is_open(AppraisalState(row.state))
        view = appraisal_of(appraisal)
        rules.check_can_put(view, option, reason)
        content = judgement_content(view, chosen=option, reason=reason.strip())
        number = (row.judgements.aggregate(Max("number"))["number__max"] or 0) + 1
        made = Judgement.objects.create(
            appraisal=row,
            number=number,
            state=JudgementState.PUT,
            option_id=option,
            reason=reason.strip(),
            content=content,
            hash=judgement_hash(content),
            put_at=at,
        )
        _move(row, "put")
        body = {"number": number, "hash": made.hash, "option": str(option)}
        append(kind="judgement.put", subject=row.id, body=body, at=at)
    return made.hash


def take_back(*, by: Actor, appraisal: UUID, at: datetime) -> None:
    """Take a judgement back before anyone has answered it: then what is weighed can change again."""
    with writing():
        row = appraisal_row(appraisal)
        check_can_convene(by, row.place_id)
        made = _put(row)
        if made.signatures.exists() or made.dissents.exists():
            raise NotPossible("A body has answered this judgement already: now the others answer it as well.")
        _end(made, row, "take back", JudgementState.TAKEN_BACK, at)
        body = {"number": made.number, "hash": made.hash}
        append(kind="judgement.taken_back", subject=row.id, body=body, at=at)


def sign(*, by: Actor, appraisal: UUID, party: UUID, hash: str, at: datetime) -> AppraisalState:
    """Sign for a body exactly what was shown; the last answer that it takes makes the judgement, or ends it.

    Signing again changes nothing. Returns the state of the decision afterwards.
    """
    with writing():
        row = appraisal_row(appraisal)
        own = models.Signature.objects.filter(judgement__appraisal=row, party=party, user=by.user)
        if by.user and hash in own.values_list("hash", flat=True):
            return AppraisalState(row.state)
        mandate = rules.check_can_act_for(by, row.place_id, party, bodies_of(row), day_of(at))
        made = _put(row)
        signed = list(made.signatures.select_related("party"))
        rules.check_has_not_answered(
            party, [each.party_id for each in signed], made.dissents.values_list("party", flat=True)
        )
        side = next(body.sector for body in bodies_of(row) if body.id == party)
        check_one_side(on_both_sides(side, [Sector(s.party.sector) for s in signed if s.user_id == by.user]))
        if hash != made.hash or judgement_hash(made.content) != made.hash:
            raise NotPossible("What you were shown is not what is put for signing now: read it again.")
        keep_act(
            models.Signature(judgement=made, hash=hash), by, mandate, at, kind="judgement.signed",
            subject=row.id, body={"number": made.number, "hash": hash},
        )  # fmt: skip
        return _settle(row, made, at)


def dissent(*, by: Actor, appraisal: UUID, party: UUID, reason: str, at: datetime) -> AppraisalState:
    """Record a body's dissent beside a judgement, with its reason.

    It is the body's answer, as a signature is. Returns the state of the decision afterwards.
    """
    if not reason.strip():
        raise NotPossible("Say why: those who read the judgement read this beside it.")
    with writing():
        row = appraisal_row(appraisal)
        mandate = rules.check_can_act_for(by, row.place_id, party, bodies_of(row), day_of(at))
        made = _put(row)
        rules.check_has_not_answered(
            party,
            made.signatures.values_list("party", flat=True),
            made.dissents.values_list("party", flat=True),
        )
        keep_act(
            models.Dissent(judgement=made, reason=reason.strip()), by, mandate, at,
            kind="judgement.dissented", subject=row.id,
            body={"number": made.number, "hash": made.hash}, sealed={"reason": reason.strip()},
        )  # fmt: skip
        return _settle(row, made, at)


def withdraw(*, by: Actor, appraisal: UUID, reason: str, at: datetime) -> None:
    """Give a decision up, with the reason: everything that was weighed stays readable."""
    if not reason.strip():
        raise NotPossible("Say why it is not to be decided any more.")
    with writing():
        row = appraisal_row(appraisal)
        check_can_convene(by, row.place_id)
        row.withdrawn_why = reason.strip()
        _move(row, "withdraw")
        sealed = {"reason": reason.strip()}
        append(kind="appraisal.withdrawn", subject=row.id, body={}, sealed=sealed, at=at)


def forget_words(*, at: datetime) -> int:
    """Erase the words that people took back wherever they are quoted here; returns how many quotations.

    What was signed was signed over the seals of the words, so every judgement still has its hash.
    """
    with writing():
        cited = {"statement__text": ""}
        grounds = list(Ground.objects.filter(**cited).exclude(citation__text=""))
        weighed = list(Consideration.objects.filter(**cited).exclude(citation__text=""))
        quoting: list[tuple[Ground | Consideration, UUID]] = [(row, row.idea_id) for row in grounds]
        quoting += [(row, row.appraisal_id) for row in weighed]
        for row, subject in quoting:
            row.citation = _without_words(row.citation)
            row.save(update_fields=["citation"])
            append(kind="quotation.erased", subject=subject, body={}, at=at)
        gone = {str(row.statement_id) for row in weighed}
        for made in Judgement.objects.filter(appraisal__in={row.appraisal_id for row in weighed}):
            for each in made.content["considerations"]:
                if each["statement"] in gone:
                    each["citation"] = _without_words(each["citation"])
            made.save(update_fields=["content"])
    return len(grounds) + len(weighed)


def _without_words(citation: dict[str, Any]) -> dict[str, Any]:
    return {**citation, **dict.fromkeys(WORDS, "")}


def _put(row: Appraisal) -> Judgement:
    made = row.judgements.filter(state=JudgementState.PUT).first()
    if made is None:
        raise NotPossible("No judgement is put for signing here.")
    return made


def _settle(row: Appraisal, made: Judgement, at: datetime) -> AppraisalState:
    """What the answers come to once every body has given one."""
    signed = list(made.signatures.values_list("party", flat=True))
    against = list(made.dissents.values_list("party", flat=True))
    act = rules.outcome([body.id for body in bodies_of(row)], signed, against)
    body = {"number": made.number, "hash": made.hash, "signed": len(signed), "dissented": len(against)}
    if act == "make":
        _end(made, row, act, JudgementState.MADE, at)
        append(kind="judgement.made", subject=row.id, body=body, at=at)
    elif act == "fail":
        _end(made, row, act, JudgementState.NOT_AGREED, at)
        append(kind="judgement.not_agreed", subject=row.id, body=body, at=at)
    return AppraisalState(row.state)


def _end(made: Judgement, row: Appraisal, act: str, state: JudgementState, at: datetime) -> None:
    made.state, made.ended_at = state, at
    made.save(update_fields=["state", "ended_at"])
    _move(row, act)


def _move(row: Appraisal, act: str) -> None:
    row.state = rules.next_state(AppraisalState(row.state), act)
    row.save(update_fields=["state", "withdrawn_why"])
