"""A body is told who signed for it at first, where the signatory has no hand in it, and may disown that."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client

from covenant.agree import actions, disowning, jobs, reads
from covenant.agree.models import Signature, Version
from covenant.agree.signing_models import Contact, Telling
from covenant.place import actions as places
from covenant.place.types import NotAllowed, NotPossible
from covenant.web import retention
from covenant.web.own import kept_of
from tests.agree.asked import link_in, page, shown, version_page, words
from tests.at_once import at_once
from tests.personas import NOW, World, all_that_is_kept, draft, make_world, signed_in, stop_the_clock
from tests.personas import TERM as YEAR
from tests.records import recorded

Mails = list[EmailMessage]
OFFICE = "office@friends.example"
FOUND = "The register of charities"


def _contact(world: World, address: str = OFFICE, party: str = "charity") -> None:
    covenant = Version.objects.values_list("covenant_id", flat=True)[0]
    actions.record_contact(
        by=world.actor("convenor"),
        covenant=covenant,
        party=world.parties[party],
        address=address,
        found=FOUND,
        at=NOW,
    )


def _sign(world: World, version: UUID, hash: str, who: str = "charity") -> None:
    actions.sign(by=world.actor(who), version=version, party=world.parties[who], hash=hash, at=NOW)


def _told(world: World, mails: Mails) -> tuple[UUID, str, str]:
    """The charity has signed and was told: the version, its hash and the path of the link."""
    version, hash = shown(world)
    _contact(world)
    _sign(world, version, hash)
    jobs.run_due(NOW)
    return version, hash, link_in(mails)


def test_the_body_is_told_at_its_own_address_and_sees_who_signed(world: World, mailoutbox: Mails) -> None:
    _version, _hash, path = _told(world, mailoutbox)
    (mail,) = mailoutbox
    assert mail.to == [OFFICE]
    assert "Charity" not in mail.body.replace("Friends of Testing", ""), "the mail names no person"
    kept = all_that_is_kept()
    for method in ("get", "head"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 200
        assert answer["Referrer-Policy"] == "strict-origin"
        assert "no-store" in answer["Cache-Control"]
    assert all_that_is_kept() == kept
    said = words(page(Client(), path))
    for told in ("Charity, Chair", "Resolution of 1 January", "until 12 Mar 2026", "about 5 minutes"):
        assert told in said
    assert "It was told on 2 Mar 2026" in version_page(world)
    assert path.split("/")[-2] not in str(all_that_is_kept())


def test_while_no_contact_is_on_file_the_page_says_that_it_could_not_be_told(
    world: World, mailoutbox: Mails
) -> None:
    version, hash = shown(world)
    _sign(world, version, hash)
    jobs.run_due(NOW)
    assert mailoutbox == []
    assert "The body could not be told" in version_page(world)
    _contact(world)
    jobs.run_due(NOW + timedelta(days=3))
    assert len(mailoutbox) == 1, "as soon as it can be"
    assert Telling.objects.get().until == (NOW + timedelta(days=13)).date()
    assert "could not be told" not in version_page(world)


def test_it_is_told_once_and_not_when_the_same_person_signs_again(world: World, mailoutbox: Mails) -> None:
    version, hash, _path = _told(world, mailoutbox)
    _sign(world, version, hash, "council")
    other, other_hash = shown(world, slug="another")
    covenant = Version.objects.get(id=other).covenant_id
    actions.record_contact(
        by=world.actor("convenor"),
        covenant=covenant,
        party=world.parties["charity"],
        address=OFFICE,
        found=FOUND,
        at=NOW,
    )
    later = NOW + timedelta(hours=1)
    actions.sign(
        by=world.actor("charity"),
        version=other,
        party=world.parties["charity"],
        hash=other_hash,
        at=later,
    )
    jobs.run_due(later)
    assert len(mailoutbox) == 1


def test_an_address_that_comes_from_the_signatory_tells_nobody(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    _contact(world, "Charity@testing.example")
    _sign(world, version, hash)
    jobs.run_due(NOW)
    assert mailoutbox == []
    Contact.objects.update(address=OFFICE, recorded_by=world.people["charity"])
    jobs.run_due(NOW)
    assert mailoutbox == []
    assert "The body could not be told" in version_page(world)


def test_who_speaks_for_a_body_does_not_record_its_contact(world: World) -> None:
    shown(world)
    convenor = world.actor("convenor")
    places.give_mandate(
        by=convenor,
        party=world.parties["charity"],
        email="convenor@testing.example",
        name="",
        office="Trustee",
        given_by="The trustees",
        starts=YEAR[0],
        ends=YEAR[1],
        at=NOW,
    )
    with pytest.raises(NotPossible, match="somebody else must find its contact"):
        _contact(world)


def test_contacts_are_for_convenors_and_are_checked(world: World) -> None:
    shown(world)
    there = "/covenants/our-covenant/contacts/"
    browser = signed_in(world, "convenor")
    form = {"party": world.parties["charity"], "address": OFFICE, "found": FOUND}
    for wrong in ({"address": "nobody"}, {"found": ""}, {"party": world.parties["business"]}, {"party": "x"}):
        answer = browser.post(there, form | wrong)
        assert answer.status_code == 400
        assert (FOUND if "found" not in wrong else OFFICE) in answer.content.decode()
    assert not Contact.objects.exists()
    done = browser.post(there, form, follow=True)
    assert f"Friends of Testing: {OFFICE}" in words(done.content.decode())
    for who in ("public", "council", "charity", "stranger"):
        answer = signed_in(world, who).get(there)
        assert answer.status_code in (302, 403)
        assert OFFICE not in answer.content.decode()
    assert OFFICE not in version_page(world, "charity")
    assert OFFICE not in "".join(entry.data for entry in recorded())


def test_disowned_while_it_is_signed_its_consent_is_missing_again(world: World, mailoutbox: Mails) -> None:
    version, hash, path = _told(world, mailoutbox)
    assert Client().post(path, {"reason": ""}).status_code == 400
    done = Client().post(path, {"reason": "This person left us"}, follow=True)
    assert "The body disowned this signature on 2 Mar 2026: This person left us" in words(
        done.content.decode()
    )
    assert not Signature.objects.exists()
    _sign(world, version, hash, "council")
    assert Version.objects.get(id=version).state == "proposed"
    said = version_page(world)
    assert "disowned a signature on 2 Mar 2026: This person left us" in said
    assert "It does not count" in said
    (entry,) = [each for each in recorded() if each.kind == "signature.disowned"]
    assert entry.body["party"] == str(world.parties["charity"])
    assert "left us" not in entry.data
    with pytest.raises(NotPossible, match="The body can give a new mandate"):
        _sign(world, version, hash)
    with pytest.raises(NotPossible, match="The body can give a new mandate"):
        actions.refuse(
            by=world.actor("charity"), version=version, party=world.parties["charity"], reason="r", at=NOW
        )


def test_somebody_else_can_sign_after_a_signature_was_disowned_and_the_body_is_told_again(
    world: World, mailoutbox: Mails
) -> None:
    version, hash, path = _told(world, mailoutbox)
    Client().post(path, {"reason": "This person left us"})
    places.give_mandate(
        by=world.actor("convenor"),
        party=world.parties["charity"],
        email="new@testing.example",
        name="New",
        office="Chair",
        given_by="The trustees",
        starts=YEAR[0],
        ends=YEAR[1],
        at=NOW,
    )
    world.people["new"] = _person(world)
    actions.sign(by=world.actor("new"), version=version, party=world.parties["charity"], hash=hash, at=NOW)
    jobs.run_due(NOW)
    assert len(mailoutbox) == 2
    assert Signature.objects.get().user_id == world.people["new"]


def _person(world: World) -> UUID:
    from covenant.place.reads import person

    found = person("new@testing.example")
    assert found
    return found


def test_disowned_in_force_it_is_marked_and_stands_until_the_parties_change_it(
    world: World, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, hash, path = _told(world, mailoutbox)
    _sign(world, version, hash, "council")
    assert Version.objects.get(id=version).state == "in force"
    called: list[UUID] = []
    monkeypatch.setattr(disowning, "after_disowning", lambda *, version, party, at: called.append(party))
    assert Client().post(path, {"reason": "Nobody asked us"}).status_code == 302
    assert called == [world.parties["charity"]]
    assert Version.objects.get(id=version).state == "in force"
    said = version_page(world)
    assert "disowned a signature on 2 Mar 2026: Nobody asked us" in said
    assert "What is in force stands until the parties change it" in said
    signed = reads.signing(version, asked_by=world.actor("public"), today=NOW.date()).signatures
    assert {each.disowned_at is not None for each in signed if each.party.id == world.parties["charity"]} == {
        True
    }


def test_ten_days_and_no_longer_and_once(
    world: World, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    _version, _hash, path = _told(world, mailoutbox)
    stop_the_clock(monkeypatch, NOW + timedelta(days=11))
    kept = all_that_is_kept()
    assert "could be disowned until 12 Mar 2026" in words(page(Client(), path))
    assert Client().post(path, {"reason": "Late"}).status_code == 400
    assert all_that_is_kept() == kept
    stop_the_clock(monkeypatch, NOW + timedelta(days=10))
    assert Client().post(path, {"reason": "In time"}).status_code == 302
    again = Client().post(path, {"reason": "Again"})
    assert again.status_code == 400
    assert Telling.objects.get().reason == "In time"


def test_the_link_that_answers_disowns_nothing_and_the_other_way_round(
    world: World, mailoutbox: Mails
) -> None:
    _version, hash, path = _told(world, mailoutbox)
    other = path.replace("/told/", "/by-link/")
    assert Client().get(other).status_code == 404
    assert Client().post(other, {"hash": hash, "reply": "refuse", "reason": "r"}).status_code == 404
    assert Signature.objects.count() == 1


def test_address_and_token_are_forgotten_a_month_later_and_the_signatory_never_learns_the_address(
    world: World, mailoutbox: Mails
) -> None:
    _version, _hash, path = _told(world, mailoutbox)
    assert OFFICE not in str(kept_of(world.people["charity"]))
    retention.run_due(NOW + timedelta(days=39))
    assert Telling.objects.get().sent_to == OFFICE
    retention.run_due(NOW + timedelta(days=41))
    row = Telling.objects.get()
    assert (row.sent_to, row.token_hash) == ("", None)
    assert Client().get(path).status_code == 404


def test_another_convenor_does_not_say_where_a_body_is_told(world: World) -> None:
    shown(world)
    covenant = Version.objects.values_list("covenant_id", flat=True)[0]
    with pytest.raises(NotAllowed):
        actions.record_contact(
            by=world.actor("stranger"),
            covenant=covenant,
            party=world.parties["charity"],
            address=OFFICE,
            found=FOUND,
            at=NOW,
        )


@pytest.mark.django_db(transaction=True)
def test_disowned_twice_at_once_while_the_other_side_signs_it_counts_once(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, mailoutbox: Mails
) -> None:
    stop_the_clock(monkeypatch)
    assert "memory" not in str(connections["default"].settings_dict["NAME"])
    world = make_world()
    version, hash, path = _told(world, mailoutbox)
    token = path.split("/")[-2]
    council = world.actor("council")
    act = partial(actions.disown, token=token, reason="No", at=NOW)
    sign = partial(
        actions.sign, by=council, version=version, party=world.parties["council"], hash=hash, at=NOW
    )
    found = at_once(act, act, sign)
    assert sum(isinstance(each, NotPossible) for each in found[:2]) == 1
    in_force = Version.objects.get(id=version).state == "in force"
    assert Signature.objects.filter(party=world.parties["charity"]).exists() is in_force
    assert len([entry for entry in recorded() if entry.kind == "signature.disowned"]) == 1


def test_everything_open_that_was_signed_under_the_same_mandate_counts_no_more(
    world: World, mailoutbox: Mails
) -> None:
    version, _hash, path = _told(world, mailoutbox)
    other = draft(world, slug="another")
    hash = actions.propose(by=world.actor("convenor"), version=other, at=NOW)
    _sign(world, other, hash)
    Client().post(path, {"reason": "Nobody asked us"})
    assert not Signature.objects.filter(version__in=[version, other]).exists()
    told = [entry.subject for entry in recorded() if entry.kind == "signature.disowned"]
    assert sorted(told) == sorted([str(version), str(other)])
    _sign(world, other, hash, who="council")
    assert Version.objects.get(id=other).state == "proposed"
