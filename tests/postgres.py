"""A real PostgreSQL cluster that is made, started and stopped: for tests, torture and benchmarks.

python -m tests.postgres pytest -m database          every test that uses the database, on PostgreSQL
python -m tests.postgres --durable COMMAND           with everything that keeps data through a power cut
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

NOT_HERE = "there is no PostgreSQL on this machine (Debian's package postgresql has one)"
OWNER = "covenant"
HASTY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]  # for what is thrown away
_numbers = count(1)


def binaries() -> Path | None:
    """The folder of initdb and postgres: of the newest version that Debian has here, or on PATH."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    folders = [*packaged[::-1], *([Path(found).resolve().parent] if found else [])]
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


class Cluster:
    """A cluster in a folder of its own that nobody but this machine's processes reach, by a Unix socket."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self.binaries, self.durable = binaries, durable
        self.folder = Path(tempfile.mkdtemp(prefix="covenant-pg-", dir="/tmp"))  # a socket's path is short
        self.log = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, str] = {}
        if os.getuid() == 0:  # as whom PostgreSQL refuses to run
            users = {user.pw_name for user in pwd.getpwall()}
            self._as = {"user": next(name for name in ("postgres", "nobody") if name in users)}
            os.chown(self.folder, pwd.getpwnam(self._as["user"]).pw_uid, -1)
        # A cluster that sorts as people do: the order on pages must not come from it.
        told = subprocess.run([binaries / "initdb", "--help"], capture_output=True, text=True).stdout
        icu = ["--locale-provider=icu", "--icu-locale=en-GB"] if "--icu-locale" in told else []
        plain = ["--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        for more in (icu, []):  # one that was built without ICU refuses it
            done = self._run("initdb", "-D", self.folder / "data", *plain, *more)
            if done.returncode == 0:
                return
        raise RuntimeError(f"initdb: {done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        told = [
            *("listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=100"),
            *([] if self.durable else HASTY),
        ]
        options = [word for each in told for word in ("-c", each)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.folder / "data", *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True, **self._as,  # Ctrl-C stops the tests, and they stop this
            )  # fmt: skip
        for _ in range(600):
            if self._run("pg_isready", "-q", "-h", self.folder).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL does not start:\n{self.log.read_text()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends connections first, SIGQUIT is a crash from which the next start recovers."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def remove(self) -> None:
        """Stop it and delete all of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgres://{OWNER}@/{database}?host={quote(str(self.folder))}"

    def _run(self, program: str, *words: object) -> subprocess.CompletedProcess[str]:
        command = [self.binaries / program, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder, **self._as)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster that runs, and is gone afterwards whatever happened; raises where there is no PostgreSQL.

    With `durable` it keeps what it acknowledged through a power cut, as in production; else it is quick.
    """
    here = binaries()
    if here is None:
        raise FileNotFoundError(NOT_HERE)
    made = Cluster(here, durable=durable)
    try:
        made.start()
        yield made
    finally:
        made.remove()


def new_database(url: str) -> str:
    """Make an empty database in the cluster at an address; it is dropped when this process ends."""
    import psycopg

    name = f"covenant_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    atexit.register(_drop, url, name)
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop(url: str, name: str) -> None:
    import psycopg

    with suppress(psycopg.Error), psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def main(words: list[str]) -> int:
    """Run a command with `DATABASE_URL` set to a cluster of its own; returns its exit code."""
    durable = words[:1] == ["--durable"]
    command = words[durable:]
    if not command:
        print(__doc__)  # noqa: T201
        return 2
    if binaries() is None:
        print(f"Not run: {NOT_HERE}: {' '.join(command)}")  # noqa: T201
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the cluster on the way out
    with cluster(durable=durable) as running:
        child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": running.url()})
        try:
            return child.wait()
        except KeyboardInterrupt:
            return child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
