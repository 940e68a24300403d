from django.urls import path

from covenant.record import views

app_name = "record"
urlpatterns = [
    path("", views.index, name="index"),
    path("checkpoint", views.file, {"path": "checkpoint"}, name="checkpoint"),
    path("keys.json", views.file, {"path": "keys.json"}, name="keys"),
    path("verify_record.py", views.verifier, name="verifier"),
    path("<path:path>", views.file, name="file"),
]
