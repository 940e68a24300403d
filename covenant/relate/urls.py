from django.urls import path

from covenant.relate.views import acting, drafting, reading, together

app_name = "relate"
AT = "working-agreements/<slug:slug>/"
urlpatterns = [
    path("places/<slug:place>/working-agreements/", reading.index, name="index"),
    path("places/<slug:place>/working-agreements/begin/", drafting.begin, name="begin"),
    path(AT, reading.agreement, name="agreement"),
    path(f"{AT}data.json", reading.data, name="data"),
    path(f"{AT}versions/<int:number>/", reading.version, name="version"),
    path(f"{AT}draft/words/", drafting.words, name="words"),
    path(f"{AT}draft/bodies/", drafting.bodies, name="bodies"),
    path(f"{AT}draft/people/", drafting.person, name="person"),
    path(f"{AT}draft/people/<uuid:member>/drop/", drafting.drop_person, name="drop_person"),
    path(f"{AT}draft/behaviours/", drafting.behaviour, name="behaviour"),
    path(f"{AT}draft/behaviours/<slug:key>/", drafting.behaviour, name="behaviour_again"),
    path(f"{AT}draft/promises/", drafting.promise, name="promise"),
    path(f"{AT}draft/promises/<slug:key>/", drafting.promise, name="promise_again"),
    path(f"{AT}draft/drop/<slug:key>/", drafting.drop, name="drop"),
    path(f"{AT}draft/propose/", drafting.propose, name="propose"),
    path(f"{AT}draft/withdraw/", drafting.withdraw, name="withdraw"),
    path(f"{AT}change/", drafting.change, name="change"),
    path(f"{AT}consent/", acting.consent, name="consent"),
    path(f"{AT}refuse/", acting.refuse, name="refuse"),
    path(f"{AT}changes/<uuid:change>/accept/", acting.accept, name="accept"),
    path(f"{AT}changes/<uuid:change>/refuse/", acting.refuse_arrival, name="refuse_arrival"),
    path(f"{AT}leave/", acting.leave, name="leave"),
    path(f"{AT}replace/", acting.replace, name="replace"),
    path(f"{AT}forum/", together.forum, name="forum"),
    path(f"{AT}forum/<int:number>/vote/", together.vote, name="vote"),
    path(f"{AT}learning/", together.learning, name="learning"),
    path(f"{AT}learning/<int:number>/", together.answer, name="answer"),
    path(f"{AT}pulse/", together.pulse, name="pulse"),
    path(f"{AT}pulse/open/", together.open_round, name="open_round"),
]
