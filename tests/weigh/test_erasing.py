"""Words that somebody took back are gone from ideas, decisions and judgements; every hash still holds."""

import pytest
from django.test import Client

from covenant.listen import actions as listen
from covenant.listen import jobs as listening
from covenant.record import reads as record
from covenant.weigh import jobs, reads
from covenant.weigh.engine import judgement_content, judgement_hash
from tests.personas import NOW, Talk, World, all_that_is_kept, make_world, talk, vote_all
from tests.weigh.decisions import judge

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "The lamp in Mill Lane has been out since Ada fell"


@pytest.fixture
def world() -> World:
    return make_world()


def test_what_was_taken_back_is_gone_and_the_judgement_still_has_its_hash(world: World) -> None:
    said = talk(world)
    writer = said.participants[0]
    secret = listen.add_statement(by=writer, conversation=said.id, text=SECRET, at=NOW)
    listen.moderate(by=world.actor("moderator"), statement=secret, shown=True, at=NOW)
    vote_all(said.id, people=11, all_agree_with=secret)
    listening.publish(said.id, NOW)
    found = judge(world, Talk(said.id, said.slug, (secret,), said.waiting, said.participants))
    made = found.judgement
    assert made is not None
    idea = found.options[1].ideas[0][0]
    assert SECRET in Client().get(f"/appraisals/{found.id}/").content.decode()
    assert SECRET in str(reads.judgement_content(found.id, 1)[0])

    listen.erase_participant(participant=writer, at=NOW)
    assert jobs.run_due(NOW) == 2  # in the idea, and in the decision
    assert jobs.run_due(NOW) == 0
    listening.publish(said.id, NOW)
    assert SECRET not in str(all_that_is_kept())
    content, hash = reads.judgement_content(found.id, 1)
    assert judgement_hash(content) == hash == made.hash
    now = reads.appraisal(found.id)
    assert judgement_hash(judgement_content(now, chosen=made.option, reason=made.reason)) == hash
    for path in (f"/appraisals/{found.id}/", f"/ideas/{idea}/", f"/appraisals/{found.id}/matrix.csv"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert SECRET not in answer.content.decode()
        assert "taken the words back" in answer.content.decode() or path.endswith("csv")
    assert "quotation.erased" in [entry.kind for entry in record.about(found.id)]
