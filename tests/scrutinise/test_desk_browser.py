"""The scrutineer’s desk and the reply of a party, in a real browser at the width of a phone."""

import re
from pathlib import Path
from typing import Any

from tests.server import Site, barriers, browser, overflow

SCRUTINY = "/covenants/aldermere-covenant/scrutiny/"


def test_a_scrutineer_takes_up_a_question_and_shows_a_draft_to_which_a_party_replies(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    site.run("demo")
    with site.serving() as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 320, "height": 800})
        page.set_default_timeout(30_000)
        sign_in(site, page, "scrutineer@demo.example")
        look(page, url + SCRUTINY + "desk/")
        page.locator("main h4 a[href*='/desk/2/']", has_text="only in part").first.click()
        check(page)
        page.get_by_label("Take it up").check()
        page.get_by_role("button", name="Put in the record").click()
        page.get_by_role("link", name="Draft a finding").click()
        check(page)
        page.locator("#id_text").fill("Only a part of the calendar has money.")
        page.get_by_role("button", name="Show the parties concerned").click()
        page.get_by_role("link", name="Only a part of the calendar has money.").click()
        draft = page.url
        check(page)
        look(page, draft + "sign/")
        assert page.get_by_role("button", name="Sign this finding").count() == 0, "the parties have 14 days"
        sign_in(site, page, "charity@demo.example")
        look(page, draft)
        page.get_by_role("link", name="Reply").click()
        check(page)
        page.get_by_label("Explain").check()
        page.locator("#id_text").fill("The rest comes from members.")
        page.get_by_role("button", name="Put beside the finding").click()
        assert "The rest comes from members." in page.inner_text("main")
        page.context.clear_cookies()
        assert page.goto(draft).status == 404


def sign_in(site: Site, page: Any, email: str) -> None:
    page.context.clear_cookies()
    page.goto(site.url + "/account/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(site.last_code(email))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


def look(page: Any, address: str) -> None:
    answer = page.goto(address)
    assert answer.status == 200, address
    check(page)


def check(page: Any) -> None:
    assert overflow(page) <= 0, page.url
    assert barriers(page) == []
