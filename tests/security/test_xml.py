"""A camera's XML defines nothing and fetches nothing."""

from xml.etree.ElementTree import XMLParser

from aiohttp import web
import pytest

from custom_components.netrex.vapix import ProtocolError
from custom_components.netrex.vapix.xml import parse_xml

from .doors import OUR_ERRORS, Place
from .strangers import Stranger

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
_HEAD = '<?xml version="1.0"?>'
BOMB = f'{_HEAD}<!DOCTYPE r [<!ENTITY l0 "ha">{_LAUGHS}]><r>&l9;</r>'
FILE = '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>'
FAR = '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>'
PARAMETER = '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><r/>'
ATTRIBUTE = '<!DOCTYPE r [<!ATTLIST r a CDATA "given">]><r/>'


def in_codec(text: str, codec: str) -> bytes:
    """Return a document that says in plain letters in which others it goes on."""
    return f'<?xml version="1.0" encoding="{codec}"?>'.encode() + text.removeprefix(_HEAD).encode(codec)


@pytest.mark.parametrize(
    "document", [BOMB, FILE, FAR, PARAMETER, ATTRIBUTE], ids=["bomb", "file", "far", "parameter", "a"]
)
@pytest.mark.parametrize(
    "written",
    [
        str.encode,
        lambda text: text.replace("DOCTYPE", "doctype").encode(),
        lambda text: text.replace("<!DOCTYPE", "<! \n DOCTYPE").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("utf-32"),
        lambda text: in_codec(text, "utf-7"),
        lambda text: in_codec(text, "cp037"),
        lambda text: in_codec(text, "hz"),
    ],
    ids=["plain", "small letters", "blanks", "mark", "utf-16", "utf-16-be", "utf-32", "utf-7", "ebcdic", "hz"],
)  # fmt: skip
def test_definitions_are_refused_however_they_are_written(document: str, written: object) -> None:
    assert callable(written)
    with pytest.raises(ProtocolError) as refused:
        parse_xml(written(document))
    assert "passwd" not in str(refused.value)


def test_the_parser_alone_would_take_them() -> None:
    """So that the test above can fail."""
    parser = XMLParser()  # noqa: S314 - that is what is shown
    parser.feed('<!DOCTYPE r [<!ENTITY a "taken">]><r>&a;</r>')
    assert parser.close().text == "taken"


async def test_nobody_is_asked_for_what_an_answer_points_at(place: Place, other: Stranger) -> None:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        text = f'<!DOCTYPE r SYSTEM "{other.origin}/far.dtd"><r xmlns:xi="http://www.w3.org/2001/XInclude"/>'
        return web.Response(text=text, content_type="text/xml")

    other.answer = answer
    with pytest.raises(OUR_ERRORS):
        await place.camera.card.wear("SD_DISK")

    async def included(_request: web.BaseRequest) -> web.StreamResponse:
        xi = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
        text = (
            f'<?xml-stylesheet href="{other.origin}/s"?><r {xi}><xi:include href="{other.origin}/x" parse="text"/></r>'
        )
        return web.Response(text=text, content_type="text/xml")

    other.answer = included
    assert await place.camera.card.wear("SD_DISK") is None
    assert [request.path.rpartition("/")[2] for request in other.seen] == ["gethealth.cgi"] * 2


def test_depth_and_width_are_no_matter() -> None:
    assert parse_xml(b"<r>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</r>").tag == "r"
    assert len(parse_xml(b"<r>" + b"<a/>" * 100_000 + b"</r>")) == 100_000
