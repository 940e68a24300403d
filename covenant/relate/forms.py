"""Forms of working relationship agreements: text, lists with one thing a line, and choices."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.place.types import PartyView
from covenant.relate.engine.starting import BLANK, WORKED
from covenant.relate.types import (
    CLIENTS,
    Behaviour,
    Contract,
    DecisionRule,
    Exit,
    Forum,
    LegalStatus,
    Member,
    PersonRole,
    Principle,
    Promise,
    Words,
)

TEXT = forms.Textarea(attrs={"rows": 3})
DAY = forms.DateInput(attrs={"type": "date"})
MOST = 100  # things in a list


def key() -> str:
    """A name for a behaviour or a promise that no other has."""
    return secrets.token_hex(6)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


class Lines(forms.CharField):
    """A list, one thing a line."""

    widget = TEXT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4000, required=False, **kwargs)

    def clean(self, value: Any) -> tuple[str, ...]:
        found = _lines(super().clean(value))
        if len(found) > MOST or any(len(line) > 200 for line in found):
            raise forms.ValidationError(_("At most 100 lines, of 200 characters each."))
        return found


class BeginForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    purpose = forms.CharField(label=_("What it is for"), max_length=2000, widget=TEXT)
    client_group = forms.CharField(label=_("Who the client group are"), max_length=500)
    bodies = forms.MultipleChoiceField(label=_("Between which bodies"), widget=forms.CheckboxSelectMultiple)
    template = forms.ChoiceField(
        label=_("What to begin with"),
        choices=[
            (WORKED, _("Worked principles, behaviours, forum and exit, to be worded anew")),
            (BLANK, _("A blank page")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, bodies: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bodies"].choices = _bodies(bodies)  # type: ignore[attr-defined]


class BodiesForm(forms.Form):
    bodies = forms.MultipleChoiceField(label=_("Between which bodies"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, bodies: Sequence[PartyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bodies"].choices = _bodies(bodies)  # type: ignore[attr-defined]


def _bodies(parties: Iterable[PartyView]) -> list[tuple[str, str]]:
    return [(str(party.id), f"{party.name} ({party.sector.label.lower()})") for party in parties]


class WordsForm(forms.Form):
    """Everything but people, behaviours and promises, which have pages of their own."""

    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.CharField(label=_("What it is for"), max_length=2000, widget=TEXT)
    client_group = forms.CharField(label=_("Who the client group are"), max_length=500)
    legal_status = forms.ChoiceField(
        label=_("What it is meant to be in law"),
        choices=[(each.value, each.label) for each in LegalStatus],
        help_text=_("Nothing here fetters a public body’s discretion. This is no legal advice."),
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=_("Contract that it stands beside: reference"), max_length=200, required=False
    )
    value = forms.DecimalField(
        label=_("Contract: value in pounds"),
        max_digits=14,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
    )
    starts = forms.DateField(label=_("Contract: first day"), required=False, widget=DAY)
    ends = forms.DateField(label=_("Contract: last day"), required=False, widget=DAY)
    scope = forms.CharField(label=_("Contract: scope"), max_length=1000, required=False, widget=TEXT)
    outcomes = Lines(label=_("Shared outcomes"), help_text=_("One a line."))
    information = forms.CharField(
        label=_("What is shared, and what never is"), max_length=2000, required=False, widget=TEXT
    )
    money = forms.CharField(
        label=_("How money is talked about"), max_length=2000, required=False, widget=TEXT
    )
    members = forms.MultipleChoiceField(
        label=_("Who sits in the forum"), required=False, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.ChoiceField(
        label=_("How the forum decides"),
        choices=[(each.value, each.label) for each in DecisionRule],
        widget=forms.RadioSelect,
    )
    quorum = forms.IntegerField(label=_("How many must vote at least"), min_value=1, max_value=1000)
    matters = Lines(label=_("What the forum decides"), help_text=_("One matter a line."))
    reserved = Lines(
        label=_("What it never decides"), help_text=_("Reserved matters, one a line: none is ever voted on.")
    )
    notice_days = forms.IntegerField(label=_("Days of notice for a body"), min_value=0, max_value=730)
    continuity = forms.CharField(
        label=_("Who looks after clients when somebody leaves"), max_length=2000, required=False, widget=TEXT
    )
    handover = forms.CharField(label=_("Handover"), max_length=2000, required=False, widget=TEXT)
    kept = forms.CharField(label=_("What becomes of data"), max_length=2000, required=False, widget=TEXT)
    survives = forms.CharField(label=_("What survives the end"), max_length=2000, required=False, widget=TEXT)

    def __init__(self, *args: Any, inside: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = member_choices(inside)  # type: ignore[attr-defined]

    def apply(self, words: Words) -> Words:
        """Words with what this form says in them."""
        said = self.cleaned_data
        value = said["value"]
        return replace(
            words,
            **{
                name: said[name]
                for name in ("title", "purpose", "client_group", "outcomes", "information", "money")
            },
            legal_status=LegalStatus(said["legal_status"]),
            contract=Contract(
                said["reference"],
                int(value * 100) if value is not None else None,
                said["starts"],
                said["ends"],
                said["scope"],
            ),
            forum=Forum(
                tuple(said["members"]),
                DecisionRule(said["rule"]),
                said["quorum"],
                said["matters"],
                said["reserved"],
            ),
            exit=Exit(*(said[n] for n in ("notice_days", "continuity", "handover", "kept", "survives"))),
        )

    @staticmethod
    def values(words: Words) -> dict[str, Any]:
        """What the form shows of words."""
        contract, forum, leaving = words.contract, words.forum, words.exit
        names = ("title", "purpose", "client_group", "information", "money")
        return {
            **{name: getattr(words, name) for name in names},
            **{name: getattr(contract, name) for name in ("reference", "starts", "ends", "scope")},
            **{n: getattr(leaving, n) for n in ("notice_days", "continuity", "handover", "survives")},
            "kept": leaving.data,
            "legal_status": words.legal_status.value,
            "value": Decimal(contract.value) / 100 if contract.value is not None else None,
            "outcomes": "\n".join(words.outcomes),
            "members": list(forum.members),
            "rule": forum.rule.value,
            "quorum": forum.quorum,
            "matters": "\n".join(forum.matters),
            "reserved": "\n".join(forum.reserved),
        }


def member_choices(members: Iterable[Member]) -> list[tuple[str, str]]:
    return [(str(member.id), member.shown) for member in members]


class PersonForm(forms.Form):
    name = forms.CharField(
        label=_("The person’s name"),
        help_text=_("Members see it. Others see it only if the person says so when they consent."),
        max_length=200,
    )
    email = forms.EmailField(
        label=_("Their email address"), help_text=_("They sign in by a code sent to it. It is never shown.")
    )
    role = forms.ChoiceField(
        label=_("As what they take part"),
        choices=[(each.value, each.label) for each in PersonRole],
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(label=_("For which body they work"), required=False)

    def __init__(self, *args: Any, bodies: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.party.id), each.party.name) for each in bodies if each.party]
        self.fields["party"].choices = [("", _("For none")), *choices]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        party = UUID(said["party"]) if said["party"] else None
        return {**said, "role": PersonRole(said["role"]), "party": party}


class BehaviourForm(forms.Form):
    principle = forms.CharField(
        label=_("Principle"),
        help_text=_("Behaviours with the same principle stand together."),
        max_length=200,
    )
    text = forms.CharField(label=_("The behaviour"), max_length=500)
    good = forms.CharField(label=_("A good example"), max_length=1000, widget=TEXT)
    bad = forms.CharField(label=_("A bad example"), max_length=1000, widget=TEXT)
    constraint = forms.CharField(label=_("What limits it"), max_length=1000, required=False, widget=TEXT)

    def apply(self, words: Words, old: str) -> Words:
        """Words with this behaviour, in the place of an old one where there is one of this key."""
        said = dict(self.cleaned_data)
        name = " ".join(said.pop("principle").split())
        behaviour = Behaviour(old or key(), **said)
        kept = [without(each, old) for each in words.principles]
        stays = any(each.name == name for each in words.principles)
        if not stays:
            kept.append(Principle(key(), name))
        found = tuple(
            replace(each, behaviours=(*each.behaviours, behaviour)) if each.name == name else each
            for each in kept
        )
        return replace(words, principles=tuple(each for each in found if each.behaviours))


def without(principle: Principle, key: str) -> Principle:
    return replace(principle, behaviours=tuple(each for each in principle.behaviours if each.key != key))


class PromiseForm(forms.Form):
    by = forms.ChoiceField(label=_("Who promises"))
    to = forms.ChoiceField(label=_("To whom"))
    what = forms.CharField(label=_("What"), max_length=1000, widget=TEXT)
    by_when = forms.DateField(label=_("By when"), widget=DAY)
    evidence = forms.CharField(label=_("How anyone can tell"), max_length=500)
    reciprocal_of = forms.ChoiceField(label=_("In return for"), required=False)

    def __init__(
        self, *args: Any, inside: Sequence[Member], others: Sequence[Promise], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "by": member_choices(inside),
            "to": [(CLIENTS, _("The client group")), *member_choices(inside)],
            "reciprocal_of": [("", _("Nothing")), *((each.key, each.what[:80]) for each in others)],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]

    def apply(self, words: Words, old: str) -> Words:
        made = Promise(old or key(), **self.cleaned_data)
        if old:
            return replace(words, promises=tuple(made if p.key == old else p for p in words.promises))
        return replace(words, promises=(*words.promises, made))
