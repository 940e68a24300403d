from django.urls import path

from covenant.place import views

app_name = "places"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/parties/", views.parties, name="parties"),
    path("<slug:slug>/lay-down/", views.lay_down, name="lay_down"),
    path("<slug:slug>/parties/add/", views.add_party, name="add_party"),
    path("<slug:slug>/parties/<slug:party>/mandate/", views.give_mandate, name="give_mandate"),
]
