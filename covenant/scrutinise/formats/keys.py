"""The words of a programme file: its tables, their keys and what may stand there.

docs/standard/programme.md explains each of them, and a test holds it to that.
"""

from __future__ import annotations

from enum import Enum

from covenant.place.types import Sector, Tier
from covenant.scrutinise.programme import (
    Age,
    Costing,
    Direction,
    Finance,
    Funding,
    Kind,
    LevelReason,
    Participation,
    Proposal,
    Relation,
    Size,
    Span,
    Work,
    Young,
)

FORMAT = "covenant-programme/2"

PEOPLE: tuple[str, ...] = Proposal.ACTORS
SAID = (
    *("instrument", "consultation_means", "consultation_time", "deadline", "measure", "money", "route"),
    *("public_value", "investor_return", "rests_on"),
)
WORDS = ("outcomes", "people", "places", "money_from")
PROPOSALS = ("joined_with", "pooled_with", "reciprocal_of")
DAYS = ("due", "last_reported", "ended")
KEYS: dict[str, tuple[str, ...]] = {
    "file": ("format", "programme", "coding", "ends", "actors", "proposals", "heard", "lineage"),
    "programme": ("title", "source", "date", "as_of", "review_due", "last_review"),
    "coding": ("coder", "date", "guide", "notes"),
    "ends": ("wording", "direction", "where", "for_proposals"),
    "actors": ("name", "sector", "tier", "size", "young", "where"),
    "proposals": (
        *("id", "text", "kind"),
        *("started_by", "problem_defined_by", "decided_by", "money_controlled_by", "money_received_by"),
        *("may_opt_out", "may_end", "enforced_by", "power_held_by", "affected", "parties"),
        *("consultation_promised", "consultation_held", "consultation_means", "consultation_time"),
        *("consultation_owner", "participation_promised", "participation_evidenced"),
        *("instrument", "duties", "owner", "deadline", "measure", "money", "route"),
        *("outcomes", "people", "places", "joined_with"),
        *("finance", "public_value", "investor_return", "money_from", "pooled_with"),
        *("reciprocal_of", "answers", "rests_on", "due", "last_reported", "ended", "level_reasons", "where"),
    ),
    "duties": ("text", "on", "age", "costing", "funding", "funded_for", "work", "where"),
    "heard": ("id", "text", "n", "where"),
    "lineage": ("document", "item", "text", "relation", "by", "where"),
}
CHOICES: dict[str, type[Enum]] = {
    "direction": Direction,
    "sector": Sector,
    "tier": Tier,
    "size": Size,
    "young": Young,
    "kind": Kind,
    "participation_promised": Participation,
    "participation_evidenced": Participation,
    "finance": Finance,
    "level_reasons": LevelReason,
    "age": Age,
    "costing": Costing,
    "funding": Funding,
    "funded_for": Span,
    "work": Work,
    "relation": Relation,
}
# What holds several things, each once.
LISTS = frozenset((*PEOPLE, *WORDS, *PROPOSALS, "answers", "level_reasons", "for_proposals", "by", "on"))
# The fields of a table of which its `where` may speak one by one.
PLACED = {
    name: tuple(key for key in KEYS[name] if key not in ("id", "kind", "where"))
    for name in ("ends", "actors", "proposals", "duties", "heard", "lineage")
}
