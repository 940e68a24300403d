import subprocess
import sys

import pytest

from tests.templates import ROOT, faults, templates

PLANTED = {
    "a script within the page": '<p>{{ x }}</p>\n<script>alert("x")</script>',
    "a script within the page: onclick=": '\n<button onclick="go()">{{ x }}</button>',
    "a style within the page": '\n<p style="color: red">{{ x }}</p>',
    "text outside gettext: Hello": "<p>\n  Hello {{ name }}</p>",
    "text outside gettext: aria-label": '\n<nav aria-label="Main">{{ x }}</nav>',
    "a picture without alt": '\n<img src="{{ x }}">',
    "a form that posts without": '{{ x }}\n<form method="post"><button>{{ x }}</button></form>',
    "text is let through unescaped": "\n{{ x|safe }}",
    "text is let through unescaped: autoescape": "\n{% autoescape off %}{{ x }}{% endautoescape %}",
}


@pytest.mark.parametrize(("what", "source"), PLANTED.items())
def test_a_planted_fault_is_found_on_its_line(what: str, source: str) -> None:
    (line, said), *others = faults(source, "page.html")
    assert (line, others) == (2, [])
    assert said.startswith(what)


@pytest.mark.parametrize(
    "source",
    [
        '{% load i18n %}<p>{% translate "Hello" %} Covenant {{ name }}</p>',
        "{% load i18n %}<p>{% blocktranslate trimmed %}Hello <b>you</b>{% endblocktranslate %}</p>",
        "{% comment %}What <this> is for.{% endcomment %}{# and this #}<code>covenant verify</code>",
        '<form method="post">{% csrf_token %}</form><form method="get"></form>',
        '<p class="{% if x %}one{% else %}two{% endif %}">{{ x }}&nbsp;%</p>',
        '{% load static %}<script src="{% static "x.js" %}"></script>',
    ],
)
def test_what_is_right_passes(source: str) -> None:
    assert faults(source, "page.html") == []


def test_text_in_an_email_is_seen_too() -> None:
    assert faults("{{ code }}\n\nYours", "email.txt") == [(3, "text outside gettext: Yours")]


def test_a_picture_passes_only_where_it_is_named() -> None:
    assert faults("{{ picture|safe }}", "covenant.html") == []
    assert faults("{{ other|safe }}", "covenant.html") != []


def test_every_template_of_the_project_is_looked_at_and_passes() -> None:
    names = {name for _, name in templates()}
    assert {"base.html", "record/index.html", "account/email/login_code_message.txt"} <= names
    checked = subprocess.run(
        [sys.executable, "-m", "tests.templates"], cwd=ROOT, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr
