"""The referral as a workbook: a sheet for the paper, the signs, the members, and the records of each feed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from configs.referrals import load_referral_rules
from review.referrals.shape import Referral, ReferralRecord
from review.referrals.words import FEEDS, HOLDS, KINDS

Cell = str | int | float | date | None

_HEAD = PatternFill("solid", fgColor="E3E7EA")
_WIDEST = 60


def referral_xlsx(referral: Referral) -> bytes:
    """Numbers and days are numbers and days; every id is text; no cell is a formula."""
    book = Workbook()
    issued = referral.issued_on
    book.properties.created = book.properties.modified = datetime.combine(issued, time())
    book.properties.creator = referral.issuer.name
    book.properties.title = f"Chuyển xử lý mạng lưới nghi vấn {referral.network_id}"
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "Văn bản"
    _fill(first, ("Mục", "Nội dung"), _paper(referral))
    _fill(
        book.create_sheet("Dấu hiệu"),
        ("Dấu hiệu", "Diễn giải", "Mức (0–1)", "Giá trị (đồng)", "Cách giải thích khác", "Kết quả kiểm tra"),
        _signs(referral),
    )
    _fill(
        book.create_sheet("Đối tượng"),
        ("TT", "Loại", "Mã định danh", "Tên", "Vai trò nghi vấn", "Tỉnh, thành"),
        (
            (number, KINDS[member.kind], member.id, member.name, member.role, member.province)
            for number, member in enumerate(referral.members, start=1)
        ),
    )
    for feed in sorted({record.feed for record in referral.records}):
        records = [record for record in referral.records if record.feed == feed]
        columns = list(dict.fromkeys(column for record in records for column in record.fields))
        head = ("Khóa", "Ngày", "Số tiền (đồng)", "Dấu hiệu", *columns, "Tệp", "Dòng")
        _fill(book.create_sheet(FEEDS[feed]), head, (_row(record, columns, referral) for record in records))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _paper(referral: Referral) -> list[tuple[Cell, ...]]:
    citations = load_referral_rules().citations
    rows: list[tuple[Cell, ...]] = [
        ("Số", referral.code),
        ("Ngày", referral.issued_on),
        ("Cơ quan gửi", referral.issuer.name),
        ("Kính gửi", referral.agency.addressed_to),
        ("Mã mạng lưới", referral.network_id),
        ("Dữ liệu đến ngày", referral.as_of),
        ("Thứ hạng", referral.rank),
        ("Điểm (0–100)", referral.score),
        ("Giá trị liên quan ước tính (đồng)", referral.value_vnd),
        ("Thông báo kết quả trước ngày", referral.deadline),
    ]
    rows += [("Căn cứ", f"{citations[basis.source]} ({basis.text.vi})") for basis in referral.legal_basis]
    return [*rows, ("Lưu ý", "Dấu hiệu nghi vấn, chưa phải kết luận về hành vi của tổ chức, cá nhân nào.")]


def _signs(referral: Referral) -> Iterable[tuple[Cell, ...]]:
    for reason in referral.reasons:
        tested = [(innocent.text, HOLDS[innocent.holds]) for innocent in reason.innocent] or [("", "")]
        for text, holds in tested:
            yield reason.title, reason.text, reason.score, reason.value_vnd, text, holds


def _row(record: ReferralRecord, columns: Sequence[str], referral: Referral) -> tuple[Cell, ...]:
    titles = {reason.typology: reason.title for reason in referral.reasons}
    return (
        record.key,
        record.happened_on,
        record.amount_vnd,
        "; ".join(titles[typology] for typology in record.typologies),
        *(record.fields.get(column) for column in columns),
        record.source_file,
        record.source_line,
    )


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table with a fixed head; text stays text even where it begins like a formula."""
    widths = [len(title) for title in head]
    for line, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(line, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
                cell.alignment = Alignment(vertical="top")
            elif isinstance(value, int):
                cell.number_format = "#,##0"
                cell.alignment = Alignment(vertical="top")
            widths[column - 1] = max(widths[column - 1], min(_WIDEST, len(str(value or ""))))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width + 2
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).fill = _HEAD
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
