"""What a freedom says as one hash."""

from dataclasses import asdict
from typing import Any

from covenant.innovate.types import AreaView, FreedomView, figure
from covenant.record.types import root


def freedom_hash(area: AreaView, freedom: FreedomView) -> str:
    """The name of a freedom: one hash over every word of it and of its area, and over what is never waived.

    Returns
    -------
    str
        The root over the hashes of its fields, in hexadecimal. Two freedoms have the same hash only if they
        say the same, in an area that says the same.
    """
    return root(freedom_fields(area, freedom))


def freedom_fields(area: AreaView, freedom: FreedomView) -> dict[str, Any]:
    """Every word that is consented to, of JSON's types."""
    words = freedom.words
    plain = {name: value for name, value in asdict(words).items() if isinstance(value, str)}
    return plain | {
        "number": freedom.number,
        "granter": freedom.granter.signed_as,
        "users": sorted(party.signed_as for party in freedom.users),
        "evaluator": freedom.evaluator.signed_as,
        "baseline": [
            None if words.baseline.value is None else figure(words.baseline.value),
            words.baseline.n,
            words.baseline.source,
            words.baseline.dated.isoformat() if words.baseline.dated else None,
        ],
        "starts": words.starts.isoformat(),
        "sunset": words.sunset.isoformat(),
        "evaluation_due": words.evaluation_due.isoformat(),
        "never_waived": freedom.never_waived,
        "renews": freedom.renews,
        "area": [area.title, area.purpose, area.starts.isoformat(), area.sunset.isoformat()],
        "area_convenor": area.convenor.signed_as,
        "area_places": sorted(f"{place.id} {place.name}" for place in area.places),
        "area_grounds": sorted(str(ground.id) for ground in area.grounds),
    }
