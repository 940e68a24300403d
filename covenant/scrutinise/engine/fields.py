"""Says in plain words which field of a programme a piece of evidence is from."""

from __future__ import annotations

import re

_WORDS = {
    "ends": "what it is for",
    "text": "what is promised",
    "started_by": "who started it",
    "problem_defined_by": "who said what the problem is",
    "decided_by": "who decides",
    "money_controlled_by": "who controls the money",
    "money_received_by": "who receives the money",
    "may_opt_out": "who may opt out",
    "may_end": "who may end it",
    "enforced_by": "who can call it in",
    "power_held_by": "who holds the power for it",
    "affected": "whom it affects",
    "parties": "who is a party",
    "consultation_promised": "who will be asked",
    "consultation_held": "who was asked",
    "consultation_means": "by what means people are asked",
    "consultation_time": "when people are asked",
    "consultation_owner": "who sees to it that people are asked",
    "participation_promised": "what part people are promised",
    "participation_evidenced": "what part people had",
    "owner": "who is to see it done",
    "deadline": "by when",
    "measure": "how anybody can tell",
    "money": "what money is meant for it",
    "route": "what happens when it stalls",
    "outcomes": "what it is to lead to",
    "people": "for whom",
    "places": "where",
    "joined_with": "with what it is joined",
    "finance": "whether the money comes back",
    "public_value": "what good it does",
    "investor_return": "what investors get back",
    "money_from": "where the money comes from",
    "pooled_with": "with what its money is pooled",
    "reciprocal_of": "what it returns",
    "answers": "what it answers",
    "rests_on": "on which need or evidence it rests",
    "due": "the day on which it is due",
    "last_reported": "when somebody last reported",
    "ended": "when it was reported as done or dropped",
    "review_due": "the day set for the review",
    "last_review": "the last review",
    "level_reasons": "why it is decided above those affected",
    "heard": "what people said",
    "lineage": "what earlier documents held",
    "on": "who carries it",
    "age": "whether it is new",
    "costing": "whether it is costed",
    "funding": "the money for it",
    "funded_for": "for how long there is money",
    "work": "whether the work is paid",
}
_DUTY = re.compile(r"duties (\d+), (\w+)")


def in_words(field: str) -> str:
    """A field as people would call it; one that has no words here stands as it is.

    >>> in_words("may_end"), in_words("duties 2, funding"), in_words("duties")
    ('who may end it', 'duty 2: the money for it', 'the duties')
    """
    if field == "duties":
        return "the duties"
    if found := _DUTY.fullmatch(field):
        number, name = found.groups()
        return f"duty {number}: {'what must be done' if name == 'text' else _WORDS.get(name, name)}"
    return _WORDS.get(field, field)
