"""What a judgement takes, what it says, and that it holds what it says."""

from typing import Any
from uuid import uuid4

import pytest

from covenant.place.types import NotAllowed, NotFound, NotPossible
from covenant.record import reads as record
from covenant.weigh import actions, reads, rules
from covenant.weigh.engine import judgement_content, judgement_hash
from covenant.weigh.models import Judgement
from covenant.weigh.types import (
    AppraisalState,
    Baseline,
    ConsiderationKind,
    Cost,
    CostKind,
    Followed,
    GroundKind,
    JudgementState,
    Source,
    Voice,
)
from tests.personas import NOW, World, talk
from tests.weigh.decisions import (
    COST,
    NEED,
    answer,
    begin,
    equality,
    judge,
    need,
    option,
    option_words,
    put,
    ready,
    sign,
    state_costs,
    weigh,
    words,
    write,
)


def test_what_is_missing_is_said_all_at_once_and_each_part_by_itself(world: World) -> None:
    said = talk(world)
    appraisal = begin(world)
    assert "Beside doing nothing there is no option yet." in rules.missing(reads.appraisal(appraisal))
    chosen = option(world, appraisal, cost=Cost(), ideas=(write(world, said),))
    found = rules.missing(reads.appraisal(appraisal))
    assert [line for line in found if "cost" in line] == [
        "Option 1 says nothing of its cost.",
        "Option 2 says nothing of its cost.",
    ]
    assert any("Consideration 3 was heard and has no answer" in line for line in found)
    assert "Testing District Council has not weighed considerations 1, 2, 3." in found
    assert any("equality" in line for line in found)
    with pytest.raises(NotPossible) as refused:
        put(world, appraisal, chosen)
    assert all(line in str(refused.value) for line in found)
    state_costs(world, appraisal)
    actions.word_option(
        by=world.actor("charity"), appraisal=appraisal, option=chosen, words=option_words(), at=NOW
    )
    equality(world, appraisal)
    weigh(world, appraisal, "council")
    weigh(world, appraisal, "charity")
    assert len(rules.missing(reads.appraisal(appraisal))) == 1
    answer(world, appraisal, Followed.NO)
    assert rules.missing(reads.appraisal(appraisal)) == ()
    assert put(world, appraisal, chosen)


def test_what_ideas_stand_on_is_weighed_each_once(world: World) -> None:
    said = talk(world)
    ideas = (write(world, said), write(world, said), need(world), need(world))
    appraisal = begin(world)
    option(world, appraisal, ideas=ideas)
    option(world, appraisal, title="Another", ideas=ideas)
    kinds = [each.kind for each in reads.appraisal(appraisal).considerations]
    assert sorted(kinds) == ["cost", "cost", "cost", "evidence", "heard"]


def test_a_judgement_is_made_when_every_body_answered_and_more_signed_than_dissent(world: World) -> None:
    appraisal, chosen = ready(world, talk(world))
    hash = put(world, appraisal, chosen)
    sign(world, appraisal, "council", hash)
    assert reads.appraisal(appraisal).state is AppraisalState.PUT
    with pytest.raises(NotPossible, match="answered"):
        actions.take_back(by=world.actor("convenor"), appraisal=appraisal, at=NOW)
    sign(world, appraisal, "charity", hash)
    found = reads.appraisal(appraisal)
    assert found.state is AppraisalState.JUDGED
    assert found.judgement is not None
    assert {each.party.name for each in found.judgement.signatures} == {
        "Testing District Council",
        "Friends of Testing",
    }
    kinds = [entry.kind for entry in record.about(appraisal)]
    assert kinds[-4:] == ["judgement.put", "judgement.signed", "judgement.signed", "judgement.made"]


def test_one_body_that_dissents_from_two_leaves_nothing_decided_and_its_reason_beside(world: World) -> None:
    appraisal, chosen = ready(world)
    hash = put(world, appraisal, chosen)
    sign(world, appraisal, "council", hash)
    party = world.parties["charity"]
    state = actions.dissent(
        by=world.actor("charity"), appraisal=appraisal, party=party, reason="Too dear", at=NOW
    )
    assert state is AppraisalState.OPEN
    found = reads.appraisal(appraisal)
    assert found.judgement is None
    assert found.judgements[0].state is JudgementState.NOT_AGREED
    content, kept = reads.judgement_content(appraisal, 1)
    assert kept == hash == judgement_hash(content)
    assert "Too dear" not in str(content)
    assert reads.judged(world.place) == []


def test_a_dissent_of_the_fewer_stands_beside_what_is_decided(world: World) -> None:
    bodies = tuple(world.parties[who] for who in ("council", "charity", "business"))
    appraisal, chosen = ready(world)
    actions.word_appraisal(
        by=world.actor("convenor"), appraisal=appraisal, words=words(world, bodies=bodies), at=NOW
    )
    weigh(world, appraisal, "business")
    hash = put(world, appraisal, chosen)
    actions.dissent(by=world.actor("business"), appraisal=appraisal, party=bodies[2], reason="Noise", at=NOW)
    for who in ("council", "charity"):
        sign(world, appraisal, who, hash)
    found = reads.option(chosen)
    assert found.dissented == ("Testing Traders",)
    assert found.signed_by == ("Friends of Testing", "Testing District Council")


def test_the_hash_names_everything_that_was_weighed(world: World) -> None:
    found = judge(world, talk(world))
    made = found.judgement
    assert made is not None
    content = judgement_content(found, chosen=made.option, reason=made.reason)
    assert judgement_hash(content) == made.hash
    for path in (
        ("title",), ("asks",), ("outcome",), ("reason",), ("chosen",), ("bodies",),
        ("options", 0, "title"), ("options", 1, "cost"), ("considerations", 0, "weighed"),
        ("considerations", 2, "answer"), ("considerations", 2, "citation"), ("considerations", 3, "text"),
    ):  # fmt: skip
        changed = judgement_content(found, chosen=made.option, reason=made.reason)
        part: Any = changed
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = {"number": 1} if path[-1] == "citation" else "changed"
        assert judgement_hash(changed) != made.hash, path


def test_what_was_judged_can_be_cited_by_a_commitment(world: World) -> None:
    said = talk(world)
    base = Baseline(None)
    found = judge(world, said)
    made = found.judgement
    assert made is not None
    cited = reads.option(made.option)
    assert reads.judged(world.place) == [cited]
    assert reads.judged(world.other_place) == []
    assert cited.hash == made.hash
    assert cited.baseline == base
    assert cited.heard == (said.statements[0],)
    told = cited.as_json()
    assert told["baseline"] is None
    assert "Open the hall" not in str(told), "no words of residents: they may be taken back"
    nothing = found.options[0].id
    for id in (nothing, uuid4()):
        with pytest.raises(NotFound):
            reads.option(id)


def test_a_statement_leads_to_the_ideas_and_the_answer(world: World) -> None:
    said = talk(world)
    appraisal, _chosen = ready(world, said)
    answer(world, appraisal, Followed.NO)
    assert [idea.title for idea in reads.ideas_citing(said.statements[0])] == ["Sundays"]
    (became,) = reads.became_of(said.statements[0])
    assert became.answer is not None
    assert became.answer.followed is Followed.NO
    assert reads.ideas_citing(said.statements[1]) == reads.became_of(said.statements[1]) == []


def test_a_statement_is_called_what_its_results_show(world: World) -> None:
    said = talk(world)
    with pytest.raises(NotPossible, match="do not show this statement as dissent"):
        write(world, said, kind=GroundKind.DISSENT)
    with pytest.raises(NotPossible, match="Evidence is cited"):
        write(world, said, kind=GroundKind.EVIDENCE)
    assert write(world, said, kind=GroundKind.NEED)


@pytest.mark.parametrize(
    ("who", "voice", "party", "may"),
    [
        ("convenor", Voice.HEARD, None, True),
        ("moderator", Voice.HEARD, None, False),
        ("moderator", Voice.ROLE, None, True),
        ("public", Voice.ROLE, None, False),
        ("stranger", Voice.ROLE, None, False),
        ("charity", Voice.PARTY, "charity", True),
        ("charity", Voice.PARTY, "council", False),
        ("lapsed", Voice.PARTY, "charity", False),
        ("convenor", Voice.PARTY, "residents", False),
    ],
)
def test_who_may_write_an_idea(world: World, who: str, voice: Voice, party: str | None, may: bool) -> None:
    said = talk(world)
    more = {"kind": GroundKind.COMMON_GROUND, "statements": [said.statements[0]], "source": None}

    def act() -> object:
        return need(world, who if who in world.parties else "charity", **{
            "by": world.actor(who), "voice": voice, "party": world.parties[party] if party else None, **more
        })  # fmt: skip

    if may:
        assert act()
    else:
        with pytest.raises(NotAllowed):
            act()


def test_evidence_has_a_link_and_an_idea_stands_on_something(world: World) -> None:
    unlinked = Source(NEED.text, NEED.source)
    with pytest.raises(NotPossible, match="link"):
        need(world, kind=GroundKind.EVIDENCE, source=unlinked)
    with pytest.raises(NotPossible, match="stands on"):
        need(world, source=None)
    with pytest.raises(NotPossible, match="https://"):
        need(world, source=Source("t", "s", "javascript:alert(1)"))
    assert need(world, source=unlinked)


def test_doing_nothing_is_never_discarded_and_others_stay_visible_with_the_reason(world: World) -> None:
    appraisal = begin(world)
    second = option(world, appraisal)
    nothing = reads.appraisal(appraisal).options[0].id
    act = {"by": world.actor("charity"), "appraisal": appraisal, "party": world.parties["charity"], "at": NOW}
    with pytest.raises(NotPossible, match="always among"):
        actions.discard_option(option=nothing, reason="r", **act)
    with pytest.raises(NotPossible, match="Say why"):
        actions.discard_option(option=second, reason=" ", **act)
    actions.discard_option(option=second, reason="Unlawful", **act)
    with pytest.raises(NotPossible, match="already"):
        actions.discard_option(option=second, reason="again", **act)
    with pytest.raises(NotPossible, match="discarded"):
        actions.word_option(
            by=world.actor("charity"), appraisal=appraisal, option=second, words=option_words(), at=NOW
        )
    out = reads.appraisal(appraisal).options[1].discarded
    assert out is not None
    assert (out.reason, out.party and out.party.name) == ("Unlawful", "Friends of Testing")
    with pytest.raises(NotPossible, match="Option 2 was discarded"):
        put(world, appraisal, second)


@pytest.mark.parametrize(
    ("cost", "says"),
    [
        (Cost(CostKind.FIGURES, -1, 1, price_year="2026", source="s"), "lower|less"),
        (Cost(CostKind.FIGURES, -2, -1, price_year="2026", source="s"), "no less than nothing"),
        (Cost(CostKind.FIGURES, 2, 1, price_year="2026", source="s"), "higher"),
        (Cost(CostKind.FIGURES, 2, None, price_year="2026", source="s"), "higher"),
        (Cost(CostKind.FIGURES, 1, 10**15, price_year="2026", source="s"), "no more than"),
        (Cost(CostKind.FIGURES, price_year="2026", source="s"), "in figures"),
        (Cost(CostKind.FIGURES, 1, 2, price_year="2026/28", source="s"), "financial year"),
        (Cost(CostKind.FIGURES, 1, 2, price_year="soon", source="s"), "financial year"),
        (Cost(CostKind.FIGURES, 1, 2, price_year="2026"), "come from"),
        (Cost(CostKind.NOTHING), "how you know"),
        (Cost(CostKind.NOT_KNOWN), "nobody knows"),
        (Cost(CostKind.NOTHING, 1, 2, source="s"), "choose “Figures”"),
    ],
)
def test_a_cost_that_does_not_hold_together_is_refused(world: World, cost: Cost, says: str) -> None:
    appraisal = begin(world)
    with pytest.raises(NotPossible, match=says):
        option(world, appraisal, cost=cost)


def test_nobody_weighs_or_signs_for_a_body_without_its_mandate(world: World) -> None:
    appraisal, chosen = ready(world)
    hash = put(world, appraisal, chosen)
    council, business = world.parties["council"], world.parties["business"]
    for who in ("charity", "convenor", "stranger", "public", "lapsed"):
        with pytest.raises(NotAllowed):
            actions.sign(by=world.actor(who), appraisal=appraisal, party=council, hash=hash, at=NOW)
    with pytest.raises(NotPossible, match="does not weigh"):
        actions.sign(by=world.actor("business"), appraisal=appraisal, party=business, hash=hash, at=NOW)
    with pytest.raises(NotPossible, match="read it again"):
        actions.sign(by=world.actor("council"), appraisal=appraisal, party=council, hash="0" * 64, at=NOW)


def test_a_judgement_that_nobody_answered_is_taken_back_and_put_anew(world: World) -> None:
    appraisal, chosen = ready(world)
    put(world, appraisal, chosen)
    with pytest.raises(NotPossible, match="put for signing"):
        option(world, appraisal)
    with pytest.raises(NotPossible, match="put for signing"):
        weigh(world, appraisal, "council")
    actions.take_back(by=world.actor("convenor"), appraisal=appraisal, at=NOW)
    hash = put(world, appraisal, chosen)
    assert [each.state for each in Judgement.objects.order_by("number")] == ["taken back", "put for signing"]
    sign(world, appraisal, "council", hash)


def test_a_body_that_has_weighed_stays_among_those_that_weigh(world: World) -> None:
    appraisal, _chosen = ready(world)
    alone = words(world, bodies=(world.parties["council"],))
    with pytest.raises(NotPossible, match="stays among"):
        actions.word_appraisal(by=world.actor("convenor"), appraisal=appraisal, words=alone, at=NOW)


def test_no_cost_is_added_by_hand_and_nothing_is_weighed_without_a_reason(world: World) -> None:
    appraisal, _chosen = ready(world)
    by = world.actor("council")
    with pytest.raises(NotPossible, match="already"):
        actions.add_consideration(by=by, appraisal=appraisal, kind=ConsiderationKind.COST, at=NOW)
    with pytest.raises(NotFound):
        actions.weigh(
            by=by, appraisal=appraisal, party=world.parties["council"],
            weights={uuid4(): ("some", "r")}, at=NOW,  # type: ignore[dict-item]
        )  # fmt: skip
    assert COST.once == "£100 to £250"


def test_a_judgement_that_ended_is_shown_with_the_option_as_it_was_put(world: World) -> None:
    appraisal, chosen = ready(world)
    put(world, appraisal, chosen)
    actions.take_back(by=world.actor("convenor"), appraisal=appraisal, at=NOW)
    renamed = option_words(title="Open it in winter")
    actions.word_option(by=world.actor("convenor"), appraisal=appraisal, option=chosen, words=renamed, at=NOW)
    assert reads.appraisal(appraisal).judgements[0].option_title == "Open it"


def test_a_body_that_declared_an_interest_stays(world: World) -> None:
    appraisal = begin(world)
    charity = world.parties["charity"]
    actions.declare_interest(
        by=world.actor("charity"), appraisal=appraisal, party=charity, text="We run the hall", at=NOW
    )
    left = words(world, bodies=(world.parties["council"], world.parties["business"]))
    with pytest.raises(NotPossible, match="declared an interest"):
        actions.word_appraisal(by=world.actor("convenor"), appraisal=appraisal, words=left, at=NOW)


def test_a_hash_that_no_database_could_keep_is_refused_in_words(world: World) -> None:
    appraisal, chosen = ready(world)
    put(world, appraisal, chosen)
    with pytest.raises(NotPossible, match="What you were shown"):
        sign(world, appraisal, "council", "\0")
