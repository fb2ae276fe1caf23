"""The papers of a referral: who may have which, and the entry that each leaves in the audit."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from review.access.permissions import Act, demand, visible_cases
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.referrals.documents import referral_json, referral_pdf, referral_xlsx, report_xml
from review.referrals.shape import ReferralError
from review.work.acts import Refused
from review.work.handover import referral_of
from review.work.records import Decision, Standing, Verdict

FORMS = {
    "pdf": (referral_pdf, "application/pdf"),
    "xlsx": (referral_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (referral_json, "application/json"),
    "xml": (report_xml, "application/xml"),
}


@dataclass(frozen=True)
class Paper:
    """A file under its name and kind."""

    name: str
    kind: str
    content: bytes

    def download(self) -> HttpResponse:
        """The answer by which it is kept as a file."""
        kept = {"Content-Disposition": f'attachment; filename="{self.name}"'}
        return HttpResponse(self.content, content_type=self.kind, headers=kept)


def referral_for(person: Reviewer, referral_id: int, form: str) -> Decision:
    """The referral of which this person may have this paper. Raises `Http404` where there is none.

    An approved referral is for the desk and for the agency that it goes to. The letter of a proposal that
    waits is a draft, for the desk alone: nobody signs what they have not read.
    """
    demand(person, Act.RECORD_OUTCOME)
    referral = (
        Decision.objects.filter(pk=referral_id, verdict=Verdict.REFER)
        .filter(standing__in=(Standing.APPROVED, Standing.OPEN))
        .select_related("case", "handed", "decided_by")
        .first()
    )
    if form not in FORMS or referral is None:
        raise Http404
    if not visible_cases(person).filter(pk=referral.case_id).exists():
        raise Http404
    draft = referral.standing == Standing.OPEN
    if (person.agency and person.agency != referral.agency) or (draft and (person.agency or form != "pdf")):
        raise Http404
    return referral


def write_paper(person: Reviewer, referral: Decision, form: str) -> Paper:
    """The paper of what `referral_for` gave. Raises `Refused` where nothing of it may go to its agency."""
    write, kind = FORMS[form]
    try:
        content = write(referral_of(referral))
    except ReferralError:
        raise Refused(
            _("Văn bản này không lập được cho cơ quan nhận: không có gì được phép chuyển.")
        ) from None
    network_id, draft = referral.case.network_id, referral.standing == Standing.OPEN
    record(
        person.username,
        "referral_document",
        network_id,
        form=form,
        agency=referral.agency,
        decision=referral.pk,
        draft=draft,
    )
    name = f"{network_id}_{referral.agency}_{'draft' if draft else referral.pk}.{form}"
    return Paper(name, kind, content)
