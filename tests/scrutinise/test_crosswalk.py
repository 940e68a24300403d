"""What earlier documents held: the house's own file, files of one's own, faulty ones, and the command."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from covenant.scrutinise.formats.crosswalk import (
    KEYS,
    EarlierDocument,
    Mark,
    as_json,
    read_crosswalk,
    unanswered,
)
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.lineage_cli import lineage
from covenant.scrutinise.programme import NOT_STATED, Inherited, Relation

PAGE = Path(__file__).parents[2] / "docs" / "standard" / "lineage.md"
HEAD = 'format = "covenant-lineage/1"\n'
PLAN = '[[documents]]\nid = "plan"\nyear = 2031\ntitle = "The Plan"\n'
ITEM = '[[documents.items]]\nid = "pumps"\ntext = "A pump for each street."\n'
app = Typer()
app.command()(lineage)


def write(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_of(tmp_path, content):
    with pytest.raises(FaultyFile) as caught:
        read_crosswalk(write(tmp_path, content))
    assert all(str(fault).isprintable() for fault in caught.value.faults)
    return [str(fault).split(": ", 1)[1] for fault in caught.value.faults]


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "80"})


def test_the_house_lists_ten_documents_from_1998_to_2026_with_what_each_held():
    documents = {document.id: document for document in read_crosswalk()}
    assert [document.year for document in documents.values()] == [
        1998, 2012, 2016, 2017, 2018, 2020, 2022, 2022, 2025, 2026
    ]  # fmt: skip
    assert all(document.items for document in documents.values())
    chapters = {item.theme for item in documents["strategy-2018"].items}
    assert chapters == {"People", "Places", "the Social Sector", "the Private Sector", "the Public Sector"}
    principles = {item.theme for item in documents["covenant-2025"].items} - {NOT_STATED}
    assert len(principles) == 4
    assert documents["rise-2017"].unknown == "the five steps themselves"
    assert {item.theme for item in documents["report-2020"].items} == {
        "Power",
        "People",
        "Places",
        NOT_STATED,
    }


def test_every_fact_of_the_house_has_its_source_or_says_that_it_has_none():
    for document in read_crosswalk():
        for item in document.items:
            sourced = item.source is not NOT_STATED or bool(document.sources)
            assert item.mark is Mark.MEMORY or sourced, item.id
            assert item.id.startswith(f"{document.id}.") and item.text.endswith("."), item.id
            assert item.mark is Mark.READ or item.source is NOT_STATED, item.id


@pytest.mark.parametrize(
    "quoted", ["reasonably and quickly", "without fear of reprisal", "share power and resources"]
)
def test_no_fact_of_the_house_has_the_words_of_a_document(quoted):
    examples = (PAGE.parents[2] / "examples").glob("*.toml")
    assert any(quoted in path.read_text(encoding="utf-8") for path in examples), "an example quotes them"
    assert quoted not in str(read_crosswalk())


def test_a_file_of_ones_own_is_read_oldest_first_and_what_it_leaves_out_is_not_stated(tmp_path):
    older = PLAN.replace("plan", "older").replace("2031", "1999")
    plan, after = read_crosswalk(write(tmp_path, HEAD + PLAN + ITEM + older))
    assert (plan.id, after.id) == ("older", "plan")
    (item,) = after.items
    assert (after.by, after.sources, after.unknown, item.theme, item.source) == (
        NOT_STATED, (), NOT_STATED, NOT_STATED, NOT_STATED
    )  # fmt: skip
    assert item.mark is Mark.MEMORY and plan.items == ()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "format: found nothing; expected 'covenant-lineage/1'"),
        (HEAD, "documents: found none; expected at least one [[documents]] table"),
        (HEAD + PLAN + PLAN, "documents, id: found 'plan' 2 times; expected each id once"),
        (HEAD + PLAN + ITEM + ITEM, "items, id: found 'pumps' 2 times; expected each id once"),
        (HEAD + PLAN.replace("2031", '"2031"'), "documents[1] (plan), year: found '2031'; expected a year"),
        (HEAD + PLAN.replace("2031", "9" * 4000), "documents[1] (plan), year: found"),
        (HEAD + PLAN.replace("2031", "true"), "documents[1] (plan), year: found true"),
        (HEAD + PLAN + 'titel = "x"\n', "documents[1] (plan), titel: found a key"),
        (HEAD + PLAN + 'sources = "gov"\n', "documents[1] (plan), sources: found 'gov'"),
        (HEAD + PLAN + "sources = [3]\n", "documents[1] (plan), sources[1]: found the number 3"),
        (HEAD + PLAN + ITEM.replace("A pump", "\\u001b[31m"), "documents[1] (plan), items[1], text: found"),
        (HEAD + PLAN + ITEM + 'mark = "sure"\n', "documents[1] (plan), items[1], mark: found 'sure'"),
        (
            HEAD + PLAN + ITEM + 'mark = "read in a source"\n',
            "documents[1] (plan), items[1], mark: found 'read in a source'; expected a source",
        ),
        (HEAD + "documents = 3\n", "documents: found the number 3"),
        (HEAD + PLAN + 'items = "many"\n', "documents[1] (plan), items: found 'many'"),
        (b"\xff\xfe", "byte 1: found bytes that are not UTF-8"),
        (HEAD + "a = " + "[" * 9_000, "found tables or lists nested too deeply"),
        (b"#" * 2_000_001, "found more than 2,000,000 bytes"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, content, fault):
    found = faults_of(tmp_path, content)
    assert any(each.startswith(fault) for each in found), found


def test_all_faults_are_listed_at_once(tmp_path):
    content = HEAD + PLAN.replace("2031", "31").replace("The Plan", "") + ITEM.replace("pumps", "")
    assert len(faults_of(tmp_path, content)) == 3


def test_items_of_earlier_documents_without_a_row_have_not_been_looked_for():
    documents = read_crosswalk()
    every = {item.id for document in documents if document.year < 2020 for item in document.items}
    found = unanswered(documents, 2020, NOT_STATED)
    assert {item.id for document in found for item in document.items} == every
    rows = [
        Inherited(item.id, document.id, item.text, relation)
        for document in documents[:3]
        for item, relation in zip(document.items, [Relation.NOT_FOUND, NOT_STATED, *Relation], strict=False)
    ]
    left = unanswered(documents, 2020, tuple(rows))
    assert [document.id for document in left] == ["rise-2017", "strategy-2018"]
    other = [Inherited(documents[0].items[0].id, "another", "x")]
    assert unanswered(documents, 1999, other)[0].items == documents[0].items, "a row is of its own document"
    assert unanswered(documents, 1998, ()) == ()
    assert unanswered([EarlierDocument("a", 1990, "A", NOT_STATED, ())], 2020, ()) == ()


def test_the_command_prints_every_item_with_its_source_and_what_is_not_known():
    result = run("rise-2017")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0 and result.stderr == ""
    assert "Not known here: the five steps themselves." in words
    assert "rise-2017.mainstream" in result.stdout and "from memory: check" in words
    everything = run()
    assert max(map(len, everything.stdout.splitlines())) <= 80
    for document in read_crosswalk():
        assert f"Id: {document.id}\n" in everything.stdout
        for item in document.items:
            assert item.id in everything.stdout


def test_json_is_all_that_is_printed_and_says_the_same():
    result = run("--json")
    assert json.loads(result.stdout) == as_json(read_crosswalk())
    (one,) = json.loads(run("compact-1998", "--json").stdout)["documents"]
    assert one["year"] == 1998 and set(one) == set(KEYS["documents"])
    assert set(one["items"][0]) == set(KEYS["items"])


def test_an_id_that_is_not_there_and_a_faulty_file_end_with_2_and_one_line_each(tmp_path):
    result = run("compakt-1998")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'compact-1998'?" in result.stderr and result.stderr.count("\n") == 1
    faulty = run("--file", write(tmp_path, HEAD + PLAN + "x = 1\ny = 2\n"))
    assert (faulty.exit_code, faulty.stdout, faulty.stderr.count("\n")) == (2, "", 2)
    absent = run("--file", tmp_path / "absent.toml")
    assert absent.exit_code == 2 and "cannot be read" in absent.stderr


def test_what_a_file_says_is_never_markup(tmp_path):
    content = HEAD + PLAN.replace("The Plan", "[bold]The Plan[/bold]") + ITEM.replace("A pump", "[red]A pump")
    result = run("--file", write(tmp_path, content))
    assert "[bold]The Plan[/bold]" in result.stdout and "[red]A pump" in result.stdout


def test_reading_it_starts_neither_django_nor_numba():
    code = "import sys, covenant.scrutinise.lineage_cli; print({'django', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_page_documents_every_key_and_no_other():
    page = PAGE.read_text(encoding="utf-8")
    told = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    assert told == [key for keys in KEYS.values() for key in keys]
    for mark in Mark:
        assert f"`{mark.value}`" in page
    for relation in Relation:
        assert f"`{relation.value}`" in page
