"""`python -m tests.audit`: whether a fault is known in any library that the product runs on.

pip-audit asks a service on the network about each pinned version of requirements/run.txt. A known fault fails
the check. What could not be looked up is said plainly and fails nothing: it is no sign that nothing is wrong.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "requirements" / "run.txt"
SERVICES = ("pypi", "osv")  # the first that knows any of the libraries answers for all
PATIENCE = 15  # seconds for one request, and ten times that for all of them


@dataclass(frozen=True)
class Audit:
    """What one service said: how many libraries it knew, which it did not, and the faults."""

    service: str
    known: int
    unknown: tuple[str, ...]
    faults: tuple[str, ...]


def heard(answer: dict[str, Any], service: str) -> Audit:
    """What an answer of pip-audit says, in its own JSON."""
    known, unknown, faults = 0, [], []
    for library in answer["dependencies"]:
        if "skip_reason" in library:
            unknown.append(library["name"])
            continue
        known += 1
        for fault in library["vulns"]:
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            faults.append(f"{library['name']} {library['version']}: {fault['id']}, mended in {mended}")
    return Audit(service, known, tuple(unknown), tuple(faults))


def ask(service: str, pinned: Path = PINNED) -> Audit | None:
    """Ask a service about every pinned version; None where it gives no answer at all."""
    command = [
        *(
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement",
            str(pinned),
            "--vulnerability-service",
            service,
        ),
        *("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
        *("--timeout", str(PATIENCE)),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10 * PATIENCE)
        return heard(json.loads(done.stdout), service)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


def verdict(audits: list[Audit], pinned: int) -> tuple[int, str]:
    """The exit code, and what to say, of everything that was heard about so many pinned libraries."""
    faults = sorted({fault for audit in audits for fault in audit.faults})
    if faults:
        return 1, "\n".join(["known faults in what the product runs on:", *faults])
    best = max(audits, key=lambda audit: audit.known, default=None)
    if best is None or not best.known:
        return 0, (
            f"pip-audit: NOT AUDITED. No service on this network answered for any of {pinned} libraries "
            "(asked: " + ", ".join(SERVICES) + "). Run it where there is one."
        )
    said = f"pip-audit: no known fault in {best.known} of {pinned} libraries, asked of {best.service}"
    return 0, f"{said}; not looked up: {', '.join(best.unknown)}" if best.unknown else said


def main() -> int:
    audits: list[Audit] = []
    for service in SERVICES:
        if not any(audit.known for audit in audits) and (answer := ask(service)):
            audits.append(answer)
    count = len(re.findall(r"^[\w.\[\]-]+==", PINNED.read_text(), re.MULTILINE))
    code, said = verdict(audits, count)
    sys.stdout.write(f"{said}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
