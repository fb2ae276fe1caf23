"""Names of people and companies."""

import pyarrow as pa
import pytest

from models.normalise.names import normalise_name, surname_share


def one(written: str | None) -> str | None:
    return normalise_name(pa.array([written], pa.string()))[0].as_py()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NGUYỄN VĂN ĐỨC", "nguyen van duc"),
        ("  Nguyễn  Văn\tĐức ", "nguyen van duc"),
        ("Ông Nguyễn Văn Đức", "nguyen van duc"),
        ("Bà Trần Thị Hoà", "tran thi hoa"),
        ("Anh Đào", "anh dao"),  # no given name behind the surname: a nickname
        ("Chu Hà My", "chu ha my"),
        ("Nguyễn Thương Mai", "nguyen thuong mai"),  # a person, not 'thương mại'
        ("深圳市华强", "深圳市华强"),
        ("...", None),
        ("", None),
        (None, None),
    ],
)
def test_people(written: str | None, expected: str | None) -> None:
    assert one(written) == expected


@pytest.mark.parametrize(
    ("expected", "ways"),
    [
        (
            "cty tnhh tm dv an phat",
            [
                "Công ty TNHH Thương mại và Dịch vụ An Phát",
                "CTY TNHH TM&DV AN PHÁT",
                "Công ty Trách nhiệm Hữu hạn TM - DV An Phát",
                "cong ty tnhh tmdv an phat",
            ],
        ),
        (
            "cty tnhh mtv hoa binh",
            [
                "Công ty TNHH MTV Hòa Bình",
                "CÔNG TY TNHH MỘT THÀNH VIÊN HOÀ BÌNH",
                "Cty TNHH 1TV Hòa Bình",
                "Công ty Trách nhiệm hữu hạn một thành viên Hòa Bình",
            ],
        ),
        ("cty cp xnk vn", ["Công ty Cổ phần Xuất nhập khẩu Việt Nam", "CTCP XNK VN", "Cty CP XNK Vietnam"]),
        (
            "hkd nguyen van a",
            ["Hộ kinh doanh Nguyễn Văn A", "HKD Nguyễn Văn A", "Hộ kinh doanh cá thể Nguyễn Văn A"],
        ),
        (
            "shenzhen abc co ltd",
            ["SHENZHEN ABC CO.,LTD", "Shenzhen ABC Co., Ltd.", "Shenzhen ABC Company Limited"],
        ),
    ],
)
def test_companies_written_in_many_ways(expected: str, ways: list[str]) -> None:
    assert {one(written) for written in ways} == {expected}


def test_surname_share() -> None:
    names = pa.array(["NGUYỄN VĂN A", "Quách Thị B", "Smith John", None])
    assert surname_share(names).to_pylist() == [0.384, 0.001, None, None]
