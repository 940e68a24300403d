"""What a version asks of one party, as the pages on which it answers show it. Part of `views`."""

from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenant.agree import reads
from covenant.agree.showing import PartShown, parts_shown
from covenant.agree.types import CovenantView, VersionView


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, even where that is nothing; None where it is only shown."""
    return request.POST if request.method == "POST" else None


def parts_asked(
    covenant: CovenantView, version: VersionView, party: UUID
) -> tuple[list[PartShown], VersionView | None]:
    """The parts that need a party's consent, and the version from which this one was drafted, if any."""
    base = next((v for v in covenant.versions if v.number == version.base), None) if version.base else None
    before, proposed, now = (
        reads.content(covenant.title, view) if view else None for view in (base, version, covenant.in_force)
    )
    if proposed is None:
        return [], base
    found = parts_shown(before, proposed, now, version)
    return [part for part in found if party in part.part.needed], base


def named_parts(asked: list[PartShown], *, whole: bool) -> list[tuple[str, str]]:
    """Those that can be left out of a signature, by key, each with a name; none where there is one alone.

    `whole` says whether there was a version before: of a new covenant, what concerns everyone stays in.
    """
    if len(asked) < 2:
        return []
    return [(each.part.key, _name(each)) for each in asked if whole or not each.part.is_frame]


def _name(part: PartShown) -> str:
    if part.part.is_frame:
        return _("What concerns everyone")
    if part.joins:
        return _("%(name)s joins") % {"name": part.joins[0].name}
    if part.leaves and not part.clauses:
        return _("%(name)s leaves") % {"name": part.leaves[0].name}
    said = ngettext("Commitment %(numbers)s", "Commitments %(numbers)s", len(part.clauses))
    return said % {"numbers": part.title}
