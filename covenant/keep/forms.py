from django import forms
from django.utils.translation import gettext_lazy as _

from covenant.keep.types import Evidence, Progress


class ReportForm(forms.Form):
    """How a commitment goes, with one piece of evidence where there is one."""

    progress = forms.ChoiceField(
        label=_("How does it go?"),
        choices=[
            (Progress.UNDER_WAY, _("Under way")),
            (Progress.DONE, _("Done")),
            (Progress.WILL_NOT, _("It will not be done")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What was done, and what comes next"),
        help_text=_("Two or three plain sentences. Everyone can read them. Name no private person."),
        max_length=2000,
        widget=forms.Textarea,
    )
    what = forms.CharField(
        label=_("Evidence: what it is"),
        help_text=_("For example: minutes of the cabinet meeting, item 7"),
        max_length=300,
        required=False,
    )
    url = forms.URLField(
        label=_("Evidence: where a reader finds it"), max_length=500, required=False, assume_scheme="https"
    )
    dated = forms.DateField(
        label=_("Evidence: of what date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict:
        found = super().clean() or {}
        given = [bool(found.get(name)) for name in ("what", "url", "dated")]
        if any(given) and not all(given) and not self.errors:
            raise forms.ValidationError(
                _("Evidence needs all three: what it is, where it stands and its date.")
            )
        return found

    def evidence(self) -> list[Evidence]:
        found = self.cleaned_data
        return [Evidence(found["what"], found["url"], found["dated"])] if found["what"] else []
