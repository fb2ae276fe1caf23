"""For whom parcels leave an address, read from small tables."""

from types import SimpleNamespace

from pyspark.sql import SparkSession

from configs.catalogue import shipped_catalogue
from jobs.score.gather_senders import gather_senders
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

DDL = "sender_address_norm string, seller_key string, cod_account_id string"
RULES = shipped_catalogue().ranking.model_copy(
    update={"door_parcels": 4, "door_share": 0.5, "door_own_share": 0.8}
)
Parcel = tuple[str | None, str | None, str | None]


def senders(
    spark: SparkSession, *parcels: Parcel, door: str = "kho b 234 kim ma ha noi"
) -> list[tuple[str, str]]:
    lake = SimpleNamespace(
        read=lambda table: frame_of_tuples(spark, DDL, list(parcels)),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    members = {Member("address", door), Member("phone", "+84901")}
    found = gather_senders(SimpleNamespace(lake=lake), members, RULES)  # type: ignore[arg-type]
    assert {sender.address.id for sender in found} <= {door}
    return [(sender.user.kind, sender.user.id) for sender in found]


HOUSE = "234 kim ma ha noi"
OF_SHOP: list[Parcel] = [(HOUSE, "S", None)] * 4


def test_the_shop_and_the_account_for_which_most_parcels_leave_a_house_are_named(spark: SparkSession) -> None:
    paid: list[Parcel] = [("tang 2 234 kim ma ha noi", None, "C")] * 4
    assert senders(spark, *OF_SHOP, *paid) == [("account", "C"), ("seller", "S")]


def test_few_parcels_name_nobody(spark: SparkSession) -> None:
    assert senders(spark, *OF_SHOP[:3]) == []


def test_a_warehouse_of_several_shops_names_none_of_them(spark: SparkSession) -> None:
    of_others: list[Parcel] = [(HOUSE, "T", None)] * 2 + [(HOUSE, "U", None)] * 3
    assert senders(spark, *OF_SHOP, *of_others) == []
    assert senders(spark, *OF_SHOP, *of_others[:-1]) == [("seller", "S")]


def test_a_shop_that_ships_from_several_places_is_not_named(spark: SparkSession) -> None:
    assert senders(spark, *OF_SHOP, ("1 pho hue ha noi", "S", None)) == [("seller", "S")]
    assert senders(spark, *OF_SHOP, *[("1 pho hue ha noi", "S", None)] * 2) == []


def test_another_house_is_another_door(spark: SparkSession) -> None:
    assert senders(spark, *OF_SHOP, door="12 kim ma ha noi") == []
