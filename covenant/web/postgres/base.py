"""PostgreSQL as Django speaks to it, with text in one order and letters alike in one way wherever it runs.

What a server takes for alphabetical depends on how its cluster was made, and changes with the C library under
it, which leaves indexes corrupt. Here text is in the order of its code points, as it is on SQLite and in
Python, and large and small letters are alike in ASCII alone, as on SQLite.
"""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base, operations

TEXT = ("CharField", "FileField", "FilePathField", "SlugField", "TextField")
COLLATED = ' COLLATE "C"'


def _collated(type: str | Callable[[dict[str, Any]], str]) -> Callable[[dict[str, Any]], str]:
    """A column type, whether Django gives it as text to fill in or as a function, with its collation."""

    def column(about: dict[str, Any]) -> str:
        return (type(about) if callable(type) else type % about) + COLLATED

    return column


class DatabaseOperations(operations.DatabaseOperations):
    def bulk_insert_sql(self, fields: Any, placeholder_rows: Any) -> str:
        """Many rows at once come as arrays, whose type has no collation: the column they go into has."""
        return super().bulk_insert_sql(fields, placeholder_rows).replace(f"{COLLATED}[]", "[]")


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    data_types: dict[str, Any] = {
        name: _collated(type) if name in TEXT else type
        for name, type in base.DatabaseWrapper.data_types.items()
    }
    operators = {
        name: sql.replace("UPPER(%s)", f"UPPER(%s{COLLATED})")
        for name, sql in base.DatabaseWrapper.operators.items()
    }
