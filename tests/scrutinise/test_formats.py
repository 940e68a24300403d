"""Programme files: what is read from a good one, and what is said of a faulty one."""

import re
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.place.types import Sector, Tier
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.keys import CHOICES, DAYS, KEYS
from covenant.scrutinise.formats.programmes import read_programme
from covenant.scrutinise.formats.thresholds import read_thresholds
from covenant.scrutinise.programme import (
    NOT_STATED,
    Actor,
    Direction,
    Funding,
    Kind,
    LevelReason,
)

STANDARD = Path(__file__).parents[2] / "docs" / "standard"
HEAD = 'format = "covenant-programme/2"\n'
TITLE = '[programme]\ntitle = "Buckets"\n'
PROPOSAL = '[[proposals]]\nid = "P1"\n'
LEAST = HEAD + TITLE + PROPOSAL


def faults_of(tmp_path, content):
    """Everything that is said against a file of this content."""
    path = tmp_path / "plan.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FaultyFile) as caught:
        read_programme(path)
    for fault in caught.value.faults:
        assert fault.found and fault.expected
        assert str(fault).isprintable() and str(fault).startswith(str(path)), "one line that names the file"
    return caught.value.faults


def read(tmp_path, content):
    path = tmp_path / "plan.toml"
    path.write_text(content, encoding="utf-8")
    return read_programme(path)


def test_what_a_file_leaves_out_is_not_stated(tmp_path):
    programme = read(tmp_path, LEAST)
    (proposal,) = programme.proposals
    assert (programme.title, programme.source, programme.ends) == ("Buckets", NOT_STATED, NOT_STATED)
    assert proposal.kind is Kind.PROPOSAL and proposal.level_reasons == ()
    fields = ("text", "started_by", "decided_by", "affected", "parties", "consultation_held", "duties")
    assert {getattr(proposal, field) for field in fields} == {NOT_STATED}


def test_none_not_stated_and_unnamed_are_three_different_things(tmp_path):
    fields = 'started_by = "none"\ndecided_by = "not stated"\naffected = ["unnamed"]\nduties = "none"\n'
    (proposal,) = read(tmp_path, LEAST + fields).proposals
    assert proposal.started_by == ()
    assert proposal.decided_by is NOT_STATED
    assert proposal.affected == (Actor(),)
    assert proposal.duties == ()


def test_the_template_is_read_whole():
    programme = read_programme(STANDARD / "programme-template.toml")
    by_id = {proposal.id: proposal for proposal in programme.proposals}
    first = by_id["P1"]
    assert programme.date == "2031-04-01"
    assert [end.direction for end in programme.ends] == [Direction.BOTTOM_UP]
    assert [(actor.sector, actor.tier) for actor in first.decided_by] == [(Sector.STATE, Tier.NATION)]
    assert first.consultation_held == () and first.consultation_promised is NOT_STATED
    assert first.duties[0].funding is Funding.NONE and first.duties[0].where == "p. 5, para 3"
    assert first.found_at("decided_by") == "p. 4, box"
    assert by_id["P3"].level_reasons == (LevelReason.SAFEGUARDING,)


def test_a_file_is_read_alike_with_a_byte_order_mark_and_windows_line_ends(tmp_path):
    plain = (STANDARD / "programme-template.toml").read_bytes()
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"))
    assert read_programme(path) == read_programme(STANDARD / "programme-template.toml")


def test_every_fault_is_named_at_once_with_its_place_and_key(tmp_path):
    faults = faults_of(
        tmp_path,
        'format = "covenant-programme/9"\nproposal = 1\n[programme]\ndate = "soon"\n'
        '[actors.none]\nname = "Nobody"\n[actors.guild]\nsector = "charity"\ntier = 3\n'
        '[[ends]]\ndirection = "upwards"\nfor_proposals = ["P9"]\n'
        '[[proposals]]\nid = "P1"\ndecidedby = ["guild"]\ndecided_by = ["gild"]\naffected = []\n'
        'kind = "idea"\nlevel_reasons = ["because"]\n[proposals.where]\nshape = "p. 1"\n'
        '[[proposals.duties]]\nfunding = "lots"\non = "guild"\n'
        '[[proposals]]\nid = "P1"\ntext = 4\nduties = 5\n',
    )
    named = {fault.key for fault in faults}
    assert named >= {
        *("format", "proposal", "title", "date", "id", "sector", "tier", "wording", "direction"),
        *(
            "for_proposals",
            "decidedby",
            "decided_by",
            "affected",
            "kind",
            "level_reasons",
            "shape",
            "funding",
        ),
        *("on", "text", "duties"),
    }
    assert len(faults) == 21
    places = {fault.key: fault.place for fault in faults}
    assert "P1" in places["decidedby"] and "[1]" in places["decidedby"]
    assert "duties[1]" in places["funding"]
    assert places["sector"] == "actors.guild"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("decidedby = ['unnamed']", "decided_by"),
        ("affects = ['unnamed']", "affected"),
        ("level_reason = ['rights']", "level_reasons"),
        ("decided_by = ['unamed']", "unnamed"),
        ("kind = 'comitment'", "commitment"),
    ],
)
def test_a_misspelling_is_answered_with_what_may_be_meant(tmp_path, wrong, right):
    (fault,) = faults_of(tmp_path, LEAST + wrong)
    assert f"did you mean {right!r}" in fault.expected


@pytest.mark.parametrize(
    "value",
    ["1", "1.5", "true", "[]", "[1]", "[[]]", "['']", "{}", "''", "2031-01-01", "nan", "9" * 400],
)
@pytest.mark.parametrize("key", sorted(KEYS["proposals"]))
def test_a_value_of_the_wrong_kind_is_a_fault_of_that_key(tmp_path, key, value):
    if (key, value) == ("where", "{}"):
        return  # an empty table of places says nothing, and nothing wrong
    if key in DAYS and value == "2031-01-01":
        return  # a day
    start = HEAD + TITLE + ("[[proposals]]\n" if key == "id" else PROPOSAL)
    faults = faults_of(tmp_path, f"{start}{key} = {value}\n")
    assert {fault.key for fault in faults} == {key}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "format"),
        (b"   \n\n", "format"),
        (b"\x00\x01\x02\x03", "TOML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        ("title = “Café”".encode("utf-16"), "UTF-8"),
        (LEAST.encode() + b'text = "caf\xe9"', "UTF-8"),
        (LEAST.encode() + b"text = oops\n", "line 6"),
        (LEAST.encode() * 2, "line"),
        (LEAST.encode() + b'text = """' + b"a" * 2_000_001 + b'"""', "2,000,000"),
        (LEAST.encode() + b'text = "' + b"a" * 5_001 + b'"', "5,000"),
        (LEAST.encode() + b"parties = " + b"[" * 100_000, "TOML"),
        (LEAST.encode() + b"a." * 100_000 + b"a = 1", "stops"),
        (LEAST.encode() + b'"a".' * 100_000 + b"a = 1", "stops"),
        (LEAST.encode() + b"text = 1e" + b"9" * 5_000, ""),
        (LEAST.encode() + b"text = " + b"9" * 5_000, ""),
        (LEAST.encode() + PROPOSAL.encode() * 2_001, "2,000"),
        (LEAST.encode() + (PROPOSAL + "[[proposals.duties]]\n" * 1_800).encode() * 6, "10,000"),
        (LEAST.encode() + b"decided_by = [" + b"'unnamed'," * 20_001 + b"]", "20,000"),
        (HEAD.encode() + TITLE.encode(), "at least one"),
        (b"proposals = 'not stated'\n" + HEAD.encode() + TITLE.encode(), "at least one"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else value,
)
def test_a_file_that_is_no_programme_is_refused_in_a_line(tmp_path, content, words):
    assert any(words in str(fault) for fault in faults_of(tmp_path, content))


@pytest.mark.parametrize("letter", ["\\u001b[31m", "\\u0007", "\\u202e", "\\u2066"])
@pytest.mark.parametrize("key", ["text", "instrument", "where.text"])
def test_a_control_character_is_refused_and_never_printed(tmp_path, letter, key):
    (fault,) = faults_of(tmp_path, f'{LEAST}{key} = "a{letter}b"\n')
    assert "control" in fault.found


def test_thousands_of_misspelt_keys_are_all_named_in_little_time(tmp_path):
    keys = "".join(f"decided_bye{number} = 1\n" for number in range(5_000))
    assert len(faults_of(tmp_path, LEAST + keys)) == 5_000


@settings(deadline=None, max_examples=150)
@given(st.text(string.printable + "“é\u202e", max_size=80), st.integers(0, 400))
def test_no_damage_to_a_file_is_met_with_anything_but_a_list_of_faults(tmp_path_factory, noise, at):
    good = (STANDARD / "programme-template.toml").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("damaged") / "plan.toml"
    path.write_text(good[: 12 * at] + noise + good[12 * at + len(noise) :], encoding="utf-8")
    try:
        read_programme(path)
    except FaultyFile as faulty:
        assert faulty.faults and all("\n" not in str(fault) for fault in faulty.faults)


def test_a_path_that_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent.toml", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(FaultyFile):
            read_programme(path)


def test_thresholds_of_ones_own_replace_the_house_s_rule_by_rule(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[duty]\nleast_count = 2\nleast_share = 0.25\nreason = "mine"\n', encoding="utf-8")
    mine, house = read_thresholds(path), read_thresholds()
    assert (mine["duty"].least_count, float(mine["duty"].least_share)) == (2, 0.25)
    assert mine["direction"] == house["direction"]
    assert all(len(threshold.reason) > 40 for threshold in house.values())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("least_count", value) for value in ("0", "-1", "1.5", "true", "'3'", "nan")),
        *(("least_share", value) for value in ("-0.1", "1.1", "nan", "inf", "true", "'1'", "1e-999999999")),
        ("reason", "''"),
        ("reasons", "'two'"),
    ],
)
def test_a_threshold_that_makes_no_sense_is_refused(tmp_path, key, value):
    table = {"least_count": "1", "least_share": "0.5", "reason": "'mine'", key: value}
    path = tmp_path / "mine.toml"
    path.write_text("[duty]\n" + "".join(f"{key} = {value}\n" for key, value in table.items()))
    with pytest.raises(FaultyFile) as caught:
        read_thresholds(path)
    assert [fault.key for fault in caught.value.faults] == [key]


def test_the_page_of_the_standard_names_every_key_and_every_value():
    page = (STANDARD / "programme.md").read_text(encoding="utf-8")
    quoted = {words.strip('"') for words in re.findall(r"`([^`\n]+)`", page)}
    quoted |= {part for words in quoted for part in re.split(r"[\[\].]+", words)}
    sections = re.split(r"^#{2,3} ", page, flags=re.MULTILINE)
    for table, keys in KEYS.items():
        heads = {"file": "The tables", "programme": "`[programme]`", "coding": "`[coding]`"}
        heads |= {"actors": "`[actors.ID]`", "duties": "`[[proposals.duties]]`"}
        head = heads.get(table, f"`[[{table}]]`")
        told = "\n".join(section for section in sections if section.startswith(head))
        for key in keys:
            assert re.search(rf"^(\| )?`{key}`", told, re.MULTILINE), f"{table}: {key} has no row of its own"
    for key, kind in CHOICES.items():
        assert {member.value for member in kind} <= quoted, key
    for word in ("not stated", "none", "unnamed", "least_count", "least_share", "reason"):
        assert word in quoted


def test_the_page_its_table_and_the_template_name_one_edition_of_the_guide() -> None:
    page = (STANDARD / "programme.md").read_text(encoding="utf-8")
    edition = re.search(r"coding guide, edition `(programme/\d+)`", page)
    assert edition and f'| `guide` | By which edition of this page? | `"{edition[1]}"` |' in page
    assert f'guide = "{edition[1]}"\n' in (STANDARD / "programme-template.toml").read_text(encoding="utf-8")


def test_the_worked_example_of_the_page_is_read(tmp_path):
    page = (STANDARD / "programme.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.S)
    actors = '[actors.minister]\nname = "The Minister"\n[actors.councils]\nname = "Councils"\n'
    (proposal,) = read(tmp_path, HEAD + TITLE + actors + example).proposals
    assert proposal.affected is NOT_STATED and proposal.consultation_held == ()
    assert proposal.duties[0].funding is Funding.NONE
