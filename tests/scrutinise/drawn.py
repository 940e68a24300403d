"""Programmes drawn at random for tests of files: anything that a file can hold, with the words kept short."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

from hypothesis import strategies as st

from covenant.scrutinise.formats.coded import Coded, Coding
from covenant.scrutinise.formats.keys import CHOICES, DAYS, KEYS, PEOPLE, PLACED, SAID, WORDS
from covenant.scrutinise.formats.shown import hostile
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Duty,
    End,
    Heard,
    Inherited,
    Kind,
    LevelReason,
    Programme,
    Proposal,
)

SPECIAL = "=+-@'\"\\;,:_x0041_<>&[]{}#\t\n“é🪣 "


def _text(longest: int = 12) -> st.SearchStrategy[str]:
    letters = st.one_of(st.sampled_from(SPECIAL), st.characters(exclude_categories=("Cs", "Cc")))
    words = st.text(letters, min_size=1, max_size=longest).map(lambda text: " ".join(text.split()))
    return words.filter(
        lambda text: bool(text) and text.lower() not in ("none", "not stated") and not hostile(text)
    )


TEXT = _text()
WORD = _text().filter(lambda text: ";" not in text)
DAY = st.dates(date(1000, 1, 1), date(9999, 12, 31))


def perhaps(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.just(NOT_STATED), strategy)


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """Not stated, none, or a few, each once."""
    return perhaps(st.lists(strategy, max_size=3, unique=True).map(tuple))


def chosen(key: str) -> st.SearchStrategy:
    return perhaps(st.sampled_from(list(CHOICES[key])))


ACTORS = st.builds(
    Actor,
    name=perhaps(TEXT),
    sector=chosen("sector"),
    tier=chosen("tier"),
    where=perhaps(TEXT),
    size=chosen("size"),
    young=chosen("young"),
)


@st.composite
def duties(draw: st.DrawFn, actors: list[Actor]) -> Duty:
    on = draw(some(st.sampled_from(actors)))
    said = {key: draw(chosen(key)) for key in KEYS["duties"] if key in CHOICES}
    return Duty(text=draw(perhaps(TEXT)), on=on, where=draw(perhaps(TEXT)), **said)


@st.composite
def coded(draw: st.DrawFn) -> Coded:
    """A programme file's content."""
    ids = draw(st.lists(WORD, min_size=1, max_size=3, unique=True))
    heard_ids = draw(st.lists(WORD, max_size=2, unique=True))
    actors = draw(st.lists(ACTORS, min_size=1, max_size=4, unique=True))
    proposals = tuple(draw(_proposals(id, ids, heard_ids, actors)) for id in ids)
    ends = st.builds(
        End,
        wording=TEXT,
        direction=chosen("direction"),
        where=perhaps(TEXT),
        for_proposals=st.lists(st.sampled_from(ids), unique=True).map(tuple),
    )
    heard = tuple(
        Heard(id, draw(TEXT), draw(perhaps(st.integers(0, 10**9))), draw(perhaps(TEXT))) for id in heard_ids
    )
    named = draw(st.lists(st.tuples(TEXT, TEXT), max_size=2, unique=True))
    lineage = tuple(
        Inherited(
            item,
            document,
            draw(TEXT),
            draw(chosen("relation")),
            tuple(draw(st.lists(st.sampled_from(ids), unique=True))),
            draw(perhaps(TEXT)),
        )
        for item, document in named
    )
    said = st.one_of(DAY.map(str), st.sampled_from(["2031", "2031-04"]))
    programme = Programme(
        title=draw(TEXT),
        source=draw(perhaps(TEXT)),
        date=draw(perhaps(said)),
        ends=draw(perhaps(st.lists(ends, max_size=2).map(tuple))),
        proposals=proposals,
        heard=heard if heard else draw(perhaps(st.just(()))),
        lineage=lineage if lineage else draw(perhaps(st.just(()))),
        as_of=draw(perhaps(DAY)),
        review_due=draw(perhaps(st.one_of(st.none(), DAY))),
        last_review=draw(perhaps(st.one_of(st.none(), DAY))),
    )
    coding = draw(st.builds(Coding, perhaps(TEXT), perhaps(said), perhaps(TEXT), perhaps(TEXT)))
    return Coded(programme, coding)


@st.composite
def _proposals(draw: st.DrawFn, id: str, ids: list[str], heard: list[str], actors: list[Actor]) -> Proposal:
    others = [other for other in ids if other != id]
    made = Proposal(id, kind=draw(st.sampled_from(list(Kind))), text=draw(perhaps(TEXT)))
    values: dict[str, object] = {}
    for field in fields(Proposal):
        key = field.name
        if draw(st.booleans()):
            continue  # half of the fields are not stated
        if key in PEOPLE:
            values[key] = draw(some(st.sampled_from(actors)))
        elif key in SAID:
            values[key] = draw(st.one_of(st.just(""), TEXT))
        elif key in WORDS:
            values[key] = draw(some(WORD))
        elif key in DAYS:
            values[key] = draw(st.one_of(st.none(), DAY))
        elif key in ("joined_with", "pooled_with", "reciprocal_of"):
            values[key] = draw(some(st.sampled_from(others))) if others else ()
        elif key == "answers":
            values[key] = draw(some(st.sampled_from(heard))) if heard else ()
        elif key == "duties":
            values[key] = tuple(draw(st.lists(duties(actors), max_size=2)))
        elif key == "level_reasons":
            values[key] = tuple(draw(st.lists(st.sampled_from(list(LevelReason)), unique=True)))
        elif key in CHOICES and key != "kind":
            values[key] = draw(st.sampled_from(list(CHOICES[key])))
    placed = draw(st.lists(st.sampled_from(PLACED["proposals"]), unique=True, max_size=4))
    values["where"] = tuple((key, draw(TEXT)) for key in PLACED["proposals"] if key in placed)
    return replace(made, **values)
