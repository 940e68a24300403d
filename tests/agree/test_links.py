"""Small bodies answer by a one-time link: for one person, one hash, once; looking at it does nothing."""

import hashlib
import io
import logging
import re
from datetime import date, timedelta
from functools import partial

import pytest
from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client

from covenant.agree import actions, jobs, posting, reads
from covenant.agree.models import Refusal, Signature, Version
from covenant.agree.signing_models import Ask, Link, SignedAs
from covenant.agree.signing_types import Capacity, CapacitySaid, Reply
from covenant.place import actions as places
from covenant.place.types import NotAllowed, NotPossible
from covenant.web import retention
from covenant.web.logs import Plain
from covenant.web.own import kept_of
from tests.agree.asked import (
    ITSELF,
    VERSION,
    ask,
    link_in,
    mandate,
    page,
    shown,
    version_page,
    words,
)
from tests.at_once import at_once
from tests.personas import (
    NOW,
    World,
    add_clause,
    all_that_is_kept,
    draft,
    make_world,
    sign_all,
    signed_in,
    stop_the_clock,
)
from tests.records import recorded

Mails = list[EmailMessage]


def test_the_convenor_asks_and_the_person_signs_without_an_account(world: World, mailoutbox: Mails) -> None:
    _version, hash = shown(world)
    browser = signed_in(world, "convenor")
    held = mandate(world, "charity")
    assert str(held) in page(browser, f"{VERSION}ask/")
    sent = browser.post(f"{VERSION}ask/", {"mandate": held}, follow=True)
    assert "The email waits to be sent" in sent.content.decode()
    assert mailoutbox == []
    jobs.run_due(NOW)
    assert "The link was sent and works until 16 Mar 2026" in words(page(browser, f"{VERSION}ask/"))
    (mail,) = mailoutbox
    assert mail.to == ["charity@testing.example"]
    assert "30 minutes" in mail.body
    assert "Council" not in mail.body, "nothing of others is in it"
    path, stranger = link_in(mailoutbox), Client()
    said = words(page(stranger, path))
    for told in ("about 30 minutes", "30 minutes in all", "You owe: 1. Open the hall on Sundays", "Chair"):
        assert told in said
    assert Signature.objects.count() == 0
    done = stranger.post(path, {"hash": hash, **ITSELF}, follow=True)
    assert "You signed for Friends of Testing on" in words(done.content.decode())
    receipt = re.search(r'href="(/record/receipts/[0-9a-f]+/)"', done.content.decode())
    assert receipt
    assert stranger.get(receipt[1]).status_code == 200
    assert "By a link that was sent to the person" in version_page(world)
    assert "For itself" in version_page(world)
    assert [e.body["way"] for e in recorded() if e.kind == "signature.capacity"] == ["by link"]


def test_the_last_consent_by_link_puts_the_covenant_in_force(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    actions.sign(
        by=world.actor("council"), version=version, party=world.parties["council"], hash=hash, at=NOW
    )
    ask(world, version)
    Client().post(link_in(mailoutbox), {"hash": hash, **ITSELF})
    assert Version.objects.get(id=version).state == "in force"


def test_a_link_signs_for_members_with_numbers_that_can_be_true(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path, browser = link_in(mailoutbox), Client()
    members = {"reply": "sign", "capacity": "members", "how": "At the meeting; 30 for it"}
    for numbers in (
        {},
        {"asked": "10"},
        {"asked": "10", "answered": "11"},
        {"asked": "0", "answered": "0"},
        {"asked": "-1", "answered": "1"},
        {"asked": "ten", "answered": "1"},
        {"asked": "9999999999999", "answered": "1"},
    ):
        wrong = browser.post(path, {"hash": hash, **members, **numbers})
        assert wrong.status_code == 400, numbers
        assert "At the meeting; 30 for it" in wrong.content.decode()
    assert browser.post(path, {"hash": hash, "reply": "sign"}).status_code == 400
    assert not Signature.objects.exists()
    assert browser.post(path, {"hash": hash, **members, "asked": "40", "answered": "32"}).status_code == 302
    assert "40 were asked, 32 answered. At the meeting; 30 for it" in version_page(world)
    (entry,) = [each for each in recorded() if each.kind == "signature.capacity"]
    assert (entry.body["asked"], entry.body["answered"], entry.body["capacity"]) == (40, 32, "members")
    assert "At the meeting" not in entry.data, "what people worded stands sealed"


def test_a_link_shows_what_changes_for_the_body_and_can_leave_out_a_part(
    world: World, mailoutbox: Mails
) -> None:
    version = draft(world, debtor="charity")
    add_clause(world, version, debtor="charity", creditor="council")
    sign_all(world, version)
    convenor = world.actor("convenor")
    change = actions.draft_change(by=convenor, covenant=reads.covenant_of(version), why="It is cold", at=NOW)
    for clause in reads.version(change)[1].clauses:
        actions.word_clause(
            by=convenor,
            version=change,
            clause=clause.id,
            debtor=clause.debtor.id,
            creditors=[party.id for party in clause.creditors],
            text=f"Heat the hall {clause.number}",
            measure=clause.measure,
            due=clause.due,
            tier=clause.tier,
            outcome=clause.outcome,
        )
    hash = actions.propose(by=convenor, version=change, at=NOW)
    ask(world, change)
    path = link_in(mailoutbox)
    said = page(Client(), path)
    assert "about 15 minutes" in words(said)
    assert "Heat the hall 1" in words(said)
    names = re.findall(r'name="(refuses-[^"]+)"', said)
    assert len(names) == 2
    all_of_them = Client().post(path, {"hash": hash, **ITSELF, **dict.fromkeys(names, "No")})
    assert all_of_them.status_code == 400
    assert "refuse the version as a whole" in all_of_them.content.decode()
    assert Client().post(path, {"hash": hash, **ITSELF, names[0]: "Too dear"}).status_code == 302
    (refused,) = reads.version(change)[1].refused_parts
    assert (refused.party.id, refused.reason) == (world.parties["charity"], "Too dear")


def test_a_link_refuses_with_a_reason(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path, browser = link_in(mailoutbox), Client()
    assert browser.post(path, {"hash": hash, "reply": "refuse"}).status_code == 400
    assert browser.post(path, {"hash": hash, "reply": "refuse", "reason": "Too dear"}).status_code == 302
    assert Refusal.objects.get().reason == "Too dear"
    assert "You said no for Friends of Testing" in words(page(browser, path))


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_whoever_follows_the_link_does_nothing(world: World, mailoutbox: Mails, method: str) -> None:
    version, _hash = shown(world)
    ask(world, version)
    path, kept = link_in(mailoutbox), all_that_is_kept()
    for headers in ({}, {"Sec-Purpose": "prefetch"}, {"User-Agent": "MailScanner/1"}):
        answer = getattr(Client(), method)(path, headers=headers)
        assert answer.status_code in (200, 405)
        if answer.status_code == 200:
            assert answer["Referrer-Policy"] == "strict-origin"
            assert "no-store" in answer["Cache-Control"]
            assert answer["X-Robots-Tag"] == "noindex"
    assert all_that_is_kept() == kept


def test_a_form_that_a_machine_sends_empty_signs_nothing(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path, kept = link_in(mailoutbox), all_that_is_kept()
    for form in (
        {},
        {"hash": hash},
        {"hash": hash, "reply": "agree"},
        {"reply": "sign", "capacity": "itself"},
    ):
        assert Client().post(path, form).status_code == 400
    assert Client(enforce_csrf_checks=True).post(path, {"hash": hash, **ITSELF}).status_code == 403
    assert all_that_is_kept() == kept


def test_a_link_works_once(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path, browser = link_in(mailoutbox), Client()
    assert browser.post(path, {"hash": hash, **ITSELF}).status_code == 302
    kept = all_that_is_kept()
    for form in ({"hash": hash, **ITSELF}, {"hash": hash, "reply": "refuse", "reason": "I changed my mind"}):
        again = browser.post(path, form)
        assert again.status_code == 410
        assert "it works once" in again.content.decode()
    assert all_that_is_kept() == kept


def _gone(path: str, hash: str, sentence: str) -> None:
    """The link shows why it does nothing, and does nothing."""
    kept = all_that_is_kept()
    for answer in (Client().get(path), Client().post(path, {"hash": hash, **ITSELF})):
        assert answer.status_code == 410
        assert sentence in answer.content.decode()
        assert answer["Referrer-Policy"] == "strict-origin"
    assert all_that_is_kept() == kept


def test_a_link_expires_after_fourteen_days(
    world: World, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, hash = shown(world)
    ask(world, version)
    path = link_in(mailoutbox)
    stop_the_clock(monkeypatch, NOW + timedelta(days=14))
    assert Client().get(path).status_code == 200
    stop_the_clock(monkeypatch, NOW + timedelta(days=15))
    _gone(path, hash, "This link has expired")


def test_a_withdrawn_version_is_answered_by_nobody(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    _gone(link_in(mailoutbox), hash, "was withdrawn")


def test_a_mandate_that_ended_between_signs_nothing(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    places.lay_down_mandate(by=world.actor("charity"), mandate=mandate(world, "charity"), at=NOW)
    _gone(link_in(mailoutbox), hash, "Your mandate to speak for this body has ended")


def test_an_account_that_was_closed_or_erased_signs_nothing(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    places.close_account(email="charity@testing.example", reason="They left", at=NOW)
    _gone(link_in(mailoutbox), hash, "has ended")
    places.erase_person(email="charity@testing.example", reason="At their wish", at=NOW)
    _gone(link_in(mailoutbox), hash, "has ended")


def test_a_link_for_other_words_is_refused(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path = link_in(mailoutbox)
    other = Client().post(path, {"hash": "0" * 64, **ITSELF})
    assert other.status_code == 400
    assert "not the words that you were shown" in other.content.decode()
    Link.objects.update(hash="0" * 64)
    _gone(path, hash, "not the words that you were asked about")


def test_a_body_that_answered_in_another_way_is_told_so(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    actions.sign(
        by=world.actor("charity"), version=version, party=world.parties["charity"], hash=hash, at=NOW
    )
    _gone(link_in(mailoutbox), hash, "has answered this version already")


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "a" * 5000, "' or 1=1 --", "%00"])
def test_a_forged_token_opens_nothing(world: World, mailoutbox: Mails, token: str) -> None:
    version, hash = shown(world)
    ask(world, version)
    kept = all_that_is_kept()
    for path in (f"/covenants/by-link/{token}/", f"/covenants/told/{token}/"):
        for answer in (Client().get(path), Client().post(path, {"hash": hash, "reason": "r", **ITSELF})):
            assert answer.status_code in (400, 404)
    assert all_that_is_kept() == kept


def test_a_token_in_part_or_in_other_letters_opens_nothing(world: World, mailoutbox: Mails) -> None:
    version, _hash = shown(world)
    ask(world, version)
    path = link_in(mailoutbox)
    for other in (path[:-2] + "/", path.swapcase().replace("/COVENANTS/BY-LINK/", "/covenants/by-link/")):
        assert Client().get(other).status_code == 404
    assert Client().get(path.replace("by-link", "told")).status_code == 404


def test_a_link_speaks_for_one_body_in_one_version_alone(world: World, mailoutbox: Mails) -> None:
    """Whoever holds it, and is signed in as somebody else, acts as the person that it is bound to."""
    version, hash = shown(world)
    other, _ = shown(world, slug="another")
    ask(world, version)
    path = link_in(mailoutbox)
    signed_in(world, "council").post(
        path, {"hash": hash, "party": world.parties["council"], "version": other, **ITSELF}
    )
    (signature,) = Signature.objects.all()
    assert (signature.version_id, signature.party_id) == (version, world.parties["charity"])
    assert signature.user_id == world.people["charity"]


def test_only_a_hash_of_the_token_is_kept(world: World, mailoutbox: Mails) -> None:
    version, _hash = shown(world)
    ask(world, version)
    token = link_in(mailoutbox).split("/")[-2]
    assert token not in str(all_that_is_kept())
    assert Link.objects.get().token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in "".join(entry.data for entry in recorded())
    mine = str(kept_of(world.people["charity"]))
    assert Link.objects.get().token_hash not in mine
    assert str(Link.objects.get().id) in mine, "that one was asked is told to whoever was"


def test_nothing_of_the_token_is_in_the_log(world: World, mailoutbox: Mails) -> None:
    version, hash = shown(world)
    ask(world, version)
    path, stream = link_in(mailoutbox), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Plain())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "covenant")]
    access = logging.getLogger("covenant.access")
    access.setLevel(logging.INFO)
    for logger in loggers:
        logger.addHandler(handler)
    try:
        Client().get(path)
        Client().put(path)
        Client().post(path, {"hash": "0", **ITSELF})
        Client().post(path, {"hash": hash, **ITSELF})
        Client(enforce_csrf_checks=True).post(path, {"hash": hash})
        Client().get(path[:-1])
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        access.setLevel(logging.WARNING)
    log = stream.getvalue()
    assert log.count("agree:by_link") >= 4
    assert path.split("/")[-2] not in log


def test_a_mail_that_fails_is_sent_later_and_nothing_is_lost(
    world: World, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    version, _hash = shown(world)

    def down(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError("charity@testing.example could not be reached")

    logging.getLogger("covenant").propagate = True
    with monkeypatch.context() as patch:
        patch.setattr(posting, "send_mail", down)
        ask(world, version)
    logging.getLogger("covenant").propagate = False
    assert "charity" not in caplog.text
    assert "could not be sent" in caplog.text
    assert Ask.objects.count() == 1
    assert posting.send_due(NOW + timedelta(minutes=5)) == 0, "not again and again"
    assert posting.send_due(NOW + timedelta(minutes=11)) == 1
    assert posting.send_due(NOW + timedelta(minutes=30)) == 0
    assert len(mailoutbox) == 1
    assert Client().get(link_in(mailoutbox)).status_code == 200


def test_asking_again_ends_the_earlier_link_and_not_within_three_days(
    world: World, mailoutbox: Mails
) -> None:
    version, hash = shown(world)
    ask(world, version)
    first = link_in(mailoutbox)
    with pytest.raises(NotPossible, match="can be asked again from 5 March 2026"):
        ask(world, version, at=NOW + timedelta(days=2))
    ask(world, version, at=NOW + timedelta(days=3))
    _gone(first, hash, "A newer link was sent to you")
    assert Client().post(link_in(mailoutbox), {"hash": hash, **ITSELF}).status_code == 302


def test_who_cannot_be_asked(world: World) -> None:
    version, hash = shown(world)
    for who in ("public", "stranger", "council", "charity", "administrator"):
        with pytest.raises(NotAllowed):
            actions.ask_to_sign(
                by=world.actor(who), version=version, mandate=mandate(world, "charity"), at=NOW
            )
    convenor = world.actor("convenor")
    with pytest.raises(NotPossible, match="does not hold today"):
        actions.ask_to_sign(by=convenor, version=version, mandate=mandate(world, "charity", "lapsed"), at=NOW)
    actions.sign(
        by=world.actor("charity"), version=version, party=world.parties["charity"], hash=hash, at=NOW
    )
    with pytest.raises(NotPossible, match="answered this version already"):
        actions.ask_to_sign(by=convenor, version=version, mandate=mandate(world, "charity"), at=NOW)


def test_trustees_who_meet_first_are_not_asked_until_then(
    world: World, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, hash = shown(world)
    ask(world, version)
    path = link_in(mailoutbox)
    for day in ("", "2026-03-02", "2026-06-01", "soon"):
        assert Client().post(path, {"hash": hash, "reply": "wait", "meets": day}).status_code == 400, day
    assert Client().post(path, {"hash": hash, "reply": "wait", "meets": "2026-03-12"}).status_code == 302
    assert "the trustees meet on 12 Mar 2026" in version_page(world)
    assert "You said that your trustees meet on 12 Mar 2026" in words(page(Client(), path))
    with pytest.raises(NotPossible, match="meet on 12 March 2026"):
        ask(world, version, at=NOW + timedelta(days=5))
    (pause,) = reads.pauses(version, today=date(2026, 3, 12))
    assert pause.runs
    browser, there = signed_in(world, "charity"), f"{VERSION}wait/{world.parties['charity']}/"
    assert browser.post(there, {"meets": "2026-03-11"}).status_code == 400, "to a later day alone"
    assert browser.post(there, {"meets": "2026-05-31"}).status_code == 302, "ninety days ahead"
    assert "moved from 12 Mar 2026" in version_page(world)
    assert browser.post(there, {"meets": "2026-05-31"}).status_code == 400, "once"
    (pause,) = reads.pauses(version, today=date(2026, 6, 1))
    assert not pause.runs
    assert Client().post(path, {"hash": hash, **ITSELF}).status_code == 302, "the link was not used up"


def test_what_a_body_was_asked_is_counted_by_year(world: World, mailoutbox: Mails) -> None:
    version, _hash = shown(world)
    ask(world, version)
    ask(world, version, "council")
    ask(world, version, at=NOW + timedelta(days=20))
    charity, council = world.parties["charity"], world.parties["council"]
    found = {
        (s.party, s.year): (s.n, s.minutes) for s in reads.asks(parties=[charity, council], since=NOW.date())
    }
    assert found == {(charity, 2026): (2, 60), (council, 2026): (1, 30)}
    assert reads.asks(parties=[charity], since=date(2026, 4, 1)) == ()
    assert [e.body["minutes"] for e in recorded() if e.kind == "party.asked"] == [30, 30, 30]
    assert "60 minutes in all" in words(page(Client(), link_in(mailoutbox)))


def test_links_are_forgotten_a_month_after_they_ended_and_the_asks_stay(
    world: World, mailoutbox: Mails
) -> None:
    version, _hash = shown(world)
    ask(world, version)
    path = link_in(mailoutbox)
    retention.run_due(NOW + timedelta(days=44))
    assert Link.objects.count() == 1
    retention.run_due(NOW + timedelta(days=46))
    assert (Link.objects.count(), Ask.objects.count()) == (0, 1)
    assert Client().get(path).status_code == 404


def test_somebody_who_is_signed_in_signs_for_members(world: World) -> None:
    _version, hash = shown(world)
    browser, there = signed_in(world, "charity"), f"{VERSION}sign-as/{world.parties['charity']}/"
    assert there in page(browser, VERSION)
    page(browser, there)
    form = {"hash": hash, "capacity": "members", "asked": "5", "how": "By post"}
    wrong = browser.post(there, form)
    assert wrong.status_code == 400
    assert "By post" in wrong.content.decode()
    assert browser.post(there, {**form, "answered": "3"}).status_code == 302
    assert SignedAs.objects.get().answered == 3
    assert browser.post(there, {**form, "answered": "5"}).status_code == 409, "signed once"
    for who, status in (("council", 403), ("lapsed", 403), ("public", 403)):
        assert signed_in(world, who).post(there, form).status_code == status


def test_the_page_of_a_version_says_that_a_body_signs_for_itself_and_by_which_mandate(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, hash = shown(world)
    browser = signed_in(world, "charity")
    browser.post(f"{VERSION}sign/", {"party": world.parties["charity"], "hash": hash, "capacity": "itself"})
    said = version_page(world)
    assert "For itself" in said
    assert "The mandate ends on 31 Dec 2026" in said
    actions.sign(
        by=world.actor("council"), version=version, party=world.parties["council"], hash=hash, at=NOW
    )
    stop_the_clock(monkeypatch, NOW + timedelta(days=400))
    said = version_page(world)
    assert "The mandate has ended since, on 31 Dec 2026" in said
    assert "For whom was not stated" in said


def test_the_page_asks_the_database_as_often_for_many_as_for_few(
    world: World, mailoutbox: Mails, django_assert_max_num_queries: object
) -> None:
    version, hash = shown(world)
    ask(world, version)
    ask(world, version, "council")
    for who in ("council", "charity"):
        actions.sign_as(
            by=world.actor(who),
            version=version,
            party=world.parties[who],
            hash=hash,
            said=CapacitySaid(Capacity.ITSELF),
            at=NOW,
        )
    convenor = world.actor("convenor")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        assert len(reads.signing(version, asked_by=convenor, today=NOW.date()).signatures) == 2
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert reads.signing(version, asked_by=world.actor("public"), today=NOW.date()).sent == ()


@pytest.mark.django_db(transaction=True)
def test_two_who_use_the_same_link_at_once_answer_once(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, mailoutbox: Mails
) -> None:
    stop_the_clock(monkeypatch)
    assert "memory" not in str(connections["default"].settings_dict["NAME"])
    world = make_world()
    for turn in range(3):
        version, hash = shown(world, slug=f"covenant-{turn}")
        ask(world, version)
        token = link_in(mailoutbox).split("/")[-2]
        use = partial(actions.answer_link, token=token, hash=hash, at=NOW)
        found = at_once(
            partial(use, reply=Reply.SIGN, said=CapacitySaid(Capacity.ITSELF)),
            partial(use, reply=Reply.SIGN, said=CapacitySaid(Capacity.ITSELF)),
            partial(use, reply=Reply.REFUSE, reason="No"),
        )
        assert sum(isinstance(each, NotPossible) for each in found) == 2, found
        row = Version.objects.get(id=version)
        assert row.signatures.count() + row.refusals.count() == 1
