"""One round of a covenant in a real browser: from what was said to a commitment that is signed and kept."""

import csv
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.server import ROOT, Site, barriers, browser, overflow

DATA = Path(os.environ.get("COVENANT_DATA", ROOT.parent / "shared" / "data")) / "polis" / "vtaiwan.uberx"
PARTIES = [
    ("Journey Council", "journey-council", "state", "council@journey.example"),
    ("Journey Drivers", "journey-drivers", "civil society", "drivers@journey.example"),
]


def made_up_export(folder: Path) -> Path:
    """An export of 60 generated people, two camps and one statement on which they agree."""
    folder.mkdir(parents=True)
    (folder / "summary.csv").write_text("topic,A generated conversation\n", encoding="utf-8")
    comments = ["timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"]
    votes = ["timestamp,datetime,comment-id,voter-id,vote"]
    counts: Counter[tuple[int, int]] = Counter()
    for person in range(60):
        for statement in range(12):
            camp = 1 if (person + statement) % 2 else -1
            vote = 1 if statement == 0 else camp
            counts[statement, vote] += 1
            votes.append(f"{1_700_000_000_000 + person * 100 + statement},x,{statement},{person},{vote}")
    for statement in range(12):
        agrees, disagrees = counts[statement, 1], counts[statement, -1]
        comments.append(
            f"1700000000000,x,{statement},0,{agrees},{disagrees},1,Generated statement {statement}"
        )
    (folder / "comments.csv").write_text("\n".join(comments) + "\n", encoding="utf-8")
    (folder / "votes.csv").write_text("\n".join(votes) + "\n", encoding="utf-8")
    matrix = ["participant,group-id,n-comments,n-votes,n-agree,n-disagree," + ",".join(map(str, range(12)))]
    for person in range(60):
        row = [1 if s == 0 or (person + s) % 2 else -1 for s in range(12)]
        matrix.append(f"{person},,0,12,{row.count(1)},{row.count(-1)}," + ",".join(map(str, row)))
    (folder / "participants-votes.csv").write_text("\n".join(matrix) + "\n", encoding="utf-8")
    return folder


def counted_by_hand(export: Path, number: int) -> tuple[int, int, int]:
    """Agrees, disagrees and passes on a statement, the latest vote of each person, straight from the file."""
    with (export / "votes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["comment-id"]) == number]
    latest = {
        row["voter-id"]: int(row["vote"]) for row in sorted(rows, key=lambda row: int(row["timestamp"]))
    }
    counts = Counter(latest.values())
    return counts[1], counts[-1], counts[0]


class Journey:
    def __init__(self, site: Site, page: Any) -> None:
        self.site, self.page = site, page

    def go(self, path: str) -> None:
        answer = self.page.goto(self.site.url + path)
        assert answer.status == 200, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def look(self) -> None:
        """Every page that somebody meets on the way has no barrier and fits a phone."""
        self.page.set_viewport_size({"width": 360, "height": 800})
        assert overflow(self.page) <= 0, self.page.url
        assert barriers(self.page) == []
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def sign_in(self, email: str) -> None:
        self.page.context.clear_cookies()
        self.go("/account/sign-in/")
        self.page.get_by_label("Email address").fill(email)
        self.press("Send the code")
        self.page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(self.site.last_code(email))
        self.press("Sign in")
        assert self.page.get_by_role("button", name="Sign out").count() == 1

    def take_part(self) -> dict[str, str]:
        """A resident answers three statements; returns what was answered, by the statement's words."""
        self.go("/listen/journey/")
        self.look()
        self.go("/listen/journey/take-part/")
        self.press("Start")
        answered = {}
        for answer in ("Agree", "Disagree", "Pass"):
            answered[self.page.locator(".cov-statement").first.inner_text().strip()] = answer
            self.look()
            self.page.locator(f"button.cov-vote--{answer.lower()}").click()
        assert len(answered) == 3
        return answered

    def name_parties(self) -> None:
        for name, slug, sector, email in PARTIES:
            self.go("/places/journey/parties/add/")
            self.page.get_by_label("Name").fill(name)
            self.page.locator("#id_slug").fill(slug)
            self.page.locator(f"input[name=sector][value='{sector}']").check()
            self.press("Put in the record")
            self.go(f"/places/journey/parties/{slug}/mandate/")
            mandate = {
                "name": f"Signer for {name}",
                "email": email,
                "office": "Chair",
                "given_by": "Resolution 1",
                "starts": "2020-01-01",
                "ends": "2099-12-31",
            }
            for label, value in mandate.items():
                self.page.locator(f"#id_{label}").fill(value)
            self.press("Put in the record")
        self.go("/places/journey/parties/add/")
        self.page.get_by_label("Name").fill("Residents of Journey")
        self.page.locator("#id_slug").fill("journey-residents")
        self.page.locator("input[name=sector][value=residents]").check()
        self.press("Put in the record")
        self.look()

    def draft(self) -> str:
        """The convenor answers the first common ground with a commitment; returns the statement's address."""
        self.go("/covenants/new/journey/")
        self.page.locator("#id_title").fill("The journey covenant")
        self.page.locator("#id_slug").fill("journey")
        self.page.locator("#id_purpose").fill("That everyone gets home safely.")
        for name, *_rest in PARTIES:
            self.page.get_by_label(name).check()
        self.look()
        self.press("Begin the draft")
        self.go("/listen/journey/")
        self.page.locator("main a[href*='/statements/']").first.click()
        self.look()
        statement = self.page.url
        self.page.get_by_role("link", name="Answer this with a commitment").click()
        self.page.locator("input[name=kind]").first.check()
        self.look()
        self.press("Continue")
        self.page.locator("#id_debtor").select_option(label="Journey Council")
        self.page.get_by_label("Residents of Journey").check()
        self.page.locator("#id_text").fill("License every driver by the same rules")
        self.page.locator("#id_measure").fill("Licences by kind, published each quarter")
        self.page.locator("#id_due").fill("2099-06-30")
        self.page.locator("#id_outcome").fill("Everyone gets home safely")
        self.look()
        self.press("Keep in the draft")
        self.look()
        self.press("Show for signing")
        return statement

    def sign(self, party: str, email: str) -> None:
        self.sign_in(email)
        self.go("/covenants/journey/versions/1/")
        self.look()
        self.press(f"Sign for {party}")

    def report(self) -> None:
        self.go("/covenants/journey/")
        self.page.get_by_role("link", name="1. License every driver").click()
        self.page.get_by_role("link", name="Report how it goes").click()
        self.page.locator("input[name=progress][value=done]").check()
        self.page.locator("#id_text").fill("The rules are in force.")
        self.page.locator("#id_what").fill("The rules")
        self.page.locator("#id_url").fill("https://journey.example/rules")
        self.page.locator("#id_dated").fill("2026-01-15")
        self.look()
        self.press("Put in the record")


REAL = DATA.exists()
VOTES = "the real votes of vtaiwan.uberx" if REAL else "generated votes, because the real ones are not here"


@pytest.mark.database
@pytest.mark.parametrize("votes", [VOTES])
def test_what_was_said_becomes_a_commitment_that_is_signed_and_kept_and_can_be_followed_both_ways(
    tmp_path: Path, votes: str
) -> None:
    export = DATA if REAL else made_up_export(tmp_path / "export")
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    site.run("place", "add", "journey", "Journey", "--tier", "district")
    site.run("place", "grant", "convenor@journey.example", "convenor", "journey", "--name", "Convenor")
    site.run("listen", "load", str(export), "--place", "journey", "--slug", "journey", "--open")
    site.run("work")
    with site.serving(), browser() as chromium:
        page = chromium.new_context(bypass_csp=False).new_page()
        page.set_default_timeout(30_000)
        journey = Journey(site, page)
        answered = journey.take_part()
        journey.sign_in("convenor@journey.example")
        journey.name_parties()
        statement = journey.draft()
        journey.sign(*PARTIES[0][::3])
        journey.go("/covenants/journey/")
        assert "No version of this covenant is in force" in page.inner_text("main")
        journey.sign(*PARTIES[1][::3])
        journey.sign_in(PARTIES[0][3])
        journey.report()
        page.context.clear_cookies()
        the_public_follows_the_trace(journey, export, statement, answered)
        journey.go("/record/")
        journey.look()
    out = site.run("record", "export", "--out", str(tmp_path / "record"))
    assert "entries written" in out
    assert "all as they were signed" in site.run("verify", str(tmp_path / "record"))


def the_public_follows_the_trace(
    journey: Journey, export: Path, statement: str, answered: dict[str, str]
) -> None:
    page = journey.page
    journey.go("/covenants/journey/")
    journey.look()
    assert "In force" in page.inner_text("main")
    assert "Done, with evidence" in page.inner_text("main")
    page.get_by_role("link", name="1. License every driver").click()
    journey.look()
    trace = page.inner_text("main")
    said = re.search(
        r"([\d,]+) agreed, ([\d,]+) disagreed and ([\d,]+) passed, of ([\d,]+) who saw it", trace
    )
    assert said, trace
    shown = tuple(int(figure.replace(",", "")) for figure in said.groups())
    page.get_by_role("link", name="How it stands now").click()
    assert page.url == statement
    words = page.locator("h1").inner_text().strip()
    number = int(re.search(r"\d+", page.locator(".govuk-caption-l").inner_text()).group())
    by_hand = list(counted_by_hand(export, number))
    if words in answered:
        by_hand[("Agree", "Disagree", "Pass").index(answered[words])] += 1
    assert shown in [
        (*by_hand, sum(by_hand)),
        (*counted_by_hand(export, number), sum(counted_by_hand(export, number))),
    ]
    page.get_by_role("link", name="License every driver by the same rules").click()
    assert "The rules are in force." in page.inner_text("main")


def test_the_generated_votes_are_an_export_like_any_other(tmp_path: Path) -> None:
    assert counted_by_hand(made_up_export(tmp_path / "export"), 0) == (60, 0, 0)


@pytest.mark.skipif(not DATA.exists(), reason="the real conversations are not on this machine")
def test_counting_by_hand_takes_the_latest_vote_of_each_person() -> None:
    with (DATA / "participants-votes.csv").open(encoding="utf-8-sig", newline="") as file:
        column = Counter(row["0"] for row in csv.DictReader(file))
    assert counted_by_hand(DATA, 0) == (column["1"], column["-1"], column["0"])
