"""What the map's harness shows; read once a process, unlike the harness itself, which runs each time."""

from functools import cache

import numpy as np

from geo.drawing import map_state
from geo.network.network import load_network
from web.map.points import pack_map

RUNS = {"count": 0}

WORDS = dict.fromkeys(map_state.WORD_KEYS, "") | {
    "map_label": "工会服务网络地图",
    "zoom_in": "放大",
    "zoom_out": "缩小",
    "reset_view": "回到全图",
    "full_screen": "全屏",
    "exit_full_screen": "退出全屏",
    "legend": "图例",
    "basemap": "底图",
    "close": "关闭",
    "county": "县（市、区）",
    "address": "地址",
    "hours": "开放时间",
    "services": "服务",
    "status": "状态",
    "origin": "来历",
    "place": "位置精度",
    "source": "来源",
    "as_of": "截至",
    "simulated_warning": "模拟记录：此处并无真实设施",
    "solid": "实心：有来源",
    "hollow": "空心：模拟",
    "edged": "深色边：导入名单",
    "cluster": "{n} 处设施，点击放大",
    "points_here": "此处有 {n} 处设施",
    "more": "另有 {n} 处",
    "show_only": "只看{name}",
    "back": "返回",
    "loading": "正在载入…",
    "load_failed": "地图数据未能载入，请刷新页面。",
    "statuses": {"operating": "运营中", "under_construction": "在建", "planned": "拟建", "closed": "已关闭"},
    "origins": {"sourced": "有来源", "simulated": "模拟", "imported": "导入"},
    "place_precisions": {"point": "准确到点", "town": "准确到乡镇", "county": "仅知所在县"},
    "service_names": {
        "water": "饮水",
        "rest": "休息",
        "wifi": "无线网络",
        "charging": "充电",
        "hot_meal": "热饭",
    },
}


@cache
def world():
    """Give the network, its map rows, and what the browser fetches; hostile texts stand in some rows."""
    from tests.conftest import HOSTILE_TEXTS

    network = load_network()
    facilities = network.facilities.copy()
    drawn = np.flatnonzero(map_state.map_points(facilities, network.facility_types).drawn)
    for place, text in zip(drawn, HOSTILE_TEXTS, strict=False):
        for column in ("name", "address", "hours_text", "services_text", "source"):
            facilities[column] = facilities[column].astype(object)
            facilities.iloc[place, facilities.columns.get_loc(column)] = text
    rows = map_state.map_points(facilities, network.facility_types)
    return network, facilities, rows, pack_map(facilities, rows, network.display_regions)


def chosen(view):
    """Give the mask of a view: `all`, `few`, `hostile`, `none`, or a type's code."""
    _, facilities, rows, _ = world()
    wanted = np.zeros(len(facilities), dtype=bool)
    drawn = np.flatnonzero(rows.drawn)
    if view == "all":
        wanted[:] = True
    elif view == "few":
        wanted[drawn[:: max(1, len(drawn) // 300)]] = True
    elif view == "hostile":
        wanted[drawn[:11]] = True
    else:
        wanted |= (facilities["facility_type"] == view).to_numpy()
    return wanted & rows.drawn
