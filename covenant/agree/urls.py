from collections.abc import Callable

from django.http import HttpResponse
from django.urls import path

from covenant.agree import drafting_pages, exchange_pages, link_pages, moving_pages, signing_pages, views

app_name = "agree"
_DRAFT: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("", drafting_pages.draft, "draft"),
    ("frame/", drafting_pages.frame, "frame"),
    ("parties/", drafting_pages.parties, "parties"),
    ("commitment/", drafting_pages.clause, "new_clause"),
    ("propose/", drafting_pages.propose, "propose"),
    ("<uuid:id>/", drafting_pages.clause, "clause"),
    ("<uuid:id>/drop/", drafting_pages.drop, "drop"),
    ("<uuid:id>/source/", drafting_pages.source, "source"),
]
# The convenor's draft has an address that does not change from version to version.
_DRAFTS = [
    path(f"<slug:slug>/{where}{rest}", view, name=name)
    for where in ("draft/", "drafts/<int:number>/")
    for rest, view, name in _DRAFT
]
urlpatterns = [
    path("new/<slug:place>/", drafting_pages.start, name="start"),
    path("cite/<uuid:statement>/", drafting_pages.cite, name="cite"),
    path("import/<slug:place>/", exchange_pages.import_, name="import"),
    *_DRAFTS,
    path("<slug:slug>/change/", drafting_pages.change, name="change"),
    path("<slug:slug>/versions/<int:number>/", views.version, name="version"),
    path("<slug:slug>/versions/<int:number>/against/<int:other>/", views.compare, name="compare"),
    path("<slug:slug>/versions/<int:number>/signatures.json", views.signatures, name="signatures"),
    path("<slug:slug>/versions/<int:number>/sign/", views.sign, name="sign"),
    path("<slug:slug>/versions/<int:number>/refuse/", views.refuse, name="refuse"),
    path("<slug:slug>/versions/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:slug>/parties/", moving_pages.moves, name="moves"),
    path("<slug:slug>/leave/", moving_pages.leave, name="leave"),
    path("<slug:slug>/leave/<uuid:id>/stay/", moving_pages.stay, name="stay"),
    path("<slug:slug>/leave/<uuid:id>/reaffirm/", moving_pages.reaffirm, name="reaffirm"),
    path("<slug:slug>/successor/", moving_pages.successor, name="successor"),
    path("<slug:slug>/successor/<uuid:id>/accept/", moving_pages.accept, name="accept"),
    path("<slug:slug>/covenant.json", exchange_pages.covenant_json, name="file"),
    path("<slug:slug>/versions/<int:number>/ask/", signing_pages.ask, name="ask"),
    path("<slug:slug>/versions/<int:number>/paper/", signing_pages.paper, name="paper"),
    path("<slug:slug>/versions/<int:number>/sign-as/<uuid:party>/", signing_pages.sign_as, name="sign_as"),
    path("<slug:slug>/versions/<int:number>/wait/<uuid:party>/", signing_pages.wait, name="wait"),
    path("<slug:slug>/papers/<uuid:id>/", signing_pages.check_paper, name="check_paper"),
    path("<slug:slug>/contacts/", signing_pages.contacts, name="contacts"),
    path("by-link/<str:token>/", link_pages.by_link, name="by_link"),
    path("told/<str:token>/", link_pages.told, name="told"),
]
# Beneath the address of a place.
of_places = (
    [
        path("<slug:place>/pledges/", exchange_pages.pledges, name="index"),
        path("<slug:place>/pledges.json", exchange_pages.pledges_json, name="file"),
        path("<slug:place>/pledges/<uuid:id>/", exchange_pages.pledge, name="pledge"),
    ],
    "pledges",
)
