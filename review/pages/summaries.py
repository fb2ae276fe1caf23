"""The two or three sentences on a case, within what the reader may see."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from review.access.permissions import Sight
from review.cases.records import Case


def summary_for(case: Case, sight: Sight) -> dict[str, str]:
    """The ranking's own summary; where a reason of it may not be seen, the reasons that may."""
    reasons = list(case.reasons.all())
    if all(sight.typology(reason.typology) for reason in reasons):
        return {"vi": case.summary_vi, "en": case.summary_en}
    texts = {}
    for language in ("vi", "en"):
        signs = [
            f"{reason.title[language]} ({reason.reason[language]})"
            for reason in reasons
            if sight.typology(reason.typology)
        ]
        with override(language):
            texts[language] = _("Dấu hiệu mà cơ quan của bạn tiếp nhận: %(signs)s.") % {
                "signs": "; ".join(signs) or "—"
            }
    return texts
