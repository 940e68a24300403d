"""Run by a test as a program of its own, on a database that is a file: many requests at once."""

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "covenant.web.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from covenant.listen.models import Exposure, Participant, Vote  # noqa: E402
from covenant.record.models import Entry  # noqa: E402
from tests.listen.talk import talk  # noqa: E402
from tests.personas import make_world  # noqa: E402

settings.ALLOWED_HOSTS.append("testserver")
talk(make_world())
forms = []
for _ in range(2):
    browser = Client()
    browser.post("/listen/buses/take-part/start/")
    forms.append((browser.cookies, Exposure.objects.order_by("-shown_at", "-id").first().id))


def send(form: tuple) -> int:
    cookies, exposure = form
    browser = Client()
    browser.cookies = cookies
    try:
        return browser.post(
            "/listen/buses/take-part/answer/", {"exposure": exposure, "vote": "agree"}
        ).status_code
    finally:
        connection.close()


with ThreadPoolExecutor(8) as pool:
    answers = Counter(pool.map(send, forms * 8))
print(  # noqa: T201
    f"participants {Participant.objects.count()}, votes {Vote.objects.count()}, "
    f"current {Vote.objects.filter(current=True).count()}, "
    f"entries {Entry.objects.filter(kind='vote.counted').count()}, "
    f"open exposures {Exposure.objects.filter(outcome='open').count()}, answers {dict(answers)}"
)
