"""What a concern leaves behind: two worlds that differ only in who raised it cannot be told apart."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.db import models as fields
from django.test import Client

from covenant.concern import actions, codes, jobs, models, reads, sealing
from covenant.concern.types import Rung
from covenant.place.models import User
from covenant.record.models import Entry
from covenant.web import metrics
from covenant.web.hardening import OFTEN
from tests.concern.boxes import PASSPHRASE, Boxed, days, make_box
from tests.personas import NOW, make_world, signed_in, stop_the_clock
from tests.records import recorded

OF, CASE = "/covenants/our-covenant/concerns", "/concerns/case/"
TOKEN = bytes(range(16)).hex()  # of the form
PLAIN = {"happened": "Heron seventeen was silenced", "right": "Let the heron speak", "about": "C1"}
MORE = "The kingfisher saw it as well"
WHO = ("public", "charity", "council", "convenor", "administrator")
HEX = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.I)


def kept() -> dict[str, list[str]]:
    """Every row of every table of the database, sessions and all, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = [repr([_plain(value) for value in row]) for row in cursor.fetchall()]
    return found


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def told_apart(whole: dict[str, list[str]], known: set[str]) -> dict[str, list[str]]:
    """The same without what is drawn by lot: ids that are new, hashes and ciphertexts.

    The length of a ciphertext is by lot as well: age puts in lines that mean nothing. How long what is
    sealed is, is asked below.
    """

    def id(found: re.Match[str]) -> str:
        return found[0] if found[0].replace("-", "").lower() in known else "<id>"

    def plain(row: str) -> str:
        row = re.sub(r"[0-9a-f]{64,}", "<hash or seal>", row)
        if connection.vendor != "sqlite":  # a sequence goes on where a transaction was rolled back
            row = re.sub(r"^\[\d+, (\d+, )?", "[<n>, ", row)
        return HEX.sub(id, row)

    return {table: sorted(map(plain, rows)) for table, rows in whole.items()}


def raise_it(browser: Client) -> str:
    browser.get(f"{OF}/raise/")
    page = browser.post(f"{OF}/raise/", {**PLAIN, "token": TOKEN, "safe": "on"})
    assert page.status_code == 200
    return re.search(r'id="case-code">([^<]+)<', page.text)[1]  # type: ignore[index]


def walk(boxed: Boxed, browser: Client) -> None:
    """Raise it on the page, and all that may follow from it."""
    code = raise_it(browser)
    browser.post(CASE, {"code": code, "act": "answer", "text": MORE})
    id = boxed.id_of(codes.read(code))
    council = boxed.world.parties["council"]
    actions.admit(by=boxed.scrutineer, concern=id, parties=[council], at=NOW)
    for _ in Rung:
        step = boxed.offer(codes.read(code))
        browser.post(CASE, {"code": code, "act": "consent", "step": step})
        actions.climb(by=boxed.scrutineer, concern=id, at=NOW)


@pytest.mark.django_db
def test_nobody_can_tell_who_raised_it(
    boxed: Boxed, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = {who: signed_in(boxed.world, who) for who in WHO}
    for browser in browsers.values():
        browser.get(f"{OF}/")  # whoever signs in is noted as being there
    stop_the_clock(monkeypatch, NOW + timedelta(seconds=OFTEN + 60))  # and anew on any page but these
    known = {
        found.replace("-", "").lower()
        for rows in kept().values()
        for row in rows
        for found in HEX.findall(row)
    }
    worlds: dict[str, tuple] = {}
    for who, browser in browsers.items():
        with transaction.atomic(), caplog.at_level(logging.DEBUG):
            caplog.clear()
            walk(boxed, browser)
            whole = kept()
            record = [(e.at, e.kind, sorted(e.body)) for e in recorded()]
            logs = [
                r.getMessage() for r in caplog.records if not r.name.startswith(("asyncio", "hypothesis"))
            ]
            own = browser.get("/account/mine.json").text if who != "public" else ""
            worlds[who] = (told_apart(whole, known), record, len(mail.outbox), logs)
            for word in (*PLAIN.values(), MORE, TOKEN):
                if word != "C1":
                    assert word not in json.dumps(whole), f"{word!r} is kept in plain"
                    assert word not in own + "".join(logs)
            assert "oncern" not in own
            transaction.set_rollback(True)
    first = worlds["public"]
    assert any("concern_letter" in table and rows for table, rows in first[0].items())
    for who, world in worlds.items():
        different = [table for table in first[0] if first[0][table] != world[0][table]]
        assert different == [], who
        assert world[1:3] == first[1:3], who
        assert sorted(world[3]) == sorted(first[3]), who


@pytest.mark.django_db
def test_raising_answering_consenting_and_withdrawing_leave_no_entry(boxed: Boxed) -> None:
    before = Entry.objects.count()
    code = raise_it(Client())
    Client().post(CASE, {"code": code, "act": "answer", "text": MORE})
    assert Entry.objects.count() == before
    id, council = boxed.id_of(codes.read(code)), boxed.world.parties["council"]
    actions.admit(by=boxed.scrutineer, concern=id, parties=[council], at=NOW)
    step = boxed.offer(codes.read(code))
    before = Entry.objects.count()
    Client().post(CASE, {"code": code, "act": "consent", "step": step})
    Client().post(CASE, {"code": code, "act": "withdraw", "sure": "on"})
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_nothing_public_changes_when_somebody_writes(boxed: Boxed) -> None:
    pages = (f"{OF}/", "/covenants/our-covenant/", "/record/", "/covenants/our-covenant/scrutiny/")
    public = [Client().get(page).text for page in pages]
    code = raise_it(Client())
    Client().post(CASE, {"code": code, "act": "answer", "text": MORE})
    assert [Client().get(page).text for page in pages] == public
    Client().post(CASE, {"code": code, "act": "withdraw", "sure": "on"})
    assert [Client().get(page).text for page in pages] == public


@pytest.mark.django_db
def test_the_log_has_no_line_of_it_and_the_metrics_no_count(
    boxed: Boxed, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="covenant.access"):
        code = raise_it(Client())
        Client().post(CASE, {"code": code})
        Client().get(f"{OF}/")
    lines = [record.getMessage() for record in caplog.records if record.name == "covenant.access"]
    assert any("concern:concerns" in line for line in lines)
    assert [line for line in lines if "concern:raise" in line or "concern:case" in line] == []
    assert "concern:raise" not in str(vars(metrics))


@pytest.mark.django_db
def test_entries_tell_the_day_alone(boxed: Boxed) -> None:
    boxed.to(boxed.admitted(), Rung.SPONSORS)
    told = [entry for entry in recorded() if entry.kind.startswith("concern.")]
    assert {entry.kind for entry in told} >= {"concern.key_made", "concern.admitted", "concern.climbed"}
    assert {entry.at[10:] for entry in told} == {"T00:00:00Z"}


def test_no_table_of_concerns_has_a_moment_an_address_or_an_id_that_tells_the_time() -> None:
    people = []
    for model in apps.get_app_config("concern").get_models():
        kinds = {type(field) for field in model._meta.get_fields()}
        assert not kinds & {
            fields.DateTimeField,
            fields.TimeField,
            fields.GenericIPAddressField,
            fields.EmailField,
        }
        people += [model.__name__ for field in model._meta.fields if field.related_model is User]
        if isinstance(model._meta.pk, fields.UUIDField):
            assert UUID(str(model._meta.pk.get_default())).version == 4, model
    assert people == ["Openly", "Said"], "those who speak for a party, and nobody else"


@pytest.mark.django_db(transaction=True)
def test_the_words_are_nowhere_in_the_file_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the file of a database is SQLite's alone")
    stop_the_clock(monkeypatch)
    boxed = make_box(make_world())
    for who in ("public", "charity"):
        walk_in = signed_in(boxed.world, who)
        page = walk_in.post(f"{OF}/raise/", {**PLAIN, "safe": "on"})
        assert page.status_code == 200
        code = re.search(r'id="case-code">([^<]+)<', page.text)[1]  # type: ignore[index]
        walk_in.post(CASE, {"code": code, "act": "answer", "text": MORE})
    assert models.Letter.objects.count() == 4
    name = connection.settings_dict["NAME"]
    raw = b"".join(file.read_bytes() for file in Path(name).parent.glob(f"{Path(name).name}*"))
    assert b"Our covenant" in raw, "the file was read"
    for word in (PLAIN["happened"], PLAIN["right"], MORE, code, code.replace("-", "")):
        for form in (word.encode(), word.encode("utf-16-le"), word.upper().encode()):
            assert form not in raw, word


@pytest.mark.django_db
def test_how_long_somebody_wrote_is_told_in_steps_alone(boxed: Boxed) -> None:
    secret = pyrage.x25519.Identity.from_str(sealing.unlock(models.Key.objects.get().locked, PASSPHRASE))
    for text in ("Short", "Longer " * 60, "é" * 700):
        boxed.raise_one(happened=text)
    letters = models.Letter.objects.values_list("sealed", flat=True)
    lengths = [len(pyrage.decrypt(bytes(sealed), [secret])) for sealed in letters]
    assert sorted(lengths) == [1024, 1024, 2048]


@pytest.mark.django_db
@pytest.mark.parametrize(("came", "told"), [(0, None), (1, None), (2, None), (3, 3), (5, 5)])
def test_a_month_is_told_after_its_end_and_few_are_not_told_apart_from_none(
    boxed: Boxed, came: int, told: int | None
) -> None:
    for _ in range(came):
        boxed.raise_one()
    assert jobs.run_due(days(29)) == 0, "31 March"
    assert (jobs.run_due(days(30)), jobs.run_due(days(30))) == (1, 0)
    assert reads.public_counts(boxed.covenant, today=days(30).date()).months[0][1] == told
    entry = [each for each in recorded() if each.kind == "concern.counted"][-1]
    assert entry.body == {"month": "2026-03", "received": "fewer than 3" if told is None else str(told)}
    assert jobs.run_due(days(100)) == 2, "a month that was missed is told later"


@pytest.mark.django_db
def test_where_one_is_raised_nothing_is_done_to_a_session(
    boxed: Boxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(boxed.world, "convenor")
    browser.get(f"{OF}/")
    stop_the_clock(monkeypatch, NOW + timedelta(seconds=settings.SESSION_IDLE_AGE + 60))
    for page in (f"{OF}/raise/", CASE):
        browser.get(page)
        assert "_auth_user_id" in browser.session, page
    browser.get(f"{OF}/")
    assert "_auth_user_id" not in browser.session, "elsewhere whoever was away for long is signed out"
