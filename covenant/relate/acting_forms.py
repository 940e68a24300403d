"""Forms of acts: consent, leaving, the forum, learning, pulses."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.relate.forms import DAY, TEXT, PersonForm, member_choices
from covenant.relate.types import Behaviour, EntryKind, Member


class AsForm(forms.Form):
    """Something that somebody does as a member: those as which they may act."""

    member = forms.ChoiceField(label=_("As whom you act"))

    def __init__(self, *args: Any, mine: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = member_choices(mine)  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {**self.cleaned_data, "member": UUID(self.cleaned_data["member"])}


class ConsentForm(AsForm):
    hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    shows_name = forms.BooleanField(
        label=_("Everyone may see my name here, not only the members"), required=False
    )


class ReasonForm(AsForm):
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everyone can read this. Name no private person."),
        max_length=2000,
        widget=TEXT,
    )


class LeaveForm(ReasonForm):
    last_day = forms.DateField(
        label=_("Last day"), help_text=_("The last on which you are bound."), widget=DAY
    )
    carer = forms.ChoiceField(
        label=_("Which body looks after the clients concerned"),
        help_text=_("Until the last day, and for a person until somebody comes in their place."),
    )

    def __init__(self, *args: Any, bodies: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carer"].choices = member_choices(bodies)  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {**super().said(), "carer": UUID(self.cleaned_data["carer"])}


class ReplaceForm(PersonForm):
    replaces = forms.ChoiceField(label=_("In whose place"), required=False)

    def __init__(self, *args: Any, leavers: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("In nobody’s")), *member_choices(leavers)]
        self.fields["replaces"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        replaces = self.cleaned_data["replaces"]
        return {**super().said(), "replaces": UUID(replaces) if replaces else None}


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Why it should change"), help_text=_("Everyone can read this."), max_length=2000, widget=TEXT
    )


class DecisionForm(AsForm):
    matter = forms.CharField(
        label=_("Which matter"), help_text=_("One of the matters above, in the same words."), max_length=200
    )
    text = forms.CharField(label=_("What would be decided"), max_length=2000, widget=TEXT)
    closes = forms.DateField(label=_("Votes are taken until"), widget=DAY)


class VoteForm(AsForm):
    yes = forms.TypedChoiceField(
        label=_("Your vote"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )


class QuestionForm(AsForm):
    question = forms.CharField(
        label=_("What do you want to learn?"),
        help_text=_("Everyone can read this. Name no client."),
        max_length=1000,
        widget=TEXT,
    )


class EntryForm(AsForm):
    kind = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[
            (EntryKind.OBSERVATION.value, _("Something that was observed")),
            (EntryKind.ADAPTATION.value, _("What is done otherwise because of it")),
        ],
        coerce=EntryKind,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In your words"),
        help_text=_("Everyone can read this. Name no client."),
        max_length=2000,
        widget=TEXT,
    )


class RoundForm(forms.Form):
    closes = forms.DateField(
        label=_("Answers are taken until"),
        help_text=_("Nobody can close the round before the end of this day."),
        widget=DAY,
    )


SEEN = [
    ("1", _("The bad example")),
    ("2", _("Mostly the bad one")),
    ("3", _("Neither, or both")),
    ("4", _("Mostly the good one")),
    ("5", _("The good example")),
]


class PulseForm(forms.Form):
    """One question for each behaviour."""

    def __init__(self, *args: Any, behaviours: Iterable[Behaviour], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in behaviours:
            self.fields[each.key] = forms.TypedChoiceField(
                label=each.text,
                help_text=_("Good example: %(good)s Bad example: %(bad)s")
                % {"good": each.good, "bad": each.bad},
                choices=SEEN,
                coerce=int,
                widget=forms.RadioSelect,
            )
