from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.place.types import Sector


class PartyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    sector = forms.ChoiceField(
        label=_("Side"),
        choices=[(sector.value, sector.label) for sector in Sector],
        help_text=_("Residents can be promised something; nobody signs for them."),
        widget=forms.RadioSelect,
    )
    kind = forms.CharField(
        label=_("Kind"),
        help_text=_("For example: charity, district council, faith group."),
        max_length=60,
        required=False,
    )
    org_id = forms.CharField(
        label=_("Identifier"),
        help_text=_("From org-id.guide, for example GB-CHC-1234567 for a charity."),
        max_length=60,
        required=False,
    )


class MandateForm(forms.Form):
    name = forms.CharField(
        label=_("The person's name"), help_text=_("Shown beside each signature."), max_length=200
    )
    email = forms.EmailField(
        label=_("Their email address"), help_text=_("They sign in by a code sent to it. It is never shown.")
    )
    office = forms.CharField(
        label=_("In what office they act"), help_text=_("For example: chair of trustees."), max_length=200
    )
    given_by = forms.CharField(
        label=_("By whose decision"),
        help_text=_("For example: resolution of the trustees of 3 March 2026."),
        max_length=300,
    )
    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(
        label=_("Until"),
        help_text=_("The last day on which it holds."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
