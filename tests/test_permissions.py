"""Who may do what: the permission table, tested cell by cell, by a request and by a call of the action.

What the words of the table mean:

    yes      it is done
    no       refused: 403; a page that anyone not signed in asks for leads to signing in instead
    hidden   not found: this person may not even know that it is there
    idle     nothing is done and nothing is shown: this browser has no part in it
    nobody   409: as things stand nobody can do this, whoever they are
    .        there is no page or call for it

Whenever something was not done, nothing at all has changed, neither in what is kept nor in the record.
"""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from covenant.agree import actions as agree
from covenant.agree import exporting, importing, pledged, pledging
from covenant.agree import reads as agreed
from covenant.agree.formats import standard
from covenant.agree.formats.pledges import Pledged
from covenant.agree.signing_types import Capacity, CapacitySaid, Reply
from covenant.agree.types import GroundKind, Resources
from covenant.concern import actions as concern
from covenant.concern import codes, sealing
from covenant.concern import reads as concerns
from covenant.concern.models import Concern, Letter, Step
from covenant.concern.types import Criterion, Outcome
from covenant.innovate import actions as innovate
from covenant.innovate import reads as tried
from covenant.innovate.types import Verdict
from covenant.keep import actions as keep
from covenant.keep.types import Progress
from covenant.listen import actions as listen
from covenant.listen import reads as heard
from covenant.place import actions as place
from covenant.place import reads as place_reads
from covenant.place.types import Actor, NotAllowed, NotFound, NotPossible, Role, Sector, Tier
from covenant.relate import actions as relate
from covenant.relate import reads as relations_read
from covenant.relate.types import EntryKind, PersonRole
from covenant.scrutinise import actions as scrutinise
from covenant.scrutinise import reads as scrutinised
from covenant.scrutinise.models import Finding
from covenant.scrutinise.stages import Answer
from covenant.weigh import actions as weigh
from covenant.weigh import reads as weighed
from covenant.weigh import rules as weigh_rules
from covenant.weigh.types import Answer as Said
from covenant.weigh.types import ConsiderationKind, Followed, Source, Voice, Weight
from covenant.weigh.types import GroundKind as Stands
from tests import personas
from tests.agree import asked as answering
from tests.innovate import areas
from tests.personas import NOW, Talk, World
from tests.records import first_bundle, first_leaf, keep_record_in, record_was_published
from tests.relate import relations
from tests.scrutinise.desks import QUESTION, publish
from tests.weigh import decisions

pytestmark = pytest.mark.django_db

TABLE = """
                                        public   resident convenor stranger moderator scrutineer analyst  administrator council  charity  business lapsed
In a conversation
  begin a conversation                  no       no       yes      no       no        no         no       no            no       no       no       no
  open one that was drafted             hidden   hidden   yes      hidden   no        hidden     hidden   hidden        hidden   hidden   hidden   hidden
  close one                             no       no       yes      no       no        no         no       no            no       no       no       no
  look through statements that wait     no       no       yes      no       yes       no         no       no            no       no       no       no
  show a statement or hide it           no       no       yes      no       yes       no         no       no            no       no       no       no
  add a first statement                 no       no       yes      no       yes       no         no       no            no       no       no       no
  read a statement that waits           hidden   hidden   yes      hidden   yes       hidden     hidden   hidden        hidden   hidden   hidden   hidden
  begin to take part                    yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  vote                                  idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  change one's own vote                 idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  take back all that one said           idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  take along what is kept of oneself    idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  keep one's own receipts               hidden   yes      hidden   hidden   hidden    hidden     hidden   hidden        hidden   hidden   hidden   hidden
  suggest a statement                   idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  see one's own votes                   idle     yes      idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  see another's votes                   idle     idle     idle     idle     idle      idle       idle     idle          idle     idle     idle     idle
  see counts of very few people         no       no       no       no       no        no         yes      no            no       no       no       no
  issue codes to households             no       no       yes      no       no        no         no       no            no       no       no       no
  use a code from a letter              yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  use a code that was used              nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody
  allow replays                         no       no       no       no       no        no         no       yes           no       no       no       no
  have results replayed                 no       no       no       no       no        no         yes      no            no       no       no       no
  see who may have results replayed     no       no       no       no       no        no         yes      yes           no       no       no       no

In a draft of a covenant
  start a covenant                      no       no       yes      no       no        no         no       no            no       no       no       no
  import a covenant from a file         no       no       yes      no       no        no         no       no            no       no       no       no
  see a draft                           hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  word what it is for                   hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  say between whom it is                hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  word a commitment                     hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  word a commitment anew                hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  take a commitment out                 hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  cite a statement                      no       no       yes      nobody   no        no         no       no            no       no       no       no
  cite a pledge                         no       no       yes      no       no        no         no       no            no       no       no       no
  cite a source                         hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  show it for signing                   hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  withdraw a draft                      hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden

On a version that can be signed
  withdraw it                           no       no       yes      no       no        no         no       no            no       no       no       no
  sign for the council                  no       no       no       no       no        no         no       no            yes      no       no       no
  sign for the charity                  no       no       no       no       no        no         no       no            no       yes      no       no
  sign for a body that is no party      nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody
  sign for residents                    nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody
  refuse for the council                no       no       no       no       no        no         no       no            yes      no       no       no
  refuse for the charity                no       no       no       no       no        no         no       no            no       yes      no       no

How a version is answered
  ask the charity by a link             no       no       yes      no       no        no         no       no            no       no       no       no
  record the charity's paper            no       no       yes      no       no        no         no       no            no       no       no       no
  countersign it for the council        no       no       no       no       no        no         no       no            yes      no       no       no
  sign for the charity's members        no       no       no       no       no        no         no       no            no       yes      no       no
  say when its trustees meet            no       no       no       no       no        no         no       no            no       yes      no       no
  record where a body is told           no       no       yes      no       no        no         no       no            no       no       no       no
  answer by a link that was sent        yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  disown by a link that was sent        yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes

On a covenant in force
  draft a change as convenor            no       no       yes      no       no        no         no       no            no       no       no       no
  draft a change for the council        no       no       no       no       no        no         no       no            yes      no       no       no
  answer a version with other words     no       no       no       no       no        no         no       no            no       yes      no       no
  leave for the council                 no       no       no       no       no        no         no       no            yes      no       no       no
  take the charity's notice back        no       no       no       no       no        no         no       no            no       yes      no       no
  say that a promise stands             no       no       no       no       no        no         no       no            yes      no       no       no
  name a successor of the charity       no       no       yes      no       no        no         no       no            no       yes      yes      no
  accept for the traders                no       no       no       no       no        no         no       no            no       no       yes      no
  change words that are in force        hidden   hidden   hidden   hidden   hidden    hidden     hidden   hidden        hidden   hidden   hidden   hidden
  report what the council owes          no       no       no       no       no        no         no       no            yes      no       no       no
  report what the charity owes          no       no       no       no       no        no         no       no            no       yes      no       no

In an innovation area that nobody was shown
  begin an innovation area              no       no       yes      no       no        no         no       no            no       no       no       no
  see an area that was drafted          hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      yes      hidden
  word an area anew                     hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       no       hidden
  draft a freedom                       hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       no       hidden
  word a freedom anew                   hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       no       hidden
  propose a freedom                     hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       no       hidden
  withdraw a freedom that was drafted   hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       no       hidden

On a freedom that was proposed or granted
  withdraw a proposal                   no       no       yes      no       no        no         no       no            no       no       no       no
  waive the council's rule              no       no       no       no       no        no         no       no            yes      no       no       no
  consent to use the freedom            no       no       no       no       no        no         no       no            no       yes      no       no
  waive the rule of another body        nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody
  refuse it for the council             no       no       no       no       no        no         no       no            yes      no       no       no
  refuse it for the charity             no       no       no       no       no        no         no       no            no       yes      no       no
  end it early for the council          no       no       no       no       no        no         no       no            yes      no       no       no
  end it early for the charity          no       no       no       no       no        no         no       no            no       yes      no       no
  report a figure for the charity       no       no       no       no       no        no         no       no            no       yes      no       no
  report a figure for the evaluator     no       no       no       no       no        no         no       no            no       no       yes      no
  evaluate it                           no       no       no       no       no        no         no       no            no       no       yes      no
  reply to its evaluation               no       no       no       no       no        no         no       no            no       yes      no       no
  renew it                              no       no       yes      no       no        no         no       no            no       no       no       no

In a decision to make
  begin to write an idea                no       no       yes      no       yes       no         yes      yes           yes      yes      yes      no
  write an idea in a role               no       no       yes      no       yes       no         yes      yes           no       no       no       no
  write an idea on what was heard       no       no       yes      no       no        no         no       no            no       no       no       no
  write an idea for the charity         no       no       no       no       no        no         no       no            no       yes      no       no
  let an idea stand on more             no       no       yes      no       no        no         no       no            no       yes      no       no
  withdraw an idea                      no       no       yes      no       no        no         no       no            no       yes      no       no
  begin a decision                      no       no       yes      no       no        no         no       no            no       no       no       no
  word a decision anew                  no       no       yes      no       no        no         no       no            no       no       no       no
  add an option                         no       no       yes      no       no        no         no       no            yes      yes      no       no
  word an option anew                   no       no       yes      no       no        no         no       no            yes      yes      no       no
  discard an option for the council     no       no       no       no       no        no         no       no            yes      no       no       no
  add something to weigh                no       no       yes      no       no        no         no       no            yes      yes      no       no
  weigh for the council                 no       no       no       no       no        no         no       no            yes      no       no       no
  weigh as the convenor                 no       no       yes      no       no        no         no       no            no       no       no       no
  answer what was heard                 no       no       yes      no       no        no         no       no            yes      yes      no       no
  declare an interest of the charity    no       no       no       no       no        no         no       no            no       yes      no       no
  withdraw a decision                   no       no       yes      no       no        no         no       no            no       no       no       no
  put a judgement for signing           no       no       yes      no       no        no         no       no            no       no       no       no
  take a judgement back                 no       no       yes      no       no        no         no       no            no       no       no       no
  sign a judgement for the council      no       no       no       no       no        no         no       no            yes      no       no       no
  dissent for the charity               no       no       no       no       no        no         no       no            no       yes      no       no

In a working relationship agreement that was drafted
  begin a working relationship          no       no       yes      no       no        no         no       no            no       no       no       no
  see one that was drafted              hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  word one                              hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  say between which bodies it is        hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  name a person in one                  hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  take a person out of one              hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        no       no       hidden   hidden
  take a behaviour out of one           hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  show one for consent                  hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden
  withdraw one that was drafted         hidden   hidden   yes      hidden   hidden    hidden     hidden   hidden        yes      yes      hidden   hidden

In one that waits for consent or is in force
  withdraw what waits for consent       no       no       yes      no       no        no         no       no            yes      yes      no       no
  consent to it as the council          no       no       no       no       no        no         no       no            yes      no       no       no
  refuse it as the charity              no       no       no       no       no        no         no       no            no       yes      no       no
  propose to change it                  no       no       yes      no       no        no         no       no            yes      yes      no       no
  accept a departure as the council     no       no       no       no       no        no         no       no            yes      no       no       no
  refuse a newcomer as the charity      no       no       no       no       no        no         no       no            no       yes      no       no
  leave it as the council               no       no       no       no       no        no         no       no            yes      no       no       no
  name somebody who would come          no       no       yes      no       no        no         no       no            yes      yes      no       no
  put a matter to the forum             no       no       no       no       no        no         no       no            yes      no       no       no
  vote in the forum as the charity      no       no       no       no       no        no         no       no            no       yes      no       no
  ask what to learn as the council      no       no       no       no       no        no         no       no            yes      no       no       no
  say what was seen as the charity      no       no       no       no       no        no         no       no            no       yes      no       no
  open a round of pulses                no       no       yes      no       no        no         no       no            yes      yes      no       no
  answer a pulse                        no       no       no       no       no        no         yes      no            no       no       no       no

On the scrutiny of a covenant
  propose a scrutineer                  no       no       yes      no       no        no         no       no            yes      yes      no       no
  consent to one for the council        no       no       no       no       no        no         no       no            yes      no       no       no
  consent to one for the charity        no       no       no       no       no        no         no       no            no       yes      no       no
  refuse one for the council            no       no       no       no       no        no         no       no            yes      no       no       no
  withdraw what the convenor proposed   no       no       yes      no       no        no         no       no            no       no       no       no
  propose to remove the scrutineer      no       no       no       no       no        no         no       no            yes      yes      no       no
  consent to a removal for the council  no       no       no       no       no        no         no       no            yes      no       no       no
  consent to it for no party            nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody
  see the desk                          no       no       no       no       no        yes        no       no            no       no       no       no
  take up a question                    no       no       no       no       no        yes        no       no            no       no       no       no
  ask a question of one's own           no       no       no       no       no        yes        no       no            no       no       no       no
  draft a finding                       no       no       no       no       no        yes        no       no            no       no       no       no
  see a draft about the council         hidden   hidden   hidden   hidden   hidden    yes        hidden   hidden        yes      hidden   hidden   hidden
  sign a finding                        no       no       no       no       no        yes        no       no            no       no       no       no
  drop a draft                          no       no       no       no       no        yes        no       no            no       no       no       no
  record that it is mended              no       no       no       no       no        yes        no       no            no       no       no       no
  reply to a draft for the council      hidden   hidden   hidden   hidden   hidden    no         hidden   hidden        yes      hidden   hidden   hidden
  reply to a finding for the council    no       no       no       no       no        no         no       no            yes      no       no       no
  change the words of a finding         nobody   nobody   nobody   nobody   nobody    nobody     nobody   nobody        nobody   nobody   nobody   nobody

On concerns about a covenant
  raise a concern in confidence         yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  open a case with its code             yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  consent with the code of a case       yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  raise one in the open                 no       no       no       no       no        no         no       no            yes      yes      no       no
  see concerns on the desk              no       no       no       no       no        yes        no       no            no       no       no       no
  look into the box                     no       no       no       no       no        yes        no       no            no       no       no       no
  make a key                            no       no       no       no       no        yes        no       no            no       no       no       no
  bring a key made elsewhere            no       no       no       no       no        yes        no       no            no       no       no       no
  seal anew to the key in use           no       no       no       no       no        yes        no       no            no       no       no       no
  read a concern                        no       no       no       no       no        yes        no       no            no       no       no       no
  download a sealed letter              no       no       no       no       no        yes        no       no            no       no       no       no
  admit a concern                       no       no       no       no       no        yes        no       no            no       no       no       no
  refuse a concern                      no       no       no       no       no        yes        no       no            no       no       no       no
  write to whoever raised it            no       no       no       no       no        yes        no       no            no       no       no       no
  offer the next rung                   no       no       no       no       no        yes        no       no            no       no       no       no
  climb a rung that was consented to    no       no       no       no       no        yes        no       no            no       no       no       no
  working relationship agreements       yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  climb a rung that was not             no       no       no       no       no        nobody     no       no            no       no       no       no
  join two concerns                     no       no       no       no       no        yes        no       no            no       no       no       no
  close a concern                       no       no       no       no       no        yes        no       no            no       no       no       no
  see what is asked of the council      idle     idle     idle     idle     idle      yes        idle     idle          yes      idle     idle     idle
  answer a concern for the council      hidden   hidden   hidden   hidden   hidden    no         hidden   hidden        yes      hidden   hidden   hidden

In a place
  add a party                           no       no       yes      no       no        no         no       no            no       no       no       no
  say who may sign for a party          no       no       yes      no       no        no         no       no            no       no       no       no
  lay down the council's mandate        no       no       no       no       no        no         no       no            yes      no       no       no
  lay down the role of convenor         no       no       yes      no       no        no         no       no            no       no       no       no
  give a role                           no       no       no       no       no        no         no       yes           no       no       no       no
  take a role away                      no       no       no       no       no        no         no       yes           no       no       no       no

Read what is public
  the first page and a place            yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  look for a place                      yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  a place's profile and money           yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  parties and mandates                  yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  a conversation and its results        yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  a covenant as a file                  yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  who signed it by name, as a file      no       no       yes      no       no        no         no       no            no       no       no       no
  unilateral pledges                    yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  a covenant and its versions           yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  an answer on paper                    yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  what became of what was said          yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  innovation areas and freedoms         yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  ideas and decisions                   yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  what the referee asks                 yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  from where on the referee asks        yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  the scrutiny of a covenant            yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  concerns as everyone sees them        yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
  the record                            yes      yes      yes      yes      yes       yes        yes      yes           yes      yes      yes      yes
"""  # noqa: E501

PROFILE = ("", "data.json", "ledger.csv", "organisations.json")
SIGNING_IN = {
    "account_request_login_code",
    "account_login",
    "account_signup",
    "account_confirm_login_code",
    "account_logout",
    "account_devices",
    "account_mine",
}
KEEPING_RUNNING = {"health", "metrics", "security_txt"}  # for machines: tests/web/test_health.py


@dataclass(frozen=True)
class House:
    """Everything that the acts of the table are done to, and a browser for each person."""

    relation: dict[str, Any]  # working relationship agreements, and what is under way in one
    world: World
    talk: Talk
    planned: UUID  # a conversation that is a draft
    covenant: dict[str, UUID]  # by the address
    departure: UUID  # of the charity, from the covenant that it leaves
    succession: UUID  # of the traders to the charity
    lapses: UUID  # what the council promised in return
    version: dict[str, UUID]  # of the covenants that are drafted, shown and agreed
    clause: dict[str, UUID]
    hash: str  # of what is shown
    commitment: dict[str, UUID]  # in force, by who owes it
    desk: dict[str, UUID]  # what lies on the scrutineer's desk
    concern: dict[str, Any]  # concerns by where they stand, with their codes and offers
    freedom: dict[str, Any]  # freedoms and their areas, by where they stand
    weighed: dict[str, Any]  # an idea, and decisions by where they stand
    waiting: answering.Waiting  # a covenant that bodies answer by link and on paper
    resident: UUID  # the participant that the resident's browser remembers
    exposure: UUID
    codes: list[str]  # from letters: one that is new, and one that was used
    cookies: dict[str, Any]
    client: Client

    def browser(self, who: str) -> Client:
        """The browser of this person; one client serves them all, since to start one takes a while."""
        self.client.cookies = copy.deepcopy(self.cookies[who])
        return self.client


Request = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Act:
    """One row: what a browser sends, and the call that does the same."""

    requests: Callable[[House], list[Request]]
    call: Callable[[House, Actor, str], object]
    writes: bool = True
    shows: str = ""  # on the page where the answer is yes, and nowhere else


def get(*paths: str) -> list[Request]:
    return [("GET", path, {}) for path in paths]


def post(path: str, **words: Any) -> list[Request]:
    return [("POST", path, words)]


def both(path: str, **words: Any) -> list[Request]:
    """The page with the form, and the form sent."""
    return get(path) + post(path, **words)


# --------------------------------------------------------------------------------------- conversations


def _participant(h: House, who: str) -> UUID:
    """Whoever takes part in this browser; nobody has the id of another, and guessing one does not help."""
    return h.resident if who == "resident" else uuid4()


CONVERSATION = {"title": "What next?", "introduction": "Tell us.", "language": "en"}
RNG = random.Random(1)

ACTS: dict[str, Act] = {
    "begin a conversation": Act(
        lambda h: both("/listen/new/testing/", slug="next", statements="Plant a tree", **CONVERSATION),
        lambda h, actor, who: listen.begin_conversation(
            by=actor, place=h.world.place, slug="next", statements=["Plant a tree"], at=NOW, **CONVERSATION
        ),
    ),
    "open one that was drafted": Act(
        lambda h: post("/listen/planned/moderate/open/"),
        lambda h, actor, who: listen.take_votes(by=actor, conversation=h.planned, at=NOW),
    ),
    "close one": Act(
        lambda h: post("/listen/talk/moderate/close/"),
        lambda h, actor, who: listen.close_conversation(by=actor, conversation=h.talk.id, at=NOW),
    ),
    "look through statements that wait": Act(
        lambda h: get("/listen/talk/moderate/"),
        lambda h, actor, who: heard.waiting(h.talk.id, asked_by=actor),
        writes=False,
        shows="Waits for a moderator",
    ),
    "show a statement or hide it": Act(
        lambda h: both(f"/listen/talk/moderate/{h.talk.waiting}/", shown="no", reason="Names a neighbour"),
        lambda h, actor, who: listen.moderate(by=actor, statement=h.talk.waiting, shown=True, at=NOW),
    ),
    "add a first statement": Act(
        lambda h: post("/listen/talk/moderate/", text="Mend the bridge"),
        lambda h, actor, who: listen.add_statement(
            by=actor, conversation=h.talk.id, text="Mend the bridge", at=NOW
        ),
    ),
    "read a statement that waits": Act(
        lambda h: get(f"/statements/{h.talk.waiting}/"),
        lambda h, actor, who: heard.statement(h.talk.waiting, asked_by=actor),
        writes=False,
        shows="Waits for a moderator",
    ),
    "begin to take part": Act(
        lambda h: (
            get("/listen/talk/take-part/")
            + post("/listen/talk/take-part/start/")
            + post("/listen/talk/take-part/next/")
        ),
        lambda h, actor, who: listen.start(conversation=h.talk.id, at=NOW, rng=RNG),
        writes=False,  # who takes part already does not begin again
    ),
    "vote": Act(
        lambda h: post("/listen/talk/take-part/answer/", exposure=h.exposure, vote="agree"),
        lambda h, actor, who: listen.answer(
            participant=_participant(h, who), exposure=h.exposure, value=1, at=NOW, rng=RNG
        ),
    ),
    "change one's own vote": Act(
        lambda h: post(f"/listen/talk/take-part/votes/{_voted(h)}/", vote="pass"),
        lambda h, actor, who: listen.change_vote(
            participant=_participant(h, who), statement=_voted(h), value=0, at=NOW
        ),
    ),
    "take back all that one said": Act(
        lambda h: both("/listen/talk/take-part/erase/", sure="on"),
        lambda h, actor, who: listen.erase_participant(participant=_participant(h, who), at=NOW),
    ),
    "take along what is kept of oneself": Act(
        lambda h: get("/listen/talk/take-part/mine.json"),
        lambda h, actor, who: heard.all_of_mine(_participant(h, who)),
        writes=False,
        shows='"answers"',
    ),
    "keep one's own receipts": Act(
        lambda h: get(
            *(
                f"/listen/talk/take-part/votes/{file}"
                for file in ("receipts.json", f"{_voted(h)}/receipt.json")
            ),
            f"/listen/talk/take-part/votes/{_voted(h)}/receipt/",
            "/listen/talk/take-part/receipt/",
        ),
        lambda h, actor, who: heard.own_receipt(_participant(h, who), _voted(h)),
        writes=False,
    ),
    "suggest a statement": Act(
        lambda h: both("/listen/talk/take-part/suggest/", text="Mend the bridge"),
        lambda h, actor, who: listen.add_statement(
            by=_participant(h, who), conversation=h.talk.id, text="Mend the bridge", at=NOW
        ),
    ),
    "see one's own votes": Act(
        lambda h: get("/listen/talk/take-part/votes/"),
        lambda h, actor, who: heard.own_votes(_participant(h, who))[0],
        writes=False,
        shows="/take-part/votes/",  # where each of one's votes can be changed
    ),
    "see another's votes": Act(
        lambda h: get(
            *(f"/listen/talk/take-part/votes/?participant={other}" for other in h.talk.participants[:2])
        ),
        lambda h, actor, who: heard.own_votes(uuid4())[0],
        writes=False,
        shows="Plant trees",  # on which the others voted and this resident did not
    ),
    "see counts of very few people": Act(
        lambda h: [],
        lambda h, actor, who: heard.full_figures(h.talk.id, asked_by=actor),
        writes=False,
    ),
}


ACTS |= {
    "issue codes to households": Act(
        lambda h: both("/listen/talk/codes/", area="North ward", n=2),
        lambda h, actor, who: listen.issue_codes(
            by=actor, conversation=h.talk.id, area="North ward", n=2, at=NOW
        ),
    ),
    "use a code from a letter": Act(
        lambda h: both("/listen/talk/take-part/code/", code=h.codes[0]),
        lambda h, actor, who: listen.start_with_code(
            conversation=h.talk.id, typed=h.codes[0], at=NOW, rng=RNG
        ),
    ),
    "use a code that was used": Act(
        lambda h: [],
        lambda h, actor, who: listen.start_with_code(
            conversation=h.talk.id, typed=h.codes[1], at=NOW, rng=RNG
        ),
    ),
    "allow replays": Act(
        lambda h: post("/listen/talk/replays/allow/", email="analyst@testing.example", **REPLAYS),
        lambda h, actor, who: listen.grant_replays(
            by=actor,
            conversation=h.talk.id,
            email="analyst@testing.example",
            until=date(2026, 3, 31),
            reason="A check",
            at=NOW,
        ),
    ),
    "have results replayed": Act(
        lambda h: post("/listen/talk/replays/", snapshot=_snapshot(h)),
        lambda h, actor, who: listen.ask_replay(by=actor, snapshot=_snapshot(h), at=NOW),
    ),
    "see who may have results replayed": Act(
        lambda h: get("/listen/talk/replays/"),
        lambda h, actor, who: heard.grants(h.talk.id, asked_by=actor),
        writes=False,
        shows="A yearly check",
    ),
}
REPLAYS = {"until": "2026-03-31", "reason": "A check"}


def _snapshot(h: House) -> UUID:
    found = heard.results(h.talk.id)
    assert found is not None
    return found.id


def _voted(h: House) -> UUID:
    return heard.own_votes(h.resident)[0].statement


# ---------------------------------------------------------------------------------------------- drafts


WORDS = {
    "text": "Lend the hall",
    "measure": "Evenings lent",
    "due": "2026-09-30",
    "tier": "district",
    "outcome": "Fewer alone",
    "resources": "funded",
}


def _clause_form(h: House) -> dict[str, Any]:
    parties = h.world.parties
    return {**WORDS, "debtor": parties["charity"], "creditors": [parties["council"]]}


def _word(h: House, actor: Actor, version: str, clause: UUID | None = None) -> UUID:
    form = _clause_form(h)
    form |= {"due": date(2026, 9, 30), "tier": Tier.DISTRICT, "resources": Resources.FUNDED}
    return agree.word_clause(by=actor, version=h.version[version], clause=clause, **form)


def _source(h: House, actor: Actor, version: str) -> None:
    agree.cite_source(
        by=actor,
        version=h.version[version],
        clause=h.clause[version],
        kind=GroundKind.NEED,
        text="People wait",
        source="Count of May",
    )


def _cite(h: House, actor: Actor) -> None:
    agree.cite_statement(
        by=actor,
        version=h.version["drafted"],
        clause=h.clause["drafted"],
        kind=GroundKind.COMMON_GROUND,
        statement=h.talk.statements[0],
    )


ACTS |= {
    "start a covenant": Act(
        lambda h: both(
            "/covenants/new/testing/",
            title="Another",
            slug="another",
            purpose="To do more.",
            parties=[h.world.parties["council"], h.world.parties["charity"]],
        ),
        lambda h, actor, who: agree.start_covenant(
            by=actor,
            place=h.world.place,
            title="Another",
            slug="another",
            purpose="To do more.",
            parties=[h.world.parties["council"], h.world.parties["charity"]],
            at=NOW,
        ),
    ),
    "see a draft": Act(
        lambda h: get("/covenants/drafted/draft/", "/covenants/drafted/"),
        lambda h, actor, who: agreed.covenant("drafted", asked_by=actor, today=NOW.date()),
        writes=False,
    ),
    "word what it is for": Act(
        lambda h: post("/covenants/drafted/draft/frame/", purpose="To do more", funding="Three years"),
        lambda h, actor, who: agree.word_frame(
            by=actor, version=h.version["drafted"], purpose="To do more", sections={}
        ),
    ),
    "say between whom it is": Act(
        lambda h: post(
            "/covenants/drafted/draft/parties/",
            parties=[h.world.parties[name] for name in ("council", "charity", "business")],
        ),
        lambda h, actor, who: agree.set_parties(
            by=actor,
            version=h.version["drafted"],
            parties=[h.world.parties[name] for name in ("council", "business")],
        ),
    ),
    "word a commitment": Act(
        lambda h: post("/covenants/drafted/draft/commitment/", **_clause_form(h)),
        lambda h, actor, who: _word(h, actor, "drafted"),
    ),
    "word a commitment anew": Act(
        lambda h: post(f"/covenants/drafted/draft/{h.clause['drafted']}/", **_clause_form(h)),
        lambda h, actor, who: _word(h, actor, "drafted", h.clause["drafted"]),
    ),
    "take a commitment out": Act(
        lambda h: post(f"/covenants/drafted/draft/{h.clause['drafted']}/drop/"),
        lambda h, actor, who: agree.drop_clause(
            by=actor, version=h.version["drafted"], clause=h.clause["drafted"]
        ),
    ),
    "cite a statement": Act(
        lambda h: both(
            f"/covenants/cite/{h.talk.statements[0]}/",
            kind="common ground",
            clause=f"drafted/{h.clause['drafted']}",
        ),
        lambda h, actor, who: _cite(h, actor),
    ),
    "cite a source": Act(
        lambda h: post(
            f"/covenants/drafted/draft/{h.clause['drafted']}/source/",
            kind="need",
            text="People wait",
            source="Count of May",
        ),
        lambda h, actor, who: _source(h, actor, "drafted"),
    ),
    "show it for signing": Act(
        lambda h: post("/covenants/drafted/draft/propose/"),
        lambda h, actor, who: agree.propose(by=actor, version=h.version["drafted"], at=NOW),
    ),
    "withdraw a draft": Act(
        lambda h: post("/covenants/drafted/versions/1/withdraw/"),
        lambda h, actor, who: agree.withdraw(by=actor, version=h.version["drafted"], at=NOW),
    ),
}


# ---------------------------------------------------------------------- versions, and what is in force


def _signing(party: str) -> Act:
    return Act(
        lambda h: post("/covenants/shown/versions/1/sign/", party=h.world.parties[party], hash=h.hash),
        lambda h, actor, who: agree.sign(
            by=actor, version=h.version["shown"], party=h.world.parties[party], hash=h.hash, at=NOW
        ),
    )


def _refusing(party: str) -> Act:
    return Act(
        lambda h: post(
            "/covenants/shown/versions/1/refuse/", party=h.world.parties[party], reason="Too dear"
        ),
        lambda h, actor, who: agree.refuse(
            by=actor, version=h.version["shown"], party=h.world.parties[party], reason="Too dear", at=NOW
        ),
    )


def _reporting(debtor: str) -> Act:
    return Act(
        lambda h: both(f"/commitments/{h.commitment[debtor]}/report/", progress="done", text="It is open."),
        lambda h, actor, who: keep.report(
            by=actor, commitment=h.commitment[debtor], progress=Progress.DONE, text="It is open.", at=NOW
        ),
    )


NOTICE = {"leaves": "2026-09-01", "reason": "We close in autumn"}
MERGER = {"basis": "A merger", "source": "Resolution of May", "takes_effect": "2026-09-01"}


def _draft_change(h: House, actor: Actor, party: UUID | None = None) -> object:
    return agree.draft_change(
        by=actor, covenant=h.version["agreed covenant"], why="More is needed", party=party, at=NOW
    )


def _change_what_is_in_force(h: House, actor: Actor) -> None:
    """Every way to change words, one after the other: each is refused."""
    version, clause = h.version["agreed"], h.clause["agreed"]
    tries: list[Callable[[], object]] = [
        lambda: _word(h, actor, "agreed"),
        lambda: _word(h, actor, "agreed", clause),
        lambda: agree.drop_clause(by=actor, version=version, clause=clause),
        lambda: _source(h, actor, "agreed"),
        lambda: agree.propose(by=actor, version=version, at=NOW),
        lambda: agree.withdraw(by=actor, version=version, at=NOW),
    ]
    for attempt in tries:
        with pytest.raises((NotAllowed, NotPossible)), transaction.atomic():
            attempt()
    raise NotFound


ACTS |= {
    "withdraw it": Act(
        lambda h: post("/covenants/shown/versions/1/withdraw/"),
        lambda h, actor, who: agree.withdraw(by=actor, version=h.version["shown"], at=NOW),
    ),
    "sign for the council": _signing("council"),
    "sign for the charity": _signing("charity"),
    "sign for a body that is no party": _signing("business"),
    "sign for residents": _signing("residents"),
    "refuse for the council": _refusing("council"),
    "refuse for the charity": _refusing("charity"),
    "draft a change as convenor": Act(
        lambda h: post("/covenants/agreed/change/", why="More is needed", author="convenor"),
        lambda h, actor, who: _draft_change(h, actor),
    ),
    "draft a change for the council": Act(
        lambda h: post("/covenants/agreed/change/", why="More is needed", author=h.world.parties["council"]),
        lambda h, actor, who: _draft_change(h, actor, party=h.world.parties["council"]),
    ),
    "answer a version with other words": Act(
        lambda h: post(
            "/covenants/shown/change/?counters=1", why="Otherwise", author=h.world.parties["charity"]
        ),
        lambda h, actor, who: agree.draft_change(
            by=actor,
            covenant=h.covenant["shown"],
            why="Otherwise",
            party=h.world.parties["charity"],
            counters=h.version["shown"],
            at=NOW,
        ),
    ),
    "leave for the council": Act(
        lambda h: post("/covenants/agreed/leave/", party=h.world.parties["council"], **NOTICE),
        lambda h, actor, who: agree.depart(
            by=actor,
            covenant=h.version["agreed covenant"],
            party=h.world.parties["council"],
            reason=NOTICE["reason"],
            leaves=date(2026, 9, 1),
            at=NOW,
        ),
    ),
    "take the charity's notice back": Act(
        lambda h: post(f"/covenants/left/leave/{h.departure}/stay/"),
        lambda h, actor, who: agree.stay(by=actor, departure=h.departure, at=NOW),
    ),
    "say that a promise stands": Act(
        lambda h: post(f"/covenants/left/leave/{h.departure}/reaffirm/", commitment=h.lapses),
        lambda h, actor, who: agree.reaffirm(by=actor, departure=h.departure, commitment=h.lapses, at=NOW),
    ),
    "name a successor of the charity": Act(
        lambda h: post(
            "/covenants/agreed/successor/",
            old=h.world.parties["charity"],
            new=h.world.parties["business"],
            **MERGER,
        ),
        lambda h, actor, who: agree.name_successor(
            by=actor,
            covenant=h.version["agreed covenant"],
            old=h.world.parties["charity"],
            new=h.world.parties["business"],
            basis=MERGER["basis"],
            source=MERGER["source"],
            takes_effect=date(2026, 9, 1),
            at=NOW,
        ),
    ),
    "accept for the traders": Act(
        lambda h: post(f"/covenants/left/successor/{h.succession}/accept/"),
        lambda h, actor, who: agree.accept_succession(by=actor, succession=h.succession, at=NOW),
    ),
    "change words that are in force": Act(
        lambda h: (
            post(f"/covenants/agreed/draft/{h.clause['agreed']}/drop/")
            + post("/covenants/agreed/draft/propose/")
        ),
        lambda h, actor, who: _change_what_is_in_force(h, actor),
    ),
    "report what the council owes": _reporting("council"),
    "report what the charity owes": _reporting("charity"),
}


# -------------------------------------------------------------------------- how a version is answered


ITSELF = {"reply": "sign", "capacity": "itself"}
PAPER = {"signed_on": "2026-03-02", "kept_at": "The office", **ITSELF}
FOR_ITSELF = CapacitySaid(Capacity.ITSELF)


def _speaks(h: House, party: str) -> UUID:
    return answering.mandate(h.world, party)


def _record_paper(h: House, actor: Actor) -> UUID:
    return agree.record_paper(
        by=actor,
        version=h.version["shown"],
        mandate=_speaks(h, "charity"),
        reply=Reply.SIGN,
        said=FOR_ITSELF,
        signed_on=NOW.date(),
        kept_at="The office",
        at=NOW,
    )


ACTS |= {
    "ask the charity by a link": Act(
        lambda h: both("/covenants/shown/versions/1/ask/", mandate=_speaks(h, "charity")),
        lambda h, actor, who: agree.ask_to_sign(
            by=actor, version=h.version["shown"], mandate=_speaks(h, "charity"), at=NOW
        ),
    ),
    "record the charity's paper": Act(
        lambda h: both("/covenants/shown/versions/1/paper/", mandate=_speaks(h, "charity"), **PAPER),
        lambda h, actor, who: _record_paper(h, actor),
    ),
    "countersign it for the council": Act(
        lambda h: post(
            f"/covenants/asked/papers/{h.waiting.paper}/", as_party=h.world.parties["council"], accept="yes"
        ),
        lambda h, actor, who: agree.countersign(
            by=actor, paper=h.waiting.paper, as_party=h.world.parties["council"], at=NOW
        ),
    ),
    "sign for the charity's members": Act(
        lambda h: both(
            f"/covenants/shown/versions/1/sign-as/{h.world.parties['charity']}/",
            hash=h.hash,
            capacity="members",
            asked=12,
            answered=9,
            how="At the meeting",
        ),
        lambda h, actor, who: agree.sign_as(
            by=actor,
            version=h.version["shown"],
            party=h.world.parties["charity"],
            hash=h.hash,
            said=CapacitySaid(Capacity.MEMBERS, 12, 9, "At the meeting"),
            at=NOW,
        ),
    ),
    "say when its trustees meet": Act(
        lambda h: both(f"/covenants/shown/versions/1/wait/{h.world.parties['charity']}/", meets="2026-03-30"),
        lambda h, actor, who: agree.wait_for_trustees(
            by=actor,
            version=h.version["shown"],
            party=h.world.parties["charity"],
            meets=date(2026, 3, 30),
            at=NOW,
        ),
    ),
    "record where a body is told": Act(
        lambda h: both(
            "/covenants/asked/contacts/",
            party=h.world.parties["charity"],
            address="office@friends.example",
            found="The register",
        ),
        lambda h, actor, who: agree.record_contact(
            by=actor,
            covenant=agreed.covenant_of(h.waiting.version),
            party=h.world.parties["charity"],
            address="office@friends.example",
            found="The register",
            at=NOW,
        ),
    ),
    "answer by a link that was sent": Act(
        lambda h: both(f"/covenants/by-link/{h.waiting.link}/", hash=h.waiting.hash, **ITSELF),
        lambda h, actor, who: agree.answer_link(
            token=h.waiting.link, reply=Reply.SIGN, hash=h.waiting.hash, said=FOR_ITSELF, at=NOW
        ),
    ),
    "disown by a link that was sent": Act(
        lambda h: both(f"/covenants/told/{h.waiting.told}/", reason="They left us"),
        lambda h, actor, who: agree.disown(token=h.waiting.told, reason="They left us", at=NOW),
    ),
}


# ------------------------------------------------------------------------------------ innovation areas


def _freedom_form(h: House, number: int) -> dict[str, Any]:
    """What a browser sends for the words of `areas.words`."""
    said = asdict(areas.words(h.world, source=f"Order {number}", waived=f"Rule {number}"))
    del said["baseline"]
    return said


def _on(path: str, who: str, **words: Any) -> Callable[[House], list[Request]]:
    return lambda h: post(f"/innovation/{path}/", party=h.world.parties[who], **words)


def _area_form(h: House) -> dict[str, Any]:
    return {**asdict(areas.area_words(h.world)), "grounds": []}


def _consenting(who: str) -> Act:
    return Act(
        lambda h: post(
            "/innovation/tried/2/consent/", party=h.world.parties[who], hash=h.freedom["shown hash"]
        ),
        lambda h, actor, _who: innovate.consent(
            by=actor,
            freedom=h.freedom["shown"],
            party=h.world.parties[who],
            hash=str(h.freedom["shown hash"]),
            at=NOW,
        ),
    )


def _stopping(act: Callable[..., None], path: str, freedom: str, who: str) -> Act:
    return Act(
        _on(path, who, reason="Harm"),
        lambda h, actor, _who: act(
            by=actor, freedom=h.freedom[freedom], party=h.world.parties[who], reason="Harm", at=NOW
        ),
    )


def _measuring(who: str) -> Act:
    figure = {"value": "3", "dated": "2026-03-01", "source": "Register"}
    return Act(
        _on("tried/1/measure", who, **figure),
        lambda h, actor, _who: innovate.measure(
            by=actor,
            freedom=h.freedom["granted"],
            party=h.world.parties[who],
            dated=date(2026, 3, 1),
            value=Decimal(3),
            n=None,
            source="Register",
            at=NOW,
        ),
    )


EVALUATED = {"figures": "None was reported", "learnt": "To count from the start"}

ACTS |= {
    "begin an innovation area": Act(
        lambda h: both("/innovation/new/testing/", slug="next", **_area_form(h)),
        lambda h, actor, who: innovate.begin_area(
            by=actor, place=h.world.place, slug="next", words=areas.area_words(h.world), at=NOW
        ),
    ),
    "see an area that was drafted": Act(
        lambda h: get("/innovation/drafted/", "/innovation/drafted/1/", "/innovation/drafted/data.json"),
        lambda h, actor, who: tried.area("drafted", asked_by=actor, today=NOW.date()),
        writes=False,
    ),
    "word an area anew": Act(
        lambda h: both("/innovation/drafted/words/", **_area_form(h)),
        lambda h, actor, who: innovate.word_area(
            by=actor, area=h.freedom["drafted area"], words=areas.area_words(h.world), at=NOW
        ),
    ),
    "draft a freedom": Act(
        lambda h: both("/innovation/drafted/draft/", **_freedom_form(h, 8)),
        lambda h, actor, who: areas.drafted_by(actor, h.world, h.freedom["drafted area"]),
    ),
    "word a freedom anew": Act(
        lambda h: both("/innovation/drafted/1/words/", **_freedom_form(h, 8)),
        lambda h, actor, who: innovate.word_freedom(
            by=actor, freedom=h.freedom["drafted"], words=areas.words(h.world), at=NOW
        ),
    ),
    "propose a freedom": Act(
        lambda h: post("/innovation/drafted/1/propose/"),
        lambda h, actor, who: innovate.propose(by=actor, freedom=h.freedom["drafted"], at=NOW),
    ),
    "withdraw a freedom that was drafted": Act(
        lambda h: post("/innovation/drafted/1/withdraw/"),
        lambda h, actor, who: innovate.withdraw(by=actor, freedom=h.freedom["drafted"], at=NOW),
    ),
    "withdraw a proposal": Act(
        lambda h: post("/innovation/tried/2/withdraw/"),
        lambda h, actor, who: innovate.withdraw(by=actor, freedom=h.freedom["shown"], at=NOW),
    ),
    "waive the council's rule": _consenting("council"),
    "consent to use the freedom": _consenting("charity"),
    "waive the rule of another body": _consenting("business"),
    "refuse it for the council": _stopping(innovate.refuse, "tried/2/refuse", "shown", "council"),
    "refuse it for the charity": _stopping(innovate.refuse, "tried/2/refuse", "shown", "charity"),
    "end it early for the council": _stopping(innovate.end_early, "tried/1/end", "granted", "council"),
    "end it early for the charity": _stopping(innovate.end_early, "tried/1/end", "granted", "charity"),
    "report a figure for the charity": _measuring("charity"),
    "report a figure for the evaluator": _measuring("business"),
    "evaluate it": Act(
        lambda h: both("/innovation/tried/1/evaluate/", verdict="it cannot be told", **EVALUATED),
        lambda h, actor, who: innovate.evaluate(
            by=actor, freedom=h.freedom["granted"], verdict=Verdict.CANNOT_TELL, at=NOW, **EVALUATED
        ),
    ),
    "reply to its evaluation": Act(
        _on("tried/3/reply", "charity", text="We see it otherwise."),
        lambda h, actor, who: innovate.reply(
            by=actor,
            freedom=h.freedom["evaluated"],
            party=h.world.parties["charity"],
            text="We see it otherwise.",
            at=NOW,
        ),
    ),
    "renew it": Act(
        lambda h: both("/innovation/tried/3/renew/", **_freedom_form(h, 3)),
        lambda h, actor, who: areas.drafted_by(
            actor, h.world, h.freedom["tried area"], renews=h.freedom["evaluated"]
        ),
    ),
}


def _freedoms(world: World) -> dict[str, Any]:
    """A draft in an area of its own; and in another a freedom granted, one proposed and one evaluated."""
    drafted_area, tried_area = areas.begin(world, "drafted"), areas.begin(world, "tried")
    soon = {"sunset": date(2026, 5, 15), "evaluation_due": date(2026, 5, 31)}  # so that it can be evaluated
    granted = areas.granted(world, tried_area, **soon)
    shown = areas.drafted(world, tried_area, source="Order 2", waived="Rule 2")
    hash = areas.propose(world, shown)
    evaluated = areas.granted(world, tried_area, source="Order 3", waived="Rule 3", **soon)
    areas.evaluate(world, evaluated, at=NOW, verdict=Verdict.CANNOT_TELL)
    return {
        "drafted area": drafted_area,
        "tried area": tried_area,
        "drafted": areas.drafted(world, drafted_area, source="Order 4", waived="Rule 4"),
        "granted": granted,
        "shown": shown,
        "shown hash": hash,
        "evaluated": evaluated,
    }


# ------------------------------------------------------------------------------------------- decisions

NEED = {"kind": "need", "need": "People wait", "source": "Count of May"}
STANDS = Source("People wait", "Count of May")
OPTION = {"title": "Open it", "what": "Open the hall", "cost": "not known", "cost_source": "No quote yet"}


def _writing(voice: Voice, party: str = "", heard: bool = False) -> Act:
    return Act(
        lambda h: post(
            "/places/testing/ideas/new/",
            author=h.world.parties[party] if party else voice.value,
            title="Wait less",
            text="Open earlier",
            **({"kind": "need", "statements": h.talk.statements[0]} if heard else NEED),
        ),
        lambda h, actor, who: weigh.write_idea(
            by=actor,
            place=h.world.place,
            voice=voice,
            party=h.world.parties[party] if party else None,
            title="Wait less",
            text="Open earlier",
            kind=Stands.NEED,
            statements=[h.talk.statements[0]] if heard else [],
            source=None if heard else STANDS,
            at=NOW,
        ),
    )


def _on_open(path: str, **words: Any) -> Callable[[House], list[Request]]:
    return lambda h: both(f"/appraisals/{h.weighed['open']}/{path}", **words)


def _appraisal_form(h: House) -> dict[str, Any]:
    said = asdict(decisions.words(h.world))
    return {**said, "baseline": ""}


def _first(h: House) -> UUID:
    return weighed.appraisal(h.weighed["open"]).considerations[0].id


def _heard(h: House) -> int:
    return next(each.number for each in weighed.appraisal(h.weighed["open"]).considerations if each.is_heard)


def _answering(h: House, actor: Actor) -> int:
    found = weighed.appraisal(h.weighed["open"])
    said = {each.id: Said(Followed.NO, "Too dear") for each in found.considerations if each.is_heard}
    return weigh.answer(by=actor, appraisal=h.weighed["open"], answers=said, at=NOW)


def _begin_to_write(h: House, actor: Actor) -> None:
    here = place_reads.place("testing")
    if not weigh_rules.voices(actor, here.id, weighed.bodies_of(actor, here), NOW.date()):
        raise NotAllowed


ACTS |= {
    "begin to write an idea": Act(
        lambda h: get("/places/testing/ideas/new/"),
        lambda h, actor, who: _begin_to_write(h, actor),
        writes=False,
    ),
    "write an idea in a role": _writing(Voice.ROLE),
    "write an idea on what was heard": _writing(Voice.HEARD, heard=True),
    "write an idea for the charity": _writing(Voice.PARTY, "charity"),
    "let an idea stand on more": Act(
        lambda h: both(f"/ideas/{h.weighed['idea']}/ground/", **NEED),
        lambda h, actor, who: weigh.cite_source(
            by=actor, idea=h.weighed["idea"], kind=Stands.NEED, said=STANDS, at=NOW
        ),
    ),
    "withdraw an idea": Act(
        lambda h: post(f"/ideas/{h.weighed['idea']}/withdraw/"),
        lambda h, actor, who: weigh.withdraw_idea(by=actor, idea=h.weighed["idea"], at=NOW),
    ),
    "begin a decision": Act(
        lambda h: both("/places/testing/appraisals/new/", **_appraisal_form(h)),
        lambda h, actor, who: decisions.begin(h.world, by=actor),
    ),
    "word a decision anew": Act(
        lambda h: both(f"/appraisals/{h.weighed['open']}/words/", **_appraisal_form(h)),
        lambda h, actor, who: weigh.word_appraisal(
            by=actor, appraisal=h.weighed["open"], words=decisions.words(h.world), at=NOW
        ),
    ),
    "add an option": Act(
        _on_open("options/new/", **OPTION),
        lambda h, actor, who: weigh.word_option(
            by=actor, appraisal=h.weighed["open"], words=decisions.option_words(), at=NOW
        ),
    ),
    "word an option anew": Act(
        lambda h: both(f"/appraisals/{h.weighed['open']}/options/{h.weighed['option']}/", **OPTION),
        lambda h, actor, who: weigh.word_option(
            by=actor,
            appraisal=h.weighed["open"],
            option=h.weighed["option"],
            words=decisions.option_words(),
            at=NOW,
        ),
    ),
    "discard an option for the council": Act(
        lambda h: post(
            f"/appraisals/{h.weighed['open']}/options/{h.weighed['option']}/discard/",
            party=h.world.parties["council"],
            reason="Unlawful",
        ),
        lambda h, actor, who: weigh.discard_option(
            by=actor,
            appraisal=h.weighed["open"],
            option=h.weighed["option"],
            party=h.world.parties["council"],
            reason="Unlawful",
            at=NOW,
        ),
    ),
    "add something to weigh": Act(
        _on_open("consider/", kind="evidence", text="People wait", source="Count of May"),
        lambda h, actor, who: weigh.add_consideration(
            by=actor, appraisal=h.weighed["open"], kind=ConsiderationKind.EVIDENCE, said=STANDS, at=NOW
        ),
    ),
    "weigh for the council": Act(
        lambda h: both(
            f"/appraisals/{h.weighed['open']}/weigh/{h.world.parties['council']}/",
            **{"choice-1": "some", "reason-1": "It is little"},
        ),
        lambda h, actor, who: weigh.weigh(
            by=actor,
            appraisal=h.weighed["open"],
            party=h.world.parties["council"],
            weights={_first(h): (Weight.SOME, "It is little")},
            at=NOW,
        ),
    ),
    "weigh as the convenor": Act(
        _on_open("weigh/", **{"choice-1": "some", "reason-1": "It is little"}),
        lambda h, actor, who: weigh.weigh(
            by=actor, appraisal=h.weighed["open"], weights={_first(h): (Weight.SOME, "It is little")}, at=NOW
        ),
    ),
    "answer what was heard": Act(
        lambda h: both(
            f"/appraisals/{h.weighed['open']}/answers/",
            **{f"choice-{_heard(h)}": "not followed", f"reason-{_heard(h)}": "Too dear"},
        ),
        lambda h, actor, who: _answering(h, actor),
    ),
    "declare an interest of the charity": Act(
        lambda h: post(
            f"/appraisals/{h.weighed['open']}/interest/", party=h.world.parties["charity"], text="None at all"
        ),
        lambda h, actor, who: weigh.declare_interest(
            by=actor,
            appraisal=h.weighed["open"],
            party=h.world.parties["charity"],
            text="None at all",
            at=NOW,
        ),
    ),
    "withdraw a decision": Act(
        _on_open("withdraw/", reason="The hall was sold"),
        lambda h, actor, who: weigh.withdraw(
            by=actor, appraisal=h.weighed["open"], reason="The hall was sold", at=NOW
        ),
    ),
    "put a judgement for signing": Act(
        lambda h: both(
            f"/appraisals/{h.weighed['open']}/put/", option=h.weighed["option"], reason="It costs little"
        ),
        lambda h, actor, who: weigh.put(
            by=actor, appraisal=h.weighed["open"], option=h.weighed["option"], reason="Cheap", at=NOW
        ),
    ),
    "take a judgement back": Act(
        lambda h: post(f"/appraisals/{h.weighed['put']}/take-back/"),
        lambda h, actor, who: weigh.take_back(by=actor, appraisal=h.weighed["put"], at=NOW),
    ),
    "sign a judgement for the council": Act(
        lambda h: post(
            f"/appraisals/{h.weighed['put']}/sign/", party=h.world.parties["council"], hash=h.weighed["hash"]
        ),
        lambda h, actor, who: weigh.sign(
            by=actor,
            appraisal=h.weighed["put"],
            party=h.world.parties["council"],
            hash=h.weighed["hash"],
            at=NOW,
        ),
    ),
    "dissent for the charity": Act(
        lambda h: post(
            f"/appraisals/{h.weighed['put']}/dissent/", party=h.world.parties["charity"], reason="Too dear"
        ),
        lambda h, actor, who: weigh.dissent(
            by=actor, appraisal=h.weighed["put"], party=h.world.parties["charity"], reason="Too dear", at=NOW
        ),
    ),
}


def _decisions(world: World, talk: Talk) -> dict[str, Any]:
    """An idea of the charity; and decisions that are open and lack nothing, put for signing, and judged."""
    open, option = decisions.ready(world, talk)
    put, chosen = decisions.ready(world)
    return {
        "idea": decisions.need(world),
        "open": open,
        "option": option,
        "put": put,
        "hash": decisions.put(world, put, chosen),
        "judged": decisions.judge(world).id,
    }


# ---------------------------------------------------------------------- working relationship agreements


RELATION = {"title": "Beside", "purpose": "As one", "client_group": "Care leavers"}
SKETCHED, ASKED, CALM, BUSY = (
    f"/working-agreements/{slug}" for slug in ("sketched", "asked", "calm", "busy")
)
NAMED = {"name": "Noor", "email": "noor@named.example", "role": "frontline", "party": ""}
BEHAVIOUR = {"principle": "We listen", "text": "We ask", "good": "Asked", "bad": "Told"}
SOON = date(2026, 3, 20)


def _draft_form(h: House) -> dict[str, Any]:
    return {
        **RELATION,
        "legal_status": "moral",
        "rule": "unanimous",
        "quorum": 1,
        "notice_days": 30,
        "continuity": "The charity",
    }


def _wording(h: House) -> list[Request]:
    """Every page on which a draft is worded, and one form sent on each."""
    promise = {"by": h.relation["lea"], "to": "clients", "what": "Call", "by_when": "2026-06-30"}
    return [
        *both(f"{SKETCHED}/draft/words/", **_draft_form(h)),
        *both(f"{SKETCHED}/draft/behaviours/", **BEHAVIOUR),
        *both(f"{SKETCHED}/draft/behaviours/tell-early/", **BEHAVIOUR),
        *both(f"{SKETCHED}/draft/promises/", **promise, evidence="The log"),
        *both(f"{SKETCHED}/draft/promises/pay/", **promise, evidence="The log"),
    ]


def _as(path: str, seat: str, act: Callable[..., object], done: dict[str, Any], **words: Any) -> Act:
    """Something done as a member of an agreement: its page sends `words`, the call says what is `done`."""
    slug = seat.split()[0]
    return Act(
        lambda h: post(f"/working-agreements/{slug}/{path}", member=h.relation[seat], **words),
        lambda h, actor, who: act(
            by=actor, agreement=h.relation[slug], member=h.relation[seat], at=NOW, **done
        ),
    )


def _changing(path: str, seat: str, which: str, act: Callable[..., object], **words: Any) -> Act:
    """The same, on somebody who leaves or comes."""

    def said(h: House) -> dict[str, Any]:
        return words or {"hash": h.relation[f"{which} hash"]}

    return Act(
        lambda h: post(
            f"{BUSY}/changes/{h.relation[which]}/{path}/", member=h.relation[seat], **said(h)
        ),
        lambda h, actor, who: act(
            by=actor, agreement=h.relation["busy"], change=h.relation[which], member=h.relation[seat],
            at=NOW, **said(h),
        ),
    )  # fmt: skip


def _relation(path: str, slug: str, act: Callable[..., object], done: Any = None, **words: Any) -> Act:
    """Something done to an agreement by whoever may work on it."""
    at, sends = f"/working-agreements/{slug}/{path}/", both if words else post
    return Act(
        lambda h: sends(at, **words),
        lambda h, actor, who: act(by=actor, agreement=h.relation[slug], at=NOW, **(done or words)),
    )


NEWCOMER = {**NAMED, "role": PersonRole.FRONTLINE, "party": None}

ACTS |= {
    "begin a working relationship": Act(
        lambda h: both(
            "/places/testing/working-agreements/begin/", **RELATION, slug="beside", template="worked",
            bodies=[h.world.parties["council"], h.world.parties["charity"]],
        ),
        lambda h, actor, who: relate.begin(
            by=actor, place=h.world.place, slug="beside", template="worked", bodies=[], at=NOW, **RELATION
        ),
    ),
    "see one that was drafted": Act(
        lambda h: get(f"{SKETCHED}/"),
        lambda h, actor, who: relations_read.agreement("sketched", asked_by=actor, today=NOW.date()),
        writes=False,
        shows="Alongside young people",
    ),
    "word one": Act(
        _wording,
        lambda h, actor, who: relate.word(
            by=actor, agreement=h.relation["sketched"], change=lambda words: words, at=NOW
        ),
    ),
    "say between which bodies it is": Act(
        lambda h: both(
            f"{SKETCHED}/draft/bodies/",
            bodies=[h.world.parties["council"], h.world.parties["charity"], h.world.parties["business"]],
        ),
        lambda h, actor, who: relate.set_bodies(
            by=actor, agreement=h.relation["sketched"],
            bodies=[h.world.parties[each] for each in ("council", "charity", "business")], at=NOW,
        ),
    ),
    "name a person in one": _relation("draft/people", "sketched", relate.name_person, NEWCOMER, **NAMED),
    "take a person out of one": Act(
        lambda h: post(f"{SKETCHED}/draft/people/{h.relation['lea']}/drop/"),
        lambda h, actor, who: relate.drop_person(
            by=actor, agreement=h.relation["sketched"], member=h.relation["lea"], at=NOW
        ),
    ),
    "take a behaviour out of one": Act(
        lambda h: post(f"{SKETCHED}/draft/drop/tell-early/"),
        lambda h, actor, who: relate.word(
            by=actor, agreement=h.relation["sketched"], change=lambda words: words, at=NOW
        ),
    ),
    "show one for consent": _relation("draft/propose", "sketched", relate.propose),
    "withdraw one that was drafted": _relation("draft/withdraw", "sketched", relate.withdraw),
    "withdraw what waits for consent": _relation("draft/withdraw", "asked", relate.withdraw),
    "consent to it as the council": Act(
        lambda h: post(f"{ASKED}/consent/", member=h.relation["asked council"], hash=h.relation["hash"]),
        lambda h, actor, who: relate.consent(
            by=actor, agreement=h.relation["asked"], member=h.relation["asked council"],
            hash=h.relation["hash"], at=NOW,
        ),
    ),
    "refuse it as the charity": _as("refuse/", "asked charity", relate.refuse, {"reason": "No"}, reason="No"),
    "propose to change it": _relation("change", "calm", relate.propose_change, why="Learnt"),
    "accept a departure as the council": _changing("accept", "busy council", "departure", relate.accept),
    "refuse a newcomer as the charity": _changing(
        "refuse", "busy charity", "arrival", relate.refuse_arrival, reason="No"
    ),
    "leave it as the council": Act(
        lambda h: post(
            f"{CALM}/leave/", member=h.relation["calm council"], last_day="2026-07-01", reason="Cuts",
            carer=h.relation["calm charity"],
        ),
        lambda h, actor, who: relate.leave(
            by=actor, agreement=h.relation["calm"], member=h.relation["calm council"], reason="Cuts",
            last_day=date(2026, 7, 1), carer=h.relation["calm charity"], at=NOW,
        ),
    ),
    "name somebody who would come": _relation(
        "replace", "calm", relate.name_replacement, {**NEWCOMER, "replaces": None}, **NAMED, replaces=""
    ),
    "put a matter to the forum": _as(
        "forum/", "calm council", relate.propose_decision,
        {"matter": relations.MATTER, "text": "So", "closes": SOON},
        matter=relations.MATTER, text="So", closes="2026-03-20",
    ),
    "vote in the forum as the charity": _as(
        "forum/1/vote/", "busy charity", relate.vote, {"number": 1, "yes": True}, yes="yes"
    ),
    "ask what to learn as the council": _as(
        "learning/", "calm council", relate.ask, {"question": "Who comes?"}, question="Who comes?"
    ),
    "say what was seen as the charity": _as(
        "learning/1/", "busy charity", relate.answer,
        {"number": 1, "kind": EntryKind.OBSERVATION, "text": "Few"}, kind="observation", text="Few",
    ),
    "open a round of pulses": _relation(
        "pulse/open", "calm", relate.open_round, {"closes": SOON}, closes="2026-03-20"
    ),
    "answer a pulse": Act(
        lambda h: post(f"{BUSY}/pulse/", **dict.fromkeys(h.relation["keys"], 4)),
        lambda h, actor, who: relate.rate(
            by=actor, agreement=h.relation["busy"], ratings=dict.fromkeys(h.relation["keys"], 4), at=NOW
        ),
    ),
    "working relationship agreements": Act(
        lambda h: get(
            "/places/testing/working-agreements/",
            *(f"{BUSY}/{page}" for page in ("", "data.json", "versions/1/", "forum/", "learning/", "pulse/")),
            *(f"{CALM}/{page}" for page in ("forum/", "learning/")),
        ),
        lambda h, actor, who: relations_read.agreement("busy", asked_by=actor, today=NOW.date()),
        writes=False,
    ),
}  # fmt: skip


# -------------------------------------------------------------------------------------------- scrutiny


SCRUTINY = "/covenants/agreed/scrutiny"
PERSON = {
    "email": "next@testing.example",
    "name": "Next",
    "statement": "I belong to nobody.",
    "interests": "None.",
    "contact": "",
}
NEXT_TERM = (date(2027, 3, 2), date(2027, 12, 31))


def _scrutineer_consent(what: str, party: str) -> Act:
    path = f"{SCRUTINY}/proposals"
    return Act(
        lambda h: post(
            f"{path}/{h.desk[what]}/consent/",
            party=h.world.parties[party],
            hash=personas.proposal_hash(h.desk[what]),
        ),
        lambda h, actor, who: scrutinise.consent(
            by=actor,
            proposal=h.desk[what],
            party=h.world.parties[party],
            hash=personas.proposal_hash(h.desk[what]),
            at=NOW,
        ),
    )


def _finding_reply(to: str) -> Act:
    return Act(
        lambda h: both(
            f"{SCRUTINY}/findings/{h.desk[to]}/reply/",
            party=h.world.parties["council"],
            answer="explain",
            text="The hall is shut.",
        ),
        lambda h, actor, who: scrutinise.reply(
            by=actor,
            finding=h.desk[to],
            party=h.world.parties["council"],
            answer=Answer.EXPLAIN,
            text="The hall is shut.",
            at=NOW,
        ),
    )


def _change_a_finding(h: House, actor: Actor) -> None:
    """Every act that there is on a finding that was signed, by whoever: none of them touches its words."""
    signed, draft = h.desk["finding"], h.desk["draft"]
    tries: list[Callable[[], object]] = [
        lambda: scrutinise.sign_finding(by=actor, finding=signed, hash="0" * 64, at=NOW),
        lambda: scrutinise.sign_finding(by=actor, finding=draft, hash="0" * 64, at=NOW),
        lambda: scrutinise.drop_finding(by=actor, finding=signed, reason="No", at=NOW),
    ]
    for attempt in tries:
        with pytest.raises((NotAllowed, NotPossible)), transaction.atomic():
            attempt()
    raise NotPossible


def _draft_finding(h: House, actor: Actor) -> UUID:
    council = [h.world.parties["council"]]
    return scrutinise.show_finding(by=actor, question=h.desk["taken"], text="Shut.", parties=council, at=NOW)


ACTS |= {
    "propose a scrutineer": Act(
        lambda h: both(f"{SCRUTINY}/appoint/", starts=NEXT_TERM[0], ends=NEXT_TERM[1], **PERSON),
        lambda h, actor, who: scrutinise.propose_scrutineer(
            by=actor,
            covenant=h.version["agreed covenant"],
            starts=NEXT_TERM[0],
            ends=NEXT_TERM[1],
            at=NOW,
            **PERSON,
        ),
    ),
    "consent to one for the council": _scrutineer_consent("proposal", "council"),
    "consent to one for the charity": _scrutineer_consent("proposal", "charity"),
    "consent to a removal for the council": _scrutineer_consent("removal", "council"),
    "consent to it for no party": _scrutineer_consent("removal", "business"),
    "refuse one for the council": Act(
        lambda h: post(
            f"{SCRUTINY}/proposals/{h.desk['proposal']}/refuse/",
            party=h.world.parties["council"],
            reason="Too near",
        ),
        lambda h, actor, who: scrutinise.refuse_proposal(
            by=actor,
            proposal=h.desk["proposal"],
            party=h.world.parties["council"],
            reason="Too near",
            at=NOW,
        ),
    ),
    "withdraw what the convenor proposed": Act(
        lambda h: post(f"{SCRUTINY}/proposals/{h.desk['proposal']}/withdraw/"),
        lambda h, actor, who: scrutinise.withdraw_proposal(by=actor, proposal=h.desk["proposal"], at=NOW),
    ),
    "propose to remove the scrutineer": Act(
        lambda h: both(f"{SCRUTINY}/remove/", reason="Asleep"),
        lambda h, actor, who: scrutinise.propose_removal(
            by=actor, appointment=h.desk["appointment"], reason="Asleep", at=NOW
        ),
    ),
    "see the desk": Act(
        lambda h: get(f"{SCRUTINY}/desk/"),
        lambda h, actor, who: scrutinise.ask_own(by=actor, version=h.version["agreed"], text="W?", at=NOW),
        writes=False,
        shows="Ask a question of your own",
    ),
    "take up a question": Act(
        lambda h: both(
            f"{SCRUTINY}/desk/1/{QUESTION}/",
            act="take up",
            reading=personas.reading_hash(h.version["agreed"]),
        ),
        lambda h, actor, who: scrutinise.deal_with(
            by=actor,
            version=h.version["agreed"],
            question=QUESTION,
            act="take up",
            reading=personas.reading_hash(h.version["agreed"]),
            at=NOW,
        ),
    ),
    "ask a question of one's own": Act(
        lambda h: both(f"{SCRUTINY}/desk/ask/1/", text="Why is it shut?", says="A sign", where="At the door"),
        lambda h, actor, who: scrutinise.ask_own(
            by=actor, version=h.version["agreed"], text="Why is it shut?", at=NOW
        ),
    ),
    "draft a finding": Act(
        lambda h: both(
            f"{SCRUTINY}/desk/1/own.3/find/", text="It is shut.", parties=[h.world.parties["council"]]
        ),
        lambda h, actor, who: _draft_finding(h, actor),
    ),
    "see a draft about the council": Act(
        lambda h: get(f"{SCRUTINY}/findings/{h.desk['draft']}/"),
        lambda h, actor, who: _see_finding(h, actor, "draft"),
        writes=False,
        shows="Perhaps it is shut",
    ),
    "sign a finding": Act(
        lambda h: both(f"{SCRUTINY}/findings/{h.desk['draft']}/sign/", hash=_draft_hash(h)),
        lambda h, actor, who: scrutinise.sign_finding(
            by=actor, finding=h.desk["draft"], hash=_draft_hash(h), at=NOW
        ),
    ),
    "drop a draft": Act(
        lambda h: both(f"{SCRUTINY}/findings/{h.desk['draft']}/drop/", reason="Mistaken"),
        lambda h, actor, who: scrutinise.drop_finding(
            by=actor, finding=h.desk["draft"], reason="Mistaken", at=NOW
        ),
    ),
    "record that it is mended": Act(
        lambda h: both(f"{SCRUTINY}/findings/{h.desk['finding']}/mend/", checked="It is open"),
        lambda h, actor, who: scrutinise.mend_finding(
            by=actor, finding=h.desk["finding"], checked="It is open", at=NOW
        ),
    ),
    "reply to a draft for the council": _finding_reply("draft"),
    "reply to a finding for the council": _finding_reply("finding"),
    "change the words of a finding": Act(
        lambda h: [],
        lambda h, actor, who: _change_a_finding(h, actor),
    ),
}


def _draft_hash(h: House) -> str:
    return Finding.objects.values_list("hash", flat=True).get(id=h.desk["draft"])


def _see_finding(h: House, actor: Actor, what: str) -> None:
    covenant = agreed.covenant("agreed", asked_by=actor, today=NOW.date())
    found = scrutinised.scrutiny(covenant, asked_by=actor, today=NOW.date())
    if h.desk[what] not in {finding.id for finding in found.findings}:
        raise NotFound


def _desk(world: World, version: UUID, covenant: UUID) -> dict[str, UUID]:
    """A scrutineer in office, a proposal and a removal that wait, a draft, and a finding that was signed."""
    early, council = NOW - timedelta(days=40), [world.parties["council"]]
    appointment = personas.appoint(world, covenant, at=early)
    publish(version, at=NOW + timedelta(seconds=1))
    scrutineer = world.actor("scrutineer")
    desk = {"appointment": appointment}
    for name in ("finding", "draft", "taken"):
        asked = scrutinise.ask_own(by=scrutineer, version=version, text=f"{name}?", at=early)
        desk[name] = asked
        if name != "taken":
            desk[name] = scrutinise.show_finding(
                by=scrutineer, question=asked, text="Perhaps it is shut", parties=council, at=early
            )
    hash = Finding.objects.values_list("hash", flat=True).get(id=desk["finding"])
    scrutinise.sign_finding(by=scrutineer, finding=desk["finding"], hash=hash, at=NOW)
    desk["proposal"] = scrutinise.propose_scrutineer(
        by=world.actor("convenor"),
        covenant=covenant,
        starts=NEXT_TERM[0],
        ends=NEXT_TERM[1],
        at=NOW,
        **{**PERSON, "email": "other@testing.example"},
    )
    desk["removal"] = scrutinise.propose_removal(
        by=world.actor("charity"), appointment=appointment, reason="Asleep", at=NOW
    )
    return desk


# ------------------------------------------------------------------------------------------- concerns


CONCERNS = "/covenants/agreed/concerns"
PASSPHRASE = "seven quiet herons under slate"
WHAT = {"happened": "Silence is asked for", "right": "Say that it is not"}


def _concerns(world: World, covenant: UUID) -> dict[str, Any]:
    """Concerns that came, were admitted, offered a rung, consented to it, and came before the council."""
    scrutineer = world.actor("scrutineer")
    found: dict[str, Any] = {"covenant": covenant}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "LOG_COST", 4)  # what a passphrase costs is tested elsewhere
        for name in ("old key", "key"):
            found[name] = concern.make_key(
                by=scrutineer, covenant=covenant, passphrase=PASSPHRASE, again=PASSPHRASE, at=NOW
            )
    for number, name in enumerate(("received", "admitted", "offered", "consented", "asked")):
        token = bytes(15) + bytes([number])
        code = codes.read(concern.raise_concern(covenant=covenant, token=token, safe=True, at=NOW, **WHAT))
        id = found[name] = Concern.objects.get(code=codes.kept(code)).id
        found[f"{name} code"] = code
        if number > 0:
            council = [world.parties["council"]]
            concern.admit(by=scrutineer, concern=id, parties=council, at=NOW)
        if number > 1:
            concern.offer(by=scrutineer, concern=id, statement=f"{name}: said", checked=True, at=NOW)
            found[f"{name} step"] = Step.objects.get(concern=id).id
        if number > 2:
            concern.consent(code=code, step=found[f"{name} step"], at=NOW)
    concern.climb(by=scrutineer, concern=found["asked"], at=NOW)
    found["batch"] = Step.objects.get(concern=found["asked"]).batch
    found["letter"] = Letter.objects.get(concern=found["received"]).id
    return found


def _at(h: House, name: str, act: str = "") -> str:
    return f"{CONCERNS}/desk/{h.concern[name]}/{act}"


def _typed(h: House, name: str) -> str:
    return codes.make(h.concern[f"{name} code"])


def _of(actor: Actor) -> dict[str, Any]:
    return {"by": actor, "at": NOW}


ACTS |= {
    "raise a concern in confidence": Act(
        lambda h: both(f"{CONCERNS}/raise/", safe="on", **WHAT),
        lambda h, actor, who: concern.raise_concern(
            covenant=h.concern["covenant"], token=b"a" * 16, safe=True, at=NOW, **WHAT
        ),
    ),
    "open a case with its code": Act(
        lambda h: both("/concerns/case/", code=_typed(h, "received")),
        lambda h, actor, who: concerns.case(h.concern["received code"], today=NOW.date()),
        writes=False,
    ),
    "consent with the code of a case": Act(
        lambda h: post(
            "/concerns/case/", code=_typed(h, "offered"), act="consent", step=h.concern["offered step"]
        ),
        lambda h, actor, who: concern.consent(
            code=h.concern["offered code"], step=h.concern["offered step"], at=NOW
        ),
    ),
    "raise one in the open": Act(
        lambda h: both(f"{CONCERNS}/raise-openly/", safe="on", **WHAT),
        lambda h, actor, who: concern.raise_openly(
            covenant=h.concern["covenant"],
            party=h.world.parties.get(who, h.world.parties["council"]),
            token=b"b" * 16,
            safe=True,
            **WHAT,
            **_of(actor),
        ),
    ),
    "see concerns on the desk": Act(
        lambda h: get(f"{CONCERNS}/desk/", _at(h, "received")),
        lambda h, actor, who: concerns.desk(h.concern["covenant"], asked_by=actor, today=NOW.date()),
        writes=False,
    ),
    "look into the box": Act(
        lambda h: post(f"{CONCERNS}/desk/looked/"),
        lambda h, actor, who: concern.look_into_box(covenant=h.concern["covenant"], **_of(actor)),
    ),
    "make a key": Act(
        lambda h: both(f"{CONCERNS}/desk/key/", passphrase=PASSPHRASE, again=PASSPHRASE),
        lambda h, actor, who: concern.make_key(
            covenant=h.concern["covenant"], passphrase=PASSPHRASE, again=PASSPHRASE, **_of(actor)
        ),
    ),
    "bring a key made elsewhere": Act(
        lambda h: both(f"{CONCERNS}/desk/key/outside/", recipient=OUTSIDE),
        lambda h, actor, who: concern.bring_key(
            covenant=h.concern["covenant"], recipient=OUTSIDE, **_of(actor)
        ),
    ),
    "seal anew to the key in use": Act(
        lambda h: both(f"{CONCERNS}/desk/key/anew/", passphrase=PASSPHRASE),
        lambda h, actor, who: concern.seal_anew(
            key=h.concern["old key"], passphrase=PASSPHRASE, **_of(actor)
        ),
    ),
    "read a concern": Act(
        lambda h: post(_at(h, "received"), passphrase=PASSPHRASE),
        lambda h, actor, who: concerns.opened(
            h.concern["received"],
            covenant=h.concern["covenant"],
            passphrase=PASSPHRASE,
            asked_by=actor,
            today=NOW.date(),
        ),
        writes=False,
        shows=WHAT["happened"],
    ),
    "download a sealed letter": Act(
        lambda h: get(_at(h, "received", f"letters/{h.concern['letter']}.age")),
        lambda h, actor, who: concerns.sealed_letter(
            h.concern["letter"], covenant=h.concern["covenant"], asked_by=actor, today=NOW.date()
        ),
        writes=False,
    ),
    "admit a concern": Act(
        lambda h: both(_at(h, "received", "admit/"), parties=h.world.parties["council"], tests="on"),
        lambda h, actor, who: concern.admit(
            concern=h.concern["received"], parties=[h.world.parties["council"]], **_of(actor)
        ),
    ),
    "refuse a concern": Act(
        lambda h: both(_at(h, "received", "refuse/"), criterion=Criterion.ABOUT_IT, text="Not here"),
        lambda h, actor, who: concern.refuse(
            concern=h.concern["received"], criterion=Criterion.ABOUT_IT, text="Not here", **_of(actor)
        ),
    ),
    "write to whoever raised it": Act(
        lambda h: both(_at(h, "received", "write/"), text="When was it?"),
        lambda h, actor, who: concern.write(concern=h.concern["received"], text="When was it?", **_of(actor)),
    ),
    "offer the next rung": Act(
        lambda h: both(_at(h, "admitted", "offer/"), statement="It is said", checked="on"),
        lambda h, actor, who: concern.offer(
            concern=h.concern["admitted"], statement="It is said", checked=True, **_of(actor)
        ),
    ),
    "climb a rung that was consented to": Act(
        lambda h: post(_at(h, "consented", "climb/")),
        lambda h, actor, who: concern.climb(concern=h.concern["consented"], **_of(actor)),
    ),
    "climb a rung that was not": Act(
        lambda h: post(_at(h, "offered", "climb/")),
        lambda h, actor, who: concern.climb(concern=h.concern["offered"], **_of(actor)),
    ),
    "join two concerns": Act(
        lambda h: both(_at(h, "received", "join/"), to=h.concern["admitted"]),
        lambda h, actor, who: concern.join(
            concern=h.concern["received"], to=h.concern["admitted"], **_of(actor)
        ),
    ),
    "close a concern": Act(
        lambda h: both(_at(h, "admitted", "close/"), outcome=Outcome.PUT_RIGHT, text="Done"),
        lambda h, actor, who: concern.close(
            concern=h.concern["admitted"], outcome=Outcome.PUT_RIGHT, text="Done", **_of(actor)
        ),
    ),
    "see what is asked of the council": Act(
        lambda h: get(f"{CONCERNS}/asked/"),
        lambda h, actor, who: concerns.asked(
            agreed.covenant("agreed", asked_by=actor, today=NOW.date()), asked_by=actor, today=NOW.date()
        )[0],
        writes=False,
        shows="asked: said",
    ),
    "answer a concern for the council": Act(
        lambda h: both(f"{CONCERNS}/asked/{h.concern['batch']}/", text="We look into it"),
        lambda h, actor, who: concern.say(
            batch=h.concern["batch"], party=h.world.parties["council"], text="We look", **_of(actor)
        ),
    ),
    "concerns as everyone sees them": Act(
        lambda h: get(f"{CONCERNS}/"),
        lambda h, actor, who: concerns.public_counts(h.concern["covenant"], today=NOW.date()),
        writes=False,
    ),
}
OUTSIDE = sealing.public(sealing.secret_of_code(b"o" * 16))


# -------------------------------------------------------------------------- places, and what is public


MANDATE = {
    "email": "new@testing.example",
    "name": "New",
    "office": "Clerk",
    "given_by": "Minutes of May",
}


def _mandate(h: House) -> UUID:
    return h.world.actor("council").mandates[0].id


def _read_all(h: House, actor: Actor) -> None:
    agreed.covenant("agreed", asked_by=actor, today=NOW.date())
    heard.conversation("talk", asked_by=actor)
    heard.statement(h.talk.statements[0], asked_by=actor)


def _reading(requests: Callable[[House], list[Request]]) -> Act:
    return Act(requests, lambda h, actor, who: _read_all(h, actor), writes=False)


ACTS |= {
    "add a party": Act(
        lambda h: both("/places/testing/parties/add/", name="Choir", slug="choir", sector="civil society"),
        lambda h, actor, who: place.add_party(
            by=actor, place=h.world.place, name="Choir", slug="choir", sector=Sector.CIVIL_SOCIETY, at=NOW
        ),
    ),
    "say who may sign for a party": Act(
        lambda h: both(
            "/places/testing/parties/testing-charity/mandate/",
            starts="2026-03-01",
            ends="2026-12-31",
            **MANDATE,
        ),
        lambda h, actor, who: place.give_mandate(
            by=actor,
            party=h.world.parties["charity"],
            starts=date(2026, 3, 1),
            ends=date(2026, 12, 31),
            at=NOW,
            **MANDATE,
        ),
    ),
    "lay down the council's mandate": Act(
        lambda h: post("/places/testing/lay-down/", mandate=_mandate(h)),
        lambda h, actor, who: place.lay_down_mandate(by=actor, mandate=_mandate(h), at=NOW),
    ),
    "lay down the role of convenor": Act(
        lambda h: post("/places/testing/lay-down/", role="convenor"),
        lambda h, actor, who: place.lay_down_role(by=actor, role=Role.CONVENOR, place=h.world.place, at=NOW),
    ),
    "give a role": Act(
        lambda h: [],
        lambda h, actor, who: place.grant(
            by=actor, email="new@testing.example", role=Role.MODERATOR, place=h.world.place, at=NOW
        ),
    ),
    "take a role away": Act(
        lambda h: [],
        lambda h, actor, who: place.revoke(
            by=actor,
            email="moderator@testing.example",
            role=Role.MODERATOR,
            place=h.world.place,
            reason="The term is over.",
            at=NOW,
        ),
    ),
    "the first page and a place": _reading(lambda h: get("/", "/places/testing/")),
    "look for a place": _reading(lambda h: get("/places/", "/places/?q=test")),
    "a place's profile and money": _reading(
        lambda h: get(*(f"/places/testing/profile/{name}" for name in PROFILE))
    ),
    "parties and mandates": _reading(lambda h: get("/places/testing/parties/")),
    "a conversation and its results": _reading(
        lambda h: get(
            "/listen/",
            "/listen/talk/",
            "/listen/talk/map/",
            "/listen/talk/statements/",
            "/listen/talk/results.json",
            "/listen/talk/statements.csv",
            "/listen/retally.py",
            "/listen/talk/counted/",
            f"/listen/talk/counted/{_snapshot(h)}.jsonl",
            f"/listen/talk/counted/{_snapshot(h)}.json",
        )
    ),
    "a covenant and its versions": _reading(
        lambda h: get(
            *("/covenants/agreed/", "/covenants/agreed/versions/1/", "/covenants/shown/versions/1/"),
            *("/covenants/left/parties/", "/covenants/shown/versions/1/against/1/"),
            "/covenants/agreed/versions/1/signatures.json",
        )
    ),
    "an answer on paper": _reading(lambda h: get(f"/covenants/asked/papers/{h.waiting.paper}/")),
    "what became of what was said": _reading(
        lambda h: get(f"/commitments/{h.commitment['council']}/", f"/statements/{h.talk.statements[0]}/")
    ),
    "innovation areas and freedoms": _reading(
        lambda h: get(
            "/innovation/", "/innovation/tried/", "/innovation/tried/1/", "/innovation/tried/data.json"
        )
    ),
    "ideas and decisions": _reading(
        lambda h: get(
            "/places/testing/ideas/",
            f"/ideas/{h.weighed['idea']}/",
            *(f"/appraisals/{h.weighed[name]}/" for name in ("open", "put", "judged")),
            f"/appraisals/{h.weighed['judged']}/matrix.csv",
            f"/appraisals/{h.weighed['judged']}/judgements/1.json",
        )
    ),
    "what the referee asks": _reading(
        lambda h: get(
            "/covenants/agreed/versions/1/questions/",
            "/covenants/agreed/versions/1/questions.json",
        )
    ),
    "the scrutiny of a covenant": _reading(
        lambda h: get(
            "/scrutiny/",
            f"{SCRUTINY}/",
            "/covenants/agreed/scrutiny.json",
            f"{SCRUTINY}/proposals/{h.desk['proposal']}/",
            f"{SCRUTINY}/findings/{h.desk['finding']}/",
        )
    ),
    "from where on the referee asks": _reading(lambda h: get("/scrutiny/thresholds/")),
    "the record": Act(
        lambda h: (
            get(
                *("/record/", "/record/entries.jsonl", "/record/keys/", "/record/check/"),
                *(
                    "/record/checkpoint",
                    "/record/keys.json",
                    "/record/verify_record.py",
                    f"/record/{first_bundle()}",
                ),
                *(
                    f"/record/receipts/{first_leaf()}/{file}"
                    for file in ("", "receipt.json", "entry.tlog-proof")
                ),
            )
            + post("/record/check/", receipt="{}")
        ),
        lambda h, actor, who: _read_all(h, actor),
        writes=False,
    ),
}


# ------------------------------------------------------------------------------------------- the house


def _covenant(world: World, slug: str) -> tuple[UUID, UUID]:
    """A draft in which the council owes residents something, and the charity owes the council something."""
    version = personas.draft(world, slug=slug)
    clause = personas.add_clause(world, version, debtor="charity", creditor="council")
    return version, clause


def _left(world: World, version: UUID, clause: UUID) -> tuple[UUID, UUID, UUID]:
    """The charity leaves a covenant in force, and a promise of the council hangs on its; and a successor."""
    from covenant.agree.models import Clause, Version

    on = Clause.objects.get(id=clause).commitment_id
    other = Clause.objects.filter(version=version).exclude(id=clause).get()
    agree.word_clause(
        by=world.actor("convenor"),
        version=version,
        clause=other.id,
        debtor=other.debtor_id,
        creditors=[world.parties["residents"]],
        text=other.text,
        measure=other.measure,
        due=other.due,
        tier=Tier.DISTRICT,
        outcome=other.outcome,
        reciprocals=[on],
    )
    personas.sign_all(world, version)
    told: dict[str, Any] = {"covenant": Version.objects.get(id=version).covenant_id, "at": NOW}
    charity = {"by": world.actor("charity"), "party": world.parties["charity"]}
    departure = agree.depart(leaves=date(2026, 9, 1), reason="We close", **charity, **told)
    succession = agree.name_successor(
        by=world.actor("convenor"),
        old=world.parties["charity"],
        new=world.parties["business"],
        basis="A merger",
        source="Resolution of May",
        takes_effect=date(2026, 9, 1),
        **told,
    )
    return departure, succession, other.commitment_id


def _house() -> House:
    from covenant.agree.models import Clause, Version
    from covenant.listen.models import Participant
    from covenant.scrutinise import jobs

    world = personas.make_world()
    talk = personas.talk(world)
    planned = listen.begin_conversation(
        by=world.actor("convenor"),
        place=world.place,
        slug="planned",
        statements=["Mend the road"],
        at=NOW,
        **CONVERSATION,
    )
    version, clause = {}, {}
    for slug in ("drafted", "shown", "agreed", "left"):
        version[slug], clause[slug] = _covenant(world, slug)
    departure, succession, lapses = _left(world, version["left"], clause["left"])
    personas.sign_all(world, version["agreed"])
    hash = personas.sign_all(world, version["shown"], by=())
    version["agreed covenant"] = Version.objects.get(id=version["agreed"]).covenant_id
    owed = Clause.objects.filter(version=version["agreed"]).values_list("debtor", "commitment")
    names = {id: name for name, id in world.parties.items()}
    jobs.run_due(NOW)
    desk = _desk(world, version["agreed"], version["agreed covenant"])
    cookies = {who: personas.signed_in(world, who).cookies for who in COLUMNS}
    browser = personas.signed_in(world, "resident")
    browser.post("/listen/talk/take-part/start/")
    resident = Participant.objects.exclude(id__in=talk.participants).get().id
    _answer_until(browser, resident, but="Plant trees")
    before = heard.part(resident).exposure
    assert before is not None
    cookies["resident"] = browser.cookies
    pledging.load_pledges(
        pledges=[Pledged("row 2", "Testing District Council", "We will plant trees", "", source="Minutes")],
        sha256="",
        place=world.place,
        at=NOW,
    )
    return House(
        world=world,
        relation=relations.house(world),
        talk=talk,
        planned=planned,
        version=version,
        clause=clause,
        hash=hash,
        covenant=dict(Version.objects.values_list("covenant__slug", "covenant")),
        departure=departure,
        succession=succession,
        lapses=lapses,
        commitment={names[debtor]: commitment for debtor, commitment in owed},
        desk=desk,
        concern=_concerns(world, version["agreed covenant"]),
        freedom=_freedoms(world),
        weighed=_decisions(world, talk),
        waiting=answering.waiting(world),
        resident=resident,
        exposure=before.id,
        codes=_codes(world, talk),
        cookies=cookies,
        client=Client(),
    )


def _codes(world: World, talk: Talk) -> list[str]:
    """Two codes, the second used; and an analyst who may have results replayed."""
    listen.grant_replays(
        by=world.actor("administrator"),
        conversation=talk.id,
        email="analyst@testing.example",
        until=date(2026, 12, 31),
        reason="A yearly check",
        at=NOW,
    )
    made = listen.issue_codes(
        by=world.actor("convenor"), conversation=talk.id, area="North ward", n=2, at=NOW
    )
    listen.start_with_code(conversation=talk.id, typed=made[1], at=NOW, rng=random.Random(2))
    return made


def _answer_until(browser: Client, participant: UUID, but: str) -> None:
    """Answer every statement but one, which then stands before the resident."""
    for _ in range(20):
        part = heard.part(participant)
        if part.answered == part.total - 1:
            return
        assert part.exposure is not None
        vote = "skip" if part.exposure.text == but else "agree"
        browser.post("/listen/talk/take-part/answer/", {"exposure": part.exposure.id, "vote": vote})
    raise AssertionError("the statement to leave out never came last")


ACTS |= {
    "import a covenant from a file": Act(
        lambda h: both(
            "/covenants/import/testing/",
            document=standard.compact(_file(h)),
            title="Taken over",
            slug="taken-over",
            purpose="To do it.",
        ),
        lambda h, actor, who: importing.import_draft(
            by=actor, place=h.world.place, file=_file(h), slug="taken-over", at=NOW
        ),
    ),
    "cite a pledge": Act(
        lambda h: post(
            f"/places/testing/pledges/{_pledge(h)}/",
            kind="evidence",
            clause=f"drafted/{h.clause['drafted']}",
        ),
        lambda h, actor, who: pledging.cite_pledge(
            by=actor,
            version=h.version["drafted"],
            clause=h.clause["drafted"],
            kind=GroundKind.EVIDENCE,
            pledge=_pledge(h),
        ),
    ),
    "a covenant as a file": _reading(
        lambda h: get("/covenants/agreed/covenant.json", "/covenants/shown/covenant.json")
    ),
    "who signed it by name, as a file": Act(
        lambda h: get("/covenants/agreed/covenant.json?names=yes"),
        lambda h, actor, who: exporting.covenant_file("agreed", asked_by=actor, today=NOW.date(), names=True),
        writes=False,
        shows='"person"',
    ),
    "unilateral pledges": _reading(
        lambda h: get(
            "/places/testing/pledges/",
            "/places/testing/pledges.json",
            f"/places/testing/pledges/{_pledge(h)}/",
        )
    ),
}


def _file(h: House) -> dict[str, Any]:
    return exporting.covenant_file("agreed", today=NOW.date())


def _pledge(h: House) -> UUID:
    return pledged.pledges(h.world.place)[0].id


@pytest.fixture(scope="module")
def record_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the record of the house, where every cell finds it."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(autouse=True)
def record_files(record_home: Path) -> None:
    """In place of a record of each test's own."""
    keep_record_in(record_home)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any, record_home: Path) -> Iterator[House]:
    """One house for the whole table; each cell is rolled back."""
    keep_record_in(record_home)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        personas.stop_the_clock(patch)
        made = _house()
        record_was_published()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def before(house: House) -> dict[str, list[tuple]]:
    return personas.all_that_is_kept()


def _cells() -> Iterator[tuple[str, str, str]]:
    lines = [line for line in TABLE.splitlines() if line.strip()]
    for line in lines[1:]:
        if line.startswith("  "):
            name, words = line[2:40].strip(), line[40:].split()
            assert len(words) == len(COLUMNS), name
            for who, word in zip(COLUMNS, words, strict=True):
                yield name, who, word


COLUMNS = TABLE.split("\n")[1].split()
CELLS = list(_cells())
REFUSALS: dict[str, tuple[type[Exception], ...]] = {
    "no": (NotAllowed,),
    "hidden": (NotAllowed, NotFound),
    "idle": (NotFound, IndexError),  # IndexError: nobody's list of votes has a first vote
    "nobody": (NotAllowed, NotPossible),
}


@pytest.mark.parametrize(
    ("name", "who", "word"), CELLS, ids=[f"{name}, {who}: {word}" for name, who, word in CELLS]
)
def test_each_person_can_do_what_the_table_says_and_nothing_else(
    house: House, before: dict[str, list[tuple]], name: str, who: str, word: str
) -> None:
    act, actor = ACTS[name], house.world.actor(who)
    with _undone():
        _ask(house, act, who, word)
        if word == "yes" and act.writes and act.requests(house):
            assert personas.all_that_is_kept() != before, "the page said yes and did nothing"
        elif word != "yes":
            _call(house, act, actor, who, word)
            assert personas.all_that_is_kept() == before, "it was refused and done all the same"
    if word == "yes":
        with _undone():
            act.call(house, actor, who)
            assert not act.writes or personas.all_that_is_kept() != before, "the call did nothing"


def _undone() -> Any:
    """A transaction that is rolled back at its end."""

    class Undone(transaction.Atomic):
        def __exit__(self, *found: Any) -> None:
            transaction.set_rollback(True)
            super().__exit__(*found)

    return Undone(None, True, False)


def _ask(house: House, act: Act, who: str, word: str) -> None:
    browser = house.browser(who)
    for method, path, words in act.requests(house):
        answer = browser.generic(method, path) if method == "GET" else browser.post(path, words)
        page = b"".join(answer) if answer.streaming else answer.content
        asks_to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/account/sign-in/")
        said = f"{method} {path}: {answer.status_code}"
        if word == "no" and method == "GET" and not answer.wsgi_request.user.is_authenticated:
            assert asks_to_sign_in, said
        elif word == "no":
            assert answer.status_code == 403, said
        elif word == "hidden":
            assert answer.status_code == 404, said
        elif word == "nobody":
            assert answer.status_code == 409, said
        else:
            assert answer.status_code in (200, 302), said
            assert not asks_to_sign_in, said
        if act.shows:
            assert (act.shows.encode() in page) == (word == "yes"), said


def _call(house: House, act: Act, actor: Actor, who: str, word: str) -> None:
    with pytest.raises(REFUSALS[word]), transaction.atomic():
        act.call(house, actor, who)


def test_every_row_of_the_table_is_tested() -> None:
    assert {name for name, _who, _word in CELLS} == set(ACTS)


def test_every_page_stands_in_the_table(house: House) -> None:
    asked = {
        resolve(path.split("?")[0]).view_name for act in ACTS.values() for _, path, _ in act.requests(house)
    }
    assert set(_named(get_resolver())) - SIGNING_IN - KEEPING_RUNNING == asked


def _named(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            yield from _named(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


def test_a_participant_of_one_conversation_is_nobody_in_another(house: House) -> None:
    with _undone():
        personas.talk(house.world, slug="other", people=1)
        page = house.browser("resident").get("/listen/other/take-part/votes/").content.decode()
        assert "/take-part/votes/" not in page


def test_a_forged_cookie_shows_nobodys_votes(house: House) -> None:
    for value in (str(house.talk.participants[0]), f"{house.talk.participants[0]}:x:y", "\x00", "é" * 500):
        browser = Client()
        browser.cookies["participant"] = value
        page = browser.get("/listen/talk/take-part/votes/")
        assert page.status_code == (400 if "\x00" in value else 200)
        assert "/take-part/votes/" not in page.content.decode()
