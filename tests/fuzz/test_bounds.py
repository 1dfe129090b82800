"""Answers as long as may be, made to be slow or to grow: no parser holds Home Assistant up, or takes its memory.

What counts is the processor's time of this thread, so that a busy machine does not matter. Parsers are asked directly:
how much is read at all is bounded where it is read.
"""

from collections.abc import Callable
from contextlib import suppress
import json
import time
import tracemalloc
from typing import Final

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudError, Provider, ProviderError
from custom_components.netrex.cloud.client import _read_tree
from custom_components.netrex.cloud.http import MAX_ANSWER
from custom_components.netrex.cloud.mp4 import HEAD, formats
from custom_components.netrex.cloud.schema import read_outline
from custom_components.netrex.recordings.media_items import NoMediaItemError, parse_item
from custom_components.netrex.vapix import VapixError, speech_codec
from custom_components.netrex.vapix.answers import decoded, object_of, parse_parameters
from custom_components.netrex.vapix.clips import ClipProperties
from custom_components.netrex.vapix.event_stream import EventStream
from custom_components.netrex.vapix.jpeg import jpeg_size
from custom_components.netrex.vapix.models import PictureProperties
from custom_components.netrex.vapix.ports import Ports
from custom_components.netrex.vapix.ptz_head import (
    Axis,
    abilities_of_commands,
    abilities_of_parameters,
    channels_with_head,
    limits,
    limits_of_parameters,
    preset_positions,
    presets,
    presets_by_channel,
    tours,
)
from custom_components.netrex.vapix.serial import parse_serial
from custom_components.netrex.vapix.xml import parse_xml

#: Seconds of the processor for a megabyte; Home Assistant says so in its log when something takes longer.
_SECONDS: Final = 2.0
#: Bytes held, for each byte of an answer.
_GROWTH: Final = 160
_TEXT: Final = 1 << 20


def _of_parameters(text: str) -> None:
    parameters = parse_parameters(text)
    PictureProperties.from_parameters(parameters)
    ClipProperties.from_parameters(parameters)
    speech_codec(parameters)
    for channel in channels_with_head({**parameters, "Properties.PTZ.PTZ": "yes"}):
        abilities_of_parameters(parameters, channel)
        limits_of_parameters(parameters, channel)
    tours(parameters)


def _of_head(text: str) -> None:
    abilities_of_commands(text)
    limits(text, frozenset(Axis))
    presets(text)
    presets_by_channel(text)
    preset_positions([text])


_TEXT_PARSERS: Final[tuple[Callable[[str], object], ...]] = (_of_parameters, _of_head, parse_serial, Provider.parse)
_TEXT_UNITS: Final = (
    *(
        " ",
        "\n",
        "=",
        ":",
        "a",
        "#",
        "# Error",
        "\r\n",
        "\u00e9",
        "a=b\n",
        "presetposno1=",
        "presetposno1=a:b=c",
        "Preset Positions for camera 1\n",
        "PTZ.Support.S1.AbsolutePan=true\n",
        ":a=1",
    ),
    *(
        "MediaClip.M1.Name=\n",
        "GuardTour.G0.Name=\n",
        "Image.I0.Enabled=yes\n",
        "{a",
        "{ ",
        "Properties.Image.Resolution=",
    ),
    *("IOPort.I0.", "root.", "%", "[", "a.", "-", "\u0130", "x" * 200 + "=\n"),
)


@pytest.mark.parametrize("unit", _TEXT_UNITS, ids=repr)
def test_texts(unit: str) -> None:
    text = (unit * (_TEXT // len(unit) + 1))[:_TEXT]
    for parse in _TEXT_PARSERS:
        with _bounded(_TEXT), suppress(ProviderError, VapixError):
            parse(text)
        with _bounded(_TEXT), suppress(ProviderError, VapixError):
            parse(f"presetposno1={text}!")


def test_many_parameters() -> None:
    for line in ("MediaClip.M{}.Name=a", "GuardTour.G{}.Name=a", "Image.I{}.Enabled=yes", "IOPort.I{}.Direction=input"):
        text = "\n".join(line.format(number) for number in range(30_000))
        with _bounded(len(text)):
            _of_parameters(text)


async def test_many_ports(session: aiohttp.ClientSession) -> None:
    class Told:
        """Answers what an old camera does."""

        async def call(self, *_: object) -> object:
            from custom_components.netrex.vapix import GoneError  # noqa: PLC0415

            raise GoneError

        async def parameters(self, _groups: str) -> object:
            return parse_parameters("\n".join(f"IOPort.I{number}.Direction=input" for number in range(30_000)))

        async def text(self, *_: object) -> str:
            return "port1=active " * 80_000

    with _bounded(_TEXT):
        assert len(await Ports(Told()).list()) <= 256  # type: ignore[arg-type]


_XML_UNITS: Final = (
    *(
        b"<a>",
        b"<a/>",
        b"<a b='",
        b"<!--",
        b"<![CDATA[",
        b"&#65;",
        b"&lt;",
        b" ",
        b"<?a ?>",
        b"<a xmlns:a='b'>",
        b"]]>",
    ),
    *(b"<recording recordingid='a' starttime='2024-05-01T00:00:00Z'/>", b"<GeneralError/>", b"<a b='c' d='e'/>"),
)


@pytest.mark.parametrize("unit", _XML_UNITS, ids=repr)
def test_xml(unit: bytes) -> None:
    size = 2 << 20
    for raw in (b"<root>" + unit * (size // len(unit)), b"<r>" + unit * (size // len(unit) // 2) + b"</r>"):
        with _bounded(2 * size), suppress(VapixError):
            sum(1 for _ in parse_xml(raw).iter())


_JSON_UNITS: Final = (b"[", b'{"data":', b"[],", b"{},", b'"",', b"1,", b"1e400,", b'"\\ud800",', b'{"a":{}},', b"9")


@pytest.mark.parametrize("unit", _JSON_UNITS, ids=repr)
async def test_json(unit: bytes) -> None:
    many = unit * (_TEXT // len(unit))
    for raw in (many, b'{"data": [' + many.rstrip(b",") + b"]}", b'{"error": {"code": [' + many + b"]}}"):
        with _bounded(_TEXT), suppress(VapixError):
            object_of(raw)
        with _bounded(_TEXT), suppress(VapixError):
            # A frame is no longer than this.
            EventStream(None)._read(  # type: ignore[arg-type]
                aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, decoded(raw[: 64 << 10]), None)
            )


def test_a_tree_of_as_many_nodes_as_may_be() -> None:
    chain = [
        {"node_id": at, "parent_node_id": at - 1 or None, "type": "camera", "name": "a"} for at in range(1, 20_001)
    ]
    with _bounded(MAX_ANSWER // 8):
        tree = _read_tree(chain)
        assert sum(1 for node in tree.nodes.values() for _ in tree.ancestors(node)) <= 64 * 20_000
    with _bounded(MAX_ANSWER // 8), suppress(CloudError):
        _read_tree([{"node_id": 1, "name": "\u0130" * 10_000_000}])


def test_a_schema_of_as_many_types_as_may_be() -> None:
    kind = {"name": "T", "kind": "OBJECT", "fields": [{"name": "f", "type": {"name": "String"}, "args": []}] * 10}
    schema = {"__schema": {"queryType": {"name": "T"}, "types": [{**kind, "name": f"T{at}"} for at in range(20_000)]}}
    with _bounded(len(json.dumps(schema))):
        read_outline(schema).serial_field()


@pytest.mark.parametrize(
    "unit", [b"\xff", b"\xff\xe0\x00\x02", b"\xff\xe0\x00\x00", b"\0", b"\xff\xc4\xff\xff"], ids=repr
)
def test_pictures(unit: bytes) -> None:
    picture = b"\xff\xd8" + unit * ((20 << 20) // len(unit))
    with _bounded(_TEXT):
        jpeg_size(picture)


@pytest.mark.parametrize(
    "unit", [b"stsd", b"stsd\0\0\0\0\0\0\0\1", b"\0", b"stsd\0\0\0\0\0\0\0\1\0\0\0\1avc1"], ids=repr
)
def test_heads_of_files(unit: bytes) -> None:
    with _bounded(HEAD):
        formats((unit * HEAD)[:HEAD])


@pytest.mark.parametrize("unit", ["0", "/", "a", "recording/", "-", "\u0661"])
def test_identifiers(unit: str) -> None:
    text = unit * (_TEXT // len(unit))
    with _bounded(_TEXT), suppress(NoMediaItemError):
        parse_item(f"recording/A/1/{text}")


class _bounded:  # noqa: N801 - reads like what it is
    """Fail when what is done within takes longer than an answer of a size may cost."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __enter__(self) -> None:
        self._began = time.thread_time()

    def __exit__(self, kind: object, *_: object) -> None:
        took = time.thread_time() - self._began
        assert took < _SECONDS * max(1, self._size / _TEXT), f"took {took:.1f} s"


@pytest.mark.parametrize("raw", [b"[" + b"[]," * 300_000 + b"[]]", b'{"data":{' + b'"a":{},' * 100_000 + b'"b":1}}'])
def test_memory_of_json(raw: bytes) -> None:
    assert _held_by(lambda: object_of(raw)) < _GROWTH * len(raw)


@pytest.mark.parametrize("line", ["=\n", "a=\n", "a=b\n"])
def test_memory_of_parameters(line: str) -> None:
    text = line * (_TEXT // len(line))
    assert _held_by(lambda: parse_parameters(text)) < _GROWTH * len(text)


def test_memory_of_xml() -> None:
    raw = b"<r>" + b"<a/>" * (_TEXT // 4) + b"</r>"
    assert _held_by(lambda: parse_xml(raw)) < _GROWTH * len(raw)


def _held_by(parse: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        with suppress(VapixError):
            parse()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
