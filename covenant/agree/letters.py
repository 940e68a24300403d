"""What is written in mail to bodies: plain words, and nothing of anybody else. Part of `jobs`."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def asked(*, title: str, party: str, office: str, minutes: int, expires: date, link: str) -> tuple[str, str]:
    """The subject and the text of the mail that asks somebody to answer for a body."""
    takes = ngettext(
        "This takes about %(n)d minute. You can agree, say no and why, or say when your trustees meet.",
        "This takes about %(n)d minutes. You can agree, say no and why, or say when your trustees meet.",
        minutes,
    )
    return _("%(party)s is asked to answer a covenant") % {"party": party}, _text(
        _("You speak for %(party)s as %(office)s. It is asked to answer this covenant:")
        % {"party": party, "office": office},
        f"    {title}",
        takes % {"n": minutes},
        _("Open this page. You need no account, and opening it does nothing yet:"),
        link,
        _(
            "The link is for you alone and works once, until %(day)s. Do not pass it on: "
            "whoever has it can answer for your body."
        )
        % {"day": date_format(expires, "j F Y")},
        _("If you do not know what this is about, do nothing, and tell the people who run the covenant."),
    )


def told(*, title: str, party: str, minutes: int, until: date, link: str) -> tuple[str, str]:
    """The subject and the text of the mail that tells a body that somebody signed for it."""
    see = ngettext(
        "Please see who it was, and in what office. This takes about %(n)d minute. "
        "You need no account, and opening the page does nothing:",
        "Please see who it was, and in what office. This takes about %(n)d minutes. "
        "You need no account, and opening the page does nothing:",
        minutes,
    )
    return _("Somebody signed a covenant for %(party)s") % {"party": party}, _text(
        _("Somebody signed for %(party)s, for the first time, this covenant:") % {"party": party},
        f"    {title}",
        see % {"n": minutes},
        link,
        _(
            "If all is in order, you need do nothing. If this person does not sign for you, "
            "say so there until %(day)s: everyone can then read that you disowned it."
        )
        % {"day": date_format(until, "j F Y")},
        _(
            "We found this address independently of whoever signed, so that you hear of it in any case. "
            "Please do not pass the link on."
        ),
    )


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
