"""What people fill in to answer, to record an answer on paper, to disown, to wait."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.agree.signing_rules import LONGEST_HOW, LONGEST_REASON, MOST_MEMBERS, check_capacity
from covenant.agree.signing_types import Capacity, CapacitySaid, Reply
from covenant.place.types import MandateView, NotPossible, PartyView

TEXT = forms.Textarea(attrs={"rows": 3})
DAY = forms.DateInput(attrs={"type": "date"})


class CapacityForm(forms.Form):
    """For whom a body signs: for itself, or for members who were asked."""

    capacity = forms.ChoiceField(
        label=_("For whom the body signs"),
        choices=[(each.value, each.label) for each in Capacity],
        widget=forms.RadioSelect,
        required=False,
    )
    asked = forms.IntegerField(
        label=_("How many members were asked"),
        help_text=_("Only where the body signs for members. The numbers are shown beside the signature."),
        min_value=1,
        max_value=MOST_MEMBERS,
        required=False,
    )
    answered = forms.IntegerField(
        label=_("How many of them answered"), min_value=0, max_value=MOST_MEMBERS, required=False
    )
    how = forms.CharField(
        label=_("How they were asked, and what they answered"),
        help_text=_("For example: at the meeting of 3 May; 40 for it, 2 against. Name nobody."),
        max_length=LONGEST_HOW,
        required=False,
        widget=TEXT,
    )

    def signs(self) -> bool:
        """Whether what was filled in is a signature, so that a capacity belongs to it."""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.signs() or {"capacity", "asked", "answered"} & self.errors.keys():
            return cleaned
        if not cleaned.get("capacity"):
            self.add_error("capacity", _("Choose for whom the body signs"))
            return cleaned
        try:
            check_capacity(self._said(cleaned))
        except NotPossible as refusal:
            self.add_error("asked", str(refusal))
        return cleaned

    @staticmethod
    def _said(cleaned: dict[str, Any]) -> CapacitySaid:
        capacity = Capacity(cleaned["capacity"])
        members = capacity is Capacity.MEMBERS  # numbers beside the other choice are not looked at
        return CapacitySaid(
            capacity,
            cleaned.get("asked") if members else None,
            cleaned.get("answered") if members else None,
            cleaned.get("how", "") if members else "",
        )

    @property
    def said(self) -> CapacitySaid | None:
        """What was said of the capacity; None where nothing is signed."""
        return self._said(self.cleaned_data) if self.signs() else None


class PartsForm(CapacityForm):
    """A signature that may leave out parts: beside each part, why it does not consent to that."""

    def __init__(self, *args: Any, parts: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {f"refuses-{key}": key for key, _title in parts}
        for key, title in parts:
            self.fields[f"refuses-{key}"] = forms.CharField(
                label=_("But not to this: %(part)s") % {"part": title},
                help_text=_("Say why not. Everyone can read it. Empty: the body agrees to it."),
                max_length=LONGEST_REASON,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def refusing(self) -> dict[str, str]:
        """The keys of the parts that are refused, with the reasons."""
        said = {key: self.cleaned_data[name].strip() for name, key in self.parts.items()}
        return {key: reason for key, reason in said.items() if reason}


class SignAsForm(PartsForm):
    """A signature by somebody who signed in."""

    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AnswerForm(PartsForm):
    """What a one-time link asks: agree, say no and why, or say when the trustees meet."""

    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reply = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(each.value, each.label) for each in Reply],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why you do not agree"),
        help_text=_("Only where you say no. Everyone can read it."),
        max_length=LONGEST_REASON,
        required=False,
        widget=TEXT,
    )
    meets = forms.DateField(
        label=_("When your trustees meet"),
        help_text=_("Only where they meet first: within 90 days. You are not reminded before."),
        required=False,
        widget=DAY,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(
            ["hash", "reply", "capacity", "asked", "answered", "how", *self.parts, "reason", "meets"]
        )

    def signs(self) -> bool:
        return self.cleaned_data.get("reply") == Reply.SIGN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reply") == Reply.REFUSE and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why you do not agree"))
        if cleaned.get("reply") == Reply.WAIT and not cleaned.get("meets") and "meets" not in self.errors:
            self.add_error("meets", _("Say on which day your trustees meet"))
        return cleaned


class MandateForm(forms.Form):
    """Somebody who speaks for a party."""

    mandate = forms.TypedChoiceField(
        label=_("Who answers for which party"),
        help_text=_("Whoever is not here needs a mandate first: record it on the page of the parties."),
        widget=forms.RadioSelect,
        coerce=UUID,
    )

    def __init__(
        self, *args: Any, mandates: Sequence[MandateView], names: dict[UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mandate"].choices = [  # type: ignore[attr-defined]
            (str(each.id), f"{names[each.party]}: {each.person}, {each.office}") for each in mandates
        ]


class PaperForm(MandateForm, CapacityForm):
    """An answer that was given on paper."""

    reply = forms.ChoiceField(
        label=_("What the paper says"),
        choices=[
            (Reply.SIGN.value, _("The body agrees")),
            (Reply.REFUSE.value, _("The body does not agree")),
        ],
        widget=forms.RadioSelect,
    )
    signed_on = forms.DateField(label=_("When it was signed"), widget=DAY)
    kept_at = forms.CharField(
        label=_("Where the paper is kept"),
        help_text=_("So that others can see it: an office, not somebody's home. Everyone can read it."),
        max_length=300,
    )
    reason = forms.CharField(
        label=_("Why it does not agree"),
        help_text=_("In the words of the paper, where it says no. Everyone can read it."),
        max_length=LONGEST_REASON,
        required=False,
        widget=TEXT,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ["mandate", "signed_on", "kept_at", "reply"]
        self.order_fields([*first, "capacity", "asked", "answered", "how", "reason"])

    def signs(self) -> bool:
        return self.cleaned_data.get("reply") == Reply.SIGN


class CheckForm(forms.Form):
    """What somebody of another side says of a paper."""

    as_party = forms.TypedChoiceField(label=_("For which party you look at it"), coerce=UUID)
    accept = forms.ChoiceField(
        label=_("What you found"),
        choices=[
            ("yes", _("I have seen the paper: it says this, and this person signed it")),
            ("no", _("I do not countersign it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why not"),
        help_text=_("Only where you do not countersign. Everyone can read it."),
        max_length=LONGEST_REASON,
        required=False,
        widget=TEXT,
    )

    def __init__(self, *args: Any, parties: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["as_party"].choices = [  # type: ignore[attr-defined]
            (str(each.id), each.name) for each in parties
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("accept") == "no" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why not"))
        return cleaned


class WaitForm(forms.Form):
    """The day on which trustees meet."""

    meets = forms.DateField(
        label=_("When your trustees meet"),
        help_text=_("Within 90 days. It can be moved once, to a later day. Everyone can see it."),
        widget=DAY,
    )


class DisownForm(forms.Form):
    """Why a signature was not the body's own."""

    reason = forms.CharField(
        label=_("Why it is not your signature"),
        help_text=_("For example: this person left us in March. Everyone can read it, so name nobody."),
        max_length=LONGEST_REASON,
        widget=TEXT,
    )


class ContactForm(forms.Form):
    """Where a body is told who signed for it."""

    party = forms.TypedChoiceField(label=_("Which party"), coerce=UUID)
    address = forms.EmailField(
        label=_("Its email address"),
        help_text=_("Of the body, not of whoever signs for it: it is told there who signed."),
    )
    found = forms.CharField(
        label=_("Where the address was found"),
        help_text=_("A source that does not come from the signatory, such as a public register."),
        max_length=500,
    )

    def __init__(self, *args: Any, parties: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [  # type: ignore[attr-defined]
            (str(each.id), each.name) for each in parties
        ]
