"""Nobody reaches what is another's: by an id of something else, by another's address, or by reading along.

What each person may do is in tests/test_permissions.py; here ids and addresses are put together that no page
ever offers, and everything that anyone can read is searched for what they may not know.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from tests.security.answers import ask, faults
from tests.security.effort import some
from tests.security.hostile import FORM, urlencoded
from tests.security.routes import addresses, requests, routes
from tests.test_permissions import COLUMNS, House
from tests.test_permissions import _undone as undone

pytestmark = pytest.mark.django_db

NOT_SHOWN = {302, 403, 404, 405, 409}


def _ids() -> dict[str, list[UUID]]:
    """By table, the ids of its first rows."""
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("covenant.") and model._meta.pk.get_internal_type() == "UUIDField":
            found[model._meta.label] = list(
                model._default_manager.order_by("pk").values_list("pk", flat=True)[:4]
            )
    return {label: ids for label, ids in found.items() if ids}


def _ways(house: House) -> Iterator[tuple[str, dict]]:
    """Each route that is addressed by parts, with parts that lead somewhere."""
    kinds = {route.name: dict(route.parts) for route in routes()}
    for name, paths in addresses(house).items():
        if kinds[name]:
            yield name, resolve(urlsplit(paths[0]).path).kwargs


def test_an_id_of_something_else_leads_to_nothing(house: House) -> None:
    """The id of every kind of thing in the place of every other kind's, by the one who may do most."""
    ids, tries = _ids(), []
    assert len(ids) > 25
    for name, parts in _ways(house):
        for part, value in parts.items():
            if isinstance(value, UUID):
                own = {label for label, some_ids in _all_ids().items() if value in some_ids}
                for label, others in ids.items():
                    if label not in own and not own & _same(label):
                        tries += [(name, {**parts, part: other}, label) for other in others[:1]]
    assert len(tries) > 300
    wrong = []
    for name, parts, label in some(tries, 150):
        path = reverse(name, kwargs=parts)
        for who in some(("convenor", "scrutineer", "council"), 1):
            with undone():
                answer = ask(house.browser(who), "GET", path)
                wrong += faults(answer)
                if answer.status not in NOT_SHOWN:
                    wrong.append(f"{who} by an id of {label}: {path}: {answer.status}")
    assert "\n".join(wrong) == ""


def _all_ids() -> dict[str, set[UUID]]:
    return {
        model._meta.label: set(model._default_manager.values_list("pk", flat=True))
        for model in apps.get_models()
        if model.__module__.startswith("covenant.") and model._meta.pk.get_internal_type() == "UUIDField"
    }


def _same(label: str) -> set[str]:
    """Tables that share their ids with this one."""
    return {label}


def test_what_belongs_to_one_is_not_found_under_another(house: House) -> None:
    """A real id beneath a real address that it does not belong to: /listen/OTHER/.../statement, and so on."""
    slugs: dict[str, set[str]] = {}
    for name, parts in _ways(house):
        space = name.split(":")[0]
        slugs.setdefault(space, set()).update(v for k, v in parts.items() if k in ("slug", "place"))
    slugs["listen"] |= {"planned"}
    slugs["agree"] |= {"drafted", "shown", "agreed"}
    slugs["scrutinise"] |= {"drafted", "shown", "agreed"}
    slugs["places"] |= {"testing", "elsewhere"}
    slugs["innovate"] |= {"drafted", "tried"}
    wrong, tried = [], 0
    for name, parts in _ways(house):
        if len(parts) < 2 or "slug" not in parts:
            continue
        for other in sorted(slugs[name.split(":")[0]] - {parts["slug"]}):
            number = any(isinstance(value, int) for value in parts.values())
            if number and not any(isinstance(value, UUID) for value in parts.values()):
                continue  # versions and freedoms are numbered from 1 under each: the number is another's own
            path = reverse(name, kwargs={**parts, "slug": other})
            for who in ("convenor", "moderator"):
                for method in ("GET", "POST"):
                    with undone():
                        tried += 1
                        answer = ask(house.browser(who), method, path, kind=FORM)
                        wrong += faults(answer)
                        if answer.status not in NOT_SHOWN:
                            wrong.append(f"{who}: {method} {path}: {answer.status}")
    assert tried > 60
    assert "\n".join(wrong) == ""


def test_an_act_upon_anothers_thing_is_refused_whatever_the_form_says(house: House) -> None:
    """Ids within a form: of each that a form names, one of another kind or of another's."""
    ids = [(label, each) for label, some_ids in sorted(_ids().items()) for each in some_ids[:2]]
    tries = []
    for request in requests(house):
        pairs = [
            (name, str(each))
            for name, value in request.words.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        for place, (_name, value) in enumerate(pairs):
            if len(value) >= 36 and value[8:9] == "-":
                tries += [(request, pairs, place, label, other) for label, other in ids]
    assert len(tries) > 300
    wrong = []
    for request, pairs, place, label, other in some(tries, 110):
        changed = [
            *pairs[:place],
            (pairs[place][0], pairs[place][1].replace(pairs[place][1][-36:], str(other))),
            *pairs[place + 1 :],
        ]
        for who in some(request.by or COLUMNS, 1):
            with undone():
                answer = ask(house.browser(who), "POST", request.path, urlencoded(changed), FORM)
                wrong += faults(answer)
                own = label in ("place.Party", "listen.Participant", "place.Mandate", "agree.Clause")
                if answer.status == 302 and not own and "take-part" not in request.path:
                    wrong.append(f"{who}: an id of {label} was taken: {request.path} {changed}")
    assert "\n".join(wrong) == ""


# ------------------------------------------------------------------------------- what nobody may read


def _secrets(house: House) -> dict[str, set[str]]:
    """Words that stand in what is kept, and who may read each anywhere."""
    from covenant.listen.models import Participant
    from covenant.place.models import User

    secrets: dict[str, set[str]] = {"Waits for a moderator": {"convenor", "moderator"}}
    own = {id: name for name, id in house.world.people.items()}
    for user in User.objects.exclude(id=house.world.people["scrutineer"]):
        # An address for signing in is shown to nobody but whose it is; the scrutineer told theirs.
        secrets[user.email] = {own[user.id]} if user.id in own else set()
    for participant in Participant.objects.values_list("id", flat=True):
        # Who voted is known to the browser that voted alone, in its cookie and in what is kept of it.
        secrets[str(participant)] = {"resident"} if participant == house.resident else set()
    secrets["Mend the road"] = {"convenor", "moderator"}  # in a conversation that is a draft
    return secrets


def test_nobody_reads_what_they_may_not_know(house: House) -> None:
    secrets, wrong = _secrets(house), []
    for who in ("public", "resident", "stranger", *some(COLUMNS, 3)):
        for paths in addresses(house).values():
            for path in paths:
                text = ask(house.browser(who), "GET", path).text
                wrong += [
                    f"{who} reads {secret!r} at {path}"
                    for secret, readers in secrets.items()
                    if secret in text and who not in readers
                ]
    assert "\n".join(wrong) == ""


def test_no_form_says_to_another_what_it_may_not(house: House) -> None:
    """Nor does the answer to a form: a refusal names nothing, and an email is not said to be known."""
    secrets, wrong = _secrets(house), []
    for request in requests(house):
        if request.method != "POST":
            continue
        for who in some(COLUMNS, 1):
            with undone():
                words = urlencoded([(name, str(value)) for name, value in request.words.items()])
                answer = ask(house.browser(who), "POST", request.path, words, FORM)
                shown = [answer] + (
                    [ask(house.client, "GET", answer.headers["Location"])] if answer.status == 302 else []
                )
                wrong += [
                    f"{who} reads {secret!r} after {answer.asked}"
                    for one in shown
                    for secret, readers in secrets.items()
                    if secret in one.text and who not in readers and secret not in str(request.words)
                ]
    assert "\n".join(wrong) == ""


def test_whether_an_address_is_known_cannot_be_told_from_the_answer(house: House) -> None:
    answers = []
    for email in ("convenor@testing.example", "nobody.at.all@testing.example"):
        with undone():
            browser = house.browser("public")
            answer = ask(browser, "POST", "/account/sign-in/", urlencoded([("email", email)]), FORM)
            page = ask(browser, "GET", answer.headers["Location"])
            answers.append((answer.status, answer.headers["Location"], page.status, _plain(page.text, email)))
    assert answers[0] == answers[1]


def _plain(text: str, email: str) -> str:
    lines = [line for line in text.replace(email, "").splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines)
