"""All that a ranking rests on, out of Spark: the one step where rows leave it for the models."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from jobs.score.gather_accounts import gather_accounts
from jobs.score.gather_circumstances import gather_circumstances
from jobs.score.gather_contacts import gather_contacts
from jobs.score.gather_counterparts import gather_counterparts
from jobs.score.gather_dealings import gather_dealings
from jobs.score.gather_holdings import gather_holdings
from jobs.score.gather_parties import gather_parties
from jobs.score.gather_representatives import gather_representatives
from jobs.score.gather_senders import gather_senders
from jobs.score.gather_shops import gather_shops
from jobs.score.judge_outliers import member_outliers
from models.networks.companions import party_member
from models.networks.tied_members import member_of_value
from models.ranking.rank_evidence import Evidence
from models.weighing.detections import Detection, Member, Record, WeighedDetection


def read_detections(table: pa.Table) -> list[Detection]:
    """Rows of `signals.detections` as the weighing's objects."""
    return [
        Detection(
            signal=row["signal"],
            subject=Member(row["subject_kind"], row["subject_id"]),
            value=row["value"],
            typical=row["typical"],
            tail=row["tail"],
            peers=row["peers"],
            support=row["support"],
            value_vnd=row["value_vnd"] or 0,
            members=tuple((Member(m["kind"], m["id"]), m["role"]) for m in row["members"]),
            evidence=tuple(Record(r["feed"], r["key"]) for r in row["evidence"]),
            explanations={e["id"]: e["holds"] for e in row["explanations"]},
        )
        for row in table.to_pylist()
    ]


def detections_of(run: Run) -> list[Detection]:
    """What the signals of the run found."""
    return read_detections(run.lake.read("signals.detections").toArrow())


def gather_evidence(
    run: Run, detections: Sequence[Detection], weighed: Iterable[WeighedDetection], rules: RankingRules
) -> Evidence:
    """The evidence for rankings that hear no more than what was `weighed`."""
    heard, strong = set(), set()
    records = set()
    for row in weighed:
        members = {member for member, _ in row.detection.members}
        heard |= members
        records |= set(row.detection.evidence)
        if row.strength >= rules.join_floor:
            strong |= members
    circumstances = gather_circumstances(run, strong, rules)
    for use in circumstances.uses:
        if named := member_of_value(use.circumstance, use.value):
            heard.add(named[0])
    dealings = gather_dealings(run, strong, rules)
    heard |= {dealing.partner for dealing in dealings if dealing.partner}
    senders = gather_senders(run, heard, rules)
    heard |= {sender.user for sender in senders}
    left = gather_contacts(run, heard)
    heard |= {item.user for item in left}
    holdings = gather_holdings(run, heard)
    parties = {holding.party for holding in holdings} | {item.party for item in left}
    counterparts = gather_counterparts(run, strong, rules)
    parties_heard = {party_member(party) for party in parties}
    return Evidence(
        detections=detections,
        operator_of=_operators(run, detections),
        circumstances=circumstances,
        holdings=holdings,
        banks_with=gather_accounts(run, heard | parties_heard),
        counterparts=counterparts,
        shops=gather_shops(run, strong, rules),
        representatives=gather_representatives(run, heard | parties_heard | set(counterparts.values())),
        dealings=dealings,
        senders=senders,
        left=left,
        parties_of=gather_parties(run, records),
        judge_outliers=member_outliers(run.lake, run.context.settings.seed),
    )


def _operators(run: Run, detections: Sequence[Detection]) -> dict[Member, str]:
    """Operator of each member that a detection names, where more than one identity shares it."""
    named = {member for detection in detections for member, _ in detection.members}
    rows = run.lake.read("links.operators").where(F.col("degree") > 1).select("kind", "id", "operator_id")
    table = rows.toArrow()
    columns = (table.column(name).to_pylist() for name in ("kind", "id", "operator_id"))
    return {
        member: operator
        for kind, key, operator in zip(*columns, strict=True)
        if (member := Member(kind, key)) in named
    }
