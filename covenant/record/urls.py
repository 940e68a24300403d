from django.urls import path

from covenant.record import receipt_pages, views

app_name = "record"
urlpatterns = [
    path("", views.index, name="index"),
    path("entries.jsonl", views.entries, name="entries"),
    path("keys/", views.keys, name="key_page"),
    path("check/", receipt_pages.check, name="check"),
    path("receipts/<str:leaf>/", receipt_pages.receipt, name="receipt"),
    path("receipts/<str:leaf>/receipt.json", receipt_pages.receipt_json, name="receipt_json"),
    path("receipts/<str:leaf>/entry.tlog-proof", receipt_pages.proof, name="proof"),
    path("checkpoint", views.file, {"path": "checkpoint"}, name="checkpoint"),
    path("keys.json", views.file, {"path": "keys.json"}, name="keys"),
    path("verify_record.py", views.verifier, name="verifier"),
    path("<path:path>", views.file, name="file"),
]
