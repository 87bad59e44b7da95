"""Whether the server can be reached: its name, its certificate, and the service itself."""

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from tui.commands.account import Account
from tui.commands.checks.finding import Finding, State, failed
from tui.errors import RingwallError, Unreachable
from tui.ringcentral.network import proxy_for
from tui.ringcentral.text import clean

GROUP = "Network"
WITHIN = 8.0
"""Seconds for each of name and certificate."""
DAY = 86400.0
ENDS_SOON = 14 * DAY
"""Seconds before its end from which a certificate is worth a word."""


async def check_network(account: Account) -> AsyncIterator[Finding]:
    """The name, the certificate, the service; the first that fails is the last."""
    server = account.session.server
    parts = urlsplit(server)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if proxy := proxy_for(server):
        yield Finding(
            GROUP, "DNS, TLS", State.SKIPPED, f"by way of the proxy {urlsplit(proxy).netloc.rpartition('@')[2]}"
        )
    else:
        yield (name := await _name(host, port))
        if name.state is State.NO:
            return
        if parts.scheme == "http":
            yield Finding(GROUP, "TLS", State.SKIPPED, "plain http, which never leaves this machine")
        else:
            yield (certificate := await _certificate(host, port, account.client.trust))
            if certificate.state is State.NO:
                return
    try:
        service = await account.session.service()
    except RingwallError as error:
        yield failed(GROUP, "Server", error)
    else:
        version = f"RingCentral {service.version}".strip()
        yield Finding(GROUP, "Server", State.OK, f"{version}, answers in {service.seconds * 1000:.0f} ms")


async def _name(host: str, port: int) -> Finding:
    try:
        async with asyncio.timeout(WITHIN):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = "no name server answers" if isinstance(error, TimeoutError) else "no such host"
        return _unreachable("DNS", f"{host}: {why}", "Check the address, and which name servers this machine asks.")
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return Finding(GROUP, "DNS", State.OK, f"{host} is at {addresses[0]}{more}")


async def _certificate(host: str, port: int, trust: ssl.SSLContext) -> Finding:
    try:
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(host, port, ssl=trust, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        hint = "Where a proxy of your own stands between, name its certificate as ca_file in the configuration."
        return _unreachable("TLS", f"the certificate is not valid: {clean(error.verify_message)}", hint)
    except ssl.SSLError:
        return _unreachable("TLS", f"port {port} does not speak https", "Check the address and its port.")
    except OSError as error:
        why = "does not answer" if isinstance(error, TimeoutError) else "refuses the connection"
        return _unreachable("TLS", f"port {port} {why}", f"Is {host} open in the firewall?")
    try:
        tls = writer.get_extra_info("ssl_object")
        certificate, version = tls.getpeercert(), tls.version()
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    ends = ssl.cert_time_to_seconds(certificate["notAfter"])
    issuer = {key: value for part in certificate.get("issuer", ()) for key, value in part}
    by = clean(issuer.get("organizationName") or issuer.get("commonName") or "nobody")
    text = f"{version}, certificate of {by} until {time.strftime('%Y-%m-%d', time.gmtime(ends))}"
    if ends - time.time() < ENDS_SOON:
        return Finding(GROUP, "TLS", State.WARNING, text, "It ends soon; whoever runs the server has to renew it.")
    return Finding(GROUP, "TLS", State.OK, text)


def _unreachable(name: str, text: str, hint: str) -> Finding:
    return failed(GROUP, name, Unreachable(text, hint))
