"""The other sides of one measurement, in their own environment: python text_rival.py re|spacy TASK.json TIMES

Both find every match of every term; what an analyst must then do about matches that overlap is `chosen`.
"""

import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measured import peak, say, timed

Spans = dict[tuple[int, bool], list[tuple[int, int]]]


def expressions(entries: list[dict[str, Any]]) -> Callable[[str], Spans]:
    """One regular expression for each term."""
    ready = [
        (number, name == "not", re.compile(r"\b" + phrase.replace(" ", r"\s+") + r"\b", re.IGNORECASE))
        for number, entry in enumerate(entries)
        for name in ("terms", "not")
        for phrase in entry[name]
    ]

    def find(text: str) -> Spans:
        spans: Spans = defaultdict(list)
        for number, away, expression in ready:
            spans[number, away] += [match.span() for match in expression.finditer(text)]
        return spans

    return find


def matcher(entries: list[dict[str, Any]]) -> Callable[[str], Spans]:
    """spaCy's matcher of phrases, on its blank English tokens; line ends are made spaces for it."""
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    nlp.max_length = 100_000_000
    phrases = PhraseMatcher(nlp.vocab, attr="LOWER")
    for number, entry in enumerate(entries):
        for name in ("terms", "not"):
            if entry[name]:
                phrases.add(f"{number} {name}", [nlp.make_doc(phrase) for phrase in entry[name]])

    def find(text: str) -> Spans:
        spans: Spans = defaultdict(list)
        doc = nlp.make_doc(text.replace("\n", " "))
        for label, start, end in phrases(doc):
            number, name = nlp.vocab.strings[label].split()
            last = doc[end - 1]
            spans[int(number), name == "not"].append((doc[start].idx, last.idx + len(last)))
        return spans

    return find


def chosen(entries: list[dict[str, Any]], spans: Spans) -> list[int]:
    """Of each entry: how many matches are left without those ruled out, the longest from left to right."""
    candidates: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for (number, away), found in spans.items():
        if away:
            continue
        ruled_out = sorted(set(spans.get((number, True), ())))
        for start, end in set(found):
            if not any(a <= start and end <= b for a, b in ruled_out):
                candidates[entries[number]["kind"]].append((start, -end, number))
    counts = [0] * len(entries)
    for each in candidates.values():
        free = 0
        for start, end, number in sorted(each):
            if start >= free:
                free = -end
                counts[number] += 1
    return counts


def main(side: str, path: str, times: int) -> None:
    task = json.loads(Path(path).read_text())
    entries, text = task["entries"], task["text"]
    began = time.perf_counter()
    find = (expressions if side == "re" else matcher)(entries)
    ready = time.perf_counter() - began
    seconds, spans = timed(lambda: find(text), times)
    found = {"ready": ready, "read": seconds, "peak": peak(), "counts": chosen(entries, spans)}
    if side == "re":
        found["every"] = [len(spans.get((number, False), ())) for number in range(len(entries))]
    say(found)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
