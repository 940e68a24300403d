"""Where a commitment stands: worked out from reports, evidence and the date, and never stored."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.agree import reads as agreed
from covenant.keep import actions, reads
from covenant.keep.models import Report as Row
from covenant.keep.pictures import health
from covenant.keep.rules import standing
from covenant.keep.types import Evidence, Progress, Report, Standing
from covenant.place.types import PartyView, Sector
from tests.personas import NOW, World, draft, sign_all, signed_in, stop_the_clock

DUE = date(2026, 6, 30)
PARTY = PartyView(UUID(int=1), "p", "P", Sector.STATE, "", "", UUID(int=2))
SHOWN = (Evidence("Minutes", "https://testing.example/minutes", date(2026, 3, 1)),)
U, D, W = Progress.UNDER_WAY, Progress.DONE, Progress.WILL_NOT


def _report(progress: Progress, shown: bool = False) -> Report:
    return Report(UUID(int=3), progress, "t", PARTY, NOW, SHOWN if shown else ())


CASES = [
    # what was reported, the oldest first; how many days after the due date; where it stands
    ([], -1, "not started"),
    ([], 0, "not started"),
    ([], 1, "late"),
    ([(U, False)], 0, "under way"),
    ([(U, True)], 0, "under way"),
    ([(U, True)], 1, "late"),
    ([(D, False)], -1, "done, no evidence"),
    ([(D, False)], 400, "done, no evidence"),
    ([(D, True)], -1, "done, with evidence"),
    ([(D, True)], 400, "done, with evidence"),
    ([(D, False), (D, True)], 400, "done, with evidence"),
    ([(D, True), (D, False)], 400, "done, with evidence"),
    ([(D, True), (U, False)], 0, "under way"),
    ([(D, True), (U, False)], 1, "late"),
    ([(W, False)], -1, "will not be done"),
    ([(W, True)], 400, "will not be done"),
    ([(W, False), (U, False)], 0, "under way"),
    ([(W, False), (D, True)], 1, "done, with evidence"),
]


@pytest.mark.parametrize(("reports", "days", "expected"), CASES)
def test_where_a_commitment_stands(reports: list[tuple[Progress, bool]], days: int, expected: str) -> None:
    newest_first = [_report(*report) for report in reports][::-1]
    assert standing(newest_first, DUE, DUE + timedelta(days)).value == expected


@given(st.lists(st.tuples(st.sampled_from(list(Progress)), st.booleans()), max_size=5), st.integers(-3, 3))
@settings(max_examples=200, deadline=None)
def test_a_commitment_is_late_only_after_its_day_and_never_kept_without_evidence(
    reports: list[tuple[Progress, bool]], days: int
) -> None:
    found = standing([_report(*report) for report in reports], DUE, DUE + timedelta(days))
    done = bool(reports) and reports[0][0] is D
    assert (found is Standing.LATE) <= (days > 0 and not done)
    assert (found is Standing.KEPT) <= (done and any(shown for _, shown in reports))
    assert (found is Standing.NOT_STARTED) <= (not reports and days <= 0)


def _agreed(world: World) -> UUID:
    version = draft(world)
    sign_all(world, version)
    return agreed.content_of(version).clauses[0].commitment


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 6, 30, 11, 0, tzinfo=UTC), "Not started"),
        (
            datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC),
            "Not started",
        ),  # a second to midnight, in summer time
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "Late"),
    ],
)
def test_a_commitment_is_late_from_midnight_in_london_after_its_last_day(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: datetime, expected: str
) -> None:
    commitment = _agreed(world)
    stop_the_clock(monkeypatch, moment)
    for path in (f"/commitments/{commitment}/", "/covenants/our-covenant/"):
        page = signed_in(world, "public").get(path).content.decode()
        assert expected in page
        assert ("Late" in page.replace("Late and no evidence", "")) == (expected == "Late")
    assert not Row.objects.exists()


def test_the_pages_show_reports_and_evidence_the_newest_first(world: World) -> None:
    commitment = _agreed(world)
    council = world.actor("council")
    actions.report(by=council, commitment=commitment, progress=U, text="We found a hall.", at=NOW)
    later = NOW + timedelta(days=1)
    actions.report(
        by=council,
        commitment=commitment,
        progress=D,
        text="It is open.",
        evidence=[Evidence(" Diary ", "https://testing.example/diary?a=1&b=2", NOW.date())],
        at=later,
    )
    page = signed_in(world, "public").get(f"/commitments/{commitment}/").content.decode()
    assert page.index("It is open.") < page.index("We found a hall.")
    assert 'href="https://testing.example/diary?a=1&amp;b=2"' in page
    assert "Done, with evidence" in page
    assert "No evidence was given with this report" in page
    kept = reads.kept({commitment: DUE}, today=NOW.date())[commitment]
    assert [report.progress for report in kept.reports] == [D, U]
    assert kept.reports[0].evidence[0].what == "Diary"


def test_what_was_never_reported_on_has_a_standing_too() -> None:
    assert standing([], date.max, date(2026, 1, 1)) is Standing.NOT_STARTED
    assert standing([], date.min, date(2026, 1, 1)) is Standing.LATE


def test_a_covenants_health_is_a_picture_with_each_count_and_its_label() -> None:
    svg = health({Standing.KEPT: 3, Standing.LATE: 1}, 'Kept "3" <late> 1')
    assert "Done, with evidence: 3" in svg
    assert "Late: 1" in svg
    assert "<late>" not in svg
    assert health({}, "nothing") == health({Standing.LATE: 0}, "nothing") == ""
