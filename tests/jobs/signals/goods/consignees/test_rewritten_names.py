"""Names turned round at one door, against families, towers and people with a second number."""

from typing import Any

from jobs.signals.goods.consignees import rewritten_names
from tests.jobs.signals.goods.frames import Measure, declaration, evidence, members

_DOOR = "12 ly thuong kiet phuong 7 da nang"


def _to(number: int, name: str, phone: int, address: str = _DOOR, **given: Any) -> dict[str, Any]:
    return declaration(
        number,
        "71",
        consignee_name_norm=name,
        consignee_phone_e164=f"+8490000000{phone}",
        consignee_address_norm=address,
        **given,
    )


def test_names_turned_round_with_other_numbers(measure: Measure) -> None:
    rows = [
        _to(1, "phan ngoc trung", 1),
        _to(2, "trung phan ngoc", 2),
        _to(3, "phan trung", 3, "12 ly thuong kiet da nang"),
        _to(4, "nguyen quynh binh", 1),
        _to(5, "binh nguyen quynh", 4),
        # A neighbour, and a company.
        _to(6, "le van hai", 5),
        _to(7, "cty tnhh hai van", 6),
        _to(8, "hai van cty tnhh", 7),
    ]
    [row] = measure(rewritten_names, customs_declarations=rows).values()

    # Two numbers beyond the first of the one, one of the other.
    assert row.value == 3
    assert (row.support, row.value_vnd) == (5, 5_000_000)
    assert row.subject_id == "+84900000001"
    assert members(row) == {("phone", f"+8490000000{phone}") for phone in (1, 2, 3, 4)}
    assert evidence(row) == {f"{100000000000 + number}:1" for number in range(1, 6)}


def test_doors_of_one_hand_are_one_place(measure: Measure) -> None:
    def at_doors(street: str, doors: int) -> list[dict[str, Any]]:
        """One with the same number at each door, and two who are turned round and renumbered between them."""
        return [
            row
            for n in range(doors)
            for row in (
                _to(10 * n, "vo ngoc nhi", 9, f"{n} {street}"),
                _to(10 * n + 1, ["ho thanh quang", "quang ho thanh"][n % 2], n, f"{n} {street}"),
                _to(10 * n + 2, ["le thi tam", "tam le thi"][n % 2], n + 4, f"{n} {street}"),
            )
        ]

    [row] = measure(rewritten_names, customs_declarations=at_doors("le loi", 2)).values()
    assert row.value == 2
    assert members(row) == {("phone", f"+8490000000{phone}") for phone in (0, 1, 4, 5)}
    # Who receives at four hands on.
    assert measure(rewritten_names, customs_declarations=at_doors("hang dao", 4)) == {}


def test_who_declares_in_a_name_of_its_own_is_a_member(measure: Measure) -> None:
    names = ["phan ngoc trung", "trung phan ngoc", "ngoc trung phan"]
    rows = [_to(n, name, n, trader_key="cccd:001090000001") for n, name in enumerate(names)]
    [row] = measure(rewritten_names, customs_declarations=rows).values()
    assert row.value == 2
    assert {kind for kind, _ in members(row)} == {"person", "phone"}


def test_honest_doors(measure: Measure) -> None:
    rows = [
        _to(n, f"tran van {given}", n) for n, given in enumerate(["an", "binh", "cuong", "dung"])
    ]  # a tower
    # Two spellings of one number, two numbers of one spelling, and one person with both.
    rows += [
        _to(10 + n, name, 1, "5 hang bai") for n, name in enumerate(["do kim thu", "do thu", "thu do kim"])
    ]
    rows += [_to(20 + n, "ly thi hoa", n, "6 hang bai") for n in range(4)]
    rows += [_to(30, "cao xuan tri", 1, "7 hang bai"), _to(31, "tri cao xuan", 2, "7 hang bai")]
    # The same words at two doors, and names that agree in the family's alone.
    rows += [_to(40, "ho ngoc lan", 1, "8 hang bai"), _to(41, "lan ho ngoc", 2, "9 hang bai")]
    rows += [
        _to(50 + n, f"vu {name}", n, "10 hang bai") for n, name in enumerate(["thi mai", "mai lan", "thu"])
    ]

    assert measure(rewritten_names, customs_declarations=rows) == {}
