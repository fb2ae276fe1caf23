"""Addresses, the same place in many ways."""

import re

import pyarrow as pa
import pytest

from models.normalise.addresses import normalise_address, part_of_house


def one(written: str | None) -> str | None:
    return normalise_address(pa.array([written], pa.string()))[0].as_py()


@pytest.mark.parametrize(
    ("expected", "ways"),
    [
        (
            "12 le loi ben nghe quan 1 ho chi minh",
            [
                "Số 12, Đ. Lê Lợi, P. Bến Nghé, Q.1, TP.HCM",
                "12 Lê Lợi, phường Bến Nghé, quận 01, Thành phố Hồ Chí Minh",
                "12 ĐƯỜNG LÊ LỢI P.BẾN NGHÉ QUẬN 1 TPHCM",
                "12 le loi, p ben nghe, q1, tp hcm, Việt Nam",
                "Số nhà 12 đường Lê Lợi - Phường Bến Nghé - Quận 1 - TP. Hồ Chí Minh",
                "12 Lê Lợi, Bến Nghé, Q1, Sài Gòn",
            ],
        ),
        (
            "lo b2 khu cong nghiep tan binh tan phu ho chi minh",
            [
                "Lô B2, KCN Tân Bình, Q. Tân Phú, TP. Hồ Chí Minh",
                "Lô B2 Khu công nghiệp Tân Bình, quận Tân Phú, tp hcm",
            ],
        ),
        (
            "xom 3 phu dong gia lam ha noi",
            ["Xóm 3, X. Phù Đổng, H. Gia Lâm, TP. Hà Nội", "xóm 3, xã Phù Đổng, huyện Gia Lâm, HN"],
        ),
        ("trau quy gia lam", ["TT. Trâu Quỳ, H. Gia Lâm", "thị trấn Trâu Quỳ huyện Gia Lâm"]),
        (
            "25 kp 3 di an binh duong",
            ["25 KP.3, TX. Dĩ An, T. Bình Dương", "25 khu phố 3, thị xã Dĩ An, tỉnh Bình Dương"],
        ),
        ("tl 743 thuan an", ["ĐT 743, TP. Thuận An", "tỉnh lộ 743, Thuận An", "đường tỉnh 743, tp Thuận An"]),
        ("8 cao thang dak lak", ["8 Cao Thắng, Đắk Lắk", "8 Cao Thắng, tỉnh Đắc Lắc", "8 cao thắng, daklak"]),
    ],
)
def test_one_place_written_in_many_ways(expected: str, ways: list[str]) -> None:
    assert {one(written) for written in ways} == {expected}


def test_numbers_are_kept_and_tell_places_apart() -> None:
    assert one("12/3A Nguyễn Trãi") == "12/3a nguyen trai"
    assert one("12 / 3A Nguyễn Trãi") == "12/3a nguyen trai"
    assert one("12-14 Nguyễn Trãi") == "12-14 nguyen trai"
    assert one("Phường 5, Quận 10") == "phuong 5 quan 10"
    assert one("Đường 3/2, Q10") == "duong 3/2 quan 10"
    assert one("Phường 5, Quận 3") != one("Phường 3, Quận 5")


def test_p_before_a_long_number_is_a_room() -> None:
    assert one("P.501 CC An Phú, P5") == "phong 501 chung cu an phu phuong 5"


@pytest.mark.parametrize("filler", ["không rõ", "N/A", "-", "", " . ", "Chưa cập nhật", None])
def test_fillers_are_no_place(filler: str | None) -> None:
    assert one(filler) is None


def test_foreign_addresses_survive() -> None:
    assert one("09320, maua, SP") == "09320 maua sp"
    assert one("深圳市 12-14号") == "深圳市 12-14号"


@pytest.mark.parametrize(
    ("written", "house"),
    [
        ("Kho B, Số 234 Kim Mã, Hà Nội", "234 kim ma ha noi"),
        ("Tầng 2, phòng 201, 234 Kim Mã, Hà Nội", "234 kim ma ha noi"),
        ("Nhà sau, 12/3 Lê Lợi, Huế", "12/3 le loi hue"),
        ("Tầng 2, tòa nhà Hoa Sen, 234 Kim Mã, Hà Nội", "tang 2 toa hoa sen 234 kim ma ha noi"),
    ],
)
def test_floors_and_rooms_are_parts_of_a_numbered_house(written: str, house: str) -> None:
    assert re.sub(part_of_house(), "", one(written) or "") == house
