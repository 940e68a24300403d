from django.apps import AppConfig


class ListenConfig(AppConfig):
    name = "covenant.listen"
    label = "listen"
