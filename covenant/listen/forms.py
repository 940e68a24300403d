from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from covenant.listen import codes, rules
from covenant.listen.types import Vote
from covenant.place.types import NotPossible

VOTES = {"agree": Vote.AGREE, "pass": Vote.PASS, "disagree": Vote.DISAGREE}
LANGUAGES = [
    ("en", _("English")),
    ("cy", _("Welsh")),
    ("ar", _("Arabic")),
    ("bn", _("Bengali")),
    ("gu", _("Gujarati")),
    ("pa", _("Punjabi")),
    ("pl", _("Polish")),
    ("ro", _("Romanian")),
    ("ur", _("Urdu")),
    ("zh-Hans", _("Chinese, simplified")),
    ("zh-Hant", _("Chinese, traditional")),
]


class VoteForm(forms.Form):
    vote = forms.ChoiceField(choices=[(name, name) for name in VOTES])

    @property
    def value(self) -> Vote:
        return VOTES[self.cleaned_data["vote"]]


class AnswerForm(forms.Form):
    """An answer to a statement that was shown, or none for now."""

    exposure = forms.UUIDField()
    vote = forms.ChoiceField(choices=[(name, name) for name in [*VOTES, "skip"]])

    @property
    def value(self) -> Vote | None:
        return VOTES.get(self.cleaned_data["vote"])


class SuggestForm(forms.Form):
    text = forms.CharField(
        label=_("Your statement"),
        help_text=_(
            "One idea, in words with which others can agree or disagree. Leave out names and addresses."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_text(self) -> str:
        return _wording(self.cleaned_data["text"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].max_length = rules.MOST_CHARACTERS  # type: ignore[attr-defined]  # said beside the box


class CodeForm(forms.Form):
    """A code from a letter."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("16 letters and figures, as in the letter. Capitals, spaces and hyphens do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CodesForm(forms.Form):
    """New codes for the households of an area."""

    area = forms.CharField(
        label=_("Area"),
        help_text=_("Such as a ward: everyone can read it in the record. No addresses."),
        max_length=60,
    )
    n = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=codes.MOST)


class GrantForm(forms.Form):
    """An analyst may have results replayed."""

    email = forms.EmailField(label=_("Email address of the analyst"))
    until = forms.DateField(
        label=_("Until, that day included"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Why"), help_text=_("It is told with the record, to everyone."), max_length=300
    )


class ConversationForm(forms.Form):
    """A new conversation with the statements that it starts with."""

    title = forms.CharField(
        label=_("The question"),
        help_text=_("For example: What would make our town better for children?"),
        max_length=200,
    )
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    introduction = forms.CharField(
        label=_("What it is about"),
        help_text=_("Who asks, why now, what can still change, and when people will hear what came of it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Language of the statements"), choices=LANGUAGES)
    statements = forms.CharField(
        label=_("Statements to start with"),
        help_text=_("One a line. Ten or more, of different views, make a good start."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    opens = forms.DateField(
        label=_("Opens on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    closes = forms.DateField(
        label=_("Closes after"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"].lower()
        _checked(rules.check_slug, slug)
        return slug

    def clean_statements(self) -> list[str]:
        found: list[str] = []
        for number, line in enumerate(self.cleaned_data["statements"].splitlines(), 1):
            if line.strip():
                try:
                    text = rules.wording(line)
                    rules.check_new(text, found)
                except NotPossible as refusal:
                    raise ValidationError(
                        _t("Line %(number)d: %(why)s") % {"number": number, "why": refusal}
                    ) from None
                found.append(text)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _checked(rules.check_dates, cleaned.get("opens"), cleaned.get("closes"))
        return cleaned


class ModerateForm(forms.Form):
    """Show a statement, or hide it and say why."""

    shown = forms.TypedChoiceField(
        label=_("What should happen with it"),
        choices=[("yes", _("Show it")), ("no", _("Hide it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Needed to hide it. Everyone can read the reason in the record."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("shown") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _t("Say why this statement is hidden: the reason is public."))
        return cleaned


def _wording(text: str) -> str:
    return str(_checked(rules.wording, text))


def _checked(rule: Any, *values: Any) -> Any:
    """Ask a rule; its refusal is the form's error."""
    try:
        return rule(*values)
    except NotPossible as refusal:
        raise ValidationError(str(refusal)) from None


class EraseForm(forms.Form):
    sure = forms.BooleanField(label=_("I want all that I said here erased"))
