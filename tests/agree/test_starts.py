import pytest

from covenant.agree import actions, reads
from covenant.agree.starts import starts
from covenant.agree.types import SectionKind
from tests.personas import NOW, World


def test_the_four_principles_have_signs_of_both_kinds_and_say_where_they_are_from() -> None:
    start = {each.key: each for each in starts()}["civil-society-covenant"]
    principles = start.sections[SectionKind.PRINCIPLES]
    assert principles.count("A sign of progress:") == principles.count("A warning sign:") == 4
    assert "not the official text" in start.sections[SectionKind.FOREWORD]
    assert "www.gov.uk/guidance/illustration-document" in start.sections[SectionKind.FOREWORD]


def test_a_blank_start_says_nothing_and_an_agreement_is_made_elsewhere() -> None:
    found = {each.key: each for each in starts()}
    assert found["blank"].sections == {} and not found["blank"].is_elsewhere
    assert found["working-relationship"].is_elsewhere


@pytest.mark.django_db
@pytest.mark.parametrize("start", [each for each in starts() if not each.is_elsewhere], ids=lambda s: s.key)
def test_a_draft_starts_with_the_sections(world: World, start) -> None:  # type: ignore[no-untyped-def]
    version = actions.start_covenant(
        by=world.actor("convenor"),
        place=world.place,
        title="Ours",
        slug="ours",
        purpose="To do it.",
        parties=[world.parties["council"], world.parties["charity"]],
        sections=start.sections,
        at=NOW,
    )
    made = {each.kind: each.text for each in reads.content_of(version).sections}
    assert made == {kind: text.strip() for kind, text in start.sections.items()}
