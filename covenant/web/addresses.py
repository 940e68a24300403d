"""From which address a request comes, as far as limits need to know: nothing here is kept or logged."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

UNKNOWN = "unknown"


def client(meta: Mapping[str, str], *, proxies: int) -> str:
    """The address of whoever asks, as the outermost of our own proxies saw it.

    Parameters
    ----------
    meta
        What the server says of the request.
    proxies
        How many proxies of ours stand in front, each of which adds the address that it saw to the end of
        X-Forwarded-For. With none that header is anybody's word, and is not looked at.

    Examples
    --------
    >>> client({"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, proxies=0)
    '192.0.2.7'
    >>> client({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.1"}, proxies=1)
    '198.51.100.1'
    """
    if proxies:
        told = meta.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", proxies)[-proxies:]
        if len(told) == proxies and told[0].strip():
            return told[0].strip()
    return meta.get("REMOTE_ADDR", "")


def household(address: str) -> str:
    """What is counted as one: an IPv4 address, or the first 64 bits of an IPv6 one, which a line is given.

    Examples
    --------
    >>> household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2:bbbb::9")
    True
    >>> household("::ffff:192.0.2.7")
    '192.0.2.7'
    >>> household("not an address")
    'unknown'
    """
    text = address.strip("[]")
    if len(text) > 60:
        return UNKNOWN
    try:
        found: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{int(found) >> 64:x}::/64"
        found = found.ipv4_mapped
    return str(found)
