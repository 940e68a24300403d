"""`covenant listen load`: a conversation that was held on Polis becomes one of a place."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.text import slugify

from covenant.listen import actions
from covenant.listen.formats import read_export
from covenant.listen.heard import State
from covenant.place import reads as places
from covenant.place.types import NotPossible

FILES = ("votes.csv", "comments.csv", "participants-votes.csv", "summary.csv")
LICENCE = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under "
    "CC BY 4.0 with Attribution to The Computational Democracy Project."
)


@dataclass(frozen=True)
class Loaded:
    """What a load has written."""

    id: UUID
    slug: str
    title: str
    participants: int
    statements: int
    votes: int  # superseded ones included, where the export has them
    dated: bool  # whether the export says when votes were cast


def load(
    export: Path,
    *,
    place: str,
    slug: str = "",
    title: str = "",
    language: str = "en",
    open: bool = False,
    source: str = "",
    at: datetime,
) -> Loaded:
    """Load the folder of a Polis export into a place as a conversation; its results are made by the next job.

    Parameters
    ----------
    export
        The folder: `comments.csv`, and `votes.csv` or `participants-votes.csv`.
    place
        The slug of the place.
    slug, title, source
        Where empty: from the folder's name, from its `summary.csv`, and its address with Polis's licence.
    language
        The language code of the statements.
    open
        Whether people can go on voting; otherwise the conversation is closed.

    Raises
    ------
    FormatError
        A file is missing or wrong; nothing is written.
    NotFound
        There is no such place.
    NotPossible
        The slug is taken, or cannot be made.
    """
    where = places.place(place)
    found = read_export(export)
    slug = slug or slugify(export.resolve().name.replace(".", "-"))[:50].strip("-")
    if not slug or slugify(slug) != slug:
        raise NotPossible("Give an address for it with --slug: lower-case letters, figures and hyphens.")
    title = (title or found.topic)[:200]
    id = actions.load_conversation(
        place=where.id,
        slug=slug,
        title=title,
        introduction=found.description,
        source=source or "\n".join(filter(None, [LICENCE, found.url])),
        language=language,
        state=State.OPEN if open else State.CLOSED,
        export=found,
        files={name: _sha256(export / name) for name in FILES if (export / name).exists()},
        at=at,
    )
    votes = found.votes.n_votes if found.events is None else len(found.events.values)
    return Loaded(
        id, slug, title, len(found.participants), len(found.statements), votes, found.events is not None
    )


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
