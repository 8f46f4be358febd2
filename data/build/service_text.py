"""Read services, hours, attendance and build mode out of what the reports say, and only out of that."""

import pandas as pd

from geo import schema

# A word that no pattern knows stays in the text and is parsed to nothing.
SERVICE_PATTERNS = {
    "water": r"饮水|净水|茶水|热水(?!澡)|姜糖水|绿豆汤|解暑饮品",
    "hot_meal": r"热饭|热餐|微波炉|就餐|用餐|做饭|厨房|简餐|早餐|饭菜|电饭煲",
    "charging": r"充电(?!桩)",
    "rest": r"休息|座椅|桌椅|纳凉",
    "first_aid": r"药箱|药品|常用药|急救箱|医务室",
    "reading": r"阅读|阅览|报刊|图书|书屋",
    "toilet": r"卫生间|如厕|厕所",
    "shower": r"淋浴|浴室|洗浴|热水澡",
    "laundry": r"洗衣",
    "wifi": r"(?i:wi-?fi)|无线网",
    "cooling_heating": r"空调|纳凉|取暖|烤火|电扇|防暑|乘凉",
    "parking": r"停车",
    "repair": r"维修|检修|免费修|充气机",
    "ev_charging": r"充电桩",
    "counselling": r"心理",
    "legal_advice": r"法律",
    "mother_baby": r"母婴",
    "training": r"培训",
    "sports": r"健身|篮球|游泳|体育",
    "culture": r"电竞|展览|演出|活动室",
}
ROUND_THE_CLOCK = "24/7"
BUILD_MODE_PATTERNS = {"own": r"自建|项目工会建", "shared": r"共建"}
# Words of `kind` that name no host.
NOT_A_PARTNER = ("自建", "共建", "智能化", "临时", "春运", "项目工会建", "口岸")


def parse_services(text: pd.Series) -> pd.Series:
    """Return the service codes a text names, in the order of `schema.SERVICE_CODES`.

    Returns
    -------
    Series
        Codes joined by `schema.LIST_SEPARATOR`, indexed like `text`; missing where none is named.
    """
    said = text.fillna("")
    named = pd.DataFrame({code: said.str.contains(SERVICE_PATTERNS[code]) for code in schema.SERVICE_CODES})
    codes = named.apply(lambda row: schema.LIST_SEPARATOR.join(named.columns[row]), axis=1).astype("str")
    return codes.where(codes != "")


def parse_hours(text: pd.Series) -> pd.Series:
    """Return OSM opening hours where the text states them: round the clock, or nothing.

    Seasonal and holiday remarks (春运期间, 春节期间照常开放) say nothing of ordinary hours and stay text.
    """
    hours = pd.Series(None, index=text.index, dtype="str")
    return hours.mask(text.fillna("").str.match(r"24\s*小时"), ROUND_THE_CLOCK)


def parse_attendance(text: pd.Series) -> pd.Series:
    """Say `unattended` where the text says 无人值守, `staffed` where it names someone on duty."""
    said = text.fillna("")
    attendance = pd.Series(None, index=text.index, dtype="str")
    attendance = attendance.mask(said.str.contains(r"常驻站长|有人值守|志愿者服务台"), "staffed")
    return attendance.mask(said.str.contains("无人值守"), "unattended")


def parse_build_mode(kind: pd.Series) -> pd.Series:
    """Return `own` or `shared` where the kind says 自建 or 共建; missing elsewhere, never guessed."""
    said = kind.fillna("")
    mode = pd.Series(None, index=kind.index, dtype="str")
    for code, pattern in BUILD_MODE_PATTERNS.items():
        mode = mode.mask(said.str.contains(pattern), code)
    return mode


def parse_partner(kind: pd.Series) -> pd.Series:
    """Return the hosts that a kind names (银行, 加油站, 环卫, …), joined as text; missing where none is."""
    words = kind.str.split("；").explode()
    hosts = words[words.notna() & ~words.isin(NOT_A_PARTNER)]
    return hosts.groupby(level=0).agg(schema.LIST_SEPARATOR.join).reindex(kind.index)
