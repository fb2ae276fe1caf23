"""Honest trade that looks odd: consolidators, group buys, clearance lots, honest corrections, slow
processors, dear exports.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.cases import Case, lookalike
from jobs.simulate.commerce import main_accounts
from jobs.simulate.express import express_consignments
from jobs.simulate.parameters import read
from jobs.simulate.payments import phrase, remit
from jobs.simulate.trade import declare, officers_of_offices, quantities, settle_trade


def _moments(case: Case, count: int) -> np.ndarray:
    return np.minimum(case.moments(count, "office"), case.world.calendar.end - 2 * HOUR)


@lookalike("consolidator_bills")
def consolidator_bills(case: Case) -> Iterator[None]:
    """A consolidator's master bills with many small house bills, each for another real person at home."""
    w, rng, draw = case.world, case.rng, case.ranges
    broker = case.firms(1, "broker")
    case.join("party", broker, "consolidator")
    for begin in _moments(case, draw.whole("shipments")):
        count = draw.whole("bills")
        people = case.passers_by(count)
        at = np.minimum(begin + rng.integers(0, 20 * HOUR, count), w.calendar.end - 2 * HOUR)
        master = np.full(count, w.take_numbers("master bills", 1)[0])
        lines, parcels = express_consignments(
            w, rng, w.parties["contact"][people], at, declarant=np.full(count, broker[0]), master=master
        )
        case.left("customs_declarations", lines)
        case.left("shipments", parcels)
        case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@lookalike("group_buy")
def group_buy(case: Case) -> Iterator[None]:
    """Neighbours or colleagues order together: their own names, one reception desk or organiser's
    telephone.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("people"))
    organiser = int(w.parties["contact"][people[0]])
    contact = w.parties["contact"][people]
    desk = rng.random(len(people)) < draw.real("desk_phone_share")
    names = w.contacts["name"][contact]
    phone = np.where(desk, w.contacts["phone"][organiser], w.contacts["phone"][contact])
    shared = w.contacts.add(
        name=names, phone=phone, address=np.full(len(people), w.contacts["address"][organiser])
    )
    count = draw.whole("parcels")
    lines, parcels = express_consignments(w, rng, rng.choice(shared, count), _moments(case, count))
    case.join("party", people, "consignee")
    case.left("customs_declarations", lines)
    case.left("shipments", parcels)
    case.worth(w.declarations["value_vnd"][lines].sum())
    yield


@lookalike("clearance_lot")
def clearance_lot(case: Case) -> Iterator[None]:
    """Last season's goods bought in bulk below the usual price; the invoice is paid in full, to the
    exporter, by the importer.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    count = draw.whole("declarations") * len(firms)
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        _moments(case, count),
        int(rng.integers(0, 7)),
        price_factor=draw.real("price_factor"),
        partner=case.partners(1)[0],
    )
    case.left("customs_declarations", rows)
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    case.left(
        "bank_transactions",
        settle_trade(w, rng, rows, payer=w.declarations["trader"][rows[:1]])
        if len(firms) == 1
        else settle_trade(w, rng, rows),
    )


@lookalike("honest_redeclaration")
def honest_redeclaration(case: Case) -> Iterator[None]:
    """A wrong code or weight is found, the declaration is withdrawn and made again; the channel may change
    either way.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    for firm in firms:
        for begin in _moments(case, draw.whole("consignments")):
            at = np.minimum(
                np.array([begin, begin + int(draw.real("gap_hours") * HOUR)]), w.calendar.end - 2 * HOUR
            )
            before, after = rng.choice(["green", "yellow", "red"], 2, p=[0.3, 0.35, 0.35])
            goods = int(rng.integers(0, 10))
            unit = str(read("goods")["trade"][goods]["unit"])
            quantity = float(quantities(rng, np.array([unit], dtype=object))[0])
            rows = declare(
                w,
                rng,
                np.full(2, firm),
                at,
                goods,
                channel=np.array([before, after], dtype=object),
                quantity=np.array([quantity, quantity * 1.02]),
                master=np.full(2, w.take_numbers("master bills", 1)[0]),
                partner=case.partners(1)[0],
            )
            w.declarations["cleared"][rows[:1]] = 0
            w.declarations["history"][rows[1:]] = (
                f"{before}>{after}" if before != after and rng.random() < 0.5 else ""
            )
            case.left("customs_declarations", rows)
            case.worth(w.declarations["value_vnd"][rows[1:]].sum())
    yield


@lookalike("priority_enterprise")
def priority_enterprise(case: Case) -> Iterator[None]:
    """Priority firms have their own officer and are nearly always green, at usual prices; inspections after
    clearance match.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    office = int(rng.integers(w.size.offices))
    officer = office * 100 + int(rng.integers(officers_of_offices(w)[office]))
    count = draw.whole("declarations") * len(firms)
    channel = np.where(rng.random(count) < draw.real("green_share"), "green", "yellow").astype(object)
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        _moments(case, count),
        rng.choice([8, 9, 10, 13], count),
        office=np.full(count, office),
        officer=np.full(count, officer),
        channel=channel,
        partner=case.partners(1)[0],
    )
    case.left("customs_declarations", rows)
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)


@lookalike("slow_processor")
def slow_processor(case: Case) -> Iterator[None]:
    """A processor with a long cycle: materials pile up for weeks, then what was made of them is exported."""
    w, rng, draw = case.world, case.rng, case.ranges
    firm = case.firms(1, "processor")
    case.join("party", firm, "processor")
    count = draw.whole("imports")
    first = w.calendar.times(rng, count, "office", 0, case.start + 20)
    goods, made = rng.choice([7, 8, 9], count), int(rng.choice([0, 1, 2]))
    rows = declare(w, rng, firm[0], first, goods, regime="E21", partner=case.partners(1)[0])
    case.left("customs_declarations", rows)
    exports = max(2, int(count * draw.real("export_lines_share")))
    late = np.minimum(
        w.calendar.times(rng, exports, "office", max(case.start, case.stop - 30), case.stop),
        w.calendar.end - 2 * HOUR,
    )
    unit = read("goods")["trade"][made]["unit_usd"]
    worth = w.declarations["invoice"][rows].sum() * draw.real("export_value_factor")
    quantity = np.round(rng.dirichlet(np.full(exports, 5.0)) * worth / unit)
    out = declare(
        w,
        rng,
        firm[0],
        late,
        made,
        direction="export",
        regime="E52",
        quantity=np.maximum(quantity, 1),
        partner=case.partners(1)[0],
    )
    case.left("customs_declarations", out)
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, np.concatenate([rows, out]))


@lookalike("premium_exporter")
def premium_exporter(case: Case) -> Iterator[None]:
    """A brand whose goods cost several times the usual, paid for in full by buyers abroad; or a re-exporter
    of dear imports.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firm = case.firms(1, "exporter")
    case.join("party", firm, "exporter")
    count = draw.whole("exports")
    goods = int(rng.choice([0, 2, 3]))
    factor = draw.real("price_factor")
    rows = declare(
        w,
        rng,
        firm[0],
        _moments(case, count),
        goods,
        direction="export",
        regime="B11",
        price_factor=factor,
        partner=case.partners(2, ["JP", "US"])[rng.integers(0, 2, count)],
    )
    case.left("customs_declarations", rows)
    if draw.chance("re_export"):
        at = np.minimum(
            w.calendar.times(rng, count, "office", max(0, case.start - 25), case.stop),
            w.calendar.end - 2 * HOUR,
        )
        came = declare(
            w,
            rng,
            firm[0],
            at,
            goods,
            price_factor=factor * 0.9,
            partner=case.partners(1, ["DE"])[0],
            regime="A11",
        )
        case.left("customs_declarations", came)
        rows = np.concatenate([rows, came])
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    case.left("bank_transactions", settle_trade(w, rng, rows))


@lookalike("instalment_importer")
def instalment_importer(case: Case) -> Iterator[None]:
    """Machines paid for in many instalments that name the same declaration, or one from before anything we
    hold.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    accounts = main_accounts(w, firms)
    case.join("account", accounts, "importer")
    partner = case.partners(1, ["DE"])
    at = np.minimum(w.calendar.times(rng, len(firms), "office", 0, case.start + 5), w.calendar.end - 2 * HOUR)
    rows = declare(w, rng, firms, at, 10, partner=partner[0])
    case.left("customs_declarations", rows)
    yield
    for row, account in zip(rows, accounts, strict=True):
        number = draw.whole("instalments")
        before = draw.chance("before_window")
        named = (
            int(w.take_numbers("declarations", 1)[0]) + 100_000_000_000
            if before
            else int(w.declarations["declaration"][row])
        )
        total = w.declarations["invoice"][row]
        when = (
            w.calendar.first * DAY
            + np.linspace(case.start, case.stop, number).astype(int) * DAY
            + rng.integers(9 * HOUR, 16 * HOUR, number)
        )
        when = np.where(((when // DAY) + 3) % 7 >= 5, when + 2 * DAY, when)
        share = np.full(number, 1 / number) if rng.random() < 0.6 else rng.dirichlet(np.full(number, 6.0))
        sent = remit(
            w,
            rng,
            account,
            partner[0],
            when,
            total * share,
            phrase(w, rng, "abroad", number),
            declaration=named,
            purpose="GDDS",
        )
        case.left("bank_transactions", sent)
        case.worth(w.payments["amount_vnd"][sent].sum())


@lookalike("spare_parts_importer")
def spare_parts_importer(case: Case) -> Iterator[None]:
    """Repair firms that import parts by the box: terse descriptions, no brand, but steady prices and
    weights that fit.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("importers"), "importer")
    case.join("party", firms, "importer")
    count = draw.whole("declarations") * len(firms)
    rows = declare(
        w,
        rng,
        rng.choice(firms, count),
        _moments(case, count),
        rng.choice([9, 13], count),
        partner=case.partners(1)[0],
    )
    terse = rng.random(count) < draw.real("terse_share")
    texts = w.phrases.codes(list(read("vague")["descriptions"]))
    w.declarations["phrase"][rows[terse]] = rng.choice(texts, int(terse.sum()))
    case.left("customs_declarations", rows)
    case.worth(w.declarations["value_vnd"][rows].sum())
    yield
    settle_trade(w, rng, rows)
