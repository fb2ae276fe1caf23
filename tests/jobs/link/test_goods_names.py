"""The name of the goods at the head of their description; descriptions stand normalised."""

from collections.abc import Callable

import pytest
from pyspark.sql import SparkSession

from jobs.link.goods_names import goods_name

Called = Callable[..., list[str | None]]


@pytest.fixture
def called(spark: SparkSession) -> Called:
    """What descriptions call their goods, in their order."""

    def run(*texts: str | None, brand: str | None = None) -> list[str | None]:
        told = [(place, text, brand) for place, text in enumerate(texts)]
        rows = spark.createDataFrame(told, "place int, text string, brand string")
        named = rows.select("place", goods_name(rows["text"], rows["brand"]).alias("name")).orderBy("place")
        return [row.name for row in named.collect()]

    return run


def test_brand_model_state_and_papers_are_cut_off(called: Called) -> None:
    assert called(
        "tai nghe khong day hieu sony model wh-1000",
        "may in laser, model m404",
        "quat dung (ky hieu qd-01)",
        "loa keo; made in vietnam",
        "noi com dien nhan hieu cuckoo",
        "ban phim hang moi 100%",
        "ban phim moi 100%, co day",
        "do choi - brand new",
    ) == [
        "tai nghe khong day",
        "may in laser",
        "quat dung",
        "loa keo",
        "noi com dien",
        "ban phim",
        "ban phim",
        "do choi",
    ]


def test_a_word_that_only_begins_so_is_part_of_the_name(called: Called) -> None:
    assert called("giay modeling", "vai newtone") == ["giay modeling", "vai newtone"]


def test_a_word_with_two_meanings_ends_the_name_only_before_a_code(called: Called) -> None:
    assert called("thep tam ma kem", "thep tam ma tk-20", "son moi", "giay art paper") == [
        "thep tam ma kem",
        "thep tam",
        "son moi",
        "giay art paper",
    ]


def test_the_declared_brand_and_a_code_end_the_name(called: Called) -> None:
    assert called(
        "may xay sinh to bear hd1935 500w",
        "may xay sinh to, bear",
        "may xay sinh to m8734 500w",
        "may xay sinh to bearing",
        "bear",
        "tam op pvc 3d dn-120",
        "hat nhua hdpe f00952",
        brand="Bear ",
    ) == [
        *["may xay sinh to"] * 3,
        "may xay sinh to bearing",
        "bear",  # nothing else is said
        "tam op pvc 3d",
        "hat nhua hdpe",
    ]


def test_marks_between_words_do_not_make_another_name(called: Called) -> None:
    assert called("may say toc 220v/50hz", "may say toc, 220v 50hz") == ["may say toc 220v 50hz"] * 2


def test_words_before_the_name_that_say_nothing_are_left_out(called: Called) -> None:
    found = called("bo ban phim", "lo hang cac loai ban phim", "hang hoa: mot bo ban phim", "* bo ban phim")
    assert found == ["ban phim"] * 4
    assert called("ban phim bo") == ["ban phim bo"]  # after the name they are part of it


def test_where_nothing_is_left_there_is_no_name(called: Called) -> None:
    texts = ("hieu sony", "hang moi 100%", "hang hoa", "lo hang, hieu sony", " - ", "", None)
    assert called(*texts) == [None] * 7


def test_a_name_has_eight_words_at_most(called: Called) -> None:
    assert (
        called("khan giay an cao cap ba lop mem mai thom", "khan giay an cao cap ba lop mem")
        == ["khan giay an cao cap ba lop mem"] * 2
    )


def test_a_code_that_has_lost_its_hyphen_ends_the_name(called: Called) -> None:
    """A normalised text has spaces for hyphens: `AT-563` reads `at 563`."""
    assert called(
        "dien thoai thong minh model at 563",
        "dien thoai thong minh bm 726 128gb",
        "mach in nhieu lop pro 965 moi 100%",
        "cu sac 20w model pro 290",
        "day chuyen vang 14k ma a 738",
        "hop nhua khong nhan hieu",
    ) == [
        *["dien thoai thong minh"] * 2,
        "mach in nhieu lop",
        "cu sac 20w",
        "day chuyen vang 14k",
        "hop nhua",
    ]


def test_a_measure_or_a_material_before_a_number_is_no_code(called: Called) -> None:
    texts = ("ruou vang chai 750 ml 12 chai", "van mdf 18", "phan bon npk 16 16 8", "khoa keo so 36 cho ao")
    assert called(*texts) == [*texts]
