"""What every connection to the outside shares: whose certificates are trusted, by which proxy it goes, and words."""

import functools
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tui.errors import BadConfig


@functools.cache
def trusted(ca_file: str = "") -> ssl.SSLContext:
    """The certificates that are trusted, read once: they take 18 ms and 1 MB.

    Args:
        ca_file: A file of PEM certificates that are trusted beside the usual ones; empty for none.

    Raises:
        BadConfig: The file cannot be used.
    """
    context = httpx.create_ssl_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            # An SSLError is an OSError too; its own words are for programmers.
            why = (
                "holds no certificate in PEM"
                if isinstance(error, ssl.SSLError)
                else f"cannot be read: {error.strerror}"
            )
            raise BadConfig(f"{ca_file} {why}", "The configuration names it: ca_file") from error
    return context


def proxy_for(url: str) -> str | None:
    """The proxy that the environment wants for an address, as httpx reads it; None for none."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def unusable_proxy() -> BadConfig:
    """The error for a proxy of a kind that httpx or websockets do not know, or would need another package for."""
    return BadConfig(
        "a proxy that the environment names is neither http:// nor https://",
        "Look at HTTPS_PROXY, ALL_PROXY and the like; a SOCKS proxy cannot be used.",
    )


def network_words(error: Exception) -> str:
    """Why httpx got no answer, for a person."""
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    if isinstance(error, httpx.ConnectError):
        said = str(error)
        if "name" in said.lower() or "getaddrinfo" in said.lower():
            return "no such host"
        if "SSL" in said:
            return "the certificate is not valid" if "CERTIFICATE" in said else "it does not speak https"
        return "the connection is refused"
    return "the connection broke off"
