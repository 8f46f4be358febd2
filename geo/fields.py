"""What every column of an export is called and means, and what its codes stand for.

Exports carry the columns of `geo.schema` under their own names, so that a program finds the same field in
every format; a person reads the Chinese name beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geo import schema

NAME_SUFFIX = "_name"
ATTRIBUTION = "attribution"
EXPORTED_AS = "exported_as"


@dataclass(frozen=True)
class Field:
    """Describe one column: its Chinese name, what it means in both languages, and how wide it is drawn."""

    zh: str
    meaning_zh: str
    meaning_en: str
    width: int = 12


def named(column: str) -> str:
    """Return the column that holds, in words, what the codes of `column` stand for."""
    return column + NAME_SUFFIX


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        schema.FACILITY_ID: Field("设施编号", "不变的编号", "Identifier; it does not change", 24),
        schema.FACILITY_TYPE: Field("类型代码", "设施类型的代码", "Code of the facility type", 18),
        named(schema.FACILITY_TYPE): Field("类型", "设施类型的名称", "Name of the facility type", 16),
        schema.NAME: Field(
            "名称", "名称；以〔模拟〕结尾的是模拟设施", "Name; a simulated one ends in 〔模拟〕", 34
        ),
        schema.NAME_EN: Field("英文名", "英文名称", "English name", 20),
        schema.ALIASES: Field("别名", "其他名称，以分号隔开", "Other names, joined by semicolons", 20),
        schema.COUNTY: Field("县区代码", "县级行政区划代码", "Adcode of the county (GB/T 2260)", 10),
        named(schema.COUNTY): Field("县区", "县级行政区名称", "Name of the county", 14),
        schema.COUNTY_BY: Field(
            "县区依据", "县区由点位还是申报得出", "Whether point or declaration gave the county"
        ),
        schema.PREFECTURE: Field(
            "设区市代码", "设区市行政区划代码", "Adcode of the prefecture (GB/T 2260)", 10
        ),
        named(schema.PREFECTURE): Field("设区市", "设区市名称", "Name of the prefecture", 12),
        schema.ADDRESS: Field("地址", "来源所载地址", "Address as the source gives it", 30),
        schema.STATUS: Field("状态代码", "建设和运行状态", "State of building and operation", 14),
        named(schema.STATUS): Field("状态", "建设和运行状态", "State of building and operation, in words"),
        schema.ORIGIN: Field("数据性质代码", "有来源、导入或模拟", "Sourced, imported or simulated"),
        named(schema.ORIGIN): Field(
            "数据性质", "有来源、导入或模拟", "Sourced, imported or simulated, in words"
        ),
        schema.PLACE_PRECISION: Field("定位精度", "点位精确到哪一级", "How exact the place is"),
        schema.PLACE_ERROR_M: Field(
            "定位误差（米）", "点位可能偏离的距离", "How far off the place may be, metres", 14
        ),
        schema.HOURS: Field(
            "开放时间", "OpenStreetMap opening_hours 写法", "Hours in OpenStreetMap's opening_hours", 20
        ),
        schema.HOURS_TEXT: Field("开放时间原文", "来源原文", "Hours as the source says it", 20),
        schema.ATTENDANCE: Field("值守", "有人或无人值守", "Staffed or unattended"),
        schema.SERVICES: Field(
            "服务代码", "服务项目代码，以分号隔开", "Codes of services, joined by semicolons", 30
        ),
        schema.SERVICES_TEXT: Field("服务原文", "来源原文", "Services as the source says it", 30),
        schema.CAPACITY: Field("容量", "可同时容纳的人数", "People it holds at one time", 8),
        schema.SIZE_CLASS: Field("规模", "大、中、小型", "Large, medium or small"),
        schema.BUILD_MODE: Field("建设方式", "自建或共建", "The union's own, or shared with a host"),
        schema.PARTNER: Field("共建单位", "共建或依托单位", "The host it shares", 20),
        schema.AS_OF: Field("数据日期", "所述事实的日期", "Date of the facts", 12),
        schema.SOURCE: Field("来源", "出处", "Where the facts come from", 50),
        schema.SOURCE_DATUM: Field("来源坐标系", "来源使用的坐标系", "Datum the source uses"),
        schema.VERIFIED_AT: Field("核实日期", "最近核实的日期", "When it was last verified"),
        schema.DATASET: Field("数据集", "数据目录中的名称", "Its entry in the data catalogue", 20),
        schema.LON: Field("经度", "WGS-84，度；空白为位置未知", "Degrees, WGS-84; blank if unknown", 12),
        schema.LAT: Field("纬度", "WGS-84，度；空白为位置未知", "Degrees, WGS-84; blank if unknown", 12),
        ATTRIBUTION: Field("署名", "使用时须注明的来源与许可", "Credit and licence to be given on use", 40),
        EXPORTED_AS: Field("导出说明", "筛选条件、模拟比例和日期", "Filters, simulated share and date", 40),
        schema.ADCODE: Field("区划代码", "行政区划代码（GB/T 2260）", "Adcode (GB/T 2260)", 10),
        schema.LEVEL: Field("级别", "自治区、设区市或县", "Province, prefecture or county"),
        schema.PARENT: Field("上级代码", "上级行政区划代码", "Adcode of the region above", 10),
        schema.AREA_KM2: Field("面积（平方公里）", "等积投影面积", "Area in an equal-area plane, km²", 14),
        schema.RESIDENTS: Field("常住人口", "2020 年人口普查", "Residents, census 2020"),
        schema.URBAN_RESIDENTS: Field("城镇人口", "2020 年人口普查", "Urban residents, census 2020"),
        schema.RURAL_RESIDENTS: Field("乡村人口", "2020 年人口普查", "Rural residents, census 2020"),
        schema.RESIDENTS_15PLUS: Field(
            "15岁及以上人口", "2020 年人口普查", "Aged 15 and over, census 2020", 16
        ),
        schema.RESIDENTS_15_59: Field("15至59岁人口", "2020 年人口普查", "Aged 15 to 59, census 2020", 16),
        schema.HOUSEHOLDS: Field("户数", "2020 年人口普查", "Households, census 2020"),
        schema.NONFARM_EMPLOYED: Field(
            "非农就业人口", "由普查长表样本推算的估计值", "Estimate scaled from the census sample", 14
        ),
    }
)

SERVICE_NAMES = (
    "饮水",
    "热饭",
    "手机充电",
    "休息",
    "急救药品",
    "阅读",
    "卫生间",
    "洗浴",
    "洗衣",
    "Wi-Fi",
    "纳凉取暖",
    "停车",
    "车辆维修",
    "充电桩",
    "心理咨询",
    "法律咨询",
    "母婴室",
    "培训",
    "体育",
    "文化活动",
)

# What the codes of a closed list stand for.
CODE_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        schema.STATUS: dict(
            zip(schema.STATUSES, ("运营中", "在建", "规划", "有机构、无场所", "已关闭"), strict=True)
        ),
        schema.ORIGIN: dict(zip(schema.ORIGINS, ("有公开来源", "来自导入名单", "模拟"), strict=True)),
        schema.PLACE_PRECISION: dict(
            zip(
                schema.PLACE_PRECISIONS,
                ("准确点位", "到道路", "到城镇", "只知在本县", "位置未知"),
                strict=True,
            )
        ),
        schema.COUNTY_BY: {
            schema.BY_POINT: "由点位",
            schema.BY_DECLARED: "由申报",
            schema.BY_OUTSIDE: "点位在广西之外",
        },
        schema.ATTENDANCE: dict(zip(schema.ATTENDANCES, ("有人值守", "无人值守"), strict=True)),
        schema.SIZE_CLASS: dict(zip(schema.SIZE_CLASSES, ("小型", "中型", "大型"), strict=True)),
        schema.BUILD_MODE: dict(zip(schema.BUILD_MODES, ("自建", "共建"), strict=True)),
        schema.SERVICES: dict(
            zip(
                schema.SERVICE_CODES,
                SERVICE_NAMES,
                strict=True,
            )
        ),
        schema.LEVEL: dict(zip(schema.LEVELS, ("自治区", "设区市", "县（市、区）"), strict=True)),
    }
)
