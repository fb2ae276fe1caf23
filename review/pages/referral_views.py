"""The papers of a referral: PDF, XLSX, JSON, and the report in XML."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from review.pages.requests import person_of
from review.work.acts import Refused
from review.work.papers import referral_for, write_paper


def document(request: HttpRequest, referral_id: int, form: str) -> HttpResponse:
    """One paper of a referral; where nothing may go to its agency, the page of the case says so."""
    person = person_of(request)
    referral = referral_for(person, referral_id, form)
    try:
        return write_paper(person, referral, form).download()
    except Refused as error:
        messages.error(request, str(error))
        return redirect("case", referral.case.network_id)
