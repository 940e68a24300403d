from django.urls import path

from covenant.agree import views

app_name = "agree"
urlpatterns = [
    path("new/<slug:place>/", views.start, name="start"),
    path("cite/<uuid:statement>/", views.cite, name="cite"),
    path("<slug:slug>/draft/", views.draft, name="draft"),
    path("<slug:slug>/draft/commitment/", views.clause, name="new_clause"),
    path("<slug:slug>/draft/<uuid:id>/", views.clause, name="clause"),
    path("<slug:slug>/draft/<uuid:id>/drop/", views.drop, name="drop"),
    path("<slug:slug>/draft/<uuid:id>/source/", views.source, name="source"),
    path("<slug:slug>/draft/propose/", views.propose, name="propose"),
    path("<slug:slug>/change/", views.change, name="change"),
    path("<slug:slug>/versions/<int:number>/", views.version, name="version"),
    path("<slug:slug>/versions/<int:number>/signatures.json", views.signatures, name="signatures"),
    path("<slug:slug>/versions/<int:number>/sign/", views.sign, name="sign"),
    path("<slug:slug>/versions/<int:number>/refuse/", views.refuse, name="refuse"),
    path("<slug:slug>/versions/<int:number>/withdraw/", views.withdraw, name="withdraw"),
]
