"""Who answers the phone of a company, read from a small table."""

from types import SimpleNamespace

from pyspark.sql import SparkSession

from jobs.score.gather_representatives import gather_representatives
from models.weighing.detections import Member
from tests.frames import frame_of_tuples

USAGES = [
    # The company declares the phone, and a person has left it with a bank.
    ("phone", "+841", "trader_phone", "tax:0100000001", None),
    ("phone", "+841", "phone", "cccd:001", None),
    # The company has left it with its bank; the person who only declares goods under it does not count.
    ("phone", "+842", "phone", "tax:0100000002", None),
    ("phone", "+842", "trader_phone", "cccd:002", None),
    # An accountant stands beside two companies, and a reception answers two people.
    *[("phone", "+843", "trader_phone", f"tax:010000000{number}", None) for number in (3, 4)],
    ("phone", "+843", "phone", "cccd:003", None),
    ("phone", "+845", "trader_phone", "tax:0100000005", None),
    *[("phone", "+845", "phone", f"cccd:005{number}", None) for number in range(2)],
    # An institution's phone, and an address, tell nobody.
    ("phone", "+846", "trader_phone", "tax:0100000006", "post"),
    ("phone", "+846", "phone", "cccd:006", "post"),
    ("address", "so 7", "phone", "tax:0100000007", None),
    ("address", "so 7", "phone", "cccd:007", None),
    # Two phones of one company: the first of their people by id.
    *[("phone", f"+848{number}", "phone", "tax:0100000008", None) for number in range(2)],
    *[("phone", f"+848{number}", "phone", f"cccd:08{9 - number}", None) for number in range(2)],
    ("phone", "+849", "trader_phone", "tax:0100000008", None),
    # A personal tax code is a person.
    ("phone", "+850", "trader_phone", "tax:0100000009", None),
    # Who declares no goods is left to what payments tell of it.
    ("phone", "+851", "phone", "tax:0100000000", None),
    ("phone", "+851", "phone", "cccd:000", None),
    ("phone", "+850", "phone", "tax:001090000009", None),
]


def test_one_person_alone_beside_one_company_alone(spark: SparkSession) -> None:
    lake = SimpleNamespace(
        read=lambda _: frame_of_tuples(
            spark, "kind string, id string, role string, party string, institution string", USAGES
        ),
        frame=lambda rows, ddl: frame_of_tuples(spark, ddl, rows),
    )
    companies = {Member("company", f"tax:010000000{number}") for number in range(10)}
    run = SimpleNamespace(lake=lake)
    found = gather_representatives(run, companies | {Member("person", "cccd:001")})  # type: ignore[arg-type]
    assert {company.id[-1]: person.id for company, person in found.items()} == {
        "1": "cccd:001",
        "8": "cccd:088",
        "9": "tax:001090000009",
    }
    assert gather_representatives(SimpleNamespace(), {Member("person", "cccd:001")}) == {}  # type: ignore[arg-type]
