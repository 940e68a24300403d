"""Files of the standard that tests break and mend."""

from typing import Any

from covenant.agree import exporting
from covenant.place.types import PUBLIC
from tests.personas import NOW, World, draft, sign_all

TODAY = NOW.date()


def agreed(world: World, **other: Any) -> dict[str, Any]:
    """The file of a covenant in force."""
    version = draft(world)
    sign_all(world, version)
    return exporting.covenant_file("our-covenant", asked_by=PUBLIC, today=TODAY, at=NOW, **other)


def drafted(world: World, slug: str) -> dict[str, Any]:
    """The file of a draft."""
    actor = world.actor("convenor")
    return exporting.covenant_file(slug, asked_by=actor, today=TODAY, drafts=True)


def words(version: dict[str, Any]) -> dict[str, Any]:
    """What a version in a file says, its commitments by their numbers: they have ids of their own here."""
    numbers = {each["commitment"]: each["number"] for each in version["clauses"]}
    said = {name: version[name] for name in ("purpose", "parties", "sections", "term") if name in version}
    said["clauses"] = [
        {
            **{name: value for name, value in clause.items() if name != "commitment"},
            **({"if": sorted(numbers[id] for id in clause["if"])} if "if" in clause else {}),
            **{name: sorted(clause[name]) for name in ("creditors",)},
            "debtors": [clause["debtors"][0], *sorted(clause["debtors"][1:])],
        }
        for clause in version["clauses"]
    ]
    sections = {each["kind"]: each["text"] for each in said.pop("sections", ())}
    return {**said, "sections": sections, "parties": sorted(said["parties"])}
