"""The camera client against the simulated camera, over real sockets."""

import asyncio
from collections import Counter

from aiohttp import ClientSession, web
import pytest

from custom_components.netrex.vapix import (
    AuthError,
    BusyError,
    DeviceIdentity,
    ForbiddenError,
    GoneError,
    ProtocolError,
    RequestError,
    Resolution,
    UnreachableError,
    VapixClient,
    VapixError,
    has_media,
)
from simulator.faults import Fault
from tests.camera_site import SERIAL, CameraSite


async def test_tells_which_device_it_is(site: CameraSite) -> None:
    identity = await site.client().device_identity()
    assert identity.serial == SERIAL
    assert identity.brand == "AXIS"
    assert identity.product_name == "AXIS P3265-LVE Dome Camera"
    assert identity.firmware == "11.11.73"
    assert "P3265-LVE" in identity.model


async def test_old_device_is_identified_by_its_parameters(site: CameraSite) -> None:
    full = await site.client().device_identity()
    site.faults.add(Fault(kind="vapix:basicdeviceinfo", status=404))
    assert await site.client().device_identity() == full


async def test_pictures(site: CameraSite) -> None:
    site.camera.channels = 2
    properties = (await site.client().properties()).pictures
    assert [str(size) for size in properties.resolutions] == list(site.camera.resolutions)
    assert properties.audio
    assert properties.channels == 2


@pytest.mark.parametrize("size", [None, Resolution(320, 180)])
async def test_image(site: CameraSite, size: Resolution | None) -> None:
    picture = await site.client().image(size)
    assert picture.startswith(b"\xff\xd8")
    assert picture.endswith(b"\xff\xd9")


async def test_size_the_camera_lacks_is_a_bad_request(site: CameraSite) -> None:
    with pytest.raises(RequestError):
        await site.client().image(Resolution(17, 17))


@pytest.mark.parametrize("audio", [True, False])
async def test_media_is_matroska(site: CameraSite, audio: bool) -> None:
    async with site.client().open_media(audio=audio) as stream:
        assert (await anext(stream.chunks())).startswith(b"\x1a\x45\xdf\xa3")
    await site.watched(0, within=2)


async def test_media_missing_on_old_device_that_is_there(site: CameraSite) -> None:
    site.camera.media_cgi = False
    client = site.client()
    with pytest.raises(GoneError):
        async with client.open_media():
            pass
    await client.device_identity()


@pytest.mark.parametrize(
    ("firmware", "has"),
    [
        ("9.80.1", True),
        ("9.80", True),
        ("9.80-beta", True),
        ("10.12.182", True),
        ("11.11.73", True),
        ("9.70.1.2", False),
        ("8.40.4.3", False),
        ("5.51.7.3", False),
        ("", True),
        ("unknown", True),
        ("9", True),
        ("9999999.1", True),
    ],
)
def test_firmware_with_video_over_http(firmware: str, *, has: bool) -> None:
    """Where its version says nothing, the camera is asked."""
    assert has_media(firmware) == has


async def test_mjpeg(site: CameraSite) -> None:
    async with site.client().open_mjpeg(resolution=Resolution(320, 180)) as stream:
        assert stream.boundary == "myboundary"
        assert (await anext(stream.chunks())).startswith(b"--myboundary\r\n")


async def test_camera_that_ends_a_stream_in_the_middle(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:media", cut_after=50_000))
    received: Counter[str] = Counter()
    with pytest.raises(UnreachableError):
        await _receive(site, received, idle_timeout=5)
    assert received["bytes"] == 50_000


async def test_camera_that_falls_silent(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:media", cut_after=50_000, hang=True))
    with pytest.raises(UnreachableError):
        await _receive(site, Counter(), idle_timeout=0.3)


async def _receive(site: CameraSite, received: Counter[str], idle_timeout: float) -> None:
    async with site.client().open_media(idle_timeout=idle_timeout) as stream:
        async for chunk in stream.chunks():
            received["bytes"] += len(chunk)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(kind="vapix", status=301), ProtocolError),
        (Fault(kind="vapix", status=400), RequestError),
        (Fault(kind="vapix", status=401), AuthError),
        (Fault(kind="vapix", status=403), ForbiddenError),
        (Fault(kind="vapix", status=418), RequestError),
        (Fault(kind="vapix", status=429), BusyError),
        (Fault(kind="vapix", status=500), BusyError),
        (Fault(kind="vapix", status=502), UnreachableError),
        (Fault(kind="vapix", status=503), BusyError),
        (Fault(kind="vapix", status=504), UnreachableError),
        (Fault(kind="vapix", status=522), UnreachableError),
        (Fault(kind="vapix", cut=True), UnreachableError),
        (Fault(kind="vapix", garbage=True), ProtocolError),
        (Fault(kind="vapix", delay=0.2, status=504), UnreachableError),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", ["image", "device_identity", "properties"])
async def test_each_failure_has_one_meaning(
    site: CameraSite, fault: Fault, expected: type[VapixError], call: str
) -> None:
    site.faults.add(fault)
    with pytest.raises(expected) as caught:
        await getattr(site.client(), call)()
    _is_discreet(caught.value, site)


async def test_nothing_at_all_at_the_address_is_a_camera_that_is_off(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix", status=404))
    with pytest.raises(UnreachableError):
        await site.client().device_identity()


@pytest.mark.parametrize("call", ["image", "properties"])
async def test_one_thing_missing_is_told_apart_from_that(site: CameraSite, call: str) -> None:
    site.faults.add(Fault(kind="vapix", status=404, times=1))
    with pytest.raises(GoneError):
        await getattr(site.client(), call)()
    await site.client().device_identity()


async def test_refused_connection(site: CameraSite) -> None:
    async def token() -> str:
        return "token-1"

    with pytest.raises(UnreachableError) as caught:
        await VapixClient(site.session, "http://127.0.0.1:1/device", token).image()
    _is_discreet(caught.value, site)


async def test_fresh_token_for_each_request(site: CameraSite) -> None:
    client = site.client()
    await client.device_identity()
    site.tokens[:] = ["token-2"]
    await client.device_identity()
    site.tokens.append("token-3")
    site.tokens.pop(0)
    async with client.open_media():
        pass


async def test_refused_token(site: CameraSite) -> None:
    async def token() -> str:
        return "expired"

    client = VapixClient(site.session, f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}", token)
    with pytest.raises(AuthError):
        await client.image()


async def test_what_the_token_source_raises_comes_out_as_it_is(site: CameraSite) -> None:
    async def token() -> str:
        raise ConnectionError("not about the camera")

    client = VapixClient(site.session, f"http://127.0.0.1:{site.port}/device-connect/{SERIAL}", token)
    with pytest.raises(ConnectionError):
        await client.image()


# --- answers that the simulator never gives ---------------------------------------------------------------------------


class Raw:
    """A server that answers what it was told."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response] = {}
        self.queries: list[str] = []


@pytest.fixture
async def raw(site: CameraSite) -> tuple[VapixClient, Raw]:
    scripted = Raw()

    async def answer(request: web.Request) -> web.Response:
        scripted.queries.append(request.query_string)
        body = await request.text()
        for hint, response in scripted.answers.items():
            if hint in request.path or hint in body:
                return web.Response(body=response.body, status=response.status, headers=response.headers)
        return web.Response(status=404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()

    async def token() -> str:
        return "token-1"

    yield VapixClient(site.session, f"http://127.0.0.1:{runner.addresses[0][1]}", token), scripted
    await runner.cleanup()


def _json(text: str, content_type: str = "application/json") -> web.Response:
    return web.Response(text=text, content_type=content_type)


async def test_identity_with_viewer_permissions_only(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    server.answers["getAllProperties"] = _json('{"apiVersion":"1.3","error":{"code":2105,"message":"no"}}')
    server.answers["getAllUnrestrictedProperties"] = _json(
        '{"data":{"propertyList":{"Brand":"AXIS","ProdNbr":"M1065-LW","ProdFullName":"AXIS M1065-LW Network Camera",'
        '"SerialNumber":"accc12345678","Version":"9.80.1"}}}',
        "text/plain",
    )
    assert await client.device_identity() == DeviceIdentity(
        "ACCC12345678", "AXIS", "M1065-LW", "AXIS M1065-LW Network Camera", "9.80.1"
    )


async def test_identity_before_unrestricted_properties(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    server.answers["getAllProperties"] = _json('{"error":{"code":2105}}')
    server.answers["getAllUnrestrictedProperties"] = _json('{"error":{"code":"2102"}}')
    server.answers["param.cgi"] = web.Response(
        body=b"root.Brand.Brand=AXIS\r\nroot.Brand.ProdFullName=AXIS K\xf3d\r\nroot.Brand.ProdNbr=M1\r\n"
        b"# Error: Error -1 getting param in group 'Nothing'\r\n"
        b"Properties.System.SerialNumber=00:40:8C:AB:CD:EF\r\nProperties.Firmware.Version=5.51.7\r\n"
    )
    assert await client.device_identity() == DeviceIdentity("00408CABCDEF", "AXIS", "M1", "AXIS Kód", "5.51.7")


async def test_pictures_of_a_device_with_odd_parameters(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    server.answers["param.cgi"] = web.Response(
        text="Properties.Image.Resolution=4CIF,1280x960, 640x480,640x480,bad\nImage.I0.Enabled=yes\n"
        "Image.I1.Enabled=no\nImage.I2.Enabled=yes\nImage.I0.Overlay.Enabled=yes\n"
    )
    properties = (await client.properties()).pictures
    assert properties.resolutions == (Resolution(1280, 960), Resolution(640, 480))
    assert properties.channels == 2
    assert not properties.audio


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<html>", ProtocolError),
        ("[1]", ProtocolError),
        ("{}", ProtocolError),
        ('{"data":[]}', ProtocolError),
        ('{"data":{}}', ProtocolError),
        ('{"data":{"capabilities":[]}}', ProtocolError),
        ('{"error":{"code":1100}}', BusyError),
        ('{"error":{"code":8000}}', BusyError),
        ('{"error":{"code":2001}}', ForbiddenError),
        ('{"error":{"code":2106}}', ForbiddenError),
        ('{"error":{"code":2103}}', RequestError),
        ('{"error":{}}', RequestError),
        ("x" * (1 << 21), ProtocolError),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
async def test_odd_answers_of_json_calls(raw: tuple[VapixClient, Raw], text: str, expected: type[VapixError]) -> None:
    client, server = raw
    server.answers["siren_and_light"] = _json(text)
    with pytest.raises(expected):
        await client.siren.capabilities()


@pytest.mark.parametrize("properties", ["[]", "{}"])
async def test_identity_without_a_serial_number(raw: tuple[VapixClient, Raw], properties: str) -> None:
    client, server = raw
    server.answers["basicdeviceinfo"] = _json(f'{{"data":{{"propertyList":{properties}}}}}')
    with pytest.raises(ProtocolError):
        await client.device_identity()


async def test_page_in_place_of_a_picture(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    server.answers["axis-cgi"] = web.Response(text="<html>log in</html>", content_type="text/html")
    with pytest.raises(ProtocolError):
        await client.image()
    with pytest.raises(ProtocolError):
        async with client.open_media():
            pass
    with pytest.raises(ProtocolError):
        async with client.open_mjpeg():
            pass


async def test_redirect_does_not_carry_the_token_elsewhere(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    server.answers["axis-cgi"] = web.Response(status=302, headers={"Location": "/elsewhere"})
    with pytest.raises(ProtocolError):
        await client.image()
    assert len(server.queries) == 1


async def test_what_is_asked_for(raw: tuple[VapixClient, Raw]) -> None:
    client, server = raw
    with pytest.raises(GoneError):
        async with client.open_media(camera=2, resolution=Resolution(640, 360), audio=False):
            pass
    assert server.queries == ["container=matroska&videocodec=h264&audio=0&camera=2&resolution=640x360"]


async def test_caller_who_gives_up_frees_the_connection(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:image", hang=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await site.client().image()
    assert isinstance(site.session, ClientSession)
    assert not site.session.connector._acquired


def _is_discreet(error: VapixError, site: CameraSite) -> None:
    for secret in ("token-1", "127.0.0.1", str(site.port), "secret body", "nonsense", SERIAL):
        assert secret not in str(error)
