"""Every parser of something that others wrote: with good examples, and the words in which it refuses."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from covenant.concern import codes as case_codes
from covenant.concern import sealing
from covenant.listen import codes
from covenant.listen import formats as polis
from covenant.listen.tables import FormatError
from covenant.place.types import NotPossible
from covenant.profile.formats.files import FileKind
from covenant.profile.formats.files import read as read_place_file
from covenant.profile.formats.rows import BadFile
from covenant.record import keys, signer
from covenant.record.engine import notes, tiles
from covenant.scrutinise.formats.crosswalk import read_crosswalk
from covenant.scrutinise.formats.documents import read_document
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.lexicon import read_lexicon
from covenant.scrutinise.formats.programmes import read_coded, write_coded
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.web import archive, databases
from tests.listen import exports
from tests.profile.conftest import DATA, FILES, GOOD, outturn
from tests.profile.test_files import BODY, ORGANISATIONS, REGISTER, SERVICES, TOWNS, grant, grants
from tests.security.covenant_files import COVENANT_FILES
from tests.security.kept import KEPT
from tests.security.over_http import OVER_HTTP
from tests.security.reading import Parser, as_bytes, as_text, given
from tests.security.recounted import RECOUNTED

ROOT = Path(__file__).resolve().parent.parent.parent
OF_A_CASE = sealing.secret_of_code(bytes(16))
HOUSE = ROOT / "covenant" / "scrutinise"


# ------------------------------------------------------------------------------------ votes of others


def _export_beside(folder: Path, but: str) -> None:
    made = exports.export(folder / "made")
    for file in made.iterdir():
        if file.name != but:
            file.rename(folder / file.name)


POLIS = [
    Parser(
        f"a Polis export: {file}",
        lambda path: polis.read_export(path.parent),
        file,
        given(text),
        (FormatError,),
        ("covenant.listen.formats", "covenant.listen.tables"),
        partial(_export_beside, but=file),
    )
    for file, text in {
        "votes.csv": exports.VOTES,
        "comments.csv": exports.COMMENTS,
        "participants-votes.csv": exports.MATRIX,
        "summary.csv": exports.SUMMARY,
    }.items()
]

# ---------------------------------------------------------------------------- programmes and their rules

EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
TABLES = tuple(
    f"covenant.scrutinise.formats.{name}" for name in ("faults", "coded", "programmes", "proposals", "places")
)


def _programmes(form: str) -> Callable[[Path], list[bytes]]:
    def seeds(folder: Path) -> list[bytes]:
        made = []
        for number, example in enumerate(EXAMPLES):
            out = folder / f"seed{number}{form}"
            write_coded(read_coded(example), out)
            made.append((out / "proposals.csv" if out.is_dir() else out).read_bytes())
        return made

    return seeds


PROGRAMMES = [
    Parser(
        "a programme in TOML",
        read_coded,
        "programme.toml",
        lambda _folder: [file.read_bytes() for file in EXAMPLES],
        (FaultyFile,),
        TABLES,
    ),
    Parser(
        "a programme in CSV",
        read_coded,
        "programme.csv",
        _programmes(""),
        (FaultyFile,),
        ("covenant.sheets.delimited", "covenant.scrutinise.formats.sheets"),
    ),
    Parser(
        "a programme in a workbook",
        read_coded,
        "programme.xlsx",
        _programmes(".xlsx"),
        (FaultyFile,),
        ("covenant.sheets.package", "covenant.sheets.workbook"),
    ),
    Parser(
        "thresholds",
        read_thresholds,
        "thresholds.toml",
        given((HOUSE / "thresholds.toml").read_bytes()),
        (FaultyFile,),
        ("covenant.scrutinise.formats.thresholds",),
    ),
    Parser(
        "a lexicon",
        read_lexicon,
        "lexicon.toml",
        given((HOUSE / "lexicon.toml").read_bytes()[:20_000].rsplit(b"\n[[", 1)[0], b"extends = true\n"),
        (FaultyFile,),
        ("covenant.scrutinise.formats.lexicon",),
    ),
    Parser(
        "a crosswalk",
        read_crosswalk,
        "lineage.toml",
        given((HOUSE / "lineage.toml").read_bytes()),
        (FaultyFile,),
        ("covenant.scrutinise.formats.crosswalk",),
    ),
    Parser(
        "a document",
        read_document,
        "report.txt",
        given((ROOT / "README.md").read_bytes(), b"One\x0cTwo pages\n"),
        (FaultyFile,),
        ("covenant.scrutinise.formats.documents",),
    ),
]

# ------------------------------------------------------------------- what is published about places

PLACES = {
    FileKind.GEOGRAPHY: [REGISTER + BODY.format(5), "LADCD,LADNM,LADCD_ACTIVE,LADNM_ACTIVE\nE06999901,A,,\n"],
    FileKind.COMPETENCES: [SERVICES + "1,A,all\n", "gss,tier_id,name\nE06999901,1,T\n"],
    FileKind.NEED: ["ltla21_code,Score,Proportion,Extent\nE06999901,30,0.1,0\n"],
    FileKind.OUTTURN: [outturn(*GOOD)],
    FileKind.SPENDING_POWER: ["ons_code,ons_name,class,region,2012,2013\nE06999901,Testing,UA,X,1.5,..\n"],
    FileKind.COMPONENTS: [
        "ons_code,authority,region,year,sfa,under_index,ct_total,nhb,nhb_return,rsdg,total_spend\n"
        "E06999901,Testing,X,2015,1,0,2,0,0,,3\n"
    ],
    FileKind.TOWNS: [TOWNS + "Town Deal,TD-1,T,Testing Council,A,,0,1,1\n"],
    FileKind.GRANTS: [grants(grant(), grant(id="2"))],
    FileKind.ORGANISATIONS: [ORGANISATIONS + "GB-CHC-1,A,Charity,9999.99,2024,E06999901\n"],
}


def _beginning(file: Path) -> bytes:
    """The first rows of a published file, where it is here: its real columns."""
    raw = file.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        with gzip.open(io.BytesIO(raw)) as packed:
            raw = packed.read(200_000)
    return b"".join(raw[:200_000].splitlines(keepends=True)[:12])


def _published(kind: FileKind, *texts: str) -> Callable[[Path], list[bytes]]:
    def seeds(_folder: Path) -> list[bytes]:
        here = [DATA / name for name in FILES.get(kind, []) if not name.endswith(".json.gz")]
        small = [text.encode() for text in texts]
        return [
            *small,
            gzip.compress(small[0], mtime=0),
            *(_beginning(file) for file in here if file.exists()),
        ]

    return seeds


PUBLISHED = [
    Parser(
        f"a file of {kind.value}",
        partial(read_place_file, kind),
        "imd2019_x.csv",
        _published(kind, *texts),
        (BadFile,),
        ("covenant.profile.formats.rows", f"covenant.profile.formats.{module}"),
    )
    for kind, texts in PLACES.items()
    for module in [
        {
            FileKind.OUTTURN: "ledger",
            FileKind.SPENDING_POWER: "ledger",
            FileKind.COMPONENTS: "ledger",
            FileKind.TOWNS: "towns",
        }.get(kind, kind.value)
    ]
]

# ------------------------------------------------------------------------------------------ the record

SIGNED = notes.new_signer("testing.example/record", b"\1" * 32)
WITNESS = notes.new_signer("witness.example", b"\2" * 32, notes.COSIGNATURE)
CHECKPOINT = notes.Checkpoint("testing.example/record", 5, b"\3" * 32).text
PROMISE = notes.Promise("testing.example/record", b"\4" * 32, "2026-03-02T12:00:00Z", 60).text
NOTE = f"{CHECKPOINT}\n{SIGNED.sign(CHECKPOINT)}{WITNESS.cosign(CHECKPOINT, 1_700_000_000)}"
RECORD = "covenant.record.engine.notes"


def _signer(path: Path) -> object:
    folder = path.parent / "keys"
    return json.dumps(signer.answer(signer.Signer(folder, "testing.example/record"), path.read_bytes()))


def _asked() -> list[str]:
    return [
        json.dumps({"ask": "last"}),
        json.dumps({"ask": "keys"}),
        json.dumps({"ask": "checkpoint", "text": CHECKPOINT, "proof": ["00" * 32]}),
        json.dumps({"ask": "promise", "text": PROMISE}),
    ]


TYPES_MIXED = [
    json.dumps({"keys": [{"vkey": 5, "since": [], "standing": "in use"}]}),
    "[" * 5_000,
    '{"keys": 3}',
]
KEY_LIST = json.dumps(
    {"keys": [{"vkey": str(SIGNED.key), "since": "2026-03-02T12:00:00Z", "standing": "in use"}]}
)

LOGGED = [
    Parser(
        "a public key",
        as_text(notes.key),
        "key",
        given(str(SIGNED.key), str(WITNESS.key)),
        (notes.WrongNote,),
        (RECORD,),
    ),
    Parser(
        "a signed note",
        as_text(lambda text: notes.opened(text, [SIGNED.key, WITNESS.key])),
        "checkpoint",
        given(NOTE),
        (notes.WrongNote,),
        (RECORD,),
    ),
    Parser(
        "a checkpoint", as_text(notes.checkpoint), "text", given(CHECKPOINT), (notes.WrongNote,), (RECORD,)
    ),
    Parser("a promise", as_text(notes.promise), "text", given(PROMISE), (notes.WrongNote,), (RECORD,)),
    Parser(
        "a proof",
        as_text(notes.proof),
        "proof",
        given(notes.Proof(3, (b"\5" * 32, b"\6" * 32), NOTE).text),
        (notes.WrongNote,),
        (RECORD,),
    ),
    Parser(
        "a bundle of entries",
        as_bytes(lambda data: tiles.entries_of(data, tiles.Tile("entries", 0, 2))),
        "000",
        given(tiles.bundle([b'{"at":"x"}', b"{}"])),
        (tiles.WrongTile,),
        ("covenant.record.engine.tiles",),
    ),
    Parser(
        "the path of a tile",
        as_text(tiles.parse_path),
        "path",
        given("tile/0/x001/x234/067", "tile/entries/005.p/3", "tile/1/000"),
        (),
        ("covenant.record.engine.tiles",),
    ),
    Parser(
        "a request to the signer",
        _signer,
        "request",
        given(*_asked()),
        (),
        ("covenant.record.signer", "covenant.record.keys"),
    ),
    Parser(
        "a list of keys",
        lambda path: keys.load(path.parent),
        "keys.json",
        given(KEY_LIST, *TYPES_MIXED),
        (keys.KeyFault,),
        ("covenant.record.keys",),
    ),
]

# ------------------------------------------------------------------------------- what runs the product


EMPTY = hashlib.sha256(b"").hexdigest()


def _backup(folder: Path) -> list[bytes]:
    (folder / "database.sqlite3").write_bytes(b"SQLite format 3\0" * 40)
    (folder / "record").mkdir()
    (folder / "record" / "checkpoint").write_text(NOTE)
    about = archive.Manifest(
        "2026-03-02T12:00:00+00:00", "0.1.0", "sqlite", ("place.0001_initial",), 5, 5, ""
    )
    out = folder.parent / "seed.backup"
    whole = archive.write(out, folder, about)
    return [out.read_bytes(), *(_forged(replace(whole, **words)) for words in FORGED)]


FORGED: list[dict[str, Any]] = [
    {"made_at": "yesterday"},
    {"made_at": "2026-03-02T12:00:00"},
    {"made_at": 5},
    {"entries": 1 << 70},
    {"database": "mysql"},
    {"migrations": (5, None)},
    *(
        {"parts": (archive.Part("database.sqlite3", 0, EMPTY), archive.Part(name, 0, EMPTY))}
        for name in (
            "record/../../x",
            "/etc/x",
            "record/.x",
            "record/" + "a/" * 90,
            "record//x",
            "database.sqlite3",
            5,
        )
    ),
    {"parts": (archive.Part("database.sqlite3", 1 << 61, EMPTY),)},
]


def _forged(manifest: archive.Manifest) -> bytes:
    """A backup whose hashes are right, by somebody who knows how they are made."""
    told, out = archive._as_json(manifest), io.BytesIO()
    archive._pack(out, archive.MANIFEST, len(told), [told])
    for part in manifest.parts:
        out.write(tarfile.TarInfo(str(part.name)[:99]).tobuf(tarfile.GNU_FORMAT))
    return out.getvalue() + bytes(2 * archive.BLOCK)


def _unpacked(path: Path) -> object:
    """Nothing is written but into the folder, and nothing at all where the file is refused."""
    told = archive.verify(path)
    assert datetime.fromisoformat(told.made_at).tzinfo
    with TemporaryDirectory(dir=path.parent) as folder:
        return archive.unpack(path, Path(folder) / "out")


RUNNING = [
    Parser(
        "the address of a database",
        as_text(lambda text: databases.database(text, Path("var"))),
        "url",
        given(
            "postgres://ada:word@db.example:5433/covenant?sslmode=verify-full", "postgres:///c?host=/run/db"
        ),
        (databases.WrongAddress,),
        ("covenant.web.databases",),
    ),
    Parser("a backup", _unpacked, "a.backup", _backup, (archive.Damaged,), ("covenant.web.archive",)),
    Parser(
        "a code",
        as_text(codes.read),
        "code",
        given("J222-2222-2222-22B7"),
        (NotPossible,),
        ("covenant.listen.codes",),
    ),
    Parser(
        "the code of a case",
        as_text(case_codes.read),
        "code",
        given(case_codes.make(bytes(range(16)))),
        (NotPossible,),
        ("covenant.concern.codes",),
    ),
    Parser(
        "the token of a form",
        as_text(case_codes.token),
        "token",
        given(bytes(range(16)).hex()),
        (),
        ("covenant.concern.codes",),
    ),
    Parser(
        "a sealed letter",
        as_bytes(lambda sealed: sealing.unseal(sealed, OF_A_CASE)),
        "letter.age",
        given(sealing.seal({"text": "Words"}, [sealing.public(OF_A_CASE)])),
        (sealing.Unreadable,),
        ("covenant.concern.sealing",),
    ),
    Parser(
        "a public key of age",
        as_text(sealing.check_recipient),
        "key.pub",
        given(sealing.public(OF_A_CASE)),
        (NotPossible,),
        ("covenant.concern.sealing",),
    ),
]

PARSERS = [*POLIS, *PROGRAMMES, *COVENANT_FILES, *PUBLISHED, *LOGGED, *KEPT, *OVER_HTTP, *RUNNING, *RECOUNTED]

# What takes texts apart that nobody else wrote.
OUR_OWN = {
    "covenant.agree.planning": "days that covenant.agree.formats.checking has checked",
    "covenant.relate.formats": "what our own actions wrote into the database",
    "covenant.record.publishing": "what our own signer answered",
    "covenant.record.receipts": "what our own actions wrote into the database",
    "covenant.listen.jobs": "a hash that it made itself",
    "covenant.scrutinise.formats.workbook_writing": "nothing: it writes",
    "covenant.listen.ballots": "what our own actions wrote into the database",
    "covenant.listen.counted": "what our own job wrote into the database",
    "covenant.listen.erasing": "figures that our own job wrote into the database",
    "covenant.record.actions": "a salt that it drew itself",
    "covenant.record.jobs": "what our own actions wrote into the database",
    "covenant.record.mending": "entries under a checkpoint that our own keys signed",
    "covenant.web.backup": "a note that it wrote itself",
    "covenant.web.limits": "a hash that it made itself",
    "covenant.web.metrics": "the moment of a checkpoint of our own",
    "covenant.web.own": "what it wrote itself a word before",
    "covenant.web.restore": "what our own signer signed last",
    "covenant.web.upkeep_cli": "a moment that covenant.web.archive has checked",
    "covenant.listen.snapshots": "figures that our own job wrote into the database",
    "covenant.listen.voting": "figures that our own job wrote into the database",
    "covenant.profile.formats.definitions": "files that are part of the product",
    "covenant.scrutinise.docket": "a reading that our own job wrote into the database",
    "covenant.scrutinise.reads": "a reading that our own job wrote into the database",
    "covenant.scrutinise.taking": "a reading that our own job wrote into the database",
    "covenant.web.demo": "a file that is part of the product",
    "covenant.web.demo_innovation": "a file that is part of the product",
    "covenant.web.demo_profile": "a file that is part of the product",
    "covenant.record.models": "what our own actions wrote into the database",
    "covenant.record.reads": "what our own actions wrote into the database",
}


def covered() -> Iterator[str]:
    for parser in PARSERS:
        yield from parser.covers
