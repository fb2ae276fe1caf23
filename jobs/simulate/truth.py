"""The truth of a world: members and records of schemes and lookalikes, and the books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from jobs.simulate.cases import Case
from jobs.simulate.deliveries import Delivered
from jobs.simulate.reports import account_value, seller_value
from jobs.simulate.state import World


def member_id(world: World, kind: str, position: int) -> dict[str, str] | None:
    """Kind and id of a member as rankings write them; none for a party without an identity (a foreign
    firm).
    """
    if kind == "account":
        return {"kind": "account", "id": account_value(world, position)}
    if kind == "shop":
        return {"kind": "seller", "id": seller_value(world, position)}
    if kind == "phone":
        return {"kind": "phone", "id": "+84" + str(world.contacts["phone"][position])[1:]}
    parties = world.parties
    if not parties["id_type"][position]:
        return None
    named = f"{parties['id_type'][position]}:{parties['id_value'][position]}"
    return {"kind": "company" if parties["id_type"][position] == "tax" else "person", "id": named}


def _entry(world: World, case: Case, delivered: Delivered, number: int) -> dict[str, Any]:
    members = []
    for (kind, position), role in sorted(case.members.items()):
        named = member_id(world, kind, position)
        if named is not None and not (kind == "account" and not world.accounts["registered"][position]):
            members.append({**named, "role": role})
    rows: dict[str, list[np.ndarray]] = {}
    for feed, left in case.records:
        rows.setdefault(feed, []).append(left)
    for kind, feed in (("account", "bank_accounts"), ("shop", "sellers")):
        own = [position for member, position in case.members if member == kind]
        if own:
            rows.setdefault(feed, []).append(np.array(own, dtype=np.int64))
    records = [
        {"feed": feed, "key": key}
        for feed in sorted(rows)
        for key in delivered.keys_of(feed, np.unique(np.concatenate(rows[feed])))
    ]
    return {
        "scheme_id": f"{'lookalike' if case.innocent else 'scheme'}-{number:04d}",
        "kind": case.kind,
        "difficulty": case.difficulty,
        "members": members,
        "records": records,
        "value_vnd": case.value_vnd,
    }


def write_truth(world: World, delivered: Delivered, folder: Path) -> dict[str, Any]:
    """Write the four truth files; returns the content of ``world.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = {
        "payments": len(world.payments),
        "parcels": len(world.parcels),
        "shops": len(world.shops),
        "declaration_lines": len(world.declarations),
        "accounts": int(world.accounts["registered"].sum()),
        "listings": len(world.listings),
        "files": delivered.files,
        "schemes": sum(not c.innocent for c in world.cases),
        "lookalikes": sum(c.innocent for c in world.cases),
    }
    for name, innocent in (("schemes", False), ("lookalikes", True)):
        entries = [
            _entry(world, case, delivered, i)
            for i, case in enumerate(c for c in world.cases if c.innocent == innocent)
        ]
        lines = [json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries]
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    described = {
        "as_of": world.calendar.as_of.isoformat(),
        "seed": world.seed,
        "size": world.size_name,
        "catalogue": world.catalogue,
        "counts": counts,
    }
    for name, content in (("books", delivered.books), ("world", described)):
        (folder / f"{name}.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return described
