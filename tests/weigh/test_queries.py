"""A page asks the database a fixed number of questions, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from covenant.weigh import actions, reads
from covenant.weigh.types import Source
from tests.personas import NOW, Talk, World, signed_in, talk
from tests.weigh.decisions import begin, equality, need, option, put, ready, sign, weigh, write


def _fill(world: World, said: Talk, many: int) -> str:
    """A decision with so many options, ideas and considerations, all weighed; returns its address."""
    appraisal = begin(world)
    for number in range(many):
        own = need(world, source=Source(f"Need {number} of {many}", "s"))
        option(world, appraisal, title=f"Option {number}", ideas=(own, write(world, said)))
        equality(world, appraisal)
    for who in ("council", "charity", "convenor"):
        weigh(world, appraisal, who)
        for _turn in range(many):
            party = None if who == "convenor" else world.parties[who]
            actions.declare_interest(
                by=world.actor(who), appraisal=appraisal, party=party, text="None", at=NOW
            )
    return f"/appraisals/{appraisal}/"


@pytest.mark.parametrize("who", ["public", "convenor", "council"])
def test_a_page_asks_as_much_of_two_options_as_of_nine(world: World, who: str) -> None:
    said, counts = talk(world), []
    for many in (2, 9):
        at = _fill(world, said, many)
        done, chosen = ready(world)
        hash = put(world, done, chosen)
        for party in ("council", "charity"):
            sign(world, done, party, hash)
        idea = reads.ideas(place=world.place)[0].id
        browser = signed_in(world, who)
        browser.get("/")
        asked = []
        paths = ["{}", "{}matrix.csv", "/places/testing/ideas/", f"/ideas/{idea}/", f"/appraisals/{done}/"]
        paths += [f"/statements/{said.statements[0]}/", "/places/testing/"]
        if who == "council":
            paths += ["{}weigh/" + f"{world.parties['council']}/", "{}answers/", "{}options/new/"]
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                status = browser.get(path.format(at)).status_code
            asked.append((status, len(queries)))
        with CaptureQueriesContext(connection) as queries:
            assert reads.judged(world.place)
        counts.append([*asked, (200, len(queries))])
    assert counts[0] == counts[1]
    assert {status for status, _n in counts[1]} == {200}
    assert max(number for _status, number in counts[1]) <= 30, counts[1]
