"""From something heard to a judgement, by three people in a real browser at the width of a phone."""

import os
import re
from pathlib import Path
from typing import Any

from tests.server import Site, barriers, browser, overflow

PICTURES = os.environ.get("COVENANT_PICTURES_OF_WEIGHING")  # a folder, for whoever wants to look


def test_a_convenor_and_two_bodies_weigh_and_judge_what_was_heard(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    site.run("demo")
    with site.serving() as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 320, "height": 800})
        page.set_default_timeout(30_000)
        sign_in(site, page, "convenor@demo.example")
        page.goto(url + "/places/aldermere/ideas/")
        check(page)
        decision = begin(page, heard(page, url))
        for who in ("council", "charity"):
            sign_in(site, page, f"{who}@demo.example")
            weigh(page, decision)
        sign_in(site, page, "convenor@demo.example")
        look(page, decision)
        page.get_by_role("link", name="Answer what was heard").click()
        check(page)
        for field in page.locator("select").all():
            field.select_option("not followed")
        fill_all(page, "The budget is spent until April.")
        page.get_by_role("button", name="Keep it").click()
        page.get_by_role("link", name="Put a judgement for signing").click()
        check(page)
        page.get_by_role("radio", name=re.compile("Open it")).check()
        page.get_by_label("Why this one and not another").fill("It costs little and it was asked for.")
        page.get_by_role("button", name="Put it for signing").click()
        check(page)
        for who in ("council", "charity"):
            sign_in(site, page, f"{who}@demo.example")
            look(page, decision)
            page.get_by_role("button", name=re.compile("Sign for")).click()
            check(page)
        assert "You were the last to answer: it is decided." in page.inner_text("main")
        page.context.clear_cookies()
        look(page, decision)
        assert "It is closed." in page.inner_text("main")
        assert "Heard, not followed, because" in page.inner_text("main")
        picture(page, "phone")
        page.set_viewport_size({"width": 1200, "height": 900})
        check(page)
        picture(page, "desk")


def heard(page: Any, url: str) -> str:
    """An idea in answer to a statement on which there is common ground; returns its title."""
    page.goto(url + "/listen/")
    page.locator("main a[href^='/listen/']").first.click()
    shared = page.locator("main a[href^='/statements/']").first
    page.goto(url + str(shared.get_attribute("href")))
    page.get_by_role("link", name="Answer this with an idea").click()
    check(page)
    page.get_by_label("The idea in a few words").fill("Open it earlier")
    page.get_by_label("What could be done").fill("Open the doors an hour earlier.")
    page.get_by_role("radio", name="Need").check()
    page.get_by_role("button", name="Keep it").click()
    check(page)
    return "Open it earlier"


def begin(page: Any, idea: str) -> str:
    page.locator(".govuk-breadcrumbs a", has_text="Ideas and decisions").click()
    page.get_by_role("link", name="Begin an options appraisal").click()
    check(page)
    page.get_by_role("button", name="Keep it").click()
    assert "There is a problem" in page.inner_text("main")
    check(page)
    page.get_by_label("The decision in a few words").fill("Opening hours")
    page.get_by_label("What is to be decided").fill("Shall it open an hour earlier?")
    page.get_by_label("By when", exact=True).fill("2099-06-30")
    for name in ("Aldermere District Council", "Aldermere Voluntary Voices"):
        page.get_by_role("checkbox", name=re.compile(name)).check()
    page.get_by_label("What it hopes to change").fill("Fewer people turned away")
    page.get_by_role("button", name="Keep it").click()
    check(page)
    decision = str(page.url)
    page.get_by_role("link", name=re.compile("Word it anew")).first.click()
    check(page)
    page.get_by_role("radio", name="It costs nothing more").check()
    page.get_by_label(re.compile("Where the figures come from")).fill("Nothing changes")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Add an option").click()
    page.get_by_label("Short name").fill("Open it earlier")
    page.get_by_label("What it is").fill("An hour earlier on weekdays.")
    page.get_by_role("radio", name="Figures").check()
    page.get_by_label("Once, in pounds: from").fill("250")
    page.get_by_label("Of what year the prices are").fill("2026/27")
    page.get_by_label(re.compile("Where the figures come from")).fill("Quote")
    page.get_by_label(idea).check()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name="Add something to weigh").click()
    check(page)
    page.get_by_role("radio", name="Equality").check()
    page.get_by_label(re.compile("or the consideration of equality")).fill("Carers gain most.")
    page.get_by_label("Where it comes from").fill("Equality note")
    page.get_by_role("button", name="Keep it").click()
    check(page)
    return decision


def weigh(page: Any, decision: str) -> None:
    look(page, decision)
    page.get_by_role("link", name=re.compile("Weigh for")).click()
    check(page)
    for field in page.locator("select").all():
        field.select_option("strong")
    fill_all(page, "It is what we know best.")
    page.get_by_role("button", name="Keep it").click()
    check(page)


def fill_all(page: Any, words: str) -> None:
    for field in page.locator("textarea").all():
        field.fill(words)


def sign_in(site: Site, page: Any, email: str) -> None:
    page.context.clear_cookies()
    page.goto(site.url + "/account/sign-in/")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label(re.compile("code", re.IGNORECASE)).first.fill(site.last_code(email))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for()


def look(page: Any, address: str) -> None:
    assert page.goto(address).status == 200, address
    check(page)


def check(page: Any) -> None:
    assert overflow(page) <= 0, page.url
    assert barriers(page) == []


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
