"""Clear pages for what went wrong: not allowed, not there, a stale form, a fault of ours."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from review.access.unsent import keep_unsent


def refuse(request: HttpRequest, status: int, title: str, advice: str, case: str = "") -> HttpResponse:
    """One page for every refusal: what happened, and what to do."""
    context = {"title": title, "advice": advice, "case_of_form": case}
    return render(request, "review/refusal.html", context, status=status)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was sent is no text, or far more than a form holds."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": "not readable"}, status=400)
    return refuse(
        request,
        400,
        _("Không đọc được yêu cầu"),
        _("Địa chỉ hoặc biểu mẫu có ký tự không đọc được. Gõ lại; chưa có gì được ghi."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long, or was sent twice; what was typed waits on the page of its case."""
    kept = request.user.is_authenticated and keep_unsent(request)
    match = request.resolver_match
    case = str(match.kwargs.get("network_id", "")) if match and kept else ""
    return refuse(
        request,
        403,
        _("Biểu mẫu đã cũ"),
        _("Phiên làm việc đã đổi từ khi mở biểu mẫu. Mở lại trang rồi gửi lại; chưa có gì được ghi."),
        case,
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
