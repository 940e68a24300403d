"""What anyone can read of a decision. Nothing here writes."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from covenant.place.rules import can_convene
from covenant.weigh import reads, rules
from covenant.weigh.formats import matrix_csv, what
from covenant.weigh.shown import AppraisalView, Consideration, Weighed
from covenant.weigh.types import AppraisalState
from covenant.weigh.views.pages import acts_for, appraisal_at


@require_safe
def appraisal(request: HttpRequest, id: UUID) -> HttpResponse:
    """A decision: its options side by side, what is weighed by whom, and what was judged."""
    actor, found = appraisal_at(request, id)
    today, mine = timezone.localdate(), acts_for(actor, found)
    made, is_open = found.judgement, found.state is AppraisalState.OPEN
    answered = {each.party.id for each in (*made.signatures, *made.dissents)} if made else set()
    waits = found.state is AppraisalState.PUT
    context = {
        "appraisal": found,
        "place": found.place,
        "words": found.words,
        "made": made,
        "former": [each for each in found.judgements if each is not made],
        "matrix": [(each, what(found, each), _cells(found, each)) for each in found.considerations],
        "declared": [
            (body, [each for each in found.interests if each.party == body]) for body in (*found.bodies, None)
        ],
        "missing": rules.missing(found) if is_open else (),
        "late": rules.is_late(found.state, found.words.decide_by, today),
        "waits_for": [body for body in found.bodies if body.id not in answered] if waits else [],
        "is_open": is_open,
        "has_heard": any(each.is_heard for each in found.considerations),
        "contributes": bool(mine) and is_open,
        "weighs_for": mine if is_open else (),
        "answers_for": [body for body in mine if body and body.id not in answered] if waits else [],
        "convenes": can_convene(actor, found.place.id),
        "may_take_back": waits and not answered and can_convene(actor, found.place.id),
    }
    return render(request, "weigh/appraisal.html", context)


def _cells(found: AppraisalView, each: Consideration) -> list[tuple[str, Weighed | None]]:
    """What every body, and the convenor where they weighed anything, says of a consideration."""
    said = {one.party.id if one.party else None: one for one in each.weighed}
    cells: list[tuple[str, Weighed | None]] = [(body.name, said.get(body.id)) for body in found.bodies]
    if None in said:
        cells.append(("", said[None]))
    return cells


@require_safe
def matrix(request: HttpRequest, id: UUID) -> HttpResponse:
    """What was weighed, as a table for spreadsheets."""
    _actor, found = appraisal_at(request, id)
    name = f'attachment; filename="matrix-{found.id}.csv"'
    content = matrix_csv(found)
    return HttpResponse(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_safe
def judgement(request: HttpRequest, id: UUID, number: int) -> JsonResponse:
    """What was put for signing, field by field, and the hash over it."""
    content, hash = reads.judgement_content(id, number)
    told = {"hash": hash, "content": content}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
