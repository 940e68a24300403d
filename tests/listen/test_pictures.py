"""Pictures that stay small, need no colour, and do not believe what people write."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from covenant.listen.engine.opinion import opinion_map
from covenant.listen.figures import figures
from covenant.listen.pictures import map_table, statement_bar
from covenant.listen.pictures import opinion_map as picture
from covenant.listen.report import report
from covenant.listen.types import Statement
from tests.listen.conftest import planted

HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)> \"'&\u202e]]>"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def made():
    votes, _ = planted(8, people=10_000)
    opinion = opinion_map(votes, rng=np.random.default_rng(8))
    statements = [Statement(str(j), HOSTILE) for j in range(votes.n_statements)]
    return {
        public: figures(opinion, statements, public=public, seed=8, topic=HOSTILE, description=HOSTILE)
        for public in (False, True)
    }


def test_the_map_of_ten_thousand_people_is_small_and_sound(made):
    for found in made.values():
        svg = picture(found)
        assert 1000 < len(svg) < 100_000
        root = ET.fromstring(svg)  # noqa: S314 (our own picture)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
        assert "style" not in svg and "script" not in svg and "href" not in svg


def test_groups_differ_by_letter_and_shape_and_not_by_colour_alone(made):
    root = ET.fromstring(picture(made[False]))  # noqa: S314
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"A", "B", "C"} <= set(texts) and sum(text.startswith("Group ") for text in texts) == 3
    shapes = {re.sub(r"[-\d. ]+", "", path.get("d").split("z")[0]) for path in root.iter(f"{SVG}path")}
    assert len(shapes) == 3


def test_a_crowded_map_stays_under_100_kb(made):
    crowded = dict(made[False])
    cells = [
        {"group": g, "x": x / 7, "y": y / 7, "count": 1 + x}
        for g in range(5)
        for x in range(60)
        for y in range(60)
    ]
    groups = [{**crowded["groups"][0], "id": g, "label": "ABCDE"[g]} for g in range(5)]
    crowded |= {"groups": groups, "map": {**crowded["map"], "cells": cells, "side": 1 / 7}}
    assert len(picture(crowded)) < 100_000


def test_the_table_has_a_row_for_each_group(made):
    header, rows = map_table(made[True])
    assert len(rows) == 3 and all(len(row) == len(header) for row in rows)


def test_hostile_text_is_harmless_in_the_report(made):
    for found in made.values():
        html = report(found)
        assert "<script" not in html and "<img" not in html and html.count("</style>") == 1
        assert "&lt;script&gt;" in html


def test_hostile_labels_are_harmless_in_the_picture(made):
    found = dict(made[False])
    found["groups"] = [{**group, "label": HOSTILE} for group in found["groups"]]
    svg = picture(found)
    ET.fromstring(svg)  # noqa: S314
    assert "<script" not in svg and "<img" not in svg


def test_a_bar_says_in_words_what_it_shows():
    bar = statement_bar({"agrees": 6, "passes": 1, "disagrees": 3, "seen": 10})
    root = ET.fromstring(bar)  # noqa: S314
    assert root.get("aria-label") == "60% agree, 10% pass, 30% disagree, of 10 people"
    widths = [float(rect.get("width")) for rect in root.iter(f"{SVG}rect") if rect.get("fill") != "#ffffff"]
    assert widths == [60, 10, 30]
    assert statement_bar({"agrees": None, "passes": None, "disagrees": None, "seen": None}) == ""


def test_the_picture_is_empty_where_nothing_may_be_shown(made):
    found = dict(made[True])
    found["map"] = {**found["map"], "cells": []}
    assert picture(found) == "" and "Too few people" in report(found)
