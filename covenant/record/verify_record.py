"""Checks a public record of a covenant, or a receipt from one, with nothing of ours: Python and `cryptography`.

    python verify_record.py FOLDER|RECEIPT.json   a copy of a record, or a receipt with keys.json beside it
      --key VKEY        a key of the log that you trust (repeatable); else those in keys.json are trusted
      --witness VKEY    a witness that you trust (repeatable); all of them must have signed, or --quorum N
      --against PATH    an earlier copy or checkpoint (for a receipt: a copy that somebody else kept)
      --allow-unknown   pass over lines by unknown keys, which are refused else: with a changed letter in its
                        name, a key that you know would pass as a stranger's
Exit code 0: all is as it was signed. 1: something is not, or cannot be read: the first such file is named.
Formats: C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-proof. Hashes: RFC 6962.
"""
import argparse, base64, hashlib, json, sys
from datetime import datetime, timezone
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def sha(data): return hashlib.sha256(data).digest()
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
def need(true, what):
    if not true: raise ValueError(what)
def read(path, longest=256 * 65537):
    with path.open("rb") as file: data = file.read(longest + 1)
    need(len(data) <= longest, f"{path}: it is too long")
    return data
def blame(path, check):  # what is wrong with the text in a file is told with its name
    try: return check(read(path).decode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError, StopIteration) as fault:
        raise ValueError(f"{path}: {fault}") from None
def from64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 in another way than it is written")
    return data
def strict(text):
    value = json.loads(text)
    need(json.dumps(value, indent=1, ensure_ascii=False) + "\n" == text, "JSON in another way, or a name twice")
    return value
def key_of(vkey):
    name, id, rest = vkey.split("+", 2)
    raw = from64(rest)
    need(len(raw) == 33 and raw[0] in (1, 4) and sha(name.encode() + b"\n" + raw)[:4].hex() == id, "no key: " + vkey)
    return (name, id), (raw[0], raw[1:])  # 1 signs notes, 4 cosigns checkpoints
def open_note(note, known, allow_unknown=False):
    """Its text and who signed it, witnesses with the moment; every line must be right, and by a known key."""
    text, blank, below = note.rpartition("\n\n")
    need(blank and below.endswith("\n") and len(note) <= 100_000, "no signed note")
    text, by = text + "\n", {}
    for line in below[:-1].split("\n"):
        dash, name, value = line.split(" ")
        raw = from64(value)
        who = name, raw[:4].hex()
        need(dash == "\u2014" and len(raw) > 4 and who not in by, "a line is no signature, or is here twice")
        need(who in known or allow_unknown, f"“{name}” signed it, whose key {who[1]} is not known")
        if who not in known: continue
        kind, public = known[who]
        by[who] = int.from_bytes(raw[4:12], "big") if kind == 4 else None
        message = f"cosignature/v1\ntime {by[who]}\n{text}" if kind == 4 else text
        try: Ed25519PublicKey.from_public_bytes(public).verify(raw[12 if kind == 4 else 4:], message.encode())
        except InvalidSignature: raise ValueError(f"the signature by {name} is wrong") from None
    return text, by
def listed(text):
    """The keys in a keys.json, each with what it says of it; all that are in use have signed it."""
    told = strict(text)
    found = {who: (key, row) for row in told["keys"] for who, key in [key_of(row["vkey"])]}
    in_use = {who: key for who, (key, row) in found.items() if row["standing"] == "in use"}
    signed = f"covenant keys/1\n{next(iter(found))[0]}\n{canonical(told['keys'])}\n\n"
    by = set(open_note(signed + "\n".join([*told["signatures"], ""]), in_use)[1])
    need(by == set(in_use) and set(told) == {"keys", "signatures"}, "a key in use did not sign it")
    return found

def one_a_line(text):
    found = dict(map(key_of, text.split("\n")[:-1]))
    need(text.endswith("\n") and text.count("\n") == len(found), "this is not one key a line")
    return found

class Trust:  # whose signatures count
    def __init__(self, options, folder):
        keys, names = folder / "keys.json", folder / "witnesses"
        rows = blame(keys, listed) if keys.exists() or not options.key else {}
        self.log = dict(map(key_of, options.key)) or {who: key for who, (key, _row) in rows.items()}
        self.ended = {who: row["until"] for who, (_key, row) in rows.items() if row["standing"] != "in use"}
        self.lost = {who for who, (_key, row) in rows.items() if row["standing"] == "lost"}
        self.trusted = dict(map(key_of, options.witness))
        named = blame(names, one_a_line) if names.exists() else {}
        self.known = {**named, **self.trusted, **self.log}
        self.quorum, self.allow_unknown = options.quorum, options.allow_unknown
    def note(self, note, origin):  # -> text, the log's keys that signed it, {witness: moment}
        text, by = open_note(note, self.known, self.allow_unknown)
        own = [who for who in by if who in self.log]
        need(own and {name for name, _id in own} == {text.split("\n")[origin]}, "no known key of its log signed it")
        return text, own, {who: at for who, at in by.items() if who in self.trusted}
    def checkpoint(self, note):  # -> size, root
        text, by, seen = self.note(note, 0)
        _origin, size, root, end = text.split("\n")
        need(not end and size == str(int(size)) and int(size) >= 0 and len(from64(root)) == 32, "no checkpoint")
        times = [f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%dT%H:%M:%SZ}" for at in seen.values()]
        need([w for w in by if w not in self.lost or any(time <= self.ended[w] for time in times)],
             "only a lost key signed it, and no witness that you trust saw it before: it counts for nothing")
        need(len(seen) >= (len(self.trusted) if self.quorum is None else self.quorum), "too few witnesses signed it")
        return int(size), from64(root)
def path_of(level, n, width):
    digits = f"{n:03d}".zfill(-(-len(f"{n:03d}") // 3) * 3)
    parts = ["x" + digits[i:i + 3] for i in range(0, len(digits), 3)]
    return "/".join(["tile", str(level), *parts[:-1], parts[-1][1:]]) + ("" if width == 256 else f".p/{width}")
def above(row):  # the hashes over pairs of hashes; one that is left over stands for itself
    return [sha(b"\1" + left + right) for left, right in zip(row[::2], row[1::2])] + row[len(row) & ~1:]
def root_of(row):
    while len(row) > 1: row = above(row)
    return row[0] if row else sha(b"")
def bundle(folder, n, width):
    """The hashes of the entries in a bundle, and the first that is not in the tile of hashes as it is here."""
    path, leaves, at = folder / path_of("entries", n, width), [], 0
    data, told = read(path), read(folder / path_of(0, n, width))
    while at + 2 <= len(data) and (end := at + 2 + int.from_bytes(data[at:at + 2], "big")) <= len(data):
        leaves.append(sha(b"\0" + data[at + 2:end]))
        at = end
    first = next((i for i in range(width) if leaves[i:i + 1] != [told[32 * i:32 * i + 32]]), None)
    wrong = "" if first is None else f"{path}: entry {n * 256 + first}: it is not the one in the tree"
    need(at == len(data) and len(leaves) == width, wrong or f"{path}: it does not hold {width} entries")
    return leaves, wrong

def check_folder(folder, trust):
    """Every file. The tree is worked out from the entries anew: where that gives the signed root, they are right."""
    size, root = blame(folder / "checkpoint", trust.checkpoint)
    row, wrong_entry, wrong_tile, height, paths = [], "", "", 0, {"checkpoint", "keys.json", "witnesses", ".lock"}
    for n in range(-(-size // 256)):
        more, wrong = bundle(folder, n, min(256, size - n * 256))
        paths |= {path_of("entries", n, len(more)), path_of("entries", n, 256) + ".p"}
        row += more
        wrong_entry = wrong_entry or wrong
    leaves = row
    while size >> height or len(row) > 1:
        for n in range(0, size >> height if height % 8 == 0 else 0, 256):
            part = row[n:min(n + 256, size >> height)]
            path = path_of(height // 8, n // 256, len(part))
            paths |= {path, path.split(".p/")[0] + ".p"}
            if read(folder / path) != b"".join(part):
                wrong_tile = wrong_tile or f"{folder / path}: these are not the hashes of the entries"
        row, height = above(row), height + 1
    need(root_of(row) == root, wrong_entry or f"{folder / 'checkpoint'}: its root is not the one over the entries")
    need(not wrong_tile, wrong_tile)
    for file in folder.rglob("*"):
        path = file.relative_to(folder)  # a narrower tile, of before, may be there too: nothing depends on it
        known = file.is_dir() or {path.as_posix(), path.parent.as_posix()} & paths
        need(known, f"{file}: it is no file of the record that was signed")
    return leaves
def climb(leaf, place, size, path):  # the root to which a proof leads from an entry
    need(bool(path) == (size > 1), "its proof is too long or too short")
    if size == 1: return leaf
    half = 1 << (size - 1).bit_length() - 1
    if place < half: return sha(b"\1" + climb(leaf, place, half, path[:-1]) + path[-1])
    return sha(b"\1" + path[-1] + climb(leaf, place - half, size - half, path[:-1]))

def check_receipt(text, trust):  # -> what it shows, the size and root of its checkpoint
    told = strict(text)
    whole = told["format"] == "covenant-receipt/1" and set(told) <= {"format", "leaf", "promise", "proof", "opening"}
    need(whole and {"promise", "proof"} & set(told), "no receipt, or nothing in it is signed")
    leaf, said, signed = sha(b"\0" + told["leaf"].encode()), ["the entry " + told["leaf"]], None
    if "promise" in told:
        promise, by, _seen = trust.note(told["promise"], 1)
        head, origin, hash, at, seconds, _end = promise.split("\n")
        need(head == "covenant promise/1" and from64(hash) == leaf, "its promise is about another entry")
        need(any(at <= trust.ended.get(who, at) for who in by), "its promise is later than the end of its key")
        said.append(f"was promised by {origin} for an act of {at}, to stand there within {seconds} seconds")
    if "proof" in told:
        head, _blank, note = told["proof"].partition("\n\n")
        (kind, index, *path), signed = head.split("\n"), trust.checkpoint(note)
        place, path, (size, root) = int(index[6:]), list(map(from64, path)), signed
        need(kind == "c2sp.org/tlog-proof@v1" and index == f"index {place}" and 0 <= place < size, "no proof")
        need(climb(leaf, place, size, path) == root, "its proof does not lead from its entry to the signed root")
        said.append(f"stands at place {place} of the {size} entries that were signed")
    if "opening" in told:
        salt, sealed = bytes.fromhex(told["opening"]["salt"]), told["opening"]["sealed"]
        seals, seal = json.loads(told["leaf"])["body"].values(), sha(canonical(sealed).encode() + salt).hex()
        whole = told["opening"] == {"salt": salt.hex(), "sealed": sealed} and len(salt) == 32
        need(whole and seal in seals, "its opening is not what the entry sealed")
        said.append("seals " + canonical(sealed))
    return said, signed
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind in (("path", Path), ("--against", Path), ("--quorum", int)): parser.add_argument(name, type=kind)
    for name in ("--key", "--witness"): parser.add_argument(name, action="append", default=[])
    parser.add_argument("--allow-unknown", action="store_true")
    options = parser.parse_args()
    path, against, leaves = options.path, options.against, None
    trust = Trust(options, path if path.is_dir() else path.parent)
    if path.is_dir():
        leaves, signed = check_folder(path, trust), None
        said = [f"{len(leaves)} entries, all as they were signed; the root is {root_of(leaves).hex()}"]
        if against: signed = blame(against / "checkpoint" if against.is_dir() else against, trust.checkpoint)
    else:
        said, signed = blame(path, lambda text: check_receipt(text, trust))
        if against: leaves = check_folder(against, trust)
    if against:
        same = signed and signed[0] <= len(leaves) and root_of(leaves[:signed[0]]) == signed[1]
        need(same, f"{path}, {against}: one was set back or written anew: keep the checkpoints of both as evidence")
    print("\n".join(said))
if __name__ == "__main__":
    try: main()
    except (ValueError, OSError) as fault: sys.exit(f"wrong: {fault}".encode("ascii", "backslashreplace").decode())
