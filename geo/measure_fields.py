"""What the columns of measured figures are called and mean in a workbook.

They stand apart from `geo.fields` because the importer takes the words of `geo.fields` for headers of lists.
"""

from collections.abc import Mapping
from types import MappingProxyType

from geo.fields import Field

MEASURE_FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "who": Field("计入人群", "people 常住人口，urban_people 城镇，workers 非农就业", "Who counts", 14),
        "who_name": Field("人群", "计入的人群", "Who counts, in words", 12),
        "total": Field("总人数", "计入的人数", "Persons who count"),
        "covered": Field("服务到的人数", "距离不超过阈值的人数", "Persons within the threshold", 14),
        "left_out": Field("服务不到的人数", "距离超过阈值的人数", "Persons beyond the threshold", 14),
        "share": Field("占比", "服务到的占比，0–1；空白为无人", "Share within reach, 0-1; blank for nobody"),
        "share_worst": Field("最差", "各位置在误差内离人最远时", "Every place as far as its error allows"),
        "share_best": Field("最好", "各位置在误差内离人最近时", "Every place as near as its error allows"),
        "rank": Field("名次", "全区 111 县中，1 为占比最低", "Of all 111 counties; 1 has the least share", 8),
        "mean_m": Field("平均距离（米）", "按人口加权的直线距离", "Mean straight-line distance, metres", 14),
        "median_m": Field("中位距离（米）", "半数人在此距离内", "Half live within, metres", 14),
        "p90_m": Field("九成距离（米）", "九成人在此距离内", "Nine in ten live within, metres", 14),
        "second_share": Field("第二处占比", "范围内有第二处设施", "With a second facility in reach", 12),
        "weak_share": Field(
            "弱依据占比",
            "服务到的居民中只靠模拟或只到县的位置者",
            "Covered only by simulated or rough places",
            14,
        ),
        "hatched": Field("依据弱", "过半依据模拟或只到县的位置", "Rests mostly on such places", 8),
        "people": Field("常住人口", "人口来源所载", "Residents by the source of people"),
        "urban_people": Field("城镇人口", "人口来源所载", "Urban residents by the source of people"),
        "workers": Field("非农就业人口", "估计值", "Non-farm employed, an estimate", 14),
        "gap_id": Field("编号", "空白区，1 为人数最多", "Gap; 1 has the most people", 8),
        "cells": Field("格数", "30″ 格子数", "Cells of 30 seconds", 8),
        "township": Field("乡镇代码", "最近的乡镇", "Code of the nearest township", 14),
        "nearest_m": Field("最近（米）", "到最近设施的最小距离", "Least distance to a facility, metres"),
        "farthest_m": Field("最远（米）", "到最近设施的最大距离", "Greatest distance to one, metres"),
    }
)
