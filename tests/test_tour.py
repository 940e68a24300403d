"""The demo place, seen as visitors see it. `make pictures` keeps what this sees for the README."""

import os
import resource
from pathlib import Path

from tests.server import ROOT, Site, barriers, browser, overflow

PICTURES = ROOT / "docs" / "pictures"
COVENANT, TALK = "/covenants/aldermere-covenant/", "/listen/better-aldermere/"
AREA = "/innovation/station-quarter-and-fenbridge/"


def test_the_demo_place_is_seeded_in_time_and_every_page_of_the_tour_is_open_to_everyone(
    tmp_path: Path,
) -> None:
    keep = PICTURES if os.environ.get("COVENANT_PICTURES") == "1" else tmp_path
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    worked = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert "The demo place is there" in site.run("demo")
    worked = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - worked
    assert worked < 45, "seconds of one processor, the compiling of the engine among them"
    assert "nothing was changed" in site.run("demo")
    with site.serving() as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 1000, "height": 1000})
        page.set_default_timeout(30_000)

        def see(name: str, path: str) -> None:
            answer = page.goto(path if path.startswith("http") else url + path)
            assert answer.status == 200, path
            if f"{name}.png" in shown:
                page.screenshot(path=keep / f"{name}.png")
            assert barriers(page) == []
            page.set_viewport_size({"width": 320, "height": 800})
            assert overflow(page) <= 0, f"{path} is wider than a phone"
            page.set_viewport_size({"width": 1000, "height": 1000})

        see("home", "/")
        see("place", "/places/aldermere/")
        see("parties", "/places/aldermere/parties/")
        see("profile", "/places/aldermere/profile/#duties")
        see("conversation", TALK)
        see("map", TALK + "map/")
        see("covenant", COVENANT)
        first = page.locator("main a[href*='/commitments/']").first.get_attribute("href")
        see("commitment", first or "")
        see("statement", page.get_by_role("link", name="How it stands now").first.get_attribute("href") or "")
        see("version", COVENANT + "versions/3/")
        see("questions", COVENANT + "versions/2/questions/")
        see("innovation", "/innovation/")
        see("area", AREA)
        see("freedom", AREA + "1/")
        see("past_its_sunset", AREA + "2/")
        see("scrutiny", COVENANT + "scrutiny/")
        for link in (".cov-cards a[href*='/findings/']", "a[href*='/proposals/']"):
            page.goto(url + COVENANT + "scrutiny/")
            path = page.locator(link).first.get_attribute("href") or ""
            see("finding" if "findings" in path else "proposal", path)
        see("findings", "/scrutiny/")
        see("thresholds", "/scrutiny/thresholds/")
        see("record", "/record/")
        page.goto(url + COVENANT + "versions/2/")
        path = page.locator("main a[href*='/record/receipts/']").nth(1).get_attribute("href") or ""
        see("receipt", path)
        see("check", "/record/check/")
        see("keys", "/record/keys/")
        see("counted", TALK + "counted/")
        page.set_viewport_size({"width": 390, "height": 780})
        page.goto(url + TALK + "take-part/")
        page.get_by_role("button", name="Start").click()
        page.locator(".cov-vote--agree").wait_for()
        page.screenshot(path=keep / "vote.png")
        assert barriers(page) == []
        page.locator(".cov-vote--agree").click()
        for path in ("votes/", "receipt/", "erase/"):
            see("own", f"{TALK}take-part/{path}")
