"""Write `facilities_simulated.parquet`: what fills the gap between what is known and the published totals."""

import pandas as pd

from data.build.entry import write_entry
from data.build.known import known_facilities
from data.build.parquet import parquet_bytes, writers
from data.build.records import RETRIEVED
from data.build.simulate import homes, others, palaces, stations
from data.build.simulate.records import AS_OF, GENERATOR, SEED
from data.build.simulate.world import World, read_world
from geo import schema
from geo.catalog import DATA_FOLDER

RECIPE = {
    "工会驿站": "按各县非农就业人口（最大余额法）分到县，县内按城镇人口抽格，格内随机取点且必在县界内；"
    "24小时6.5%、延时10.9%、智能6.3%为全国比例，357自建与5705共建为广西公布数",
    "工会驿站·自定": "共建单位比例、日间时段、规模随建设方式，均为假定；服务项目按有出处驿站中各项所占比例",
    "工人文化宫": "开放47、在建31、有机构无场所24，先计有出处的；每市每县至多一个，已有出处的市县不再模拟；"
    "哪县属哪类纯属随机；无场所的没有点位",
    "司机之家": "城区核心（市辖区驻地6公里内、街道）和海岛以外灯光最密的乡镇，每县至多4处；时段、服务为假定",
    "园区职工之家": "按非农就业分到县，抽驻地3公里外灯光亮而住人少的格",
    "服务职工综合体": "按非农就业分到县，在县级驻地附近按城镇人口抽格",
    "幸福企业": "按非农就业分到县，按就业人口抽格",
    "工会法律服务机构": "每县至少1处，其余按非农就业分配，在县级驻地附近",
    "点位": "place_precision 为 county，误差取与县等面积圆的半径：模拟点只能说在该县，不是真实位置",
}


def simulate(world: World, known: pd.DataFrame) -> pd.DataFrame:
    """Simulate every type that is filled up, ordered by type as built and by county.

    Parameters
    ----------
    world
        Where places are drawn from.
    known
        The facilities with a source; they count first.
    """
    frames = [
        stations.simulate_stations(world, known),
        homes.simulate_drivers_homes(world, known),
        palaces.simulate_palaces(world, known),
        *others.simulate_others(world, known),
    ]
    return pd.concat(frames, ignore_index=True)


def nanning_note(world: World) -> str:
    """Say how the stations allotted to Nanning differ from the number its union published."""
    quota = stations.station_quota(world)
    allotted = quota[quota.index.str.startswith("4501")].sum()
    return (
        f"按非农就业分配，南宁得{allotted}个（含有出处的），南宁市2025-01-15公布315个，二者不同；"
        "模拟按统一规则分配，不迁就单个市的公布数"
    )


def main() -> None:
    """Write the records and their entry."""
    world = read_world()
    records = simulate(world, pd.concat(known_facilities(), ignore_index=True))
    path = DATA_FOLDER / "facilities_simulated.parquet"
    path.write_bytes(parquet_bytes(records))
    write_entry(
        "facilities_simulated",
        path,
        title="模拟设施（非真实）",
        title_en="Simulated facilities (not real)",
        rows=len(records),
        crs="EPSG:4326",
        source=f"{GENERATOR}，补足到公布总数",
        as_of=AS_OF,
        retrieved=RETRIEVED,
        licence="CC0 1.0",
        attribution="桂工图 模拟数据，不代表任何真实设施",
        built_by="data/build/facilities_simulated.py",
        notes={
            "generator": GENERATOR,
            "seed": SEED,
            "recipe": RECIPE,
            "南宁": nanning_note(world),
            "written_with": writers(),
        },
    )
    counted = records.groupby([schema.FACILITY_TYPE, schema.STATUS]).size()
    print(f"facilities_simulated.parquet: {len(records)} facilities\n{counted.to_string()}")


if __name__ == "__main__":
    main()
