from django.urls import path

from covenant.profile import views

app_name = "profile"
urlpatterns = [
    path("<slug:slug>/profile/", views.profile, name="profile"),
    path("<slug:slug>/profile/data.json", views.data, name="data"),
    path("<slug:slug>/profile/ledger.csv", views.ledger, name="ledger"),
    path("<slug:slug>/profile/organisations.json", views.organisations, name="organisations"),
]
