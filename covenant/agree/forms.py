from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.agree.types import ClauseView, GroundKind, Resources
from covenant.place.types import PartyView, Tier

TEXT = forms.Textarea(attrs={"rows": 3})


class CovenantForm(forms.Form):
    """The start of a covenant: what it is for, and between whom."""

    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    purpose = forms.CharField(
        label=_("What it is for"), help_text=_("A paragraph that all parties could sign."), widget=TEXT
    )
    parties = forms.MultipleChoiceField(
        label=_("Between whom"),
        help_text=_(
            "At least one public body and one other. Nobody signs for residents: promises are made to them."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, parties: Sequence[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parties"].choices = [  # type: ignore[attr-defined]
            (str(party.id), f"{party.name} ({party.sector.label.lower()})")
            for party in parties
            if party.sector.signs
        ]


class ClauseForm(forms.Form):
    """A commitment: who owes what to whom, until when, and how anyone can tell."""

    debtor = forms.ChoiceField(label=_("Who owes it"))
    creditors = forms.MultipleChoiceField(label=_("To whom"), widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label=_("What will be done"),
        help_text=_("One promise, in words that both sides and residents understand."),
        max_length=2000,
        widget=TEXT,
    )
    measure = forms.CharField(
        label=_("How anyone can tell that it is kept"),
        help_text=_("For example: the number of sessions held in a year, from the published timetable."),
        max_length=1000,
        widget=TEXT,
    )
    due = forms.DateField(
        label=_("By when"),
        help_text=_("The last day on which it is not late."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    tier = forms.ChoiceField(
        label=_("Where the duty sits"), choices=[(tier.value, tier.label) for tier in Tier]
    )
    outcome = forms.CharField(
        label=_("What it hopes to change"),
        help_text=_("The difference in people's lives, not the activity."),
        max_length=1000,
        widget=TEXT,
    )
    resources = forms.ChoiceField(
        label=_("What stands behind it"),
        choices=[(each.value, each.label) for each in Resources],
        widget=forms.RadioSelect,
        initial=Resources.NOT_STATED.value,
    )

    def __init__(self, *args: object, parties: Sequence[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        everyone = [(str(party.id), party.name) for party in parties]
        signing = [(str(party.id), party.name) for party in parties if party.sector.signs]
        self.fields["debtor"].choices = signing  # type: ignore[attr-defined]
        self.fields["creditors"].choices = everyone  # type: ignore[attr-defined]

    @staticmethod
    def values(clause: ClauseView) -> dict[str, object]:
        """What the form shows of a clause that is worded anew."""
        return {
            "debtor": str(clause.debtor.id),
            "creditors": [str(party.id) for party in clause.creditors],
            "text": clause.text,
            "measure": clause.measure,
            "due": clause.due,
            "tier": clause.tier.value,
            "outcome": clause.outcome,
            "resources": clause.resources.value,
        }


class CiteForm(forms.Form):
    """Which commitment of which draft answers a statement, and as what."""

    kind = forms.ChoiceField(
        label=_("Why it matters"),
        choices=[
            (GroundKind.COMMON_GROUND, _("Common ground: people of all groups agree")),
            (GroundKind.DISSENT, _("Dissent: some people see it otherwise, and this answers them")),
        ],
        widget=forms.RadioSelect,
    )
    clause = forms.ChoiceField(label=_("Which commitment answers it"))

    def __init__(self, *args: object, clauses: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]


class SourceForm(forms.Form):
    """A need or a piece of evidence, with the source where a reader finds it."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(GroundKind.NEED, _("A need")), (GroundKind.EVIDENCE, _("Evidence of what works"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("What it says"), max_length=1000, widget=TEXT)
    source = forms.CharField(
        label=_("Where a reader finds it"),
        help_text=_("An address, or a title, author and year."),
        max_length=500,
    )


class ChangeForm(forms.Form):
    why = forms.CharField(label=_("Why the covenant should change"), max_length=1000, widget=TEXT)


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you refuse"),
        help_text=_("Everyone can read this. The version in force stands as it is."),
        max_length=2000,
        widget=TEXT,
    )
