"""What a receipt and the signatures of a covenant show, and what they do not."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenant.record import keys
from covenant.record.checking import (
    check_receipt,
    check_receipts,
    check_signatures,
    from_form,
    write_signatures,
)
from covenant.record.engine import notes
from covenant.record.engine.receipts import Receipt, read, write, write_many
from covenant.record.keys import Standing
from covenant.record.trust import Trust, Wrong, keys_of, pinned, trust_of, witnesses_of
from covenant.record.types import data_of, root
from tests.record.copies import ORIGIN, Log, new_log

bits = st.integers(min_value=0)


def flipped(text: str, bit: int) -> bytes:
    changed = bytearray(text.encode())
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


def reread(data: bytes) -> str:
    """As a page or a command reads it: what is no UTF-8 is refused before."""
    return data.decode(errors="surrogateescape")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    made = new_log(tmp_path_factory.mktemp("log"), witnesses=2)
    made.grow(300)
    return made


def test_a_receipt_says_what_was_checked_and_what_was_not(log: Log) -> None:
    found = check_receipt(log.receipt(1), log.trust)
    assert (found.fault, found.right) == ("", True)
    said = " ".join(found.checked)
    assert "within 60 seconds" in said
    assert "at place 1 in the record of log.example/record, which had 300 entries" in said
    assert '"value": 1' in said
    assert "witness-1.example saw this state of the record at 2026-03-02T" in said
    assert any("no witness that you named" in each for each in found.unchecked)
    assert found.entry is not None and found.entry["kind"] == "vote.counted"


def test_a_promise_alone_says_that_it_is_no_more(log: Log) -> None:
    found = check_receipt(write(Receipt(log.data[2], log.promise(2))), log.trust)
    assert found.right
    assert "only a promise" in found.unchecked[0]
    assert check_receipt(write(Receipt(log.data[2])), log.trust).fault.startswith("nothing in this receipt")
    assert check_receipt(write(Receipt(log.data[2], proof=log.proof(2))), log.trust).right


@settings(max_examples=400, deadline=None)
@given(index=st.integers(0, 299), bit=bits)
def test_a_flipped_bit_in_a_receipt_is_found(log: Log, index: int, bit: int) -> None:
    assert not check_receipt(reread(flipped(log.receipt(index), bit)), log.trust).right


def test_every_flipped_bit_in_one_receipt_is_found(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    log.grow(2)
    text = log.receipt(1)
    trust = log.trust
    passed = [
        bit for bit in range(len(text.encode()) * 8) if check_receipt(reread(flipped(text, bit)), trust).right
    ]
    assert passed == []


@settings(max_examples=200, deadline=None)
@given(index=st.integers(0, 299), at=st.integers(min_value=0), more=st.binary(max_size=3))
def test_a_receipt_that_was_cut_or_added_to_is_found(log: Log, index: int, at: int, more: bytes) -> None:
    text = log.receipt(index).encode()
    where = at % len(text)
    for changed in (text[:where], text[:where] + more + text[where:], text + more):
        assert check_receipt(reread(changed), log.trust).right == (changed == text)


def test_parts_of_two_receipts_make_none(log: Log) -> None:
    one, other = read(log.receipt(1))[0], read(log.receipt(4))[0]
    for name in ("leaf", "promise", "proof", "opening"):
        mixed = replace(one, **{name: getattr(other, name)})
        assert not check_receipt(write(mixed), log.trust).right
    assert check_receipt(write(one), log.trust).right


@pytest.mark.parametrize(
    "opening",
    [
        {},
        {"salt": "0" * 64},
        {"salt": "0" * 62, "sealed": 1},
        {"salt": 1, "sealed": 1},
        {"sealed": 1, "salt": "G" * 64},
    ],
)
def test_an_opening_that_is_none_is_refused(log: Log, opening: dict) -> None:
    found = check_receipt(write(Receipt(log.data[1], log.promise(1), opening=opening)), log.trust)
    assert found.fault.startswith("the opening: ")


def test_many_receipts_are_checked_one_by_one(log: Log) -> None:
    some = [read(log.receipt(index))[0] for index in (1, 2, 3)]
    some[1] = replace(some[1], proof=some[2].proof)
    found = check_receipts(write_many(some), log.trust)
    assert [each.right for each in found] == [True, False, True]
    assert "several" in check_receipt(write_many(some), log.trust).fault
    assert not check_receipts(write_many(some) + " ", log.trust)[0].right


def test_what_was_pasted_into_a_form_is_read_as_it_was_downloaded(log: Log) -> None:
    text = log.receipt(1)
    pasted = "\r\n" + text.replace("\n", "\r\n")
    assert not check_receipt(pasted, log.trust).right
    assert check_receipt(from_form(pasted), log.trust).right


def test_a_stranger_among_the_signers_is_refused_unless_it_is_allowed(log: Log) -> None:
    stranger = notes.new_signer("stranger.example", bytes(32), notes.COSIGNATURE)
    text = log.note.rpartition("\n\n")[0] + "\n"
    note = log.note + stranger.cosign(text, 1)
    own = read(log.receipt(2))[0]
    receipt = write(replace(own, proof=own.proof.replace(log.note, note)))
    assert "“stranger.example”, whose key" in check_receipt(receipt, log.trust).fault
    assert check_receipt(receipt, replace(log.trust, allow_unknown=True)).right
    twice = write(replace(own, proof=own.proof + own.proof.splitlines(keepends=True)[-1]))
    assert "twice" in check_receipt(twice, log.trust).fault


def test_witnesses_that_the_reader_trusts_are_counted(log: Log) -> None:
    one, two = (each.key for each in log.witnesses)
    text = log.receipt(2)
    assert check_receipt(text, replace(log.trust, witnesses=(one, two), quorum=2)).right
    asked = replace(log.trust, witnesses=(one,), quorum=2)
    assert (
        "1 of the 1 witnesses that you trust signed it, and you ask for 2" in check_receipt(text, asked).fault
    )
    assert "0 of the 0" in check_receipt(text, replace(log.trust, quorum=1)).fault, "the log names its own"


def test_a_receipt_of_another_log_is_none(log: Log, tmp_path: Path) -> None:
    other = new_log(tmp_path)
    assert "not known here" in check_receipt(log.receipt(2), other.trust).fault
    assert check_receipt(
        log.receipt(2), Trust(pinned([str(log.trust.keys[0].key)]), others=log.trust.others)
    ).right


def later(log: Log, **changes: str) -> Trust:
    """The same keys, as they stand later."""
    return replace(log.trust, keys=(replace(log.trust.keys[0], **changes),))


def test_what_a_retired_key_signed_stands_and_no_promise_of_it_comes_after(log: Log) -> None:
    retired = later(log, standing=Standing.RETIRED, until="2026-03-02T12:00:00Z")
    assert check_receipt(log.receipt(2), retired).right
    early = later(log, standing=Standing.RETIRED, until="2026-03-02T11:59:59Z")
    assert "was retired from 2026-03-02T11:59:59Z on" in check_receipt(log.receipt(2), early).fault


def test_what_a_lost_key_signs_counts_only_where_a_trusted_witness_saw_it_before(log: Log) -> None:
    lost = later(log, standing=Standing.LOST, until="2026-03-05T12:00:00Z")
    assert "counts for nothing" in check_receipt(log.receipt(2), lost).fault
    seen = replace(lost, witnesses=(log.witnesses[0].key,), others=(log.witnesses[1].key,))
    found = check_receipt(log.receipt(2), seen)
    assert found.right
    assert any("its key was lost later" in each for each in found.unchecked)
    before = later(log, standing=Standing.LOST, until="2026-03-02T12:00:00Z")
    assert not check_receipt(log.receipt(2), replace(before, witnesses=seen.witnesses)).right


def test_a_list_of_keys_is_signed_by_those_in_use(tmp_path: Path) -> None:
    log = new_log(tmp_path)
    keys.add(log.signer.folder, ORIGIN, "2026-03-03T00:00:00Z")
    first = log.trust.keys[0]
    text = log.signer.keys()
    assert len(keys_of(text)) == 2
    for bit in range(len(text.encode()) * 8):
        with pytest.raises(Wrong):
            keys_of(reread(flipped(text, bit)))
    keys.end(
        log.signer.folder, first.id, Standing.LOST, "a laptop was stolen\u0085 “x”", "2026-03-04T00:00:00Z"
    )
    assert [each.standing for each in keys_of(log.signer.keys())] == [Standing.LOST, Standing.IN_USE]
    told = json.loads(log.signer.keys())
    told["keys"][0] |= {"standing": "in use", "until": "", "reason": ""}
    with pytest.raises(Wrong):
        keys_of(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", "[" * 9000, '{"keys": [], "signatures": []}', '{"keys": 1}']
)
def test_what_is_no_list_of_keys_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        trust_of(text)


def test_a_list_of_witnesses_is_one_key_a_line(log: Log) -> None:
    text = "".join(f"{each.key}\n" for each in log.witnesses)
    assert witnesses_of(text) == tuple(each.key for each in log.witnesses)
    assert witnesses_of("") == ()
    for wrong in (
        text * 2,
        text[:-1],
        " " + text,
        text.replace("\n", "\r\n"),
        "\n",
        *(reread(flipped(text, bit)) for bit in range(len(text) * 8)),
    ):
        with pytest.raises(Wrong):
            witnesses_of(wrong)


NAMES = ["format", "leaf", "promise", "proof", "opening", "receipts", "words", "signatures"]
any_json = st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200) | any_json.map(json.dumps))
def test_anything_at_all_is_met_with_a_verdict(log: Log, text: str) -> None:
    for check in (check_receipt, check_signatures):
        found = check(text, log.trust)
        assert found.fault
        assert "\n" not in found.fault
    assert all(each.fault for each in check_receipts(text, log.trust))


WORDS = {
    "title": "Safe streets",
    "purpose": "That nobody is hurt.",
    "parties": ["p1 Testing Council (state)", "p2 Walkers (civil society)"],
    "c/text": "Mend the lights",
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, list[Receipt]]:
    log = new_log(tmp_path_factory.mktemp("signed"))
    at = "2026-03-02T12:00:00Z"
    for party in ("p1", "p2", "p3"):
        body = {"hash": root(WORDS), "mandate": "m", "party": party, "person": "0" * 64}
        log.data.append(data_of(at, "version.signed", "v1", body))
    log.data.append(data_of(at, "version.in_force", "v1", {"hash": root(WORDS), "number": 1}))
    log.data.append(data_of(at, "version.signed", "v2", {"hash": root(WORDS), "party": "p2"}))
    log.grow(4)
    return log, [
        read(log.receipt(n) if n % 3 != 1 else write(Receipt(log.data[n], proof=log.proof(n))))[0]
        for n in range(5)
    ]


def bundle(receipts: list[Receipt], **changes: object) -> str:
    return write_signatures(
        **{"title": "Safe streets", "version": "v1", "words": WORDS, "signed": receipts, **changes}
    )  # type: ignore[arg-type]


def test_the_signatures_of_a_covenant_are_given_to_exactly_its_words(
    signed: tuple[Log, list[Receipt]],
) -> None:
    log, given = signed
    found = check_signatures(bundle([given[0], given[1], given[3]]), log.trust)
    assert found.fault == ""
    assert "Testing Council (state) signed exactly these words at 2026-03-02T12:00:00Z." in found.checked
    assert any("in force" in each for each in found.checked)
    half = check_signatures(bundle([given[0]]), log.trust)
    assert half.right
    assert "Walkers (civil society) has not signed in this file." in half.unchecked


def test_signatures_of_others_to_others_or_twice_are_refused(signed: tuple[Log, list[Receipt]]) -> None:
    log, given = signed
    words = {**WORDS, "c/text": "Mend some lights"}
    for wrong, said in (
        (bundle([given[0], given[0]]), "here twice"),
        (bundle([given[2]]), "no signature of a party"),
        (bundle([given[4]]), "other words"),
        (bundle([given[0]], words=words), "other words"),
        (bundle([given[0]], title="Other"), "its title"),
        (bundle([given[0]]).replace("Mend the", "Mend no"), "its words do not have the hash"),
        (bundle([replace(given[0], proof=given[1].proof)]), "signature 1: the proof"),
    ):
        found = check_signatures(wrong, log.trust)
        assert said in found.fault
        assert not found.right


@settings(max_examples=400, deadline=None)
@given(bit=bits)
def test_a_flipped_bit_in_a_file_of_signatures_is_found(signed: tuple[Log, list[Receipt]], bit: int) -> None:
    log, given = signed
    text = bundle([given[0], given[1], given[3]])
    assert not check_signatures(reread(flipped(text, bit)), log.trust).right
