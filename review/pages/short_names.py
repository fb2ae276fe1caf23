"""Names of companies as a picture has room for them: what tells one from another stands at their end."""

import re

from review.cases.texts import without_marks

_FORM = (
    r"tong cong ty|cong ty|cong ti|cty|ctcp|tnhh|trach nhiem huu han|co phan|cp|mot thanh vien|hai thanh vien"
    r"|mtv|doanh nghiep tu nhan|dntn|hop tac xa|htx"
)
_TRADE = (
    r"thuong mai|tm|dich vu|dv|san xuat|sx|xuat nhap khau|xnk|dau tu|xay dung|van tai|phat trien|va|&|-"
    r"|tm&dv|tm & dv|sx&tm"
)
_OPENING = re.compile(rf"(?:{_FORM})(?: (?:{_FORM}|{_TRADE}))*(?= |$)")


def short_name(name: str) -> str:
    """`Công ty TNHH Thương mại và Dịch vụ Hải Đăng` is `Cty Hải Đăng`; other names stay as they are."""
    opening = _OPENING.match(without_marks(name))
    rest = name.split()[len(opening.group().split()) :] if opening else []
    return f"Cty {' '.join(rest)}" if rest else name
