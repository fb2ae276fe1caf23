"""The papers of an invented case."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from fontTools.ttLib import TTFont
from openpyxl import load_workbook

from configs.agencies import load_agencies
from review.assets.build import build
from review.referrals.annex import annex_of
from review.referrals.documents import referral_json, referral_pdf, referral_xlsx, report_xml
from review.referrals.letter import TYPEFACES
from review.referrals.picture import network_as_svg
from review.referrals.report import NAMESPACE, SCHEMA
from review.referrals.shape import ReferralError, ReferralLink, ReferralMember
from review.referrals.words import decimal, figure, long_day
from tests.review.referrals.invented import MEMBERS, RECORDS, referral_to

PDFTOTEXT = shutil.which("pdftotext")


@pytest.fixture(scope="module", autouse=True)
def _typefaces() -> None:
    build()


def test_the_letter_is_a_tagged_pdf_of_a4_in_times_metric() -> None:
    pdf = referral_pdf(referral_to("customs"))

    assert pdf.startswith(b"%PDF-")
    assert b"/MarkInfo" in pdf
    assert b"/Marked true" in pdf
    assert b"/StructTreeRoot" in pdf
    assert b"/Lang (vi" in pdf or b"/Lang(vi" in pdf
    assert b"pdfuaid" in pdf
    boxes = {tuple(float(n) for n in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)}
    assert {tuple(round(n) for n in box) for box in boxes} == {(0, 0, 595, 842), (0, 0, 842, 595)}
    assert set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", pdf)) <= {
        b"Tinos-Regular",
        b"Tinos-Bold",
        b"Tinos-Italic",
        b"Tinos-BoldItalic",
    }


def test_the_same_referral_is_the_same_letter() -> None:
    assert referral_pdf(referral_to("c03")) == referral_pdf(referral_to("c03"))


def test_a_letter_without_annexes_of_records_is_shorter() -> None:
    whole = referral_to("customs")
    letter = replace(whole, agency=whole.agency.model_copy(update={"format": "letter"}))

    assert referral_pdf(letter).count(b"/MediaBox") == referral_pdf(whole).count(b"/MediaBox") - 1


def _many(count: int) -> bytes:
    """The letter to customs with so many declarations as its annex."""
    fields = {
        "declaration_no": "108126638495",
        "line_no": "1",
        "direction": "import",
        "regime": "MIC",
        "customs_office": "27NB",
        "channel": "yellow",
        "trader_name": "CONG TY CO PHAN XUAT NHAP KHAU VAN PHUC GIA HUNG",
        "trader_id_type": "tax",
        "trader_id": "0100000017",
        "consignee_name": "Nguyễn Thị Ngọc Ưng",
        "consignee_phone": "0900000226",
        "partner_name": "RHEIN HANDELS INTL LOGISTICS",
        "partner_country": "KR",
        "house_bill_no": "HB0263894259",
        "hs_code": "42022100",
        "goods_description": "Túi xách giả da",
        "quantity": "1.00",
        "unit": "PCE",
    }
    records = tuple(
        replace(RECORDS[0], key=f"{at:012}:1", fields=fields, source_file=f"f/{at % 112}.csv")
        for at in range(count)
    )
    return referral_pdf(replace(referral_to("customs"), records=records))


def test_hundreds_of_records_are_a_table_of_few_pages_with_heads_and_bookmarks() -> None:
    one, many = _many(1), _many(295)

    assert many.count(b"/MediaBox") - one.count(b"/MediaBox") < 15
    # Members, declarations, files: heads that a screen reader repeats, and bookmarks of the annexes.
    assert many.count(b"/THead") >= 3
    assert many.count(b"/Scope") >= 20
    assert b"/Outlines" in many


def test_whom_annex_one_names_is_called_by_its_number() -> None:
    payment = replace(RECORDS[2], fields={**RECORDS[2].fields, "creditor_bank": "VCB"})
    seller = replace(RECORDS[1], fields={**RECORDS[1].fields, "platform": "shopee", "seller_id": "1000318"})
    annex = annex_of(referral_to("c03", records=(seller, payment)))
    said = {part["title"]: part["rows"][0] for part in annex["tables"]}
    assert said["Giao dịch ngân hàng: 1 bản ghi"][1:3] == ["03/03/2026", "ĐT 1"]
    assert said["Đăng ký gian hàng: 1 bản ghi"][1] == "ĐT 5, Túi Xách Hà Thành"
    stranger = {**RECORDS[1].fields, "owner_id_type": "tax", "owner_id": "0100109106"}
    (table,) = annex_of(referral_to("c03", records=(replace(RECORDS[1], fields=stranger),)))["tables"]
    assert any("MST 0100109106" in text for text in table["rows"][0])
    assert annex["files"][0] == ["1", "bank_transactions/VCB/2026-03-03/part.csv"]


@pytest.mark.skipif(
    PDFTOTEXT is None, reason="pdftotext is not installed (Debian: apt-get install poppler-utils)"
)
def test_text_of_the_letter_can_be_read_out_as_it_was_written(tmp_path: Path) -> None:
    """Markup stays text, decomposed marks come together, and signs outside of the typeface are named."""
    sly = replace(RECORDS[0], fields={"goods_description": '#panic() *x* $x$ <a> "\\ \x07 中 e\u0302\u0301'})
    place = tmp_path / "letter.pdf"
    place.write_bytes(referral_pdf(replace(referral_to("customs"), records=(sly,))))

    text = " ".join(
        subprocess.run([str(PDFTOTEXT), place, "-"], capture_output=True, check=True).stdout.decode().split()
    )

    assert '#panic() *x* $x$ <a> "\\ [U+4E2D] ế' in text
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hà Nội, ngày 03 tháng 4 năm 2026",
        "Kính gửi: Cục Hải quan, Bộ Tài chính.",
        "chưa phải kết luận về hành vi",
        "TL. TRƯỞNG BAN",
        "Nguyễn Thị Ngọc Ưng",
    ):
        assert said in text


@pytest.mark.parametrize(
    "agency", sorted(set(load_agencies()) - {"science_and_technology", "market_surveillance"})
)
def test_every_agency_that_takes_the_case_gets_a_letter(agency: str) -> None:
    try:
        referral = referral_to(agency)
    except ReferralError as error:
        assert "holds no typology" in str(error)  # noqa: PT017
        return
    assert len(referral_pdf(referral)) > 10_000


def test_widths_of_the_typeface_are_those_of_times() -> None:
    """Times New Roman, in 2048ths of an em: space 512, a 909, M 1821."""
    with TTFont(TYPEFACES / "Tinos-Regular.ttf") as font:
        names = font.getBestCmap()
        assert [font["hmtx"][names[ord(sign)]][0] for sign in " aM"] == [512, 909, 1821]


def test_the_workbook_holds_numbers_days_and_text() -> None:
    sly = replace(RECORDS[0], fields={"goods_description": "=HYPERLINK(1)", "hs_code": "0061"})
    referral = replace(referral_to("customs"), records=(sly,))

    book = load_workbook(BytesIO(referral_xlsx(referral)))

    assert book.sheetnames == ["Văn bản", "Dấu hiệu", "Đối tượng", "Tờ khai hải quan"]
    head, row = (list(line) for line in book["Tờ khai hải quan"].iter_rows(values_only=True))
    cells = dict(zip(head, row, strict=True))
    assert cells["Khóa"] == "100000000001:1"
    assert cells["Ngày"] == datetime.combine(date(2026, 3, 2), time())
    assert cells["Số tiền (đồng)"] == 980_000
    assert cells["goods_description"] == "=HYPERLINK(1)"
    assert cells["hs_code"] == "0061"
    assert cells["Dòng"] == 17
    assert not [cell for sheet in book for line in sheet for cell in line if cell.data_type == "f"]
    paper = dict(book["Văn bản"].iter_rows(min_row=2, values_only=True))
    assert paper["Số"] == "17/VPTT-CXL"
    assert paper["Thông báo kết quả trước ngày"] == datetime.combine(date(2026, 4, 10), time())


def test_json_says_on_which_law_it_rests_and_what_was_not_measured() -> None:
    content = json.loads(referral_json(referral_to("customs")))

    assert content["agency"]["id"] == "customs"
    assert [basis["valid_from"] for basis in content["legal_basis"]] == [
        "2015-01-01",
        "2025-03-01",
        "2022-06-28",
        "2026-01-01",
    ]
    assert [each["holds"] for each in content["reasons"][0]["innocent_explanations"]] == [False, None]
    assert content["records"][1]["amount_vnd"] is None
    assert content["records"][0]["source_line"] == 17


def test_the_report_follows_its_schema() -> None:
    report = report_xml(referral_to("sbv", detected_on=datetime.combine(date(2026, 4, 2), time(9, 30))))

    xmlschema.XMLSchema(SCHEMA).validate(report.decode())
    root = ElementTree.fromstring(report)
    of = {"r": NAMESPACE}
    assert root.findtext("r:detectedOn", namespaces=of) == "2026-04-02"
    assert [each.get("key") for each in root.iterfind(".//r:transaction", of)] == ["VCB:FT0000000001"]
    assert root.findtext(".//r:amountVnd", namespaces=of) == "37000000"
    assert {each.get("result") for each in root.iterfind(".//r:innocentExplanation", of)} == {"doesNotHold"}


def test_a_control_character_does_not_break_the_report() -> None:
    record = replace(RECORDS[2], fields={"remittance_info": "mua hang\x00\x0b <b>&"})
    report = report_xml(referral_to("sbv", records=(record,)))

    xmlschema.XMLSchema(SCHEMA).validate(report.decode())
    assert "mua hang &lt;b&gt;&amp;" in report.decode()


def test_no_report_goes_to_whom_may_not_see_payments() -> None:
    with pytest.raises(ReferralError, match="may not see payments"):
        report_xml(referral_to("customs"))


def test_no_report_without_a_payment() -> None:
    with pytest.raises(ReferralError, match="nothing to report"):
        report_xml(referral_to("sbv", records=()))


@pytest.mark.parametrize(("count", "diameter"), [(40, 22), (117, 14)])
def test_nodes_of_the_picture_do_not_touch(count: int, diameter: int) -> None:
    members = tuple(ReferralMember("account", f"VCB:{at}", "Tài khoản") for at in range(count))
    links = tuple(
        ReferralLink(("account", "VCB:0"), ("account", f"VCB:{at}"), "money") for at in range(1, count)
    )

    drawn = network_as_svg(members, links)

    places = [
        (float(x), float(y))
        for x, y in re.findall(r'<g transform="translate\(([\d.]+) ([\d.]+)\) scale', drawn)
    ]
    assert len(places) == count
    assert all(
        (x - u) ** 2 + (y - v) ** 2 >= diameter**2
        for at, (x, y) in enumerate(places)
        for u, v in places[at + 1 :]
    )
    assert drawn == network_as_svg(members, links)


def test_members_without_a_link_are_not_drawn() -> None:
    drawn = network_as_svg(
        MEMBERS, (ReferralLink(("person", MEMBERS[2].id), ("seller", MEMBERS[4].id), "shared"),)
    )

    assert re.findall(r">(\d)</text>", drawn) == ["3", "5"]


def test_figures_and_days_are_written_as_the_authorities_do() -> None:
    assert figure(1_250_000_000) == "1.250.000.000"
    assert decimal(98.97, 1) == "99,0"
    assert long_day(date(2026, 4, 3)) == "ngày 03 tháng 4 năm 2026"
    assert long_day(date(2026, 2, 13)) == "ngày 13 tháng 02 năm 2026"


def test_without_typefaces_the_letter_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("review.referrals.letter.TYPEFACES", tmp_path)

    with pytest.raises(ReferralError, match="make assets"):
        referral_pdf(referral_to("customs"))
