"""What was weighed as a table for spreadsheets: a row for each consideration and each body."""

import csv
import io

from covenant.place.types import PartyView
from covenant.weigh.shown import AppraisalView, Consideration, Weighed

COLUMNS = ("number", "kind", "what", "source", "link", "body", "weight", "reason", "answer", "because")
SIGNS = ("=", "+", "-", "@", "\t", "\r")


def matrix_csv(view: AppraisalView) -> str:
    """What was weighed by whom, with what weight and why, and what became of what was heard.

    A consideration that nobody has weighed yet has one row, with no body in it.
    """
    file = io.StringIO()
    file.write("\ufeff")  # so that spreadsheets read it as UTF-8
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for each in view.considerations:
        for one in each.weighed or (None,):
            table.writerow(map(harmless, _row(view, each, one)))
    return file.getvalue()


def _row(view: AppraisalView, each: Consideration, one: Weighed | None) -> tuple[str, ...]:
    answer = each.answer
    return (
        str(each.number),
        each.kind.value,
        what(view, each),
        each.said.source or (f"/statements/{each.statement}/" if each.statement else ""),
        each.said.url,
        "" if one is None else by(one.party),
        one.weight.value if one else "",
        one.reason if one else "",
        answer.followed.value if answer else "",
        answer.because if answer else "",
    )


def what(view: AppraisalView, each: Consideration) -> str:
    """A consideration in words: what was heard, which cost, or what its text says."""
    if each.is_heard:
        return str(each.citation.get("text") or "Words that were taken back")
    if each.option is not None:
        title = next(option.words.title for option in view.options if option.number == each.option)
        return f"Cost of option {each.option}: {title}"
    return each.said.text


def by(party: PartyView | None) -> str:
    return party.name if party else "The convenor"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(SIGNS) else cell
