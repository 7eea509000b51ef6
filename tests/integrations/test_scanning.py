"""Scanners: the built-in one knows one file; ClamAV's is asked over its socket, against a clamd of the test's own."""

from __future__ import annotations

import asyncio

import pytest

from cabinet.integrations.scanning import ClamScanner, SampleScanner
from cabinet.kit.errors import GatewayError
from tests.corpus import EICAR

pytestmark = pytest.mark.anyio


class Clamd:
    """A daemon that reads a stream by its protocol and answers as it is told to."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        while length := int.from_bytes(await reader.readexactly(4)):
            self.heard += await reader.readexactly(length)
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    async def asked(self, content: bytes, tmp_path=None) -> str:
        if tmp_path is not None:
            path = str(tmp_path / "clamd.ctl")
            server, url = await asyncio.start_unix_server(self.serve, path), f"unix://{path}"
        else:
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            url = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            return await ClamScanner(url).scan(content)


async def test_the_built_in_scanner_knows_the_test_file_only():
    assert await SampleScanner().scan(b"words " + EICAR) == "EICAR-Test"
    assert await SampleScanner().scan(b"words") == ""


async def test_a_clean_file_is_read_whole_and_let_through():
    clamd = Clamd(b"stream: OK\0")

    assert await clamd.asked(b"x" * 200_000) == ""
    assert clamd.heard == b"x" * 200_000


async def test_what_is_found_is_named(tmp_path):
    assert await Clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").asked(EICAR, tmp_path) == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK"])
async def test_a_scanner_that_cannot_say_lets_nothing_through(answer):
    with pytest.raises(GatewayError) as failed:
        await Clamd(answer).asked(b"x")
    assert not failed.value.permanent


async def test_a_scanner_that_is_not_there_lets_nothing_through():
    with pytest.raises(GatewayError):
        await ClamScanner("tcp://127.0.0.1:1").scan(b"x")
