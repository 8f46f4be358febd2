"""A plan as rows to hand over, and what the file says of itself."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.export.provenance import Provenance, percent, provenance_of
from geo.network.network import Network
from geo.planning.baseline import COVERED, LEAST_SHARE, SHARE, SHARE_TODAY, SPENT_YUAN, Baseline
from geo.planning.candidates import CELL, LISTED, TOWNSHIP
from geo.planning.constraints import FAIRNESS
from geo.planning.explanation import NEXT
from geo.planning.forbidden import Forbidden
from geo.planning.objective import NIGHT, Objective
from geo.planning.options import AND, KINDS
from geo.planning.ordering import Step
from geo.planning.place_names import HOST, NEAR_DISTANCE_M, NEAR_NAME, TOWNSHIP_NAME
from geo.planning.problem import PlanningProblem
from geo.planning.search_record import SearchResult
from geo.schema import COST_YUAN, DATASET, NAME, NAME_ZH, PEOPLE, URBAN_PEOPLE, WORKERS

TITLE = "选址方案"
KINDS_NAME, PLACE, YEAR = "kinds_name", "place_words", "year"
WHO_ZH: Mapping[str, str] = {
    PEOPLE: "常住人口",
    URBAN_PEOPLE: "城镇人口",
    WORKERS: "非农就业人口（估计）",
}
STATUS_ZH: Mapping[str, str] = {
    "optimal": "已证明最优",
    "time_limit": "到时限为止的最好方案，未证明最优",
    "cancelled": "中止时的最好方案，未证明最优",
    "greedy": "逐步选取，未证明最优",
    "infeasible": "无可行方案",
}
CANDIDATES_ZH: Mapping[str, str] = {
    TOWNSHIP: "乡镇驻地",
    CELL: "有人居住的网格",
    HOST: "可借用的场所（银行、加油站、服务大厅等）",
    LISTED: "自备名单",
}
# More ids or places than these are counted, not named; the recipe has them all.
_NAMED = 10
_WEEKDAYS = "一二三四五六日"
_OWN_SOURCES = ("regions", "demand", "actions", "osm_pois", "townships")


def plan_rows(
    explanation: gpd.GeoDataFrame, steps: Sequence[Step], *, table: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Lay out the steps of a plan with their reasons, in words too.

    Parameters
    ----------
    explanation, steps
        As `geo.planning.explanation.find_explanation` gives and takes them.
    table
        What the kinds of action are called.

    Returns
    -------
    GeoDataFrame
        `explanation` with `kinds_name`, `place_words` and the `year` of each step, 0 where none was given.
    """
    names = table[NAME_ZH]
    called = ["、".join(str(names[kind]) for kind in str(kinds).split(AND)) for kinds in explanation[KINDS]]
    words = {
        KINDS_NAME: pd.array(called, dtype="str"),
        PLACE: pd.array([place_text(row) for row in explanation.to_dict("records")], dtype="str"),
        NEXT + PLACE: pd.array(
            [place_text(row, NEXT) for row in explanation.to_dict("records")], dtype="str"
        ),
        YEAR: [step[0].year for step in steps],
    }
    return gpd.GeoDataFrame(explanation.assign(**words), crs=explanation.crs)


def place_text(row: Mapping[str, Any], prefix: str = "") -> str:
    """Say in Chinese where a step, or its next best, is: its township, and what stands near."""
    town, near, metres = (row[prefix + name] for name in (TOWNSHIP_NAME, NEAR_NAME, NEAR_DISTANCE_M))
    said = [] if pd.isna(town) else [f"{town}一带"]
    if not pd.isna(near) and not pd.isna(metres):
        said.append(f"距{near}约{metres:.0f}米")
    return "，".join(said)


def about_plan(
    rows: gpd.GeoDataFrame,
    network: Network,
    baseline: Baseline,
    figures: Mapping[str, float],
    *,
    generated_on: dt.date,
    settings: Mapping[str, str],
) -> Provenance:
    """Describe a plan about to be exported: its aim, its figures, its sources, what is simulated.

    Parameters
    ----------
    rows
        As `plan_rows` gives them.
    network, baseline, figures
        Where the plan comes from, and what it comes to, as `geo.planning.baseline.headline` says it.
    generated_on
        The day, from the caller's clock.
    settings
        What else the file should say, words by words, such as whether the plan is proven.
    """
    sources = [*_OWN_SOURCES, *map(str, baseline.sites[DATASET].dropna().unique())]
    return provenance_of(
        rows,
        network,
        title=TITLE,
        filters={
            **objective_in_words(baseline.objective, network),
            **_result_in_words(baseline, figures),
            **settings,
        },
        generated_on=generated_on,
        entries=sources,
    )


def found_in_words(found: SearchResult | None) -> dict[str, str]:
    """Say in Chinese how sure a plan is; None for a plan no search found, as one changed by hand."""
    if found is None:
        return {"求解": "手工修改或打开的方案，未证明最优"}
    return {
        "求解": f"{STATUS_ZH[found.status]}，与上界相差 {found.gap:.2%}",
        "不可达": f"{found.unreachable:,.0f} 人（没有候选点够得着）",
        "逐步选取可达": f"{found.quick_covered:,.0f} 人",
    }


def problem_in_words(problem: PlanningProblem, network: Network, *, table: pd.DataFrame) -> dict[str, str]:
    """Say in Chinese what a search may do, within which limits, and from where it may choose.

    Parameters
    ----------
    problem, network
        The question, and the names of counties.
    table
        What the kinds of action are called and cost.
    """
    constraints, costs = problem.constraints, dict(table[COST_YUAN])
    names = {str(kind): str(name) for kind, name in table[NAME_ZH].items()}
    limits = [
        "" if constraints.sites is None else f"至多 {constraints.sites} 处",
        "" if constraints.budget_yuan is None else f"预算 {constraints.budget_yuan:,.0f} 元",
        "" if constraints.most_per_county is None else f"每县至多 {constraints.most_per_county} 处",
        "" if constraints.least_share is None else f"每县至少服务到 {constraints.least_share:.4g}（占比）",
    ]
    asked = {
        "衡量": "占比最低的县" if constraints.measure == FAIRNESS else "服务到的人数",
        "限制": "、".join(filter(None, limits)),
        "可用行动": "、".join(f"{names[kind]} {costs[kind]:,.0f} 元" for kind in problem.kinds),
        "候选点": "、".join(CANDIDATES_ZH[kind] for kind in problem.candidates),
    }
    if CELL in problem.candidates:
        asked["候选网格至少"] = f"{problem.least_people:g} 人"
    if problem.forbidden:
        asked["禁止设站"] = _forbidden_in_words(problem.forbidden, network)
    return asked


def _forbidden_in_words(forbidden: Forbidden, network: Network) -> str:
    settings = []
    if forbidden.counties:
        settings.append("、".join(map(str, network.counties.loc[list(forbidden.counties), NAME])))
    if forbidden.candidates:
        settings.append(f"候选点 {len(forbidden.candidates)} 个：{_some(forbidden.candidates)}")
    if forbidden.spots:
        spots = [f"{lon:.5f} {lat:.5f}" for lon, lat in forbidden.spots]
        settings.append(f"{len(spots)} 处周边 {forbidden.within_m:g} 米以内：{_some(spots)}")
    return "；".join(settings)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return "、".join(names[:_NAMED]) + (f"，另有 {more} 个见配方" if more > 0 else "")


def objective_in_words(objective: Objective, network: Network) -> dict[str, str]:
    """Return the objective of a plan in Chinese."""
    counties = network.county_codes(objective.counties) or []
    names = network.counties.loc[counties, NAME] if counties else ["广西全区"]
    hours = (
        "任何时间"
        if not objective.hours
        else "夜间（22时至次日6时全程开放）"
        if objective.hours == NIGHT
        else ""
    )
    if not hours:
        listed = "、".join(f"{hour}时" for hour in objective.hours)
        hours = f"周{_WEEKDAYS[objective.weekday]}{listed}开放"
    return {
        "类型": str(network.facility_types.loc[objective.facility_type, NAME_ZH]),
        "县区": "、".join(map(str, names)),
        "阈值": f"直线 {objective.within_m:g} 米以内",
        "计入人群": WHO_ZH[objective.who],
        "时段": hours,
        "只计有来源的": "是" if objective.sourced_only else "否",
    }


def _result_in_words(baseline: Baseline, figures: Mapping[str, float]) -> dict[str, str]:
    return {
        "服务到的占比": f"{percent(figures[SHARE_TODAY])} → {percent(figures[SHARE])}",
        "服务到的人数": f"{figures[COVERED]:,.0f}",
        "最低县占比": percent(figures[LEAST_SHARE]),
        "费用": f"{figures[SPENT_YUAN]:,.0f} 元（造价为使用者所定或本项目假定）",
        "所依据的设施": f"{int(baseline.counts.sum())} 处，其中模拟 {percent(baseline.simulated_share)}",
        "提示": "人口为模型估算；选址结果是规划建议，须实地核实",
    }
