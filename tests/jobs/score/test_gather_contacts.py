"""Which parties have left a phone with a bank or a platform, read from a small table."""

from types import SimpleNamespace

from pyspark.sql import SparkSession

from jobs.score.gather_contacts import gather_contacts
from models.networks.receivers import Left
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

USAGES = (
    "party string, entity_kind string, entity_id string, kind string, id string, role string,"
    " institution string",
    [
        ("cccd:1", "account", "VCB:1", "phone", "+841", "phone", None),
        ("cccd:1", "account", "VCB:1", "address", "so 1", "address", None),
        ("cccd:1", "seller", "shopee:1", "phone", "+841", "phone", None),
        # A shop that nobody is known to own, a bank's own phone, a sender's, and one not asked for.
        ("seller:shopee:2", "seller", "shopee:2", "phone", "+841", "phone", None),
        ("tax:1", "account", "VCB:2", "phone", "+841", "phone", "bank"),
        ("cccd:2", "phone", "+841", "phone", "+841", "sender_phone", None),
        ("cccd:2", "account", "VCB:3", "phone", "+842", "phone", None),
    ],
)


def test_every_account_and_shop_of_a_known_party_with_its_address(spark: SparkSession) -> None:
    lake = SimpleNamespace(
        read=lambda name: frame_of_tuples(spark, *USAGES),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    run = SimpleNamespace(lake=lake)
    phone = Member("phone", "+841")
    assert gather_contacts(run, {phone, Member("account", "VCB:1")}) == [  # type: ignore[arg-type]
        Left(phone, Member("account", "VCB:1"), "cccd:1", "so 1"),
        Left(phone, Member("seller", "shopee:1"), "cccd:1", None),
    ]
    assert gather_contacts(run, {Member("account", "VCB:1")}) == []  # type: ignore[arg-type]
