"""The report of a conversation: one file that a committee can read, print and send on. Pure: figures in,
HTML out.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from covenant.listen.pictures import describe, map_table, opinion_map, statement_bar

Figures = Mapping[str, Any]
Row = Mapping[str, Any]


def report(figures: Figures) -> str:
    """The whole report. Nothing in it comes from elsewhere, and nothing runs."""
    title = escape(figures["conversation"]["topic"] or "A conversation")
    style = files("covenant.listen").joinpath("report.css").read_text("utf-8")
    sections = [
        _common(figures),
        _groups(figures),
        _divisive(figures),
        _picture(figures),
        _all(figures),
        _how(figures),
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
        "'unsafe-inline'\">"
        f"<title>{title}: what people said</title><style>{style}</style></head>\n"
        f"<body><main><header><p class='kind'>What people said, and where they agree</p>"
        f'<h1 dir="auto">{title}</h1>{_opening(figures)}</header>\n{"".join(sections)}</main></body></html>\n'
    )


def _n(count: int | None, noun: str = "") -> str:
    if count is None:
        return "a number not shown of " + noun + "s" if noun else "not shown"
    plural = {"person": "people"}.get(noun, noun + "s") if noun and count != 1 else noun
    return f"{count:,} {plural}".strip()


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


def _opening(figures: Figures) -> str:
    people, votes = figures["participants"]["total"], figures["votes"]
    description = escape(figures["conversation"]["description"])
    about = f'<p class="about" dir="auto">{description}</p>' if description else ""
    shown = " (votes on statements that too few people saw are left out)" if figures["public"] else ""
    return (
        f"<p class='lead'>{_n(people, 'person')} cast {_n(votes, 'vote')}{shown} on "
        f"{_n(figures['statements_asked'], 'statement')}.</p>"
        "<p class='caution'>Those who took part chose to. They were not a random sample, so nothing here "
        "is an "
        f"estimate of all residents. Each figure says of how many people it speaks.</p>"
        "<nav aria-label='Sections'><a href='#common'>Common ground</a> <a href='#groups'>Where groups "
        "differ</a> "
        f"<a href='#divide'>What divides</a> <a href='#map'>The map</a> <a href='#all'>All statements</a> "
        f"<a href='#how'>How this was worked out</a></nav>{about}"
    )


def _rows(figures: Figures) -> dict[str, Row]:
    return {row["id"]: row for row in figures["statements"]}


def _share(row: Row, answer: str = "agrees", verb: str = "agreed") -> str:
    """'286 of 295 people agreed (97%)', with the range of chance for agreement."""
    if not row["seen"]:
        return "not shown: too few people saw it"
    part = _percent(row[answer], row["seen"])
    words = f"{row[answer]:,} of the {_n(row['seen'], 'person')} who saw it {verb} ({part})"
    if answer == "agrees":
        low, high = row["share"]["low"], row["share"]["high"]
        words += f"; chance alone could put it between {100 * low:.0f}% and {100 * high:.0f}%"
    if row["counted"] != "everyone":
        words += "; counting only people who are in a group"
    return words + "."


def _by_group(figures: Figures, row: Row) -> str:
    if len(figures["groups"]) < 2:
        return ""
    lines = []
    for group, cell in zip(figures["groups"], row["groups"], strict=True):
        if cell["seen"]:
            words = f"{_percent(cell['agrees'], cell['seen'])} of {cell['seen']:,} agree"
            lines.append(f"<dt>{group['label']}</dt><dd>{statement_bar(cell)}<span>{words}</span></dd>")
        else:
            words = "nobody saw it" if cell["seen"] == 0 else f"not shown: {cell['suppressed']}"
            lines.append(f"<dt>{group['label']}</dt><dd><span>{words}</span></dd>")
    return f"<dl class='by'>{''.join(lines)}</dl>"


def _card(figures: Figures, row: Row, words: str) -> str:
    return (
        f"<li><p class='said' dir='auto'>{escape(row['text'])}</p>{statement_bar(row)}"
        f"<p class='count'>{words}</p>{_by_group(figures, row)}</li>"
    )


KEY = (
    "<p class='key'><span class='agree'></span>agree <span class='pass'></span>pass "
    "<span class='disagree'></span>disagree</p>"
)


def _common(figures: Figures) -> str:
    rows = _rows(figures)
    agreed = [
        _card(figures, rows[t["statement"]], _share(rows[t["statement"]]))
        for t in figures["consensus"]["agree"]
    ]
    refused = [
        _card(figures, rows[t["statement"]], _share(rows[t["statement"]], "disagrees", "disagreed"))
        for t in figures["consensus"]["disagree"]
    ]
    parts = ["<section id='common'><h2>Common ground</h2>"]
    if not agreed and not refused:
        parts.append("<p>No statement has enough people on one side to be called common ground.</p>")
    else:
        parts.append(KEY)
    if agreed:
        parts.append(f"<h3>Most people agree</h3><ol class='cards'>{''.join(agreed)}</ol>")
    if refused:
        parts.append(f"<h3>Most people disagree</h3><ol class='cards'>{''.join(refused)}</ol>")
    return "".join([*parts, _across(figures), "</section>"])


def _across(figures: Figures) -> str:
    """Statements that every group agrees with: by the group that agrees least."""
    found = []
    for row in figures["statements"]:
        cells = row["groups"]
        if len(cells) < 2 or row["moderated_out"] or row["meta"] or not all(cell["seen"] for cell in cells):
            continue
        least = min(cell["share"]["low"] for cell in cells)
        if least > 0.5 and "agreed" not in row["kinds"]:
            found.append((-least, row))
    cards = [_card(figures, row, _share(row)) for _, row in sorted(found, key=lambda pair: pair[0])[:5]]
    if not cards:
        return ""
    intro = (
        "<p>In each group alone, more than half agree, and surely so. These are beside the ones above.</p>"
    )
    return f"<h3>Every group agrees</h3>{intro}<ol class='cards'>{''.join(cards)}</ol>"


def _groups(figures: Figures) -> str:
    parts = ["<section id='groups'><h2>Where groups differ</h2>"]
    if len(figures["groups"]) < 2:
        return "".join([*parts, "<p>Those who took part do not fall into distinct groups.</p></section>"])
    rows = _rows(figures)
    people = figures["participants"]
    inside = (
        f"Of {_n(people['total'], 'person')}, {people['in_groups']:,} "
        if people["in_groups"]
        else "Those who "
    )
    parts.append(
        f"<p>{inside}voted on enough statements to be placed among people who voted alike. The groups are a "
        f"story that fits these votes, not a truth about people: started anew, the same method can draw them "
        f"elsewhere, and nobody chose their group.</p>"
    )
    for group in figures["groups"]:
        size = _n(group["size"], "person") if group["size"] is not None else "number of people not shown"
        cards = []
        for told in group["representative"]:
            verb = "agree" if told["direction"] == "agree" else "disagree"
            words = (
                f"{told['n_success']:,} of the {_n(told['n_trials'], 'person')} of group {group['label']} "
                "who saw it "
                f"{verb} ({_percent(told['n_success'], told['n_trials'])})."
            )
            cards.append(_card(figures, rows[told["statement"]], words))
        inner = f"<ol class='cards'>{''.join(cards)}</ol>" if cards else "<p>Nothing that may be shown.</p>"
        parts.append(f"<h3>Group {group['label']}: {size}</h3><p>What sets it apart:</p>{inner}")
    return "".join([*parts, "</section>"])


def _divisive(figures: Figures) -> str:
    rows = _rows(figures)
    cards = [
        _card(
            figures,
            rows[each["statement"]],
            f"{_share(rows[each['statement']])} {rows[each['statement']]['disagrees']:,} disagreed.",
        )
        for each in figures["divisive"]
    ]
    inner = (
        f"<ol class='cards'>{''.join(cards)}</ol>"
        if cards
        else "<p>No statement splits those who saw it evenly.</p>"
    )
    return (
        "<section id='divide'><h2>Statements that divide</h2><p>Those who saw these are split the most "
        "evenly "
        f"between agreeing and disagreeing.</p>{inner}</section>"
    )


def _picture(figures: Figures) -> str:
    svg = opinion_map(figures)
    header, rows = map_table(figures)
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    figure = (
        f"<figure>{svg}</figure>"
        if svg
        else "<p>Too few people stand near each other for a map to be shown.</p>"
    )
    explained = sum(figures["map"]["variance"])
    few = " Squares with fewer than 10 people are left out." if figures["public"] else ""
    return (
        f"<section id='map'><h2>The opinion map</h2><p>{escape(describe(figures))} The larger a mark, the "
        "more people "
        f"stand there.{few} Left and right, up and down mean nothing in themselves. The two directions hold "
        f"{100 * explained:.0f}% of all the difference between votes: the rest is not in the "
        f"picture.</p>{figure}"
        "<details><summary>The map as a table</summary><div "
        f"class='wide'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div></details></section>"
    )


def _all(figures: Figures) -> str:
    rows = sorted(
        (row for row in figures["statements"] if not row["moderated_out"]),
        key=lambda row: -(row["share"]["low"] if row["share"] else -1),
    )
    lines = []
    for row in rows:
        if row["seen"]:
            share = row["share"]
            numbers = (
                f"<td class='bar'>{statement_bar(row)}</td><td "
                f"class='n'>{100 * share['value']:.0f}%<br><small>"
                f"{100 * share['low']:.0f}–{100 * share['high']:.0f}</small></td><td "
                f"class='n'>{row['agrees']:,}</td>"
                f"<td class='n'>{row['passes']:,}</td><td class='n'>{row['disagrees']:,}</td><td "
                f"class='n'>{row['seen']:,}</td>"
            )
        else:
            why = (
                "nobody has seen it" if row["seen"] == 0 else f"not shown: {escape(row['suppressed'] or '')}"
            )
            numbers = f"<td colspan='6'>{why}</td>"
        lines.append(f"<tr><th scope='row' dir='auto'>{escape(row['text'])}</th>{numbers}</tr>")
    out = figures["statements_moderated_out"]
    note = f" {_n(out, 'statement')} that moderators took out are not listed." if out else ""
    return (
        "<section id='all'><h2>All statements</h2><p>The most agreed with first, by the lower end of the "
        "range that "
        f"chance allows (95%).{note}</p>{KEY}<div class='wide'><table class='all'><thead><tr><th "
        "scope='col'>Statement</th>"
        "<th scope='col'><span class='unseen'>Picture</span></th><th scope='col'>Agree</th><th "
        "scope='col'>agree</th>"
        f"<th scope='col'>Pass</th><th scope='col'>Disagree</th><th scope='col'>Saw it</th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div></section>"
    )


def _how(figures: Figures) -> str:
    settings = figures["parameters"]
    hidden = (
        "<p>This report is for everyone, so figures that would speak of fewer than 10 people are left out, "
        "and so are "
        "others from which they could be worked out.</p>"
        if figures["public"]
        else "<p><strong>This report is for analysts</strong>: it shows figures about very few people. "
        "Make one with <code>--public</code> before you publish it.</p>"
    )
    return (
        "<section id='how'><h2>How this was worked out</h2><p>The latest vote of each person on each "
        "statement counts. "
        "People are placed by the two directions in which votes differ most, and gathered with those who "
        "stand near "
        f"them once they have voted on {settings['minimum_votes']} statements. Statements that moderators "
        "took out do not "
        "shape the map. The range beside a share is what chance alone could do among people like those who "
        "answered; "
        f"it says nothing about people who did not take part.</p>{hidden}<p class='small'>Worked out by "
        f"{escape(figures['engine']['name'])} {escape(figures['engine']['version'])}, seed "
        f"{escape(str(figures['seed']))}. "
        "Anyone who has the votes can repeat it.</p></section>"
    )
