"""What an attacker sends: values, and whole bodies."""

import json
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.security.answers import MARK

Pairs = list[tuple[str, str]]

VALUES = (
    # HTML
    f"<{MARK}x>", f'"><{MARK}x {MARK}y=1>', f"'><{MARK}x {MARK}y=1>", f'" {MARK}y="1', f"' {MARK}y='1",
    f"</textarea><{MARK}x>", f"</title><{MARK}x>", f"--><{MARK}x><!--{MARK}", f"</script><{MARK}x>",
    f"]]><{MARK}x>", f"<!--{MARK}", f"<!{MARK}>", f"&lt;{MARK}x&gt;", f"\u003c{MARK}x\u003e", f"＜{MARK}x＞",
    f"javascript:{MARK}()", f"java\tscript:{MARK}()", f"data:text/html,<{MARK}x>", f"//{MARK}.example/",
    f"http://{MARK}.example/", f"/\\{MARK}.example", f"<svg/onload={MARK}()>",
    # templates, formats, databases, commands, tables, heads
    f"{MARK}{{{{7*7}}}}", f"{{% {MARK} %}}", f"{MARK}${{7*7}}", f"{MARK}#{{7*7}}", "%s%n%d%x",
    "{0.__class__}", "%(x)s", f"'; DROP TABLE place_user; --{MARK}", "' OR '1'='1", "1) UNION SELECT 1--",
    "\\", "%", "_",
    f"$(touch {MARK})", f"`{MARK}`", f"; {MARK}", f"| {MARK}", f"={MARK}|' /C calc'!A0", f"+{MARK}",
    f"-{MARK}", f"@{MARK}", f"\t={MARK}", f"{MARK}\r\nSet-Cookie: {MARK}=1", f"{MARK}\r\n\r\n<{MARK}x>",
    f"{MARK}%0d%0aX-{MARK}: 1",
    # paths
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//", "/etc/passwd\x00.html",
    "C:\\boot.ini",    "file:///etc/passwd", ".git/config", "~root",
    # letters
    "\x00", f"a\x00{MARK}", "\x1b[31m", "\u202e" + MARK, "\ufeff", "\u200b", "\ud7ff\ue000", "\U0010ffff",
    "e\u0301" * 50, "İıſK", "ﷺ" * 40, "👩‍👩‍👧‍👦" * 20, "\u2028\u2029", "\x85\xa0", "a" * 70_000,
    "é" * 5_000, "\n" * 5_000,
    # numbers, days, ids, types
    "", " ", "0", "-1", "-0", "1e309", "NaN", "Infinity", "9" * 400, "9223372036854775808", "2147483648",
    "1_000", "0x10", "٣", "½", "1.5", "1,5", "true", "null", "[]", "{}", "0001-01-01", "9999-12-31",
    "2026-02-30",
    "10000-01-01", "2026-W01-1", "-2026-01-01", "00000000-0000-0000-0000-000000000000", "{" + "0" * 32 + "}",
    "urn:uuid:" + "0" * 32, "f" * 32, "None", "__proto__", "constructor", "id", "pk__gt",
)  # fmt: skip

ODD_NAMES = (
    "csrfmiddlewaretoken",
    "next",
    "id",
    "by",
    "at",
    "is_staff",
    "state",
    "participant",
    "form-0-x",
    "_method",
)

values = st.one_of(
    st.sampled_from(VALUES), st.text(max_size=60), st.integers().map(str), st.floats().map(str)
)


@st.composite
def changed(draw: st.DrawFn, pairs: Pairs) -> Pairs:
    """What a form sends, with some of it hostile, missing, doubled, added or in another order."""
    pairs = list(pairs)
    for _ in range(draw(st.integers(1, 3))):
        how = draw(st.sampled_from(("replace", "replace", "replace", "drop", "double", "add", "all")))
        if how == "add" or not pairs:
            pairs.append((draw(st.sampled_from(ODD_NAMES)), draw(values)))
            continue
        place = draw(st.integers(0, len(pairs) - 1))
        name = pairs[place][0]
        if how == "replace":
            pairs[place] = (name, draw(values))
        elif how == "drop":
            del pairs[place]
        elif how == "double":
            pairs.append((name, draw(values)))
        else:
            pairs = [(name, draw(values)) for name, _value in pairs]
    return pairs


def urlencoded(pairs: Pairs) -> bytes:
    return urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs]).encode()


def multipart(pairs: Pairs, edge: str = "edge", files: bool = False) -> bytes:
    parts = []
    for name, value in pairs:
        file = '; filename="../../x.html"' if files else ""
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{quote(name)}"{file}\r\n\r\n'
        parts += [head.encode(), value.encode("utf-8", "surrogatepass"), b"\r\n"]
    return b"".join(parts) + f"--{edge}--\r\n".encode()


FORM = "application/x-www-form-urlencoded"
MULTI = "multipart/form-data"


@st.composite
def bodies(draw: st.DrawFn, pairs: Pairs) -> tuple[bytes, str]:
    """A body and its type: mostly what a browser sends, sometimes what none would."""
    sent, plain = draw(changed(pairs)), urlencoded(pairs)
    odd = st.sampled_from(
        [
            (multipart(sent), f"{MULTI}; boundary=edge"),
            (multipart(sent, files=True), f"{MULTI}; boundary=edge"),
            (multipart(sent), f"{MULTI}; boundary=other"),
            (multipart(sent), MULTI),
            (multipart(sent)[:-9], f"{MULTI}; boundary=edge"),
            (multipart(sent), f"{MULTI}; boundary={'x' * 300}"),
            (multipart(sent), f"{MULTI}; boundary=edge; charset=utf-7"),
            (plain, f"{FORM}; charset=utf-16"),
            (plain, f"{FORM}; charset=no-such-letters"),
            (plain, ""),
            (plain, "text/plain"),
            (plain + b"&x=%ff%fe%80&y=%&z=%zz", FORM),
            (b"&".join(b"a%d=1" % number for number in range(3000)), FORM),
            (b"x" * 4_000_000, FORM),
            (json.dumps(dict(sent)).encode(), "application/json"),
            (b'{"a":' * 5000, "application/json"),
            (
                b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
                "text/xml",
            ),
            (bytes(range(256)), "application/octet-stream"),
            (b"", FORM),
        ]
    )
    return draw(st.one_of(st.just((urlencoded(sent), FORM)), st.just((urlencoded(sent), FORM)), odd))
