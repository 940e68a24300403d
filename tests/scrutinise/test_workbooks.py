"""What is taken out of an .xlsx workbook, cell by cell, beside what others make of the same file."""

import datetime
import warnings
from pathlib import Path

import openpyxl
import pytest

from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.keys import CHOICES, LISTS
from covenant.scrutinise.formats.programmes import read_coded, read_programme, write_coded
from covenant.scrutinise.formats.sheets import SHEETS
from covenant.scrutinise.programme import NOT_STATED, Actor, Proposal
from tests.scrutinise.workbooks import HEAD, IDS, MAIN, packed, parts, row, shared, sheet, text, workbook

TEMPLATE = Path(__file__).parents[2] / "docs" / "standard" / "programme-template.toml"
FORMATS = (
    '<numFmt numFmtId="165" formatCode="[$-809]dd\\ mmmm\\ yyyy;@"/>'
    '<numFmt numFmtId="166" formatCode="0.00 &quot;days&quot;"/>'
)
STYLES = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, 165, 166))
DAYS = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{FORMATS}</numFmts>'
    f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{STYLES}</cellXfs></styleSheet>'
)


def faults_of(tmp_path, content):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    with pytest.raises(FaultyFile) as caught:
        read_coded(path)
    return [(fault.place, fault.key, fault.found) for fault in caught.value.faults]


def proposals(tmp_path, content):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    return read_programme(path).proposals


def one(*cells, **more):
    return workbook(sheet(IDS, row(2, *cells)), **more)


def test_the_least_workbook_is_read_and_named_after_its_file(tmp_path):
    (tmp_path / "wells.xlsx").write_bytes(workbook())
    programme = read_programme(tmp_path / "wells.xlsx")
    assert (programme.title, programme.proposals) == ("wells", (Proposal("P1", "Dig a well"),))


def test_numbers_where_words_are_wanted_are_words(tmp_path):
    (found,) = proposals(tmp_path, one('<c r="A2"><v>1</v></c>', '<c r="B2"><v>0.10000000000000001</v></c>'))
    assert (found.id, found.text) == ("1", "0.1")


def test_shared_texts_are_read_with_their_pieces_and_without_how_they_are_pronounced(tmp_path):
    whole = "<si><r><t>Dig </t></r><r><rPr><b/></rPr><t>a well</t></r><rPh><t>DIG</t></rPh></si>"
    strings = shared("<si><t>P1</t></si>", whole)
    cells = '<c r="A2" t="s"><v>0</v></c>', '<c r="B2" t="s"><v>1</v></c>'
    content = one(*cells, xl__sharedStrings_dot_xml=strings)
    assert proposals(tmp_path, content) == (Proposal("P1", "Dig a well"),)


def test_a_letter_that_is_spelt_out_is_read_as_itself(tmp_path):
    (found,) = proposals(tmp_path, one(text("A2", "P1"), text("B2", "a_x0041_b_x005F_x0041_")))
    assert found.text == "aAb_x0041_"


@pytest.mark.parametrize(("style", "number"), [(1, 47939), (2, 47939)])
def test_a_number_that_is_shown_as_a_day_is_a_day(tmp_path, style, number):
    content = one(text("A2", "P1"), f'<c r="C2" s="{style}"><v>{number}</v></c>', xl__styles_dot_xml=DAYS)
    (found,) = proposals(tmp_path, content)
    assert found.due == datetime.date(2031, 4, 1)


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path):
    made = parts(
        sheet(IDS, row(2, text("A2", "P1"), '<c r="C2" s="1"><v>46477</v></c>')), xl__styles_dot_xml=DAYS
    )
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    (found,) = proposals(tmp_path, packed(made))
    assert found.due == datetime.date(2031, 4, 1)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('<c r="C2" s="3"><v>47939</v></c>', "the number 47939"),
        ('<c r="C2" s="1"><v>47939.5</v></c>', "'2031-04-01 with a time of day'"),
        ('<c r="C2" t="b"><v>1</v></c>', "true"),
        ('<c r="C2"><f>TODAY()</f><v>47939</v></c>', "a formula"),
        ('<c r="C2" t="str"><f>HYPERLINK("http://x")</f><v>2031-04-01</v></c>', "a formula"),
        ('<c r="C2"><f t="shared" si="0"/></c>', "a formula"),
        ('<c r="C2" t="e"><v>#REF!</v></c>', "the error #REF!"),
        ('<c r="C2"><v>1e400</v></c>', "a number beyond all use"),
        ('<c r="C2"><v>nan</v></c>', "a number beyond all use"),
        (f'<c r="C2"><v>{"9" * 5000}</v></c>', "a number beyond all use"),
        (text("C2", "=1+1"), "'=1+1'"),
        (text("C2", "&lt;b&gt;soon&lt;/b&gt;"), "'<b>soon</b>'"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_day_is_named_with_its_row_and_column(tmp_path, cell, found):
    content = one(text("A2", "P1"), cell, xl__styles_dot_xml=DAYS)
    if "the number" in found:  # a number that is shown as a number is not taken for a day
        found = "'47939'"
    assert faults_of(tmp_path, content) == [("proposals, row 2", "column C (due)", found)]


def test_every_formula_is_named(tmp_path):
    rows = [row(n, text(f"A{n}", f"P{n}"), f'<c r="B{n}"><f>1+{n}</f></c>') for n in range(2, 7)]
    faults = faults_of(tmp_path, workbook(sheet(IDS, *rows)))
    assert faults == [(f"proposals, row {n}", "column B (text)", "a formula") for n in range(2, 7)]


def test_merged_cells_and_sheets_that_nobody_sees_are_refused(tmp_path):
    merged = sheet(IDS, row(2, text("A2", "P1")), after='<mergeCells><mergeCell ref="A2:B3"/></mergeCells>')
    assert faults_of(tmp_path, workbook(merged)) == [("proposals, cells A2:B3", "", "merged cells")]
    for state in ("hidden", "veryHidden"):
        assert ("sheet 'proposals'", "", "a hidden sheet") in faults_of(tmp_path, workbook(state=state))


def test_an_unknown_sheet_and_one_of_the_same_name_are_refused(tmp_path):
    others = "".join(f'<sheet name="{name}" sheetId="2" r:id="rId1"/>' for name in ("propsals", "Proposals"))
    assert faults_of(tmp_path, workbook(others=others)) == [
        ("sheet 'propsals'", "", "an unknown sheet"),
        ("sheet 'Proposals'", "", "a second sheet of this name"),
    ]


def test_the_workbook_that_is_written_is_opened_by_others_without_a_word(tmp_path):
    write_coded(read_coded(TEMPLATE), tmp_path / "plan.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == list(SHEETS)
    for name, keys in SHEETS.items():
        assert [cell.value for cell in book[name][1]] == list(keys)
        assert all(cell.data_type == "s" for rows in book[name].iter_rows() for cell in rows if cell.value)
    cell = book["proposals"]["A2"]
    assert (cell.value, cell.number_format, cell.quotePrefix) == ("P1", "@", True)


def test_every_cell_of_one_choice_has_a_drop_down_list_of_all_of_them(tmp_path):
    write_coded(read_coded(TEMPLATE), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    for name, keys in SHEETS.items():
        lists = book[name].data_validations.dataValidation
        offered = {str(keys[next(iter(each.sqref.ranges)).min_col - 1]): each for each in lists}
        assert {key for key in keys if key in CHOICES and key not in LISTS} <= set(offered)
        for key, each in offered.items():
            assert len(each.formula1) < 255, "the longest list that spreadsheets take"
            if key in CHOICES:
                words = each.formula1.strip('"').split(",")
                assert {member.value for member in CHOICES[key]} <= set(words)


def test_a_workbook_that_others_wrote_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Proposals"
    for cells in (
        ["id", "text", "owner", "due", "deadline", "outcomes"],
        [1, "Dig", "guild; unnamed", datetime.date(2031, 4, 1), datetime.date(2031, 5, 1), "none"],
        [None] * 6,
        ["P2", "=not a formula".replace("=", "≠"), "none", "none", None, "dry feet; 2"],
    ):
        book.active.append(cells)
    actors = book.create_sheet("actors")
    actors.append(["id", "name", "sector"])
    actors.append(["guild", "Guild", "civil society"])
    book.save(tmp_path / "plan.xlsx")
    first, second = read_programme(tmp_path / "plan.xlsx").proposals
    assert first.owner[0].name == "Guild" and first.owner[1] == Actor() and first.id == "1"
    assert first.due == datetime.date(2031, 4, 1) and first.deadline == "2031-05-01" and first.outcomes == ()
    assert second.owner == () and second.due is None and second.deadline is NOT_STATED
    assert second.outcomes == ("dry feet", "2")


def test_a_workbook_filled_in_by_others_after_we_wrote_it_is_read(tmp_path):
    write_coded(read_coded(TEMPLATE), tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    book["coding"]["A2"], book["coding"]["B2"] = "C. D.", datetime.date(2031, 7, 1)
    book["heard"].append(["h1", "too wet", 412, "table 2"])
    book.save(tmp_path / "filled.xlsx")
    before, after = read_coded(TEMPLATE), read_coded(tmp_path / "filled.xlsx")
    assert after.programme.proposals == before.programme.proposals
    assert after.coding.coder == "C. D." and after.coding.date == "2031-07-01"
    assert after.programme.heard[0].n == 412
