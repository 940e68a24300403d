"""Works out anew which places are like which, inside the import that changed a figure of theirs."""

import math
from collections import defaultdict

from covenant.profile.engine import similar
from covenant.profile.models import Body, Figure, Likeness

FEATURES = (
    "Deprivation: average score",
    "Neighbourhoods in the most deprived tenth",
    "People, compared as a logarithm",
    "People to a square kilometre, compared as a logarithm",
    "Rural to urban, 0 to 3",
)


def work_out_likeness() -> int:
    """Compare the areas of each class that have all features, in their newest vintages; returns how many."""
    figures = _newest()
    kinds = {
        row.code: (row.kind, row.name) for row in Body.objects.filter(ends=None).only("code", "kind", "name")
    }
    classes: dict[str, dict[str, tuple[float, ...]]] = defaultdict(dict)
    for code, (kind, _) in kinds.items():
        features = _features(figures.get(code, {}))
        if features:
            classes[kind][code] = features
    rows = []
    for kind, features_of in classes.items():
        found = similar.nearest(features_of)
        if found is None:
            continue
        for code, near in found.neighbours.items():
            values = features_of[code]
            rows.append(
                Likeness(
                    code=code,
                    engine=similar.VERSION,
                    found={
                        "kind": kind,
                        "n": found.n,
                        "features": [[FEATURES[i], values[i], found.means[i]] for i in found.used],
                        "quartiles": list(found.quartiles),
                        "nearest": [
                            [other, kinds[other][1], distance, share]
                            for other, distance, share in zip(
                                near.codes, near.distances, near.closer_than, strict=True
                            )
                        ],
                    },
                )
            )
    Likeness.objects.all().delete()
    Likeness.objects.bulk_create(rows, batch_size=200)
    return len(rows)


def _newest() -> dict[str, dict[str, tuple]]:
    """For each code its newest figures, by measure."""
    wanted = Figure.objects.filter(measure__in=("deprivation", "population", "area", "rurality"))
    rows = wanted.exclude(measure="deprivation", part__in=_PARTS).order_by("vintage")
    found: dict[str, dict[str, tuple]] = defaultdict(dict)
    for code, measure, part, value, share in rows.values_list("code", "measure", "part", "value", "share"):
        found[code][measure] = (part, value, share)
    return found


_PARTS = ("income", "employment", "education", "health", "crime", "housing", "environment")


def _features(figures: dict[str, tuple]) -> tuple[float, ...] | None:
    if {"deprivation", "population", "area", "rurality"} - figures.keys():
        return None
    _, score, share = figures["deprivation"]
    people, area = figures["population"][1], figures["area"][1]
    if score is None or share is None or not people or not area:
        return None
    return (
        float(score),
        float(share),
        math.log10(people),
        math.log10(people / area),
        _urbanness(figures["rurality"][0]),
    )


def _urbanness(code: str) -> float:
    """From the code of the rural-urban classification: 0 majority rural, 1, 2 intermediate, 3 urban.

    >>> [_urbanness(code) for code in ("RMN", "RIF", "UIN", "UUN")]
    [0.0, 1.0, 2.0, 3.0]
    """
    return {"RM": 0.0, "RI": 1.0, "UI": 2.0}.get(code[:2], 3.0)
