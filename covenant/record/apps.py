from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "covenant.record"
    label = "record"
