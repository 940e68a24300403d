"""A receipt is there at once and whole within a second; whoever holds it can show what was signed."""

import json
import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from covenant.record import reads
from covenant.record.actions import append, erase_openings, keep_checkpoint, writing
from covenant.record.checking import check_receipt
from covenant.record.engine import notes, receipts
from covenant.record.kinds import NAMES
from covenant.record.models import Entry
from covenant.record.signer import Remote
from covenant.record.trust import Trust, trust_of
from tests.record.exports import NOW, act
from tests.templates import faults

pytestmark = pytest.mark.django_db
Publish = Callable[[], None]


def ballot() -> str:
    with writing():
        return append(kind="vote.counted", subject="talk", body={"vote": "f" * 64}, at=NOW).leaf


def path(leaf: str, file: str = "") -> str:
    return f"/record/receipts/{leaf}/{file}"


def trust() -> Trust:
    return trust_of((django_settings.RECORD_FILES / "keys.json").read_text())


def test_a_receipt_tells_at_every_moment_where_the_act_stands(client: Client, publish: Publish) -> None:
    publish()
    leaf = act(0).leaf
    first = client.get(path(leaf))
    assert first.status_code == 200
    assert first["Cache-Control"] == "no-store"
    assert "It is given one within seconds" in first.text
    assert 'hx-trigger="every' in first.text
    assert f'href="{path(leaf)}">Look again</a>' in first.text
    assert client.get(path(leaf, "entry.tlog-proof")).status_code == 404
    early = client.get(path(leaf, "receipt.json"))
    assert early["Cache-Control"] == "no-store"
    verdict = check_receipt(early.text, trust())
    assert verdict.right
    assert any("only a promise so far" in said for said in verdict.unchecked)
    publish()
    last = client.get(path(leaf))
    assert "It is entry 1, counted from 0" in last.text
    assert "among the 2 entries" in last.text
    assert "hx-trigger" not in last.text
    assert "Look again" not in last.text
    assert (last["Cache-Control"], last["Vary"]) == ("private, max-age=60", "Cookie")
    whole = client.get(path(leaf, "receipt.json"))
    assert whole["Cache-Control"] == "public, max-age=600"
    assert check_receipt(whole.text, trust()).right
    proof = client.get(path(leaf, "entry.tlog-proof")).text
    assert notes.proof(proof).index == 1
    assert json.loads(whole.text)["proof"] == proof
    assert json.loads(whole.text)["promise"] == json.loads(early.text)["promise"], "it is the same promise"


def test_the_promise_of_a_vote_tells_its_second_to_nobody_else(client: Client, publish: Publish) -> None:
    leaf = ballot()
    publish()
    page, file = client.get(path(leaf)).text, client.get(path(leaf, "receipt.json")).text
    for text in (page, file):
        assert "12:00" not in text
        assert "promise/1" not in text
    assert "Only the browser that cast it" in page
    assert check_receipt(file, trust()).right
    own = reads.own_receipts([Entry.objects.get(leaf=bytes.fromhex(leaf)).id])
    (view,) = own.values()
    assert notes.promise(notes.split(view.receipt.promise)[0]).at == "2026-03-02T12:00:00Z"


def test_without_a_signer_the_page_says_so_and_the_proof_is_there(
    client: Client, publish: Publish, settings: Any, tmp_path: Path
) -> None:
    leaf = act(0).leaf
    publish()
    settings.SIGNER = tmp_path / "nobody.sock"
    page = client.get(path(leaf))
    assert page.status_code == 200
    assert "does not answer now" in page.text
    receipt = receipts.read(client.get(path(leaf, "receipt.json")).text)[0]
    assert (receipt.promise, bool(receipt.proof)) == ("", True)


def test_a_signer_that_hangs_is_waited_for_once_and_not_for_each_receipt(
    settings: Any, tmp_path: Path
) -> None:
    version = str(uuid7())
    with writing():
        for party in range(6):
            append(kind="version.signed", subject=version, body={"party": party}, at=NOW)
    ids = list(Entry.objects.values_list("id", flat=True))
    settings.SIGNER = tmp_path / "hangs.sock"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(settings.SIGNER))
        line.listen(20)  # it takes calls and says nothing
        began = time.monotonic()
        file = json.loads(reads.signatures_file(version=UUID(version), title="Ours", words={}))
        assert time.monotonic() - began < 2
        began = time.monotonic()
        own = reads.own_receipts(ids)
        assert time.monotonic() - began < 2
    assert ["promise" in each for each in file["signatures"]] == [False] * 6
    assert [view.no_promise for view in own.values()] == ["silent"] * 6


@pytest.mark.parametrize("damage", ["gone", "another"])
def test_no_proof_is_handed_out_that_does_not_hold(
    client: Client, publish: Publish, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    leaf = act(0).leaf
    publish()
    tile = django_settings.RECORD_FILES / "tile/0/000.p/2"
    if damage == "gone":
        tile.unlink()
    else:
        tile.write_bytes(bytes(64))
    page = client.get(path(leaf))
    assert "cannot be read now" in page.text
    assert page["Cache-Control"] == "no-store"
    assert client.get(path(leaf, "entry.tlog-proof")).status_code == 404


def test_a_proof_is_made_from_a_full_tile_where_the_narrow_one_is_gone(publish: Publish) -> None:
    made = [act(number).leaf for number in range(200)]
    publish()
    early = reads.tip()
    for number in range(200):
        act(number)
    publish()
    keep_checkpoint(size=early.size, root=bytes.fromhex(early.root), note=early.note, at=NOW)
    assert not (django_settings.RECORD_FILES / "tile/0/000.p").exists()
    found = reads.of_leaf(made[7])
    assert found
    entry, at = found
    from covenant.record import receipts as making

    view = making.make(
        entry,
        at,
        [early],
        folder=django_settings.RECORD_FILES,
        origin="x",
        signer=Remote(django_settings.HOME / "nobody.sock"),
    )
    assert notes.proof(view.receipt.proof).index == entry.index
    assert view.size == early.size


def test_the_checkpoint_that_most_witnesses_signed_is_taken(client: Client, publish: Publish) -> None:
    leaf = act(0).leaf
    publish()
    tip = reads.tip()
    witness = notes.new_signer("witness.example", bytes(32), notes.COSIGNATURE)
    text, _lines = notes.split(tip.note)
    seconds = int(datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC).timestamp())
    seen = tip.note + witness.cosign(text, seconds)
    keep_checkpoint(size=tip.size, root=bytes.fromhex(tip.root), note=seen, at=NOW)
    act(1)
    publish()
    page = client.get(path(leaf)).text
    assert "witness.example" in page
    assert f"among the {tip.size} entries" in page
    file = client.get(path(leaf, "receipt.json")).text
    assert check_receipt(file, Trust(trust().keys, witnesses=(witness.key,), quorum=1)).right
    ((first, last),) = reads.witnesses()
    assert first == last
    assert (first.name, first.at) == ("witness.example", datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC))
    assert "witness.example, since 2 March 2026" in client.get("/record/").text


@pytest.mark.parametrize(
    "leaf", ["0" * 64, "f" * 63, "F" * 64, "g" * 64, "x", "..", "0" * 65, "٣" * 64, "'\"<script>"]
)
def test_an_unknown_receipt_is_not_found_in_plain_words(client: Client, leaf: str) -> None:
    act(0)
    for file in ("", "receipt.json", "entry.tlog-proof"):
        answer = client.get(path(leaf, file))
        assert answer.status_code == 404
        if file == "" and "/" not in leaf:
            assert answer["Cache-Control"] == "no-store"
            assert ("no such entry" in answer.text) == (leaf == "0" * 64)
            assert "<script>alert" not in answer.text


def test_a_receipt_can_only_be_read(client: Client) -> None:
    leaf = act(0).leaf
    for file in ("", "receipt.json", "entry.tlog-proof"):
        for method in (client.post, client.put, client.delete, client.patch):
            assert method(path(leaf, file)).status_code == 405


def test_the_code_leads_to_the_page_by_its_whole_address(client: Client, publish: Publish) -> None:
    leaf = act(0).leaf
    publish()
    page = client.get(path(leaf), HTTP_HOST="localhost")
    address = f"http://localhost{path(leaf)}"
    assert page.context["address"] == address
    assert f'<a class="govuk-link" href="{address}">{address}</a>' in page.text
    assert client.get(path(leaf), HTTP_HOST="evil.example").status_code == 400
    svg = re.search(r"<svg role=.*?</svg>", page.text, re.DOTALL)
    assert svg
    assert "style=" not in svg[0]
    assert len(svg[0]) < 30_000


def test_the_code_is_what_another_reads_from_it(publish: Publish) -> None:
    """Each dark square of the picture is a dark square of the code, and no other."""
    import segno

    from covenant.record.pictures import qr

    text = "http://localhost" + path("a" * 64)
    size, drawn = 0, set[tuple[int, int]]()
    svg = qr(text, label="A & “b”")
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        drawn |= {(int(left) + x, int(top)) for x in range(int(width))}
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert size == len(rows)


def test_what_an_entry_says_is_shown_as_text_and_never_run(client: Client, publish: Publish) -> None:
    with writing():
        leaf = append(
            kind="thing.done",
            subject="<b>x</b>",
            body={"title": "<script>alert(1)</script>", "list": ["<i>"]},
            at=NOW,
        ).leaf
    publish()
    for page in (client.get(path(leaf)).text, client.get("/record/").text):
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("entries", [1, 300])
def test_a_receipt_asks_the_database_twice_however_long_the_record(
    client: Client, publish: Publish, django_assert_num_queries: DjangoAssertNumQueries, entries: int
) -> None:
    leaf, *_others = [act(number).leaf for number in range(entries)]
    publish()
    for file in ("", "receipt.json", "entry.tlog-proof"):
        with django_assert_num_queries(2):
            assert client.get(path(leaf, file)).status_code == 200


def test_the_templates_of_receipts_are_in_order() -> None:
    folder = Path(reads.__file__).parent / "templates" / "record"
    assert {file.name: faults(file.read_text(), f"record/{file.name}") for file in folder.iterdir()} == {
        file.name: [] for file in folder.iterdir()
    }


def test_what_people_worded_is_shown_beside_its_seal_until_it_is_erased(client: Client) -> None:
    with writing():
        made = append(
            kind="thing.done", subject="x", body={"n": 1}, sealed={"why": "<b>Ada</b> said"}, at=NOW
        )
    page = client.get(path(made.leaf)).text
    assert "&lt;b&gt;Ada&lt;/b&gt; said" in page
    (opened,) = reads.openings(reads.about("x"))[made.leaf].values()
    assert opened.salt in page
    erase_openings(leaves=[made.leaf])
    page = client.get(path(made.leaf)).text
    assert "Ada" not in page
    assert opened.salt not in page
    assert "nobody can open this seal" in page


def test_every_kind_of_entry_has_a_plain_name() -> None:
    house, kinds_told = Path(reads.__file__).parent.parent, set[str]()
    for file in house.rglob("*.py"):
        kinds_told |= set(re.findall(r"kind=\"([a-z_]+\.[a-z_]+)\"", file.read_text()))
    assert kinds_told - set(NAMES) == set()
