"""Forms of those who weigh, answer, declare, judge: a row for each thing, and what was begun is kept."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from covenant.place.types import PartyView
from covenant.weigh.forms import TEXT, Checked
from covenant.weigh.shown import Consideration, OptionView
from covenant.weigh.types import Answer, Followed, Weight

NOT_YET = ("", _("Not yet"))
CONVENOR = "convenor"  # who acts where no body is named


class RowsForm(Checked):
    """For each consideration a choice and a reason; both or neither."""

    choices: Sequence[tuple[str, Any]]
    reason: Any
    nothing: Any

    def __init__(
        self, *args: Any, rows: Iterable[tuple[Consideration, str, str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {each.number: each.id for each, *_ in rows}
        for each, said, chosen, why in rows:
            self.fields[f"choice-{each.number}"] = forms.ChoiceField(
                label=f"{each.number}. {said}",
                choices=[NOT_YET, *self.choices],
                initial=chosen,
                required=False,
                widget=forms.Select,
            )
            self.fields[f"reason-{each.number}"] = forms.CharField(
                label=f"{each.number}. {self.reason}",
                max_length=2000,
                initial=why,
                required=False,
                widget=TEXT,
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for number in self.rows:
            choice, reason = f"choice-{number}", f"reason-{number}"
            if found.get(choice) and not found.get(reason):
                self.fill_in(reason)
            if found.get(reason) and not found.get(choice) and choice not in self.errors:
                label = self.fields[choice].label
                self.add_error(choice, _t("Choose an answer to “%(label)s”") % {"label": label})
        if not self.errors and not any(found.get(f"choice-{number}") for number in self.rows):
            self.add_error(None, self.nothing)
        return found

    def answered(self) -> dict[UUID, tuple[str, str]]:
        """What was answered, by the consideration's id."""
        found = self.cleaned_data
        return {
            id: (found[f"choice-{number}"], found[f"reason-{number}"])
            for number, id in self.rows.items()
            if found[f"choice-{number}"]
        }


class WeighForm(RowsForm):
    """What weight each consideration has for one body, and why."""

    choices = [(weight.value, weight.label) for weight in Weight]
    reason = _("Why this weight")
    nothing = _("Give at least one of them a weight.")

    def weights(self) -> dict[UUID, tuple[Weight, str]]:
        return {id: (Weight(weight), reason) for id, (weight, reason) in self.answered().items()}


class AnswersForm(RowsForm):
    """What becomes of each thing that was heard, and why."""

    choices = [(each.value, each.label) for each in Followed]
    reason = _("Because")
    nothing = _("Answer at least one of them.")

    def answers(self) -> dict[UUID, Answer]:
        return {id: Answer(Followed(said), why) for id, (said, why) in self.answered().items()}


class ActForm(Checked):
    """Something that is done for a body, or as the convenor: those for whom this person may do it."""

    party = forms.ChoiceField(label=_("For whom you act"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, acts_for: Sequence[PartyView | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [  # type: ignore[attr-defined]
            (str(party.id), party.name) if party else (CONVENOR, _t("The convenor")) for party in acts_for
        ]
        if len(acts_for) == 1:
            self.fields["party"].initial = str(acts_for[0].id) if acts_for[0] else CONVENOR

    def acting(self) -> UUID | None:
        said = self.cleaned_data["party"]
        return None if said == CONVENOR else UUID(said)


class ReasonForm(ActForm):
    reason = forms.CharField(
        label=_("Why"), help_text=_("Everyone can read this."), max_length=2000, widget=TEXT
    )


class InterestForm(ActForm):
    text = forms.CharField(
        label=_("Your body’s interest"),
        help_text=_("What it or its people stand to gain or lose by an option, or that there is none."),
        max_length=2000,
        widget=TEXT,
    )


class JudgementForm(Checked):
    """Which option is chosen, and why."""

    option = forms.ChoiceField(label=_("Which option is chosen"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why this one and not another"),
        help_text=_("It is signed with everything that was weighed."),
        max_length=4000,
        widget=TEXT,
    )

    def __init__(self, *args: Any, options: Iterable[OptionView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            (str(option.id), f"{option.number}. {option.words.title}") for option in options
        ]


class WithdrawForm(Checked):
    reason = forms.CharField(
        label=_("Why"), help_text=_("Everyone can read this."), max_length=2000, widget=TEXT
    )
