"""What a draft can begin with: nothing, or principles and behaviours that fit many places."""

from covenant.relate.types import Behaviour, DecisionRule, Exit, Forum, Principle, Words

BLANK, WORKED = "blank", "worked"

_PRINCIPLES = (
    (
        "We say early what is going wrong",
        (
            "tell-early",
            "Whoever sees a difficulty tells the others within days",
            "A worker says on Tuesday that two visits cannot be made on Friday, and we move them.",
            "The missed visits turn up as a figure in the quarterly return.",
            "Nobody is blamed in front of others for bad news that came early.",
        ),
    ),
    (
        "Those whom it is for are in the room",
        (
            "in-the-room",
            "Nothing about how people are helped is settled without somebody who has needed that help",
            "The date moves because the person with lived experience cannot come on the first one.",
            "Their views are asked for by email afterwards, and the note says that they were heard.",
            "Time and fares are paid, and nobody has to tell their own story to be listened to.",
        ),
    ),
    (
        "Those who do the work decide how",
        (
            "room-to-act",
            "Frontline workers change how they help without asking first, within limits that were agreed",
            "A worker spends an afternoon on a letter to a landlord because that is what was needed.",
            "A worker waits three weeks for leave to do what took an hour.",
            "Safeguarding and the law are never a matter of taste.",
        ),
    ),
    (
        "Money is talked about openly",
        (
            "open-book",
            "Costs and shortfalls are shown to all of us, with what they mean for the people we help",
            "The provider shows that the price no longer covers wages, before anybody is let go.",
            "A budget is cut and the others read of it in a committee paper.",
            "What is confidential in law stays so, and we say that it is.",
        ),
    ),
    (
        "We learn rather than defend",
        (
            "look-again",
            "When something does not work we ask what it shows, and change one thing",
            "Nobody came to the evening session, so we asked three people why, and moved it.",
            "The session goes on unattended because the plan has it until March.",
            "",
        ),
    ),
)


def starting_words(kind: str, *, title: str, purpose: str, client_group: str) -> Words:
    """The words of a new draft: blank, or with worked principles, a forum and an exit to be worded anew."""
    if kind != WORKED:
        return Words(title, purpose, client_group)
    principles = tuple(
        Principle(f"principle-{number}", name, (Behaviour(*behaviour),))
        for number, (name, behaviour) in enumerate(_PRINCIPLES, 1)
    )
    return Words(
        title,
        purpose,
        client_group,
        principles=principles,
        outcomes=("People say that they were listened to, and that something changed",),
        forum=Forum(
            rule=DecisionRule.UNANIMOUS,
            matters=("How we meet", "How shared time is used", "What we try next"),
            reserved=(
                "A duty that the law gives to one body",
                "The price or the length of a contract",
                "Anything about one client",
                "Who is employed, and by whom",
            ),
        ),
        information="What is shared, with whom, and what is never shared without the client’s own yes.",
        money="Which figures are shown to all of us, how often, and who explains them.",
        exit=Exit(
            notice_days=90,
            continuity="The body that leaves names who looks after its clients until its notice is over.",
            handover="Whoever leaves introduces clients to whoever comes next, in person where they wish it.",
            data="Clients are asked before what is known of them goes to somebody else.",
            survives="What was promised about clients’ confidence, and debts that are due.",
        ),
    )
