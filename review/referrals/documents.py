"""The four forms of a referral, each a pure function of it."""

from review.referrals.letter import referral_pdf
from review.referrals.plain import referral_json
from review.referrals.report import report_xml
from review.referrals.workbook import referral_xlsx

__all__ = ["referral_json", "referral_pdf", "referral_xlsx", "report_xml"]
