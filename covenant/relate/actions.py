"""Writes on working relationship agreements: the doors to what lies beside this file."""

from covenant.relate.consenting import accept as accept
from covenant.relate.consenting import consent as consent
from covenant.relate.consenting import refuse as refuse
from covenant.relate.consenting import refuse_arrival as refuse_arrival
from covenant.relate.consenting import settle_arrivals as settle_arrivals
from covenant.relate.deciding import propose_decision as propose_decision
from covenant.relate.deciding import vote as vote
from covenant.relate.drafting import begin as begin
from covenant.relate.drafting import drop_person as drop_person
from covenant.relate.drafting import name_person as name_person
from covenant.relate.drafting import propose as propose
from covenant.relate.drafting import propose_change as propose_change
from covenant.relate.drafting import set_bodies as set_bodies
from covenant.relate.drafting import withdraw as withdraw
from covenant.relate.drafting import word as word
from covenant.relate.learning import answer as answer
from covenant.relate.learning import ask as ask
from covenant.relate.leaving import forget_person as forget_person
from covenant.relate.leaving import leave as leave
from covenant.relate.leaving import name_replacement as name_replacement
from covenant.relate.pulsing import close_round as close_round
from covenant.relate.pulsing import close_rounds as close_rounds
from covenant.relate.pulsing import open_round as open_round
from covenant.relate.pulsing import rate as rate
