"""The audit tells its details in the reader's language."""

import pytest
from django.utils.translation import override

from review.pages.audit_words import details_said


@pytest.mark.parametrize(
    ("details", "vietnamese", "english"),
    [
        (
            {"verdict": "refer", "agency": "customs", "decision": 7},
            "Kết luận: Chuyển xử lý; Cơ quan: Cục Hải quan; Đề xuất số: 7",
            "Conclusion: Refer; Agency: Department of Customs; Proposal no.: 7",
        ),
        ({"second_factor": False}, "Xác thực hai lớp: Không", "Second factor: No"),
        ({"until": "2026-12-15"}, "Đến ngày: 15/12/2026", "Until: 15 Dec 2026"),
        (
            {"verdict": "not_same", "links": [3, 4]},
            "Kết luận: Không cùng một người; Nhận định số: 3, 4",
            "Conclusion: Not the same hand; Judgement no.: 3, 4",
        ),
        ({"agency": "", "to": None}, "", ""),
    ],
)
def test_details(details, vietnamese, english):
    with override("vi"):
        assert details_said(details) == vietnamese
    with override("en"):
        assert details_said(details) == english
