"""An innovation area as data: what its pages show, for spreadsheets and programs."""

from typing import Any

from covenant.innovate.types import AreaView, Evaluation, FreedomView, Measurement, figure
from covenant.place.types import PartyView


def area_data(area: AreaView) -> dict[str, Any]:
    """An area and each freedom that was proposed, of JSON's types; figures as text, as exact as given."""
    return {
        "slug": area.slug,
        "title": area.title,
        "purpose": area.purpose,
        "places": [{"slug": place.slug, "name": place.name, "gss": place.gss} for place in area.places],
        "convenor": _party(area.convenor),
        "starts": area.starts.isoformat(),
        "sunset": area.sunset.isoformat(),
        "serves_commitments": [str(ground.id) for ground in area.grounds],
        "freedoms": [_freedom(freedom) for freedom in area.freedoms if freedom.hash],
    }


def _freedom(freedom: FreedomView) -> dict[str, Any]:
    words = freedom.words
    names = ("title", "waived", "source", "safeguards", "hypothesis", "changes_for", "measure", "unit")
    base = words.baseline
    return {
        "number": freedom.number,
        "hash": freedom.hash,
        "standing": freedom.standing.value,
        **{name: getattr(words, name) for name in (*names, "target", "failure")},
        "never_waived": freedom.never_waived,
        "waived_by": _party(freedom.granter),
        "waived_for": [_party(party) for party in freedom.users],
        "baseline": None
        if base.value is None
        else {"value": figure(base.value), "n": base.n, "source": base.source, "dated": str(base.dated)},
        "starts": words.starts.isoformat(),
        "sunset": words.sunset.isoformat(),
        "renews": freedom.renews,
        "evaluator": _party(freedom.evaluator),
        "evaluation_due": words.evaluation_due.isoformat(),
        "notice": freedom.notice.kind.value if freedom.notice else None,
        "consents": [
            {"party": _party(consent.party), "office": consent.office, "at": consent.at.isoformat()}
            for consent in freedom.consents
        ],
        "ended_or_refused": freedom.ending
        and {"party": _party(freedom.ending.party), "reason": freedom.ending.reason},
        "measurements": [_measurement(each) for each in freedom.measurements],
        "evaluation": freedom.evaluation and _evaluation(freedom.evaluation),
    }


def _measurement(made: Measurement) -> dict[str, Any]:
    return {
        "party": _party(made.party),
        "dated": made.dated.isoformat(),
        "value": figure(made.value),
        "n": made.n,
        "source": made.source,
        "url": made.url,
        "note": made.note,
    }


def _evaluation(made: Evaluation) -> dict[str, Any]:
    return {
        "verdict": made.verdict.value,
        "figures": made.figures,
        "learnt": made.learnt,
        "url": made.url,
        "party": _party(made.party),
        "at": made.at.isoformat(),
        "replies": [{"party": _party(reply.party), "text": reply.text} for reply in made.replies],
    }


def _party(party: PartyView) -> dict[str, str]:
    return {"slug": party.slug, "name": party.name}
