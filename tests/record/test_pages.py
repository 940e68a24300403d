"""The record's pages: anyone may read them, take the entries along, and check what they hold."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from covenant.record import keys, reads
from covenant.record.engine import notes, receipts
from covenant.record.engine.merkle import in_memory, leaf_hash, range_hash
from covenant.record.keys import Standing
from covenant.record.receipt_pages import LARGEST
from covenant.record.views import A_CHUNK, A_PAGE
from tests.record.exports import NOW, act
from tests.records import recorded

pytestmark = pytest.mark.django_db
PAGE, FILE, CHECK, KEYS = "/record/", "/record/entries.jsonl", "/record/check/", "/record/keys/"
Publish = Callable[[], None]


def downloaded(client: Client) -> list[dict[str, Any]]:
    text = b"".join(client.get(FILE).streaming_content).decode()
    return [json.loads(line) for line in text.split("\n")[:-1]]


def shown(client: Client, query: str = "") -> list[int]:
    """The places of the entries on a page, in its order."""
    response = client.get(PAGE + query)
    assert response.status_code == 200
    numbers = [entry.index for _name, entry in response.context["entries"]]
    assert all(f'id="entry-{number}"' in response.text for number in numbers)
    return numbers


def receipt_of(client: Client, leaf: str) -> str:
    return client.get(f"/record/receipts/{leaf}/receipt.json").text


def test_an_empty_record_has_its_pages(client: Client) -> None:
    assert shown(client) == []
    assert downloaded(client) == []
    assert "Nothing has been signed yet" in client.get(KEYS).text


def test_a_long_record_has_pages_that_leave_no_entry_out_and_show_none_twice(client: Client) -> None:
    count = 2 * A_PAGE + 5
    for number in range(count):
        act(number)
    recorded()
    seen, query = [], ""
    while query is not None:
        response = client.get(PAGE + query)
        seen += [entry.index for _name, entry in response.context["entries"]]
        older = response.context["older"]
        query = f"?before={older}" if older else None
        assert query is None or f'href="{query}"' in response.text
    assert seen == list(range(count))[::-1]


@pytest.mark.parametrize("before", ["garbage", "", "-1", "1.5", "1e3", "٣", "²", "0x10", "1 ", "9" * 400])
def test_a_page_that_cannot_be_is_not_found(client: Client, before: str) -> None:
    assert client.get(PAGE, {"before": before}).status_code == 404


def test_a_page_beyond_the_end_shows_the_end_and_one_before_the_start_shows_nothing(client: Client) -> None:
    for number in range(3):
        act(number)
    recorded()
    assert shown(client, "?before=999999") == [2, 1, 0]
    assert shown(client, "?before=2") == [1, 0]
    assert shown(client, "?before=0") == []


def test_every_line_of_the_download_hashes_to_a_leaf_and_the_leaves_lead_to_the_root(
    client: Client, publish: Publish
) -> None:
    for number in range(A_CHUNK + 30):
        act(number)
    publish()
    lines, tip = downloaded(client), reads.tip()
    assert [line["index"] for line in lines] == list(range(tip.size))
    leaves = [leaf_hash(line["data"].encode()) for line in lines]
    assert [leaf.hex() for leaf in leaves] == [line["leaf"] for line in lines]
    nodes, size = in_memory(leaves)
    assert range_hash(nodes, 0, size).hex() == tip.root


def test_the_page_says_whether_what_was_promised_is_kept_now(
    client: Client, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(0)
    publish()
    kept = client.get(PAGE).text
    assert "Nothing waits" in kept
    assert reads.tip().root in kept
    act(1)
    act(2)
    for seconds, said in ((30, "Kept now"), (600, "Not kept now")):
        at = NOW + timedelta(minutes=1, seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        page = client.get(PAGE).text
        assert f">{said}<" in page
        assert f"the oldest for {seconds}" in page or f"the oldest has waited for {seconds}" in page


@pytest.mark.parametrize("count", [1, 29])
def test_a_page_takes_a_fixed_number_of_queries(
    client: Client, publish: Publish, django_assert_num_queries: Any, count: int
) -> None:
    for number in range(count):
        act(number)
    publish()
    with django_assert_num_queries(6):
        client.get(PAGE)
    with django_assert_num_queries(2):
        downloaded(client)
    with django_assert_num_queries(0):
        client.get(CHECK)


def test_the_pages_can_only_be_read(client: Client) -> None:
    for path in (PAGE, FILE, KEYS):
        assert client.head(path).status_code == 200
        for method in (client.post, client.put, client.delete, client.patch):
            assert method(path).status_code == 405
    for method in (client.put, client.delete, client.patch):
        assert method(CHECK).status_code == 405


def test_the_page_of_keys_tells_how_each_stands_and_which_entry_says_so(
    client: Client, publish: Publish, tmp_path: Any
) -> None:
    publish()
    (first,) = [held.id for held in keys.load(django_settings.RECORD_FILES)][-1:]
    told = {entry.kind: entry.leaf for entry in reads.about(first)}
    page = client.get(KEYS).text
    assert f"Key {first}" in page
    assert f"/record/receipts/{told['key.added']}/" in page
    held = keys.load(django_settings.RECORD_FILES)
    lost = [
        keys.replace(each, standing=Standing.LOST, until="2026-03-04T00:00:00Z", reason="<i>Stolen</i>")
        for each in held
    ]
    (django_settings.RECORD_FILES / keys.KEYS).write_text(keys.published(lost, []))
    page = client.get(KEYS).text
    assert ">Lost<" in page
    assert "&lt;i&gt;Stolen&lt;/i&gt;" in page
    (django_settings.RECORD_FILES / keys.KEYS).write_text("torn")
    assert client.get(KEYS).status_code == client.get(PAGE).status_code == 200


# -------------------------------------------------------------------------------- checking a receipt


def test_a_receipt_that_holds_is_said_to_hold_pasted_or_as_a_file(client: Client, publish: Publish) -> None:
    leaf = act(0).leaf
    publish()
    text = receipt_of(client, leaf)
    pasted = client.post(CHECK, {"receipt": text.replace("\n", "\r\n")})
    handed_in = client.post(CHECK, {"file": BytesIO(text.encode())})
    for page in (pasted, handed_in):
        assert page.status_code == 200
        assert ">Holds<" in page.text
        assert "Exactly this entry stands at place" in page.text
        assert "Whether the keys are right" in page.text
        assert "no-store" in page["Cache-Control"]


def test_any_letter_that_was_changed_is_noticed(client: Client, publish: Publish) -> None:
    leaf = act(0).leaf
    publish()
    text = receipt_of(client, leaf)
    for place in range(2, len(text) - 2, 37):
        changed = text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]
        page = client.post(CHECK, {"receipt": changed})
        assert page.status_code == 200
        assert ">Does not hold<" in page.text, place
        assert ">Holds<" not in page.text


def test_a_receipt_of_another_log_does_not_hold(client: Client, publish: Publish) -> None:
    leaf = act(0).leaf
    publish()
    receipt = receipts.read(receipt_of(client, leaf))[0]
    forger = notes.new_signer(django_settings.RECORD_ORIGIN, bytes(32))
    text = notes.split(receipt.promise)[0]
    forged = receipts.Receipt(receipt.leaf, f"{text}\n{forger.sign(text)}")
    assert ">Does not hold<" in client.post(CHECK, {"receipt": receipts.write(forged)}).text


HOSTILE = {
    "nothing": "",
    "white space": " \n\t ",
    "no JSON": "receipt",
    "a number": "5",
    "a list": "[]",
    "another format": '{"format":"covenant-receipt/2"}',
    "twice": '{"format":"covenant-receipt/1","format":"covenant-receipt/1","leaf":""}',
    "half a character": '{"format":"covenant-receipt/1","leaf":"\\ud800"}',
    "a strange name": '{"format":"covenant-receipt/1","leaf":"x","\\ud800":1}',
    "a script": '{"format":"<script>alert(1)</script>"}',
    "deep": '{"format":' + "[" * 200_000,
    "digits": '{"format":' + "9" * 100_000 + "}",
    "no signatures": '{"format": "covenant-signatures/1"}',
    "signatures of nothing": '{"format": "covenant-signatures/1", "signatures": [{}], "words": {}}',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_receipt_is_answered_in_plain_words(client: Client, what: str) -> None:
    pasted = client.post(CHECK, {"receipt": HOSTILE[what]})
    handed_in = client.post(CHECK, {"file": BytesIO(HOSTILE[what].encode(errors="surrogatepass") or b" ")})
    for page in (pasted, handed_in):
        assert page.status_code in (200, 400)
        assert ">Holds<" not in page.text
        assert ">Does not hold<" in page.text or "There is a problem" in page.text
        assert "<script>alert" not in page.text


def test_what_is_too_large_or_no_text_is_refused(client: Client) -> None:
    for sent in (
        {"file": BytesIO(b" " * (LARGEST + 1))},
        {"file": BytesIO(b"\xff\xfe\x00")},
        {"receipt": "x" * (LARGEST + 1)},
        {},
    ):
        page = client.post(CHECK, sent)
        assert page.status_code == 400
        assert "There is a problem" in page.text
    assert LARGEST + 50_000 < django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE, (
        "else the page never gets to say so"
    )
