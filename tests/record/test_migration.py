"""A record that was kept as a chain is taken over into the log, entry by entry, in its places."""

import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.records import recorded, without_gaps

BEFORE = [("record", "0001_initial"), ("listen", "0001_initial")]


@pytest.mark.django_db(transaction=True)
def test_the_chain_becomes_the_log() -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate(BEFORE)
        old = executor.loader.project_state(BEFORE).apps.get_model("record", "Entry")
        for index in range(12):
            old.objects.create(
                index=index, at="2026-03-02T12:00:00Z", kind="thing.done", subject=f"thing-{index}",
                body={"b": index, "a": "ü"}, previous=f"{index:064x}", hash=f"{index + 1:064x}",
            )  # fmt: skip
    finally:
        MigrationExecutor(connection).migrate(newest)
    entries = recorded()
    assert without_gaps(entries)
    assert [entry.subject for entry in entries] == [f"thing-{index}" for index in range(12)]
    assert json.loads(entries[3].data) == {
        "at": "2026-03-02T12:00:00Z", "body": {"a": "ü", "b": 3}, "kind": "thing.done", "subject": "thing-3",
    }  # fmt: skip
