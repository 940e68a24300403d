"""Every kind of file that can be imported, and how it is read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from covenant.profile.formats import competences, geography, grants, ledger, need, organisations, towns
from covenant.profile.formats.rows import fault, shown
from covenant.profile.types import Parsed


class FileKind(StrEnum):
    GEOGRAPHY = "geography"
    COMPETENCES = "competences"
    NEED = "need"
    OUTTURN = "outturn"
    SPENDING_POWER = "spending-power"
    COMPONENTS = "spending-power-components"
    TOWNS = "towns-fund"
    GRANTS = "grants"
    ORGANISATIONS = "organisations"


def read(
    kind: FileKind, path: Path, *, wards: bool = False, name: str = "", publisher: str = "", licence: str = ""
) -> Parsed:
    """Read one file whole, and check it, before anything is kept. Raises BadFile with one line."""
    for said in (path.name, name, publisher, licence):
        if any("\ud800" <= letter <= "\udfff" for letter in said):  # bytes that the terminal could not decode
            fault(path.name, "", f"the name {shown(said)}, which is not UTF-8", "names in UTF-8")
    match kind:
        case FileKind.GEOGRAPHY:
            return geography.read(path, wards=wards)
        case FileKind.COMPETENCES:
            return competences.read(path)
        case FileKind.NEED:
            return need.read(path, name)
        case FileKind.OUTTURN:
            return ledger.read_outturn(path)
        case FileKind.SPENDING_POWER:
            return ledger.read_spending_power(path)
        case FileKind.COMPONENTS:
            return ledger.read_components(path)
        case FileKind.TOWNS:
            return towns.read(path)
        case FileKind.GRANTS:
            return grants.read(path, name=name, publisher=publisher, licence=licence)
        case FileKind.ORGANISATIONS:
            return organisations.read(path, name=name, publisher=publisher, licence=licence)
