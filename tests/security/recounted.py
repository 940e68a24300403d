"""Parsers of what a conversation's results publish, which anyone counts anew."""

import hashlib
import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache, partial
from pathlib import Path

from covenant.listen import retally
from covenant.record.engine import tiles
from tests.security.reading import Parser, given

SALT = "07" * 32
NAMES = {"figures": "figures.json", "set": "counted.jsonl", "receipt": "receipt.json"}
BUNDLE = "record/tile/entries/000.p/3"


@cache
def _files() -> dict[str, bytes]:
    """Two people answered one statement: figures, set, record and a receipt, all of them right."""
    cast = [{"conversation": "c", "statement": "s", "value": value, "as": "cast"} for value in (1, 0)]
    tags = [
        retally.sealed({**each, "as": "counted", "entries": 2}, f"{number:02x}" * 32)
        for number, each in enumerate(cast, 7)
    ]
    shown = {"id": "s", "text": "One", "seal": retally.sealed("One", SALT), "salt": SALT}
    counts = {"agrees": 1, "disagrees": 0, "passes": 1, "seen": 2, "share": {"value": 0.5}}
    figures = {"statements": [{**shown, **counts, "counted": "everyone"}], "votes": 2}
    head = {"format": "covenant-counted/1", "conversation": "c", "votes": 2, "entries": 2}
    rows = [
        {"statement": "s", "value": each["value"], "n": 1, "tags": [tag]}
        for each, tag in zip(cast, tags, strict=True)
    ]
    counted = "".join(f"{json.dumps(each)}\n" for each in [{**head, "loaded": 0, "erased": 0}, *rows])
    line = {"id": "s", "seal": shown["seal"], **counts, "counted": "everyone"}
    votes = [
        {
            "kind": "vote.counted",
            "subject": "c",
            "body": {"vote": retally.sealed(each, f"{n:02x}" * 32), "first": True},
        }
        for n, each in enumerate(cast, 7)
    ]
    hashes = {
        "figures": retally.sealed({**figures, "statements": [line]}, ""),
        "set": hashlib.sha256(counted.encode()).hexdigest(),
    }
    told = {"kind": "snapshot.published", "subject": "c", "body": {**hashes, "entries": 2, "votes": 2}}
    receipt = {"leaf": json.dumps(votes[0]), "opening": {"sealed": cast[0], "salt": SALT}}
    return {
        NAMES["figures"]: json.dumps(figures).encode(),
        NAMES["set"]: counted.encode(),
        NAMES["receipt"]: json.dumps(receipt).encode(),
        BUNDLE: tiles.bundle([json.dumps(each).encode() for each in [*votes, told]]),
    }


def _write(folder: Path, but: str = "") -> None:
    for name, data in _files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name != but:
            (folder / name).write_bytes(data)


def _retold(name: str) -> Callable[[Path], object]:
    """The stand-alone program answers with a code, whatever it is given; 0 for what is right alone."""

    def read(path: Path) -> object:
        (path.parent / name).write_bytes(path.read_bytes())
        said, words = io.StringIO(), [str(path.parent / NAMES[each]) for each in ("figures", "set")]
        more = ["--record", str(path.parent / "record"), f"--receipt={path.parent / NAMES['receipt']}"]
        with redirect_stderr(said), redirect_stdout(said):
            code = retally.main([*words, *more])
        assert said.getvalue()
        assert code in (0, 1, 2)
        if path.read_bytes() == _files()[name]:
            assert code == 0, said.getvalue()
        return code

    return read


RECOUNTED = [
    Parser(
        f"what is counted anew: {name}", _retold(name), "tried", given(data), (),
        ("covenant.listen.retally",), partial(_write, but=name),
    )
    for name, data in _files().items()
]  # fmt: skip
