"""Write `facilities_sourced.csv`: every facility a source names, except those OpenStreetMap places."""

from data.build.entry import write_entry
from data.build.known import known_facilities
from data.build.records import FACTS_LICENCE, NEWSPAPER, RETRIEVED, write_csv
from geo import schema
from geo.catalog import DATA_FOLDER


def main() -> None:
    """Write the table and its entry."""
    sourced, _ = known_facilities()
    path = write_csv(sourced, DATA_FOLDER / "facilities_sourced.csv")
    write_entry(
        "facilities_sourced",
        path,
        title="有出处的设施",
        title_en="Facilities with a source",
        rows=len(sourced),
        crs="EPSG:4326",
        source=f"公开报道，逐行注明出处；县级工会据{NEWSPAPER}",
        as_of=str(sourced[schema.AS_OF].max()),
        retrieved=RETRIEVED,
        licence=FACTS_LICENCE,
        attribution="各行所列媒体与机构",
        built_by="data/build/facilities_sourced.py",
        notes={
            "县级工会": "点位是县级驻地，不是办公地址；误差按驻地点可信度取 1.5、6、25 公里",
            "其余设施": "报道未给坐标，没有点位，不作推测",
            "状态": "与出处同样新旧，见 as_of；“2022年建设计划”记为 planned，“在建”按报道当时口径",
            "未收": "良庆区人力资源服务产业园调解站点（原文未写工会参与）",
            "去重": "同类型、同地市、名称规范化后相同且所报县区不冲突的，合为一条，出处并列",
        },
    )
    print(f"facilities_sourced.csv: {len(sourced)} facilities")


if __name__ == "__main__":
    main()
