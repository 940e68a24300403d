"""Where a house keeps its rows, and how they are asked when all of it is dead."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.postgres import Cluster
from tests.torture import invariants

PATIENCE = 120.0  # seconds in which PostgreSQL starts again


class Store(Protocol):
    """A home with its database, and what of the database can be killed."""

    home: Path
    servers: int

    def rows(self) -> AbstractContextManager[invariants.Rows]: ...
    def ask(self, known: invariants.Known, *, whole: bool = False) -> list[str]: ...
    def alone(self) -> list[str]: ...
    def whole(self) -> list[str]: ...
    def kill(self, name: str) -> None: ...
    def restart(self) -> None: ...


class SQLite:
    """A file in the home. A copy of it is asked: recovery is for the product to do."""

    servers = 1

    def __init__(self, home: Path, check: Path) -> None:
        self.home, self.check = home, check

    @contextmanager
    def rows(self) -> Iterator[invariants.Rows]:
        shutil.rmtree(self.check, ignore_errors=True)
        self.check.mkdir()
        for name in ("covenant.sqlite3", "covenant.sqlite3-wal"):
            if (self.home / name).exists():
                shutil.copyfile(self.home / name, self.check / name)
        rows, line = invariants.sqlite_rows(self.check / "covenant.sqlite3")
        try:
            yield rows
        finally:
            line.close()

    def ask(self, known: invariants.Known, *, whole: bool = False) -> list[str]:
        """What does not hold of all that must."""
        known.look(self.home)
        with self.rows() as rows:
            return invariants.faults(self.home, rows, known, sqlite=True, whole=whole)

    def alone(self) -> list[str]:
        return []

    def whole(self) -> list[str]:
        return []

    def kill(self, name: str) -> None:
        raise ValueError(name)

    def restart(self) -> None:
        pass


class Postgres:
    """A database of a cluster of our own, whose processes are killed too."""

    servers = 2

    def __init__(self, home: Path, cluster: Cluster, url: str) -> None:
        self.home, self.cluster, self.url, self.down = home, cluster, url, False

    @contextmanager
    def rows(self) -> Iterator[invariants.Rows]:
        import psycopg

        with psycopg.connect(self.url) as line:
            # What the server does for clients that are dead may end meanwhile: all questions see one moment.
            line.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield lambda query: line.execute(query).fetchall()

    def ask(self, known: invariants.Known, *, whole: bool = False) -> list[str]:
        """What does not hold of all that must."""
        known.look(self.home)
        with self.rows() as rows:
            return invariants.faults(self.home, rows, known, sqlite=False, whole=whole)

    def alone(self) -> list[str]:
        return ["backend of PostgreSQL"]

    def whole(self) -> list[str]:
        return ["postmaster of PostgreSQL", "shutdown of PostgreSQL at once"]

    def kill(self, name: str) -> None:
        """A backend: the postmaster then ends all others too, and recovers. The postmaster: all is over."""
        if name.startswith("backend"):
            for pid in self._backends():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    return
        else:
            self.down = True
            self.cluster.stop(signal.SIGKILL if name.startswith("postmaster") else signal.SIGQUIT)

    def _backends(self) -> list[int]:
        """The processes that serve the house, in a random order."""
        import psycopg

        query = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with suppress(psycopg.Error), psycopg.connect(self.url) as line:
            return [row[0] for row in line.execute(f"{query} ORDER BY random()").fetchall()]
        return []

    def restart(self) -> None:
        """Start the cluster again where it is down, and wait until it takes connections."""
        import psycopg

        fault, until = "", time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.down:
                    self.cluster.start()
                    self.down = False
                psycopg.connect(self.url).close()
            except (RuntimeError, psycopg.Error) as found:  # what its postmaster left has not all gone yet
                fault = str(found)
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL does not start again: {fault}")
