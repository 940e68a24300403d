from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.agree.types import CommitmentLine
from covenant.innovate.types import AreaView, AreaWording, Baseline, FreedomView, Verdict, Wording
from covenant.place.types import PartyView, PlaceView

CHOOSE = ("", _("Choose a body"))  # so that nobody is named by leaving a list as it was
TEXT = forms.Textarea(attrs={"rows": 3})
DAY = forms.DateInput(attrs={"type": "date"})


def _bodies(parties: Sequence[PartyView]) -> list[tuple[str, str]]:
    return [(str(party.id), f"{party.name} ({party.sector.label.lower()})") for party in parties]


class AreaForm(forms.Form):
    """Where rules may be waived for a time, who runs it and why."""

    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=2000, widget=TEXT)
    places = forms.MultipleChoiceField(label=_("Where"), widget=forms.CheckboxSelectMultiple)
    convenor = forms.ChoiceField(
        label=_("Which body convenes it"), help_text=_("The body that residents can ask about it.")
    )
    starts = forms.DateField(label=_("First day"), widget=DAY)
    sunset = forms.DateField(
        label=_("Sunset"),
        help_text=_("The last day on which anything in it holds: at most five years from the first."),
        widget=DAY,
    )
    grounds = forms.MultipleChoiceField(
        label=_("Which commitments of a covenant it serves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        places: Sequence[PlaceView],
        parties: Sequence[PartyView],
        commitments: Sequence[CommitmentLine],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "places": [(str(place.id), place.name) for place in places],
            "convenor": [CHOOSE, *_bodies(parties)],
            "grounds": [(str(c.id), f"{c.covenant_title}, {c.number}. {c.text}") for c in commitments],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]
        if not commitments:
            del self.fields["grounds"]

    def words(self) -> AreaWording:
        found = self.cleaned_data
        return AreaWording(
            title=found["title"],
            purpose=found["purpose"],
            places=tuple(UUID(place) for place in found["places"]),
            convenor=UUID(found["convenor"]),
            starts=found["starts"],
            sunset=found["sunset"],
            grounds=tuple(UUID(id) for id in found.get("grounds", [])),
        )

    @staticmethod
    def values(area: AreaView) -> dict[str, object]:
        """What the form shows of an area that is worded anew."""
        return {
            "title": area.title,
            "slug": area.slug,
            "purpose": area.purpose,
            "places": [str(place.id) for place in area.places],
            "convenor": str(area.convenor.id),
            "starts": area.starts,
            "sunset": area.sunset,
            "grounds": [str(ground.id) for ground in area.grounds],
        }


class FreedomForm(forms.Form):
    """What is waived, by whom and for whom, what is expected of it, and until when."""

    title = forms.CharField(label=_("Short name"), max_length=200)
    waived = forms.CharField(
        label=_("Which rule or requirement is waived"),
        help_text=_("In plain words: what would have to be done, and need not be."),
        max_length=2000,
        widget=TEXT,
    )
    source = forms.CharField(
        label=_("Where that rule stands"),
        help_text=_("The law, policy or contract, with its section and date."),
        max_length=500,
    )
    granter = forms.ChoiceField(
        label=_("Which body holds the rule"), help_text=_("It alone can waive it, and has to consent.")
    )
    users = forms.MultipleChoiceField(
        label=_("For whom it is waived"),
        help_text=_("Each of them has to consent."),
        widget=forms.CheckboxSelectMultiple,
    )
    safeguards = forms.CharField(
        label=_("Which safeguards stay"),
        help_text=_("Rights, safeguarding and safety always stay. Say what else does."),
        max_length=2000,
        widget=TEXT,
    )
    hypothesis = forms.CharField(
        label=_("What you expect to change"),
        help_text=_("“If …, then …, because …”"),
        max_length=2000,
        widget=TEXT,
    )
    changes_for = forms.CharField(label=_("For whom it should change"), max_length=500)
    measure = forms.CharField(label=_("What is measured"), max_length=1000, widget=TEXT)
    unit = forms.CharField(label=_("In what unit"), max_length=60, required=False)
    baseline = forms.DecimalField(
        label=_("Baseline: how it was before"),
        help_text=_("Leave the baseline empty where it is not measured yet."),
        max_digits=14,
        decimal_places=4,
        required=False,
    )
    baseline_n = forms.IntegerField(
        label=_("Baseline: of how many (n)"), min_value=1, max_value=10**9, required=False
    )
    baseline_source = forms.CharField(label=_("Baseline: source"), max_length=500, required=False)
    baseline_dated = forms.DateField(label=_("Baseline: of what date"), required=False, widget=DAY)
    target = forms.CharField(label=_("The target"), max_length=1000, required=False, widget=TEXT)
    failure = forms.CharField(
        label=_("What would count as failure"),
        help_text=_("Give the target, or this, or both."),
        max_length=1000,
        required=False,
        widget=TEXT,
    )
    starts = forms.DateField(label=_("First day"), widget=DAY)
    sunset = forms.DateField(
        label=_("Sunset"),
        help_text=_("The last day on which it holds. Nothing prolongs it."),
        widget=DAY,
    )
    evaluator = forms.ChoiceField(
        label=_("Which body evaluates it"), help_text=_("A body that does not use the freedom.")
    )
    evaluation_due = forms.DateField(
        label=_("By when the evaluation is published"),
        help_text=_("At most 90 days before or after the sunset."),
        widget=DAY,
    )

    def __init__(self, *args: Any, parties: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["users"].choices = _bodies(parties)  # type: ignore[attr-defined]
        for name in ("granter", "evaluator"):
            self.fields[name].choices = [CHOOSE, *_bodies(parties)]  # type: ignore[attr-defined]

    def words(self) -> Wording:
        found = dict(self.cleaned_data)
        parts = ("baseline", "baseline_n", "baseline_source", "baseline_dated")
        value, n, source, dated = (found.pop(name) for name in parts)
        found["granter"], found["evaluator"] = UUID(found["granter"]), UUID(found["evaluator"])
        found["users"] = tuple(UUID(user) for user in found["users"])
        return Wording(**found, baseline=Baseline(value, n, source, dated))

    @staticmethod
    def values(freedom: FreedomView) -> dict[str, object]:
        """What the form shows of a freedom that is worded anew, or renewed."""
        words, base = freedom.words, freedom.words.baseline
        return {
            **{name: getattr(words, name) for name in FreedomForm.base_fields if hasattr(words, name)},
            "granter": str(words.granter),
            "users": [str(user) for user in words.users],
            "evaluator": str(words.evaluator),
            "baseline": base.shown,
            "baseline_n": base.n,
            "baseline_source": base.source,
            "baseline_dated": base.dated,
        }


class ActForm(forms.Form):
    """Something that is done for a body: those for which this person may do it."""

    party = forms.ChoiceField(label=_("For which body you act"))

    def __init__(self, *args: Any, parties: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [(str(party.id), party.name) for party in parties]  # type: ignore[attr-defined]


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Why"), help_text=_("Everyone can read this."), max_length=2000, widget=TEXT
    )


class MeasurementForm(ActForm):
    value = forms.DecimalField(label=_("The figure"), max_digits=14, decimal_places=4)
    n = forms.IntegerField(
        label=_("Of how many (n)"),
        help_text=_("Leave it empty where it is not known: it is shown as not stated."),
        min_value=1,
        max_value=10**9,
        required=False,
    )
    dated = forms.DateField(label=_("On what day it was so"), widget=DAY)
    source = forms.CharField(label=_("Where it comes from"), max_length=500)
    url = forms.URLField(
        label=_("Where a reader finds it"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=_("What a reader should know"),
        help_text=_("For example how it was counted, or which earlier figure it corrects."),
        max_length=1000,
        required=False,
        widget=TEXT,
    )


class EvaluationForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Did the hypothesis hold?"),
        choices=[(verdict.value, verdict.label) for verdict in Verdict],
        widget=forms.RadioSelect,
    )
    figures = forms.CharField(label=_("On which figures this rests"), max_length=4000, widget=TEXT)
    learnt = forms.CharField(
        label=_("What was learnt"),
        help_text=_("Also by those for whom it did not work. Name no private person."),
        max_length=4000,
        widget=TEXT,
    )
    url = forms.URLField(
        label=_("Where a reader finds the whole report"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )


class ReplyForm(ActForm):
    text = forms.CharField(
        label=_("Your reply"),
        help_text=_("It stands beside the evaluation, and changes nothing in it."),
        max_length=2000,
        widget=TEXT,
    )
