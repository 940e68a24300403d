"""The record's pages: anyone may read them, and what is downloaded verifies on any machine."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from covenant.record.actions import append, writing
from covenant.record.views import A_PAGE
from tests.record.exports import COMMAND, NOW, RUNNER, act, export, verify

pytestmark = pytest.mark.django_db
PAGE, FILE = "/record/", "/record/entries.jsonl"


def downloaded(client: Client) -> bytes:
    return b"".join(client.get(FILE).streaming_content)


def shown(client: Client, query: str = "") -> list[int]:
    """The numbers of the entries on a page, in its order."""
    response = client.get(PAGE + query)
    assert response.status_code == 200
    numbers = [entry.index for entry in response.context["entries"]]
    assert all(f'id="entry-{number}"' in response.text for number in numbers)
    return numbers


def test_an_empty_record_has_its_page(client: Client) -> None:
    assert shown(client) == []
    assert downloaded(client) == b""


def test_anyone_reads_what_was_done_newest_first(client: Client) -> None:
    made = [act(number) for number in range(3)]
    page = client.get(PAGE).text
    assert shown(client) == [2, 1, 0]
    for entry in made:
        assert entry.hash in page
        assert entry.subject in page


def test_a_long_record_has_pages_that_leave_no_entry_out_and_show_none_twice(client: Client) -> None:
    count = 2 * A_PAGE + 5
    for number in range(count):
        act(number)
    seen, query = [], ""
    while query is not None:
        response = client.get(PAGE + query)
        seen += [entry.index for entry in response.context["entries"]]
        older = response.context["older"]
        query = f"?before={older}" if older else None
        assert query is None or f'href="{query}"' in response.text
    assert seen == list(range(count))[::-1]


@pytest.mark.parametrize(
    "before", ["garbage", "", "-1", "1.5", "1e3", "٣", "²", "0x10", "1 ", "9" * 400, "\0"]
)
def test_a_page_that_cannot_be_is_not_found(client: Client, before: str) -> None:
    assert client.get(PAGE, {"before": before}).status_code == 404


def test_a_page_beyond_the_end_shows_the_end_and_one_before_the_start_shows_nothing(client: Client) -> None:
    for number in range(3):
        act(number)
    assert shown(client, "?before=999999") == [2, 1, 0]
    assert shown(client, "?before=2") == [1, 0]
    assert shown(client, "?before=0") == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_database_twice_and_the_file_once_however_long_the_record(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        act(number)
    with django_assert_num_queries(2):
        client.get(PAGE)
    with django_assert_num_queries(1):
        downloaded(client)


def test_the_pages_can_only_be_read(client: Client) -> None:
    for path in (PAGE, FILE):
        assert client.head(path).status_code == 200
        for method in (client.post, client.put, client.delete, client.patch):
            assert method(path).status_code == 405


def test_what_an_entry_says_is_shown_as_text_and_never_run(client: Client) -> None:
    with writing():
        append(kind="thing.done", subject="x", body={"title": "<script>alert(1)</script>"}, at=NOW)
    page = client.get(PAGE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_downloaded_file_verifies_offline_and_no_longer_once_it_is_edited(
    client: Client, tmp_path: Path
) -> None:
    made = [act(number) for number in range(12)]
    response = client.get(FILE)
    assert response["Content-Disposition"] == 'attachment; filename="entries.jsonl"'
    file = tmp_path / "entries.jsonl"
    file.write_bytes(b"".join(response.streaming_content))
    good = verify(file, "--tip", made[-1].hash)
    assert good.exit_code == 0
    assert made[-1].hash in good.stdout
    lines = file.read_text().split("\n")
    lines[4] = json.dumps({**json.loads(lines[4]), "subject": "another"}, ensure_ascii=False, sort_keys=True)
    file.write_text("\n".join(lines))
    assert "entry 4: " in verify(file).stderr


def test_the_file_that_is_downloaded_is_the_file_that_is_exported(client: Client, tmp_path: Path) -> None:
    for number in range(5):
        act(number)
    assert (export(tmp_path) / "entries.jsonl").read_bytes() == downloaded(client)


def test_the_command_that_exports_says_what_it_wrote_and_refuses_a_file_for_a_folder(tmp_path: Path) -> None:
    made, folder = act(0), tmp_path / "new" / "folder"
    result = RUNNER.invoke(COMMAND, ["record", "export", "--out", str(folder)])
    said = f"1 entry written to {folder}/entries.jsonl; the last has the hash {made.hash}\n"
    assert (result.exit_code, result.stdout) == (0, said)
    assert verify(folder).exit_code == 0
    (tmp_path / "file").touch()
    refused = RUNNER.invoke(COMMAND, ["record", "export", "--out", str(tmp_path / "file")])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
