"""Writes on a covenant: drafts in `drafting`, consent in `consenting`, leaving and succeeding in `moving`,
answers by link and on paper in `asking`, `paper`, `disowning` and `pausing`.

Others find all of it here.
"""

from datetime import datetime

from covenant.agree.asking import answer_link, ask_to_sign, drop_links, note_ask
from covenant.agree.capacity import sign_as
from covenant.agree.consenting import propose, refuse, settle_due, sign, withdraw
from covenant.agree.disowning import disown, record_contact, tell_due
from covenant.agree.drafting import (
    cite_source,
    cite_statement,
    draft_change,
    drop_clause,
    set_parties,
    start_covenant,
    word_clause,
    word_frame,
)
from covenant.agree.models import Ground
from covenant.agree.moving import (
    accept_succession,
    depart,
    move_due,
    name_successor,
    reaffirm,
    stay,
)
from covenant.agree.paper import countersign, not_accept, record_paper
from covenant.agree.pausing import wait_for_trustees
from covenant.record.actions import append, writing
from covenant.record.types import WORDS

__all__ = [
    "accept_succession",
    "answer_link",
    "ask_to_sign",
    "cite_source",
    "cite_statement",
    "countersign",
    "depart",
    "disown",
    "draft_change",
    "drop_clause",
    "drop_links",
    "forget_words",
    "move_due",
    "name_successor",
    "not_accept",
    "note_ask",
    "propose",
    "reaffirm",
    "record_contact",
    "record_paper",
    "refuse",
    "set_parties",
    "settle_due",
    "sign",
    "sign_as",
    "start_covenant",
    "stay",
    "tell_due",
    "wait_for_trustees",
    "withdraw",
    "word_clause",
    "word_frame",
]


def forget_words(*, at: datetime) -> int:
    """Erase from citations the words that whoever said them took back; returns how many citations.

    What was signed was signed over the seals of the words, so every version still has its hash.
    """
    with writing():
        rows = list(Ground.objects.filter(statement__text="").exclude(citation__text=""))
        for row in rows:
            row.citation = {**row.citation, **dict.fromkeys(WORDS, "")}
            row.save(update_fields=["citation"])
            append(kind="citation.erased", subject=row.clause.commitment_id, body={}, at=at)
    return len(rows)
