"""Forms of ideas and of decisions until they are weighed: every fault at once, beside its field."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from covenant.listen import reads as listen
from covenant.place.types import NotFound, NotPossible, PartyView
from covenant.weigh import rules
from covenant.weigh.types import (
    GroundKind,
    Source,
    Voice,
)

TEXT = forms.Textarea(attrs={"rows": 3})
AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOST_STATEMENTS = 50


class Checked(forms.Form):
    """A form that asks the rules, so that what they say stands beside the field that it is about."""

    def check(self, field: str, rule: Callable[..., object], *given: object, **named: object) -> None:
        """Ask a rule; what it refuses is a fault of this field."""
        try:
            rule(*given, **named)
        except NotPossible as refusal:
            self.add_error(field, str(refusal))

    def fill_in(self, *names: str) -> None:
        """Ask for fields that are needed only because of what else was answered."""
        for name in names:
            if self.cleaned_data.get(name) in (None, "", []) and name not in self.errors:
                self.add_error(name, _t("Fill in “%(label)s”") % {"label": self.fields[name].label})


class GroundForm(Checked):
    """What an idea stands on: statements that were heard, or a named source."""

    kind = forms.ChoiceField(
        label=_("On what it stands"),
        help_text=_(
            "Common ground and dissent are what the results of a conversation show. A need is told by a "
            "statement or by a source. Majorities are not the only reason."
        ),
        choices=[(kind.value, kind.label) for kind in GroundKind],
        widget=forms.RadioSelect,
    )
    statements = forms.CharField(
        label=_("Statements that it answers"),
        help_text=_("The address of each statement’s page, one on a line."),
        max_length=5000,
        required=False,
        widget=TEXT,
    )
    need = forms.CharField(
        label=_("The need or the evidence, in words"), max_length=2000, required=False, widget=TEXT
    )
    source = forms.CharField(label=_("Where it comes from"), max_length=500, required=False)
    url = forms.URLField(
        label=_("Link to the source"),
        help_text=_("Evidence has one, so that a reader can check it."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    def clean_statements(self) -> list[listen.Citation]:
        """The statements as they can be cited now; each line that names none is a fault."""
        found: dict[UUID, listen.Citation] = {}
        lines = [line for line in self.cleaned_data["statements"].splitlines() if line.strip()]
        if len(lines) > MOST_STATEMENTS:
            raise forms.ValidationError(_t("Cite at most %(n)d statements at once.") % {"n": MOST_STATEMENTS})
        faults = []
        for line in lines:
            id = AN_ID.search(line)
            try:
                if id is None:
                    raise NotFound(_t("That is no address of a statement."))
                found[UUID(id[0])] = listen.citation(UUID(id[0]))
            except (NotFound, NotPossible) as refusal:
                faults.append(f"“{line.strip()[:80]}”: {refusal}")
        if faults:
            raise forms.ValidationError(faults)
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "kind" not in found:
            return found
        kind, cited = GroundKind(found["kind"]), found.get("statements", [])
        for citation in cited:
            self.check("kind", rules.check_ground_kind, kind, citation.kinds)
        if kind.is_heard:
            self.fill_in("statements")
        elif not cited or any(found.get(name) for name in ("need", "source", "url")):
            self.fill_in("need", "source", *(["url"] if kind is GroundKind.EVIDENCE else []))
        return found

    def grounds(self) -> tuple[GroundKind, list[UUID], Source | None]:
        found = self.cleaned_data
        kind, said = GroundKind(found["kind"]), Source(found["need"], found["source"], found["url"])
        statements = [citation.statement for citation in found["statements"]]
        return kind, statements, None if kind.is_heard or not said.text else said


class IdeaForm(GroundForm):
    """What could be done, and in answer to what."""

    author = forms.ChoiceField(label=_("For whom you write"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("The idea in a few words"), max_length=200)
    text = forms.CharField(
        label=_("What could be done"),
        help_text=_("In plain words. Name no private person."),
        max_length=4000,
        widget=TEXT,
    )
    field_order = ("author", "title", "text")

    def __init__(self, *args: Any, voices: Sequence[tuple[Voice, PartyView | None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {Voice.HEARD: _t("The convenor, on behalf of what was heard"), Voice.ROLE: _t("Yourself")}
        self.fields["author"].choices = [  # type: ignore[attr-defined]
            (str(party.id) if party else voice.value, party.name if party else told[voice])
            for voice, party in voices
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if found.get("author") == Voice.HEARD.value:
            self.fill_in("statements")
        return found

    def author_of(self) -> tuple[Voice, UUID | None]:
        said = self.cleaned_data["author"]
        own = said in (Voice.HEARD.value, Voice.ROLE.value)
        return (Voice(said), None) if own else (Voice.PARTY, UUID(said))
