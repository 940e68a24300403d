from django.urls import path

from covenant.concern import act_pages, desk_pages, key_pages, views

app_name = "concern"
OF = "covenants/<slug:slug>/concerns"
ONE = f"{OF}/desk/<uuid:id>"
urlpatterns = [
    path("concerns/case/", views.case, name="case"),
    path(f"{OF}/", views.concerns, name="concerns"),
    path(f"{OF}/raise/", views.raise_concern, name="raise"),
    path(f"{OF}/raise-openly/", views.raise_openly, name="raise_openly"),
    path(f"{OF}/asked/", views.asked, name="asked"),
    path(f"{OF}/asked/<uuid:batch>/", views.say, name="say"),
    path(f"{OF}/desk/", desk_pages.desk, name="desk"),
    path(f"{OF}/desk/looked/", desk_pages.looked, name="looked"),
    path(f"{OF}/desk/key/", key_pages.key, name="key"),
    path(f"{OF}/desk/key/outside/", key_pages.outside, name="outside"),
    path(f"{OF}/desk/key/anew/", key_pages.seal_anew, name="seal_anew"),
    path(f"{ONE}/", desk_pages.concern, name="concern"),
    path(f"{ONE}/letters/<uuid:letter>.age", desk_pages.letter, name="letter"),
    path(f"{ONE}/admit/", act_pages.admit, name="admit"),
    path(f"{ONE}/refuse/", act_pages.refuse, name="refuse"),
    path(f"{ONE}/write/", act_pages.write, name="write"),
    path(f"{ONE}/offer/", act_pages.offer, name="offer"),
    path(f"{ONE}/climb/", act_pages.climb, name="climb"),
    path(f"{ONE}/join/", act_pages.join, name="join"),
    path(f"{ONE}/close/", act_pages.close, name="close"),
]
