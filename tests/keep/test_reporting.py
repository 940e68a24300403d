"""Who may report on a commitment, and what a report needs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from covenant.agree import actions as agree
from covenant.agree import reads as agreed
from covenant.agree.models import Version
from covenant.keep import actions
from covenant.keep.models import Evidence as EvidenceRow
from covenant.keep.models import Report
from covenant.keep.types import Evidence, Progress
from covenant.place.types import NotAllowed, NotFound, NotPossible
from tests.personas import NOW, World, add_clause, all_that_is_kept, draft, sign_all, signed_in
from tests.records import record_size, recorded, unsealed

TODAY = NOW.date()
TYPED = "The very words that somebody typed"


@pytest.fixture
def owed(world: World) -> UUID:
    """A commitment in force that the council owes."""
    version = draft(world)
    sign_all(world, version)
    return agreed.content_of(version).clauses[0].commitment


def _report(world: World, commitment: UUID, who: str = "council", **words: Any) -> UUID:
    words = {"progress": Progress.DONE, "text": "It is open.", "at": NOW} | words
    return actions.report(by=world.actor(who), commitment=commitment, **words)


@pytest.mark.parametrize(
    "who",
    ["public", "convenor", "scrutineer", "administrator", "charity", "business", "lapsed", "stranger"],
)
def test_only_a_mandate_of_the_party_that_owes_it_reports(world: World, owed: UUID, who: str) -> None:
    kept = all_that_is_kept()
    with pytest.raises(NotAllowed, match="party that owes this"):
        _report(world, owed, who)
    assert all_that_is_kept() == kept


def test_a_mandate_that_has_ended_reports_no_more(world: World, owed: UUID) -> None:
    _report(world, owed, at=datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    with pytest.raises(NotAllowed):
        _report(world, owed, at=datetime(2027, 1, 1, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_report_needs_words(world: World, owed: UUID, text: str) -> None:
    with pytest.raises(NotPossible, match="a sentence or two"):
        _report(world, owed, text=text)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("what", "url", "dated"),
    [
        ("", "https://testing.example/", TODAY),
        ("  ", "https://testing.example/", TODAY),
        ("Minutes", "", TODAY),
        ("Minutes", "testing.example", TODAY),
        ("Minutes", "javascript:alert(1)", TODAY),
        ("Minutes", " javascript:alert(1)//https://", TODAY),
        ("Minutes", "data:text/html,x", TODAY),
        ("Minutes", "ftp://testing.example/", TODAY),
        ("Minutes", "//testing.example/", TODAY),
        ("Minutes", "https://testing.example/", TODAY + timedelta(1)),
    ],
)
def test_evidence_that_a_reader_could_not_check_is_refused(
    world: World, owed: UUID, what: str, url: str, dated: date
) -> None:
    good = Evidence("Diary", "https://testing.example/", TODAY)
    with pytest.raises(NotPossible):
        _report(world, owed, evidence=[good, Evidence(what, url, dated)])
    assert not Report.objects.exists()
    assert not EvidenceRow.objects.exists()


def test_what_is_dated_today_in_london_is_not_dated_in_the_future(world: World, owed: UUID) -> None:
    moment = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 1 July in London
    evidence = [Evidence("Diary", "https://testing.example/", date(2026, 7, 1))]
    _report(world, owed, evidence=evidence, at=moment)
    with pytest.raises(NotPossible, match="date to come"):
        _report(world, owed, evidence=evidence, at=moment - timedelta(hours=1))


def test_nothing_can_be_reported_on_what_is_not_in_force(world: World) -> None:
    version = draft(world)
    commitment = agreed.content_of(version).clauses[0].commitment
    with pytest.raises(NotFound):
        _report(world, commitment)
    hash = agree.propose(by=world.actor("convenor"), version=version, at=NOW)
    with pytest.raises(NotPossible, match="not in force"):
        _report(world, commitment)
    answer = signed_in(world, "council").get(f"/commitments/{commitment}/report/")
    assert answer.status_code == 409
    for who in ("council", "charity"):
        agree.sign(by=world.actor(who), version=version, party=world.parties[who], hash=hash, at=NOW)
    _report(world, commitment)


def test_nothing_can_be_reported_on_what_was_dropped(world: World) -> None:
    first = draft(world)
    add_clause(world, first)
    sign_all(world, first)
    dropped = agreed.content_of(first).clauses[0].commitment
    convenor, covenant = world.actor("convenor"), Version.objects.get(id=first).covenant_id
    second = agree.draft_change(by=convenor, covenant=covenant, why="w", at=NOW)
    agree.drop_clause(by=convenor, version=second, clause=agreed.content_of(second).clauses[0].id)
    _report(world, dropped)
    sign_all(world, second)
    with pytest.raises(NotPossible, match="not in force"):
        _report(world, dropped)
    page = signed_in(world, "public").get(f"/commitments/{dropped}/")
    assert page.status_code == 200
    assert "It is open." in page.content.decode()


def test_nothing_can_be_reported_on_what_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        _report(world, uuid4())


def test_a_report_leaves_one_entry_that_names_no_person(world: World, owed: UUID) -> None:
    count = record_size()
    _report(world, owed, evidence=[Evidence("Diary", "https://testing.example/", TODAY)])
    entries = recorded(start=count)
    assert [entry.kind for entry in entries] == ["commitment.reported"]
    assert entries[0].subject == str(owed)
    assert unsealed(entries[0])["evidence"] == [["Diary", "https://testing.example/", "2026-03-02"]]
    assert str(world.people["council"]) not in str(entries)


GOOD = {
    "progress": "done",
    "text": TYPED,
    "what": "Diary",
    "url": "https://testing.example/",
    "dated": "2026-03-01",
}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"progress": ""}, ""),
        ({"progress": "perhaps"}, ""),
        ({"text": ""}, ""),
        ({"text": "x" * 2001}, "2000"),
        ({"text": "a\x00b"}, ""),
        ({"what": ""}, "Evidence needs all three"),
        ({"url": ""}, "Evidence needs all three"),
        ({"dated": ""}, "Evidence needs all three"),
        ({"url": "javascript:alert(1)"}, ""),
        ({"url": "ftp://testing.example/"}, "beginning with https://"),
        ({"url": "https://"}, ""),
        ({"url": "https://testing.example/" + "x" * 500}, ""),
        ({"dated": "2026-03-03"}, "a date to come"),
        ({"dated": "yesterday"}, ""),
        ({"dated": "2026-02-30"}, ""),
        ({"what": "x" * 301}, ""),
    ],
)
def test_a_bad_report_is_refused_in_plain_words_and_loses_nothing_that_was_typed(
    world: World, owed: UUID, words: dict[str, str], says: str
) -> None:
    answer = signed_in(world, "council").post(f"/commitments/{owed}/report/", GOOD | words)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is a problem" in page
    assert says in page
    for name, value in (GOOD | words).items():
        assert name == "progress" or "\x00" in value or value in page, f"{name} is lost"
    assert not Report.objects.exists()


def test_a_good_report_is_kept_and_shown(world: World, owed: UUID) -> None:
    council = signed_in(world, "council")
    page = council.post(f"/commitments/{owed}/report/", GOOD, follow=True).content.decode()
    assert "Your report is in the record" in page
    assert TYPED in page
    assert "Done, with evidence" in page


def test_an_address_typed_without_its_beginning_is_taken_as_https(world: World, owed: UUID) -> None:
    council = signed_in(world, "council")
    council.post(f"/commitments/{owed}/report/", GOOD | {"url": "testing.example/diary"})
    assert EvidenceRow.objects.get().url == "https://testing.example/diary"


def test_only_those_who_may_report_are_shown_the_way_to_it(world: World, owed: UUID) -> None:
    shown = {
        who: "/report/" in signed_in(world, who).get(f"/commitments/{owed}/").content.decode()
        for who in (*world.people, "public")
    }
    assert {who for who, way in shown.items() if way} == {"council"}
