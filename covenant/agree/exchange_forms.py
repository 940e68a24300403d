"""Forms with which a covenant comes in from a file, and a pledge becomes a ground."""

from collections.abc import Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from covenant.agree.types import GroundKind

LARGEST = 900_000  # bytes of a file that is handed in on a page: less than a request may have


class ImportForm(forms.Form):
    """The file that a draft is to be made of."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_(
            "A covenant in the Open Covenant Standard (.json), or a table of commitments: .csv, .xlsx or the "
            "first table with such headings in a .docx. At most 900 kB."
        ),
        max_length=200,
    )
    day_first = forms.BooleanField(
        label=_("In this file days stand before months: 03/04/2026 is the third of April, and 26 is 2026"),
        required=False,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("This file is too large for the page: at most 900 kB."))
        return file


class DraftForm(forms.Form):
    """What the draft will be called. The file stands in the page itself, and is read anew."""

    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Address"),
        help_text=_("Lower-case letters, figures and hyphens: it never changes."),
        max_length=50,
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        help_text=_("A paragraph that all parties could sign."),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.CharField(max_length=LARGEST, widget=forms.HiddenInput, strip=False)


class PledgeForm(forms.Form):
    """Which commitment of which draft answers a pledge, and as what the pledge stands there."""

    kind = forms.ChoiceField(
        label=_("As what it stands there"),
        choices=[(GroundKind.NEED, _("A need")), (GroundKind.EVIDENCE, _("Evidence"))],
        widget=forms.RadioSelect,
        initial=GroundKind.EVIDENCE.value,
    )
    clause = forms.ChoiceField(
        label=_("Which commitment answers it"),
        help_text=_("For a new one, the form opens: come back here to cite the pledge once it is there."),
    )

    def __init__(self, *args: object, clauses: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["clause"].choices = clauses  # type: ignore[attr-defined]
