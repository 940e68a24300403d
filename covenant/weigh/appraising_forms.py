"""Forms of a decision until it is weighed: its words, its options, what else there is to weigh."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from covenant.place.types import PartyView
from covenant.weigh import costs, rules
from covenant.weigh.forms import TEXT, Checked, GroundForm
from covenant.weigh.shown import AppraisalView, IdeaLine, OptionView
from covenant.weigh.types import AppraisalWords, Baseline, ConsiderationKind, Cost, CostKind, OptionWords

DAY = forms.DateInput(attrs={"type": "date"})
MOST_POUNDS = costs.LARGEST // 100


class AppraisalForm(Checked):
    """What is to be decided, by whom and by when, and what it hopes to change."""

    title = forms.CharField(label=_("The decision in a few words"), max_length=200)
    asks = forms.CharField(
        label=_("What is to be decided"),
        help_text=_("As a question that can still be answered either way."),
        max_length=2000,
        widget=TEXT,
    )
    decide_by = forms.DateField(label=_("By when"), widget=DAY)
    bodies = forms.MultipleChoiceField(
        label=_("Which bodies weigh it and sign"), widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.CharField(
        label=_("What it hopes to change"),
        help_text=_("The difference in people’s lives, not the activity."),
        max_length=1000,
        widget=TEXT,
    )
    baseline = forms.DecimalField(
        label=_("Baseline: how it stands today"),
        help_text=_("Leave the baseline empty where none is known: that is shown."),
        max_digits=14,
        decimal_places=4,
        required=False,
    )
    unit = forms.CharField(label=_("Baseline: in what unit"), max_length=60, required=False)
    dated = forms.DateField(label=_("Baseline: of what date"), required=False, widget=DAY)
    source = forms.CharField(label=_("Baseline: source"), max_length=500, required=False)

    def __init__(
        self, *args: Any, parties: Sequence[PartyView], today: date, before: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.before = today, before
        self.fields["bodies"].choices = [  # type: ignore[attr-defined]
            (str(party.id), f"{party.name} ({party.sector.label.lower()})") for party in parties
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("decide_by"):
            self.check("decide_by", rules.check_decide_by, found["decide_by"], self.today, self.before)
        parts = ("unit", "dated", "source")
        if found.get("baseline") is not None:
            self.fill_in(*parts)
        elif "baseline" not in self.errors and any(found.get(name) for name in parts):
            self.fill_in("baseline")
        if found.get("dated"):
            self.check("dated", costs.check_dated, found["dated"], self.today)
        return found

    def words(self) -> AppraisalWords:
        found = self.cleaned_data
        base = Baseline(found["baseline"], found["unit"], found["dated"], found["source"])
        bodies = tuple(UUID(body) for body in found["bodies"])
        names = {name: found[name] for name in ("title", "asks", "decide_by", "outcome")}
        return AppraisalWords(**names, bodies=bodies, baseline=base)

    @staticmethod
    def values(view: AppraisalView) -> dict[str, object]:
        """What the form shows of a decision that is worded anew."""
        words, base = view.words, view.words.baseline
        return {
            **{name: getattr(words, name) for name in ("title", "asks", "decide_by", "outcome")},
            "bodies": [str(body) for body in words.bodies],
            "baseline": base.shown,
            "unit": base.unit,
            "dated": base.dated,
            "source": base.source,
        }


def _sum(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=MOST_POUNDS, max_digits=16, decimal_places=2, required=False
    )


def _said(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, required=False, widget=TEXT, **more)


class OptionForm(Checked):
    """One way to decide: what it is, what it costs, who gains and who loses."""

    title = forms.CharField(label=_("Short name"), max_length=200)
    what = forms.CharField(label=_("What it is"), max_length=4000, widget=TEXT)
    cost = forms.ChoiceField(
        label=_("What it costs"),
        choices=[(kind.value, kind.label) for kind in CostKind],
        initial=CostKind.NOT_STATED.value,
        widget=forms.RadioSelect,
    )
    once_low = _sum(_("Once, in pounds: from"))
    once_high = _sum(_("Once, in pounds: to"))
    yearly_low = _sum(_("A year, in pounds: from"))
    yearly_high = _sum(_("A year, in pounds: to"))
    price_year = forms.CharField(
        label=_("Of what year the prices are"), help_text=_("2026, or 2026/27."), max_length=7, required=False
    )
    cost_source = _said(_("Where the figures come from, or how you know, or why nobody knows"))
    payer = _said(_("Who pays"))
    benefits = _said(_("Benefits"))
    tradeoffs = _said(_("Trade-offs"))
    gains = _said(_("Who gains"))
    loses = _said(_("Who loses"))
    legal = _said(_("Legal caveat"), help_text=_("Which law or duty bears on it. This is no legal advice."))
    ideas = forms.MultipleChoiceField(
        label=_("Ideas that it takes up"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, ideas: Iterable[IdeaLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(idea.id), idea.title) for idea in ideas]
        self.fields["ideas"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["ideas"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for low, high in (("once_low", "once_high"), ("yearly_low", "yearly_high")):
            one, other = found.get(low), found.get(high)
            if one is None and other is not None and low not in self.errors:
                self.fill_in(low)
            elif one is not None and other is not None and one > other:
                self.add_error(high, _t("This is less than the figure that it goes up from."))
        if "cost" in found:
            self._clean_cost(CostKind(found["cost"]), found)
        return found

    def _clean_cost(self, kind: CostKind, found: dict[str, Any]) -> None:
        sums = ("once_low", "once_high", "yearly_low", "yearly_high")
        given = [name for name in sums if found.get(name) is not None or name in self.errors]
        if kind is CostKind.FIGURES:
            if not given:
                self.add_error("once_low", _t("Give the cost in figures: once, or a year, or both."))
            self.fill_in("price_year", "cost_source")
            if found.get("price_year"):
                self.check("price_year", costs.check_price_year, found["price_year"])
            return
        if given or found.get("price_year"):
            self.add_error("cost", _t("There are figures of a cost: choose “Figures”, or leave them out."))
        if kind is not CostKind.NOT_STATED:
            self.fill_in("cost_source")

    def words(self) -> OptionWords:
        found = self.cleaned_data
        names = ("title", "what", "payer", "benefits", "tradeoffs", "gains", "loses", "legal")
        sums = ("once_low", "once_high", "yearly_low", "yearly_high")
        pence = {name: None if found[name] is None else int(found[name] * 100) for name in sums}
        for low, high in (sums[:2], sums[2:]):
            pence[high] = pence[low] if pence[high] is None else pence[high]
        cost = Cost(
            kind=CostKind(found["cost"]), price_year=found["price_year"], source=found["cost_source"], **pence
        )
        ideas = tuple(UUID(id) for id in found.get("ideas", []))
        return OptionWords(**{name: found[name] for name in names}, cost=cost, ideas=ideas)

    @staticmethod
    def values(option: OptionView) -> dict[str, object]:
        """What the form shows of an option that is worded anew."""
        words, cost = option.words, option.words.cost
        names = ("title", "what", "payer", "benefits", "tradeoffs", "gains", "loses", "legal")
        sums = ("once_low", "once_high", "yearly_low", "yearly_high")
        pence = {name: getattr(cost, name) for name in sums}
        return {
            **{name: getattr(words, name) for name in names},
            **{name: None if n is None else f"{n // 100}.{n % 100:02d}" for name, n in pence.items()},
            "cost": cost.kind.value,
            "price_year": cost.price_year,
            "cost_source": cost.source,
            "ideas": [str(id) for id in words.ideas],
        }


class ConsiderationForm(Checked):
    """Something to weigh beside what ideas bring with them."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[(k.value, k.label) for k in ConsiderationKind if k is not ConsiderationKind.COST],
        widget=forms.RadioSelect,
    )
    statements = forms.CharField(
        label=_("Statements that were heard"),
        help_text=_("The address of each statement’s page, one on a line."),
        max_length=5000,
        required=False,
        widget=TEXT,
    )
    text = _said(
        _("The evidence, or the consideration of equality"),
        help_text=_("For equality: on whom it falls, and how, by each protected characteristic it touches."),
    )
    source = forms.CharField(label=_("Where it comes from"), max_length=500, required=False)
    url = forms.URLField(label=_("Link to the source"), max_length=500, required=False, assume_scheme="https")
    clean_statements = GroundForm.clean_statements

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("kind") == ConsiderationKind.HEARD.value:
            self.fill_in("statements")
        elif "kind" in found:
            self.fill_in("text", "source")
        return found
