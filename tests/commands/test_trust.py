"""Whose certificates are trusted: over real TLS, with an authority that only the configuration names."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.box import running_box
from tests.commands.started import Json, ringwall
from tests.terminal.box import BoxProcess
from tui.errors import BadConfig
from tui.ringcentral.network import proxy_for, trusted


@asynccontextmanager
async def behind_tls(server: str, certificate: Path) -> AsyncIterator[str]:
    """The address of a server that speaks TLS for another."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    host, _, port = server.removeprefix("http://").partition(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            behind_reader, behind_writer = await asyncio.open_connection(host, int(port))
            await asyncio.gather(_pump(reader, behind_writer), _pump(behind_reader, writer))

    front = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with front:
        yield f"https://127.0.0.1:{front.sockets[0].getsockname()[1]}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while read := await reader.read(65536):
            writer.write(read)
            await writer.drain()
    writer.close()


async def examined(environment: dict[str, str]) -> dict[str, Json]:
    ended = await asyncio.to_thread(ringwall, environment, "doctor", "--json")
    return {finding["name"]: finding for finding in json.loads(ended.stdout)["findings"]}


async def test_a_certificate_that_nobody_known_has_signed_is_refused_unless_the_configuration_names_it(
    certificate: Path, tmp_path: Path
) -> None:
    async with running_box() as box, behind_tls(box.server, certificate) as server:
        environment = BoxProcess(box.credentials).environment(tmp_path, RINGWALL_SERVER=server)
        found = await examined(environment)
        assert found["TLS"]["state"] == "no"
        assert "certificate is not valid" in found["TLS"]["text"]
        assert "ca_file" in found["TLS"]["hint"]
        refused = await asyncio.to_thread(ringwall, environment, "once", "--extensions", "101")
        assert (refused.returncode, "the certificate is not valid" in refused.stderr) == (69, True)
        config = tmp_path / "config" / "ringwall" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'ca_file = "{certificate}"\n')
        found = await examined(environment)
        # It ends within two weeks, which is worth a word.
        assert found["TLS"]["state"] == "warning"
        assert "certificate of Own until" in found["TLS"]["text"]
        assert (found["Server"]["state"], found["Login"]["state"]) == ("ok", "ok")
        taken = await asyncio.to_thread(ringwall, environment, "once", "--extensions", "101")
        assert (taken.returncode, taken.stderr) == (0, "")


def test_a_file_of_certificates_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    for name, why in (("no.pem", "holds no certificate"), ("missing.pem", "No such file")):
        with pytest.raises(BadConfig, match=why) as caught:
            trusted(str(tmp_path / name))
        assert "ca_file" in caught.value.hint


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"ALL_PROXY": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "example.com"}, None),
        ({"HTTP_PROXY": "http://proxy.example:3128"}, None),
    ],
)
def test_the_proxy_is_the_one_that_the_environment_wants(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], proxy: str | None
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        for spelled in (name, name.lower()):
            monkeypatch.delenv(spelled, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for("https://pubsub.example.com") == proxy
