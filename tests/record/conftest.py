"""A record that is published where the pages serve it from, with a signer that answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from covenant.record import actions, publishing
from covenant.record.engine.merkle import EMPTY
from covenant.record.signer import Remote, Signer, keep_signed
from tests.record.exports import NOW
from tests.signers import ORIGIN, signing


@pytest.fixture(scope="session")
def signer_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("signing")
    with signing(home, django_settings.RECORD_ORIGIN):
        yield home


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """A signer within this process, of a record that `exports.publish` writes."""
    return Signer(tmp_path / "keys", ORIGIN)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where that record is written."""
    return tmp_path / "record"


@pytest.fixture
def publish(signer_home: Path, settings: Any, tmp_path: Path) -> Callable[[], None]:
    """Has what was done signed by a real signer, which the pages can ask as well.

    One signer signs one record, and each test has another: this one remembers nothing from test to test.
    """
    settings.RECORD_FILES, settings.SIGNER = tmp_path / "record", signer_home / "signer.sock"
    keep_signed(signer_home / "keys", settings.RECORD_ORIGIN, 0, EMPTY)

    def done() -> None:
        actions.sequence()
        publishing.publish(
            folder=settings.RECORD_FILES,
            origin=settings.RECORD_ORIGIN,
            signer=Remote(settings.SIGNER),
            now=NOW,
        )

    return done
