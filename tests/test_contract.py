"""The import contract fails on a planted fault of each of its rules. Nothing here touches the real tree."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOW, DOORS, PURITY, DASK = "Flow", "Doors", "Purity", "Dask"


class House:
    """A copy of the package's modules beside the real contract, in which faults can be planted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "pyproject.toml", folder)
        for file in (ROOT / "covenant").rglob("*.py"):
            copy = folder / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
        self._before: dict[Path, str | None] = {}

    def plant(self, path: str, line: str) -> None:
        """Add a line to a module; a module that is not there is made."""
        file = self.folder / "covenant" / path
        self._before.setdefault(file, file.read_text() if file.exists() else None)
        file.parent.mkdir(exist_ok=True)
        file.write_text((self._before[file] or "") + f"\n{line}\n")

    def restore(self) -> None:
        for file, text in self._before.items():
            file.unlink() if text is None else file.write_text(text)
            if text is None and not any(file.parent.iterdir()):
                file.parent.rmdir()
        self._before.clear()

    def broken(self) -> set[str]:
        """The first words of the contracts that are broken here."""
        command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        done = subprocess.run(
            [sys.executable, "-c", command, "--no-cache"],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.folder), "COLUMNS": "200"},
            capture_output=True,
            text=True,
        )
        names = set(re.findall(r"^(\w+): .* BROKEN", done.stdout, re.MULTILINE))
        assert "Contracts: " in done.stdout, done.stdout + done.stderr
        assert bool(names) == (done.returncode != 0)
        return names


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    yield one_house
    one_house.restore()


def test_the_house_as_it_stands_keeps_the_contract(house: House) -> None:
    assert house.broken() == set()


FAULTS = [
    # what is wrong, which contract says so, in which module, what is written there
    ("a slice uses one above it", FLOW, "place/reads.py", "from covenant.listen import types"),
    ("the record uses a slice", FLOW, "record/engine.py", "from covenant.place import types"),
    ("a slice uses the pages", FLOW, "keep/views.py", "from covenant.web import views"),
    ("a new slice has no place in the flow", FLOW, "gossip/__init__.py", ""),
    ("a slice reads another's tables", DOORS, "agree/reads.py", "from covenant.listen import models"),
    ("... inside a function", DOORS, "agree/reads.py", "def f():\n    from covenant.listen import models"),
    ("... under a condition", DOORS, "agree/reads.py", "if 0:\n    import covenant.place.models"),
    ("a slice calls another's engine", DOORS, "keep/reads.py", "from covenant.agree import engine"),
    ("... deep within", DOORS, "agree/views.py", "from covenant.listen.engine.tally import tally"),
    ("a slice uses another's pages", DOORS, "scrutinise/views.py", "from covenant.agree import views"),
    ("a slice uses another's command", DOORS, "agree/views.py", "from covenant.place import cli"),
    ("a slice starts another's work", DOORS, "scrutinise/actions.py", "from covenant.listen import jobs"),
    ("a page starts work", DOORS, "web/views.py", "from covenant.scrutinise import jobs"),
    ("a page reads a slice's tables", DOORS, "web/views.py", "from covenant.agree import models"),
    ("the command line reads tables", DOORS, "cli.py", "from covenant.place import models"),
    ("a file with a new name is no door", DOORS, "keep/reads.py", "from covenant.agree import figures"),
    ("an engine imports Django", PURITY, "agree/engine.py", "from django.utils import timezone"),
    ("... within its folder", PURITY, "listen/engine/tally.py", "import django"),
    ("types import reads", PURITY, "agree/types.py", "from covenant.agree import reads"),
    ("types import another slice's reads", PURITY, "agree/types.py", "from covenant.place import reads"),
    ("rules import actions", PURITY, "keep/rules.py", "from covenant.keep import actions"),
    ("rules import models", PURITY, "place/rules.py", "from covenant.place import models"),
    ("pictures import Django", PURITY, "keep/pictures.py", "from django.utils.html import escape"),
    ("formats import models", PURITY, "record/formats.py", "from covenant.record import models"),
    ("... within their folder", PURITY, "scrutinise/formats/sheets.py", "from django.conf import settings"),
    ("... and tables, there", PURITY, "scrutinise/formats/keys.py", "from covenant.scrutinise import models"),
    ("an engine imports Dask", PURITY, "agree/engine.py", "import dask"),
    ("Dask outside compute", DASK, "listen/reads.py", "import dask.array"),
    ("... in the pages", DASK, "web/views.py", "def f():\n    from distributed import Client"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "contract", "module", "line"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_breaks_the_contract(house: House, what: str, contract: str, module: str, line: str) -> None:
    if module == "keep/reads.py":
        house.plant("agree/figures.py", "")
    house.plant(module, line)
    assert contract in house.broken()


def test_an_engine_that_reaches_tables_through_a_pure_file_breaks_the_contract(house: House) -> None:
    house.plant("listen/plain.py", "from covenant.listen import models")
    house.plant("listen/engine/tally.py", "from covenant.listen import plain")
    assert PURITY in house.broken()


def test_an_engine_that_reaches_dask_through_compute_breaks_the_contract(house: House) -> None:
    house.plant("compute.py", "import dask")
    house.plant("agree/engine.py", "from covenant import compute")
    assert PURITY in house.broken()


def test_compute_may_import_dask_and_the_rest_may_import_compute(house: House) -> None:
    house.plant("compute.py", "import dask")
    house.plant("listen/views.py", "from covenant import compute")
    house.plant("scrutinise/views.py", "from covenant import compute")
    assert house.broken() == set()


def test_the_worker_may_start_work_and_pages_may_include_addresses(house: House) -> None:
    house.plant("web/worker.py", "from covenant.listen import jobs\nimport covenant.scrutinise.jobs")
    house.plant("web/urls.py", "from covenant.agree import urls")
    assert house.broken() == set()
