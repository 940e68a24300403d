"""No rule knows a document: nothing that stands only in an example stands in the slice."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.scrutinise import programmes as planted

ROOT = Path(__file__).parents[2]
SLICE = sorted(
    path
    for path in (ROOT / "covenant" / "scrutinise").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
    if path.name not in ("lexicon.toml", "lineage.toml")  # they name documents; no rule reads them
)
EXAMPLES = [ROOT / "docs" / "standard" / "programme-template.toml", *sorted(ROOT.glob("examples/**/*.toml"))]
# Documents, their authors, their schemes and their places, of which a general rule can know nothing.
NAMED = (
    r"\bCompacts?\b",
    r"big society",
    r"levelling[ -]up",
    r"kruger",
    r"civil society (covenant|strategy|council)",
    r"local covenant partnerships?",
    r"social value act",
    r"public services \(social",
    r"rise of impact",
    r"art of the possible",
    r"impact invest",
    r"volunteer(ing)? (passport|reserve|futures)",
    r"community (power|wealth|covenant|recovery)",
    r"pop-up parish",
    r"neighbour day",
    r"shared society",
    r"green paper|white paper",
    r"town deal|towns fund",
    r"\bDCMS\b|\bMHCLG\b|cabinet office|whitehall|downing street",
    r"hartlepool|walsall|stockton|manchester",
)


def texts(value):
    """Every text in a parsed example that is long enough to be nobody else's."""
    if isinstance(value, dict):
        return [found for item in value.values() for found in texts(item)]
    if isinstance(value, list):
        return [found for item in value for found in texts(item)]
    return [value] if isinstance(value, str) and len(value) > 14 and " " in value else []


def said_only_in_examples():
    said = [planted.BOTTOM_UP.wording, planted.programme().title]
    said += [actor.name for actor in planted.EVERYBODY]
    for example in EXAMPLES:
        said += texts(tomllib.loads(example.read_text(encoding="utf-8")))
    return said


@pytest.mark.parametrize("path", SLICE, ids=lambda path: path.name)
def test_no_file_of_the_slice_names_a_document_or_what_stands_only_in_an_example(path):
    content = " ".join(path.read_text(encoding="utf-8").split())
    for name in NAMED:
        flags = 0 if name.startswith(r"\b") else re.IGNORECASE
        assert not re.search(name, content, flags), name
    for text in said_only_in_examples():
        assert text.casefold() not in content.casefold(), text


def test_no_rule_reads_the_lexicon_which_names_documents():
    names = r"\b(lexicon|terms|text)\b"
    reading = rf"scrutinise(\.engine)? import .*{names}|scrutinise(\.engine)?\.{names}"
    allowed = {"lexicon.py", "documents.py", "text.py", "text_cli.py"}
    code = [path for path in SLICE if path.suffix == ".py"]
    assert {path.name for path in code if re.search(reading, path.read_text(encoding="utf-8"))} == allowed
    naming = {path.name for path in code if "lexicon.toml" in path.read_text(encoding="utf-8")}
    assert naming == {"lexicon.py"}


def test_the_search_would_find_what_it_seeks():
    assert len(SLICE) > 15 and len(said_only_in_examples()) > 15
    assert any(re.search(name, "the Local Covenant Partnerships Fund", re.I) for name in NAMED)
    assert "Every street decides about its own pump." in said_only_in_examples()


def test_the_file_that_names_earlier_documents_is_read_by_no_rule():
    engine = [path for path in SLICE if path.parent.name == "engine"]
    assert len(engine) > 15
    for path in engine:
        assert not re.search(r"lineage\.toml|crosswalk|resources", path.read_text(encoding="utf-8")), path
