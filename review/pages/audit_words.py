"""What an entry of the audit holds beside who did what to which case, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.access.reviewers import Role
from review.pages.wording import agency_name
from review.work.records import LinkDecision, Outcome, Verdict

_WORDS = {
    "active": gettext_lazy("Đang làm việc"),
    "agency": gettext_lazy("Cơ quan"),
    "decision": gettext_lazy("Đề xuất số"),
    "draft": gettext_lazy("Dự thảo"),
    "filters": gettext_lazy("Bộ lọc"),
    "form": gettext_lazy("Dạng văn bản"),
    "handed": gettext_lazy("Dấu kiểm nội dung chuyển"),
    "letters": gettext_lazy("Số ký tự"),
    "link": gettext_lazy("Nhận định số"),
    "links": gettext_lazy("Nhận định số"),
    "member": gettext_lazy("Đối tượng số"),
    "outcome": gettext_lazy("Kết quả"),
    "page": gettext_lazy("Trang"),
    "reason": gettext_lazy("Lý do"),
    "role": gettext_lazy("Vai trò"),
    "row": gettext_lazy("Bản ghi số"),
    "rows": gettext_lazy("Số dòng"),
    "second_factor": gettext_lazy("Xác thực hai lớp"),
    "to": gettext_lazy("Giao cho người dùng số"),
    "until": gettext_lazy("Đến ngày"),
    "verdict": gettext_lazy("Kết luận"),
}
_VALUES: dict[str, Mapping[Any, Any]] = {
    "outcome": dict(Outcome._meta.get_field("outcome").choices),
    "role": dict(Role.choices),
    "verdict": {**dict(Verdict.choices), **dict(LinkDecision._meta.get_field("verdict").choices)},
}


def details_said(details: Mapping[str, Any]) -> str:
    """The details of an entry in the reader's language; what says nothing is left out."""
    said = {key: value for key, value in details.items() if value not in ("", None)}
    return "; ".join(f"{_WORDS.get(key, key)}: {_said(key, value)}" for key, value in said.items())


def _said(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if key == "until":
        return date_format(date.fromisoformat(value))
    if key == "agency":
        return agency_name(value)
    return str(_VALUES.get(key, {}).get(value, value))
