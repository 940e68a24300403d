"""Forms of leaving a covenant, and of taking another body's place in it."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.agree.forms import TEXT
from covenant.place.types import PartyView


class LeaveForm(forms.Form):
    """A party's notice that it leaves."""

    party = forms.ChoiceField(label=_("Which party leaves"), widget=forms.RadioSelect)
    leaves = forms.DateField(
        label=_("From which day"),
        help_text=_(
            "The first day on which it is bound no more. The others need time: three months is fair."
        ),
        widget=forms.DateInput(),
    )
    reason = forms.CharField(
        label=_("Why"), help_text=_("Everyone can read this."), max_length=2000, widget=TEXT
    )

    def __init__(self, *args: object, parties: Sequence[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["party"].choices = [(str(p.id), p.name) for p in parties]  # type: ignore[attr-defined]
        if len(parties) == 1:
            self.fields["party"].initial = str(parties[0].id)


class SuccessorForm(forms.Form):
    """Which body takes another's place, and by what."""

    old = forms.ChoiceField(label=_("Whose place is taken"))
    new = forms.ChoiceField(label=_("By whom"))
    basis = forms.CharField(
        label=_("By what order or act"),
        help_text=_("For example: the structural changes order that merges two districts."),
        max_length=1000,
        widget=TEXT,
    )
    source = forms.CharField(label=_("Where a reader finds it"), max_length=500)
    takes_effect = forms.DateField(label=_("From which day"), widget=forms.DateInput())

    def __init__(
        self, *args: object, old: Sequence[PartyView], new: Sequence[PartyView], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["old"].choices = [(str(p.id), p.name) for p in old]  # type: ignore[attr-defined]
        self.fields["new"].choices = [  # type: ignore[attr-defined]
            (str(p.id), p.name) for p in new if p.sector.signs
        ]
