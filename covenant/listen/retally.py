"""Counts anew what a conversation's results published, offline, with Python and nothing else.

    python3 retally.py figures.json counted.jsonl [--record FOLDER] [--receipt FILE]...

FOLDER is what `covenant record export` wrote, or a copy of the files under /record/; whether it is what was
signed is for `covenant verify`. Exit code 0: all agrees. 1: something does not. 2: this cannot be read.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

Said = Iterator[tuple[bool, str]]  # whether it is right, and what


def sealed(value: object, salt: str) -> str:
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return hashlib.sha256(data + bytes.fromhex(salt)).hexdigest()


def check_set(head: dict, rows: list[dict]) -> Said:
    yield head["format"] == "covenant-counted/1", f"the format is {head['format']}"
    every = [tag for row in rows for tag in row["tags"]]
    right = all(row["tags"] == sorted(row["tags"]) and row["n"] == len(row["tags"]) for row in rows)
    yield right, "tags are sorted, and as many as each line says"
    yield len(set(every)) == len(every) == head["votes"], f"{head['votes']} votes, each with one tag"


def check_counts(figures: dict, rows: list[dict]) -> Said:
    """Whether the published counts are the numbers of tags."""
    tags = {(row["statement"], row["value"]): len(row["tags"]) for row in rows}
    shown = {row["id"]: row for row in figures["statements"] if row["seen"] is not None}
    right = len(tags) == len(rows) and {id for id, _ in tags} - {None} == set(shown)
    yield right, "the set names what has counts, each answer once, and nothing else"
    names = ("agrees", "disagrees", "passes")
    for id, row in shown.items():
        found, told = [tags.get((id, value), 0) for value in (1, -1, 0)], [row[name] for name in names]
        seen, share = sum(found), row["share"]["value"] if row["seen"] else 0.0
        if (told, row["seen"]) != (found, seen) or abs(share * seen - found[0]) > 1e-6:
            yield False, f"{id}: published {told} and a share of {share}, counted {found}"
    worded = [row for row in figures["statements"] if row.get("seal") and row["text"]]
    yield all(row["seal"] == sealed(row["text"], row["salt"]) for row in worded), "words are those sealed"
    yield figures["votes"] == sum(row["seen"] for row in shown.values()), "the number of votes published"


def entries_of(folder: Path) -> list[dict]:
    """The entries of a record in their order, from the bundles of its files."""
    top, widest, found = folder / "tile" / "entries", dict[int, tuple[int, Path]](), list[dict]()
    for file in (file for file in top.rglob("[0-9]*") if file.is_file()):
        part, width = (file.parent, int(file.name)) if file.parent.suffix == ".p" else (file, 256)
        n = int("".join(part.relative_to(top).with_suffix("").parts).replace("x", ""))
        widest[n] = max(widest.get(n, (0, file)), (width, file))
    if not widest or set(widest) != set(range(len(widest))):
        raise ValueError(f"there is no record in {folder}, or a bundle of its entries is missing")
    for n in range(len(widest)):
        data, at = widest[n][1].read_bytes(), 0
        while at < len(data):
            start, at = at + 2, at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(json.loads(data[start:at]))
    return found


def check_record(record: list[dict], head: dict, hashes: dict) -> Said:
    """Whether the record tells of as many votes, and of these very files."""
    id, told = head["conversation"], hashes | {"entries": head["entries"], "votes": head["votes"]}
    mine = [(i, e) for i, e in enumerate(record) if id in (e["subject"], e["body"].get("conversation"))]
    at = [i for i, e in mine if e["kind"] == "snapshot.published" and told.items() <= e["body"].items()]
    yield bool(at), "the record has the hashes of these figures and of this set, published together"
    first = sum(e["kind"] == "vote.counted" and e["body"]["first"] for i, e in mine if i < head["entries"])
    loaded = sum(e["body"]["answers"] for _, e in mine if e["kind"] == "conversation.loaded")
    gone = sum(e["body"]["answers"] for i, e in mine if e["kind"] == "answers.erased" and at and i < at[0])
    right = first + loaded - gone == head["votes"] and (loaded, gone) == (head["loaded"], head["erased"])
    yield right, f"{first} first votes in the record, {loaded} loaded, {gone} erased: {head['votes']} counted"


def check_receipt(receipt: dict, head: dict, rows: list[dict], figures: dict) -> Said:
    """Whether a receipt's salt opens its entry, and its vote was counted as what it is."""
    leaf, vote, salt = json.loads(receipt["leaf"]), receipt["opening"]["sealed"], receipt["opening"]["salt"]
    yield leaf["body"]["vote"] == sealed(vote, salt), "the receipt's salt opens its entry"
    told = {name: vote[name] for name in ("conversation", "statement", "value")} | {"as": "counted"}
    tag = sealed(told | {"entries": head["entries"]}, salt)
    places = [(row["statement"], row["value"]) for row in rows if tag in row["tags"]]
    of = {row["id"]: row["counted"] for row in figures["statements"] if row["seen"] is not None}
    mine, pool = (vote["statement"], vote["value"]), (None, None)  # the pool: where no counts are shown
    right = places in {"everyone": [[mine]], None: [[pool]]}.get(of.get(mine[0]), [[mine], [pool]])
    yield right, f"the receipt's tag {tag} stands in the set, unless a later answer or an erasure took it out"


def checks(asked: argparse.Namespace) -> Said:
    counted, told = asked.counted.read_bytes(), json.loads(asked.figures.read_bytes())
    head, *rows = (json.loads(line) for line in counted.splitlines())
    lines = [{k: r[k] for k in r if "seal" not in r or k not in ("text", "salt")} for r in told["statements"]]
    hashes = {"figures": sealed(told | {"statements": lines}, ""), "set": hashlib.sha256(counted).hexdigest()}
    yield from check_set(head, rows)
    yield from check_counts(told, rows)
    if asked.record:
        yield from check_record(entries_of(asked.record), head, hashes)
    for file in asked.receipt:
        yield from check_receipt(json.loads(file.read_bytes()), head, rows, told)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("figures", "counted", "--record"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--receipt", type=Path, action="append", default=[])
    try:
        said = list(checks(parser.parse_args(words)))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
        sys.stderr.write(f"retally: this cannot be read: {type(fault).__name__}: {fault}\n")
        return 2
    sys.stdout.writelines(f"{'ok   ' if right else 'WRONG'} {words}\n" for right, words in said)
    return int(not all(right for right, _ in said))


if __name__ == "__main__":
    sys.exit(main())
