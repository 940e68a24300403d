"""A code gives one person a say, once; issued and used counts are those of the record."""

import csv
import io
import random
import threading
from collections import Counter
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from covenant.listen import actions, codes, reads
from covenant.listen.heard import CODE_USED
from covenant.listen.models import Code, Conversation, Participant, Vote
from covenant.place.types import NotAllowed, NotFound, NotPossible
from tests.listen.talk import NOW, client, crowd, talk
from tests.personas import World, make_world
from tests.records import recorded

pytestmark = pytest.mark.django_db
RNG = random.Random(1)
NUMBERS = st.integers(0, 32**codes.DRAWN - 1)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def conversation(world: World) -> UUID:
    return talk(world)


def issue(world: World, conversation: UUID, n: int = 3, area: str = "North ward") -> list[str]:
    return actions.issue_codes(by=world.actor("convenor"), conversation=conversation, area=area, n=n, at=NOW)


def join(conversation: UUID) -> UUID:
    return actions.start(conversation=conversation, at=NOW, rng=RNG).participant


@given(NUMBERS)
def test_a_code_is_read_as_it_was_made_however_it_is_typed(number: int) -> None:
    code = codes.make(lambda most: number)
    assert len(code) == 19
    assert not set(code) & set("01IO")
    bare = code.replace("-", "")
    assert codes.read(code) == bare == codes.read(f"  {code.lower().replace('-', ' ')} ")


@given(NUMBERS, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.SYMBOLS))
def test_one_wrong_symbol_is_noticed(number: int, place: int, symbol: str) -> None:
    right = codes.read(codes.make(lambda most: number))
    wrong = right[:place] + symbol + right[place + 1 :]
    if wrong != right:
        with pytest.raises(NotPossible, match="mistyped"):
            codes.read(wrong)


@given(NUMBERS, st.integers(0, codes.LENGTH - 2))
def test_two_neighbours_swapped_are_noticed(number: int, place: int) -> None:
    right = codes.read(codes.make(lambda most: number))
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    if wrong != right:
        with pytest.raises(NotPossible, match="mistyped"):
            codes.read(wrong)


@given(st.text(max_size=40))
def test_anything_else_is_refused_in_words(typed: str) -> None:
    try:
        assert len(codes.read(typed)) == codes.LENGTH
    except NotPossible as refusal:
        assert "once more" in str(refusal)


def test_codes_cannot_be_guessed() -> None:
    """70 bits by lot: among a million issued codes a guess is right once in 10^15."""
    assert 32**codes.DRAWN >= 2**60
    drawn: list[int] = []
    codes.make(lambda most: drawn.append(most) or 0)
    assert drawn == [2**70]


def test_a_code_gives_its_level_once_and_nothing_tells_whose_it_was(world: World, conversation: UUID) -> None:
    made = issue(world, conversation)
    crowd(conversation, people=1)
    who = join(conversation)
    actions.use_code(participant=who, typed=made[0].lower(), at=NOW)
    assert Participant.objects.get(id=who).level == 3
    exposure = reads.part(who).exposure
    assert exposure is not None
    actions.answer(participant=who, exposure=exposure.id, value=1, at=NOW, rng=RNG)
    assert Counter(Vote.objects.values_list("level", flat=True)) == {0: 6, 3: 1}
    other = join(conversation)
    with pytest.raises(NotPossible, match="has been used"):
        actions.use_code(participant=other, typed=made[0], at=NOW)
    with pytest.raises(NotPossible, match="used a code here already"):
        actions.use_code(participant=who, typed=made[1], at=NOW)
    assert Participant.objects.get(id=other).level == 0
    actions.use_code(participant=other, typed=made[1], at=NOW)  # several to a household
    row = Conversation.objects.get()
    assert (row.codes_issued, row.codes_used) == (3, 2)
    assert not [field for field in Code._meta.get_fields() if "participant" in field.name]


def test_the_record_commits_to_every_issue_and_every_use(world: World, conversation: UUID) -> None:
    made = [*issue(world, conversation, 4), *issue(world, conversation, 2, "South ward")]
    started = actions.start_with_code(conversation=conversation, typed=made[5], at=NOW, rng=RNG)
    assert Participant.objects.get(id=started.participant).level == 3
    entries = [entry for entry in recorded() if entry.subject == str(conversation)]
    issued = [entry.body for entry in entries if entry.kind == "codes.issued"]
    used = [entry for entry in entries if entry.kind == CODE_USED]
    row = Conversation.objects.get()
    assert row.codes_issued == sum(body["n"] for body in issued) == Code.objects.count() == 6
    assert row.codes_used == len(used) == Code.objects.exclude(used_on=None).count() == 1
    assert [(body["area"], body["n"]) for body in issued] == reads.issued(conversation)
    batches = Code.objects.order_by("batch").values_list("batch", flat=True).distinct()
    for batch, body in zip(batches, issued, strict=True):
        macs = [bytes(mac) for mac in Code.objects.filter(batch=batch).values_list("mac", flat=True)]
        assert codes.root_of(macs) == body["root"]
        assert codes.root_of([*macs, b"slipped in later"]) != body["root"]
    assert used[0].at == "2026-03-02T00:00:00Z", "the day alone"
    kept = "".join(entry.data for entry in entries) + repr(list(Code.objects.values_list()))
    assert not [code for code in made if code in kept or code.replace("-", "") in kept]


def test_a_code_is_for_its_own_conversation_and_a_refused_one_lets_nobody_join(
    world: World, conversation: UUID
) -> None:
    other = talk(world, slug="trains")
    (code,) = issue(world, other, 1)
    before = Participant.objects.count()
    for typed in (code, codes.make(lambda most: 5), "x", ""):
        with pytest.raises(NotPossible):
            actions.start_with_code(conversation=conversation, typed=typed, at=NOW, rng=RNG)
    assert Participant.objects.count() == before
    actions.start_with_code(conversation=other, typed=code, at=NOW, rng=RNG)
    actions.close_conversation(by=world.actor("convenor"), conversation=other, at=NOW)
    (late,) = issue(world, other, 1)
    with pytest.raises(NotPossible, match="closed"):
        actions.start_with_code(conversation=other, typed=late, at=NOW, rng=RNG)


def test_who_may_issue_codes_and_how_many(world: World, conversation: UUID) -> None:
    for who in ("public", "moderator", "administrator", "stranger"):
        with pytest.raises(NotAllowed):
            actions.issue_codes(by=world.actor(who), conversation=conversation, area="X", n=1, at=NOW)
    for n, area in ((0, "X"), (codes.MOST + 1, "X"), (1, "  "), (1, "x" * 61), (1, "a\x00b")):
        with pytest.raises(NotPossible):
            issue(world, conversation, n, area)
    with pytest.raises(NotFound):
        issue(world, world.place)
    assert not Code.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_use_a_code_once(world: World) -> None:
    conversation = talk(world)
    (code,) = issue(world, conversation, 1)
    people, outcomes = [join(conversation) for _ in range(4)], list[str]()

    def use(who: UUID) -> None:
        from django.db import connection

        try:
            actions.use_code(participant=who, typed=code, at=NOW)
            outcomes.append("used")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=use, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"used": 1, "refused": 3}
    assert Participant.objects.filter(level=3).count() == 1
    assert Conversation.objects.get().codes_used == 1


def test_the_convenor_has_the_list_once_and_the_letter_works(world: World, conversation: UUID) -> None:
    convenor = client(world, "convenor")
    url = "/listen/buses/codes/"
    assert "cannot be shown again" in convenor.get(url).content.decode()
    file = convenor.post(url, {"area": "=North", "n": "5"})
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in file["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(file.content.decode().removeprefix("\ufeff"))))
    assert {row["area"] for row in rows} == {"'=North"}
    made = [row["code"] for row in rows]
    page = convenor.get(url).content.decode()
    assert "5 issued, 0 used" in page
    assert not [code for code in made if code in page]
    assert convenor.post(url, {"area": "", "n": "0"}).status_code == 400

    reader = Client()
    assert "Codes issued for households: 5. Used so far: 0." in reader.get("/listen/buses/").content.decode()
    mine = "/listen/buses/take-part/code/"
    assert "Use a code from a letter" in reader.get(mine).content.decode()
    wrong = reader.post(mine, {"code": made[0][:-1] + ("2" if made[0][-1] != "2" else "3")})
    assert (wrong.status_code, "mistyped" in wrong.content.decode()) == (400, True)
    assert not Participant.objects.exists()
    assert reader.post(mine, {"code": made[0]}).status_code == 302
    assert Participant.objects.get().level == 3
    assert "Used so far: 1." in Client().get("/listen/buses/").content.decode()
    again = Client().post(mine, {"code": made[0]})
    assert (again.status_code, "has been used" in again.content.decode()) == (400, True)
    begun = Client()
    begun.post("/listen/buses/take-part/start/")
    assert "Use a code from a letter" in begun.get("/listen/buses/take-part/").content.decode()
    assert begun.post(mine, {"code": made[1]}).status_code == 302
    assert Participant.objects.filter(level=3).count() == 2


def test_few_at_a_level_are_not_told(world: World, conversation: UUID) -> None:
    def people() -> list[int | None]:
        return [level.people for level in reads.levels(conversation)]

    crowd(conversation, people=30)
    assert people() == [30, 0, 0, 0, 0]
    for code in issue(world, conversation, 12)[:3]:
        who = actions.start_with_code(conversation=conversation, typed=code, at=NOW, rng=RNG)
        assert who.exposure is not None
        actions.answer(participant=who.participant, exposure=who.exposure, value=1, at=NOW, rng=RNG)
    hidden = people()
    assert hidden[3] is None
    assert sum(n is None for n in hidden) > 1, "nor can it be worked out from the others"
    join(conversation)
    assert people() == hidden, "who answered nothing is not counted"
