"""Addresses of the application. None holds personal data: cases and rows are named by ids of ours."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, register_converter
from django.urls.converters import IntConverter
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from review.api.endpoints import api
from review.pages import case_views, people_views, queue_views, record_views, referral_views, work_views


class RowNumber(IntConverter):
    """The number of a row; one that no database can hold names no page."""

    regex = "[0-9]{1,18}"


register_converter(RowNumber, "row")
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("search/", queue_views.search, name="search"),
    path("assign/", queue_views.assign_many, name="assign_many"),
    path("export/", queue_views.export, name="export"),
    path("views/", queue_views.save_view, name="save_view"),
    path("views/<row:view_id>/drop/", queue_views.drop_view, name="drop_view"),
    path("cases/<str:network_id>/", case_views.case_page, name="case"),
    path("cases/<str:network_id>/picture/", case_views.picture, name="picture"),
    path("cases/<str:network_id>/export/", record_views.export_records, name="export_records"),
    path("cases/<str:network_id>/records/<row:record_id>/", record_views.record_page, name="record"),
    path("cases/<str:network_id>/reveal/", record_views.reveal, name="reveal"),
    path("cases/<str:network_id>/assign/", work_views.assign, name="assign"),
    path("cases/<str:network_id>/comment/", work_views.comment, name="comment"),
    path("cases/<str:network_id>/propose/", work_views.propose, name="propose"),
    path("cases/<str:network_id>/snooze/", work_views.snooze, name="snooze"),
    path("cases/<str:network_id>/suppress/", work_views.suppress, name="suppress"),
    path("cases/<str:network_id>/watch/", work_views.watch, name="watch"),
    path("cases/<str:network_id>/links/", work_views.link, name="link"),
    path("cases/<str:network_id>/links/<row:link_id>/undo/", work_views.undo, name="undo_link"),
    path("decisions/", work_views.proposals, name="proposals"),
    path("decisions/<row:decision_id>/answer/", work_views.answer, name="answer"),
    path("decisions/<row:decision_id>/withdraw/", work_views.withdraw, name="withdraw"),
    path("referrals/<row:referral_id>/outcome/", work_views.outcome, name="outcome"),
    path("referrals/<row:referral_id>/<str:form>/", referral_views.document, name="document"),
    path("suppressions/", work_views.suppressions, name="suppressions"),
    path("suppressions/<row:suppression_id>/lift/", work_views.lift, name="lift"),
    path("watches/", work_views.watches, name="watches"),
    path("sign-in/", people_views.sign_in, name="sign_in"),
    path("sign-out/", people_views.sign_out, name="sign_out"),
    path("account/password/", people_views.change_password, name="change_password"),
    path("account/second-factor/", people_views.second_factor, name="second_factor"),
    path("people/", people_views.people, name="people"),
    path("people/<row:person_id>/", people_views.change_person, name="change_person"),
    path("audit/", people_views.audit, name="audit"),
    path("api/", api.urls),
    path("language/", login_not_required(require_POST(set_language)), name="set_language"),
]
handler400 = "review.pages.refusals.unreadable"
handler403 = "review.pages.refusals.forbidden"
handler404 = "review.pages.refusals.not_found"
handler500 = "review.pages.refusals.broken"
