"""A page asks the database a fixed number of questions, however much there is to show."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from covenant.innovate import actions
from covenant.innovate.types import Verdict
from covenant.place import actions as places
from covenant.place.types import Tier
from tests.innovate.areas import begin, drafted, evaluate, granted, measure, propose
from tests.innovate.test_freedoms import LATER
from tests.personas import NOW, World, signed_in, stop_the_clock


def _fill(world: World, slug: str, many: int) -> None:
    """An area with so many freedoms, evaluated and not, and so many figures and replies of the first."""
    within = [
        places.add_place(name=f"{slug} {n}", slug=f"{slug}-{n}", tier=Tier.PARISH, within=world.place, at=NOW)
        for n in range(many)
    ]
    area = begin(world, slug, places=tuple(within))
    for number in range(many):
        freedom = granted(world, area, source=f"{slug} {number}", waived=f"{slug} rule {number}")
        for turn in range(many):
            measure(world, freedom, value=Decimal(turn), dated=date(2026, 2, 1) + timedelta(turn))
        evaluate(world, freedom, at=LATER, verdict=Verdict.CANNOT_TELL)
        for _turn in range(many):
            actions.reply(
                by=world.actor("council"), freedom=freedom, party=world.parties["council"], text="r", at=LATER
            )
        granted(world, area, source=f"{slug} late {number}", waived=f"{slug} late rule {number}")
        propose(world, drafted(world, area, source=f"{slug} p {number}", waived=f"{slug} p {number}"))
        drafted(world, area)


@pytest.mark.parametrize("who", ["public", "convenor", "council"])
def test_a_page_asks_as_much_of_two_freedoms_as_of_twelve(
    world: World, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for slug, many in (("small", 2), ("large", 12)):
        _fill(world, slug, many)
        stop_the_clock(monkeypatch, LATER)
        browser = signed_in(world, who)
        browser.get("/")
        asked = []
        for path in ("/", "/places/testing/", "/innovation/", "{}", "{}1/", "{}2/", "{}3/", "{}data.json"):
            with CaptureQueriesContext(connection) as queries:
                status = browser.get(path.format(f"/innovation/{slug}/")).status_code
            asked.append((path, status, len(queries)))
        counts.append(asked)
    assert counts[0] == counts[1]
    assert {status for _path, status, _n in counts[1]} == {200}
    assert max(number for _path, _status, number in counts[1]) <= 35, counts[1]
