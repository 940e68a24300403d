"""Plain, slow, obviously right twins of the engines: what property tests hold the fast ones to."""

import itertools
import math

import numpy as np


def latest(rows, n_participants, n_statements):
    """The matrix of votes, NaN where unseen: later rows overwrite earlier ones."""
    matrix = np.full((n_participants, n_statements), np.nan)
    for participant, statement, value in rows:
        matrix[participant, statement] = value
    return matrix


def imputed(matrix, zeroed):
    """What the map is drawn from: voted statements only, zeroed ones all 0, gaps filled by the mean."""
    voted = [j for j in range(matrix.shape[1]) if not np.isnan(matrix[:, j]).all()]
    dense = matrix[:, voted].copy()
    for at, j in enumerate(voted):
        if zeroed[j]:
            dense[:, at] = 0
    counted = (~np.isnan(dense)).sum(axis=1)
    for at in range(len(voted)):
        column = dense[:, at]
        column[np.isnan(column)] = column[~np.isnan(column)].mean()
    return voted, dense, counted


def positions(matrix, zeroed):
    """Exact principal components of the imputed, centred matrix, by singular values; signs as they come."""
    voted, dense, counted = imputed(matrix, zeroed)
    loadings = np.zeros((2, matrix.shape[1]))
    if not voted or not len(dense):
        return np.zeros((len(matrix), 2)), loadings, np.zeros(2)
    centred = dense - dense.mean(axis=0)
    _, singular, rows = np.linalg.svd(centred, full_matrices=False)
    found = np.zeros((len(matrix), 2))
    for axis in range(min(2, len(singular))):
        if singular[axis] ** 2 > 1e-9:
            loadings[axis, voted] = rows[axis]
            scale = np.sqrt(len(voted) / np.maximum(counted, 1))
            found[:, axis] = centred @ rows[axis] * scale
    total = (centred**2).sum()
    explained = singular[:2] ** 2 / total if total > 1e-9 else np.zeros(2)
    return found, loadings, np.pad(explained, (0, 2 - len(explained)))


def tally(matrix, labels, group):
    """Agrees, disagrees and passes of one group (None: of everyone), statement by statement."""
    counts = []
    for j in range(matrix.shape[1]):
        votes = [matrix[i, j] for i in range(len(matrix)) if group is None or labels[i] == group]
        counts.append([votes.count(value) for value in (1, -1, 0)])
    return counts


def in_conversation(matrix, minimum=7, fewest=15):
    cast = [int((~np.isnan(row)).sum()) for row in matrix]
    voted_on = int((~np.isnan(matrix)).any(axis=0).sum()) if len(matrix) else 0
    inside = {i for i, n in enumerate(cast) if n >= max(1, min(minimum, voted_on))}
    if len(inside) < fewest:
        inside |= {i for i in sorted(range(len(cast)), key=lambda i: -cast[i])[:fewest] if cast[i]}
    return [i in inside for i in range(len(cast))]


def silhouette(points, labels):
    values = []
    for i, own in enumerate(labels):
        mean = {}
        for group in set(labels):
            others = [j for j, label in enumerate(labels) if label == group and j != i]
            if others:
                mean[group] = sum(math.dist(points[i], points[j]) for j in others) / len(others)
        if own not in mean or len(set(labels)) < 2:
            values.append(0.0)
            continue
        near = min(value for group, value in mean.items() if group != own)
        larger = max(near, mean[own])
        values.append((near - mean[own]) / larger if larger else 0.0)
    return sum(values) / len(values)


def spread(points, weights, labels):
    """The weighted sum of squared distances to each group's middle."""
    total = 0.0
    for group in set(labels):
        inside = [i for i, label in enumerate(labels) if label == group]
        mass = sum(weights[i] for i in inside)
        middle = [sum(weights[i] * points[i][d] for i in inside) / mass for d in (0, 1)]
        total += sum(weights[i] * math.dist(points[i], middle) ** 2 for i in inside)
    return total


def best_spread(points, weights, k):
    """The tightest division into k groups there is: every division is tried."""
    n = len(points)
    return min(spread(points, weights, labels) for labels in itertools.product(range(k), repeat=n))


def z_of_share(successes, trials):
    return 2 * math.sqrt(trials + 1) * ((successes + 1) / (trials + 1) - 0.5)


def z_of_difference(s1, n1, s2, n2):
    s1, n1, s2, n2 = s1 + 1, n1 + 1, s2 + 1, n2 + 1
    pooled = (s1 + s2) / (n1 + n2)
    if pooled == 1:
        return 0.0
    return (s1 / n1 - s2 / n2) / math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))


def answers(mine, rest):
    """Of one group and one statement: (p, z, ratio, z against others) for agree and for disagree."""
    found = []
    for side in (0, 1):
        s1, n1, s2, n2 = mine[side], sum(mine), rest[side], sum(rest)
        p = (s1 + 1) / (n1 + 2)
        found.append((p, z_of_share(s1, n1), p / ((s2 + 1) / (n2 + 2)), z_of_difference(s1, n1, s2, n2)))
    return found


def representative(groups, excluded, listed=5, least=1.2816):
    """For each group, (statement, agrees) in the order in which they are named."""
    chosen = []
    for g, mine in enumerate(groups):
        passing, fallback = [], []
        for j in range(len(mine)):
            if excluded[j] or mine[j][0] + mine[j][1] == 0:
                continue
            rest = [sum(other[j][side] for o, other in enumerate(groups) if o != g) for side in (0, 1, 2)]
            agree, disagree = answers(mine[j], rest)
            sides = [(agree, True), (disagree, False)]
            fallback.append((max(agree[3], disagree[3]), -j, agree[3] >= disagree[3]))
            good = [(v, yes) for v, yes in sides if v[3] > least and v[1] > least]
            if good:
                value, yes = max(good, key=lambda pair: pair[0][3])
                passing.append((-math.prod((value[2], value[3], value[0], value[1])), j, yes))
        if not passing:
            chosen.append([(-max(fallback)[1], max(fallback)[2])] if fallback else [])
            continue
        passing.sort()
        first = [each for each in passing if each[2]][:1]
        named = (first + [each for each in passing if each not in first])[:listed]
        chosen.append([(j, yes) for _, j, yes in sorted(named, key=lambda each: not each[2])])
    return chosen


def priority(agrees, disagrees, passes, extremity, meta):
    if meta:
        return 49.0
    seen = agrees + disagrees + passes
    passed, agreed = (passes + 1) / (seen + 2), (agrees + 1) / (seen + 2)
    return ((1 - passed) * (extremity + 1) * agreed * (1 + 8 * 2 ** (-seen / 5))) ** 2


def wilson(successes, trials, z=1.959963984540054):
    """The two shares at which the score test just rejects, found by halving."""
    if not trials:
        return 0.0, 1.0
    share = successes / trials

    def miss(p):
        return (share - p) ** 2 * trials - z * z * p * (1 - p)

    def halve(low, high):
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if (miss(low) > 0) == (miss(middle) > 0) else (low, middle)
        return (low + high) / 2

    return (0.0 if successes == 0 else halve(0.0, share)), (1.0 if successes == trials else halve(1.0, share))


def kappa(pairs):
    """Cohen's kappa pair by pair, and its variance by moving each cell of the table a little."""
    n, categories = len(pairs), sorted({each for pair in pairs for each in pair})
    cells = {(a, b): pairs.count((a, b)) / n if n else 0.0 for a in categories for b in categories}
    agreed = sum(1 for a, b in pairs if a == b)

    def of(shares):
        observed = sum(shares[a, a] for a in categories)
        chance = sum(
            sum(shares[a, b] for b in categories) * sum(shares[b, a] for b in categories) for a in categories
        )
        return (observed - chance) / (1 - chance)

    if len(categories) < 2:
        return {"n": n, "agreed": agreed, "value": None}
    small, slopes = 1e-5, {}
    for cell, share in cells.items():
        slopes[cell] = (of({**cells, cell: share + small}) - of({**cells, cell: share - small})) / (2 * small)
    mean = sum(cells[cell] * slopes[cell] for cell in cells)
    variance = (sum(cells[cell] * slopes[cell] ** 2 for cell in cells) - mean**2) / n
    return {"n": n, "agreed": agreed, "value": of(cells), "variance": max(0.0, variance)}
