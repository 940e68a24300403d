"""What must hold of a database, its record and its signer, whatever happened: read with none of our own code.

Rows come through plain SQL, hashes from hashlib, signatures are verified with one Ed25519 library. `faults`
says what does not hold, a line each.
"""

import base64
import hashlib
import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Rows = Callable[[str], list[tuple[Any, ...]]]
WIDTH, LEVELS = 256, 8
KEYS_APART = "office/keys"  # where a home has them that keeps them elsewhere


@dataclass
class Known:
    """What people outside were told: acts that were acknowledged, checkpoints that were seen."""

    participants: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)  # of statements, where no id was told
    signatures: set[tuple[str, str]] = field(default_factory=set)  # version, party
    refusals: set[tuple[str, str]] = field(default_factory=set)
    votes: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[tuple[int, bytes], str] = field(default_factory=dict)  # size and root: where it was seen
    faults: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)  # of the acts that were acknowledged

    @property
    def acts(self) -> int:
        return self.kinds.total()

    def hear(self, told: list[Any]) -> None:
        """Take in a line that the load said."""
        kind, *rest = told
        match kind:
            case "participant":
                self.participants.add(_id(rest[0]))
            case "statement":
                self.statements.add(_id(rest[0]))
            case "text":
                self.texts.add(rest[0])
            case "signature":
                self.signatures.add((_id(rest[0]), _id(rest[1])))
            case "refusal":
                self.refusals.add((_id(rest[0]), _id(rest[1])))
            case "vote":
                self.votes[_id(rest[0])].append((_id(rest[1]), rest[2]))
            case "exposure":  # a vote, by where its statement was shown
                self.votes[_id(rest[0])].append((f"shown {_id(rest[1])}", rest[2]))
            case "fault":
                self.faults.append(rest[0])
                return
            case "failed":
                self.failed.append(rest[0])
                return
            case _:
                raise ValueError(f"what is {kind}?")
        self.kinds["vote" if kind == "exposure" else "statement" if kind == "text" else kind] += 1

    def see(self, note: str, where: str) -> None:
        """Take in a checkpoint, or the beginning of one, that somebody outside may hold."""
        lines = note.split("\n")
        if len(lines) >= 3 and lines[1].isdigit():
            self.seen.setdefault((int(lines[1]), base64.b64decode(lines[2])), where)

    def look(self, home: Path) -> None:
        """See what is served and what the signer remembers, while everything runs."""
        try:
            self.see((home / "record" / "checkpoint").read_text(), "served")
            told = json.loads(memory(home).read_text())
            self.seen.setdefault((told["size"], bytes.fromhex(told["root"])), "the signer's memory")
        except FileNotFoundError:
            pass


def memory(home: Path) -> Path:
    """What the signer remembers."""
    apart = home / KEYS_APART / "signed.json"
    return apart if apart.exists() else home / "keys" / "signed.json"


def sqlite_rows(file: Path) -> tuple[Rows, sqlite3.Connection]:
    """Ask a database file; close the connection afterwards."""
    line = sqlite3.connect(file)
    return (lambda query: line.execute(query).fetchall()), line


def faults(home: Path, rows: Rows, known: Known, *, sqlite: bool, whole: bool = False) -> list[str]:
    """What does not hold.

    Parameters
    ----------
    home
        The folder with `record/` and `keys/` in it.
    rows
        Asks the database.
    known
        What people outside were told.
    whole
        Whether everything has come to rest: each entry has its place, and a signed checkpoint covers it.
    """
    found = [*known.faults]
    if sqlite:
        found += [f"integrity_check: {row[0]}" for row in rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign_key_check: {row}" for row in rows("PRAGMA foreign_key_check")]
    entries = rows('SELECT id, "index", kind, subject, data, leaf FROM record_entry ORDER BY "index", id')
    placed = [row for row in entries if row[1] is not None]
    found += _entries(entries, placed)
    tree = Tree([bytes(row[5]) for row in placed], [row[4].encode() for row in placed])
    found += _acts(rows, entries)
    found += _openings(rows, entries)
    found += _acknowledged(rows, known)
    found += _record(home, rows, tree, known)
    if whole:
        if len(placed) < len(entries):
            found.append(f"{len(entries) - len(placed)} entries still wait for a place")
        signed = rows("SELECT max(size) FROM record_checkpoint")[0][0]
        if signed != len(placed):
            found.append(f"{len(placed)} entries have a place, and {signed} are signed")
    return found


def _entries(entries: list[tuple[Any, ...]], placed: list[tuple[Any, ...]]) -> Iterator[str]:
    """Places without a gap, leaves that are the hash of what is published, columns that say the same."""
    indices = [row[1] for row in placed]
    if indices != list(range(len(indices))):
        gap = next(n for n, index in enumerate(indices) if n != index)
        yield f"the places are not gapless: {indices[gap]} stands at {gap}"
    for id, index, kind, subject, data, leaf in entries:
        if hashlib.sha256(b"\0" + data.encode()).digest() != bytes(leaf):
            yield f"entry {id} at {index}: its hash is another"
        told = json.loads(data)
        if (told["kind"], told["subject"]) != (kind, subject):
            yield f"entry {id} at {index}: its columns say other than its data"
        if json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != data:
            yield f"entry {id} at {index}: it is not written in the one way"


def _acts(rows: Rows, entries: list[tuple[Any, ...]]) -> Iterator[str]:
    """Each vote, statement and signature has its one entry, and each such entry its one row."""
    of = {row[0]: row for row in entries}
    votes = rows(
        "SELECT v.id, v.participant_id, v.statement_id, v.value, v.level, v.salt, v.entry, v.current,"
        " p.conversation_id FROM listen_vote v JOIN listen_participant p ON p.id = v.participant_id"
        " WHERE v.salt IS NOT NULL ORDER BY v.entry"
    )
    yield from _one_to_one("vote", [row[6] for row in votes], "vote.counted", entries)
    newest = dict[tuple[str, str], tuple[Any, ...]]()
    for row in votes:
        _v, participant, statement, value, level, salt, entry, _current, conversation = row
        private = {"as": "cast", "conversation": str(UUID(str(conversation))), "level": level,
                   "statement": str(UUID(str(statement))), "value": value}  # fmt: skip
        told, pair = of.get(entry), (_id(participant), _id(statement))
        if told is not None:
            body = json.loads(told[4])["body"]
            if body["vote"] != _seal(private, bytes(salt)) or _id(told[3]) != _id(conversation):
                yield f"the entry {entry} is not the one of its vote"
            if body["first"] != (pair not in newest):
                yield f"the entry {entry} says wrongly whether the vote is the first"
        newest[pair] = row
    current = {id(row) for row in newest.values()}
    if any(bool(row[7]) != (id(row) in current) for row in votes):
        yield "the current vote of somebody is not their newest"
    statements = rows("SELECT id, number, text, salt, entry FROM listen_statement WHERE salt IS NOT NULL")
    yield from _one_to_one("statement", [row[4] for row in statements], "statement.added", entries)
    for id_, number, text, salt, entry in statements:
        told = of.get(entry)
        body = json.loads(told[4])["body"] if told else {}
        if told and (_id(told[3]), body["number"], body["text"]) != (
            _id(id_),
            number,
            _seal(text, bytes(salt)),
        ):
            yield f"the entry {entry} is not the one of its statement"
    signed = rows("SELECT version_id, party_id, user_id, salt FROM agree_signature")
    in_rows = Counter(
        (_id(version), _id(party), _seal(str(UUID(str(user))), bytes(salt)))
        for version, party, user, salt in signed
    )
    bodies = [(row[3], json.loads(row[4])["body"]) for row in entries if row[2] == "version.signed"]
    in_record = Counter((_id(version), _id(body["party"]), body["person"]) for version, body in bodies)
    if in_rows != in_record:
        yield f"signatures in rows and in the record differ: {in_rows - in_record} {in_record - in_rows}"
    for table, state, kind in (
        ("agree_version", "proposed_at IS NOT NULL", "version.proposed"),
        ("agree_version", "in_force_at IS NOT NULL", "version.in_force"),
        ("agree_covenant", "true", "covenant.begun"),
        ("agree_refusal", "true", "version.refused"),
        ("listen_snapshot", "true", "snapshot.published"),
    ):
        kept = rows(f"SELECT count(*) FROM {table} WHERE {state}")[0][0]  # noqa: S608
        told_of = sum(row[2] == kind for row in entries)
        if kept != told_of:
            yield f"{kept} rows of {table} where {state}, and {told_of} entries {kind}"


def _openings(rows: Rows, entries: list[tuple[Any, ...]]) -> Iterator[str]:
    """What an entry holds sealed stands beside it, word for word: nothing was erased here."""
    sealed = {
        (row[0], name): value["sealed"]
        for row in entries
        for name, value in json.loads(row[4])["body"].items()
        if isinstance(value, dict) and set(value) == {"sealed"}
    }
    kept = rows("SELECT entry, name, value, salt FROM record_opening")
    opened = {(entry, name): _seal(json.loads(value), bytes(salt)) for entry, name, value, salt in kept}
    if opened != sealed:
        yield f"{len(sealed)} fields of entries are sealed, and {len(opened)} openings are others"


def _one_to_one(name: str, ids: list[int], kind: str, entries: list[tuple[Any, ...]]) -> Iterator[str]:
    twice = [id for id, times in Counter(ids).items() if times > 1]
    if twice:
        yield f"two rows of a {name} share the entries {twice[:5]}"
    mine = {row[0] for row in entries if row[2] == kind}
    if set(ids) - mine:
        yield f"{len(set(ids) - mine)} times a {name} has no entry: {sorted(set(ids) - mine)[:5]}"
    if mine - set(ids):
        yield f"{len(mine - set(ids))} entries {kind} have no {name}: {sorted(mine - set(ids))[:5]}"


def _acknowledged(rows: Rows, known: Known) -> Iterator[str]:
    """Whatever was acknowledged is there; of each person at most one act more, the one under way."""
    there = defaultdict[str, list[tuple[str, int]]](list)
    shown = dict[str, str]()
    for participant, statement, value, exposure in rows(
        "SELECT participant_id, statement_id, value, exposure_id FROM listen_vote ORDER BY entry"
    ):
        there[_id(participant)].append((_id(statement), value))
        if exposure is not None:
            shown[f"shown {_id(exposure)}"] = _id(statement)
    for who, told in known.votes.items():
        votes, kept = _changing(told, shown), there.get(who, [])
        if kept[: len(votes)] != votes:
            yield f"LOST: {len(votes)} votes of {who} were acknowledged, and {len(kept)} other ones are there"
        elif len(kept) > len(votes) + 1:
            yield f"{len(kept)} votes of {who} are there, and {len(votes)} were acknowledged"
    ids = {_id(row[0]) for row in rows("SELECT id FROM listen_participant")}
    texts = {_id(row[0]): row[1] for row in rows("SELECT id, text FROM listen_statement")}
    signed = {(_id(row[0]), _id(row[1])) for row in rows("SELECT version_id, party_id FROM agree_signature")}
    refused = {(_id(row[0]), _id(row[1])) for row in rows("SELECT version_id, party_id FROM agree_refusal")}
    for name, told, kept_ones in (
        ("participants", known.participants, ids),
        ("statements", known.statements, set(texts)),
        ("statements", known.texts, set(texts.values())),
        ("signatures", known.signatures, signed),
        ("refusals", known.refusals, refused),
    ):
        if lost := set(told) - kept_ones:
            yield f"LOST: {len(lost)} of {len(told)} {name} that were acknowledged"


def _changing(told: list[tuple[str, int]], shown: dict[str, str]) -> list[tuple[str, int]]:
    """The votes that said something new: one that says what the last one said leaves no row."""
    found, said = list[tuple[str, int]](), dict[str, int]()
    for what, value in told:
        statement = shown.get(what, what)
        if said.get(statement) != value:
            found.append((statement, value))
        said[statement] = value
    return found


def _record(home: Path, rows: Rows, tree: "Tree", known: Known) -> Iterator[str]:
    """Checkpoints, tiles and the signer's memory say what the rows say."""
    keys = vkeys(home / "record" / "keys.json")
    for size, root, note in rows("SELECT size, root, note FROM record_checkpoint ORDER BY size"):
        known.seen.setdefault((size, bytes.fromhex(root)), "the rows of checkpoints")
        if not note.startswith(text := _text(note, size, bytes.fromhex(root))):
            yield f"the checkpoint over {size} in the rows is not its own note: {note[:80]!r} {text!r}"
        if fault := signature_fault(note, keys):
            yield f"the checkpoint over {size} in the rows: {fault}"
    file = home / "record" / "checkpoint"
    if file.exists():
        note = file.read_text()
        known.see(note, "served")
        if fault := signature_fault(note, keys):
            yield f"the checkpoint that is served: {fault}"
        yield from tiles_missing(home / "record", int(note.split("\n")[1]), tree)
    yield from tiles_wrong(home / "record", tree)
    roots = {}
    for (size, root), where in known.seen.items():
        if size > tree.size:
            yield f"a checkpoint over {size} was seen ({where}), and {tree.size} entries have a place"
        elif tree.root(size) != root:
            yield f"a checkpoint over {size} was seen ({where}) with another root than the rows have"
        if roots.setdefault(size, root) != root:
            yield f"two different checkpoints over {size} were seen"
    if known.seen:
        told = json.loads(memory(home).read_text()) if memory(home).exists() else {"size": -1}
        if told["size"] < max(roots):
            yield f"the signer remembers {told['size']}, and {max(roots)} were signed: it could sign another"


def _text(note: str, size: int, root: bytes) -> str:
    origin = note.split("\n", 1)[0]
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n\n"


Key = tuple[str, bytes, bytes]  # under which name it signs, its id, and the key


def vkeys(file: Path) -> list[Key]:
    """The public keys, as they are published."""
    if not file.exists():
        return []
    found = []
    for each in json.loads(file.read_text())["keys"]:
        name, id, key = each["vkey"].split("+", 2)
        found.append((name, bytes.fromhex(id), base64.b64decode(key)[1:]))
    return found


def signature_fault(note: str, keys: list[Key]) -> str:
    """Why a note is not signed, or not by keys of these alone; empty where it is."""
    text, blank, below = note.partition("\n\n")
    if not blank or not below.endswith("\n"):
        return "it is no note"
    for line in below[:-1].split("\n"):
        if not any(_signed_by(key, line, f"{text}\n") for key in keys):
            return "none of the published keys signed it"
    return ""


def _signed_by(key: Key, line: str, text: str) -> bool:
    name, id, public = key
    try:
        raw = base64.b64decode(line.split(" ")[-1], validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
    except (InvalidSignature, ValueError):
        return False
    return line == f"\N{EM DASH} {name} {base64.b64encode(raw).decode()}" and raw[:4] == id


class Tree:
    """The hashes over entries, each level in full, worked out from the leaves."""

    def __init__(self, leaves: list[bytes], data: list[bytes]) -> None:
        self.size, self.data, self.rows = len(leaves), data, [leaves]
        while len(below := self.rows[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self.rows.append([hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs])

    def root(self, size: int) -> bytes:
        """The root over the first entries: the complete subtrees from the left, joined from the right."""
        found, at = list[bytes](), 0
        for level in reversed(range(len(self.rows))):
            if size >> level & 1:
                found.append(self.rows[level][at >> level])
                at += 1 << level
        joined = found.pop() if found else hashlib.sha256().digest()
        while found:
            joined = hashlib.sha256(b"\1" + found.pop() + joined).digest()
        return joined

    def tile(self, level: str, number: int, width: int) -> bytes | None:
        """What a tile must hold; None where there are not so many entries."""
        start = number * WIDTH
        height = 0 if level == "entries" else int(level) * LEVELS
        row = self.rows[height] if height < len(self.rows) else []
        if start + width > len(row):
            return None
        if level == "entries":
            return b"".join(len(each).to_bytes(2, "big") + each for each in self.data[start : start + width])
        return b"".join(row[start : start + width])


def tiles_missing(folder: Path, size: int, tree: Tree) -> Iterator[str]:
    """Tiles that a checkpoint needs and that are not there as they must be."""
    for level in ("entries", *map(str, range(8))):
        count = size >> (0 if level == "entries" else int(level) * LEVELS)
        for number in range((count + WIDTH - 1) // WIDTH):
            width = min(WIDTH, count - number * WIDTH)
            path = folder / "tile" / level / _number(number)
            narrow = path.with_name(f"{path.name}.p") / str(width)
            expected = tree.tile(level, number, width)
            if expected is None:
                yield f"{path}: a signed checkpoint covers entries that are not there"
            elif width < WIDTH and narrow.exists():
                if narrow.read_bytes() != expected:
                    yield f"{narrow.relative_to(folder)}: the tile is not what the rows give"
            elif not path.exists() or not path.read_bytes().startswith(expected):
                yield f"{path.relative_to(folder)}: {size} entries need it: it is not there or is wrong"


def tiles_wrong(folder: Path, tree: Tree) -> Iterator[str]:
    """Tiles that say other than the rows."""
    for file in sorted((folder / "tile").rglob("*")):
        if file.is_dir() or file.name.startswith("."):
            continue
        level, rest = file.relative_to(folder / "tile").as_posix().split("/", 1)
        found = re.fullmatch(r"((?:x\d{3}/)*\d{3})(?:\.p/(\d+))?", rest)
        if found is None:
            yield f"{file.relative_to(folder)}: this is no tile"
            continue
        number = int(re.sub(r"[x/]", "", found[1]))
        expected = tree.tile(level, number, int(found[2] or WIDTH))
        if expected != file.read_bytes():
            yield f"{file.relative_to(folder)}: the tile is not what the rows give"


def _number(number: int) -> str:
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts)


def _seal(value: Any, salt: bytes) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode() + salt).hexdigest()


def _id(value: object) -> str:
    return UUID(str(value)).hex
