"""The tests' database is a real file, as the product's is: in memory, threads would not wait in turn."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def record_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests publish goes where nobody keeps anything."""
    from django.conf import settings

    home = tmp_path_factory.mktemp("record")
    settings.RECORD_FILES, settings.KEYS = home / "record", home / "keys"
    settings.SIGNER = home / "signer.sock"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
