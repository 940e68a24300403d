"""A receipt: an entry, the signed promise that it was received, the proof that it is in the record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from covenant.record.engine.merkle import leaf_hash

FORMAT, MANY = "covenant-receipt/1", "covenant-receipts/1"
LARGEST = 300_000  # bytes of one receipt
MOST = 2000  # receipts in one file
_TEXTS = ("promise", "proof")
_HELD = {"format", "leaf", "opening", *_TEXTS}


class WrongReceipt(ValueError):
    """This is no receipt; the message says why."""


@dataclass(frozen=True)
class Receipt:
    """What somebody keeps to show later that an act was received and is in the record."""

    leaf: str  # the entry as it is hashed
    promise: str = ""  # a signed note; none where no signer answered
    proof: str = ""  # a C2SP tlog-proof; none until a signed checkpoint covers the entry
    opening: Mapping[str, Any] | None = field(default=None, hash=False)  # for the one whose act it was

    @property
    def hash(self) -> bytes:
        """The hash of the entry, by which it is found."""
        return leaf_hash(self.leaf.encode())


def write(receipt: Receipt) -> str:
    """A receipt as a file.

    Examples
    --------
    >>> print(write(Receipt('{"at":"2026-03-02T12:00:00Z","body":{},"kind":"k","subject":"x"}')), end="")
    {
     "format": "covenant-receipt/1",
     "leaf": "{\\"at\\":\\"2026-03-02T12:00:00Z\\",\\"body\\":{},\\"kind\\":\\"k\\",\\"subject\\":\\"x\\"}"
    }
    """
    return json.dumps(_told(receipt), ensure_ascii=False, indent=1) + "\n"


def write_many(receipts: list[Receipt]) -> str:
    """Several receipts as one file."""
    told = {"format": MANY, "receipts": [_told(each) for each in receipts]}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _told(receipt: Receipt) -> dict[str, Any]:
    told: dict[str, Any] = {"format": FORMAT, "leaf": receipt.leaf}
    told |= {name: value for name in _TEXTS if (value := getattr(receipt, name))}
    return told if receipt.opening is None else {**told, "opening": dict(receipt.opening)}


def read(text: str) -> list[Receipt]:
    """The receipts in a file: one, or several.

    Raises
    ------
    WrongReceipt
        It holds none, or is written in a way that two readers may read differently.
    """
    told = parse(text, longest=LARGEST * MOST)
    if isinstance(told, dict) and told.get("format") == MANY:
        rows = told.get("receipts")
        if set(told) != {"format", "receipts"} or not isinstance(rows, list) or not 0 < len(rows) <= MOST:
            raise WrongReceipt(f"a file of receipts holds a list of 1 to {MOST} under “receipts”")
        return [_receipt(row) for row in rows]
    return [_receipt(told)]


def parse(text: str, *, longest: int = LARGEST) -> Any:
    """JSON that can be read in one way alone: no name twice, whole numbers, and nothing after it.

    Raises
    ------
    WrongReceipt
        It is no such JSON.
    """
    if len(text) > longest:
        raise WrongReceipt(f"this is longer than {longest} characters")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_number, parse_constant=_no_number)
    except RecursionError:
        raise WrongReceipt("lists stand too deep within each other") from None
    except WrongReceipt:
        raise
    except ValueError as fault:  # a number of too many digits is one too
        raise WrongReceipt(f"this is no JSON ({str(fault)[:100]})") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WrongReceipt("a name stands twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise WrongReceipt(f"{text[:20]} is not a whole number")


def _receipt(told: Any) -> Receipt:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise WrongReceipt(f"this is no receipt: its format is not {FORMAT}")
    if unknown := set(told) - _HELD:
        raise WrongReceipt(f"a receipt holds nothing called {ascii(min(unknown))[:40]}")
    texts = [told.get(name, "") for name in _TEXTS]
    if not isinstance(told.get("leaf"), str) or not all(isinstance(each, str) for each in texts):
        raise WrongReceipt("the entry, the promise and the proof of a receipt are texts")
    try:
        "".join([told["leaf"], *texts]).encode()
    except UnicodeEncodeError:
        raise WrongReceipt("half a character stands in it") from None
    opening = told.get("opening")
    if opening is not None and not isinstance(opening, dict):
        raise WrongReceipt("the opening of a receipt is an object")
    return Receipt(told["leaf"], texts[0], texts[1], opening)
