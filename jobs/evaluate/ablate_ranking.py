"""Rank the stored detections of a published run anew, without one part at a time."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from configs.catalogue import shipped_catalogue
from configs.settings import Settings
from jobs.evaluate.read_truth import Truth, evaluation_rules
from jobs.learn.learned_weights import chosen_weights, with_learned
from jobs.publish.read_published import read_ranking
from jobs.runtime.job import JobContext
from jobs.runtime.lake import Lake
from jobs.runtime.steps import Run, published_name
from jobs.score.gather_evidence import detections_of, gather_evidence
from jobs.score.rank_networks import delivered_letters, in_delivered_letters
from models.evaluation.ablation import (
    LeftOut,
    Variation,
    equal_opinions,
    found_of_kind,
    mean_recall,
    own_typologies,
    variations,
    without_explanations,
    without_typologies,
)
from models.evaluation.evaluate_ranking import evaluate_ranking
from models.evaluation.truth import Ranked, ranked_from
from models.ranking.published_form import published_network
from models.ranking.rank_evidence import Evidence, rank_evidence
from models.weighing.weigh_detections import weigh_detections

Report = Callable[[str], None]


def ablate_ranking(
    home: Path, settings: Settings, as_of: date, truth: Truth, report: Report
) -> dict[str, Any]:
    """Figures without each part, and what is left of each kind of scheme without its own typologies."""
    read_ranking(home, settings, "ranking.networks", as_of)  # says so when nothing was published
    report("opening Spark, once, to read what the run left …")
    lake = Lake.open(home, settings, tag=published_name(as_of))
    run = Run(lake, JobContext(as_of, settings), None, (), report)
    evidence, letters = _gathered(run), delivered_letters(run)

    def ranked(variation: Variation) -> list[Ranked]:
        scored = rank_evidence(variation.evidence, variation.catalogue, as_of)
        lines = (
            published_network(item, str(rank), rank, as_of, variation.catalogue)
            for rank, item in enumerate(scored, start=1)
        )
        return [ranked_from(in_delivered_letters(line, letters), truth.kinds) for line in lines]

    chosen = chosen_weights(home, settings, shipped_catalogue(), as_of)
    report(f"weights: {chosen.note}")
    catalogue = with_learned(shipped_catalogue(), chosen.multipliers)
    graph_signals = evaluation_rules()["graph_signals"]
    parts, whole = {}, list[Ranked]()
    for name, variation in variations(evidence, catalogue, graph_signals).items():
        report(f"without {name}" if whole else name)
        ranking = ranked(variation)
        whole = whole or ranking
        parts[name] = evaluate_ranking(ranking, truth.schemes, truth.lookalikes).as_dict()
    left_out = {}
    for kind, names in own_typologies(whole, truth.schemes).items():
        report(f"{kind} without {', '.join(names) or 'anything: nothing finds it'}")
        ranking = ranked(Variation(evidence, without_typologies(catalogue, names))) if names else whole
        left_out[kind] = LeftOut(names, *found_of_kind(ranking, truth.schemes, kind))
    return {
        "as_of": as_of,
        "schemes": len(truth.schemes),
        "without": parts,
        "leave_one_out": {kind: item._asdict() for kind, item in left_out.items()},
        "leave_one_out_mean_recall_at_2k": mean_recall(left_out),
    }


def _gathered(run: Run) -> Evidence:
    """The evidence for every variation: none hears more than these two readings do together."""
    catalogue = shipped_catalogue()
    detections, as_of = detections_of(run), run.context.as_of
    untested = weigh_detections(without_explanations(detections), catalogue, as_of)
    equal = weigh_detections(detections, equal_opinions(catalogue), as_of)
    return gather_evidence(run, detections, [*untested, *equal], catalogue.ranking)
