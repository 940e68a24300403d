"""The product without its pages: threads that act, one that gives places and has the record signed.

The same actions, jobs and signer as behind the pages, in a process that starts in a blink, so that a thousand
of them can be killed. Whatever was done is said at once, one line of JSON each, to somebody outside.
"""

import json
import random
import threading
import time
from collections.abc import Callable
from itertools import count
from uuid import UUID

from tests.torture.scene import Scene, propose

Say = Callable[..., None]
VALUES = (1, -1, 0)
A_PAUSE = 0.03  # seconds between two runs of the sequencer: in the product one, here kills must meet it


def act(scene: Scene, say: Say, seed: int, stop: threading.Event) -> None:
    """Act as one person after another until told to stop; whatever fails, the next person comes."""
    from django.db import Error, connection

    rng = random.Random(seed)
    for turn in count():
        if stop.is_set():
            return
        try:
            one_person(scene, say, rng, f"{seed}-{turn}")
        except Error as fault:
            say("failed", f"{type(fault).__name__}: {fault}".strip())
            time.sleep(0.02)
        except Exception as fault:
            say("fault", f"an act failed: {type(fault).__name__}: {fault}")
            time.sleep(0.2)
        finally:
            connection.close()  # as at the end of every request


def one_person(scene: Scene, say: Say, rng: random.Random, name: str) -> None:
    """Somebody joins, answers everything, adds a statement, changes their mind; now and then parties sign."""
    from django.utils import timezone

    from covenant.listen import actions
    from covenant.listen.models import Exposure

    started = actions.start(conversation=UUID(scene.conversation), at=timezone.now(), rng=rng)
    who, exposure, said = started.participant, started.exposure, dict[UUID, int]()
    say("participant", str(who))
    while exposure is not None and len(said) < rng.randint(3, 30):
        statement = Exposure.objects.values_list("statement_id", flat=True).get(pk=exposure)
        value = rng.choice(VALUES)
        answered = actions.answer(participant=who, exposure=exposure, value=value, at=timezone.now(), rng=rng)
        say("vote", str(who), str(statement), value)
        said[statement], exposure = value, answered.exposure
    if rng.random() < 0.2:
        refuse(scene, say, propose(scene, f"refused-{name}-{rng.randrange(10**9)}"))
    text = f"Somebody said {name} {rng.random()}"
    added = actions.add_statement(by=who, conversation=UUID(scene.conversation), text=text, at=timezone.now())
    say("statement", str(added))
    for _ in range(rng.randint(0, 20)):
        statement = rng.choice(list(said))
        value = rng.choice([each for each in VALUES if each != said[statement]])
        actions.change_vote(participant=who, statement=statement, value=value, at=timezone.now())
        say("vote", str(who), str(statement), value)
        said[statement] = value
    if rng.random() < 0.3:
        sign(scene, say, propose(scene, f"covenant-{name}-{rng.randrange(10**9)}"))


def sign(scene: Scene, say: Say, proposed: tuple[str, str, str]) -> None:
    from django.utils import timezone

    from covenant.agree import actions
    from covenant.place import reads

    _slug, version, hash = proposed
    for party, person in zip(scene.parties, scene.signers, strict=True):
        actions.sign(
            by=reads.actor(UUID(person)),
            version=UUID(version),
            party=UUID(party),
            hash=hash,
            at=timezone.now(),
        )
        say("signature", version, party)


def refuse(scene: Scene, say: Say, proposed: tuple[str, str, str]) -> None:
    """A party refuses, for a reason that the record seals."""
    from django.utils import timezone

    from covenant.agree import actions
    from covenant.place import reads

    _slug, version, _hash = proposed
    actions.refuse(
        by=reads.actor(UUID(scene.signers[0])), version=UUID(version), party=UUID(scene.parties[0]),
        reason="It hurts too much", at=timezone.now(),
    )  # fmt: skip
    say("refusal", version, scene.parties[0])


def sequence(say: Say, stop: threading.Event) -> None:
    """Give places, write and have signed, again and again until told to stop."""
    from django.db import Error, close_old_connections
    from django.utils import timezone

    from covenant.record import jobs

    while not stop.wait(A_PAUSE):
        try:
            done = jobs.run_due(timezone.now())
            if done.fault and "no signer answers" not in done.fault:
                say("fault", f"the record is not signed: {done.fault}")
        except Error as fault:
            say("failed", f"{type(fault).__name__}: {fault}".strip())
        except Exception as fault:
            say("fault", f"the record was not written on: {type(fault).__name__}: {fault}")
        finally:
            close_old_connections()


def live(scene: Scene, say: Say, *, threads: int, seed: int, sequences: bool, stop: threading.Event) -> None:
    """The process of the house: it lives until it is killed or told to stop."""
    all_of_them = [
        threading.Thread(target=act, args=(scene, say, seed * 64 + n, stop), daemon=True)
        for n in range(threads)
    ]
    if sequences:
        all_of_them.append(threading.Thread(target=sequence, args=(say, stop), daemon=True))
    for thread in all_of_them:
        thread.start()
    for thread in all_of_them:
        thread.join()


def line(*told: object) -> bytes:
    return json.dumps(told).encode() + b"\n"
