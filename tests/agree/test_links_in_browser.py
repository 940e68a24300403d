"""A small body answers by its link, and disowns a signature, in a real browser at the width of a phone."""

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.server import ROOT, Site, barriers, browser, overflow

PREPARE = """
from datetime import date
from django.utils import timezone
from covenant.agree import actions
from covenant.agree.models import Version
from covenant.place import reads as places
from covenant.place.models import Mandate
from tests import personas

world, now = personas.make_world(), timezone.now()
Mandate.objects.exclude(ends__lt=date(2026, 1, 1)).update(starts=date(2020, 1, 1), ends=date(2099, 12, 31))
version, convenor, charity = personas.draft(world), world.actor("convenor"), world.parties["charity"]
actions.propose(by=convenor, version=version, at=now)
held = next(each for each in places.mandates(parties=[charity]) if each.person == "Charity")
covenant = Version.objects.get(id=version).covenant_id
told = {"address": "office@friends.example", "found": "A register"}
actions.record_contact(by=convenor, covenant=covenant, party=charity, at=now, **told)
actions.ask_to_sign(by=convenor, version=version, mandate=held.id, at=now)
"""


def test_a_small_body_signs_by_its_link_and_disowns_what_it_finds(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.run("migrate", "--verbosity", "0")
    command = [sys.executable, "manage.py", "shell", "-c", PREPARE]
    done = subprocess.run(command, cwd=ROOT, env=site.env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with site.serving() as url, browser() as chromium:
        page = chromium.new_page(viewport={"width": 320, "height": 800})
        page.set_default_timeout(30_000)
        link = url + _mailed(site, "by-link")
        page.goto(link)
        _check(page)
        assert "about 30 minutes" in page.inner_text("main")
        page.get_by_role("button", name="Send the answer").click()
        assert "There is a problem" in page.inner_text("main")
        _check(page)
        page.get_by_role("radio", name="We agree, and I sign for the body").check()
        page.get_by_role("radio", name="For members who were asked").check()
        page.get_by_label("How many members were asked").fill("12")
        page.get_by_label("How many of them answered").fill("9")
        page.get_by_label("How they were asked, and what they answered").fill("At the meeting; all for it.")
        page.get_by_role("button", name="Send the answer").click()
        assert "You have answered" in page.inner_text("main")
        _check(page)
        page.get_by_role("link", name=re.compile("Everyone can read it")).click()
        _check(page)
        assert "12 were asked, 9 answered" in page.inner_text("main")
        page.goto(url + _mailed(site, "told"))
        _check(page)
        page.get_by_label("Why it is not your signature").fill("They left us in March.")
        page.get_by_role("button", name="Disown this signature").click()
        assert "The body disowned this signature" in page.inner_text("main")
        _check(page)
        told = [line for line in site.log.read_text().splitlines() if "covenant.access" in line]
        assert any("agree:by_link" in line for line in told)
        assert [line for line in told if link.split("/")[-2] in line] == []


def _mailed(site: Site, kind: str) -> str:
    """The path in the newest mail of a kind, from where the server prints its mail."""
    for _ in range(300):
        found = re.findall(rf"http://\S+?(/covenants/{kind}/[\w-]+/)", site.log.read_text())
        if found:
            return str(found[-1])
        time.sleep(0.1)
    raise AssertionError(f"no mail in:\n{site.log.read_text()}")


def _check(page: Any) -> None:
    assert barriers(page) == []
    assert overflow(page) <= 0, page.url
