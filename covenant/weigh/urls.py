from django.urls import path

from covenant.weigh.views import appraising, ideas, judging, reading

app_name = "weigh"
urlpatterns = [
    path("places/<slug:slug>/ideas/", ideas.index, name="ideas"),
    path("places/<slug:slug>/ideas/new/", ideas.write, name="write"),
    path("places/<slug:slug>/appraisals/new/", appraising.begin, name="begin"),
    path("ideas/<uuid:id>/", ideas.idea, name="idea"),
    path("ideas/<uuid:id>/ground/", ideas.ground, name="ground"),
    path("ideas/<uuid:id>/withdraw/", ideas.withdraw, name="withdraw_idea"),
    path("appraisals/<uuid:id>/", reading.appraisal, name="appraisal"),
    path("appraisals/<uuid:id>/matrix.csv", reading.matrix, name="matrix"),
    path("appraisals/<uuid:id>/judgements/<int:number>.json", reading.judgement, name="judgement"),
    path("appraisals/<uuid:id>/words/", appraising.word, name="word"),
    path("appraisals/<uuid:id>/options/new/", appraising.add_option, name="add_option"),
    path("appraisals/<uuid:id>/options/<uuid:option>/", appraising.word_option, name="word_option"),
    path("appraisals/<uuid:id>/options/<uuid:option>/discard/", appraising.discard, name="discard"),
    path("appraisals/<uuid:id>/consider/", appraising.consider, name="consider"),
    path("appraisals/<uuid:id>/weigh/", judging.weigh, name="weigh"),
    path("appraisals/<uuid:id>/weigh/<uuid:party>/", judging.weigh, name="weigh_for"),
    path("appraisals/<uuid:id>/answers/", judging.answer, name="answer"),
    path("appraisals/<uuid:id>/interest/", judging.interest, name="interest"),
    path("appraisals/<uuid:id>/put/", judging.put, name="put"),
    path("appraisals/<uuid:id>/take-back/", judging.take_back, name="take_back"),
    path("appraisals/<uuid:id>/sign/", judging.sign, name="sign"),
    path("appraisals/<uuid:id>/dissent/", judging.dissent, name="dissent"),
    path("appraisals/<uuid:id>/withdraw/", appraising.withdraw, name="withdraw"),
]
