"""Clear pages for what went wrong: not allowed, not there, a stale form, a fault of ours."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def refuse(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """One page for every refusal: what happened, and what to do."""
    return render(request, "review/refusal.html", {"title": title, "advice": advice}, status=status)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or was sent twice."""
    return refuse(
        request,
        403,
        _("Biểu mẫu đã cũ"),
        _("Phiên làm việc đã đổi từ khi mở biểu mẫu. Mở lại trang rồi gửi lại; chưa có gì được ghi."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The role does not allow it."""
    return refuse(
        request,
        403,
        _("Không có quyền"),
        _("Vai trò của bạn không cho phép việc này. Cần thì đề nghị quản trị viên."),
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or none that this person may see."""
    return refuse(
        request,
        404,
        _("Không tìm thấy"),
        _("Không có trang này, hoặc vụ việc không được chuyển cho cơ quan của bạn."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the program."""
    return refuse(
        request,
        500,
        _("Lỗi hệ thống"),
        _("Có lỗi khi xử lý. Chưa có gì được ghi. Thử lại, hoặc báo quản trị viên."),
    )
