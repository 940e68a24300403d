"""What the debtor reports, and what follows from reports and dates."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from covenant.agree import reads as agree
from covenant.keep import actions, reads
from covenant.keep.types import Evidence, Progress, Standing
from covenant.place.types import NotAllowed, NotPossible
from covenant.record import reads as record
from tests.personas import NOW, draft, make_world, sign_all

DUE = date(2026, 6, 30)
MINUTES = Evidence("Minutes of the hall", "https://hall.example/minutes", date(2026, 2, 1))

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def promise(world):
    """The id of a commitment that is in force, owed by the council, due at the end of June 2026."""
    version = draft(world)
    sign_all(world, version)
    return agree.version(version)[1].clauses[0].commitment


def standing(promise, today):
    return reads.kept({promise: DUE}, today=today)[promise].standing


def report(
    world, promise, progress=Progress.DONE, who="council", evidence=(), at=NOW, text="The hall is open."
):
    return actions.report(
        by=world.actor(who), commitment=promise, progress=progress, text=text, evidence=evidence, at=at
    )


def test_a_commitment_is_late_from_the_day_after_it_was_due(promise):
    assert standing(promise, DUE) is Standing.NOT_STARTED
    assert standing(promise, DUE + timedelta(days=1)) is Standing.LATE


def test_what_is_under_way_is_late_too_once_its_day_has_passed(world, promise):
    report(world, promise, Progress.UNDER_WAY)
    assert standing(promise, DUE) is Standing.UNDER_WAY
    assert standing(promise, DUE + timedelta(days=1)) is Standing.LATE


def test_done_without_evidence_is_said_to_have_none_until_some_is_shown(world, promise):
    report(world, promise)
    assert standing(promise, DUE) is Standing.NO_EVIDENCE
    report(world, promise, evidence=[MINUTES], at=NOW + timedelta(days=1))
    assert standing(promise, DUE) is Standing.KEPT


def test_what_will_not_be_done_is_never_called_late(world, promise):
    report(world, promise, Progress.WILL_NOT)
    assert standing(promise, DUE + timedelta(days=400)) is Standing.WILL_NOT


def test_days_end_at_midnight_in_london_and_not_in_greenwich(world, promise):
    """Half past eleven at night on the last of March, by Greenwich, is April in a London summer."""
    tomorrow = replace(MINUTES, dated=date(2026, 4, 1))
    report(world, promise, evidence=[tomorrow], at=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert standing(promise, DUE) is Standing.KEPT


@pytest.mark.parametrize(
    "who", ["public", "convenor", "charity", "business", "scrutineer", "administrator", "lapsed"]
)
def test_nobody_but_the_party_that_owes_a_commitment_reports_on_it(world, promise, who):
    before = record.tip()
    with pytest.raises(NotAllowed):
        report(world, promise, who=who)
    assert record.tip() == before
    assert standing(promise, DUE) is Standing.NOT_STARTED


@pytest.mark.parametrize(
    "evidence",
    [
        replace(MINUTES, what="  "),
        replace(MINUTES, url="javascript:alert(1)"),
        replace(MINUTES, url="/minutes"),
        replace(MINUTES, dated=date(2027, 1, 1)),
    ],
)
def test_evidence_that_no_reader_could_check_is_refused_and_nothing_is_kept(world, promise, evidence):
    with pytest.raises(NotPossible):
        report(world, promise, evidence=[evidence])
    assert standing(promise, DUE) is Standing.NOT_STARTED


def test_a_report_needs_words(world, promise):
    with pytest.raises(NotPossible):
        report(world, promise, text="  ")


def test_a_promise_that_is_not_in_force_cannot_be_reported_on(world):
    version = draft(world)
    sign_all(world, version, by=("council",))
    promise = agree.version(version)[1].clauses[0].commitment
    with pytest.raises(NotPossible, match="not in force"):
        report(world, promise)


def test_each_report_is_in_the_record_with_its_words_and_without_the_person(world, promise):
    report(world, promise, evidence=[MINUTES])
    entry = record.about(promise)[-1]
    assert entry.kind == "commitment.reported"
    assert entry.body["text"] == "The hall is open."
    assert str(world.people["council"]) not in str(entry)


def test_the_council_reports_on_a_page_and_everyone_reads_it(world, promise, django_user_model):
    council = Client()
    council.force_login(django_user_model.objects.get(id=world.people["council"]))
    page = f"/commitments/{promise}/report/"
    half = council.post(page, {"progress": "done", "text": "Open <b>now</b>", "what": "Minutes"})
    assert half.status_code == 400
    assert "Open &lt;b&gt;now&lt;/b&gt;" in half.content.decode(), "what was typed is still there"
    sent = council.post(
        page,
        {
            "progress": "done",
            "text": "Open <b>now</b>",
            "what": "Minutes",
            "url": "https://hall.example/",
            "dated": timezone.localdate().isoformat(),
        },
    )
    assert sent.status_code == 302
    read = Client().get(f"/commitments/{promise}/").content.decode()
    assert "Open &lt;b&gt;now&lt;/b&gt;" in read
    assert "https://hall.example/" in read


@pytest.mark.parametrize(
    "path", ["/covenants/our-covenant/", "/covenants/our-covenant/versions/1/", "/places/testing/"]
)
def test_a_page_asks_the_database_as_often_for_thirty_commitments_as_for_three(
    world, path, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.personas import add_clause

    version = draft(world)
    for _ in range(2):
        add_clause(world, version)
    sign_all(world, version)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert Client().get(path).status_code == 200
    from covenant.agree import actions as change

    covenant = agree.covenant("our-covenant", asked_by=world.actor("public"), today=DUE)
    more = change.draft_change(by=world.actor("convenor"), covenant=covenant.id, why="More", at=NOW)
    for _ in range(27):
        add_clause(world, more)
    sign_all(world, more)
    path = path.replace("versions/1", "versions/2")
    with CaptureQueriesContext(connection) as many:
        assert Client().get(path).status_code == 200
    assert len(many) == len(few)
