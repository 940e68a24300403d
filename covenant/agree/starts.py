"""With what a draft of a covenant can start: nothing, principles with their signs, or another agreement.

What is said of the Civil Society Covenant are facts in words of our own; its official text is at the address
that the draft names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from covenant.agree.types import SectionKind


@dataclass(frozen=True)
class Start:
    """Something that a draft can start with."""

    key: str
    label: str
    help: str
    sections: Mapping[SectionKind, str] = field(default_factory=dict)
    is_elsewhere: bool = False  # it is no covenant: another part of the product has it


_SOURCES = (
    "www.gov.uk/guidance/illustration-document-progress-signs-for-implementing-the-civil-society-covenant "
    "(signs of progress and warning signs); "
    "www.hcrlaw.com/news-and-insights/"
    "civil-society-covenant-launched-to-improve-relationship-between-charity-sector-and-government; "
    "www.baringfoundation.org.uk/blog-post/the-compact-is-dead-long-live-the-civil-society-covenant; "
    "www.bond.org.uk/news/2025/07/the-civil-society-covenant-a-step-in-the-right-direction"
)

_FOREWORD = f"""\
A starting point, and not the official text. The Civil Society Covenant was published on 17 July 2025. \
It rests on principles, binds both sides by their word, and is not legally binding. Nothing here fetters \
the discretion of a public body. Change whatever does not fit this place, then take this paragraph out.

Where the facts were read: {_SOURCES}."""

_PRINCIPLES = """\
1. Recognition and value
What both sides recognise: the independence of civil society, and its right to speak up and to hold \
public bodies to account without having to fear for it.
A sign of progress: an organisation says in public what it thinks of a decision, and goes on working \
with those who took it.
A warning sign: organisations keep to themselves what they would say.

2. Partnership and collaboration
What both sides try for: to talk early, and for as long as a policy or a service is being made; funding \
for longer; buying together; less paper for small bodies. No new money comes with it.
A sign of progress: those who did not get what they wanted still call the way to the decision fair.
A warning sign: organisations are asked when the decision stands already.

3. Participation and inclusion
What both sides want: people who are heard and can see what it changed, in public life and in peaceful \
protest, whoever they are.
A sign of progress: people who were asked are told what became of it.
A warning sign: the same few are asked each time.

4. Transparency and data
What both sides need: the information with which they serve people, held by both, and a way by which \
what was learnt comes back.
A sign of progress: both sides work from the same figures.
A warning sign: one side learns of a change from the news.

Of the signs, two are those of the published illustration, told in other words: that a process is \
judged fair even by those who dislike its outcome, and that organisations keep silent. The others are \
suggestions. They are about how each side sees it, so ask both."""

_DISPUTES = """\
First the two people concerned, then those who lead both bodies, then the partnership group of the \
covenant, then somebody from outside. What was found is published with the reply of whoever it is about."""

_REVIEW = """\
Both sides look at this covenant together once a year: what was promised, what was done, how each side \
sees it, and where it was not kept, why. The day of the review stands in its term."""

_PLAN = """\
Each commitment below has an owner, a day and a measure. Where it is not kept, whoever owes it says \
why, in public."""


def starts() -> tuple[Start, ...]:
    """With what a draft can start, in the order in which it is offered.

    Examples
    --------
    >>> [start.key for start in starts()]
    ['blank', 'civil-society-covenant', 'working-relationship']
    """
    return (
        Start("blank", "A blank page", "Nothing is written yet: the sections can be filled in or left open."),
        Start(
            "civil-society-covenant",
            "The Civil Society Covenant’s four principles",
            "Principles with signs of progress and warning signs, in plain words. A starting point, not the "
            "official text: change what does not fit.",
            {
                SectionKind.FOREWORD: _FOREWORD,
                SectionKind.PRINCIPLES: _PRINCIPLES,
                SectionKind.DISPUTES: _DISPUTES,
                SectionKind.REVIEW: _REVIEW,
                SectionKind.PLAN: _PLAN,
            },
        ),
        Start(
            "working-relationship",
            "A working relationship agreement",
            "Not a covenant: how a commissioner and the named people who work with a client group work "
            "together. It is made on pages of its own.",
            is_elsewhere=True,
        ),
    )
