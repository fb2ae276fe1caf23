"""Which outlier detectors to use, and how to join them: python -m tests.benchmarks.bench_outliers
[--rows N] [--seeds N] [--home HOME --as-of DATE --truth FOLDER].

Populations are made here, with anomalies of several sorts among one in a hundred; with a home and a truth,
the features of that run are judged as well. Prints Markdown: what is kept of it stands in
docs/benchmarks/outliers.md. A script, not a test: its times depend on the machine, its figures on the seeds.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.metrics import average_precision_score

from configs.settings import load_settings
from jobs.evaluate.read_truth import read_truth
from jobs.publish.read_published import open_catalogue
from jobs.runtime.steps import published_name
from models.outliers.scaling import scale_by_peers

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEATURES = (
    "payments",
    "turnover",
    "counterparties",
    "typical_amount",
    "night_share",
    "hold_hours",
    "balance",
)
SHARE = 0.01
FIRST = "IForest + HBOS, mean"  # what the ensemble was before it was measured; always shown
GROUPS = {"person": (0.0, 0.70), "household": (1.2, 0.25), "company": (3.0, 0.05)}


class SampledKNN:
    """Mean over detectors on small samples, as `models.outliers.ensemble` does it."""

    def __init__(self, seed: int, samples: int = 10, rows: int = 500, neighbours: int = 5) -> None:
        self._seed, self._samples, self._rows, self._neighbours = seed, samples, rows, neighbours

    def fit(self, rows: Matrix) -> "SampledKNN":
        draw = np.random.default_rng(self._seed)
        chosen = [np.sort(draw.permutation(len(rows))[: self._rows]) for _ in range(self._samples)]
        self._detectors = [KNN(n_neighbors=self._neighbours, method="mean").fit(rows[few]) for few in chosen]
        self.decision_scores_ = self.decision_function(rows)
        return self

    def decision_function(self, rows: Matrix) -> Vector:
        return np.asarray(np.mean([detector.decision_function(rows) for detector in self._detectors], axis=0))


DETECTORS: dict[str, Callable[[int], Any]] = {
    "IForest": lambda seed: IForest(n_estimators=100, random_state=seed, n_jobs=1),
    "HBOS": lambda seed: HBOS(),
    "COPOD": lambda seed: COPOD(),
    "ECOD": lambda seed: ECOD(),
    "LOF": lambda seed: LOF(n_neighbors=20),
    "KNN on samples": SampledKNN,
    "KNN of 100": lambda seed: KNN(n_neighbors=100, method="mean"),
    "KNN": lambda seed: KNN(n_neighbors=20, method="mean"),
}


@dataclass(frozen=True)
class Case:
    """Subjects with their peer groups and features, and which of them are anomalies."""

    name: str
    values: pd.DataFrame
    peer_group: pd.Series
    is_anomaly: Flags


def ordinary(rows: int, random: np.random.Generator) -> tuple[pd.DataFrame, pd.Series]:
    """Skewed features that hang together, on another scale in each peer group; some values are missing."""
    group = random.choice(list(GROUPS), size=rows, p=[share for _, share in GROUPS.values()])
    scale = np.array([GROUPS[name][0] for name in group])
    size = random.normal(0, 1, rows)

    def feature(centre: float, of_size: float, of_group: float, own: float) -> Vector:
        return np.exp(centre + of_size * size + of_group * scale + own * random.normal(0, 1, rows))

    payments = feature(3.0, 0.9, 0.8, 0.3)
    typical = feature(13.0, 0.2, 0.5, 0.5)
    values = pd.DataFrame(
        {
            "payments": payments.round(),
            "turnover": payments * typical,
            "counterparties": np.ceil(payments**0.7 * np.exp(0.2 * random.normal(0, 1, rows))),
            "typical_amount": typical,
            "night_share": random.beta(1.5, 20, rows),
            "hold_hours": feature(3.5, -0.2, -0.3, 0.8),
            "balance": feature(15.0, 0.5, 0.9, 0.9),
        },
        columns=list(FEATURES),
    )
    values.loc[random.random(rows) < 0.1, "balance"] = np.nan
    return values, pd.Series(group)


def with_anomalies(sort: str, rows: int, seed: int) -> Case:
    """One in a hundred rows changed in the way that `sort` names."""
    random = np.random.default_rng([seed, *sort.encode()])
    values, group = ordinary(rows, random)
    chosen = random.permutation(rows)[: int(rows * SHARE)]
    SORTS[sort](values, group, chosen, random)
    flags = np.zeros(rows, dtype=bool)
    flags[chosen] = True
    return Case(sort, values, group, flags)


def _one_extreme(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """One feature is far above its peers, a different one in each row."""
    for row in rows:
        column = int(random.integers(len(FEATURES)))
        values.iloc[row, column] *= np.exp(random.uniform(3, 5)) if FEATURES[column] != "night_share" else 8


def _several_high(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """Half of the features are somewhat above their peers, none of them far."""
    for row in rows:
        columns = random.permutation(len(FEATURES))[:4]
        values.iloc[row, columns] *= np.exp(random.uniform(1.2, 2.0))


def _like_others(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """A person whose figures are those of a company: ordinary among all, not among peers."""
    companies = values[group == "company"]
    like = random.integers(len(companies), size=len(rows))
    values.iloc[rows] = companies.iloc[like].to_numpy()
    group.iloc[rows] = "person"


def _broken_bond(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """Every figure is ordinary, but they do not go together: many payments, hardly any counterparty."""
    busy = np.exp(3.0 + 0.9 * random.uniform(1.0, 1.6, len(rows)))
    values.loc[rows, "payments"] = busy.round()
    values.loc[rows, "counterparties"] = random.integers(2, 5, len(rows)).astype(float)
    values.loc[rows, "hold_hours"] = np.exp(random.normal(1.6, 0.3, len(rows)))


def _alike(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """Anomalies that resemble each other, as mules of one ring do."""
    model = {"payments": 90.0, "counterparties": 70.0, "hold_hours": 1.5, "balance": 2e4, "night_share": 0.35}
    for name, value in model.items():
        values.loc[rows, name] = value * np.exp(0.15 * random.normal(0, 1, len(rows)))


def _too_low(values: pd.DataFrame, group: pd.Series, rows: Matrix, random: np.random.Generator) -> None:
    """Next to nothing is kept, for hardly any time: the low end counts as well."""
    values.loc[rows, "balance"] = np.exp(random.normal(9.0, 1.0, len(rows)))
    values.loc[rows, "hold_hours"] = np.exp(random.normal(0.3, 0.4, len(rows)))


SORTS: dict[str, Callable[..., None]] = {
    "one extreme": _one_extreme,
    "several high": _several_high,
    "like other peers": _like_others,
    "broken bond": _broken_bond,
    "alike": _alike,
    "too low": _too_low,
}


def places(scores: Vector) -> Vector:
    """Place (0-1) of each score among all."""
    return np.searchsorted(np.sort(scores), scores, side="left") / len(scores)


def mean_of_places(places: Matrix) -> Vector:
    """What the ensemble did first: each detector's place counts the same."""
    return np.asarray(places.mean(axis=0)).round(6)


def mean_of_tails(places: Matrix) -> Vector:
    """Fisher's way: -ln of the share that is at least as unusual, so that the far end counts."""
    return np.asarray(-np.log(1 - places).mean(axis=0)).round(6)


def furthest(places: Matrix) -> Vector:
    """Whoever finds it most unusual."""
    return np.asarray(places.max(axis=0)).round(6)


JOINS: dict[str, Callable[[Matrix], Vector]] = {
    "mean": mean_of_places,
    "tails": mean_of_tails,
    "max": furthest,
}


def judged(case: Case, by_peers: bool, seed: int) -> Iterator[tuple[str, float, float]]:
    """(detectors, average precision, precision in the top hundredth), alone and as means of places."""
    groups = case.peer_group if by_peers else pd.Series("all", index=case.peer_group.index)
    rows = scale_by_peers(case.values, groups, smallest_group=50, clip=8.0).deviations
    place = {name: places(make(seed).fit(rows).decision_scores_) for name, make in DETECTORS.items()}
    top = max(1, int(len(rows) * SHARE))
    for count in (1, 2, 3):
        for names in combinations(DETECTORS, count):
            for join, joined in JOINS.items() if count > 1 else [("", mean_of_places)]:
                score = joined(np.array([place[name] for name in names]))
                # Ties are broken by the row's number, which says nothing.
                order = np.lexsort((np.arange(len(score)), -score))[:top]
                precise = float(case.is_anomaly[order].mean())
                name = " + ".join(names) + (f", {join}" if join else "")
                yield name, float(average_precision_score(case.is_anomaly, score)), precise


def trustworthy(name: str, rows: Matrix) -> tuple[bool, bool, float, float]:
    """Same when fitted again; same alone as in a batch; seconds to fit and to score 1,000 rows."""
    started = time.process_time()
    detector = DETECTORS[name](7).fit(rows)
    fitted = time.process_time()
    batch = detector.decision_function(rows[:1000])
    scored = time.process_time()
    again = DETECTORS[name](7).fit(rows).decision_function(rows[:1000])
    alone = np.concatenate([detector.decision_function(rows[at : at + 1]) for at in range(25)])
    same = bool(np.allclose(batch[:25], alone, rtol=1e-9))
    return bool(np.array_equal(batch, again)), same, fitted - started, scored - fitted


def cases_of_home(home: Path, as_of: date, truth: Path) -> list[Case]:
    """The feature populations of a run; anomalies are the members of planted schemes."""
    planted = {member.id for scheme in read_truth([truth], {}).schemes for member in scheme.members}
    catalogue = open_catalogue(home, load_settings())
    cases = []
    for name in ("features.accounts", "features.senders", "features.traders"):
        table = catalogue.load_table(name)
        left = table.snapshot_by_name(published_name(as_of))
        frame = table.scan(snapshot_id=left.snapshot_id if left else None).to_arrow().to_pandas()
        frame = frame.sort_values("id", kind="stable").reset_index(drop=True)
        known = frame["id"].str.removeprefix("phone:").str.removeprefix("address:")
        flags = known.isin(planted).to_numpy()
        if flags.any():
            values = frame.drop(columns=["id", "peer_group"]).astype(float)
            cases.append(Case(name, values, frame["peer_group"], flags))
    return cases


def table(title: str, cases: Sequence[Sequence[Case]], by_peers: bool, best: int) -> None:
    """Mean over the cases of each column (a column is one sort over the seeds), best ensembles first."""
    found: dict[str, list[list[tuple[float, float]]]] = {}
    for column in cases:
        sums: dict[str, list[tuple[float, float]]] = {}
        for seed, case in enumerate(column):
            for names, average, precise in judged(case, by_peers, seed):
                sums.setdefault(names, []).append((average, precise))
        for names, figures in sums.items():
            found.setdefault(names, []).append([tuple(np.mean(figures, axis=0))])  # type: ignore[list-item]
    rows = {names: np.array(figures).reshape(len(cases), 2) for names, figures in found.items()}
    order = sorted(rows, key=lambda names: (-rows[names][:, 0].mean(), names))
    shown = [names for names in order if "+" not in names] + [names for names in order if "+" in names][:best]
    shown += [FIRST] if FIRST not in shown else []
    heads = [column[0].name for column in cases]
    say(f"\n**{title}**: average precision / precision in the top 1 %\n")
    say("| detectors | mean | " + " | ".join(heads) + " |")
    say("|---" * (len(heads) + 2) + "|")
    for names in sorted(shown, key=order.index):
        cells = [
            f"{average:.2f} / {precise:.2f}" for average, precise in [rows[names].mean(axis=0), *rows[names]]
        ]
        say(f"| {names} | " + " | ".join(cells) + " |")


def say(line: str) -> None:
    print(line)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--best", type=int, default=6, help="ensembles to show")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--truth", type=Path)
    given = parser.parse_args()
    if (given.home is None) != (given.truth is None) or (given.home is None) != (given.as_of is None):
        parser.error("--home, --as-of and --truth go together")
    made = [[with_anomalies(sort, given.rows, seed) for seed in range(given.seeds)] for sort in SORTS]
    say(f"{given.rows} rows, {given.seeds} seeds, {SHARE:.0%} anomalies of one sort at a time")
    table("Held against peers", made, by_peers=True, best=given.best)
    table("Held against all", made, by_peers=False, best=given.best)
    if given.home is not None:
        lived = [[case] for case in cases_of_home(given.home, given.as_of, given.truth)]
        table("Features of a run, against peers", lived, by_peers=True, best=given.best)
        table("Features of a run, against all", lived, by_peers=False, best=given.best)
    case = made[0][0]
    rows = scale_by_peers(case.values, case.peer_group, 50, 8.0).deviations
    say("\n| detector | same when fitted again | same alone as in a batch | fit, s | score 1,000 rows, s |")
    say("|---|---|---|---|---|")
    for name in DETECTORS:
        again, alone, fit, score = trustworthy(name, rows)
        say(f"| {name} | {again} | {alone} | {fit:.2f} | {score:.2f} |")


if __name__ == "__main__":
    main()
