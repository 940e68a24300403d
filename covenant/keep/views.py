from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenant.agree import reads as agree
from covenant.keep import actions, rules
from covenant.keep.forms import ReportForm
from covenant.keep.types import Progress
from covenant.place import reads as places
from covenant.place.types import NotPossible
from covenant.record import reads as record


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Report how a commitment goes, for the party that owes it."""
    actor = places.actor(request.user.pk)
    commitment = agree.commitment(id)
    if commitment.now is None:
        raise NotPossible(_("This commitment is not in force, so there is nothing to report on yet."))
    rules.check_can_report(actor, commitment.now.debtor.id, timezone.localdate())
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.report(
                by=actor,
                commitment=id,
                progress=Progress(form.cleaned_data["progress"]),
                text=form.cleaned_data["text"],
                evidence=form.evidence(),
                at=timezone.now(),
            )
        except NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            receipt = record.leaf_about(id, "commitment.reported", report=str(made))
            said = _("Your report is in the record and on the commitment's page.")
            messages.success(request, said, extra_tags=receipt)
            return redirect("commitment", id=id)
    status = 400 if form.errors else 200
    context = {"commitment": commitment, "form": form}
    return render(request, "keep/report.html", context, status=status)
