"""The data page: a dropped list is understood, asked about and fixed; a wrong file gets one clear line."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from ui.shared.language import JOINER
from web.admission.guesses import PER_SESSION, Guesses
from web.admission.uploads import permitted

pytestmark = pytest.mark.slow

HOME = Path(__file__).resolve().parents[3] / "ui" / "home.py"
TESTS_SESSION = "test session id"
HEADER = "站点名称,类型,县区,经度,纬度,坐标系,联系电话"
SOUND = "亭洪路工会驿站,工会驿站,江南区,108.3080,22.7890,WGS-84,13812345678"
NAMELESS = ",工会驿站,青秀区,108.3700,22.8150,WGS-84,"
AMBIGUOUS = "中山路工会驿站,工会驿站,城中区,,,,"
HOSTILE = "{{7*191}}<img src=x onerror=alert(1)>[x](javascript:alert(1)) $x$ :material/home: :smile:"
UNESCAPED = re.compile(r"(?<!\\)[<>\[\]$`*_{}]|:material/|:smile:")


@pytest.fixture(autouse=True)
def own_registry(monkeypatch, tmp_path):
    """Keep every test away from the lists of whoever runs it."""
    from web.shared_data import refreshed_store

    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/registry.sqlite3")
    refreshed_store()
    yield
    monkeypatch.undo()
    refreshed_store()


def opened(**link):
    page = AppTest.from_file(HOME, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    page.switch_page("screens/data/page.py").run()
    assert not page.exception
    return page


def dropped(page, *files):
    page.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files]).run()
    assert not page.exception
    return page


def csv(*rows, header=HEADER):
    return "\n".join((header, *rows)).encode()


def onward(page, label):
    next(button for button in page.button if label in button.label).click().run()
    assert not page.exception
    return page


def figures(page):
    return {metric.label: metric.value for metric in page.metric}


def said(page):
    kinds = (page.error, page.warning, page.info, page.success, page.caption)
    return "\n".join(box.value for kind in kinds for box in kind)


def editor(page):
    return page.data_editor[0]


def edit(page, cells):
    page.session_state[editor(page).key] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    page.run()
    assert not page.exception
    return page


def test_an_empty_page_says_what_to_do_and_offers_the_template():
    page = opened()
    assert page.file_uploader[0].label.startswith("把名单拖到这里")
    assert len(page.get("download_button")) == 2
    assert not page.error


def test_a_dropped_list_is_understood_confirmed_and_checked():
    page = dropped(opened(), ("名单.csv", csv(SOUND, NAMELESS)))
    assert "站点名称 = 名称" in said(page).replace("\\", "").replace(JOINER, "")
    onward(page, "没错")
    assert figures(page) == {"行数": "2", "可以入库": "1", "必须修改": "1", "请核对": "0"}
    table = editor(page).value
    assert list(table.index) == [3]
    assert "没有名称" in table.iloc[0, 0]
    assert "个人信息" in said(page)


def test_a_mended_cell_is_checked_at_once_and_stays_on_the_page():
    page = onward(dropped(opened(), ("名单.csv", csv(SOUND, NAMELESS))), "没错")
    edit(page, {0: {"站点名称": "民族大道工会驿站"}})
    assert figures(page)["可以入库"] == "2"
    table = editor(page).value
    assert table.loc[3, "站点名称"] == "民族大道工会驿站"
    assert table.iloc[0, 0] == "✓ 没有问题"


def choose_to_see(page, word):
    box = next(box for box in page.selectbox if box.label == "显示")
    at = next(place for place, option in enumerate(box.options) if word in option)
    box.select_index(at).run()
    assert not page.exception
    return page


def test_notes_are_told_row_by_row_with_their_cures_and_can_be_taken_home():
    unplaced = SOUND.replace("108.3080,22.7890", ",").replace("亭洪路", "白沙大道")
    total = "合计,2,,,,,"
    page = onward(dropped(opened(), ("名单.csv", csv(SOUND, unplaced, NAMELESS, total))), "没错")
    assert list(editor(page).value.index) == [4], "what must be fixed comes first"
    assert page.dataframe[-1].value.index.tolist() == [5]
    assert "合计" in page.dataframe[-1].value.iloc[0, 0]
    choose_to_see(page, "没有坐标")
    table = editor(page).value
    assert list(table.index) == [3]
    assert "→ 补上坐标" in table.iloc[0, 0]
    choose_to_see(page, "有说明的全部行（1）")
    assert list(editor(page).value.index) == [3]
    assert any("把这 1 行连同核对结果带回去" in button.label for button in page.get("download_button"))


@pytest.mark.slow
def test_a_row_that_is_not_wanted_is_left_out_and_can_be_taken_back():
    page = onward(dropped(opened(), ("名单.csv", csv(SOUND, NAMELESS))), "没错")
    left_out = editor(page).value.columns[1]
    edit(page, {0: {left_out: True}})
    assert figures(page)["行数"] == "1"
    assert editor(page).value.iloc[0, 0] == "已去掉"
    edit(page, {0: {left_out: False}})
    assert figures(page)["行数"] == "2"


def test_the_datum_is_asked_with_evidence_and_nothing_goes_on_without_it():
    rows = [f"站{n}工会驿站,工会驿站,江南区,108.30{n},22.78{n}" for n in range(1, 6)]
    page = dropped(opened(), ("名单.csv", csv(*rows, header="站点名称,类型,县区,经度,纬度")))
    question = page.radio[0]
    assert question.value is None
    assert len(question.options) == 3
    assert all("5 个点中" in caption for caption in question.proto.captions)
    assert next(button for button in page.button if "没错" in button.label).disabled
    question.set_value("GCJ-02").run()
    onward(page, "没错")
    assert figures(page)["可以入库"] == "5"


def test_a_county_that_may_be_several_is_asked_by_name():
    page = dropped(opened(), ("名单.csv", csv(AMBIGUOUS)))
    question = next(box for box in page.selectbox if "城中区" in box.label)
    assert question.value is None
    question.set_value("450202").run()
    onward(page, "没错")
    assert figures(page)["可以入库"] == "1"


@pytest.mark.slow
def test_where_point_and_county_disagree_the_user_decides_for_all():
    page = dropped(opened(), ("名单.csv", csv(SOUND.replace("江南区", "武鸣区"))))
    question = page.radio[-1]
    assert "1 行" in question.label
    assert figures(page)["必须修改"] == "1"
    question.set_value("point").run()
    assert figures(page)["可以入库"] == "1"
    page.radio[-1].set_value("declared").run()
    assert figures(page)["可以入库"] == "1"


@pytest.mark.slow
def test_a_column_taken_for_the_wrong_thing_is_put_right():
    page = dropped(
        opened(), ("名单.csv", csv("甲,亭洪路工会驿站,工会驿站,江南区", header="代号,名目,类型,县区"))
    )
    assert "没有找到名称列" in said(page)
    next(box for box in page.selectbox if box.label == "名目").set_value("name").run()
    onward(page, "没错")
    assert figures(page)["可以入库"] == "1"


@pytest.mark.slow
def test_a_header_confirmed_once_is_not_asked_about_again():
    page = onward(dropped(opened(), ("九月.csv", csv(SOUND))), "没错")
    next(button for button in page.button if button.label == "再加文件").click().run()
    dropped(page, ("十月.csv", csv(SOUND, NAMELESS)))
    assert figures(page)["行数"] == "2"
    assert any("与已有数据对比" in button.label for button in page.button)


@pytest.mark.slow
def test_several_files_at_once_are_several_lists():
    page = dropped(
        opened(), ("甲.csv", csv(SOUND)), ("乙.csv", csv(SOUND, NAMELESS)), ("坏.pdf", b"%PDF-1.7")
    )
    box = page.selectbox[0]
    assert [option.split(". ")[1] for option in box.options] == ["甲.csv", "乙.csv"]
    onward(page, "再加文件")
    assert "坏\\.pdf" in said(page)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64), "照片"),
        ("空.csv", b"", "空"),
        ("名单.vrt", b"<OGRVRTDataSource/>", "名单"),
    ],
)
def test_a_wrong_file_gets_one_clear_line_and_no_list(name, content, word):
    page = dropped(opened(), (name, content))
    assert len(page.error) == 1
    assert word in page.error[0].value
    assert not page.metric
    assert page.file_uploader


@pytest.mark.slow
def test_a_refusal_is_in_english_for_whoever_reads_english():
    page = dropped(opened(lang="en"), ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64)))
    assert "photo" in page.error[0].value
    assert page.error[0].value.isascii() or JOINER in page.error[0].value


def broken_kmz():
    """Give a zip whose end puts its directory one byte later: every member then lies before the start."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("doc.kml", "<kml><Placemark><name>甲</name></Placemark></kml>")
    data = bytearray(stream.getvalue())
    data[data.rindex(b"PK\x05\x06") + 16] += 1
    return bytes(data)


def test_a_damaged_file_costs_one_line_and_the_good_one_beside_it_goes_on():
    page = dropped(opened(), ("坏.kmz", broken_kmz()), ("好.csv", csv(SOUND)), ("空.csv", b""))
    assert [name in error.value for name, error in zip(("坏", "空"), page.error, strict=True)] == [True, True]
    assert figures(page)


def test_a_check_that_fails_costs_one_line_and_the_good_file_beside_it_goes_on(monkeypatch, caplog):
    from ui.screens.data import upload

    sound = upload.open_draft

    def fail_once(table, *args, **kwargs):
        if table.file_name == "怪.csv":
            raise KeyError("a column nobody thought of")
        return sound(table, *args, **kwargs)

    monkeypatch.setattr(upload, "open_draft", fail_once)
    page = dropped(opened(), ("怪.csv", csv(SOUND)), ("好.csv", csv(SOUND, NAMELESS)))
    (error,) = page.error
    assert "怪" in error.value
    assert "nobody thought" not in error.value
    assert "nobody thought" in caplog.text
    assert figures(page)


@pytest.mark.slow
def test_an_unclear_encoding_is_asked_with_previews():
    text = csv(SOUND).decode().encode("gb18030") + b"\xff\xfe\x80\n"
    page = dropped(opened(), ("名单.csv", text))
    assert any("江南区" in preview.value for preview in page.text)
    next(button for button in page.button if "gb18030" in button.label.lower()).click().run()
    assert not page.exception
    assert "站点名称" in said(page)


@pytest.mark.slow
def test_texts_from_a_file_are_shown_and_never_run():
    row = f"{HOSTILE},工会驿站,城中区,,,,"
    header = HEADER.replace("联系电话", HOSTILE)
    page = dropped(opened(), (f"{HOSTILE.replace('/', '')}.csv", csv(row, header=header)))
    labels = [box.label for box in page.selectbox] + [box.value for box in page.caption]
    hostile = [text for text in labels if "191" in text]
    assert len(hostile) >= 2
    assert not [text for text in hostile if UNESCAPED.search(text)]
    assert "1337" not in str(page.main)


@pytest.mark.slow
def test_two_visitors_have_two_desks():
    one, other = opened(), opened()
    dropped(one, ("甲.csv", csv(SOUND)))
    other.run()
    assert not other.metric
    assert "甲" not in str(other.main)


@pytest.mark.slow
def test_the_example_template_goes_through_the_page_it_comes_from(network):
    from geo.importing.workbooks.template import to_template_workbook

    book = openpyxl.load_workbook(io.BytesIO(to_template_workbook(network, example=True)))
    for cell in book["名单"]["A"][1:3]:
        cell.value = cell.value.removeprefix("示例：")
    stream = io.BytesIO()
    book.save(stream)
    page = onward(dropped(opened(), ("模板.xlsx", stream.getvalue())), "没错")
    assert figures(page) == {"行数": "2", "可以入库": "2", "必须修改": "0", "请核对": "0"}


def test_a_read_only_installation_takes_nothing_in(monkeypatch):
    monkeypatch.setenv("GUIGONGTU_READ_ONLY", "1")
    page = opened()
    assert not page.file_uploader
    assert "只读" in said(page)


def test_a_password_opens_the_way_and_a_wrong_one_does_not(monkeypatch):
    monkeypatch.setenv("GUIGONGTU_PASSWORD", "南宁2026")
    permitted.withdraw(TESTS_SESSION)
    page = opened()
    assert not page.file_uploader
    page.text_input[0].set_value("nanning")
    page.button[0].click().run()
    assert "口令不对" in said(page)
    assert not page.file_uploader
    assert not permitted.may_upload(TESTS_SESSION)
    page.text_input[0].set_value("南宁2026")
    page.button[0].click().run()
    assert page.file_uploader
    assert permitted.may_upload(TESTS_SESSION)


def test_whoever_guesses_too_often_has_to_wait_and_nobody_else(monkeypatch):
    from ui.shared import permission

    monkeypatch.setenv("GUIGONGTU_PASSWORD", "南宁2026")
    monkeypatch.setattr(permission, "guesses", Guesses())
    page = opened()
    for _ in range(PER_SESSION):
        page.text_input[0].set_value("nanning")
        page.button[0].click().run()
        assert "口令不对" in said(page)
    page.text_input[0].set_value("南宁2026")
    page.button[0].click().run()
    assert "5 分钟" in said(page)
    assert not page.file_uploader
    monkeypatch.setattr(permission, "_session_id", lambda: "somebody else's")
    page.text_input[0].set_value("南宁2026")
    page.button[0].click().run()
    assert page.file_uploader


@pytest.mark.slow
def test_behind_a_proxy_that_names_nobody_nothing_is_taken_in(monkeypatch):
    monkeypatch.setenv("GUIGONGTU_LOGIN_HEADER", "X-Remote-User")
    page = opened()
    assert not page.file_uploader
    assert "GUIGONGTU" in said(page)
    assert "可信的代理" in said(page)
    monkeypatch.setenv("GUIGONGTU_TRUSTED_PROXIES", "127.0.0.1")
    assert "统一登录" in said(opened())


def applied(page, *files, who="市总工会"):
    dropped(page, *files)
    if any("没错" in button.label for button in page.button):
        onward(page, "没错")
    onward(page, "与已有数据对比")
    page.text_input[0].set_value(who)
    return onward(page, "入库 ")


def part(page, name):
    page.segmented_control(key="data_section").set_value(name).run()
    assert not page.exception
    return page


def test_a_list_is_applied_shown_in_history_and_undone(own_registry):
    page = applied(opened(), ("名单.csv", csv(SOUND, NAMELESS)))
    assert "新增 1" in page.success[0].value
    assert "1 行待修改" in page.success[0].value
    history = part(page, "history").dataframe[0].value
    assert list(history["file_name"]) == ["名单.csv"]
    assert list(history["who"]) == ["市总工会"]
    assert list(history["new"]) == [1]
    next(box for box in page.selectbox if "某一份" in box.label).set_value(1).run()
    assert list(page.dataframe[1].value["outcome"]) == ["新增", "待修改"]
    next(button for button in page.button if button.label == "撤销").click().run()
    assert not page.exception
    assert "已由 市总工会 撤销" in list(page.dataframe[0].value["standing"])


@pytest.mark.slow
def test_the_next_list_shows_its_difference_field_by_field():
    page = applied(opened(), ("九月.csv", csv(SOUND)))
    dropped(page, ("十月.csv", csv(SOUND.replace("108.3080", "108.3090"))))
    onward(page, "与已有数据对比")
    assert figures(page) == {"新增": "0", "有变化": "1", "不变": "0", "名单中没有": "0", "待修改": "0"}
    changes = page.dataframe[0].value.set_index("field")
    assert changes.loc["经度", ["before", "after"]].tolist() == ["108.308", "108.309"]


@pytest.mark.slow
def test_sites_the_list_no_longer_names_are_kept_closed_or_decided_one_by_one():
    both = csv(SOUND, SOUND.replace("亭洪路", "白沙大道").replace("108.3080", "108.3180"))
    page = applied(opened(), ("九月.csv", both))
    dropped(page, ("十月.csv", csv(SOUND)))
    onward(page, "与已有数据对比")
    assert figures(page)["名单中没有"] == "1"
    assert page.radio[0].value == "keep"
    page.radio[0].set_value("each").run()
    key = page.data_editor[0].key
    page.session_state[key] = {"edited_rows": {0: {"closed": True}}, "added_rows": [], "deleted_rows": []}
    page.run()
    onward(page, "入库 ")
    assert "关闭 1" in page.success[0].value


@pytest.mark.slow
def test_sites_the_list_no_longer_names_wait_and_are_decided_on_later():
    both = csv(SOUND, SOUND.replace("亭洪路", "白沙大道").replace("108.3080", "108.3180"))
    page = applied(opened(), ("九月.csv", both))
    dropped(page, ("十月.csv", csv(SOUND)))
    onward(page, "与已有数据对比")
    page.radio[0].set_value("later").run()
    onward(page, "入库 ")
    part(page, "questions")
    waiting = editor(page).value
    assert waiting[["name", "file_name"]].to_numpy().tolist() == [["白沙大道工会驿站", "十月.csv"]]
    assert next(button for button in page.button if "处理 0" in button.label).disabled
    edit(page, {0: {"decided": "close"}})
    onward(page, "处理 1")
    assert "没有等待处理的站点" in said(page)
    history = part(page, "history").dataframe[0].value
    assert list(history["asked"]) == [1, 0]
    currency = part(page, "currency").dataframe[0].value
    assert currency[["listed", "closed"]].to_numpy().tolist() == [[1, 1]]


@pytest.mark.slow
def test_the_currency_table_says_how_many_how_new_and_by_whom():
    page = part(applied(opened(), ("名单.csv", csv(SOUND))), "currency")
    row = page.dataframe[0].value.iloc[0]
    assert row[["county", "facility_type", "listed", "located"]].tolist() == ["江南区", "工会驿站", 1, 1]
    assert row[["who", "file_name"]].tolist() == ["市总工会", "名单.csv"]
    assert any("公布 6,062，已定位 1，缺 6,061" in text.value for text in page.text)


@pytest.mark.slow
def test_before_any_list_history_and_currency_say_so_and_make_no_database(tmp_path):
    page = part(opened(), "history")
    assert "还没有导入过名单" in said(page)
    part(page, "currency")
    assert "还没有导入过名单" in said(page)
    assert not (tmp_path / "registry.sqlite3").exists()


@pytest.mark.slow
def test_what_two_people_write_to_one_site_is_shown_and_nothing_is_lost():
    one, other = opened(), opened()
    applied(one, ("九月.csv", csv(SOUND)), who="甲")
    for page, lon in ((one, "108.3090"), (other, "108.3070")):
        dropped(page, (f"{lon}.csv", csv(SOUND.replace("108.3080", lon))))
        onward(page, "与已有数据对比")
    one.text_input[0].set_value("甲")
    # The other compared before the first applied, and presses the button after.
    onward(one, "入库 ")
    onward(other, "入库 ")
    assert "没有写入任何内容" in said(other)
    sides = other.dataframe[-1].value
    row = sides[sides["field"] == "经度"].iloc[0]
    assert (row["seen"], row["yours"], row["theirs"], row["who"]) == ("108.308", "108.307", "108.309", "甲")
    onward(other, "重新对比")
    onward(other, "入库 ")
    assert "有变化 1" in other.success[0].value


def test_without_the_settings_of_a_login_nobody_is_let_in(monkeypatch):
    monkeypatch.setenv("GUIGONGTU_LOGIN", "1")
    page = opened()
    assert not page.file_uploader
    assert "登录没有配置好" in said(page)


def test_who_signs_is_told_by_the_header_of_the_proxy(monkeypatch):
    from types import SimpleNamespace

    from ui.shared import permission

    monkeypatch.setenv("GUIGONGTU_LOGIN_HEADER", "X-Remote-User")
    monkeypatch.setattr(permission.st, "context", SimpleNamespace(headers={"X-Remote-User": " 王  芳 "}))
    assert permission.writer_name() == "王 芳"
    monkeypatch.setattr(permission.st, "context", SimpleNamespace(headers={}))
    assert permission.writer_name() is None


@pytest.mark.slow
def test_the_rest_is_mended_in_excel_and_brought_in_again():
    from geo.importing.workbooks.returned_rows import to_rest_workbook

    page = applied(opened(), ("名单.csv", csv(SOUND, NAMELESS)))
    book = openpyxl.load_workbook(
        io.BytesIO(to_rest_workbook(page.session_state["import_session"].applied.checked))
    )
    sheet = book["待修改"]
    headers = [cell.value for cell in sheet[1]]
    assert "没有名称" in sheet.cell(2, headers.index("桂工图核对结果") + 1).value
    sheet.cell(2, headers.index("站点名称") + 1, "民族大道工会驿站")
    stream = io.BytesIO()
    book.save(stream)
    applied(page, ("名单_待修改.xlsx", stream.getvalue()))
    assert "新增 1" in page.success[0].value
    assert "0 行待修改" in page.success[0].value


def test_two_sides_of_a_place_are_settled_for_all_rows_or_row_by_row():
    rows = (SOUND.replace("江南区", "武鸣区"), SOUND.replace("江南区", "上林县").replace("亭洪", "白沙"))
    page = onward(dropped(opened(), ("名单.csv", csv(*rows))), "没错")
    assert figures(page)["必须修改"] == "2"
    assert "江南区" in editor(page).value.iloc[0, 0]
    decision = editor(page).value.columns[2]
    edit(page, {0: {decision: "point"}})
    assert figures(page)["可以入库"] == "1"
    page.radio[-1].set_value("declared").run()
    assert figures(page)["可以入库"] == "2"


def test_what_a_list_holds_is_shown_only_to_whoever_may_write(monkeypatch):
    applied(opened(), ("名单.csv", csv(SOUND)))
    monkeypatch.setenv("GUIGONGTU_PASSWORD", "南宁2026")
    page = part(opened(), "history")
    assert len(page.dataframe) == 1
    assert not page.selectbox
    assert "13812345678" not in str(page.main)
    assert page.text_input[0].label == "口令"


def test_of_many_sheets_the_first_are_looked_at_and_the_others_when_they_are_taken_up():
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number in range(14):
        sheet = book.create_sheet(f"第{number}张")
        sheet.append(["名称", "类型", "县区"])
        sheet.append([f"驿站{number}", "工会驿站", "青秀区"])
    content = io.BytesIO()
    book.save(content)
    page = opened()
    page.file_uploader[0].set_value([("多张.xlsx", content.getvalue(), "application/zip")]).run()
    session = page.session_state["import_session"]
    assert [draft.opened for draft in session.drafts.values()] == [True] * 12 + [False] * 2
    next(box for box in page.selectbox if "14" in box.label).set_value(14).run()
    assert not page.exception
    assert page.session_state["import_session"].drafts[14].opened
    assert len(page.session_state["import_session"].drafts[14].checked.facilities) == 1


def test_a_long_check_waits_for_the_page_and_cancel_leaves_the_list_as_it_was(monkeypatch):
    from ui.screens.data import progress as waiting

    page = dropped(opened(), ("a.csv", csv(SOUND)))
    session = page.session_state["import_session"]
    before = session.draft
    monkeypatch.setattr(waiting, "LONG", 0)
    waiting.check_again(session, lambda _grounds: pytest.fail("checked in the callback"))
    assert session.pending is not None
    monkeypatch.setattr(waiting, "import_session", lambda: session)
    waiting._cancel(comparing=False)
    page.run()
    assert page.session_state["import_session"].draft is before
    assert any("已取消" in info.value or "Cancelled" in info.value for info in page.info)
    page.run()
    assert not any("已取消" in info.value for info in page.info)
