"""Which tests use the database, and what it is: a real file or a real cluster, as the product's is."""

import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

TOUCHES = {"db", "transactional_db", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database: `pytest -m database` runs those alone."""
    for item in items:
        if item.get_closest_marker("django_db") or TOUCHES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


def pytest_report_header() -> str:
    from django.db import connection

    return f"database: {connection.vendor}"


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders that are not there yet, one after another."""
    return map(tmp_path_factory.mktemp("record").joinpath, map(str, count()))


@pytest.fixture(autouse=True)
def record_files(_homes: Iterator[Path]) -> None:
    """What a test publishes goes where nobody keeps anything, and where no other test finds it."""
    from tests.records import keep_record_in

    home = next(_homes)
    home.mkdir()
    keep_record_in(home)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file for SQLite: in memory, threads would not wait in turn."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _nobody_is_asked_to_wait(request: pytest.FixtureRequest) -> None:
    """Tests come from one address, many in a minute; those of the limits set them."""
    from django.conf import settings

    settings.LIMITS = 0
    logging.getLogger("covenant.access").setLevel(logging.WARNING)
