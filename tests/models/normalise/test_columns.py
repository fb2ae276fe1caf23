"""Invariants that every text normaliser keeps, and the shared tools."""

import unicodedata
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.normalise.addresses import normalise_address
from models.normalise.banks import canonical_bank
from models.normalise.columns import replace_words, until_stable, where
from models.normalise.identifiers import personal_number_is_valid, tax_code_is_valid
from models.normalise.names import normalise_name
from models.normalise.phones import is_placeholder, to_e164
from models.normalise.provinces import current_code
from models.normalise.texts import normalise_text

TEXTS = (normalise_name, normalise_address, normalise_text)
STABLE = (*TEXTS, to_e164, current_code, canonical_bank)
ALL = (*STABLE, is_placeholder, tax_code_is_valid, personal_number_is_valid)

# Pieces that the rules react to, glued together with what stands between words in real fields.
WORDS = """
Số 12 12/3A 14 - , . ; / P. Q. P.5 Q1 TP. Đ. H. X TT. KCN p q x tp hcm HN phường quận xã đường phố tỉnh
sn no so Công ty TNHH MTV một thành viên CP cổ phần thương mại và dịch vụ &
Việt Nam vn Ông Bà Nguyễn Trần Hòa Hoà HOÀ
P.p q.q số so-nhà khu phố Đắc Lắc thành 0901234567 +84 1900 84 00 1.5 20% đ Đ ß İ ŉ ﬁ ① Ⅷ 한 が 深圳
"""
PIECES = st.sampled_from([*WORDS.split(), "\u0301", "\u200b", "\ue000", "\ue001", "\u00a0"])
FIELDS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.builds(
        lambda parts, glue: glue.join(parts),
        st.lists(PIECES, max_size=9),
        st.sampled_from([" ", "", ", ", "."]),
    ),
)


@pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)
@given(fields=st.lists(FIELDS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_length_is_kept_and_null_stays_null(
    function: Callable[..., pa.Array], fields: list[str | None]
) -> None:
    result = function(pa.array(fields, pa.string()))
    assert len(result) == len(fields)
    assert all(result[i].as_py() is None for i, field in enumerate(fields) if field is None)


@pytest.mark.parametrize("function", STABLE, ids=lambda function: function.__name__)
@given(fields=st.lists(FIELDS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_an_answer_is_its_own_answer(function: Callable[..., pa.Array], fields: list[str | None]) -> None:
    once = function(pa.array(fields, pa.string()))
    assert function(once).to_pylist() == once.to_pylist()


@pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)
@given(fields=st.lists(st.one_of(st.none(), FIELDS), max_size=8))
@settings(max_examples=60, deadline=None)
def test_composed_and_decomposed_agree(function: Callable[..., pa.Array], fields: list[str | None]) -> None:
    def written(form: str) -> pa.Array:
        return pa.array([None if f is None else unicodedata.normalize(form, f) for f in fields], pa.string())

    assert function(written("NFC")).to_pylist() == function(written("NFD")).to_pylist()


@pytest.mark.parametrize("function", TEXTS, ids=lambda function: function.__name__)
def test_case_does_not_matter(function: Callable[..., pa.Array]) -> None:
    written = ["Đường Hòa Bình", "ĐƯỜNG HÒA BÌNH", "đường hoà bình", "DUONG HOA BINH"]
    assert len(set(function(pa.array(written)).to_pylist())) == 1


@pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)
def test_chunks_and_other_string_types_are_accepted(function: Callable[..., pa.Array]) -> None:
    plain = pa.array(["Hà Nội", None, "0901234567"])
    chunked = pa.chunked_array([["Hà Nội", None], ["0901234567"]])
    expected = function(plain).to_pylist()
    assert function(chunked).to_pylist() == expected
    assert function(plain.cast(pa.large_string())).to_pylist() == expected
    assert function(plain.dictionary_encode()).to_pylist() == expected
    assert function(pa.nulls(2)).to_pylist() == [None, None]
    assert len(function(pa.chunked_array([], pa.string()))) == 0
    assert function(plain.slice(1)).to_pylist() == expected[1:]


def test_until_stable_applies_again_only_what_changes() -> None:
    def shorten(values: pa.Array) -> pa.Array:
        return pa.array([value[1:] if value.startswith("x") else value for value in values.to_pylist()])

    assert until_stable(pa.array(["xxxa", "b", "xc"]), shorten).to_pylist() == ["a", "b", "c"]


def test_where_leaves_the_others_alone() -> None:
    values = pa.array(["a b", "a c"])
    assert where(values, "b", [("a", "1")]).to_pylist() == ["1 b", "a c"]


def test_replace_words_replaces_whole_words() -> None:
    assert replace_words(pa.array(["tp x", "tpx", ""]), {"tp": "thanh pho"}).to_pylist() == [
        "thanh pho x",
        "tpx",
        "",
    ]
