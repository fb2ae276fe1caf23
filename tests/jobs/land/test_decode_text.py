"""Declared encodings: TCVN3, cp1258, UTF-16, and UTF-8 that is none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.land.decode_text import from_utf8, tcvn3_letters, to_utf8
from jobs.land.reject_files import FileRejected, Reason


def test_tcvn3_by_hand() -> None:
    # "Đường Lê Lợi" in the old ABC fonts, byte by byte.
    content = b"\xa7\xad\xeang L\xaa L\xeei"
    assert to_utf8(content, "tcvn3").decode() == "Đường Lê Lợi"


def test_tcvn3_knows_every_vietnamese_letter() -> None:
    vowels = "aăâeêioôơuưy"
    toned = [unicodedata.normalize("NFC", letter + mark) for letter in vowels for mark in "̣̀́̉̃"]
    missing = [
        letter
        for letter in [*toned, *"ăâđêôơư"]
        if letter not in tcvn3_letters() or letter.upper() not in tcvn3_letters()
    ]
    assert missing == []


def test_tcvn3_composes_marks_that_follow() -> None:
    assert to_utf8(b"ho\xb5", "tcvn3").decode() == "hoà"
    assert to_utf8(b"hoa\xb0", "tcvn3").decode() == "hoà"


@given(st.text(alphabet=sorted(set(tcvn3_letters()) - {chr(mark) for mark in range(0x300, 0x340)})))
def test_tcvn3_round_trip(text: str) -> None:
    letters = tcvn3_letters()
    written = bytes(letters.index(letter) for letter in text)
    assert to_utf8(written, "tcvn3").decode() == unicodedata.normalize("NFC", text)


def test_cp1258_marks_are_composed() -> None:
    decomposed = "Nguyễn Thị Hoà"
    written = b"Nguy\xea\xden Thi\xf2 Hoa\xcc"
    assert to_utf8(written, "cp1258").decode() == decomposed


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le"])
def test_utf16_with_and_without_a_mark(codec: str) -> None:
    assert to_utf8("mã,tên\n1,Đỗ\n".encode(codec), "utf-16").decode() == "mã,tên\n1,Đỗ\n"


def test_utf8_mark_is_tolerated_and_text_stays_as_it_came() -> None:
    decomposed = unicodedata.normalize("NFD", "Hòa")
    assert to_utf8(b"\xef\xbb\xbf" + decomposed.encode(), "utf-8").decode() == decomposed


@pytest.mark.parametrize(
    ("content", "encoding"),
    # 0x9a is one of the few bytes that cp1258 leaves out.
    [(b"a,b\n\xff\n", "utf-8"), ("Đỗ".encode("utf-16"), "utf-8"), (b"abc", "utf-16"), (b"\x9a", "cp1258")],
)
def test_bytes_of_another_encoding_reject_the_file(content: bytes, encoding: str) -> None:
    with pytest.raises(FileRejected) as error:
        to_utf8(content, encoding)  # type: ignore[arg-type]
    assert error.value.reason is Reason.WRONG_ENCODING


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "tcvn3", "cp1258"])
def test_text_goes_back_into_the_encoding_of_its_sender(encoding: str) -> None:
    text = "mã,tên\n1,Đỗ Thị Hoà Ắng ọc\n"
    assert to_utf8(from_utf8(text, encoding), encoding).decode() == text  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["tcvn3", "cp1258"])
def test_a_letter_that_the_encoding_lacks_is_an_error(encoding: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        from_utf8("漢", encoding)  # type: ignore[arg-type]
