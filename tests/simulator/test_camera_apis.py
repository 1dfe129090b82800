"""The JSON calls and param.cgi, asked as VX-JSON, VX-DISC, VX-INFO and VX-PARAM say."""

from collections.abc import AsyncIterator
import time

import pytest

from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with camera_site() as site:
        yield site


async def parameters(site: CameraSite, query: str) -> str:
    async with site.session.get(site.url(f"param.cgi?{query}")) as response:
        assert (response.status, response.content_type) == (200, "text/plain")
        return await response.text()


async def test_the_list_of_calls(site: CameraSite) -> None:
    answer = await site.call("apidiscovery.cgi", "getApiList", context="here")
    assert (answer["apiVersion"], answer["method"], answer["context"]) == ("1.0", "getApiList", "here")
    listed = {api["id"]: api for api in answer["data"]["apiList"]}
    assert {"media-cgi", "basic-device-info", "param-cgi", "systemready", "view-area", "stream-profiles"} <= set(listed)
    assert listed["media-cgi"]["version"] == "1.0"
    assert listed["media-cgi"]["status"] == "official"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"id": "basic-*"}, {"basic-device-info"}),
        ({"id": "media-cgi", "version": "1.?"}, {"media-cgi"}),
        ({"id": "nothing"}, set()),
    ],
)
async def test_the_list_can_be_narrowed(site: CameraSite, params: dict[str, str], expected: set[str]) -> None:
    answer = await site.call("apidiscovery.cgi", "getApiList", params=params)
    assert {api["id"] for api in answer["data"]["apiList"]} == expected


async def test_an_old_camera_does_not_list_media_cgi(site: CameraSite) -> None:
    site.camera.media_cgi = False
    answer = await site.call("apidiscovery.cgi", "getApiList", params={"id": "media*"})
    assert answer["data"]["apiList"] == []


async def test_what_the_device_is() -> None:
    camera = Camera(
        SERIAL, "Sklad", model="AXIS M1065-LW", product_name="AXIS M1065-LW Network Camera", firmware="9.80.1"
    )
    async with camera_site(camera) as site:
        answer = await site.call("basicdeviceinfo.cgi", "getAllProperties")
        properties = answer["data"]["propertyList"]
        assert answer["apiVersion"] == "1.3"
        assert "context" not in answer
        assert {
            name: properties[name] for name in ("Brand", "ProdNbr", "ProdShortName", "ProdFullName", "ProdType")
        } == {
            "Brand": "AXIS",
            "ProdNbr": "M1065-LW",
            "ProdShortName": "AXIS M1065-LW",
            "ProdFullName": "AXIS M1065-LW Network Camera",
            "ProdType": "Network Camera",
        }
        assert (properties["SerialNumber"], properties["Version"]) == (SERIAL, "9.80.1")
        text = await parameters(
            site, "action=list&group=Brand,Properties.System.SerialNumber,Properties.Firmware.Version"
        )
        assert "root.Brand.ProdFullName=AXIS M1065-LW Network Camera\n" in text
        assert f"root.Properties.System.SerialNumber={SERIAL}\n" in text
        assert "root.Properties.Firmware.Version=9.80.1\n" in text


async def test_some_properties(site: CameraSite) -> None:
    answer = await site.call("basicdeviceinfo.cgi", "getProperties", params={"propertyList": ["Brand", "SerialNumber"]})
    assert answer["data"] == {"propertyList": {"Brand": "AXIS", "SerialNumber": SERIAL}}
    unknown = await site.call("basicdeviceinfo.cgi", "getProperties", params={"propertyList": ["Brand", "Colour"]})
    assert unknown["error"] == {"code": 1000, "message": "Property not supported: Colour"}


async def test_unrestricted_properties_came_with_a_later_version(site: CameraSite) -> None:
    early = await site.call("basicdeviceinfo.cgi", "getAllUnrestrictedProperties")
    assert early["error"]["code"] == 2004
    later = await site.call("basicdeviceinfo.cgi", "getAllUnrestrictedProperties", apiVersion="1.2")
    properties = later["data"]["propertyList"]
    assert properties["SerialNumber"] == SERIAL
    assert not {"Architecture", "Soc", "SocSerialNumber"} & set(properties)


async def test_the_camera_is_up_and_for_how_long(site: CameraSite) -> None:
    site.camera.started_at = time.time() - 7800
    data = (await site.call("systemready.cgi", "systemready", params={"timeout": 1}))["data"]
    assert (data["systemready"], data["needsetup"], data["bootid"]) == ("yes", "no", site.camera.boot_id)
    assert int(data["uptime"]) - 7800 in range(5)
    refused = await site.call("systemready.cgi", "systemready", params={"timeout": "soon"})
    assert refused["error"]["code"] == 1000


async def test_profiles_and_channels() -> None:
    async with camera_site(Camera(SERIAL, "Panorama", channels=2)) as site:
        profiles = (await site.call("streamprofile.cgi", "list", params={"streamProfileName": []}))["data"]
        assert [profile["name"] for profile in profiles["streamProfile"]] == ["Quality", "Mobile"]
        one = (await site.call("streamprofile.cgi", "list", params={"streamProfileName": [{"name": "Mobile"}]}))["data"]
        assert [profile["name"] for profile in one["streamProfile"]] == ["Mobile"]
        areas = (await site.call("viewarea/info.cgi", "list"))["data"]["viewAreas"]
        assert [area["camera"] for area in areas] == [1, 2]
        text = await parameters(site, "action=list&group=Image.*.Name,Properties.Image.NbrOfViews")
        assert text == (
            "root.Image.I0.Name=Panorama 1\nroot.Image.I1.Name=Panorama 2\nroot.Properties.Image.NbrOfViews=2\n"
        )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", 4000),
        ("[]", 4000),
        ("{}", 4002),
        ('{"method":"getAllProperties"}', 4002),
        ('{"method":"getAllProperties","apiVersion":"2.0"}', 2003),
        ('{"method":"getAllProperties","apiVersion":"1.9"}', 2003),
        ('{"method":"getAllProperties","apiVersion":"new"}', 2003),
        ('{"method":"getEverything","apiVersion":"1.0"}', 2004),
        ('{"method":"getProperties","apiVersion":"1.0"}', 4002),
        ('{"method":"getProperties","apiVersion":"1.0","params":[]}', 4002),
    ],
)
async def test_errors_are_in_the_body_of_an_answer_that_went_well(site: CameraSite, body: str, code: int) -> None:
    async with site.session.post(site.url("basicdeviceinfo.cgi"), data=body) as response:
        assert (response.status, response.content_type) == (200, "application/json")
        answer = await response.json()
    assert answer["error"]["code"] == code
    assert answer["error"]["message"]
    assert "data" not in answer


async def test_json_calls_are_posted(site: CameraSite) -> None:
    async with site.session.get(site.url("systemready.cgi")) as response:
        assert (await response.json())["error"]["code"] == 2002


async def test_errors_of_two_calls_have_their_own_form(site: CameraSite) -> None:
    assert "method" not in await site.call("apidiscovery.cgi", "getNothing")
    assert (await site.call("viewarea/info.cgi", "getNothing"))["error"]["code"] == 102


async def test_versions_are_asked_for_without_one(site: CameraSite) -> None:
    async with site.session.post(site.url("basicdeviceinfo.cgi"), json={"method": "getSupportedVersions"}) as response:
        assert (await response.json())["data"] == {"apiVersions": ["1.3"]}


@pytest.mark.parametrize("group", ["Brand", "root.Brand", "Brand.*", "Br?nd"])
async def test_groups_of_parameters(site: CameraSite, group: str) -> None:
    lines = (await parameters(site, f"action=list&group={group}")).splitlines()
    assert len(lines) == 7
    assert all(line.startswith("root.Brand.") for line in lines)


async def test_a_group_the_camera_lacks_leaves_a_remark_and_the_others(site: CameraSite) -> None:
    text = await parameters(site, "action=list&group=Network.Filter,Properties.Image.Resolution")
    assert text == (
        "# Error: Error -1 getting param in group 'Network.Filter'\n"
        "root.Properties.Image.Resolution=1920x1080,1280x720,640x360,320x180\n"
    )
    assert await parameters(site, "action=list&group=PTZ") == "# Error: Error -1 getting param in group 'PTZ'\n"


async def test_parameters_by_form_with_strict_line_ends_and_diacritics(site: CameraSite) -> None:
    form = {"action": "list", "group": "Image.I0.Name", "responseformat": "rfc"}
    async with site.session.post(site.url("param.cgi"), data=form) as response:
        assert await response.text() == "root.Image.I0.Name=Vchod – přední dveře\r\n"


async def test_parameters_follow_the_camera(site: CameraSite) -> None:
    assert "root.Properties.Audio.Audio=yes\n" in await parameters(site, "action=list")
    site.camera.audio = False
    site.camera.resolutions = ("800x600",)
    text = await parameters(site, "action=list")
    assert "root.Properties.Audio.Audio=no\n" in text
    assert "AudioSource" not in text
    assert "root.Image.I0.Appearance.Resolution=800x600\n" in text


async def test_nothing_can_be_changed(site: CameraSite) -> None:
    assert await parameters(site, "action=update&Image.I0.Name=x") == "# Error: Error setting 'Image.I0.Name' to 'x'!\n"
    assert (await parameters(site, "")).startswith("# Error")
