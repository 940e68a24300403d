"""Lexicons: what the house's holds, what is read from one's own, and what is said of a faulty one."""

import re
from pathlib import Path

import pytest

from covenant.place.types import Sector, Tier
from covenant.scrutinise.engine.terms import EntryKind, Index, forms
from covenant.scrutinise.engine.text import read
from covenant.scrutinise.formats.faults import FaultyFile
from covenant.scrutinise.formats.lexicon import FORMAT, KEYS, MOST_LETTERS, read_lexicon

PAGE = Path(__file__).parents[2] / "docs" / "standard" / "lexicon.md"
HEAD = 'format = "covenant-lexicon/1"\ntitle = "Mine"\n'
ENTRY = '[[entries]]\nkind = "theme"\nname = "Buckets"\nterms = ["bucket", "buckets"]\n'
HOUSE = read_lexicon()
INDEX = Index(HOUSE.entries)
each_entry = pytest.mark.parametrize("entry", HOUSE.entries, ids=lambda e: f"{e.kind}: {e.name}")


def write(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_of(tmp_path, content):
    path = write(tmp_path, content)
    with pytest.raises(FaultyFile) as caught:
        read_lexicon(path)
    for fault in caught.value.faults:
        assert str(fault).isprintable() and str(fault).startswith(str(path))
    return [str(fault) for fault in caught.value.faults]


def mentioned(text, kind):
    return [
        found.entry.name
        for found in read(text, INDEX, 0).mentions
        if found.rate.count and found.entry.kind is kind
    ]


@each_entry
def test_every_term_of_the_house_is_a_mention_of_its_own_entry_alone(entry):
    for term in entry.terms:
        for written in (term, term.upper(), f"({term})", term.replace("-", " "), term.replace(" ", "\n")):
            assert mentioned(f"Word. {written}. Word.", entry.kind) == [entry.name], written


@each_entry
def test_what_an_entry_rules_out_is_no_mention_of_it(entry):
    for phrase in entry.not_terms:
        assert entry.name not in mentioned(f"Word. {phrase}. Word.", entry.kind), phrase


@each_entry
def test_every_entry_of_the_house_says_why_it_has_these_words(entry):
    assert len(entry.note) > 15 and entry.note.endswith(".")


def test_no_term_stands_under_two_entries_of_one_kind():
    seen = {}
    for entry in HOUSE.entries:
        for form in {form for term in entry.terms for form in forms(term)}:
            assert seen.setdefault((entry.kind, form), entry.name) == entry.name


def test_every_tier_and_sector_of_a_covenant_has_its_words():
    tiers = " ".join(entry.name for entry in HOUSE.entries if entry.kind is EntryKind.TIER)
    assert all(tier.label.split()[0] in tiers for tier in Tier)
    sectors = " ".join(entry.name for entry in HOUSE.entries if entry.kind is EntryKind.SECTOR)
    assert all(sector.label in sectors for sector in Sector)


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("Parish councils, the Combined Authority and HM Treasury", "tier",
         ["Parish or town", "County or combined authority", "Nation"]),
        ("local government and central government", "tier", ["Local government, tier not said", "Nation"]),
        ("the state of play; a charity shop; business as usual", "sector", []),
        ("voluntary, community and social enterprise (VCSE) bodies", "sector", ["Civil society as a whole"]),
        ("not the private sector", "sector", ["Business"]),
        ("a community interest company", "sector", ["Social enterprises and mutuals"]),
        ("in good faith", "sector", []),
        ("Public Services (Social Value) Act", "document", ["Public Services (Social Value) Act 2012"]),
        ("the Public Services (Social Value) Act 2012", "theme", []),
        ("the Social Value Act\u2019s aims", "document", ["Public Services (Social Value) Act 2012"]),
        ("a compact camera and the Compact", "document", ["The Compact (1998, 2010)"]),
        ("a neighborhood organization", "tier", ["Neighbourhood"]),
        ("centralized, top down", "theme", ["Top-down and central direction"]),
        ("human\nrelationships", "theme", ["Working relationship agreements"]),
    ],
)  # fmt: skip
def test_the_house_tells_apart_what_a_reader_would(text, kind, names):
    assert mentioned(text, EntryKind(kind)) == names


def test_a_file_of_ones_own_replaces_the_house(tmp_path):
    mine = read_lexicon(write(tmp_path, HEAD + ENTRY + 'not = ["bucket list"]\nnote = "Spouts leak."\n'))
    (entry,) = mine.entries
    assert (mine.title, entry.name, entry.terms) == ("Mine", "Buckets", ("bucket", "buckets"))
    assert (entry.not_terms, entry.note) == (("bucket list",), "Spouts leak.")


def test_a_file_that_extends_the_house_adds_to_it_and_takes_the_place_of_its_namesakes(tmp_path):
    youth = '[[entries]]\nkind = "theme"\nname = "Young people"\nterms = ["pupils"]\n'
    mine = read_lexicon(write(tmp_path, HEAD + "extends = true\n" + youth + ENTRY))
    assert len(mine.entries) == len(HOUSE.entries) + 1
    assert [entry.name for entry in mine.entries][-1] == "Buckets"
    assert next(entry for entry in mine.entries if entry.name == "Young people").terms == ("pupils",)
    taken = ENTRY.replace('"bucket"', '"procurement"')
    assert "'procurement', which 'Procurement and commissioning' has too" in " ".join(
        faults_of(tmp_path, HEAD + "extends = true\n" + taken)
    )


def test_all_faults_are_named_at_once(tmp_path):
    faults = faults_of(
        tmp_path,
        'format = "covenant-lexicon/2"\nextends = "yes"\ncolour = 1\n'
        '[[entries]]\nkind = "teir"\nname = "A"\nterms = []\n'
        '[[entries]]\nname = "B"\nterms = ["ok", 3, "a;b", "x.*", "", "...", "ok"]\nnots = []\n'
        '[[entries]]\nkind = "theme"\nterms = ["state"]\nnot = ["states", "state"]\n'
        '[[entries]]\nkind = "theme"\nname = "C"\nterms = ["one", "\\u001b[2J"]\n'
        '[[entries]]\nkind = "theme"\nname = "C"\nterms = ["two"]\n',
    )
    for expected in (
        "found 'covenant-lexicon/2'; expected 'covenant-lexicon/1'",
        "title: found nothing stated",
        "extends: found 'yes'; expected true or false",
        "colour: found a key that the format does not have",
        "entry 1 (A), kind: found 'teir'; expected one of 'tier', 'sector', 'document', 'theme'",
        "did you mean 'tier'?",
        "entry 1 (A), terms: found an empty list",
        "entry 2 (B), kind: found nothing stated",
        "entry 2 (B), nots: found a key",
        "did you mean 'not'?",
        "found the number 3",
        "found 'a;b'; expected words with only spaces",
        "found 'x.*'; expected words with only spaces",
        "found ''; expected a text of 1 to 200 letters",
        "found '...'; expected words",
        "found 'ok' beside 'ok'; expected each way of writing it once",
        "entry 3, name: found nothing stated",
        "entry 3, not: found 'states', which holds no term",
        "entry 3, not: found 'state', one of its terms",
        "found '\\x1b[2J'; expected a text on one line, without control characters",
        "found 'C' twice",
    ):
        assert any(expected in fault for fault in faults), expected
    assert len(faults) == 19


def test_one_term_under_two_names_is_a_fault_however_it_is_written(tmp_path):
    other = ENTRY.replace("Buckets", "Pails").replace('"bucket", "buckets"', '"pail", "Bucket\u2019s"')
    (fault,) = faults_of(tmp_path, HEAD + ENTRY + other)
    assert "'Bucket\u2019s', which 'Buckets' has too; expected each term under one theme only" in fault
    read_lexicon(write(tmp_path, HEAD + ENTRY + other.replace('"theme"', '"sector"')))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "at least one table"),
        (HEAD.encode() + b"entries = 3", "found the number 3"),
        (HEAD.encode() + b'entries = "none"', "at least one table"),
        (HEAD.encode() + b"entries = []", "found an empty list"),
        (b"\xff", "UTF-8"),
        (b"a = [", "no valid TOML"),
        (HEAD + ENTRY * 2001, "at most 2,000"),
        (HEAD + ENTRY.replace('"bucket"', '"' + "a " * 13 + '"'), "at most 12 words"),
        (HEAD + ENTRY.replace('"bucket"', '"' + "a" * (MOST_LETTERS + 1) + '"'), "1 to 200 letters"),
        (HEAD + ENTRY.replace('"bucket"', ", ".join(f'"w{n}"' for n in range(20_001))), "20,000 phrases"),
        (
            HEAD + ENTRY.replace('"bucket"', ", ".join(f'"{"a-b " * 5}w-{n}"' for n in range(400))),
            "20,000 phrases",
        ),
        (HEAD + ENTRY.replace('"bucket"', '"' + "-".join("abcdefghijkl") + '"'), ""),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_a_line(tmp_path, content, says):
    if not says:
        read_lexicon(write(tmp_path, content))
        return
    assert any(says in fault for fault in faults_of(tmp_path, content))


def test_the_page_documents_every_key_and_kind_and_its_example_is_read(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([\w\[\]]+)`", page, re.MULTILINE))
    assert told == {key for keys in KEYS.values() for key in keys}
    assert FORMAT in page
    assert all(f"`{kind}`" in page for kind in EntryKind)
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1)
    assert len(read_lexicon(write(tmp_path, example)).entries) > len(HOUSE.entries)
