"""What is typed on pages about concerns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.concern import codes, rules
from covenant.concern.types import Criterion, Outcome
from covenant.place.types import NotPossible, PartyView

TEXT = forms.Textarea(attrs={"rows": 4})
LONG = forms.Textarea(attrs={"rows": 8})
Choices = Sequence[tuple[str, str]]


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether a form could be acted on; where it could not, the form says why."""
    if not form.is_valid():
        return False
    try:
        act()
    except NotPossible as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def parties_as_choices(parties: Iterable[PartyView]) -> list[tuple[str, str]]:
    return [(str(party.id), party.name) for party in parties]


def only_one(form: forms.Form, parties: Iterable[PartyView]) -> None:
    """Ask for which party, unless there is one alone."""
    choices = parties_as_choices(parties)
    form.fields["party"].choices = choices  # type: ignore[attr-defined]
    if len(choices) == 1:
        form.fields["party"].disabled, form.initial["party"] = True, choices[0][0]
        form.fields["party"].widget = forms.HiddenInput()


def secret(label: Any, hint: Any = "", *, known: bool = False) -> forms.CharField:
    """A field for a passphrase: never filled in again, and no space is taken off."""
    words = {"autocomplete": "current-password" if known else "new-password", "spellcheck": "false"}
    widget = forms.PasswordInput(attrs=words)
    return forms.CharField(label=label, help_text=hint, max_length=500, strip=False, widget=widget)


class RaiseForm(forms.Form):
    """What happened, what would put it right, and that nobody is in danger."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    safe = forms.BooleanField(label=_("This is not about somebody in danger, or somebody who may be harmed"))
    about = forms.ChoiceField(label=_("Which commitment is it about?"), required=False)
    happened = forms.CharField(
        label=_("What happened"),
        help_text=_(
            "What was done or not done, and roughly when. You need not say who you are. If only a few people "
            "could know something, think about whether to write it."
        ),
        max_length=rules.LONGEST_TEXT,
        widget=LONG,
    )
    right = forms.CharField(
        label=_("What would put it right"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: object, commitments: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [("", _("None, or several")), *commitments]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    def clean_token(self) -> bytes | None:
        """The 16 bytes by which a form that is sent twice is known; None where somebody changed it."""
        return codes.token(self.cleaned_data["token"])


class OpenlyForm(RaiseForm):
    """The same, in the open, for a party."""

    party = forms.ChoiceField(label=_("For which party do you speak?"))
    field_order = ["token", "safe", "party", "about", "happened", "right"]

    def clean_party(self) -> UUID:
        return UUID(self.cleaned_data["party"])

    def __init__(self, *args: object, parties: Iterable[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        only_one(self, parties)
        self.fields["happened"].help_text = _("Everyone can read it. Name no person.")
        self.order_fields(self.field_order)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Case code"),
        help_text=_("Seven groups of four letters and figures. Small letters and spaces do not matter."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Write to the scrutineer"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class KeyForm(forms.Form):
    passphrase = secret(
        _("A new passphrase"),
        _("At least 16 characters: five or six words that do not belong together. Nobody can reset it."),
    )
    again = secret(_("The same passphrase again"))


class RecipientForm(forms.Form):
    recipient = forms.CharField(
        label=_("The public half of your key"),
        help_text=_("The line that begins with age1, as age-keygen prints it. Never send the secret half."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PassphraseForm(forms.Form):
    passphrase = secret(_("Your passphrase"), _("It is used for this page and kept nowhere."), known=True)


class AdmitForm(forms.Form):
    parties = forms.MultipleChoiceField(
        label=_("Which parties could put it right?"), widget=forms.CheckboxSelectMultiple
    )
    commitment = forms.ChoiceField(label=_("Which commitment is it about?"), required=False)
    tests = forms.BooleanField(label=_("It passes all four tests"))

    def __init__(self, *args: object, parties: Choices, commitments: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["parties"].choices = parties  # type: ignore[attr-defined]
        about = [("", _("None, or several")), *commitments]
        self.fields["commitment"].choices = about  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    criterion = forms.ChoiceField(
        label=_("Which test does it not pass?"),
        choices=[(each.value, each.label) for each in Criterion],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Why, and where else they can go"),
        help_text=_("Sealed to whoever raised it. Nobody else reads it."),
        max_length=rules.LONGEST_TEXT,
        widget=TEXT,
    )


class WriteForm(forms.Form):
    text = forms.CharField(
        label=_("What you write to whoever raised it"),
        help_text=_("Sealed: they read it with their case code."),
        max_length=rules.LONGEST_TEXT,
        widget=TEXT,
    )


class OfferForm(forms.Form):
    statement = forms.CharField(
        label=_("What those at the next rung will read"),
        help_text=_(
            "Your words, not theirs. What is done or not done, and what would put it right. Nothing by which "
            "anyone could tell who raised it, no person’s name, no address."
        ),
        max_length=rules.LONGEST_STATEMENT,
        widget=LONG,
    )
    checked = forms.BooleanField(
        label=_("I have read these words once more: they give nobody away and label no person")
    )


class JoinForm(forms.Form):
    to = forms.ChoiceField(label=_("To which concern?"))

    def __init__(self, *args: object, others: Choices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["to"].choices = others  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[(o.value, o.label) for o in Outcome if o is not Outcome.REFUSED],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What you say of it to whoever raised it"),
        help_text=_("Sealed to them. Leave it empty where they withdrew it."),
        max_length=rules.LONGEST_TEXT,
        required=False,
        widget=TEXT,
    )


class SayForm(forms.Form):
    party = forms.ChoiceField(label=_("For which party do you speak?"))
    text = forms.CharField(
        label=_("What your party does about it, or why not"),
        help_text=_("All who were asked, the scrutineer and whoever raised it read it. Name no person."),
        max_length=rules.LONGEST_STATEMENT,
        widget=TEXT,
    )

    def clean_party(self) -> UUID:
        return UUID(self.cleaned_data["party"])

    def __init__(self, *args: object, parties: Iterable[PartyView], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        only_one(self, parties)
