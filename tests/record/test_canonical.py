"""The one way in which a value is written before it is hashed."""

import json
import unicodedata
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covenant.record.types import DEEPEST, canonical, root, seal

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | names,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(values)
def test_a_value_that_was_kept_as_json_is_written_as_before(value: object) -> None:
    assert canonical(json.loads(json.dumps(value))) == canonical(value)


@given(values, values)
def test_two_values_are_written_alike_only_if_they_are_alike(one: object, other: object) -> None:
    assert (canonical(one) == canonical(other)) == (_typed(one) == _typed(other))


def _typed(value: object) -> object:
    """True is not 1, though Python says so."""
    if isinstance(value, dict):
        return {name: _typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner) for inner in value]
    return type(value), value


@given(st.dictionaries(names, st.integers(), min_size=2))
def test_the_order_of_names_changes_nothing(value: dict) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


FRACTIONS = [1.0, 0.1, float("nan"), float("inf"), [[2.5]], {"a": {"b": (1, -0.0)}}]


@pytest.mark.parametrize("value", FRACTIONS, ids=repr)
def test_a_fraction_is_refused_however_deep(value: object) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        canonical(value)


@pytest.mark.parametrize("value", [{1: "a"}, {None: "a"}, {"a": [{True: 1}]}, {10: 1, 2: 1}], ids=repr)
def test_a_name_that_is_not_text_is_refused_since_it_would_come_back_as_text(value: object) -> None:
    with pytest.raises(ValueError, match="name"):
        canonical(value)


@pytest.mark.parametrize("value", ["\ud800", ["a\udfff"], {"\udc00": 1}])
def test_half_a_character_is_refused_since_utf_8_cannot_write_it(value: object) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        canonical(value)


@pytest.mark.parametrize("value", [date(2026, 1, 1), UUID(int=1), b"bytes", {1, 2}], ids=repr)
def test_what_is_not_of_jsons_types_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_nesting_has_an_end() -> None:
    value: list = []
    for _ in range(DEEPEST - 1):
        value = [value]
    assert canonical(value) == b"[" * DEEPEST + b"]" * DEEPEST
    with pytest.raises(ValueError, match="within each other"):
        canonical([value])


def test_one_letter_in_two_forms_of_unicode_stays_two() -> None:
    composed, apart = unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")
    assert composed != apart
    assert canonical(composed).decode() == f'"{composed}"'
    assert canonical(apart).decode() == f'"{apart}"'
    assert canonical({composed: 1, apart: 2}) != canonical({apart: 1, composed: 2})


def test_a_seal_needs_the_salt_and_the_value() -> None:
    assert seal("Ada", b"a" * 32) == seal("Ada", b"a" * 32)
    assert len({seal("Ada", b"a" * 32), seal("Ada", b"b" * 32), seal("Bea", b"a" * 32)}) == 3
    with pytest.raises(ValueError, match="32"):
        seal("Ada", b"a" * 31)


@given(st.dictionaries(names, st.integers(), min_size=1), st.data())
def test_a_root_changes_with_any_field(fields: dict, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(fields)))
    assert root({**fields, name: fields[name] + 1}) != root(fields)
    assert root({other: value for other, value in fields.items() if other != name}) != root(fields)
