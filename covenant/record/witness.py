"""A witness: somebody else, who remembers what a log showed and signs only what goes on from it.

Anyone can run one, with no database: what it saw lies in a folder. A log that shows two people two records,
or takes back what it showed, meets a witness that refuses and keeps both signed checkpoints: they prove it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from covenant.record.engine import merkle, notes, submission
from covenant.record.keys import LOCK, locked, write


class WrongWitness(Exception):
    """The folder of a witness is not as it should be."""


@dataclass(frozen=True)
class Answer:
    """What a witness answers over HTTP."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


def open_key(folder: Path, name: str | None = None) -> notes.Signer:
    """The key of the witness in a folder; a new one where there is none yet and a name is given.

    Raises
    ------
    WrongWitness
        There is none and no name for it, or it has another name, or cannot be read.
    """
    file = folder / "witness.json"
    try:
        if not file.exists():
            if name is None:
                raise WrongWitness(f"{folder}: there is no witness yet: give it a name with --name")
            notes.new_signer(name, bytes(32), notes.COSIGNATURE)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = {"name": name, "seed": secrets.token_bytes(32).hex()}
            write(file, json.dumps(made) + "\n", mode=0o600)
        told = json.loads(file.read_text())
        found = notes.new_signer(told["name"], bytes.fromhex(told["seed"]), notes.COSIGNATURE)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise WrongWitness(f"{file}: this is no key of a witness ({fault})") from None
    if name not in (None, found.key.name):
        raise WrongWitness(f"{file}: this is the witness {found.key.name}, not {name}")
    return found


class Witness:
    """Remembers, for each log, the newest checkpoint that it signed; processes may share its folder."""

    def __init__(self, folder: Path, signer: notes.Signer, logs: Sequence[notes.Key]) -> None:
        self.folder, self.signer, self.logs = folder, signer, tuple(logs)

    def add(self, body: str, seconds: int) -> Answer:
        """Answer a request to sign a checkpoint, at a moment in seconds since 1970."""
        try:
            asked = submission.read(body)
            text, _signatures = notes.split(asked.note)
            found = notes.checkpoint(text)
        except ValueError as fault:
            return Answer(400, f"{fault}\n")
        mine = [key for key in self.logs if key.name == found.origin]
        if not mine:
            return Answer(404, "this log is not known here\n")
        try:
            text, _by = notes.opened(asked.note, mine)
        except notes.WrongNote as fault:
            return Answer(403, f"{fault}\n")
        if asked.old > found.size:
            return Answer(400, "the old size is larger than the new one\n")
        with self.turn(found.origin):
            return self._decide(asked, found, seconds)

    def _decide(self, asked: submission.Submission, found: notes.Checkpoint, seconds: int) -> Answer:
        seen = self.seen(found.origin)
        size, root = (seen.size, seen.root) if seen else (0, merkle.EMPTY)
        if asked.old != size:
            return Answer(409, f"{size}\n", "text/x.tlog.size")
        if found.size == size and found.root != root:
            if size:
                self.keep_evidence(found.origin, asked.note)
            return Answer(409, f"{size}\n", "text/x.tlog.size")
        try:
            if size:
                merkle.check_consistency(size, found.size, asked.proof, root, found.root)
            elif asked.proof:
                raise merkle.WrongProof("from nothing there is no proof")
        except merkle.WrongProof as fault:
            return Answer(422, f"{fault}\n")
        return Answer(200, self.sign(found, asked.note, seconds))

    def seen(self, origin: str) -> notes.Checkpoint | None:
        """The newest checkpoint of a log that this witness signed."""
        file = self._of(origin) / "checkpoint"
        if not file.exists():
            return None
        try:
            return notes.checkpoint(notes.split(file.read_text(encoding="utf-8"))[0])
        except ValueError as fault:
            raise WrongWitness(f"{file}: what was signed last is not known ({fault})") from None

    def sign(self, found: notes.Checkpoint, note: str, seconds: int) -> str:
        """Sign a checkpoint: it is on the disk that it was before the signature leaves."""
        line = self.signer.cosign(found.text, seconds)
        log_lines = "".join(self._lines_of_log(note, found.origin))
        write(self._of(found.origin) / "checkpoint", f"{found.text}\n{log_lines}{line}")
        return line

    def _lines_of_log(self, note: str, origin: str) -> Iterator[str]:
        text, _signatures = notes.split(note)
        known = {(key.name, key.id) for key in self.logs if key.name == origin}
        for line in note[len(text) + 1 :].splitlines(keepends=True):
            (signature,) = notes.split(f"{text}\n{line}")[1]
            if (signature.name, signature.id) in known:
                yield line

    def keep_evidence(self, origin: str, note: str) -> Path:
        """Keep two checkpoints that one log signed and that cannot both be, for everyone to see."""
        folder = self._of(origin) / "evidence" / hashlib.sha256(note.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "seen-before", (self._of(origin) / "checkpoint").read_text(encoding="utf-8"))
        write(folder / "shown-now", note)
        return folder

    @contextmanager
    def turn(self, origin: str) -> Iterator[None]:
        """One at a time, in any process: what was seen is read and written in one go."""
        folder = self._of(origin)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / LOCK):
            yield

    def copy_of(self, origin: str) -> Path:
        """The folder with this witness's own copy of a log's record."""
        return self._of(origin) / "record"

    def _of(self, origin: str) -> Path:
        return self.folder / "logs" / hashlib.sha256(origin.encode()).hexdigest()[:32]
