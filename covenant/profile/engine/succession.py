"""What an area was before, and what became of it: followed through every change of code."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from covenant.profile.types import Change, Succession

VERSION = "succession/1"
MOST_GENERATIONS = 10


@dataclass(frozen=True)
class Kin:
    """A code that is not this one: the change that leads to it, and how many mergers lie between."""

    code: str
    name: str
    via: Succession
    generation: int


@dataclass(frozen=True)
class Family:
    """A code, the others under which the same area goes, what came before it, and what came of it."""

    same: tuple[str, ...]
    before: tuple[Kin, ...]
    after: tuple[Kin, ...]


def family(code: str, successions: Iterable[Succession]) -> Family:
    """Find an area through its changes of code, back to what went into it and on to what it went into.

    Parameters
    ----------
    code
        A GSS code.
    successions
        All that are known. Where one source dates what became of a code, undated ones of it are passed over:
        they lead straight to what stands now, and so past what stood between.

    Returns
    -------
    Family
        `same` starts with the code itself. Nothing is added up: money of `before` is that of other bodies.

    Examples
    --------
    >>> from datetime import date
    >>> merged = Succession("E1", "Old", "E2", "New", Change.MERGED, date(2023, 4, 1))
    >>> recoded = Succession("E2", "New", "E3", "New", Change.RECODED)
    >>> found = family("E3", [merged, recoded])
    >>> found.same, [kin.code for kin in found.before]
    (('E3', 'E2'), ['E1'])
    >>> [kin.code for kin in family("E1", [merged, recoded]).after]
    ['E3']
    """
    known = _best(successions)
    same = _recoded({code}, known)
    newest = {each.old: each.new for each in known if each.change is Change.RECODED}
    return Family(
        (code, *sorted(same - {code})),
        tuple(_walk(same, known, newest, back=True)),
        tuple(_walk(same, known, newest, back=False)),
    )


def _best(successions: Iterable[Succession]) -> list[Succession]:
    every = list(successions)
    dated = {each.old for each in every if each.on and each.change is Change.MERGED}
    kept: dict[tuple[str, str], Succession] = {}
    for each in every:
        if each.change is Change.MERGED and each.on is None and each.old in dated:
            continue
        there = kept.get((each.old, each.new))
        if there is None or (there.on is None and each.on is not None):
            kept[each.old, each.new] = each
    return list(kept.values())


def _recoded(codes: set[str], known: Collection[Succession]) -> set[str]:
    """Every code under which the same area ever went."""
    found, new = set(codes), set(codes)
    while new:
        new = {
            other
            for each in known
            if each.change is Change.RECODED
            for here, other in ((each.old, each.new), (each.new, each.old))
            if here in found and other not in found
        }
        found |= new
    return found


def _walk(same: set[str], known: Collection[Succession], newest: dict[str, str], *, back: bool) -> list[Kin]:
    found: dict[str, Kin] = {}
    level = set(same)
    for generation in range(1, MOST_GENERATIONS):
        beyond: set[str] = set()
        for each in known:
            here, there = (each.new, each.old) if back else (each.old, each.new)
            name = each.old_name if back else each.new_name
            if each.change is Change.MERGED and here in level and there not in same:
                code = there if back else newest.get(there, there)
                if code not in found:
                    found[code] = Kin(code, name, each, generation)
                    beyond |= _recoded({there}, known)
        if not beyond:
            break
        level = beyond
    return sorted(found.values(), key=lambda kin: (kin.generation, kin.name))
