from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from covenant.place import reads as places


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"places": places.places()})


def place(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "place.html", {"place": places.place(slug)})
