"""What cannot be published, joined, thrown away or sealed to nobody; what is told of what is in the open."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from covenant.concern import actions, codes, models, reads, rules, sealing
from covenant.concern.types import Outcome, Rung
from covenant.place.models import User
from covenant.place.types import NotPossible
from covenant.record.models import Entry
from covenant.scrutinise import actions as scrutinise
from covenant.scrutinise.models import Finding
from covenant.scrutinise.rules import REPLY_DAYS
from covenant.web import erasing, retention
from tests.concern.boxes import HAPPENED, PASSPHRASE, RIGHT, Boxed, days
from tests.personas import NOW, signed_in

OF, CASE = "/covenants/our-covenant/concerns", "/concerns/case/"
NEXT = "nine patient otters near water"
TOO_LATE = days(REPLY_DAYS + 1)
SMALL_ORDER = (
    "00" * 32,
    "01" + "00" * 31,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ec" + "ff" * 30 + "7f",
)
pytestmark = pytest.mark.django_db


def sign(boxed: Boxed, finding: UUID) -> None:
    row = Finding.objects.get(id=finding)
    scrutinise.sign_finding(by=boxed.scrutineer, finding=row.id, hash=row.hash, at=TOO_LATE)


def note(boxed: Boxed, concern: UUID) -> None:
    actions.close(by=boxed.scrutineer, concern=concern, outcome=Outcome.WITHDRAWN, at=TOO_LATE)


def joined_and_offered_a_finding(boxed: Boxed) -> tuple[bytes, bytes]:
    """Two joined concerns; both consent to the same words of a finding, and neither is taken there yet."""
    first, second = boxed.admitted(), boxed.raise_one()
    actions.join(by=boxed.scrutineer, concern=boxed.id_of(second), to=boxed.id_of(first), at=NOW)
    for rung in Rung:
        boxed.offer(first)
        for code in (first, second):
            actions.consent(code=code, step=boxed.case(code).offer.id, at=NOW)  # type: ignore[union-attr]
            if rung is not Rung.FINDING:
                actions.climb(by=boxed.scrutineer, concern=boxed.id_of(code), at=NOW)
    return first, second


def test_a_concern_that_was_withdrawn_is_never_published(boxed: Boxed) -> None:
    code = boxed.admitted()
    boxed.to(code, Rung.FINDING)
    id, finding = boxed.id_of(code), Finding.objects.get()
    before = Entry.objects.count()
    actions.withdraw(code=code, at=NOW)
    assert Entry.objects.count() == before
    with pytest.raises(NotPossible, match="was withdrawn"):
        sign(boxed, finding.id)
    note(boxed, id)
    finding.refresh_from_db()
    assert (finding.closing, finding.signed_at) == ("The concern was withdrawn.", None)
    with pytest.raises(NotPossible):
        sign(boxed, finding.id)
    assert reads.published(boxed.covenant) == ()


def test_a_draft_that_another_concern_stands_behind_goes_on_until_that_is_withdrawn(boxed: Boxed) -> None:
    first, second = joined_and_offered_a_finding(boxed)
    for code in (first, second):
        actions.climb(by=boxed.scrutineer, concern=boxed.id_of(code), at=NOW)
    finding = Finding.objects.get()
    actions.withdraw(code=first, at=NOW)
    note(boxed, boxed.id_of(first))
    finding.refresh_from_db()
    assert (finding.held, finding.closed_at) == (False, None)
    actions.withdraw(code=second, at=NOW)
    with pytest.raises(NotPossible, match="was withdrawn"):
        sign(boxed, finding.id)


@pytest.mark.parametrize("noted", [False, True])
def test_who_comes_to_the_same_words_later_has_a_draft_that_can_be_signed(boxed: Boxed, noted: bool) -> None:
    first, second = joined_and_offered_a_finding(boxed)
    actions.climb(by=boxed.scrutineer, concern=boxed.id_of(first), at=NOW)
    actions.withdraw(code=first, at=NOW)
    if noted:
        note(boxed, boxed.id_of(first))
    actions.climb(by=boxed.scrutineer, concern=boxed.id_of(second), at=NOW)
    finding = models.Concern.objects.get(id=boxed.id_of(second)).finding
    assert finding is not None
    sign(boxed, finding.id)
    assert [each.id for each in reads.published(boxed.covenant)] == [finding.id]


def test_what_is_on_a_rung_is_joined_only_to_what_is_before_the_same_parties(boxed: Boxed) -> None:
    other, alike = boxed.admitted(parties=("charity",)), boxed.admitted()
    code = boxed.admitted()
    boxed.climb(code)
    with pytest.raises(NotPossible, match="on a rung before other parties"):
        actions.join(by=boxed.scrutineer, concern=boxed.id_of(code), to=boxed.id_of(other), at=NOW)
    actions.join(by=boxed.scrutineer, concern=boxed.id_of(code), to=boxed.id_of(alike), at=NOW)
    actions.join(by=boxed.scrutineer, concern=boxed.id_of(boxed.raise_one()), to=boxed.id_of(other), at=NOW)


@pytest.mark.parametrize("erased", [True, False])
def test_nobody_takes_a_concern_for_a_scrutineer_who_cannot_sign_in(boxed: Boxed, erased: bool) -> None:
    if erased:
        erasing.erase_person(email="scrutineer@testing.example", reason="At their wish", at=NOW)
    else:
        User.objects.filter(id=boxed.world.people["scrutineer"]).update(is_active=False)
    with pytest.raises(NotPossible, match="Nobody can take"):
        boxed.raise_one()
    assert models.Concern.objects.count() == 0
    assert "Nobody can take a concern now" in Client().get(f"{OF}/raise/").text


def test_each_passphrase_opens_the_letters_of_its_own_key(boxed: Boxed) -> None:
    code = boxed.raise_one()
    actions.make_key(by=boxed.scrutineer, covenant=boxed.covenant, passphrase=NEXT, again=NEXT, at=NOW)
    actions.answer(code=code, text="The kingfisher saw it", at=NOW)
    id = boxed.id_of(code)
    assert [each.text for each in boxed.opened(id, PASSPHRASE)] == [HAPPENED]
    assert [each.text for each in boxed.opened(id, NEXT)] == ["The kingfisher saw it"]
    with pytest.raises(sealing.WrongPassphrase):
        boxed.opened(id, "x" * 20)
    page = signed_in(boxed.world, "scrutineer").post(f"{OF}/desk/{id}/", {"passphrase": NEXT}).text
    assert "The kingfisher saw it" in page
    assert "which this passphrase does not open" in page
    assert [number for number in ("1", "2") if f"Letter {number} of" in page] == ["1"]


def test_in_the_open_nobody_is_told_that_it_is_secret(boxed: Boxed) -> None:
    charity = signed_in(boxed.world, "charity")
    said = {"safe": "on", "party": boxed.world.parties["charity"], "happened": "Late", "right": "Pay"}
    raised = charity.post(f"{OF}/raise-openly/", said).text
    assert "Everyone can read your party’s concern" in raised
    assert "nobody else can" not in raised
    assert "nobody knows who you are" not in raised
    code = re.search(r'id="case-code">([^<]+)<', raised)[1]  # type: ignore[index]
    assert "What your party said in the open stays public" in charity.post(CASE, {"code": code}).text
    gone = charity.post(CASE, {"code": code, "act": "withdraw", "sure": "on"}).text
    assert "what your party said in the open stays public" in gone
    assert "What was written is deleted" not in gone
    assert "Late" in Client().get(f"{OF}/").text


def test_the_day_of_what_is_in_the_open_stays_once_its_letters_are_deleted(boxed: Boxed) -> None:
    charity = boxed.world.parties["charity"]
    words = {"token": bytes(16), "happened": "Late", "right": "Pay", "safe": True, "at": NOW}
    code = codes.read(
        actions.raise_openly(by=boxed.world.actor("charity"), covenant=boxed.covenant, party=charity, **words)
    )
    secret = boxed.raise_one()
    for each in (code, secret):
        id = boxed.id_of(each)
        actions.admit(by=boxed.scrutineer, concern=id, parties=[boxed.world.parties["council"]], at=days(3))
        actions.close(by=boxed.scrutineer, concern=id, outcome=Outcome.PUT_RIGHT, text="Done.", at=days(4))
    rule = next(rule for rule in retention.RULES if rule.name == "concerns")
    later = days(5 + rules.KEPT_DAYS)
    before = reads.in_the_open(boxed.covenant)
    assert rule.remove(later - timedelta(days=rule.days), later) == 2
    assert reads.in_the_open(boxed.covenant) == before
    assert before[0].day == NOW.date()
    assert models.Concern.objects.get(openly=None).raised_on is None


def test_a_month_counts_what_came_in_confidence_alone(boxed: Boxed) -> None:
    for _ in range(2):
        boxed.raise_one()
    actions.raise_openly(
        by=boxed.world.actor("charity"),
        covenant=boxed.covenant,
        party=boxed.world.parties["charity"],
        token=bytes(16),
        happened="Late",
        right="Pay",
        safe=True,
        at=NOW,
    )
    assert actions.publish_month(covenant=boxed.covenant, month=NOW.date(), at=days(31))
    assert boxed.counts(days(31)).months == ((NOW.date().replace(day=1), None),)
    assert "in confidence, by month" in Client().get(f"{OF}/").text


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_to_which_nothing_can_be_sealed_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(sealing, "HUMAN", "age")
    typed = sealing._written(bytes.fromhex(point)).lower()
    with pytest.raises(NotPossible, match="cannot be used"):
        sealing.check_recipient(typed)


def test_only_a_form_that_is_unchanged_is_the_same_concern(boxed: Boxed) -> None:
    words = {"covenant": boxed.covenant, "token": bytes(16), "safe": True, "at": NOW}
    first = actions.raise_concern(happened=HAPPENED, right=RIGHT, **words)
    assert actions.raise_concern(happened=HAPPENED, right=RIGHT, **words) == first
    edited = actions.raise_concern(happened=f"{HAPPENED} And again.", right=RIGHT, **words)
    opened = actions.raise_openly(
        by=boxed.world.actor("charity"),
        party=boxed.world.parties["charity"],
        happened=HAPPENED,
        right=RIGHT,
        **words,
    )
    assert len({first, edited, opened}) == models.Concern.objects.count() == 3
    assert boxed.case(codes.read(edited)).letters[0].text.endswith("And again.")
    assert models.Openly.objects.count() == 1


def test_the_convenor_is_led_to_what_is_before_a_mediator(boxed: Boxed) -> None:
    for who, led in (("convenor", True), ("scrutineer", True), ("moderator", False), ("public", False)):
        assert (f'href="{OF}/asked/"' in signed_in(boxed.world, who).get(f"{OF}/").text) == led, who
