"""The hash of a version covers every word that is signed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.agree.engine import (
    Content,
    changed_clauses,
    clause_fields,
    consent_needed,
    content_fields,
    content_hash,
    parts,
)
from covenant.agree.types import (
    ClauseView,
    Ground,
    GroundKind,
    Reciprocal,
    Resources,
    Section,
    SectionKind,
    Term,
)
from covenant.place.types import PartyView, Sector, Tier
from tests.agree import naive

PLACE = UUID(int=1)
PARTIES = [
    PartyView(UUID(int=10 + number), f"p{number}", f"Party {number}", sector, "", "", PLACE)
    for number, sector in enumerate(
        [Sector.STATE, Sector.STATE, Sector.CIVIL_SOCIETY, Sector.CIVIL_SOCIETY, Sector.BUSINESS]
    )
]
COUNCIL, _, CHARITY, CHOIR, SHOPS = PARTIES
RESIDENTS = PartyView(UUID(int=99), "residents", "Residents", Sector.RESIDENTS, "", "", PLACE)

CLAUSE = ClauseView(
    id=UUID(int=100),
    commitment=UUID(int=200),
    number=1,
    debtor=COUNCIL,
    creditors=(CHARITY, RESIDENTS),
    text="Open the hall",
    measure="Days open",
    due=date(2026, 6, 30),
    tier=Tier.DISTRICT,
    outcome="Fewer alone",
    resources=Resources.FUNDED,
    grounds=(
        Ground(GroundKind.NEED, None, {}, "People are alone", "Survey"),
        Ground(
            GroundKind.COMMON_GROUND,
            UUID(int=300),
            {"text": "Open it", "agrees": 12, "groups": [{"seen": 5}]},
        ),
    ),
)
CONTENT = Content("Our covenant", "To do it.", (COUNCIL, CHARITY), (CLAUSE,))
NEED, HEARD = CLAUSE.grounds


def _with(**words: Any) -> Content:
    return replace(CONTENT, clauses=(replace(CLAUSE, **words),))


EVERYTHING = replace(
    CLAUSE,
    together=(CHOIR,),
    evidence="The hall's diary",
    review=date(2026, 9, 30),
    explain="To the assembly",
    baseline="40 people in 2025",
    reciprocals=(Reciprocal(UUID(int=202), 3),),
)

CHANGED = {
    "who owes it too": _with(together=(CHOIR,)),
    "what counts as evidence": _with(evidence="The diary"),
    "the review date": _with(review=date(2026, 9, 30)),
    "what is explained": _with(explain="To all"),
    "the baseline": _with(baseline="40"),
    "on what it depends": _with(reciprocals=(Reciprocal(UUID(int=202), 3),)),
    "on what else it depends": _with(reciprocals=(Reciprocal(UUID(int=203), 3),)),
    "a section": replace(CONTENT, sections=(Section(SectionKind.FUNDING, "Three years"),)),
    "another section": replace(CONTENT, sections=(Section(SectionKind.DISPUTES, "Three years"),)),
    "the start": replace(CONTENT, term=Term(starts=date(2026, 4, 1))),
    "the end": replace(CONTENT, term=Term(ends=date(2026, 4, 1))),
    "the review": replace(CONTENT, term=Term(review=date(2026, 4, 1))),
    "the title": replace(CONTENT, title="Our covenant "),
    "the purpose": replace(CONTENT, purpose="To do it"),
    "a party": replace(CONTENT, parties=(COUNCIL, CHOIR)),
    "a party's name": replace(CONTENT, parties=(replace(COUNCIL, name="The Council"), CHARITY)),
    "a party's side": replace(CONTENT, parties=(replace(COUNCIL, sector=Sector.BUSINESS), CHARITY)),
    "one party more": replace(CONTENT, parties=(COUNCIL, CHARITY, CHOIR)),
    "no clause": replace(CONTENT, clauses=()),
    "another commitment": _with(commitment=UUID(int=201)),
    "the number": _with(number=2),
    "who owes it": _with(debtor=CHARITY),
    "to whom": _with(creditors=(CHARITY,)),
    "what is done": _with(text="Open the halls"),
    "the measure": _with(measure="days open"),
    "the due date": _with(due=date(2026, 7, 1)),
    "the tier": _with(tier=Tier.PARISH),
    "the outcome": _with(outcome="Fewer alone."),
    "what stands behind it": _with(resources=Resources.NOT_STATED),
    "no ground": _with(grounds=()),
    "fewer grounds": _with(grounds=(NEED,)),
    "grounds in another order": _with(grounds=(HEARD, NEED)),
    "the kind of a ground": _with(grounds=(replace(NEED, kind=GroundKind.EVIDENCE), HEARD)),
    "the text of a ground": _with(grounds=(replace(NEED, text="People wait"), HEARD)),
    "the source of a ground": _with(grounds=(replace(NEED, source="A survey"), HEARD)),
    "the statement cited": _with(grounds=(NEED, replace(HEARD, statement=UUID(int=301)))),
    "a count in a citation": _with(grounds=(NEED, replace(HEARD, citation={**HEARD.citation, "agrees": 13}))),
    "a group in a citation": _with(grounds=(NEED, replace(HEARD, citation={**HEARD.citation, "groups": []}))),
    "words moved between fields": _with(text="Open the hall Days", measure="open"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_of_any_field_changes_the_hash(name: str) -> None:
    assert content_hash(CHANGED[name]) != content_hash(CONTENT)


def test_no_two_changes_come_to_the_same_hash() -> None:
    assert len({content_hash(content) for content in CHANGED.values()}) == len(CHANGED)


def test_no_field_of_a_clause_is_left_out_of_the_hash() -> None:
    """A field that is added to a clause later is noticed here: it is signed, or it is named as unsigned."""
    whole = clause_fields(EVERYTHING) | {"reciprocals": clause_fields(EVERYTHING)["if"]}
    assert set(ClauseView.__dataclass_fields__) - {"id"} == {"commitment", *whole} - {"if"}
    assert set(Ground.__dataclass_fields__) == {"kind", "statement", "citation", "text", "source"}
    assert set(Content.__dataclass_fields__) == {
        *("title", "purpose", "parties", "clauses", "sections", "term")
    }


def test_what_is_left_open_is_no_field_so_that_what_was_signed_before_keeps_its_hash() -> None:
    assert set(clause_fields(CLAUSE)) == {
        *("number", "debtor", "creditors", "text", "measure", "due", "tier", "outcome", "resources"),
        "grounds",
    }
    assert len(content_fields(CONTENT)) == 3 + 10


def test_the_order_in_which_parties_and_clauses_come_is_no_part_of_what_is_said() -> None:
    other = replace(CLAUSE, commitment=UUID(int=201), number=2)
    one = replace(CONTENT, clauses=(CLAUSE, other))
    turned = replace(
        one, parties=(CHARITY, COUNCIL), clauses=(other, replace(CLAUSE, creditors=(RESIDENTS, CHARITY)))
    )
    assert content_hash(one) == content_hash(turned)


def test_the_row_in_which_a_clause_is_kept_is_no_part_of_what_is_said() -> None:
    assert content_hash(_with(id=UUID(int=5))) == content_hash(CONTENT)


words = st.text(max_size=12)
grounds = st.builds(
    Ground,
    st.sampled_from(list(GroundKind)),
    st.sampled_from([None, UUID(int=1), UUID(int=2)]),
    st.dictionaries(
        words, st.one_of(st.integers(), words, st.none(), st.lists(st.integers(), max_size=2)), max_size=2
    ),
    words,
    words,
)
signing = st.sampled_from(PARTIES)
owed = st.sampled_from([*PARTIES, *PARTIES, RESIDENTS])


def clauses(commitments: int) -> st.SearchStrategy[tuple[ClauseView, ...]]:
    one = st.builds(
        ClauseView,
        id=st.uuids(),
        commitment=st.integers(0, commitments - 1).map(lambda n: UUID(int=1000 + n)),
        number=st.just(0),
        debtor=signing,
        creditors=st.lists(
            st.sampled_from([*PARTIES, *PARTIES, RESIDENTS]), min_size=1, max_size=2, unique=True
        ).map(tuple),
        text=st.sampled_from(["a", "b"]),
        measure=st.just("m"),
        due=st.just(date(2026, 6, 30)),
        tier=st.just(Tier.DISTRICT),
        outcome=st.just("o"),
        resources=st.sampled_from([Resources.NOT_STATED, Resources.NOT_STATED, Resources.NONE]),
        grounds=st.just(()),
        together=st.sampled_from([(), (), (CHOIR,)]),
        reciprocals=st.lists(st.integers(0, commitments - 1), max_size=1).map(
            lambda some: tuple(Reciprocal(UUID(int=1000 + n), n) for n in some)
        ),
    )
    numbered = st.lists(one, max_size=3, unique_by=lambda clause: clause.commitment)
    return numbered.map(lambda some: tuple(replace(c, number=c.commitment.int) for c in some))


def contents(title: str = "t") -> st.SearchStrategy[Content]:
    return st.builds(
        Content,
        title=st.just(title),
        purpose=st.sampled_from(["p", "p", "p", "p", "q"]),
        parties=st.lists(signing, min_size=2, max_size=5, unique=True).map(tuple),
        clauses=clauses(3),
        sections=st.sampled_from([(), (), (), (Section(SectionKind.FUNDING, "f"),)]),
    )


@given(words, words, words, st.dates(), st.sampled_from(list(Tier)), st.lists(grounds, max_size=2), st.data())
@settings(max_examples=60, deadline=None)
def test_two_clauses_have_the_same_hash_only_if_they_say_the_same(
    text: str, measure: str, outcome: str, due: date, tier: Tier, some: list[Ground], data: st.DataObject
) -> None:
    one = replace(
        CLAUSE, text=text, measure=measure, outcome=outcome, due=due, tier=tier, grounds=tuple(some)
    )
    new: Any = {
        "text": text + "x",
        "measure": "x" + measure,
        "outcome": outcome + " ",
        "due": due + timedelta(1) if due < date.max else due - timedelta(1),
        "tier": Tier.NATION if tier is not Tier.NATION else Tier.PARISH,
        "grounds": (*some, NEED),
        "debtor": CHARITY,
        "creditors": (SHOPS,),
        "number": 7,
        "resources": Resources.NONE,
    }
    name = data.draw(st.sampled_from(sorted(new)))
    other = replace(one, **{name: new[name]})
    assert content_hash(replace(CONTENT, clauses=(one,))) == content_hash(replace(CONTENT, clauses=(one,)))
    assert content_hash(replace(CONTENT, clauses=(one,))) != content_hash(replace(CONTENT, clauses=(other,)))
    assert changed_clauses(replace(CONTENT, clauses=(one,)), replace(CONTENT, clauses=(other,)))


@given(st.one_of(st.none(), contents()), contents())
@settings(max_examples=300, deadline=None)
def test_whose_consent_a_change_takes_is_what_the_plain_twin_says(old: Content | None, new: Content) -> None:
    assert consent_needed(old, new) == naive.who_must_consent(old, new)
    told = [(part.needed, part.commitments, part.leaves) for part in parts(old, new)]
    plain = [
        (
            frozenset(naive.whom_it_takes(group, old, new)),
            frozenset(id for kind, id in group if kind == "clause"),
            frozenset(id for kind, id in group if kind == "leaves"),
        )
        for group in naive.groups(old, new)
    ]
    assert sorted(told, key=str) == sorted(plain, key=str)
    assert len({part.key for part in parts(old, new)}) == len(told)


@given(contents(), contents())
@settings(max_examples=150, deadline=None)
def test_no_change_is_ever_left_to_one_side_nor_to_residents(old: Content, new: Content) -> None:
    everyone = {party.id: party for party in (*old.parties, *new.parties)}
    needed = consent_needed(old, new)
    assert needed <= set(everyone)
    assert all(everyone[id].sector.signs for id in needed)
    sides = {everyone[id].sector for id in needed}
    if (
        parts(old, new)
        and any(party.sector is Sector.STATE for party in everyone.values())
        and len({party.sector for party in everyone.values()}) > 1
    ):
        assert Sector.STATE in sides
        assert len(sides) > 1


BETWEEN_TWO = replace(CLAUSE, creditors=(CHARITY,))
THREE = Content("t", "p", (COUNCIL, CHARITY, SHOPS), (BETWEEN_TWO,))
ALL = {COUNCIL.id, CHARITY.id, SHOPS.id}


def _variation(clause: ClauseView) -> Content:
    return replace(THREE, clauses=(clause,))


def test_a_change_between_two_parties_takes_these_two() -> None:
    assert consent_needed(THREE, _variation(replace(BETWEEN_TWO, text="Later"))) == {COUNCIL.id, CHARITY.id}


def test_who_would_owe_it_no_longer_must_consent_too() -> None:
    moved = _variation(replace(BETWEEN_TWO, debtor=SHOPS))
    assert consent_needed(THREE, moved) == ALL


def test_a_change_of_what_residents_are_owed_takes_everyone() -> None:
    owed = replace(BETWEEN_TWO, creditors=(RESIDENTS,))
    assert consent_needed(_variation(owed), _variation(replace(owed, due=date(2026, 7, 1)))) == ALL
    assert consent_needed(_variation(owed), _variation(BETWEEN_TWO)) == ALL, "residents are owed it no longer"
    assert consent_needed(_variation(owed), replace(THREE, clauses=())) == ALL, "it is dropped"


def test_a_change_of_purpose_takes_everyone() -> None:
    assert consent_needed(THREE, replace(THREE, purpose="q")) == ALL


def test_a_change_that_only_one_side_would_sign_takes_everyone() -> None:
    within = replace(BETWEEN_TWO, debtor=CHARITY, creditors=(SHOPS,))
    assert consent_needed(_variation(within), _variation(replace(within, text="Later"))) == ALL


def test_who_joins_and_who_leaves_must_consent() -> None:
    joined = replace(THREE, parties=(*THREE.parties, CHOIR))
    assert CHOIR.id in consent_needed(THREE, joined)
    assert CHOIR.id in consent_needed(joined, THREE)


def test_a_version_that_changes_nothing_takes_nobody() -> None:
    assert consent_needed(THREE, THREE) == set()


def test_a_new_covenant_takes_everyone() -> None:
    assert consent_needed(None, THREE) == ALL
