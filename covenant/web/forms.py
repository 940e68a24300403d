"""How every form looks: `{{ form }}` renders the patterns of the GOV.UK Design System."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext as _

BLOCKS: list[tuple[type[forms.Widget], str]] = [  # the first that fits
    (forms.CheckboxSelectMultiple, "govuk-checkboxes"),
    (forms.CheckboxInput, "govuk-checkboxes"),
    (forms.RadioSelect, "govuk-radios"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.Widget, "govuk-input"),
]


class Field(BoundField):
    """A field that knows its block of the style sheet, and says beforehand how much may be typed."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
            field.error_messages["required"] = self._ask() % {"label": self.label}
        if isinstance(field.widget, forms.DateInput):
            field.widget.input_type, field.widget.format = "date", "%Y-%m-%d"  # as HTML writes it
        elif self.block == "govuk-textarea" and (most := getattr(field, "max_length", None)):
            limit = _("You can use up to %(most)d characters.") % {"most": most}
            self.help_text = f"{self.help_text} {limit}".strip()

    def _ask(self) -> str:
        if isinstance(self.field.widget, forms.CheckboxInput):
            return _("Tick “%(label)s”")
        choice = self.block in ("govuk-checkboxes", "govuk-radios", "govuk-select")
        return _("Choose an answer to “%(label)s”") if choice else _("Fill in “%(label)s”")

    @property
    def block(self) -> str:
        return next(block for widget, block in BLOCKS if isinstance(self.field.widget, widget))

    @property
    def anchor(self) -> str:
        """The id that a link to this field leads to: of several choices, the first."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> Any:
        attrs = super().build_widget_attrs(attrs, widget)
        if self.is_hidden:
            return attrs
        choice = self.block in ("govuk-checkboxes", "govuk-radios")
        classes = [f"{self.block}__input" if choice else self.block, self.field.widget.attrs.get("class", "")]
        if choice:
            attrs.pop("aria-invalid", None)  # no role of a single choice has it
        elif self.errors:
            classes.append(f"{self.block}--error")
        if isinstance(self.field, forms.DateField | forms.IntegerField | forms.DecimalField):
            classes.append("govuk-input--width-10")
        if isinstance(self.field.widget, forms.EmailInput | forms.URLInput):
            attrs["spellcheck"] = "false"
        if self.block == "govuk-textarea":
            attrs["maxlength"] = False  # a browser would cut what is pasted, and say nothing
        return {**attrs, "class": " ".join(filter(None, classes))}


class Renderer(DjangoTemplates):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = Field
