from django.urls import path

from covenant.record import views

app_name = "record"
urlpatterns = [
    path("", views.index, name="index"),
    path("entries.jsonl", views.entries, name="entries"),
]
