from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "covenant.review"
    label = "review"
