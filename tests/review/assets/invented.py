"""Invented cases for the pictures: names, numbers and sums that belong to nobody."""

from datetime import date, timedelta
from typing import Any

_FIRST_DAY = date(2026, 1, 1)
_PROVINCES = ("Lạng Sơn", "Hà Nội", "Đà Nẵng", "TP. Hồ Chí Minh", "Cần Thơ", "Lào Cai")


def case(mules: int, outside: int) -> dict[str, Any]:
    """A collector, `mules` accounts and their holders, two shops, a company, goods, and `outside` payers."""
    nodes = [
        _node("s1", "seller", "Túi Xách Hà Thành", "gian hàng"),
        _node("s2", "seller", "Giày Đẹp Sài Gòn 88", "gian hàng"),
        _node("c1", "company", "Công ty TNHH Thương mại Ánh Dương", "người đứng tên"),
        _node("a0", "account", "VCB ····318", "tài khoản gom"),
        _node("p0", "person", "Nguyễn Thị Ngọc Ưng", "người gom"),
        _node("d1", "address", "12 Phố Huế, Hai Bà Trưng, Hà Nội", "nơi gửi"),
        _node("t1", "phone", "+84 ····226", "số liên hệ"),
        _node("m1", "device", "Thiết bị d54····", "thiết bị"),
        _node("g1", "goods", "Kiện hàng tuyến Lạng Sơn", "", context=True),
    ]
    edges = [
        _edge("s1", "t1", "shared"),
        _edge("s2", "t1", "shared"),
        _edge("s1", "m1", "shared"),
        _edge("s2", "m1", "shared"),
        _edge("c1", "d1", "shared"),
        _edge("p0", "a0", "shared"),
        _edge("d1", "g1", "goods", 0, 214),
        _edge("g1", "s1", "goods", 0, 120),
        _edge("g1", "s2", "goods", 0, 94),
        _edge("a0", "c1", "money", 1_250_000_000, 12),
    ]
    for at in range(1, mules + 1):
        nodes += [
            _node(f"a{at}", "account", f"ACB ····{100 + at}", "tài khoản trung chuyển"),
            _node(f"p{at}", "person", f"Trần Văn Đặng {at}", "người đứng tên hộ"),
        ]
        edges += [
            _edge(f"p{at}", f"a{at}", "shared"),
            _edge(f"a{at}", "a0", "money", 37_000_000 * at, 3 + at),
        ]
    for at in range(outside):
        nodes.append(_node(f"x{at}", "account", f"BIDV ····{at:03d}", "", context=True))
        edges.append(_edge(f"x{at}", f"a{1 + at % mules}", "money", 1_000_000 + 10_000 * at, 1))
    edges.append(_edge("c1", "a1", "money", 90_000_000, 2))
    return {"nodes": nodes, "edges": edges, "days": _days(), "flows": _flows(edges), "routes": _routes()}


def _node(id_: str, kind: str, label: str, role: str, context: bool = False) -> dict[str, Any]:
    return {"id": id_, "kind": kind, "label": label, "role": role, "context": context}


def _edge(source: str, target: str, kind: str, amount_vnd: int = 0, records: int = 1) -> dict[str, Any]:
    """An edge whose first record, with half of its sum, lies in January and whose others lie in March."""
    by_day = [
        {"day": "2026-01-10", "amount_vnd": amount_vnd // 2, "records": 1},
        {"day": "2026-03-10", "amount_vnd": amount_vnd - amount_vnd // 2, "records": records - 1},
    ]
    edge = {"source": source, "target": target, "kind": kind, "amount_vnd": amount_vnd, "records": records}
    return edge | ({} if kind == "shared" else {"by_day": by_day})


def _days() -> list[dict[str, Any]]:
    return [
        {
            "day": (_FIRST_DAY + timedelta(days=at)).isoformat(),
            "money_vnd": (at * 7919 % 97) * 1_000_000,
            "parcels": at * 31 % 23,
            "events": ["Tin báo của người dân"] if at == 40 else [],
            "marked": at == 40,
        }
        for at in range(90)
    ]


def _flows(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    fields = ("source", "target", "amount_vnd", "by_day")
    return [{field: edge[field] for field in fields} for edge in edges if edge["kind"] == "money"]


def _routes() -> list[dict[str, Any]]:
    return [
        {
            "from_province": origin,
            "to_province": destination,
            "parcels": 10 * (3 * at + to + 1),
            "ids": ["s1"],
        }
        for at, origin in enumerate(_PROVINCES[:2])
        for to, destination in enumerate(_PROVINCES)
        if origin != destination
    ]
