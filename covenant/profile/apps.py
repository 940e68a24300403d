from django.apps import AppConfig


class ProfileConfig(AppConfig):
    name = "covenant.profile"
    label = "profile"
