"""The check for known faults in libraries: a fault fails it, silence is called silence."""

import json
from pathlib import Path

import pytest

from tests import audit


def _answer(*libraries: dict) -> dict:
    return {"dependencies": list(libraries), "fixes": []}


WELL = {"name": "well", "version": "1.0", "vulns": []}
UNHEARD = {"name": "unheard", "skip_reason": "Dependency not found"}
FAULTY = {
    "name": "faulty",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": "Bad."}],
}


def test_a_known_fault_fails_the_check_and_is_named() -> None:
    code, said = audit.verdict([audit.heard(_answer(WELL, FAULTY), "pypi")], 2)
    assert code == 1
    assert "faulty 1.0: PYSEC-1, mended in 1.1" in said


def test_what_was_not_looked_up_is_named() -> None:
    code, said = audit.verdict([audit.heard(_answer(WELL, UNHEARD), "pypi")], 2)
    assert (code, "1 of 2" in said, "unheard" in said) == (0, True, True)


@pytest.mark.parametrize("audits", [[], [audit.heard(_answer(UNHEARD), "pypi")]])
def test_silence_fails_nothing_and_is_no_good_news(audits: list[audit.Audit]) -> None:
    code, said = audit.verdict(audits, 1)
    assert code == 0
    assert "NOT AUDITED" in said
    assert "no known fault" not in said


def test_a_service_that_cannot_be_reached_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request is sent to a port of this machine where nothing listens."""
    nowhere = "http://127.0.0.1:9"
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, nowhere)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    pinned = tmp_path / "run.txt"
    pinned.write_text(f"segno==1.6.6 --hash=sha256:{'0' * 64}\n")
    answer = audit.ask("osv", pinned)
    assert answer is None or not answer.known, json.dumps(str(answer))
