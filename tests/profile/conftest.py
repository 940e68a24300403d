"""The published files where they are here, taken in once; and small files made up on the spot."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from covenant.profile import actions
from covenant.profile.formats.files import FileKind, read
from covenant.profile.types import Loaded

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "place"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FILES: dict[FileKind, list[str]] = {
    FileKind.GEOGRAPHY: [
        "geography/derived_lsoa21_hierarchy.csv.gz",
        "geography/mysociety_uk_local_authorities_future.csv",
        "geography/drkane_la_all_codes.csv",
        "geography/geographr_ruc21_ltla24.csv",
    ],
    FileKind.OUTTURN: ["local_government_finance/derived_ro_ledger_wide.csv.gz"],
    FileKind.SPENDING_POWER: ["local_government_finance/core_spending_power_2012_2021/SpendingMillions.csv"],
    FileKind.COMPONENTS: ["local_government_finance/csp_components_2015_2020/CSP_long_201520.csv"],
    FileKind.COMPETENCES: ["competences/local_services.csv", "competences/local-authorities.csv"],
    FileKind.NEED: [
        "deprivation_need/imd2025_england_ltla24.csv",
        "deprivation_need/imd2019_england_ltla23.csv",
    ],
    FileKind.TOWNS: ["towns_fund/towns_fund_awards.csv"],
    FileKind.GRANTS: [
        "civil_society/360giving/a002400000nO46WAAS.json.gz",
        "civil_society/360giving/awefw001p00000zgyHZAAY.json.gz",
    ],
}


def published(kind: FileKind, number: int = 0) -> Path:
    """One of the published files."""
    file = DATA / FILES[kind][number]
    if not file.exists():
        pytest.skip(
            f"The published files about places are not here ({file.name}); COVENANT_DATA names their folder."
        )
    return file


@pytest.fixture(scope="module")
def real(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Loaded]]:
    """Everything that is published, taken in once for a module's tests, and gone after them."""
    paths = {kind: [published(kind, n) for n in range(len(names))] for kind, names in FILES.items()}
    with django_db_blocker.unblock(), transaction.atomic():
        done = []
        for kind, files in paths.items():
            done += actions.load(parsed=[read(kind, file) for file in files], at=NOW)
        yield done
        transaction.set_rollback(True)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and return where it is."""

    def made(name: str, content: str | bytes) -> Path:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return made


OUTTURN = (
    "ecode,ons_code,local_authority,class,year,cultural,housing,public_health,total_service_expenditure\n"
)


def outturn(*rows: str) -> str:
    """A revenue outturn file with these rows."""
    return OUTTURN + "".join(f"{row}\n" for row in rows)


GOOD = (
    "E9991,E06999901,Testing UA,UA,2012-13,100,50,,9000",
    "E9991,E06999901,Testing UA,UA,2013-14,90,-20,30,9000.5",
    "E9991,E06999901,Testing UA,UA,2014-15,80,..,35,8800",
)
