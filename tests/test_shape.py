"""What the import contract cannot catch: the shape of the house."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "covenant"
PYPROJECT = (ROOT / "pyproject.toml").read_text()
CONTRACTS = {
    contract["name"].split(":")[0]: contract
    for contract in tomllib.loads(PYPROJECT)["tool"]["importlinter"]["contracts"]
}
LAYERS = [re.findall(r"\w+", layer) for layer in CONTRACTS["Flow"]["layers"]]
HEIGHT = {name: -row for row, names in enumerate(LAYERS) for name in names}
SLICES = sorted(folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").exists())
ANATOMY = {
    *("types", "engine", "pictures", "formats", "rules", "models", "actions", "reads", "jobs"),
    *("forms", "views", "urls", "api", "cli", "apps", "migrations"),
}
# Files of one slice alone that touch what is kept, so they cannot be pure: each is a piece of which part.
NOT_PURE = {
    "covenant.agree.consenting": "actions",
    "covenant.agree.copying": "actions",
    "covenant.agree.drafting": "actions",
    "covenant.agree.drafting_pages": "views",
    "covenant.agree.moves": "reads",
    "covenant.agree.moving": "actions",
    "covenant.agree.moving_forms": "forms",
    "covenant.agree.moving_pages": "views",
    "covenant.agree.shaping": "reads",
    "covenant.concern.act_pages": "views",
    "covenant.concern.cases": "reads",
    "covenant.concern.desk_pages": "views",
    "covenant.concern.handling": "actions",
    "covenant.concern.key_pages": "views",
    "covenant.concern.keying": "actions",
    "covenant.concern.publishing": "actions",
    "covenant.concern.raising": "actions",
    "covenant.agree.exchange_forms": "forms",
    "covenant.agree.exchange_pages": "views",
    "covenant.agree.exporting": "reads",
    "covenant.agree.importing": "actions",
    "covenant.agree.planning": "reads",
    "covenant.agree.pledged": "reads",
    "covenant.agree.pledging": "actions",
    "covenant.agree.asking": "actions",
    "covenant.agree.capacity": "actions",
    "covenant.agree.disowning": "actions",
    "covenant.agree.letters": "jobs",
    "covenant.agree.link_pages": "views",
    "covenant.agree.paper": "actions",
    "covenant.agree.pausing": "actions",
    "covenant.agree.posting": "jobs",
    "covenant.agree.signing_forms": "forms",
    "covenant.agree.signing_models": "models",
    "covenant.agree.signing_pages": "views",
    "covenant.agree.signing_reads": "reads",
    "covenant.agree.standing": "reads",
    "covenant.agree.version_parts": "views",
    "covenant.listen.audit_cli": "cli",
    "covenant.listen.counted": "reads",
    "covenant.listen.erasing": "actions",
    "covenant.listen.inputs": "reads",
    "covenant.listen.issuing": "actions",
    "covenant.listen.load": "cli",
    "covenant.listen.loading": "actions",
    "covenant.listen.mine": "reads",
    "covenant.listen.replaying": "actions",
    "covenant.listen.snapshots": "reads",
    "covenant.listen.sql": "reads",
    "covenant.listen.voting": "actions",
    "covenant.profile.accounts": "reads",
    "covenant.record.mending": "actions",
    "covenant.profile.bodies": "actions",
    "covenant.profile.likeness": "actions",
    "covenant.listen.receipts": "reads",
    "covenant.record.asking": "files",
    "covenant.record.copies": "files",
    "covenant.record.exporting": "files",
    "covenant.record.keys": "files",
    "covenant.record.kinds": "views",
    "covenant.record.looking": "files",
    "covenant.record.receipt_pages": "views",
    "covenant.record.receipts": "files",
    "covenant.record.rotation": "files",
    "covenant.record.publishing": "jobs",
    "covenant.record.signer": "files",
    "covenant.record.verify_cli": "cli",
    "covenant.record.verify_record": "cli",
    "covenant.record.witness": "files",
    "covenant.record.witness_cli": "cli",
    "covenant.record.witnessing": "jobs",
    "covenant.relate.acting_forms": "forms",
    "covenant.relate.consenting": "actions",
    "covenant.relate.deciding": "actions",
    "covenant.relate.drafting": "actions",
    "covenant.relate.learning": "actions",
    "covenant.relate.leaving": "actions",
    "covenant.relate.pulsing": "actions",
    "covenant.relate.seats": "reads",
    "covenant.relate.together": "reads",
    "covenant.scrutinise.appointing": "actions",
    "covenant.scrutinise.appointment_pages": "views",
    "covenant.scrutinise.desk_pages": "views",
    "covenant.scrutinise.docket": "reads",
    "covenant.scrutinise.files_cli": "cli",
    "covenant.scrutinise.finding": "actions",
    "covenant.scrutinise.lineage_cli": "cli",
    "covenant.scrutinise.taking": "actions",
    "covenant.scrutinise.terminal": "cli",
    "covenant.scrutinise.text_cli": "cli",
    "covenant.weigh.acting": "files",
    "covenant.weigh.appraising": "actions",
    "covenant.weigh.appraising_forms": "forms",
    "covenant.weigh.judging": "actions",
    "covenant.weigh.showing": "reads",
    "covenant.weigh.weighing_forms": "forms",
}
PACKAGE = sorted(file for file in HOUSE.rglob("*.py") if "migrations" not in file.parts)
TREES = {file: ast.parse(file.read_text()) for file in PACKAGE}
ENGINE = HOUSE / "web" / "postgres" / "base.py"  # where Django looks for it
LONGEST_FILE, LONGEST_FUNCTION = 320, 60


def where(file: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{file.relative_to(ROOT)}{line}"


def module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def imported(file: Path) -> Iterator[tuple[ast.AST, str]]:
    """Each name that a module imports, wherever in it: `from a import b` is "a.b"."""
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def importing(files: list[Path], pattern: str) -> list[str]:
    """Where one of these modules imports a name in which the pattern is found."""
    return [where(file, node) for file in files for node, name in imported(file) if re.search(pattern, name)]


def named(*kinds: str) -> list[Path]:
    """The modules of slices that are called so."""
    return [file for file in PACKAGE if file.stem in kinds and file.parent.name in SLICES]


def test_relations_between_tables_point_only_downwards() -> None:
    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("covenant."):
            continue
        own = model._meta.app_label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            other = field.related_model
            if other and (other._meta.app_label in HEIGHT or own == "record"):
                other_height = HEIGHT.get(other._meta.app_label, 0)
                if other_height > HEIGHT[own] or own == "record":
                    wrong.append(f"{model.__name__}.{field.name} -> {other._meta.label}")
    assert wrong == []


def test_slices_beside_each_other_have_no_relations() -> None:
    beside = {name: set(names) - {name} for names in LAYERS for name in names}
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.related_model
        and field.related_model._meta.app_label in beside.get(model._meta.app_label, ())
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in SLICES if name != "web"])
def test_a_slice_says_in_forty_lines_what_it_does(name: str) -> None:
    readme = HOUSE / name / "README.md"
    assert readme.exists(), f"{where(readme)} is not there"
    assert len(readme.read_text().splitlines()) <= 40


def test_every_file_of_a_slice_is_part_of_the_anatomy_or_listed_in_the_contract() -> None:
    listed = set(CONTRACTS["Purity"]["source_modules"])
    found = {
        f"covenant.{name}.{entry.stem}"
        for name in SLICES
        if name != "web"  # web holds pages; it is no slice with an engine
        for entry in (HOUSE / name).iterdir()
        if entry.stem not in {*ANATOMY, "__init__"}
        if entry.suffix == ".py" or (entry / "__init__.py").exists()
    }
    assert found - listed - set(NOT_PURE) == set(), "list it in Purity in pyproject.toml, or in NOT_PURE here"
    assert {name for name in listed if "*" not in name} - found == set(), "it is listed, and is not there"
    assert set(NOT_PURE) - found == set()


def test_a_package_opens_no_door_in_its_init() -> None:
    """The contract looks at modules: what `__init__` handed on would pass it by."""
    inits = [HOUSE / "__init__.py", *(HOUSE / name / "__init__.py" for name in SLICES)]
    assert [where(file) for file in inits if file.read_text().strip()] == []


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "core", "helpers", "helper", "services", "misc", "base"}
    trees = [HOUSE, ROOT / "tests", ROOT / "benchmarks"]
    assert [where(path) for tree in trees for path in tree.rglob("*") if path.suffix in ("", ".py")
            and path.stem in drawers and path != ENGINE] == []  # fmt: skip


def test_nothing_happens_by_signal() -> None:
    assert importing(PACKAGE, r"(^|\.)(signals|dispatch|receiver)(\.|$)") == []


def test_models_work_nothing_out() -> None:
    sums = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    wrong = [
        where(file, node)
        for file in named("models")
        for node in ast.walk(TREES[file])
        if (isinstance(node, ast.BinOp) and isinstance(node.op, sums))
        or (isinstance(node, ast.Name) and node.id in {"property", "cached_property"})
    ]
    assert wrong + importing(named("models"), r"\.engine(\.|$)") == []


def writes() -> list[Path]:
    pieces = {name for name, part in NOT_PURE.items() if part == "actions"}
    return [*named("actions"), *(file for file in PACKAGE if module(file) in pieces)]


def test_every_action_takes_its_arguments_by_name() -> None:
    wrong = [
        f"{where(file, node)} {node.name}"
        for file in writes()
        for node in TREES[file].body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (node.args.args or node.args.posonlyargs or node.args.vararg)
    ]
    assert wrong == []


def test_actions_never_import_jobs() -> None:
    assert importing(writes(), r"\.jobs(\.|$)") == []


def test_what_is_pure_has_no_clock_no_files_and_no_chance_of_its_own() -> None:
    """Time and a generator of chance come in as arguments; what reads and writes files is `formats`."""
    pure = [file for file in PACKAGE if {"engine", "rules", "pictures"} & {*file.parts, file.stem}]
    wrong = importing(pure, r"^(os|io|time|secrets|pathlib|socket|subprocess|sys|urllib|sqlite3)(\.|$)")
    for file in pure:
        for node in ast.walk(TREES[file]):
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Call) else ""
            if re.match(
                r"random\.(?!Random)|(.*\.)?((now|today|utcnow|open)\([^()]*|default_rng\()\)$", text
            ):
                wrong.append(where(file, node))
    assert wrong == []


HEAVY = ("numba", "scipy", "polars", "dask", "distributed", "ortools")
OPEN_THE_PAGES = f"""
import sys
import covenant.web.wsgi, covenant.web.urls
from django.urls import get_resolver
addresses = list(get_resolver().reverse_dict)
assert addresses
print(sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_the_pages_start_without_the_engines_heavy_parts(tmp_path: Path) -> None:
    env = {**os.environ, "COVENANT_RUN_JOBS": "0", "COVENANT_HOME": str(tmp_path), "DATABASE_URL": ""}
    command = [sys.executable, "-c", OPEN_THE_PAGES]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {where(file): len(file.read_text().splitlines()) for file in PACKAGE}
    assert {file: n for file, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_reader_can_hold() -> None:
    """Its docstring apart: an engine explains itself at length."""
    functions = [
        (where(file, node), node)
        for file in PACKAGE
        for node in ast.walk(TREES[file])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert {place: lines(node) for place, node in functions if lines(node) > LONGEST_FUNCTION} == {}


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    said = first.end_lineno - first.lineno + 1 if ast.get_docstring(function) is not None else 0
    return function.end_lineno - function.lineno + 1 - said


def test_every_dependency_says_what_it_is_for() -> None:
    project = PYPROJECT.split("[project]")[1].split("[project.scripts]")[0]
    entries = re.findall(r'^ {4}"([\w-]+).*?",(.*)$', project, re.MULTILINE)
    assert len(entries) > 10
    assert [name for name, comment in entries if not re.search(r"#\s*\w+", comment)] == []


def test_no_tracked_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listing.returncode:
        pytest.skip("this is no git checkout")
    address = r"files[.]pythonhosted[.]org|pypi[.]org/simple|registry[.](npmjs[.]org|yarnpkg[.]com)"
    folder = r"(?<![\w./~-])/(home|Users|root|work|mnt|srv)/\w|\b[A-Z]:\\\w"
    wrong = []
    for name in filter(None, listing.stdout.split("\0")):
        file = ROOT / name
        text = file.read_bytes() if file.is_file() else b""
        if b"\0" in text:
            continue
        for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
            if re.search(f"{address}|{folder}", line):
                wrong.append(f"{name}:{number}: {line.strip()[:100]}")
    assert wrong == []


def test_the_table_of_settings_names_every_variable_and_no_other() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    told = set(re.findall(r"`(COVENANT_\w+)`", "\n".join(re.findall(r"^\|.*$", contributing, re.MULTILINE))))
    reading = re.compile(r"environ\S*[\[(]\"(COVENANT_\w+)")
    read = {name for file in PACKAGE for name in reading.findall(file.read_text())}
    assert told == read
