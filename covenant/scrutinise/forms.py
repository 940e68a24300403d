from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.place.types import NotPossible, PartyView
from covenant.scrutinise.desk import Row
from covenant.scrutinise.stages import Answer

TEXT = forms.Textarea(attrs={"rows": 3})
LONG = forms.Textarea(attrs={"rows": 8})


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether a form could be acted on; where it could not, the form says why."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


class AppointForm(forms.Form):
    """Who is to be scrutineer, what they declare, and for how long."""

    name = forms.CharField(
        label=_("The person’s name"), help_text=_("Shown on every page about scrutiny."), max_length=200
    )
    email = forms.EmailField(
        label=_("Their email address"), help_text=_("They sign in by a code sent to it. It is never shown.")
    )
    statement = forms.CharField(
        label=_("What they declare of their independence"),
        help_text=_("In their own words. It is published, and part of what the parties consent to."),
        max_length=2000,
        widget=TEXT,
    )
    interests = forms.CharField(
        label=_("What interests they declare"),
        help_text=_("For example: member of the parish council until 2022. If there are none, say “none”."),
        max_length=2000,
        widget=TEXT,
    )
    contact = forms.CharField(
        label=_("How anyone can reach them"),
        help_text=_("Only what they want published."),
        max_length=300,
        required=False,
    )
    starts = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(
        label=_("Until"),
        help_text=_("The last day of the term: at most three years in all."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class ReasonForm(forms.Form):
    """A reason that is published or shown to those concerned."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=TEXT)


class DealForm(forms.Form):
    """What becomes of a question."""

    act = forms.ChoiceField(label=_("What do you do with this question?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Needed to answer a question or to set it aside. Everyone can read it."),
        max_length=2000,
        required=False,
        widget=TEXT,
    )
    reading = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: object, acts: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        words = {
            "take up": _("Take it up: look into it"),
            "answer": _("Answer it: what was asked is answered by what is said or shown elsewhere"),
            "set aside": _("Set it aside: it will not be looked into, for a reason"),
        }
        self.fields["act"].choices = [(act, words[act]) for act in acts]  # type: ignore[attr-defined]


class OwnForm(forms.Form):
    """A question of the scrutineer's own, with one piece of what it rests on."""

    text = forms.CharField(
        label=_("What you ask"),
        help_text=_("A question to whoever knows. It names no private person."),
        max_length=2000,
        widget=TEXT,
    )
    commitments = forms.MultipleChoiceField(
        label=_("Which commitments it is about"), widget=forms.CheckboxSelectMultiple, required=False
    )
    says = forms.CharField(
        label=_("What it rests on"), help_text=_("What a source says."), max_length=1000, widget=TEXT
    )
    where = forms.CharField(label=_("Where a reader finds it"), max_length=500)

    def __init__(self, *args: object, commitments: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["commitments"].choices = commitments  # type: ignore[attr-defined]

    def evidence(self) -> list[Row]:
        found = self.cleaned_data
        return [Row(proposal, "", found["says"], found["where"]) for proposal in found["commitments"] or [""]]


class FindingForm(forms.Form):
    """What the scrutineer means to find, and whom it concerns."""

    text = forms.CharField(
        label=_("What you find"),
        help_text=_(
            "Say what is found of commitments and of bodies, never of a person, and on what it rests. "
            "These words cannot change once the parties have seen them."
        ),
        max_length=5000,
        widget=LONG,
    )
    parties = forms.MultipleChoiceField(
        label=_("Which parties it concerns"),
        help_text=_("They see the draft and may reply before it is signed."),
        widget=forms.CheckboxSelectMultiple,
    )
    commitments = forms.MultipleChoiceField(
        label=_("Which commitments it concerns"), widget=forms.CheckboxSelectMultiple, required=False
    )
    why = forms.CharField(
        label=_("Why it supersedes the earlier finding"), max_length=2000, required=False, widget=TEXT
    )

    def __init__(
        self,
        *args: object,
        parties: Sequence[tuple[str, str]],
        commitments: Sequence[tuple[str, str]],
        supersedes: bool,
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parties"].choices = parties  # type: ignore[attr-defined]
        self.fields["commitments"].choices = commitments  # type: ignore[attr-defined]
        if supersedes:
            self.fields["why"].required = True
        else:
            del self.fields["why"]


class MendForm(forms.Form):
    checked = forms.CharField(label=_("What you checked, and what you saw"), max_length=2000, widget=TEXT)


class ReplyForm(forms.Form):
    """What a party says beside a finding: accept, explain or fix."""

    party = forms.ChoiceField(label=_("For which party"), widget=forms.RadioSelect)
    answer = forms.ChoiceField(
        label=_("What do you reply?"),
        choices=[
            (Answer.ACCEPT, _("Accept: say what will be done, and by when")),
            (Answer.EXPLAIN, _("Explain: say why it is so, or why it will stay so")),
            (Answer.FIX, _("Fix: it is mended, and here is the evidence")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Your reply"),
        help_text=_("It stands beside the finding, in full. Name no private person."),
        max_length=3000,
        widget=LONG,
    )
    until = forms.DateField(
        label=_("If you accept: by when it will be done"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    url = forms.URLField(
        label=_("If it is mended: where a reader sees it"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )
    dated = forms.DateField(
        label=_("If it is mended: of what date that is"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: object, parties: Sequence[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["party"].choices = [(str(party.id), party.name) for party in parties]  # type: ignore[attr-defined]
        if len(parties) == 1:
            self.initial.setdefault("party", str(parties[0].id))

    def clean(self) -> dict[str, Any]:
        """What a kind of reply needs is asked for at its own field; the rule holds whatever a form says."""
        words = super().clean() or self.cleaned_data
        for answer, name, said in (
            (Answer.ACCEPT, "until", _("Say by when you will do it.")),
            (Answer.FIX, "url", _("Give the address where a reader sees that it is mended.")),
            (Answer.FIX, "dated", _("Say of what date the evidence is.")),
        ):
            if words.get("answer") == answer and not words.get(name) and name not in self.errors:
                self.add_error(name, said)
        return words


class PlaceForm(forms.Form):
    """Findings of which place, the places within it included."""

    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: object, places: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["place"].choices = [("", _("All places")), *places]  # type: ignore[attr-defined]
