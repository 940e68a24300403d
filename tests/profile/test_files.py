"""Files that are wrong: refused in one line that says where, in bounded time, with nothing kept."""

import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from covenant.profile.formats.files import FileKind, read
from covenant.profile.formats.rows import MOST_BYTES, MOST_ROWS, BadFile
from tests.profile.conftest import GOOD, OUTTURN, outturn

Write = Callable[[str, str | bytes], Path]
ROW = "E9991,E06999901,Testing UA,UA,2012-13,100,50,,9000"


def refusal(kind: FileKind, file: Path, **words: Any) -> str:
    with pytest.raises(BadFile) as caught:
        read(kind, file, **words)
    said = str(caught.value)
    assert "\n" not in said
    assert said.isprintable()
    assert file.name in said
    return said


def test_a_good_file_is_read_to_the_penny(write: Write) -> None:
    parsed = read(FileKind.OUTTURN, write("ro.csv", outturn(*GOOD)))
    sums = {(line.purpose, line.year): (line.pence, line.row) for line in parsed.lines}
    assert sums["cultural", 2012] == (10_000_000, 2)
    assert sums["housing", 2013] == (-2_000_000, 3)
    assert ("housing", 2014) not in sums  # '..' is not stated, and not nought
    assert ("public_health", 2012) not in sums
    assert sums["total_service_expenditure", 2013] == (900_050_000, 3)
    assert [(body.code, body.name) for body in parsed.bodies] == [("E06999901", "Testing")]
    assert (parsed.source.rows, len(parsed.source.sha256)) == (3, 64)


@pytest.mark.parametrize("blank", ["", "nan"])
def test_a_body_without_a_code_goes_by_that_of_its_returns(write: Write, blank: str) -> None:
    parsed = read(FileKind.OUTTURN, write("ro.csv", outturn(GOOD[0].replace("E06999901", blank))))
    assert parsed.bodies[0].code == "E9991"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "row 1: found nothing; expected a row of column names"),
        ("a,b\n1,2\n", "row 1: found no column 'ecode'"),
        (OUTTURN, "found no sum of money"),
        (outturn(ROW.replace("100", "1OO")), "row 2, column cultural: found '1OO'"),
        (outturn(ROW.replace("100", "=1+1")), "row 2, column cultural: found '=1+1'"),
        (outturn(ROW.replace("100", "inf")), "row 2, column cultural"),
        (outturn(ROW.replace("100", "1e99")), "row 2, column cultural: found '1e99'; expected at most"),
        (outturn(ROW.replace("100", "١٢")), "row 2, column cultural"),
        (outturn(ROW.replace("100", "9" * 400)), "row 2, column cultural"),
        (outturn(ROW.replace("100", "60000000")), "is the file in another unit?"),
        (outturn(ROW.replace("E06999901", "Hartlepool")), "row 2, column ons_code: found 'Hartlepool'"),
        (outturn(ROW.replace("2012-13", "2012-14")), "row 2, column year: found '2012-14'"),
        (outturn(ROW.replace("2012-13", "2012")), "row 2, column year"),
        (outturn(ROW.replace(",UA,", ",XX,")), "row 2, column class: found 'XX'"),
        (outturn(ROW, ROW), "row 3, column ecode: found E06999901 again, which row 2 has"),
        (outturn(ROW + ",1"), "row 2: found 10 cells; expected 9"),
        (outturn(ROW, "E9991"), "row 3: found 1 cells; expected 9"),
        (OUTTURN.replace("housing", "cultural") + ROW, "row 1: found the column 'cultural' twice"),
        (outturn(ROW.replace("Testing", "Te\x1bsting")), "row 2, column local_authority"),
        (outturn(ROW.replace("Testing", "x" * 400)), "row 2, column local_authority"),
        (outturn(ROW.replace("Testing", "x" * 60_000)), "row 2: found a cell of endless length"),
        (outturn(ROW.replace("Testing", "x" * 300_000)), "found no CSV"),
        (outturn(ROW).replace("Testing", "Te\0sting"), "row 2: found a NUL byte"),
        (outturn(ROW).encode().replace(b"Testing", b"Te\xffsting"), "row 2: found bytes that are not UTF-8"),
        (b"\x1f\x8b\x08\x00rubbish", "a damaged gzip file"),
        (gzip.compress(outturn(ROW).encode())[:-9], "a damaged gzip file"),
        (",".join(f"c{i}" for i in range(300)), "300 columns"),
    ],
)
def test_what_is_wrong_is_named_with_its_row_and_column(
    write: Write, content: str | bytes, said: str
) -> None:
    assert said in refusal(FileKind.OUTTURN, write("ro.csv", content))


def test_a_year_in_pounds_among_years_in_thousands_is_a_slip(write: Write) -> None:
    slipped = GOOD[1].replace("9000.5", "9000500")
    said = refusal(FileKind.OUTTURN, write("ro.csv", outturn(GOOD[0], slipped, GOOD[2])))
    assert "row 3, column total_service_expenditure" in said
    assert "100 times or more" in said


def test_a_file_in_millions_where_thousands_are_asked_for_is_a_slip(write: Write) -> None:
    rows = [f"E{i},E0699{i:04},Body {i},UA,2012-13,1,1,,{20 + i}" for i in range(40)]
    assert "is the file in another unit?" in refusal(FileKind.OUTTURN, write("ro.csv", outturn(*rows)))


def test_a_file_of_districts_in_pounds_where_thousands_are_asked_for_is_a_slip(write: Write) -> None:
    rows = [f"E{i},E0799{i:04},Body {i},SD,2012-13,1,1,,{9_000_000 + i}" for i in range(40)]
    said = refusal(FileKind.OUTTURN, write("ro.csv", outturn(*rows)))
    assert "half of all bodies over £9,000,0" in said
    assert "smaller sums: is the file in another unit?" in said


@pytest.mark.parametrize("packed", [False, True])
def test_a_million_rows_are_refused_before_they_cost_time(write: Write, packed: bool) -> None:
    rows = "".join(f"E{i},,B,O,2012-13,1,1,,1\n" for i in range(1_000_000))
    content = (OUTTURN + rows).encode()
    assert len(content) < MOST_BYTES
    file = write("ro.csv.gz" if packed else "ro.csv", gzip.compress(content, 1) if packed else content)
    before = time.process_time()
    assert f"at most {MOST_ROWS:,}" in refusal(FileKind.OUTTURN, file)
    assert time.process_time() - before < 10


def test_a_small_file_that_unpacks_without_end_is_refused_in_bounded_memory(write: Write) -> None:
    file = write("bomb.csv.gz", gzip.compress(b"0" * (4 * MOST_BYTES)))
    assert file.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        assert f"more than {MOST_BYTES:,} bytes" in refusal(FileKind.OUTTURN, file)
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", list(FileKind))
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 99, b"\xff\xfe", b"{}", b"[" * 100_000, b'{"grants": 3}', b"a,b\n1\n"]
)
def test_no_kind_of_file_takes_rubbish(write: Write, kind: FileKind, content: bytes) -> None:
    refusal(kind, write("rubbish.csv", content))


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_folder_and_a_file_that_is_not_there_are_told(tmp_path: Path, kind: FileKind) -> None:
    refusal(kind, tmp_path)
    refusal(kind, tmp_path / "nowhere.csv")


def test_columns_of_spending_power_are_the_years_in_which_a_financial_year_ends(write: Write) -> None:
    text = "ons_code,ons_name,class,region,2012,2013\nE06999901,Testing,UA,X,1.5,..\n"
    [line] = read(FileKind.SPENDING_POWER, write("sp.csv", text)).lines
    assert (line.year, line.pence, line.direction.value) == (2011, 150_000_000, "income")


def test_components_are_by_the_year_in_which_a_financial_year_starts(write: Write) -> None:
    head = "ons_code,authority,region,year,sfa,under_index,ct_total,nhb,nhb_return,rsdg,total_spend\n"
    rows = "E06999901,Testing,X,2015,1,0,2,0,0,,3\nE06999901,Was Testing,X,2015,0,0,0,0,0,0,0\n"
    parsed = read(FileKind.COMPONENTS, write("c.csv", head + rows))
    assert {(line.purpose, line.year, line.pence) for line in parsed.lines} == {
        ("sfa", 2015, 100_000_000),
        ("under_index", 2015, 0),
        ("ct_total", 2015, 200_000_000),
        ("nhb", 2015, 0),
        ("nhb_return", 2015, 0),
    }
    assert parsed.notes == ("Rows that are nought throughout, and were passed over: 1.",)


TOWNS = "fund,index_code,place,organisation,project,status,rdel,cdel,total\n"


def test_awards_part_capital_from_revenue_and_say_where_neither_is_stated(write: Write) -> None:
    rows = (
        "Town Deal,TD-1,Testing,Testing Council,Roof,Active,5,10,15\n"
        "Town Deal,TD-2,Testing,Testing Council,Nothing yet,Active,0,0,0\n"
        "Future High Streets Fund,HS-1,Testing,Testing Council,(whole),,0,0,7\n"
        "Town Deal,TD-3,Testing,Testing Council,Odd,Active,1,1,9\n"
    )
    parsed = read(FileKind.TOWNS, write("t.csv", TOWNS + rows))
    assert [(line.kind.value, line.pence, line.row, line.year) for line in parsed.lines] == [
        ("revenue", 500, 2, None),
        ("capital", 1000, 2, None),
        ("not stated", 700, 4, None),
        ("revenue", 100, 5, None),
        ("capital", 100, 5, None),
    ]
    assert parsed.notes == ("Row 5 (TD-3): the parts do not add up to the total; the parts are kept.",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Lottery,TD-1,T,C,P,,1,1,2\n", "row 2, column fund"),
        ("Town Deal,,T,C,P,,1,1,2\n", "row 2, column index_code: found nothing"),
        ("Town Deal,TD-1,T,,P,,1,1,2\n", "row 2, column organisation: found nothing"),
        ("Town Deal,TD-1,T,C,P,,1,1,2\n" * 2, "row 3, column index_code: found TD-1 again"),
        ("Town Deal,TD-1,T,C,P,,ten,1,2\n", "row 2, column rdel: found 'ten'"),
    ],
)
def test_awards_that_are_wrong_are_named(write: Write, row: str, said: str) -> None:
    assert said in refusal(FileKind.TOWNS, write("t.csv", TOWNS + row))


def grant(**words: Any) -> dict[str, Any]:
    usual = {
        "id": "360G-test-1",
        "title": "For Ada Lovelace of 1 High Street",
        "description": "Ada needs it",
        "currency": "GBP",
        "amountAwarded": 100.5,
        "awardDate": "2019-03-31",
        "fundingOrganization": [{"id": "GB-CHC-1", "name": "A Trust"}],
        "recipientOrganization": [{"id": "GB-CHC-2", "name": "A Charity", "organisationType": "Charity"}],
        "beneficiaryLocation": [{"geoCode": "E06999901", "geoCodeType": "UA"}],
    }
    return {key: value for key, value in (usual | words).items() if value is not None}


def grants(*found: Any) -> str:
    return json.dumps({"grants": list(found)})


def test_a_grant_is_in_the_financial_year_of_its_award(write: Write) -> None:
    content = grants(grant(), grant(id="2", awardDate="2019-04-01T00:00:00+00:00"))
    parsed = read(FileKind.GRANTS, write("g.json", content))
    assert [(line.year, line.pence, line.payee) for line in parsed.lines] == [
        (2018, 10_050, "A Charity"),
        (2019, 10_050, "A Charity"),
    ]
    assert [(each.org_id, each.kind) for each in parsed.organisations] == [("GB-CHC-2", "Charity")]


@pytest.mark.parametrize(
    "words",
    [
        {"recipientOrganization": None, "recipientIndividual": {"id": "360G-9", "name": "Ada Lovelace"}},
        {"recipientOrganization": [{"id": "GB-X", "name": "Ada Lovelace", "organisationType": "Individual"}]},
        {"recipientOrganization": [{"id": "360G-9", "name": "Individual Recipient"}]},
    ],
)
def test_nothing_of_an_individual_is_kept_but_the_sum(write: Write, words: dict[str, Any]) -> None:
    parsed = read(
        FileKind.GRANTS, write("g.json", grants(grant(grantProgramme=[{"title": "For Ada"}], **words)))
    )
    assert [(line.purpose, line.payee, line.item, line.pence) for line in parsed.lines] == [
        ("individual", "an individual", "", 10_050)
    ]
    assert parsed.organisations == ()
    assert "Ada" not in repr(parsed)


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ({"beneficiaryLocation": None}, "Grants without a district: 1 of 1, left out."),
        ({"beneficiaryLocation": [{"geoCode": "E01000001", "geoCodeType": "LSOA"}]}, "without a district"),
        ({"beneficiaryLocation": [3, {"geoCode": {}}]}, "without a district"),
        ({"beneficiaryLocation": [{"geoCode": "E06999901", "geoCodeType": ["UA"]}]}, "without a district"),
        ({"currency": "EUR"}, "Grants in 'EUR', not pounds: 1 of 1, left out."),
    ],
)
def test_what_is_left_out_of_grants_is_told(write: Write, words: dict[str, Any], note: str) -> None:
    parsed = read(FileKind.GRANTS, write("g.json", grants(grant(**words))))
    assert parsed.lines == ()
    assert note in parsed.notes[0]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([grant(id="")], "grant 1, id: found nothing"),
        ([grant(), grant()], "grant 2, id: found '360G-test-1' again, which grant 1 has"),
        ([grant(amountAwarded="100")], "grant 1, amountAwarded: found '100'"),
        ([grant(amountAwarded=True)], "grant 1, amountAwarded"),
        ([grant(amountAwarded=1e300)], "grant 1, amountAwarded: found a sum beyond all use"),
        ([grant(awardDate="05/06/2014")], "grant 1, awardDate: found '05/06/2014'"),
        ([grant(awardDate="2014-02-30")], "grant 1, awardDate"),
        ([grant(awardDate="0019-03-31")], "a year from 1900 to 2099"),
        ([grant(awardDate="9999-12-31")], "a year from 1900 to 2099"),
        ([grant(fundingOrganization=[])], "grant 1, fundingOrganization: found nothing"),
        ([grant(fundingOrganization="x")], "grant 1, fundingOrganization"),
        ([grant(recipientOrganization=None)], "grant 1, recipientOrganization"),
        ([grant(), "a grant"], "grant 2: found 'a grant'"),
        (
            [grant(recipientOrganization=[{"id": "GB-\ud800", "name": "A"}])],
            "recipientOrganization: found the id",
        ),
        (
            [grant(recipientOrganization=[{"id": "GB-\0", "name": "A"}])],
            "recipientOrganization: found the id",
        ),
    ],
)
def test_grants_that_are_wrong_are_named(write: Write, found: list[Any], said: str) -> None:
    assert said in refusal(FileKind.GRANTS, write("g.json", grants(*found)))


@pytest.mark.parametrize("sum_", ["1e99999999999999999999", "1e-99999999999999999999"])
def test_a_number_with_an_endless_exponent_is_told(write: Write, sum_: str) -> None:
    content = grants(grant()).replace("100.5", sum_)
    assert "found no JSON" in refusal(FileKind.GRANTS, write("g.json", content))


@pytest.mark.parametrize("words", [{"name": "x\udcff"}, {"publisher": "\udcff"}, {"licence": "\udcff"}])
def test_a_name_that_the_terminal_could_not_decode_is_told(write: Write, words: dict[str, str]) -> None:
    with pytest.raises(BadFile, match="which is not UTF-8"):
        read(FileKind.GRANTS, write("g.json", grants(grant())), **words)


def test_a_number_of_endless_figures_costs_no_time(write: Write) -> None:
    content = grants(grant()).replace("100.5", "1" * 2_000_000)
    before = time.process_time()
    refusal(FileKind.GRANTS, write("g.json", content))
    assert time.process_time() - before < 5


ORGANISATIONS = "org_id,name,kind,income,income_year,place\n"


def test_organisations_have_an_income_that_may_not_be_stated(write: Write) -> None:
    rows = "GB-CHC-1,A,Charity,9999.99,2024,E06999901\nGB-COH-2,=B,Company,..,,E06999901\n"
    parsed = read(FileKind.ORGANISATIONS, write("o.csv", ORGANISATIONS + rows), publisher="P", licence="L")
    assert [(each.org_id, each.income) for each in parsed.organisations] == [
        ("GB-CHC-1", 999_999),
        ("GB-COH-2", None),
    ]
    assert (parsed.source.publisher, parsed.source.licence) == ("P", "L")
    assert parsed.source.dataset == "organisations/o"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1234,A,Charity,1,,E06999901\n", "row 2, column org_id: found '1234'"),
        ("GB-CHC-1,,Charity,1,,E06999901\n", "row 2, column name: found nothing"),
        ("GB-CHC-1,A,,1,,E06999901\n", "row 2, column kind: found nothing"),
        ("GB-CHC-1,A,Charity,-5,,E06999901\n", "row 2, column income: found '-5'"),
        ("GB-CHC-1,A,Charity,1,,London\n", "row 2, column place: found 'London'"),
        ("GB-CHC-1,A,Charity,1,,E06999901\n" * 2, "row 3, column org_id: found GB-CHC-1 again"),
    ],
)
def test_organisations_that_are_wrong_are_named(write: Write, row: str, said: str) -> None:
    assert said in refusal(FileKind.ORGANISATIONS, write("o.csv", ORGANISATIONS + row))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("E06999901,30,36.2,0\n", "row 2, column Proportion: found '36.2'; expected a number from 0 to 1"),
        ("E06999901,1e20,0.1,0\n", "row 2, column Score: found '1e20'"),
        ("E06999901,30,0.1,0\nE06999901,30,0.1,0\n", "row 3, column ltla21_code: found E06999901 again"),
        ("Hartlepool,30,0.1,0\n", "row 2, column ltla21_code"),
    ],
)
def test_indices_that_are_wrong_are_named(write: Write, row: str, said: str) -> None:
    text = f"ltla21_code,Score,Proportion,Extent\n{row}"
    assert said in refusal(FileKind.NEED, write("imd2015_x.csv", text))


SERVICES = "LGSL,Description,Providing Tier\n"
REGISTER = (
    "local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,nation,"
    "local-authority-type,county-la,combined-authority,alt-names,former-gss-codes,current-authority,"
    "ecode,pop-2020,area\n"
)
BODY = "TST,Testing Council,Testing,E06999901,2020-04-01,,,England,UA,,,,,True,E9991,{},9\n"


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (FileKind.COMPETENCES, SERVICES + "1,A,all\n1,B,all\n", "row 3, column LGSL: found 1 again"),
        (FileKind.COMPETENCES, SERVICES + "1.5,A,all\n", "row 2, column LGSL: found '1.5'"),
        (FileKind.COMPETENCES, SERVICES + "1,A,parish\n", "row 2, column Providing Tier: found 'parish'"),
        (FileKind.COMPETENCES, "gss,tier_id,name\nE06999901,9,T\n", "row 2, column tier_id: found '9'"),
        (FileKind.GEOGRAPHY, REGISTER + BODY.format("many"), "row 2, column pop-2020: found 'many'"),
        (FileKind.GEOGRAPHY, REGISTER + BODY.format("-5"), "row 2, column pop-2020: found '-5'"),
        (FileKind.GEOGRAPHY, REGISTER + BODY.format(5).replace("2020-04-01", "April"), "column start-date"),
        (FileKind.GEOGRAPHY, REGISTER + BODY.format(5).replace(",UA,", ",ZZ,"), "local-authority-type"),
        (FileKind.GEOGRAPHY, REGISTER + BODY.format(5).replace(",,,England", ",,XXX,England"), "replaced-by"),
        (FileKind.GEOGRAPHY, "LADCD,LADNM,LADCD_ACTIVE,LADNM_ACTIVE\nx,A,,\n", "row 2, column LADCD"),
        (FileKind.GEOGRAPHY, REGISTER.replace("official-", "") + BODY.format(5), "no column 'official-name'"),
        (FileKind.NEED, "ltla24_code,imd_average_score\nE06999901,3\n", "row 1: found no column 'imd_"),
    ],
)
def test_lists_that_are_wrong_are_named(write: Write, kind: FileKind, text: str, said: str) -> None:
    assert said in refusal(kind, write("list.csv", text))


def test_need_takes_its_year_from_the_name_of_the_file_or_from_whoever_imports_it(write: Write) -> None:
    text = "ltla21_code,Score,Proportion,Extent\nE06999901,30,0.1,0\nE06999902,40,,0\nE06999903,,0.2,0\n"
    parsed = read(FileKind.NEED, write("imd2015_x.csv", text))
    found = {each.code: (each.vintage, each.value, each.share, each.rank, each.n) for each in parsed.figures}
    assert found == {
        "E06999901": ("2015", "30", "0.1", 2, 3),
        "E06999902": ("2015", "40", "", 1, 3),
        "E06999903": ("2015", "", "0.2", None, 3),
    }
    assert "no year" in refusal(FileKind.NEED, write("x.csv", text))
    assert read(FileKind.NEED, write("x.csv", text), name="2010").source.dataset == "need/2010"
