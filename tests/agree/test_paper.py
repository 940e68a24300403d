"""An answer on paper counts once somebody of another side, with no hand in it, has countersigned it."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from covenant.agree import actions, reads
from covenant.agree.models import Refusal, Signature, Version
from covenant.agree.signing_models import Ask, Paper
from covenant.agree.signing_types import Capacity, CapacitySaid, Reply
from covenant.place import actions as places
from covenant.place.types import NotAllowed, NotPossible
from tests.agree.asked import VERSION, mandate, page, shown, version_page, words
from tests.at_once import at_once
from tests.personas import NOW, World, all_that_is_kept, make_world, signed_in, stop_the_clock
from tests.records import recorded

ITSELF = CapacitySaid(Capacity.ITSELF)
KEPT = "The office of the council, folder 3"


def _form(world: World, **other: Any) -> dict[str, Any]:
    return {
        "mandate": mandate(world, "charity"),
        "signed_on": "2026-03-02",
        "kept_at": KEPT,
        "reply": "sign",
        "capacity": "itself",
        **other,
    }


def _record(world: World, version: UUID, **other: Any) -> UUID:
    given: dict[str, Any] = {
        "by": world.actor("convenor"),
        "version": version,
        "mandate": mandate(world, "charity"),
        "reply": Reply.SIGN,
        "said": ITSELF,
        "signed_on": NOW.date(),
        "kept_at": KEPT,
        "at": NOW,
    }
    return actions.record_paper(**(given | other))


def _check(world: World, paper: UUID, who: str = "council") -> Any:
    return actions.countersign(by=world.actor(who), paper=paper, as_party=world.parties[who], at=NOW)


def test_the_convenor_records_it_and_another_side_countersigns(world: World) -> None:
    version, _hash = shown(world)
    form = _form(world, capacity="members", asked="9", answered="7", how="At the meeting")
    done = signed_in(world, "convenor").post(f"{VERSION}paper/", form, follow=True)
    said = words(done.content.decode())
    assert "Not yet: it does not count" in said
    assert KEPT in said
    assert not Signature.objects.exists()
    assert "waits to be countersigned by another side" in version_page(world)
    there = done.redirect_chain[-1][0]
    council = signed_in(world, "council")
    assert "See the paper first, where it is kept. This takes about 10 minutes" in words(page(council, there))
    assert "Countersign it" not in page(signed_in(world, "charity"), there)
    assert council.post(there, {"as_party": world.parties["council"], "accept": "yes"}).status_code == 302
    (signature,) = Signature.objects.all()
    assert (signature.user_id, signature.party_id) == (world.people["charity"], world.parties["charity"])
    assert Version.objects.get(id=version).state == "proposed"
    said = version_page(world)
    assert "On paper, countersigned by Testing District Council" in said
    assert "9 were asked, 7 answered. At the meeting" in said
    assert Ask.objects.get().minutes == 10
    told = {entry.kind: entry for entry in recorded()}
    assert {"paper.recorded", "paper.countersigned", "version.signed", "signature.capacity"} <= told.keys()
    assert KEPT not in "".join(entry.data for entry in recorded())


def test_a_refusal_on_paper_counts_likewise(world: World) -> None:
    version, _hash = shown(world)
    browser = signed_in(world, "convenor")
    assert browser.post(f"{VERSION}paper/", _form(world, reply="refuse", capacity="")).status_code == 400
    form = _form(world, reply="refuse", capacity="", reason="Too dear")
    assert browser.post(f"{VERSION}paper/", form).status_code == 302
    assert not Refusal.objects.exists()
    _check(world, Paper.objects.get().id)
    assert Refusal.objects.get().reason == "Too dear"
    assert "Friends of Testing: refused on paper, countersigned by Testing District" in version_page(world)
    assert Version.objects.get(id=version).state == "refused"


def test_what_is_missing_or_false_is_refused_and_nothing_that_was_typed_is_lost(world: World) -> None:
    shown(world)
    browser, kept = signed_in(world, "convenor"), all_that_is_kept()
    for wrong in (
        {"kept_at": ""},
        {"signed_on": "2026-03-01"},
        {"signed_on": "2026-03-03"},
        {"signed_on": "yesterday"},
        {"mandate": mandate(world, "charity", "lapsed")},
        {"mandate": world.parties["charity"]},
        {"mandate": mandate(world, "business")},
        {"reply": "wait"},
        {"capacity": ""},
        {"capacity": "members", "asked": "3", "answered": "4", "how": "x"},
    ):
        answer = browser.post(f"{VERSION}paper/", _form(world) | {"reason": "Typed by somebody"} | wrong)
        assert answer.status_code == 400, wrong
        assert "Typed by somebody" in answer.content.decode()
    assert all_that_is_kept() == kept


def test_nobody_of_the_same_side_and_nobody_who_made_it_countersigns(world: World) -> None:
    version, _hash = shown(world)
    convenor, year = world.actor("convenor"), (date(2026, 1, 1), date(2026, 12, 31))
    paper = _record(world, version)
    with pytest.raises(NotPossible, match="of another side"):
        _check(world, paper, "charity")
    with pytest.raises(NotPossible, match="of another side"):
        _check(world, paper, "business")
    for who in ("public", "convenor", "stranger", "lapsed", "charity"):
        with pytest.raises(NotAllowed):
            actions.countersign(by=world.actor(who), paper=paper, as_party=world.parties["council"], at=NOW)
    for name in ("convenor", "charity"):  # who recorded it, and who signed it
        places.give_mandate(
            by=convenor,
            party=world.parties["council"],
            email=f"{name}@testing.example",
            name=name.title(),
            office="Clerk",
            given_by="Council",
            starts=year[0],
            ends=year[1],
            at=NOW,
        )
        with pytest.raises(NotPossible, match="somebody else does"):
            actions.countersign(by=world.actor(name), paper=paper, as_party=world.parties["council"], at=NOW)
    assert not Signature.objects.exists()


def test_a_paper_that_is_not_accepted_counts_as_nothing_and_says_why(world: World) -> None:
    version, _hash = shown(world)
    there = f"/covenants/our-covenant/papers/{_record(world, version)}/"
    council = signed_in(world, "council")
    form = {"as_party": world.parties["council"], "accept": "no"}
    assert council.post(there, form).status_code == 400
    assert council.post(there, {**form, "reason": "It is not signed"}).status_code == 302
    assert "did not countersign it: It is not signed" in words(page(council, there))
    assert not Signature.objects.exists()
    assert council.post(there, {**form, "accept": "yes"}).status_code in (400, 409)
    assert not Signature.objects.exists()
    _check(world, _record(world, version))
    assert Signature.objects.count() == 1, "another paper can be recorded"


def test_a_mandate_that_ended_between_paper_and_countersignature_counts_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, _hash = shown(world)
    paper = _record(world, version)
    places.lay_down_mandate(by=world.actor("charity"), mandate=mandate(world, "charity"), at=NOW)
    council = signed_in(world, "council")
    kept = all_that_is_kept()
    answer = council.post(
        f"/covenants/our-covenant/papers/{paper}/", {"as_party": world.parties["council"], "accept": "yes"}
    )
    assert answer.status_code == 400
    assert "has ended, so it cannot count" in answer.content.decode()
    assert all_that_is_kept() == kept
    assert not Signature.objects.exists()


def test_a_paper_under_a_mandate_that_did_not_hold_then_is_not_recorded(world: World) -> None:
    version, _hash = shown(world)
    with pytest.raises(NotPossible, match="did not hold on the day"):
        _record(world, version, mandate=mandate(world, "charity", "lapsed"))
    with pytest.raises(NotAllowed):
        _record(world, version, by=world.actor("council"))


def test_one_paper_of_a_party_waits_and_none_where_it_has_answered(world: World) -> None:
    version, hash = shown(world)
    paper = _record(world, version)
    with pytest.raises(NotPossible, match="waits to be countersigned already"):
        _record(world, version)
    actions.sign(
        by=world.actor("charity"), version=version, party=world.parties["charity"], hash=hash, at=NOW
    )
    with pytest.raises(NotPossible, match="has answered"):
        _record(world, version)
    _check(world, paper)
    assert Signature.objects.filter(party=world.parties["charity"]).count() == 1
    said = version_page(world)
    assert "For whom was not stated" in said, "what was signed here stands as it was"


def test_a_withdrawn_version_takes_no_paper_and_no_countersignature(world: World) -> None:
    version, _hash = shown(world)
    paper = _record(world, version)
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    with pytest.raises(NotPossible):
        _check(world, paper)
    with pytest.raises(NotPossible):
        _record(world, version)


def test_the_last_consent_on_paper_puts_it_in_force(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    version, hash = shown(world)
    council = world.actor("council")
    actions.sign(by=council, version=version, party=world.parties["council"], hash=hash, at=NOW)
    assert _check(world, _record(world, version)) == "in force"
    stop_the_clock(monkeypatch, NOW + timedelta(days=1))
    assert "On paper, countersigned by" in version_page(world)
    signed = reads.signing(version, asked_by=council, today=NOW.date()).signatures
    assert [each.paper is not None for each in signed] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_look_at_a_paper_at_once_are_counted_once(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_the_clock(monkeypatch)
    assert "memory" not in str(connections["default"].settings_dict["NAME"])
    world = make_world()
    version, _hash = shown(world)
    paper, council = _record(world, version), world.actor("council")
    as_party = world.parties["council"]
    yes = partial(actions.countersign, by=council, paper=paper, as_party=as_party, at=NOW)
    no = partial(actions.not_accept, by=council, paper=paper, as_party=as_party, reason="No", at=NOW)
    found = at_once(yes, no, yes)
    assert sum(isinstance(each, NotPossible) for each in found) == 2, found
    assert Signature.objects.count() == (Paper.objects.get().not_accepted == "")
