"""The Splink model of people who share no id: names weighed by rarity, phones, addresses, provinces."""

from typing import Any

import pandas as pd
from splink import Linker, SettingsCreator
from splink import comparison_level_library as levels
from splink import comparison_library as comparisons
from splink.blocking_rule_library import CustomRule

from configs.links.rules import Level, MatchingRules

PERSON_COLUMNS = (
    "unique_id",
    "node",
    "id_type",
    "name",
    "name_words",  # in alphabetical order: some forms want the given name first
    "name_ends",  # surname and given name of a longer name: the middle name is often left out
    "name_count",
    "phone",
    "address",
    "province",
)
PARTS = ("name", "phone", "address", "province")

# Two different numbers of one kind are two people, whatever else they share.
_MAY_BE_ONE = "l.node <> r.node and (l.id_type is null or r.id_type is null or l.id_type <> r.id_type)"
_SAME_NAME = "l.name_words = r.name_words or l.name = r.name_ends or l.name_ends = r.name"


def matching_settings(rules: MatchingRules) -> SettingsCreator:
    """The model; only SQL that DuckDB and Spark both have, so that the backend is a choice."""
    name_close = f"name_words_l = name_words_r or levenshtein(name_l, name_r) <= {rules.name_edits_max}"
    address_close = f"levenshtein(address_l, address_r) <= {rules.address_edits_max}"
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=rules.probability_two_records_match,
        comparisons=[
            _comparison(
                "name",
                rules.comparisons["name"],
                close=name_close,
                shortened="name_l = name_ends_r or name_ends_l = name_r",
                rare=True,
            ),
            _comparison("phone", rules.comparisons["phone"]),
            _comparison("address", rules.comparisons["address"], close=address_close),
            _comparison("province", rules.comparisons["province"]),
        ],
        blocking_rules_to_generate_predictions=[
            # People under one roof share phone and address: without the name they are not one person.
            CustomRule(
                f"l.phone = r.phone and ({_SAME_NAME} or "
                f"levenshtein(l.name, r.name) <= {rules.name_edits_max}) and {_MAY_BE_ONE}"
            ),
            CustomRule(f"l.address = r.address and ({_SAME_NAME}) and {_MAY_BE_ONE}"),
            # Beyond this a shared name and province cannot reach the threshold: not worth the pairs.
            CustomRule(
                "l.name = r.name and l.province = r.province "
                f"and l.name_count <= {rules.name_count_max} and {_MAY_BE_ONE}"
            ),
        ],
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=["node", "name_words", "name_ends"],
    )


def match_people(api: Any, people: Any, rules: MatchingRules) -> pd.DataFrame:
    """Pairs of nodes that are one person, with the evidence of each comparison in bits.

    Args:
        api: a Splink backend (`DuckDBAPI`, `SparkAPI`).
        people: a table of that backend (Arrow or Spark) with `PERSON_COLUMNS`.

    Returns columns `a`, `b` (a < b), `probability`, `unique_id_a`, `unique_id_b` (the records that agree
    best) and `<part>_bits` for each of `PARTS`; one row a pair, sorted.
    """
    table = api.register(people)
    linker = Linker(table, matching_settings(rules), log_level=40)
    found = linker.inference.predict(threshold_match_probability=rules.probability_threshold)
    pairs: pd.DataFrame = found.as_pandas_dataframe()  # type: ignore[no-untyped-call]
    swapped = pairs["node_l"] > pairs["node_r"]
    out = pd.DataFrame({"a": pairs["node_l"].mask(swapped, pairs["node_r"])})
    out["b"] = pairs["node_r"].mask(swapped, pairs["node_l"])
    out["probability"] = pairs["match_probability"].astype(float).round(6)
    out["unique_id_a"] = pairs["unique_id_l"].mask(swapped, pairs["unique_id_r"])
    out["unique_id_b"] = pairs["unique_id_r"].mask(swapped, pairs["unique_id_l"])
    for part in PARTS:
        bits = pairs[f"mw_{part}"].astype(float)
        if f"mw_tf_adj_{part}" in pairs:
            bits = bits + pairs[f"mw_tf_adj_{part}"].astype(float)
        out[f"{part}_bits"] = bits.round(6)
    order = ["a", "b", "probability", "unique_id_a", "unique_id_b"]
    best = out.sort_values(order, ascending=[True, True, False, True, True])
    return best.drop_duplicates(["a", "b"]).reset_index(drop=True)


def _comparison(
    column: str,
    figures: dict[str, Level],
    close: str | None = None,
    shortened: str | None = None,
    rare: bool = False,
) -> comparisons.CustomComparison:
    exact = levels.ExactMatchLevel(column).configure(
        m_probability=figures["exact"].m,
        u_probability=figures["exact"].u,
        tf_adjustment_column=column if rare else None,
    )
    steps: list[Any] = [levels.NullLevel(column), exact]
    for name, condition in (("close", close), ("shortened", shortened)):
        if condition is not None:
            level = figures[name]
            steps.append(
                levels.CustomLevel(condition).configure(m_probability=level.m, u_probability=level.u)
            )
    other = figures["other"]
    steps.append(levels.ElseLevel().configure(m_probability=other.m, u_probability=other.u))
    return comparisons.CustomComparison(output_column_name=column, comparison_levels=steps)
