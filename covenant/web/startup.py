"""What whoever runs the server should know at its start."""

import sqlite3

from django.db import connection

WITHOUT_THE_FAULT = (3, 51, 3)


def warnings() -> list[str]:
    """Plain sentences, one for each thing about this machine that could lose or corrupt data."""
    found = []
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < WITHOUT_THE_FAULT:
        found.append(
            f"this machine's SQLite is {sqlite3.sqlite_version}; before 3.51.3 a rare fault can corrupt a "
            "database when its write-ahead log is reset: back up often, or upgrade SQLite"
        )
    return found
