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
        "shortfall_person_km": Field(
            "缺口（人·公里）",
            "服务不到的人各自超出阈值的公里数之和",
            "Km beyond the threshold, all left out",
            14,
        ),
        "land_share": Field("土地占比", "服务到的土地面积占比，0–1", "Share of the land within reach", 10),
        "land_left_out_km2": Field("服务不到的土地", "平方公里", "Land beyond reach, square kilometres", 14),
        "weak_share": Field(
            "弱依据占比",
            "服务到的计入人群中只靠模拟或只到县的位置者",
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
        "step": Field("序号", "方案中的步骤，按新增人数排列", "Step of the plan, in order of gain", 8),
        "kinds": Field("行动代码", "采取的行动", "Codes of the actions", 18),
        "kinds_name": Field("行动", "采取的行动，文字", "The actions, in words", 20),
        "candidate": Field("候选点", "乡镇、格子、场所或名单的编号", "Id of the candidate", 24),
        "cost_yuan": Field("费用（元）", "使用者所定或本项目假定", "Set by the user or assumed here", 12),
        "people_newly": Field("新增人数", "新服务到的人数", "Persons newly within reach", 12),
        "workers_newly": Field(
            "新增劳动者", "新服务到的非农就业者（估计）", "Workers newly within reach", 12
        ),
        "people_lost": Field("失去人数", "不再服务到的人数", "Persons no longer within reach", 12),
        "nearest_today_m": Field(
            "现在距离（米）", "新服务到者现在的平均距离", "Mean distance today, metres", 14
        ),
        "nearest_after_m": Field(
            "以后距离（米）", "新服务到者以后的平均距离", "Mean distance after, metres", 14
        ),
        "gap_closed": Field("补上的缺口", "占该县现在服务不到者，0–1", "Share of the county's gap, 0-1"),
        "lost_without": Field("去掉则失去", "去掉这一步失去的人数", "Persons lost without the step", 12),
        "next_best": Field("次优候选", "代替这一步的最好候选", "The best in its stead", 24),
        "next_lon": Field("次优经度", "WGS-84", "Longitude of the next best"),
        "next_lat": Field("次优纬度", "WGS-84", "Latitude of the next best"),
        "next_people": Field("次优人数", "次优候选服务到的人数", "Persons the next best reaches", 12),
        "next_difference": Field("与次优之差", "比次优多服务的人数", "Persons more than the next best", 12),
        "township_name": Field("乡镇", "最近的乡镇", "The nearest township", 14),
        "township_m": Field("距乡镇（米）", "到乡镇位置的距离", "Metres to the township's place", 12),
        "near": Field("近旁", "1000米内最近的有名地点（OSM）", "Nearest named point within 1,000 m", 22),
        "near_m": Field("距近旁（米）", "到该地点的距离", "Metres to it", 12),
        "hosts": Field("可借场所", "300米内可共建的场所与距离（OSM）", "Hosts within 300 m", 40),
        "still_chosen": Field(
            "仍选次数", "在 500、800、1000、1500 米下仍入选的次数", "Still chosen at k distances"
        ),
        "of_thresholds": Field("试过次数", "试过几种距离", "Of how many distances tried"),
        "place_words": Field("位置", "位置的文字说明", "The place in words", 40),
        "year": Field("年份", "分期年份，0 为未定", "Year of the phase, 0 for none", 8),
        "change": Field("变化", "won 新服务到，gone 不再服务到", "won: newly reached; gone: lost", 8),
        "next_place_words": Field("次优位置", "次优候选的位置，文字", "The next best place in words", 40),
    }
)
