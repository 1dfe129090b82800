"""Fuzzing guided by which lines of a parser are reached, with atheris: `scripts/fuzz --guided NAME`.

It is no test: it runs until it is stopped, or finds something, which it then writes to a file.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
import sys
from typing import Final

import atheris

with atheris.instrument_imports(include=["custom_components.netrex"]):
    from custom_components.netrex.cloud import CloudError, DevicePattern, Provider, ProviderError
    from custom_components.netrex.cloud.client import _read_tree
    from custom_components.netrex.cloud.mp4 import formats
    from custom_components.netrex.cloud.schema import read_outline
    from custom_components.netrex.events.source_key import SourceKey
    from custom_components.netrex.recordings.media_items import NoMediaItemError, parse_item
    from custom_components.netrex.vapix import VapixError, speech_codec
    from custom_components.netrex.vapix.answers import decoded, object_of, parse_parameters
    from custom_components.netrex.vapix.card import _read_recording
    from custom_components.netrex.vapix.clips import ClipProperties
    from custom_components.netrex.vapix.events import read_event
    from custom_components.netrex.vapix.jpeg import jpeg_size
    from custom_components.netrex.vapix.models import PictureProperties
    from custom_components.netrex.vapix.ptz_head import (
        abilities_of_commands,
        abilities_of_parameters,
        channels_with_head,
        preset_positions,
        presets,
        presets_by_channel,
        tours,
        values,
    )
    from custom_components.netrex.vapix.serial import parse_serial
    from custom_components.netrex.vapix.xml import parse_xml

from .fit import assert_fit


def _xml(raw: bytes) -> None:
    for element in parse_xml(raw).iter():
        assert_fit(_read_recording(element))


def _parameters(raw: bytes) -> None:
    parameters = parse_parameters(decoded(raw))
    for read in (PictureProperties.from_parameters, ClipProperties.from_parameters, speech_codec):
        assert_fit(read(parameters))
    assert_fit(channels_with_head(parameters))
    assert_fit(abilities_of_parameters(parameters, 1))
    assert_fit(tours(parameters))


def _head(raw: bytes) -> None:
    text = decoded(raw)
    for read in (abilities_of_commands, presets, presets_by_channel, values, lambda each: preset_positions([each])):
        assert_fit(read(text))


def _json(raw: bytes) -> None:
    data = object_of(raw)
    assert_fit(_read_tree(data.get("nodeList")))  # type: ignore[arg-type]


def _schema(raw: bytes) -> None:
    data = dict(object_of(raw))
    assert_fit(read_outline(data).serial_field())


def _event(raw: bytes) -> None:
    topic, *lines = decoded(raw).split("\n")
    items = {name: value for name, _, value in (line.partition("=") for line in lines)}
    assert_fit(read_event(topic, items, items, len(raw) ** 7), 400)


def _typed(raw: bytes) -> None:
    text = raw.decode(errors="replace")
    for read in (Provider.parse, DevicePattern.parse, parse_serial, parse_item, SourceKey.parse):
        with suppress(ProviderError, NoMediaItemError):
            read(text)


TARGETS: Final[Mapping[str, Callable[[bytes], object]]] = {
    "xml": _xml,
    "parameters": _parameters,
    "head": _head,
    "json": _json,
    "schema": _schema,
    "event": _event,
    "typed": _typed,
    "jpeg": jpeg_size,
    "mp4": formats,
}


def main() -> None:
    """Fuzz one of the parsers."""
    name, *options = sys.argv[1:] or [""]
    if name not in TARGETS:
        sys.exit(f"Name one of: {', '.join(TARGETS)}")
    parse = TARGETS[name]

    def once(raw: bytes) -> None:
        with suppress(CloudError, VapixError):
            parse(raw)

    atheris.Setup([sys.argv[0], *options], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
