from django.urls import path

from covenant.scrutinise import views

app_name = "scrutinise"
urlpatterns = [
    path("<slug:slug>/versions/<int:number>/questions/", views.questions, name="questions"),
    path("<slug:slug>/versions/<int:number>/questions.json", views.data, name="data"),
]
