from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.agree.starts import starts
from covenant.agree.types import ClauseView, GroundKind, Resources, SectionKind, Term, VersionView
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
    start = forms.ChoiceField(
        label=_("With what the draft starts"),
        choices=[(each.key, f"{each.label}: {each.help}") for each in starts() if not each.is_elsewhere],
        widget=forms.RadioSelect,
        required=False,
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
    together = forms.MultipleChoiceField(
        label=_("Who owes it beside them"),
        help_text=_("Each owes the whole of it. Leave all empty where one body owes it alone."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reciprocals = forms.MultipleChoiceField(
        label=_("It is owed if these are kept"),
        help_text=_("We will, if you will: commitments on which this one depends."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evidence = forms.CharField(
        label=_("What counts as evidence"),
        help_text=_("Whose figures, published where. May be left open."),
        max_length=1000,
        required=False,
        widget=TEXT,
    )
    baseline = forms.CharField(
        label=_("Where that stands today"),
        help_text=_("A figure with its date and source, or that nobody knows it. May be left open."),
        max_length=1000,
        required=False,
        widget=TEXT,
    )
    review = forms.DateField(
        label=_("When it is looked at again"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    explain = forms.CharField(
        label=_("What must be explained where it is not kept"),
        help_text=_("To whom, and by when. May be left open."),
        max_length=1000,
        required=False,
        widget=TEXT,
    )

    def __init__(
        self,
        *args: object,
        parties: Sequence[PartyView],
        others: Sequence[ClauseView] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reciprocals"].choices = [  # type: ignore[attr-defined]
            (str(clause.commitment), f"{clause.number}. {clause.text}") for clause in others
        ]
        if not others:
            del self.fields["reciprocals"]
        everyone = [(str(party.id), party.name) for party in parties]
        signing = [(str(party.id), party.name) for party in parties if party.sector.signs]
        self.fields["debtor"].choices = signing  # type: ignore[attr-defined]
        self.fields["together"].choices = signing  # type: ignore[attr-defined]
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
            "together": [str(party.id) for party in clause.together],
            "reciprocals": [str(each.commitment) for each in clause.reciprocals],
            "evidence": clause.evidence,
            "baseline": clause.baseline,
            "review": clause.review,
            "explain": clause.explain,
        }

    def words(self) -> dict[str, Any]:
        """What `actions.word_clause` takes."""
        found: dict[str, Any] = dict(self.cleaned_data)
        found["debtor"], found["tier"] = UUID(found["debtor"]), Tier(found["tier"])
        found["resources"] = Resources(found["resources"])
        for name in ("creditors", "together", "reciprocals"):
            found[name] = [UUID(each) for each in found.get(name, ())]
        return found


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
    """Why the covenant should change, and who says so."""

    author = forms.ChoiceField(label=_("Who proposes it"), widget=forms.RadioSelect)
    why = forms.CharField(label=_("Why the covenant should change"), max_length=1000, widget=TEXT)

    def __init__(self, *args: object, authors: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["author"].choices = authors  # type: ignore[attr-defined]
        if len(authors) == 1:
            self.fields["author"].initial = authors[0][0]
            self.fields["author"].widget = forms.HiddenInput()


class FrameForm(forms.Form):
    """What a covenant is for, its sections, and from when to when it runs."""

    purpose = forms.CharField(
        label=_("What it is for"), help_text=_("A paragraph that all parties could sign."), widget=TEXT
    )
    starts = forms.DateField(label=_("From when it runs"), required=False, widget=forms.DateInput())
    ends = forms.DateField(
        label=_("Until when it runs"),
        help_text=_("The last day. May be left open."),
        required=False,
        widget=forms.DateInput(),
    )
    review = forms.DateField(label=_("When it is reviewed"), required=False, widget=forms.DateInput())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for kind in SectionKind:
            self.fields[_name(kind)] = forms.CharField(
                label=SECTIONS[kind][0],
                help_text=SECTIONS[kind][1],
                max_length=20_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    @staticmethod
    def values(version: VersionView) -> dict[str, object]:
        """What the form shows of a draft."""
        term = version.term
        said: dict[str, object] = {_name(each.kind): each.text for each in version.sections}
        return {"purpose": version.purpose, "starts": term.starts, "ends": term.ends, **said} | {
            "review": term.review
        }

    def sections(self) -> dict[SectionKind, str]:
        return {kind: self.cleaned_data[_name(kind)] for kind in SectionKind}

    def term(self) -> Term:
        return Term(*(self.cleaned_data[name] for name in ("starts", "ends", "review")))


def _name(kind: SectionKind) -> str:
    return kind.value.replace(" ", "_")


SECTIONS = {
    SectionKind.FOREWORD: (_("Foreword"), _("By whom, and why now.")),
    SectionKind.PRINCIPLES: (
        _("Principles"),
        _("What both sides hold to, and how anyone would notice that they do, or do not."),
    ),
    SectionKind.FUNDING: (_("Funding"), _("By which methods, for how long, with what notice of a change.")),
    SectionKind.DISPUTES: (_("Disputes"), _("What happens when somebody thinks that a promise is not kept.")),
    SectionKind.REVIEW: (_("Term and review"), _("Who reviews it, when, and what follows.")),
    SectionKind.PLAN: (_("Action plan"), _("Who brings it forward between reviews.")),
    SectionKind.WORDS: (_("Meaning of words"), _("Terms that a resident would not know.")),
}


class PartiesForm(forms.Form):
    """Between whom a draft would be."""

    parties = forms.MultipleChoiceField(
        label=_("Between whom"),
        help_text=_("Who is ticked anew joins by this version; who is not ticked any more leaves by it."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, parties: Sequence[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parties"].choices = [  # type: ignore[attr-defined]
            (str(p.id), f"{p.name} ({p.sector.label.lower()})") for p in parties if p.sector.signs
        ]


class ProposeForm(forms.Form):
    answer_by = forms.DateField(
        label=_("The last day to answer"),
        help_text=_("Who has not answered then has not consented. Leave it empty for eight weeks."),
        required=False,
        widget=forms.DateInput(),
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you refuse"),
        help_text=_("Everyone can read this. The version in force stands as it is."),
        max_length=2000,
        widget=TEXT,
    )
