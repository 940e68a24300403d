"""No parser lets anything out but what it reads, or its own refusal, in bounded time and memory.

Good files are broken at random; what is found is kept as a case of its own in the tests of the format.
"""

import ast
import random
import sys
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest

from tests.security.effort import SEED, TIMES
from tests.security.mutations import broken
from tests.security.parsers import OUR_OWN, PARSERS, Parser, covered

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "covenant"
SECONDS, MOST_MEMORY = 3.0, 300_000_000
BREAKS, SLICE = 250, 1.0  # so many broken files of each kind, or as many as fit into so many seconds


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_broken_file_is_read_or_refused(parser: Parser, tmp_path: Path) -> None:
    """What broke it can be made again: the number of the file stands in the report."""
    seeds, path = _set_up(parser, tmp_path)
    until = time.process_time() + SLICE * TIMES
    first = SEED if SEED is not None else random.SystemRandom().getrandbits(32)
    for number in range(BREAKS * TIMES):
        if time.process_time() > until and number >= 25:
            break
        data = broken(random.Random(f"{first}/{parser.name}/{number}"), seeds)
        path.write_bytes(data)
        _try(parser, path, f"{parser.name}, file {number} of seed {first}: {data[:300]!r}")


def _set_up(parser: Parser, folder: Path) -> tuple[list[bytes], Path]:
    made = folder / "seeds"
    made.mkdir()
    seeds = parser.seeds(made)
    place = folder / "tried"
    place.mkdir()
    if parser.beside is not None:
        parser.beside(place)
    return seeds, place / parser.file


def _try(parser: Parser, path: Path, said: str) -> None:
    began = time.process_time()
    try:
        parser.read(path)
    except parser.refuses as refusal:
        assert str(refusal), said
    except Exception as fault:
        raise AssertionError(f"{said}: {fault!r}") from fault
    assert time.process_time() - began < SECONDS, said


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_broken_file_takes_bounded_memory(parser: Parser, tmp_path: Path) -> None:
    seeds, path = _set_up(parser, tmp_path)
    tracemalloc.start()
    try:
        for number in range(6 * TIMES):
            path.write_bytes(broken(random.Random(f"{SEED}/memory/{number}"), seeds))
            tracemalloc.reset_peak()
            _try(parser, path, f"{parser.name}, {number}")
            assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_good_file_is_read_by_the_modules_that_it_says(parser: Parser, tmp_path: Path) -> None:
    """At least one example is right, else nothing behind the first refusal would ever be tried."""
    seeds, path = _set_up(parser, tmp_path)
    read, seen = 0, set[str]()

    def watch(frame: object, event: str, _argument: object) -> None:
        seen.add(frame.f_globals.get("__name__", ""))  # type: ignore[attr-defined]

    for seed in seeds:
        path.write_bytes(seed)
        sys.setprofile(watch)
        try:
            parser.read(path)
            read += 1
        except parser.refuses:
            pass
        finally:
            sys.setprofile(None)
    assert read
    assert set(parser.covers) - seen == set()


# ------------------------------------------------------------------------------ no parser without a fuzzer


TAKES_APART = {
    *("json.loads", "json.load", "tomllib.loads", "tomllib.load", "csv.reader", "csv.DictReader", "ZipFile"),
    *(
        "zipfile.ZipFile",
        "gzip.open",
        "gzip.decompress",
        "zlib.decompress",
        "ElementTree.parse",
        "fromstring",
    ),
    *("expat.ParserCreate", "ParserCreate", "iterparse", "base64.b64decode", "base64.urlsafe_b64decode"),
    *("binascii.unhexlify", "binascii.a2b_base64", "bytes.fromhex", "int.from_bytes", "struct.unpack"),
    *(
        "struct.unpack_from",
        "date.fromisoformat",
        "datetime.fromisoformat",
        "datetime.datetime.fromisoformat",
    ),
    *("datetime.date.fromisoformat", "datetime.strptime", "urlsplit", "urlparse", "parse_qs", "parse_qsl"),
    *(
        "tarfile.open",
        "pickle.loads",
        "pickle.load",
        "marshal.loads",
        "ast.literal_eval",
        "np.load",
        "eval",
        "exec",
    ),
    *(
        "yaml.load",
        "yaml.safe_load",
        "xml.sax.parse",
        "email.message_from_bytes",
        "plistlib.loads",
        "ZipFile.open",
    ),
}
NEVER = {"pickle.loads", "pickle.load", "marshal.loads", "eval", "exec", "yaml.load", "np.load"}


def _taking_apart() -> dict[str, set[str]]:
    """The modules that take bytes or texts apart, and with what."""
    found: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in TAKES_APART or name.endswith("(HTMLParser)"):
                found.setdefault(".".join(file.relative_to(ROOT).with_suffix("").parts), set()).add(name)
    return found


def test_every_module_that_takes_a_text_apart_has_a_fuzzer_or_reads_our_own() -> None:
    found = _taking_apart()
    assert len(found) > 12
    without = {name: how for name, how in found.items() if name not in {*covered(), *OUR_OWN}}
    assert without == {}, (
        "give it a Parser in tests/security/parsers.py, or say in OUR_OWN who wrote what it reads"
    )


def test_nothing_that_runs_what_it_reads_is_used() -> None:
    assert {name: how & NEVER for name, how in _taking_apart().items() if how & NEVER} == {}


def test_the_list_names_nothing_that_is_gone() -> None:
    modules = {".".join(f.relative_to(ROOT).with_suffix("").parts) for f in PACKAGE.rglob("*.py")}
    assert {*covered(), *OUR_OWN} - modules == set()


def test_the_same_file_is_broken_in_the_same_way() -> None:
    seeds = [b"a,b\n1,2\n", b"x = 1\n"]
    made = [[broken(random.Random(f"1/{n}"), seeds) for n in range(300)] for _ in range(2)]
    assert made[0] == made[1]
    assert len({zlib.crc32(data) for data in made[0]}) > 200
