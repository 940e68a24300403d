"""The Open Covenant Standard: what leaves can be checked by anybody, and enters again without loss."""

import copy
import json
import random
import string
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from covenant.agree import exporting, importing, reads
from covenant.agree.engine import Content, content_hash
from covenant.agree.formats import checking, standard
from covenant.agree.formats.faults import NotValid
from covenant.agree.models import Covenant, Signature
from covenant.agree.types import (
    ClauseView,
    Ground,
    GroundKind,
    Reciprocal,
    Resources,
    Section,
    SectionKind,
    Term,
)
from covenant.place import reads as places
from covenant.place.types import NotAllowed, NotPossible, PartyView, Sector, Tier
from tests.agree import files
from tests.personas import NOW, World, add_clause, all_that_is_kept, draft, sign_all

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "standard"
EXAMPLES = sorted((DOCS / "examples").glob("*.json"))


def faults(file: dict[str, Any]) -> dict[str, str]:
    return {fault.at: fault.said for fault in standard.validate(file)}


# ------------------------------------------------------------------------------------ contents of all kinds

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), include_characters="\n")
TEXT = st.text(LETTERS, min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
STRIPPED = TEXT.map(str.strip)
MAYBE = st.one_of(st.just(""), TEXT)
DAY = st.dates(date(2026, 1, 1), date(2040, 12, 31))
MAYBE_DAY = st.one_of(st.none(), DAY)
SIGNING = {Sector.STATE, Sector.CIVIL_SOCIETY, Sector.BUSINESS}
WHOLE = st.integers(0, 10_000)
CITED = st.fixed_dictionaries(
    {"text": TEXT, "seal": st.text("0123456789abcdef", min_size=64, max_size=64), "agrees": WHOLE},
    optional={"groups": st.lists(st.fixed_dictionaries({"n": WHOLE, "agrees": WHOLE}), max_size=3)},
)
GROUND = st.one_of(
    st.builds(
        Ground,
        kind=st.sampled_from([GroundKind.NEED, GroundKind.EVIDENCE]),
        statement=st.none(),
        citation=st.just({}),
        text=TEXT,
        source=TEXT,
    ),
)
HEARD = st.builds(
    Ground,
    kind=st.sampled_from([GroundKind.COMMON_GROUND, GroundKind.DISSENT]),
    statement=st.uuids(),
    citation=CITED,
)


@st.composite
def contents(
    draw: st.DrawFn, parties: list[PartyView], grounds: st.SearchStrategy[Ground] = GROUND
) -> Content:
    """A content with every field, or without."""
    signing = [party for party in parties if party.sector in SIGNING]
    count = draw(st.integers(0, 4))
    ids = [uuid4() for _ in range(count)]
    numbers = draw(st.lists(st.integers(1, 999), min_size=count, max_size=count, unique=True))
    clauses = []
    for id, number in zip(ids, numbers, strict=True):
        owing = draw(st.lists(st.sampled_from(signing), min_size=1, max_size=2, unique=True))
        others = [party for party in parties if party not in owing]
        on = [
            (other, n) for other, n in zip(ids, numbers, strict=True) if other != id and draw(st.booleans())
        ]
        clauses.append(
            ClauseView(
                id=id,
                commitment=id,
                number=number,
                debtor=owing[0],
                together=tuple(owing[1:]),
                creditors=tuple(draw(st.lists(st.sampled_from(others), min_size=1, unique=True))),
                text=draw(TEXT),
                measure=draw(MAYBE),
                evidence=draw(MAYBE),
                due=draw(DAY),
                review=draw(MAYBE_DAY),
                tier=draw(st.sampled_from(Tier)),
                outcome=draw(MAYBE),
                baseline=draw(MAYBE),
                resources=draw(st.sampled_from(Resources)),
                explain=draw(MAYBE),
                reciprocals=tuple(Reciprocal(*each) for each in on),
                grounds=tuple(draw(st.lists(grounds, max_size=3))),
            )
        )
    kinds = draw(st.lists(st.sampled_from(SectionKind), unique=True))
    days = sorted(draw(st.lists(DAY, min_size=3, max_size=3)))
    term = Term(days[0], days[2], days[1])
    return Content(
        title="Our covenant",
        purpose=draw(STRIPPED),
        parties=tuple(signing),
        clauses=tuple(sorted(clauses, key=lambda clause: clause.number)),
        sections=tuple(Section(kind, draw(STRIPPED)) for kind in kinds),
        term=draw(st.sampled_from([Term(), Term(days[0]), Term(review=days[1]), term])),
    )


SIDES = [Sector.STATE, Sector.CIVIL_SOCIETY, Sector.BUSINESS, Sector.RESIDENTS]
MADE_UP = [
    PartyView(UUID(int=n), "", f"Body {n}", sector, "", "GB-CHC-123" if n == 2 else "", standard.NOWHERE)
    for n, sector in enumerate(SIDES, start=1)
]


def file_of(content: Content, state: str = "proposed") -> dict[str, Any]:
    version = {"number": 1, "state": state, "hash": content_hash(content), **standard.words_said(content)}
    return {
        "format": standard.FORMAT,
        "place": {"name": "Testing", "tier": "district"},
        "parties": [standard.party_said(p, [p.org_id] if p.org_id else []) for p in MADE_UP],
        "covenant": {"id": str(uuid4()), "title": content.title, "versions": [version]},
    }


@settings(max_examples=120, deadline=None)
@given(content=contents(MADE_UP, st.one_of(GROUND, HEARD)))
def test_a_file_says_all_that_was_said_and_is_written_as_it_was_read(content: Content) -> None:
    data = standard.write(file_of(content))
    read = standard.read(data)
    assert standard.write(read) == data
    said = standard.content(read, read["covenant"]["versions"][0])
    assert content_hash(said) == content_hash(content)
    assert standard.words_said(said) == standard.words_said(content)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_out_and_in_and_out_again_says_the_same(world: World, data: st.DataObject) -> None:
    """A draft, its file, a draft of that file, and the file of that draft."""
    parties = places.parties(place=world.place)
    content = data.draw(contents(parties))
    first = {
        **file_of(content, "draft"),
        "parties": [standard.party_said(party) for party in parties],
    }
    one, two = (f"one-{uuid4().hex[:12]}", f"two-{uuid4().hex[:12]}")
    convenor = world.actor("convenor")
    importing.import_draft(by=convenor, place=world.place, file=first, slug=one, at=NOW)
    out = standard.read(standard.write(files.drafted(world, one)))
    importing.import_draft(by=convenor, place=world.place, file=out, slug=two, at=NOW)
    again = standard.read(standard.write(files.drafted(world, two)))
    said = [files.words(each["covenant"]["versions"][0]) for each in (first, out, again)]
    assert said[0] == said[1] == said[2]
    kept = out["covenant"]["versions"][0]["clauses"]
    assert [each["commitment"] for each in kept] == [str(each.commitment) for each in content.clauses]


# --------------------------------------------------------------------------------------- a real covenant


@pytest.mark.django_db
def test_a_covenant_in_force_leaves_with_its_hash_and_without_names(world: World) -> None:
    file = files.agreed(world)
    assert standard.validate(file) == []
    (version,) = file["covenant"]["versions"]
    assert version["state"] == "in force"
    shown = reads.covenant("our-covenant", asked_by=files.PUBLIC, today=files.TODAY).shown
    assert shown is not None and version["hash"] == shown.hash
    assert len(version["signatures"]) == 2
    text = standard.write(file).decode()
    assert "Council" in text and '"person"' not in text and "Chair" in text


@pytest.mark.django_db
def test_names_of_persons_are_for_the_convenor(world: World) -> None:
    files.agreed(world)
    with pytest.raises(NotAllowed):
        exporting.covenant_file(
            "our-covenant", asked_by=world.actor("council"), today=files.TODAY, names=True
        )
    file = exporting.covenant_file(
        "our-covenant", asked_by=world.actor("convenor"), today=files.TODAY, names=True
    )
    signatures = file["covenant"]["versions"][0]["signatures"]
    assert sorted(each["person"] for each in signatures) == ["Charity", "Council"]


@pytest.mark.django_db
def test_an_import_is_a_draft_and_its_signatures_are_only_told_of(world: World) -> None:
    file = files.agreed(world)
    before = Signature.objects.count()
    importing.import_draft(
        by=world.actor("convenor"), place=world.place, file=file, slug="again", title="Again", at=NOW
    )
    (version,) = files.drafted(world, "again")["covenant"]["versions"]
    assert version["state"] == "draft" and "hash" not in version and "signatures" not in version
    assert "not checked here" in version["why"] and "Friends of Testing" in version["why"]
    assert Signature.objects.count() == before
    assert files.words(version) == files.words(file["covenant"]["versions"][0])


@pytest.mark.django_db
def test_who_is_unknown_is_told_with_near_names_and_nothing_is_made(world: World) -> None:
    file = files.agreed(world)
    file = copy.deepcopy(file)
    for party, name in zip(file["parties"], ("Testing Distrct Council", "Freinds of Testing"), strict=False):
        party["id"], party["name"] = str(uuid4()), name
    before = all_that_is_kept()
    with pytest.raises(NotValid) as refused:
        importing.import_draft(
            by=world.actor("convenor"), place=world.place, file=_renamed(file), slug="again", at=NOW
        )
    said = str(refused.value)
    assert said.count("No party of this place") == 2
    assert "Is “Testing District Council” meant?" in said and "“Friends of Testing” or " in said
    assert all_that_is_kept() == before


def _renamed(file: dict[str, Any]) -> dict[str, Any]:
    """A file whose versions name parties by the ids that they have now, in the order of the list."""
    version = file["covenant"]["versions"][0]
    version["state"] = "draft"
    for name in ("signatures", "needed", "hash"):
        version.pop(name, None)
    version["parties"] = [file["parties"][0]["id"], file["parties"][1]["id"]]
    version["clauses"][0]["debtors"] = [file["parties"][0]["id"]]
    version["clauses"][0]["creditors"] = [file["parties"][1]["id"]]
    return file


@pytest.mark.django_db
def test_a_file_does_not_say_how_many_agreed_here(world: World) -> None:
    """A citation that nobody here made stands as evidence told of by a file."""
    file = copy.deepcopy(files.agreed(world))
    version = file["covenant"]["versions"][0]
    version["state"] = "draft"
    ground = {
        "kind": "common ground",
        "statement": str(uuid4()),
        "citation": {"text": "Open it", "agrees": 9},
    }
    version["clauses"][0]["grounds"] = [ground]
    version.pop("hash"), version.pop("signatures")
    importing.import_draft(by=world.actor("convenor"), place=world.place, file=file, slug="again", at=NOW)
    (made,) = files.drafted(world, "again")["covenant"]["versions"][0]["clauses"][0]["grounds"]
    assert made["kind"] == "evidence" and made["text"] == "Open it" and "file" in made["source"]


@pytest.mark.django_db
def test_only_a_convenor_imports_and_an_address_is_taken_once(world: World) -> None:
    file = files.agreed(world)
    before = all_that_is_kept()
    for who in ("council", "stranger", "public"):
        with pytest.raises(NotAllowed):
            importing.import_draft(by=world.actor(who), place=world.place, file=file, slug="again", at=NOW)
    with pytest.raises(NotPossible):
        importing.import_draft(
            by=world.actor("convenor"), place=world.place, file=file, slug="our-covenant", at=NOW
        )
    assert all_that_is_kept() == before
    assert Covenant.objects.count() == 1


@pytest.mark.django_db
def test_a_file_takes_a_fixed_number_of_queries(world: World) -> None:
    version = draft(world)
    sign_all(world, version)
    counts = []
    with CaptureQueriesContext(connection) as few:
        exporting.covenant_file("our-covenant", today=files.TODAY)
    counts.append(len(few))
    other = draft(world, slug="larger")
    for _ in range(6):
        add_clause(world, other)
    sign_all(world, other)
    with CaptureQueriesContext(connection) as many:
        exporting.covenant_file("larger", today=files.TODAY)
    counts.append(len(many))
    assert counts[0] == counts[1]


# ------------------------------------------------------------------------------------------- every fault

GOOD = file_of(
    Content(
        "Our covenant",
        "To do it.",
        (MADE_UP[0], MADE_UP[1]),
        (
            ClauseView(
                id=UUID(int=9),
                commitment=UUID(int=9),
                number=1,
                debtor=MADE_UP[0],
                creditors=(MADE_UP[1], MADE_UP[3]),
                text="Open the hall",
                measure="Sundays",
                due=date(2026, 6, 30),
                tier=Tier.DISTRICT,
                outcome="Fewer alone",
                resources=Resources.FUNDED,
                grounds=(Ground(GroundKind.NEED, None, {}, "People are alone", "A survey"),),
            ),
        ),
    )
)


def _broken(change: Any) -> dict[str, str]:
    file = copy.deepcopy(GOOD)
    change(file)
    return faults(file)


def _version(file: dict[str, Any]) -> Any:
    return file["covenant"]["versions"][0]


CLAUSE = "/covenant/versions/0/clauses/0"
WRONG: dict[str, tuple[Any, str, str]] = {
    "nothing stated": (lambda f: f.pop("place"), "", "“place” is missing"),
    "no format of ours": (lambda f: f.update(format="other/1"), "/format", "open-covenant/0.1"),
    "a field too many": (lambda f: f.update(partys=[]), "/partys", "Is “parties” meant?"),
    "a day that no calendar has": (
        lambda f: _version(f)["clauses"][0].update(due="2026-02-30"),
        f"{CLAUSE}/due",
        "YYYY-MM-DD",
    ),
    "a day written otherwise": (
        lambda f: _version(f)["clauses"][0].update(due="30/06/2026"),
        f"{CLAUSE}/due",
        "YYYY-MM-DD",
    ),
    "an unknown tier": (
        lambda f: _version(f)["clauses"][0].update(tier="distrct"),
        f"{CLAUSE}/tier",
        "Is “district” meant?",
    ),
    "an unknown party": (
        lambda f: _version(f)["clauses"][0].update(debtors=[str(UUID(int=77))]),
        f"{CLAUSE}/debtors/0",
        "not among the parties",
    ),
    "residents who owe": (
        lambda f: _version(f)["clauses"][0].update(debtors=[str(UUID(int=4))]),
        f"{CLAUSE}/debtors/0",
        "Residents owe nothing",
    ),
    "owed to oneself": (
        lambda f: _version(f)["clauses"][0].update(creditors=[str(UUID(int=1))]),
        f"{CLAUSE}/creditors",
        "nobody but those who owe it",
    ),
    "one commitment twice": (
        lambda f: _version(f)["clauses"].append(_version(f)["clauses"][0]),
        "/covenant/versions/0/clauses/1/commitment",
        "already",
    ),
    "a commitment that depends on nothing": (
        lambda f: _version(f)["clauses"][0].update({"if": [str(UUID(int=5))]}),
        f"{CLAUSE}/if/0",
        "No version in this file",
    ),
    "a version without a hash": (lambda f: _version(f).pop("hash"), "/covenant/versions/0", "has a hash"),
    "words that were not signed": (
        lambda f: _version(f)["clauses"][0].update(text="Close the hall"),
        "/covenant/versions/0/hash",
        "not those that were signed",
    ),
    "two in force": (
        lambda f: f["covenant"].update(
            versions=[{**_version(f), "state": "in force", "number": n} for n in (1, 2)]
        ),
        "/covenant/versions/1/state",
        "only one",
    ),
    "one number twice": (
        lambda f: f["covenant"].update(versions=[_version(f), _version(f)]),
        "/covenant/versions/1/number",
        "already",
    ),
    "a signature of residents": (
        lambda f: _version(f).update(signatures=[{"party": str(UUID(int=4)), "date": "2026-01-01"}]),
        "/covenant/versions/0/signatures/0/party",
        "Nobody signs for residents",
    ),
    "pence in parts": (
        lambda f: f.update(
            money=[{"commitment": str(UUID(int=9)), "amount": 1.5, "currency": "GBP", "stage": "paid"}]
        ),
        "/money/0/amount",
        "whole number of pence",
    ),
    "neither covenant nor pledge": (lambda f: f.pop("covenant"), "", "covenant or pledges"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_told_with_its_pointer_in_plain_words(name: str) -> None:
    change, at, says = WRONG[name]
    found = _broken(change)
    assert at in found and says in " ".join(found.values()), found


def test_a_good_file_has_no_fault() -> None:
    assert faults(GOOD) == {}


def test_every_fault_is_told_at_once() -> None:
    file = copy.deepcopy(GOOD)
    for name in (
        "an unknown tier",
        "a day that no calendar has",
        "a signature of residents",
        "a field too many",
    ):
        WRONG[name][0](file)
    found = faults(file)
    assert {f"{CLAUSE}/tier", f"{CLAUSE}/due", "/partys", "/covenant/versions/0/signatures/0/party"} <= set(
        found
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"),
        (b"[]", "an object"),
        (b'{"format": 1, "format": 2}', "twice"),
        (b'{"a": NaN}', "whole"),
        (b'{"a": 1.5}', "whole"),
        (b'{"a": 1e400}', "whole"),
        (b'{"a": ' + b"9" * 6000 + b"}", "number"),
        (b"[" * 100_000, "deeply"),
        (b'{"a": "\\ud800"}', "no reader sees"),
        (b'{"a": "\\u0000"}', "no reader sees"),
        (b"\xff", "UTF-8"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "deeply"),
    ],
)
def test_what_hides_something_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(NotValid, match=says):
        standard.read(data)


def test_extensions_are_held_to_the_standard() -> None:
    id, party = str(UUID(int=9)), str(UUID(int=1))
    more = {
        "trace": [{"commitment": id, "from": "A meeting", "source": "Minutes"}],
        "progress": [{"commitment": id, "party": party, "date": "2026-03-01", "said": "Begun"}],
        "ratings": [{"commitment": id, "side": "creditor", "date": "2026-03-01", "rating": "kept in part"}],
        "money": [
            {"commitment": id, "amount": 120_000, "currency": "GBP", "stage": "committed", "to": party}
        ],
        "findings": [
            {"commitment": id, "text": "x", "date": "2026-03-01", "replies": [{"party": party, "text": "y"}]}
        ],
    }
    assert faults({**GOOD, **more}) == {}
    lost = json.loads(json.dumps(more).replace(id, str(UUID(int=8))).replace(party, str(UUID(int=7))))
    assert len(faults({**GOOD, **lost})) == 8


# ------------------------------------------------------------------------------------- what is documented


def test_the_schema_in_the_papers_is_the_one_that_is_used() -> None:
    assert (DOCS / checking.SCHEMA.name).read_bytes() == checking.SCHEMA.read_bytes()


def test_every_field_of_the_schema_is_explained() -> None:
    told = (DOCS / "covenant.md").read_text()
    found = set[str]()
    waiting: list[Any] = [checking.schema()]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found |= set(each.get("properties", ()))
            waiting += each.values()
    assert {name for name in found if f"`{name}`" not in told} == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_keep_to_the_standard_and_are_written_as_we_write(path: Path) -> None:
    data = path.read_bytes()
    assert standard.write(standard.read(data)) == data


def test_there_are_examples_of_each_kind() -> None:
    assert len(EXAMPLES) == 3


def test_anybody_can_work_out_the_hash_with_nothing_of_ours(tmp_path: Path) -> None:
    script = DOCS / "version_hash.py"
    assert len(script.read_text().splitlines()) <= 60
    rng = random.Random(5)
    path = tmp_path / "file.json"
    path.write_bytes(standard.write(GOOD))
    for each in (path, *EXAMPLES):
        done = subprocess.run([sys.executable, "-I", str(script), str(each)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    bad = copy.deepcopy(GOOD)
    _version(bad)["purpose"] += rng.choice(string.ascii_letters)
    path.write_bytes(standard.write(bad))
    done = subprocess.run([sys.executable, "-I", str(script), str(path)], capture_output=True, text=True)
    assert done.returncode == 1 and "differs" in done.stdout


@settings(max_examples=40, deadline=None)
@given(content=contents(MADE_UP, st.one_of(GROUND, HEARD)))
@example(content=Content("T", "P", tuple(MADE_UP[:2]), ()))
def test_the_script_agrees_with_us_on_anything(content: Content) -> None:
    scope: dict[str, Any] = {"__name__": "script"}
    exec(compile((DOCS / "version_hash.py").read_text(), "version_hash.py", "exec"), scope)  # noqa: S102
    file = file_of(content)
    assert scope["version_hash"](file, _version(file)) == content_hash(content)
