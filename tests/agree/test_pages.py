"""What the pages of drafting and signing do with bad input and with hostile words."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import pytest
from django.test import Client

from covenant.agree import actions, reads
from covenant.agree.models import Clause, Covenant, Version
from covenant.agree.types import GroundKind
from covenant.keep import actions as keep
from covenant.keep.types import Evidence, Progress
from covenant.listen import actions as listen
from covenant.listen import jobs
from covenant.place import actions as places
from covenant.place import reads as held
from covenant.place.types import Role, Sector, Tier
from covenant.scrutinise import jobs as referee
from tests import personas
from tests.personas import NOW, World, all_that_is_kept, draft, sign_all, signed_in, stop_the_clock
from tests.records import record_was_published

TYPED = "The very words that somebody typed"


@pytest.fixture
def convenor(world: World) -> Client:
    return signed_in(world, "convenor")


def _clause_form(world: World, **other: Any) -> dict[str, Any]:
    return {
        "debtor": world.parties["council"],
        "creditors": [world.parties["residents"]],
        "text": TYPED,
        "measure": "m",
        "due": "2026-09-30",
        "tier": "district",
        "outcome": "o",
        "resources": "not stated",
        **other,
    }


def _refused(answer: Any, *shown: str) -> str:
    page = answer.content.decode()
    assert answer.status_code == 400, page[-2000:]
    assert "There is a problem" in page
    for text in shown:
        assert text in page, f"{text!r} is lost"
    return page


# Bad input


def test_an_empty_form_names_every_field_that_is_missing(world: World, convenor: Client) -> None:
    draft(world)
    page = _refused(convenor.post("/covenants/new/testing/", {"title": ""}))
    assert page.count("Fill in “") + page.count("Choose") >= 2 * 3
    page = _refused(convenor.post("/covenants/our-covenant/draft/commitment/", {"text": ""}))
    assert page.count("Fill in “") + page.count("Choose") >= 2 * 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("due", "31 February"),
        ("due", "2026-13-01"),
        ("due", "99999-01-01"),
        ("debtor", "nobody"),
        ("debtor", str(uuid4())),
        ("creditors", ["nobody"]),
        ("creditors", []),
        ("tier", "galaxy"),
        ("resources", "plenty"),
        ("text", ""),
        ("text", "x" * 2001),
        ("text", "a\x00b"),
        ("measure", "x" * 1001),
        ("outcome", "\x00"),
    ],
)
def test_a_commitment_with_one_bad_field_loses_nothing_that_was_typed(
    world: World, convenor: Client, field: str, value: Any
) -> None:
    version = draft(world)
    kept = all_that_is_kept()
    marked = {"measure": "Count of May", "outcome": "Fewer wait"}
    form = _clause_form(world, **marked) | {field: value}
    shown = [words for name, words in {"text": TYPED, **marked}.items() if name != field]
    if isinstance(value, str) and len(value) > 100:
        shown.append(value)
    for path in ("commitment/", f"{reads.content_of(version).clauses[0].id}/"):
        _refused(convenor.post(f"/covenants/our-covenant/draft/{path}", form), *shown)
    assert all_that_is_kept() == kept


def test_residents_cannot_be_chosen_as_those_who_owe(world: World, convenor: Client) -> None:
    draft(world)
    form = _clause_form(world, debtor=world.parties["residents"], creditors=[world.parties["council"]])
    _refused(convenor.post("/covenants/our-covenant/draft/commitment/", form), TYPED)


def test_a_commitment_to_oneself_is_refused_in_plain_words(world: World, convenor: Client) -> None:
    draft(world)
    form = _clause_form(world, creditors=[world.parties["council"]])
    answer = convenor.post("/covenants/our-covenant/draft/commitment/", form)
    assert "at least one other party, or residents" in _refused(answer, TYPED)


def test_a_clause_that_is_worded_anew_is_shown_as_it_was(world: World, convenor: Client) -> None:
    clause = reads.content_of(draft(world)).clauses[0]
    page = convenor.get(f"/covenants/our-covenant/draft/{clause.id}/").content.decode()
    for words in (clause.text, clause.measure, clause.outcome, 'value="2026-06-30"'):
        assert words.replace("'", "&#x27;") in page


@pytest.mark.parametrize(
    "words",
    [
        {"slug": "our covenant"},
        {"slug": "Our-Covenant"},
        {"slug": "new"},
        {"slug": "taken"},
        {"slug": "x" * 51},
        {"title": "x" * 201},
        {"purpose": "\x00"},
        {"parties": ["nobody"]},
        {"parties": []},
    ],
)
def test_a_covenant_with_one_bad_field_is_not_begun(
    world: World, convenor: Client, words: dict[str, Any]
) -> None:
    draft(world, slug="taken")
    kept = all_that_is_kept()
    form = {"title": "Ours", "slug": "fresh", "purpose": TYPED, "parties": [world.parties["council"]]} | words
    shown = [TYPED] if "purpose" not in words else ["Ours"]
    _refused(convenor.post("/covenants/new/testing/", form), *shown)
    assert all_that_is_kept() == kept


def test_a_source_needs_a_kind_a_text_and_a_place_to_find_it(world: World, convenor: Client) -> None:
    clause = reads.content_of(draft(world)).clauses[0]
    path = f"/covenants/our-covenant/draft/{clause.id}/source/"
    good = {"kind": "need", "text": TYPED, "source": "Survey"}
    for bad in (
        {"kind": "common ground"},
        {"kind": ""},
        {"text": "  "},
        {"source": ""},
        {"source": "x" * 501},
        {"text": "\x00"},
    ):
        shown = [TYPED] if "text" not in bad else ["Survey"]
        _refused(convenor.post(path, good | bad), *shown)


def test_a_change_needs_a_reason(world: World, convenor: Client) -> None:
    sign_all(world, draft(world))
    for why in ("", " ", "x" * 1001, "\x00"):
        _refused(convenor.post("/covenants/our-covenant/change/", {"why": why}))
    assert Version.objects.count() == 1


def test_a_refusal_without_a_reason_shows_the_form_again(world: World) -> None:
    version = draft(world)
    actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    charity = signed_in(world, "charity")
    path, party = "/covenants/our-covenant/versions/1/refuse/", world.parties["charity"]
    for reason in ("", "   ", "x" * 2001, "a\x00b"):
        answer = charity.post(path, {"party": party, "reason": reason})
        page = _refused(answer)
        assert "Why you refuse" in page
        assert len(reason) < 2000 or reason in page
    assert Version.objects.get().state == "proposed"


@pytest.mark.parametrize("party", ["", "nobody", "\x00", str(uuid4()), "x" * 5000])
def test_signing_for_a_party_that_is_none_is_refused(world: World, party: str) -> None:
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    council = signed_in(world, "council")
    for act in ("sign", "refuse"):
        path = f"/covenants/our-covenant/versions/1/{act}/"
        answer = council.post(path, {"party": party, "hash": hash, "reason": "No"})
        assert answer.status_code == 409
    assert Version.objects.get().state == "proposed"


def test_a_page_that_was_open_while_the_version_ended_signs_nothing(world: World) -> None:
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    council = signed_in(world, "council")
    actions.withdraw(by=world.actor("convenor"), version=version, at=NOW)
    path = "/covenants/our-covenant/versions/1/sign/"
    answer = council.post(path, {"party": world.parties["council"], "hash": hash})
    assert answer.status_code == 409
    assert "is withdrawn" in answer.content.decode()


def test_the_form_to_sign_is_shown_to_those_who_may_sign_and_only_until_they_have(world: World) -> None:
    version = draft(world)
    hash = actions.propose(by=world.actor("convenor"), version=version, at=NOW)
    path = "/covenants/our-covenant/versions/1/"
    forms = {
        who: hash in "".join(re.findall(r"<input[^>]*>", signed_in(world, who).get(path).content.decode()))
        for who in (*world.people, "public")
    }
    assert {who for who, shown in forms.items() if shown} == {"council", "charity"}
    browser = signed_in(world, "council")
    browser.post(path + "sign/", {"party": world.parties["council"], "hash": hash})
    assert 'name="hash"' not in browser.get(path).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/covenants/our-covenant/versions/99999999999999999999999999/",
        "/covenants/our-covenant/versions/0/",
        "/covenants/our-covenant/versions/-1/",
        "/covenants/our-covenant/versions/one/",
        "/covenants/our-covenant/draft/not-a-uuid/",
        "/covenants/our-covenant/draft/00000000-0000-0000-0000-000000000000/",
        "/covenants/our-covenant/draft/00000000-0000-0000-0000-000000000000/source/",
        "/covenants/our-covenant/draft/commitment/?statement=no-uuid&kind=dissent",
        "/covenants/our-covenant/draft/commitment/?statement=00000000-0000-0000-0000-000000000000&kind=dissent",
        "/covenants/our-covenant/draft/commitment/?statement=00000000-0000-0000-0000-000000000000&kind=need",
        "/covenants/our-covenant/draft/commitment/?statement=00000000-0000-0000-0000-000000000000",
        "/covenants/cite/00000000-0000-0000-0000-000000000000/",
        "/covenants/nothing/",
        "/covenants/nothing/draft/",
        "/covenants/new/nowhere/",
        "/commitments/not-a-uuid/",
        "/commitments/00000000-0000-0000-0000-000000000000/",
        "/commitments/00000000-0000-0000-0000-000000000000/report/",
        "/statements/00000000-0000-0000-0000-000000000000/",
        "/places/nowhere/",
        "/places/nowhere/parties/",
        "/places/testing/parties/nobody/mandate/",
        "/record/?before=-1",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(world: World, convenor: Client, path: str) -> None:
    draft(world)
    assert convenor.get(path).status_code == 404


def test_a_commitment_is_not_written_when_the_statement_that_it_answers_cannot_be_cited(
    world: World, convenor: Client
) -> None:
    draft(world)
    kept = all_that_is_kept()
    for query in (f"statement={uuid4()}&kind=dissent", f"statement={uuid4()}&kind=evidence", "statement=x"):
        path = f"/covenants/our-covenant/draft/commitment/?{query}"
        assert convenor.post(path, _clause_form(world)).status_code == 404
    assert all_that_is_kept() == kept


def test_nothing_is_done_by_looking(world: World, convenor: Client) -> None:
    version = draft(world)
    clause = reads.content_of(version).clauses[0].id
    kept = all_that_is_kept()
    for path in (f"draft/{clause}/drop/", "draft/propose/", "versions/1/withdraw/", "versions/1/sign/"):
        assert convenor.get(f"/covenants/our-covenant/{path}").status_code == 405
    assert all_that_is_kept() == kept


def test_a_form_that_did_not_come_from_this_site_is_refused(world: World) -> None:
    version = draft(world)
    sign_all(world, draft(world, slug="agreed"))
    clause, commitment = reads.content_of(version).clauses[0].id, Clause.objects.last().commitment_id  # type: ignore[union-attr]
    browsers = [signed_in(world, who) for who in ("convenor", "council")]
    kept = all_that_is_kept()
    for browser in browsers:
        browser.handler.enforce_csrf_checks = True
        for path in (
            "/covenants/new/testing/",
            "/covenants/our-covenant/draft/commitment/",
            f"/covenants/our-covenant/draft/{clause}/",
            f"/covenants/our-covenant/draft/{clause}/drop/",
            f"/covenants/our-covenant/draft/{clause}/source/",
            "/covenants/our-covenant/draft/propose/",
            "/covenants/our-covenant/versions/1/sign/",
            "/covenants/our-covenant/versions/1/refuse/",
            "/covenants/our-covenant/versions/1/withdraw/",
            "/covenants/agreed/change/",
            f"/commitments/{commitment}/report/",
            "/places/testing/parties/add/",
            "/places/testing/parties/testing-council/mandate/",
        ):
            answer = browser.post(path, {"why": "w"})
            assert answer.status_code == 403, path
            assert "Please try again" in answer.content.decode()
    assert all_that_is_kept() == kept


def test_a_statement_becomes_the_ground_of_a_new_commitment(world: World, convenor: Client) -> None:
    version, talk = draft(world), personas.talk(world)
    cite = f"/covenants/cite/{talk.statements[0]}/"
    assert convenor.get(cite).status_code == 200
    _refused(convenor.post(cite, {"kind": "common ground", "clause": "elsewhere/"}))
    answer = convenor.post(cite, {"kind": "common ground", "clause": "our-covenant/"})
    assert answer.status_code == 302
    assert "Open the hall" in convenor.get(answer["Location"]).content.decode()
    assert convenor.post(answer["Location"], _clause_form(world)).status_code == 302
    ground = reads.content_of(version).clauses[1].grounds[0]
    assert (ground.kind, ground.statement) == (GroundKind.COMMON_GROUND, talk.statements[0])
    assert (ground.citation["agrees"], ground.citation["seen"]) == (12, 12)
    assert "12 agreed" in convenor.get("/covenants/our-covenant/draft/").content.decode()


# Hostile words

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>{{7*7}}{% now "Y" %}&lt;b&gt;"""


class Page(HTMLParser):
    """Gathers what no page of ours has (scripts and handlers within it, pictures), and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith("/static/"):
            self.bad.append(f"<{tag}>")
        if tag in ("img", "iframe", "object", "embed", "b") or any(name.startswith("on") for name in given):
            self.bad.append(f"<{tag} {given}>")
        link = given.get("href") or ""
        if link.lower().startswith(("javascript:", "data:")):
            self.bad.append(link)
        if tag == "a" and link.startswith(("/", "?")):
            self.links.add(link)


def _hostile_world() -> tuple[World, str]:
    world = personas.make_world()
    from covenant.place.models import Party, Place, User

    Place.objects.update(name=HOSTILE, gss="")
    Party.objects.update(name=HOSTILE, kind=HOSTILE[:60], org_id=HOSTILE[:60])
    User.objects.update(name=HOSTILE)
    convenor, council = world.actor("convenor"), world.actor("council")
    places.give_mandate(
        by=convenor,
        party=world.parties["charity"],
        email="hostile@testing.example",
        name=HOSTILE,
        office=HOSTILE,
        given_by=HOSTILE,
        starts=NOW.date(),
        ends=NOW.date(),
        at=NOW,
    )
    hostile = held.actor(held.person("hostile@testing.example"))
    talk = listen.open_conversation(
        by=convenor,
        place=world.place,
        title=HOSTILE,
        slug="hostile",
        introduction=HOSTILE,
        statements=[HOSTILE, f"{HOSTILE} 2"],
        at=NOW,
    )
    from covenant.listen.models import Statement

    statement = Statement.objects.filter(conversation=talk).first()
    assert statement is not None
    personas.vote_all(talk)
    jobs.publish(talk, NOW)
    listen.moderate(by=convenor, statement=Statement.objects.last().id, shown=False, reason=HOSTILE, at=NOW)  # type: ignore[union-attr]
    parties = [world.parties["council"], world.parties["charity"]]
    version = actions.start_covenant(
        by=convenor,
        place=world.place,
        title=HOSTILE,
        slug="hostile",
        purpose=HOSTILE,
        parties=parties,
        at=NOW,
    )
    for text in (HOSTILE, f"{HOSTILE} 2"):
        clause = actions.word_clause(
            by=convenor,
            version=version,
            debtor=parties[0],
            creditors=[parties[1]],
            text=text,
            measure=HOSTILE,
            due=date(2026, 6, 30),
            tier=Tier.DISTRICT,
            outcome=HOSTILE,
        )
        actions.cite_source(
            by=convenor, version=version, clause=clause, kind=GroundKind.NEED, text=HOSTILE, source=HOSTILE
        )
        actions.cite_statement(
            by=convenor, version=version, clause=clause, kind=GroundKind.COMMON_GROUND, statement=statement.id
        )
    hash = actions.propose(by=convenor, version=version, at=NOW)
    actions.sign(by=council, version=version, party=parties[0], hash=hash, at=NOW)
    actions.sign(by=hostile, version=version, party=parties[1], hash=hash, at=NOW)
    covenant = Covenant.objects.get()
    keep.report(
        by=council,
        commitment=reads.content_of(version).clauses[0].commitment,
        progress=Progress.DONE,
        text=HOSTILE,
        evidence=[Evidence(HOSTILE, f"https://testing.example/{HOSTILE}", NOW.date())],
        at=NOW,
    )
    second = actions.draft_change(by=convenor, covenant=covenant.id, why=HOSTILE, at=NOW)
    actions.drop_clause(by=convenor, version=second, clause=reads.content_of(second).clauses[1].id)
    actions.propose(by=convenor, version=second, at=NOW)
    actions.refuse(by=council, version=second, party=parties[0], reason=HOSTILE, at=NOW)
    actions.draft_change(by=convenor, covenant=covenant.id, why=HOSTILE, at=NOW)
    referee.run_due(NOW)
    return world, f"/covenants/cite/{statement.id}/"


def test_hostile_words_are_shown_as_words_on_every_page(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    world, cite = _hostile_world()
    record_was_published()
    seen: set[str] = set()
    for who in ("public", "convenor", "council"):
        browser, left, mine = signed_in(world, who), ["/", cite], set()
        while left:
            path = left.pop().split("#")[0]
            if path in mine or (who == "public" and path == cite):
                continue
            mine.add(path)
            answer = browser.get(path)
            if answer.status_code == 302 and path.startswith(("/account/", "/listen/")):
                continue
            if path == cite and who == "council":
                assert answer.status_code == 403
                continue
            assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"
            assert "script-src 'self'" in answer["Content-Security-Policy"], path
            assert answer["X-Content-Type-Options"] == "nosniff"
            if not answer["Content-Type"].startswith("text/html"):
                answer.getvalue()  # a file is closed once it is read
                continue
            text = answer.content.decode()
            page = Page(text)
            assert not page.bad, f"{who} {path}: {page.bad}"
            assert "{{7*7}}" in text or HOSTILE[:8] not in text
            assert ">49{" not in text
            left += [urljoin(path, link) for link in page.links]
        seen |= mine
    kinds = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", path) for path in seen}
    for page_kind in (
        "/covenants/hostile/",
        "/covenants/hostile/draft/",
        "/covenants/hostile/drafts/3/ID/",
        "/covenants/hostile/versions/1/",
        "/covenants/hostile/versions/2/",
        "/covenants/hostile/versions/1/questions/",
        "/commitments/ID/",
        "/commitments/ID/report/",
        "/statements/ID/",
        "/places/testing/",
        "/places/testing/parties/",
        "/places/testing/parties/testing-charity/mandate/",
        "/listen/hostile/",
        "/listen/hostile/map/",
        "/record/",
        "/covenants/cite/ID/",
    ):
        assert page_kind in kinds, f"{page_kind} was not walked: {sorted(kinds)}"


def test_hostile_words_in_a_form_that_is_refused_are_shown_as_words(world: World, convenor: Client) -> None:
    draft(world)
    form = dict.fromkeys(("title", "slug", "purpose", "parties", "text", "measure", "due"), HOSTILE)
    for path in ("/covenants/new/testing/", "/covenants/our-covenant/draft/commitment/"):
        answer = convenor.post(path, form)
        assert answer.status_code == 400
        assert not Page(answer.content.decode()).bad
    answer = convenor.get(f"/places/testing/parties/?x={HOSTILE}")
    assert not Page(answer.content.decode()).bad


def test_a_party_and_a_role_with_hostile_words_reach_no_one(world: World) -> None:
    places.add_party(
        by=world.actor("convenor"),
        place=world.place,
        name=HOSTILE,
        slug="hostile",
        sector=Sector.BUSINESS,
        at=NOW,
    )
    places.grant(
        by=world.actor("administrator"),
        email="a@b.example",
        name=HOSTILE,
        role=Role.ANALYST,
        place=world.place,
        at=NOW,
    )
    assert not Page(Client().get("/places/testing/parties/").content.decode()).bad
