"""“Is this what we signed?”: words and signatures as a file that a party keeps and anyone checks."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from typer.testing import CliRunner

from covenant.cli import app
from covenant.record.checking import check_signatures
from covenant.record.trust import trust_of
from tests import personas
from tests.personas import make_world
from tests.records import record_was_published

pytestmark = pytest.mark.django_db
PAGE = "/covenants/our-covenant/versions/1/"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    world = make_world()
    version = personas.draft(world)
    personas.sign_all(world, version)
    record_was_published()
    assert f"{PAGE}signatures.json" in Client().get(PAGE).text
    answer = Client().get(f"{PAGE}signatures.json")
    assert answer["Content-Disposition"] == 'attachment; filename="our-covenant-1-signatures.json"'
    found = tmp_path / "signatures.json"
    found.write_bytes(answer.content)
    return found


def verify(file: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", str(file), "--keys", str(settings.RECORD_FILES)])
    return done.exit_code, done.output


def test_a_party_checks_offline_that_everyone_signed_exactly_these_words(file: Path) -> None:
    code, said = verify(file)
    assert code == 0, said
    for name in ("Testing District Council", "Friends of Testing"):
        assert f"{name} (" in said
    assert said.count("signed exactly these words") == 2
    assert "in force" in said
    page = Client().post("/record/check/", {"receipt": file.read_text()}).text
    assert "signed exactly these words" in page


def test_a_changed_word_or_signature_is_named(file: Path) -> None:
    told = json.loads(file.read_text())
    (clause,) = {name.split("/")[0] for name in told["words"] if "/" in name}
    for change in (
        lambda t: t["words"].update({f"{clause}/text": "Open the hall on no day"}),
        lambda t: t.update(hash="0" * 64),
        lambda t: t.update(version=t["version"][:-1] + ("1" if t["version"].endswith("0") else "0")),
        lambda t: t["signatures"].append(t["signatures"][0]),
        lambda t: t["signatures"][0].update(leaf=t["signatures"][1]["leaf"]),
    ):
        changed = json.loads(file.read_text())
        change(changed)
        file.with_name("changed.json").write_text(json.dumps(changed, ensure_ascii=False, indent=1) + "\n")
        code, said = verify(file.with_name("changed.json"))
        assert (code, "Traceback" in said) == (1, False), said


def test_what_was_only_shown_has_no_signatures_yet(file: Path) -> None:
    told = json.loads(file.read_text())
    told["signatures"] = []
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    found = check_signatures(text, trust_of((settings.RECORD_FILES / "keys.json").read_text()))
    assert found.right
    assert sum("has not signed in this file" in said for said in found.unchecked) == 2
