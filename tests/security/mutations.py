"""Breaks a good file in every way that files are broken in, by chance and by malice."""

import io
import random
import re
import zipfile
from collections.abc import Sequence

from tests.security.hostile import VALUES

TOKEN = re.compile(rb"[^,;\t\n\r\"'=\[\]{}:<>\s]+")
CHUNKS = (
    *(
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\r",
        b"\n\n",
        b"\r\n",
    ),
    *(
        b'"',
        b'""',
        b"'''",
        b'"""',
        b",",
        b",,,,,,,,",
        b";",
        b"\t",
        b"=",
        b"[",
        b"]" * 9,
        b"{" * 200,
        b"[[",
        b"#",
    ),
    *(
        b"\\u0000",
        b"\\ud800",
        b"\\",
        b"&#0;",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"<![CDATA[",
        b"--",
        b"\x1f\x8b\x08",
    ),
    *(
        b"PK\x03\x04",
        b"1e999999999",
        b"-0",
        b"9" * 5000,
        b"0x1",
        b"nan",
        b"inf",
        b"1_0",
        b"2026-13-45",
        b"true",
    ),
    *(
        b"a.b.c.d.e.f" * 20,
        "\u2014 x y\n".encode(),
        "\u202e".encode(),
        "é".encode("latin-1"),
        b"\x85",
        b"\x0c",
    ),
)


def broken(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with one wound or several."""
    data = rng.choice(seeds)
    if data[:4] == b"PK\x03\x04" and rng.random() < 0.8:
        return _repacked(rng, data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        data = _wounded(rng, data, seeds)
    return data


def _wounded(rng: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    match rng.randrange(10):
        case 0:  # a bit
            return (
                data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
                if at < len(data)
                else b""
            )
        case 1:  # cut off
            return data[:at]
        case 2:  # a hole
            return data[:at] + data[min(to, at + rng.choice((1, 4, 400))) :]
        case 3:  # twice, or a thousand times
            return data[:to] + data[at:to][:2_000] * rng.choice((1, 1, 1, 50)) + data[to:]
        case 4:  # from another file
            other = rng.choice(seeds)
            cut = rng.randrange(len(other) + 1)
            return data[:at] + other[cut : cut + rng.choice((20, 200, 5_000))] + data[to:]
        case 5:
            return data[:at] + rng.choice(CHUNKS) + data[at:]
        case 6:  # lines in another order
            lines = data.split(b"\n")
            one, other_line = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[one], lines[other_line] = lines[other_line], lines[one]
            return b"\n".join(lines)
        case _:  # one word for another
            words = list(TOKEN.finditer(data))
            if not words:
                return data + rng.choice(CHUNKS)
            word = rng.choice(words)
            put = rng.choice((
                rng.choice(VALUES).encode("utf-8", "surrogatepass"), rng.choice(CHUNKS), rng.choice(words)[0],
            ))  # fmt: skip
            return data[: word.start()] + put + data[word.end() :]


def _repacked(rng: random.Random, data: bytes) -> bytes:
    """A package with one of its parts wounded, taken out, named otherwise or packed twice."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = rng.choice(list(parts))
    out = io.BytesIO()
    how = rng.randrange(12)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for each, content in parts.items():
            if each != name:
                package.writestr(each, content)
            elif how == 1:
                package.writestr("../" + each, content)
            elif how == 2:
                package.writestr(each, content * 200)
            elif how > 2:
                package.writestr(each, broken(rng, [content or b" "]))
    packed = out.getvalue()
    return _wounded(rng, packed, [packed]) if how == 11 else packed
