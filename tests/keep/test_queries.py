"""A page asks the database a fixed number of questions, however much there is to show."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from covenant.agree import actions as agree
from covenant.agree import reads as agreed
from covenant.agree.models import Version
from covenant.agree.types import GroundKind
from covenant.keep import actions
from covenant.keep.types import Evidence, Progress
from covenant.place import actions as places
from covenant.scrutinise import jobs
from tests.personas import NOW, World, add_clause, draft, sign_all, signed_in, talk


def _covenant(world: World, slug: str, clauses: int) -> tuple[UUID, UUID]:
    """A covenant in force with so many clauses, grounds and reports, and a draft beside it; the first ids."""
    heard = talk(world, slug=f"talk-{slug}")
    version = draft(world, slug=slug)
    for _ in range(clauses - 1):
        add_clause(world, version)
    convenor, council = world.actor("convenor"), world.actor("council")
    for clause in agreed.content_of(version).clauses:
        agree.cite_statement(
            by=convenor,
            version=version,
            clause=clause.id,
            kind=GroundKind.COMMON_GROUND,
            statement=heard.statements[0],
        )
    sign_all(world, version)
    first = agreed.content_of(version).clauses[0]
    for clause in agreed.content_of(version).clauses:
        for progress in (Progress.UNDER_WAY, Progress.DONE):
            actions.report(
                by=council,
                commitment=clause.commitment,
                progress=progress,
                text="t",
                evidence=[Evidence("e", "https://testing.example/", NOW.date())],
                at=NOW,
            )
    for number in range(clauses):
        actions.report(
            by=council,
            commitment=first.commitment,
            progress=Progress.DONE,
            text="t",
            at=NOW + timedelta(minutes=number),
        )
    covenant = Version.objects.get(id=version).covenant_id
    agree.draft_change(by=convenor, covenant=covenant, why="w", at=NOW)
    while jobs.run_due(NOW):
        pass
    return first.commitment, heard.statements[0]


def _pages(slug: str, commitment: UUID, statement: UUID, draft_clause: UUID) -> Iterator[str]:
    yield f"/covenants/{slug}/"
    yield f"/covenants/{slug}/versions/1/"
    yield f"/covenants/{slug}/versions/1/questions/"
    yield f"/commitments/{commitment}/"
    yield f"/statements/{statement}/"
    yield f"/covenants/{slug}/draft/"
    yield f"/covenants/{slug}/draft/{draft_clause}/"
    yield f"/commitments/{commitment}/report/"
    yield "/places/testing/"
    yield "/places/testing/parties/"
    yield "/"


@pytest.mark.parametrize("who", ["public", "convenor", "council"])
def test_a_page_asks_as_much_of_three_clauses_as_of_thirty(world: World, who: str) -> None:
    counts = {}
    for slug, clauses in (("small", 3), ("large", 30)):
        commitment, statement = _covenant(world, slug, clauses)
        open_draft = Version.objects.get(covenant__slug=slug, state="draft")
        clause = agreed.content_of(open_draft.id).clauses[0].id
        browser = signed_in(world, who)
        browser.get("/")
        asked = []
        for path in _pages(slug, commitment, statement, clause):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                status = browser.get(path).status_code
            kind = (
                path.replace(str(commitment), "ID").replace(str(statement), "ID").replace(str(clause), "ID")
            )
            asked.append((kind.replace(slug, "SLUG"), status, len(queries)))
        counts[slug] = asked
        _more_parties(world, slug)
    assert counts["small"] == counts["large"]
    assert max(number for _path, _status, number in counts["large"]) <= 35


def _more_parties(world: World, slug: str) -> None:
    from covenant.place.types import Sector

    for number in range(5):
        party = places.add_party(
            by=world.actor("convenor"),
            place=world.place,
            name=f"{slug} {number}",
            slug=f"{slug}-{number}",
            sector=Sector.BUSINESS,
            at=NOW,
        )
        places.give_mandate(
            by=world.actor("convenor"),
            party=party,
            email=f"{slug}-{number}@testing.example",
            name="N",
            office="O",
            given_by="G",
            starts=NOW.date(),
            ends=NOW.date(),
            at=NOW,
        )
