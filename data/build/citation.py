"""Say where a fact comes from, in one line a reader can check."""

import pandas as pd

# Only hosts whose publisher is certain; any other is named by its host.
PUBLISHERS = {
    "gx.xinhuanet.com": "新华网广西频道",
    "gxworker.org.cn": "广西壮族自治区总工会网站",
    "www.gxworker.org.cn": "广西壮族自治区总工会网站",
    "acftu.people.com.cn": "人民网·中国工会新闻",
    "www.workercn.cn": "中工网",
    "workercn.cn": "中工网",
    "bszgh.cn": "百色市总工会网站",
    "www.nnzgh.org": "南宁市总工会网站",
    "www.lgxgh.com": "临桂区总工会网站",
    "www.sinopecnews.com.cn": "中国石化新闻网",
    "liucheng.gov.cn": "柳城县人民政府网站",
    "ldxq.liuzhou.gov.cn": "柳州市柳东新区网站",
    "www.gxmu.edu.cn": "广西医科大学网站",
    "gonghui.glut.edu.cn": "桂林理工大学工会网站",
}
MIRROR = "转载页（链接不列）"
UNDATED = "原文未署日期"


def cite(facts: pd.DataFrame) -> pd.Series:
    """Cite the source of every row: publisher, date, address, and the gatherer's remark.

    Parameters
    ----------
    facts
        Columns `source_url`, `source_is_mirror` ("yes" or missing), and where there are any `source_date`,
        `note`, `publisher`. A mirror's address is never shown.

    Returns
    -------
    Series
        Text, indexed like `facts`, parts joined by ，.
    """
    url = facts["source_url"].fillna("")
    mirrored = facts["source_is_mirror"].eq("yes")
    host = url.str.extract(r"^https?://([^/:]+)", expand=False)
    publisher = host.map(PUBLISHERS).fillna(host).fillna("")
    publisher = publisher.where(~mirrored, MIRROR)
    named = _column(facts, "publisher")
    publisher = (named + "，" + publisher).where(named != "", publisher)
    dated = _column(facts, "source_date")
    dated = dated.where(dated != "", UNDATED) if "source_date" in facts else dated
    link = url.where(~mirrored & url.str.startswith("http"), "")
    plain = url.where(~url.str.startswith("http"), "")
    remark = _column(facts, "note")
    parts = pd.concat([plain, publisher, dated, link], axis=1)
    cited = parts.apply(lambda column: column.where(column == "", column + "，")).agg("".join, axis=1)
    cited = cited.str.rstrip("，")
    return (cited + "。注：" + remark).where(remark != "", cited).str.lstrip("。")


def _column(facts: pd.DataFrame, name: str) -> pd.Series:
    return facts[name].fillna("") if name in facts else pd.Series("", index=facts.index)
