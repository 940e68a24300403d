"""The plain, slow twin of `engine.text` and `engine.rate`: letter by letter, term by term."""

import itertools
import math
import unicodedata

MARKS = {chr(code) for code in range(0x300, 0x370)} | set("\u00ad\u200b\u200c\u200d\u2060\ufeff")
UNSEEN = set("\u00ad\u200b\u200c\u200d\u2060\ufeff")
APOSTROPHES = set("'\u2019\u02bc\uff07")
HYPHENS, DASHES = set("-\u2010\u2011"), set("\u2012\u2013\u2014")
INNER = set("()*_\"'`\u2018\u2019\u201c\u201d")


def key(part):
    part = "".join("'" if letter in APOSTROPHES else letter for letter in part if letter not in UNSEEN)
    part = unicodedata.normalize("NFKC", part).casefold()
    return part[:-2] if part.endswith("'s") else part


def letters(text, at):
    """Where the run of letters that begins here ends; the same place where none begins."""
    if at < len(text) and text[at].isalnum():
        while at < len(text) and (text[at].isalnum() or text[at] in MARKS):
            at += 1
    return at


def line_end(text, at):
    """Where the line end with the space around it ends, or None."""
    while at < len(text) and text[at] in " \t":
        at += 1
    if at == len(text) or text[at] != "\n":
        return None
    at += 1
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def hyphened(text, at):
    """Where the next part of a word may begin behind a hyphen, or None."""
    if text[at - 1] == "\u00ad" and (after := line_end(text, at)) is not None:
        return after
    if at < len(text) and text[at] in HYPHENS:
        after = line_end(text, at + 1)
        return at + 1 if after is None else after
    return None


def label(letter):
    return letter.isalnum() or letter == "_"


def address(text, at):
    """Where the address of the web or of mail that begins here ends; the same place where none does."""

    def rest(place):
        while place < len(text) and not text[place].isspace() and text[place] not in '()<>[]"':
            place += 1
        return place

    for start in ("http://", "https://", "www."):
        after = at + len(start)
        if text[at:after].lower() == start and rest(after) > after:
            return rest(after)
    host, dots = at, 0
    while dots < 8:
        place = host
        while place < len(text) and place - host < 63 and (label(text[place]) or text[place] == "-"):
            place += 1
        if place == host or text[place : place + 1] != ".":
            break
        host, dots = place + 1, dots + 1
    top = host
    while dots and top < len(text) and top - host < 24 and text[top].isascii() and text[top].isalpha():
        top += 1
    if top - host >= 2 and text[top : top + 1] == "/":
        return rest(top + 1)
    name = at
    while name < len(text) and name - at < 64 and (label(text[name]) or text[name] in ".+-"):
        name += 1
    if name > at and text[name : name + 1] == "@" and rest(name + 1) > name + 1:
        return rest(name + 1)
    return at


def parts_of(text):
    """Every part of a word, comma and "&" as (key, start, end); and the number of words."""
    parts, words, at = [], 0, 0
    while at < len(text):
        if (end := address(text, at)) > at:
            at = end
            continue
        if text[at] in "&,":
            parts.append(("and" if text[at] == "&" else ",", at, at + 1))
        end = letters(text, at)
        if end == at:
            at += 1
            continue
        words += 1
        start = at
        while True:
            if end < len(text) and text[end] in APOSTROPHES and letters(text, end + 1) > end + 1:
                end = letters(text, end + 1)
                continue
            parts.append((key(text[start:end]), start, end))
            after = hyphened(text, end)
            if after is None or letters(text, after) == after:
                break
            start, end = after, letters(text, after)
        at = end
    return parts, words


def joined(gap):
    """Whether two words of one term may have this between them."""
    if gap[:1] in HYPHENS and gap[:1]:
        return gap[1:] == "" or line_end(gap, 1) == len(gap)
    if len(gap) == 1 and gap in DASHES:
        return True
    return gap.count("\n") <= 1 and all(letter.isspace() or letter in INNER for letter in gap)


def forms(phrase):
    ways, last = [], None
    parts, _ = parts_of(phrase)
    for word, start, end in parts:
        if last is not None and phrase[last:start] in HYPHENS and phrase[last:start]:
            ways[-1].append(word)
        else:
            ways.append([word])
        last = end
    options = [[tuple(way)] if len(way) == 1 else [tuple(way), ("".join(way),)] for way in ways]
    return [sum(choice, ()) for choice in itertools.product(*options)]


def put_together(text, parts, known):
    """The parts, with those joined that a line's end divides, where some term has the whole."""
    done = []
    for word, start, end in parts:
        gap = text[done[-1][2] : start] if done else ""
        divided = "\n" in gap and (
            (gap[0] in HYPHENS and line_end(gap, 1) == len(gap))
            or (text[done[-1][2] - 1] == "\u00ad" and line_end(gap, 0) == len(gap))
        )
        if divided and done[-1][0] + word in known:
            done[-1] = (done[-1][0] + word, done[-1][1], end)
        else:
            done.append((word, start, end))
    return done


def found(text, entries):
    """The number of words, and for each entry the (start, end) of its mentions."""
    parts, words = parts_of(text)
    known = {
        word for e in entries for term in (*e.terms, *e.not_terms) for form in forms(term) for word in form
    }
    parts = put_together(text, parts, known)
    gaps = [joined(text[left[2] : right[1]]) for left, right in itertools.pairwise(parts)]

    def occurs(form, at):
        end = at + len(form)
        return tuple(word for word, *_ in parts[at:end]) == form and all(gaps[at : end - 1])

    def occurrences(phrases):
        return [
            (at, at + len(form))
            for at in range(len(parts))
            for phrase in phrases
            for form in forms(phrase)
            if occurs(form, at)
        ]

    candidates = {}
    for number, entry in enumerate(entries):
        away = occurrences(entry.not_terms)
        for start, end in occurrences(entry.terms):
            if not any(a <= start and end <= b for a, b in away):
                candidates.setdefault(entry.kind, []).append((start, -end, number))
    spans = [[] for _ in entries]
    for each in candidates.values():
        free = 0
        for start, end, number in sorted(each):
            if start >= free:
                free = -end
                spans[number].append((parts[start][1], parts[free - 1][2]))
    return words, spans


def at_most(count, mean):
    """The chance of so many or fewer, added up one by one."""
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1))


def garwood(count):
    """Both ends by halving."""

    def halve(most, chance):
        low, high = 1e-9, 10.0 * (count + 2)
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if at_most(most, middle) > chance else (low, middle)
        return (low + high) / 2

    return (halve(count - 1, 0.975) if count else 0.0), halve(count, 0.025)
