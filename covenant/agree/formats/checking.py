"""Holds a file to the Open Covenant Standard: every fault at once, with a JSON pointer and plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from covenant.agree.formats.faults import MOST_FAULTS, MOST_GUESSES, Fault, NotValid, near, shown, unseen

SCHEMA = Path(__file__).parent / "open-covenant-0.1.schema.json"
MOST_BYTES, MOST_VALUES, DEEPEST, LARGEST = 20_000_000, 1_000_000, 30, 2**53


def parse(data: bytes) -> dict[str, Any]:
    """A file as JSON: an object of texts, whole numbers, lists and objects, none of it hidden.

    Raises
    ------
    NotValid
        Where it is no JSON, or holds what two programs may read differently.
    """
    if len(data) > MOST_BYTES:
        raise NotValid([Fault("", f"The file has more than {MOST_BYTES:,} bytes.")])
    twice: list[Fault] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs) and len(twice) < MOST_FAULTS:
            names = [name for name, _ in pairs]
            name = next(name for name in names if names.count(name) > 1)
            twice.append(Fault("", f"{shown(name)} stands twice in one object: say it once."))
        return found

    try:
        read = json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise NotValid([Fault("", f"Byte {error.start + 1} is no UTF-8: save it as UTF-8.")]) from None
    except RecursionError:
        raise NotValid([Fault("", "Lists or objects stand too deeply within each other.")]) from None
    except json.JSONDecodeError as error:
        said = f"Line {error.lineno}, column {error.colno}: this is no JSON ({error.msg})."
        raise NotValid([Fault("", said)]) from None
    except ValueError:
        raise NotValid([Fault("", "There is a number beyond all use.")]) from None
    faults = twice + list(islice(_hidden(read), MOST_FAULTS))
    if not isinstance(read, dict):
        faults.append(Fault("", f"The file holds {shown(read)}, where the standard has an object."))
    if faults:
        raise NotValid(faults)
    return read


def _hidden(read: object) -> Iterator[Fault]:
    """What no reader would see or two programs would read differently."""
    waiting, seen = [("", read, 0)], 0
    while waiting:
        at, value, depth = waiting.pop()
        seen += 1
        if seen > MOST_VALUES or depth > DEEPEST:
            yield Fault(at[:200], "There are too many values, or they stand too deeply within each other.")
            return
        if isinstance(value, str):
            if unseen(value):
                yield Fault(at, "There is a character that no reader sees: take it out.")
        elif isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
            yield Fault(at, "Numbers are whole and have at most 15 figures: write others as text.")
        elif isinstance(value, dict):
            for name in value:
                if not name.isprintable():
                    yield Fault(at, f"{shown(name)} is no name of a field.")
            waiting += [(f"{at}/{_token(name)}", inner, depth + 1) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{at}/{place}", inner, depth + 1) for place, inner in enumerate(value)]


def _token(name: str) -> str:
    return name[:100].replace("~", "~0").replace("/", "~1")


def pointer(*parts: object) -> str:
    """The JSON pointer (RFC 6901) to a part of a file.

    >>> pointer("covenant", "versions", 0, "a/b")
    '/covenant/versions/0/a~1b'
    """
    return "".join(f"/{_token(str(part))}" for part in parts)


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the standard."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


@cache
def _validator() -> Draft202012Validator:
    checker = FormatChecker(formats=())
    checker.checks("date")(_is_day)
    checker.checks("date-time")(_is_moment)
    return Draft202012Validator(schema(), format_checker=checker)


def _is_day(value: object) -> bool:
    try:
        return not isinstance(value, str) or bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_moment(value: object) -> bool:
    try:
        return not isinstance(value, str) or bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def of_schema(file: Mapping[str, Any]) -> list[Fault]:
    """What in a file is not as the schema has it, in the order of the file."""
    errors = islice(_validator().iter_errors(file), MOST_FAULTS)
    found: dict[Fault, None] = {}
    for error in errors:
        for fault in _said(error, guess=len(found) < MOST_GUESSES):
            found.setdefault(fault)
    return sorted(found, key=lambda fault: [(p.zfill(6) if p.isdigit() else p) for p in fault.at.split("/")])


def _said(error: ValidationError, *, guess: bool) -> Iterator[Fault]:
    at, value, wanted = pointer(*error.absolute_path), error.instance, error.validator_value
    expected = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    match error.validator:
        case "required":
            name = error.message.split("'")[1]
            yield Fault(at, f"“{name}” is missing.")
        case "additionalProperties":
            known = list(error.schema.get("properties", ()))
            for name in islice((each for each in value if each not in known), 20):
                yield Fault(
                    f"{at}/{_token(name)}",
                    f"The standard has no field of this name here.{near(name, known, guess=guess)}",
                )
        case "type":
            kind = {"object": "an object", "array": "a list", "string": "a text", "integer": "a whole number"}
            yield Fault(at, f"{shown(value)} stands here; expected {expected or kind.get(wanted, wanted)}.")
        case "enum" | "const":
            words = wanted if error.validator == "enum" else [wanted]
            close = near(value, words, guess=guess) if isinstance(value, str) else ""
            said = ", ".join(f"“{each}”" for each in words)
            yield Fault(at, f"{shown(value)} stands here; expected one of {said}.{close}")
        case "minItems":
            yield Fault(at, f"The list has {len(value)}; expected at least {wanted}.")
        case "maxItems":
            yield Fault(at, f"The list has {len(value):,}; expected at most {wanted:,}.")
        case _:
            yield Fault(
                at, f"{shown(value)} stands here; expected {expected or f'{error.validator} {wanted}'}."
            )
