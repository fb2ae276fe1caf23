"""The papers of a referral: PDF, XLSX, JSON, and the report in XML."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from review.access.permissions import Act, demand, visible_cases
from review.audit.chain import record
from review.pages.requests import person_of
from review.referrals.documents import referral_json, referral_pdf, referral_xlsx, report_xml
from review.referrals.shape import ReferralError
from review.work.handover import referral_of
from review.work.records import Decision, Standing, Verdict

FORMS = {
    "pdf": (referral_pdf, "application/pdf"),
    "xlsx": (referral_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (referral_json, "application/json"),
    "xml": (report_xml, "application/xml"),
}


def document(request: HttpRequest, referral_id: int, form: str) -> HttpResponse:
    """One paper of an approved referral, for the desk and for the agency that it goes to.

    The letter of a proposal that waits is a draft, for the desk alone: nobody signs what they have not read.
    """
    person = person_of(request)
    demand(person, Act.RECORD_OUTCOME)
    if form not in FORMS:
        raise Http404
    referral = (
        Decision.objects.filter(pk=referral_id, verdict=Verdict.REFER)
        .filter(standing__in=(Standing.APPROVED, Standing.OPEN))
        .select_related("case", "handed", "decided_by")
        .first()
    )
    if referral is None or not visible_cases(person).filter(pk=referral.case_id).exists():
        raise Http404
    draft = referral.standing == Standing.OPEN
    if (person.agency and person.agency != referral.agency) or (draft and (person.agency or form != "pdf")):
        raise Http404
    write, kind = FORMS[form]
    try:
        content = write(referral_of(referral))
    except ReferralError:
        messages.error(
            request, _("Văn bản này không lập được cho cơ quan nhận: không có gì được phép chuyển.")
        )
        return redirect("case", referral.case.network_id)
    record(
        person.username,
        "referral_document",
        referral.case.network_id,
        form=form,
        agency=referral.agency,
        decision=referral.pk,
        draft=draft,
    )
    response = HttpResponse(content, content_type=kind)
    name = f"{referral.case.network_id}_{referral.agency}_{'draft' if draft else referral.pk}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
