"""The demo place's innovation area: one freedom that runs, one past its sunset. See the .toml beside."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from covenant.agree import reads as agreed
from covenant.innovate import actions
from covenant.innovate.types import AreaWording, Baseline, Wording
from covenant.place import actions as places
from covenant.place.types import Sector

if TYPE_CHECKING:
    from covenant.web.demo import Demo

WORDS = Path(__file__).with_suffix(".toml")


def make(demo: "Demo") -> None:
    """The evaluator, the area, and each freedom as far as its parties took it."""
    with WORDS.open("rb") as file:
        words = tomllib.load(file)
    _add_evaluator(demo, words["evaluator"])
    area = _begin(demo, words["area"])
    for each in words["freedoms"]:
        _grant(demo, area, each)


def _add_evaluator(demo: "Demo", words: dict[str, Any]) -> None:
    demo.party[words["slug"]] = places.add_party(
        by=demo.convenor,
        place=demo.home,
        name=words["name"],
        slug=words["slug"],
        sector=Sector(words["sector"]),
        kind=words["kind"],
        at=demo.moment(-345),
    )
    places.give_mandate(
        by=demo.convenor,
        party=demo.party[words["slug"]],
        email=words["email"],
        name=words["person"],
        office=words["office"],
        given_by=words["given_by"],
        starts=demo.day(-345),
        ends=demo.day(700),
        at=demo.moment(-345),
    )


def _begin(demo: "Demo", words: dict[str, Any]) -> UUID:
    promised = {line.number: line.id for line in agreed.commitments(places=[demo.home])}
    wording = AreaWording(
        title=words["title"],
        purpose=words["purpose"],
        places=tuple(demo.place[slug] for slug in words["places"]),
        convenor=demo.party[words["convenor"]],
        starts=demo.day(words["starts"]),
        sunset=demo.day(words["sunset"]),
        grounds=tuple(promised[number] for number in words["serves"]),
    )
    return actions.begin_area(
        by=demo.convenor, place=demo.home, slug=words["slug"], words=wording, at=demo.moment(-340)
    )


def _grant(demo: "Demo", area: UUID, words: dict[str, Any]) -> None:
    start = words["starts"]
    at = demo.moment(start - 12)
    freedom = actions.draft_freedom(by=demo.convenor, area=area, words=_wording(demo, words), at=at)
    hash = actions.propose(by=demo.convenor, freedom=freedom, at=at)
    for step, slug in enumerate([words["granter"], *words["users"]], 1):
        actions.consent(
            by=demo.holder(slug), freedom=freedom, party=demo.party[slug], hash=hash, at=at + timedelta(step)
        )
    for each in words.get("measured", []):
        actions.measure(
            by=demo.holder(each["by"]),
            freedom=freedom,
            party=demo.party[each["by"]],
            dated=demo.day(each["dated"]),
            value=Decimal(each["value"]),
            n=each["n"],
            source=each["source"],
            note=each.get("note", ""),
            at=demo.moment(each["dated"] + 5),
        )


def _wording(demo: "Demo", words: dict[str, Any]) -> Wording:
    plain: dict[str, Any] = {
        name: words.get(name, "")
        for name in (
            "title",
            "waived",
            "source",
            "safeguards",
            "hypothesis",
            "changes_for",
            "measure",
            "unit",
        )
    }
    days: dict[str, Any] = {name: demo.day(words[name]) for name in ("starts", "sunset", "evaluation_due")}
    baseline = Baseline()
    if "baseline" in words:
        value, n, source, dated = words["baseline"]
        baseline = Baseline(Decimal(value), n, source, demo.day(dated))
    return Wording(
        **plain,
        **days,
        granter=demo.party[words["granter"]],
        users=tuple(demo.party[slug] for slug in words["users"]),
        evaluator=demo.party[words["evaluator"]],
        baseline=baseline,
        target=words.get("target", ""),
        failure=words.get("failure", ""),
    )
