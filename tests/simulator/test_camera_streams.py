"""media.cgi, image.cgi and video.cgi over real sockets, read by PyAV and Pillow."""

import asyncio
from collections.abc import AsyncIterator
import io
import socket
import threading
import time

import aiohttp
import numpy as np
from PIL import Image
import pytest

from simulator.cameras import read_time
from simulator.faults import Fault
from simulator.world import Camera
from tests.simulator.camera_site import SERIAL, CameraSite, camera_site
from tests.simulator.decoding import play

SMALL = "resolution=320x180"


@pytest.fixture
async def site() -> AsyncIterator[CameraSite]:
    async with camera_site() as site:
        yield site


async def record(site: CameraSite, query: str, seconds: float, serial: str = SERIAL) -> tuple[str, bytes]:
    """Return the content type and what came in some seconds from the first byte."""
    async with site.session.get(site.url(f"media.cgi?{query}", serial)) as response:
        assert response.status == 200
        recording = bytearray(await response.content.readany())
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            recording += await response.content.readany()
        return response.headers["Content-Type"], bytes(recording)


@pytest.mark.parametrize(
    ("query", "content_type", "container"),
    [
        ("", 'video/x-matroska; codecs="avc1.42C01F,mp4a.40.2"', "matroska"),
        (f"container=mp4&{SMALL}", 'video/mp4; codecs="avc1.42C00C,mp4a.40.2"', "mp4"),
    ],
)
async def test_live_video_and_sound(site: CameraSite, query: str, content_type: str, container: str) -> None:
    began = time.time()
    seen_type, recording = await record(site, query, 3)
    played = play(recording)
    assert seen_type == content_type
    assert container in played.container
    assert played.codecs == {"video": "h264", "audio": "aac"}
    assert played.size == ((320, 180) if query else (1280, 720))
    assert 35 <= len(played.clock) <= 55
    assert played.key_frames[0]
    assert sum(played.key_frames) >= 2
    # The picture's clock and the container's run together, and both from now.
    assert began - 0.1 <= played.clock[0] <= time.time()
    shown = np.array(played.clock) - played.clock[0]
    apart = np.abs(shown - (np.array(played.presented["video"]) - played.presented["video"][0]))
    # A busy machine draws a picture late now and then.
    assert np.median(apart) < 0.02
    assert apart[-1] < 0.5
    assert np.diff(played.presented["video"]).min() > 0
    assert np.diff(played.presented["audio"]).min() > 0
    assert abs(played.presented["audio"][-1] - played.presented["video"][-1]) < 0.5


@pytest.mark.parametrize("container", ["matroska", "mp4"])
async def test_frames_come_as_they_are_drawn(site: CameraSite, container: str) -> None:
    """A frame is on the wire before the next one is drawn: nothing waits for a cluster or a fragment to be full."""
    pieces: list[tuple[float, int]] = []
    async with site.session.get(site.url(f"media.cgi?container={container}&audio=0&{SMALL}")) as response:
        recording = bytearray()
        while len(pieces) < 20:
            recording += await response.content.readany()
            pieces.append((time.time(), len(recording)))
    played = play(bytes(recording))
    delays = sorted(
        next(moment for moment, length in pieces if length >= end) - drawn
        for drawn, end in zip(played.clock, played.ends, strict=True)
    )
    assert len(delays) >= 15
    # The next frame is drawn 67 ms later; the first one waits for the player's header.
    assert delays[len(delays) // 2] < 0.05


async def test_a_newcomer_begins_with_a_key_frame_at_once(site: CameraSite) -> None:
    async with site.session.get(site.url(f"media.cgi?audio=0&{SMALL}")) as first:
        await first.content.readany()
        waits = []
        for _ in range(7):
            began = time.monotonic()
            async with site.session.get(site.url(f"media.cgi?audio=0&{SMALL}")) as second:
                recording = await second.content.readany()
                recording += await second.content.readany()
            waits.append(time.monotonic() - began)
            assert play(recording).key_frames[0]
        # Without a forced key frame, half of them would wait for more than half of the 1.3 s between two.
        assert sorted(waits)[3] < 0.4
        assert site.studio.encoders == 1


async def test_rate_video_and_sound_can_be_chosen(site: CameraSite) -> None:
    _, slow = await record(site, f"fps=5&audio=0&{SMALL}", 2)
    played = play(slow)
    assert played.codecs == {"video": "h264"}
    assert 8 <= len(played.clock) <= 13
    content_type, sound = await record(site, "video=0&audio=1&audiosamplerate=48000&audionbrofchannels=2", 1)
    assert content_type == 'audio/x-matroska; codecs="mp4a.40.2"'
    assert play(sound).codecs == {"audio": "aac"}


async def test_a_camera_without_a_microphone_has_no_sound(site: CameraSite) -> None:
    site.camera.audio = False
    content_type, recording = await record(site, f"audio=1&{SMALL}", 0.5)
    assert content_type == 'video/x-matroska; codecs="avc1.42C00C"'
    assert set(play(recording).codecs) == {"video"}


async def test_the_content_type_may_be_bare(site: CameraSite) -> None:
    site.hall.media_type_names_codecs = False
    assert (await record(site, f"container=mp4&{SMALL}", 0))[0] == "video/mp4"


@pytest.mark.parametrize(
    "query",
    [
        *("container=avi", "videocodec=h265", "videocodec=av1", "audiocodec=opus", "camera=2", "camera=0", "camera=x"),
        *("resolution=1x1", "resolution=", "fps=-1", "fps=1000", "compression=101", "rotation=45", "video=2"),
        *("video=0&audio=0", "h264profile=best", "unheard=of", "audio=yes", "camera=quad"),
    ],
)
async def test_what_a_camera_does_not_know_is_refused(site: CameraSite, query: str) -> None:
    async with site.session.get(site.url(f"media.cgi?{query}")) as response:
        assert response.status == 400
        assert response.content_type == "text/html"
    assert site.studio.encoders == 0


async def test_an_old_camera_has_no_media_cgi(site: CameraSite) -> None:
    site.camera.media_cgi = False
    async with site.session.get(site.url("media.cgi")) as response:
        assert (response.status, response.content_type) == (404, "text/html")


@pytest.mark.parametrize("path", ["nothing.cgi", "io/port.cgi", "media.cgi/more"])
async def test_a_call_the_camera_lacks_answers_with_a_page(site: CameraSite, path: str) -> None:
    async with site.session.get(site.url(path)) as response:
        assert (response.status, response.content_type) == (404, "text/html")
        assert "404" in await response.text()
    async with site.session.get(site.url(path, "000000000000")) as response:
        assert response.status == 404


@pytest.mark.parametrize("size", ["1920x1080", "1280x720", "640x360", "320x180"])
async def test_a_picture_in_every_size(site: CameraSite, size: str) -> None:
    async with site.session.get(site.url(f"jpg/image.cgi?resolution={size}")) as response:
        assert (response.status, response.headers["Content-Type"]) == (200, "image/jpeg")
        data = await response.read()
        assert response.headers["Content-Length"] == str(len(data))
    image = Image.open(io.BytesIO(data))
    assert f"{image.width}x{image.height}" == size
    moment = read_time(np.asarray(image))
    assert moment is not None
    assert abs(moment - time.time()) < 3
    # Colours of the full range: the clock's white is white.
    assert np.asarray(image.convert("L")).max() > 240


async def test_a_picture_turned_and_pressed(site: CameraSite) -> None:
    async def picture(query: str) -> tuple[int, Image.Image]:
        async with site.session.get(site.url(f"jpg/image.cgi?resolution=640x360&{query}")) as response:
            assert response.status == 200
            data = await response.read()
            return len(data), Image.open(io.BytesIO(data))

    _, turned = await picture("rotation=90")
    assert turned.size == (360, 640)
    assert read_time(np.asarray(turned.transpose(Image.Transpose.ROTATE_90))) is not None
    fine, coarse = await picture("compression=0"), await picture("compression=100")
    assert fine[0] > 2 * coarse[0]


@pytest.mark.parametrize("query", ["resolution=1x1", "camera=5", "compression=a", "rotation=1", "what=1"])
async def test_a_picture_nobody_can_take_is_refused(site: CameraSite, query: str) -> None:
    for path in ("jpg/image.cgi", "mjpg/video.cgi"):
        async with site.session.get(site.url(f"{path}?{query}")) as response:
            assert response.status == 400


async def test_motion_jpeg_is_a_multipart_of_pictures(site: CameraSite) -> None:
    async with site.session.get(site.url(f"mjpg/video.cgi?nbrofframes=4&fps=10&{SMALL}")) as response:
        assert response.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=myboundary"
        reader = aiohttp.MultipartReader.from_response(response)
        moments = [read_time(np.asarray(Image.open(io.BytesIO(part)))) async for part in _parts(reader)]
    assert len(moments) == 4
    assert all(moments)
    assert moments == sorted(moments, key=lambda one: one or 0)


async def _parts(reader: aiohttp.MultipartReader) -> AsyncIterator[bytes]:
    while (part := await reader.next()) is not None:
        assert isinstance(part, aiohttp.BodyPartReader)
        assert part.headers["Content-Type"] == "image/jpeg"
        data = await part.read()
        assert part.headers["Content-Length"] == str(len(data))
        yield bytes(data)


async def test_motion_jpeg_ends_when_its_time_is_over(site: CameraSite) -> None:
    began = time.monotonic()
    async with site.session.get(site.url(f"mjpg/video.cgi?duration=1&{SMALL}")) as response:
        assert len(await response.read()) > 10_000
    assert 0.8 < time.monotonic() - began < 3


async def test_channels_have_pictures_of_their_own() -> None:
    async with camera_site(Camera(SERIAL, "Panorama", channels=2)) as site:
        pictures = []
        for channel in ("1", "2", "quad"):
            async with site.session.get(site.url(f"jpg/image.cgi?{SMALL}&camera={channel}")) as response:
                assert response.status == 200
                pictures.append(np.asarray(Image.open(io.BytesIO(await response.read()))).astype(int))
        assert np.abs(pictures[0] - pictures[1]).mean() > 3
        async with site.session.get(site.url(f"jpg/image.cgi?{SMALL}&camera=3")) as response:
            assert response.status == 400


async def test_all_viewers_of_a_picture_share_an_encoder(site: CameraSite) -> None:
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(record(site, f"audio=0&{SMALL}", 2))
        await site.studio.wait_viewers(SERIAL, 5)
        assert site.studio.encoders == 1
    await site.studio.wait_viewers(SERIAL, 0)
    assert site.studio.encoders == 0
    assert not site.studio.live_viewers


async def test_the_encoder_ends_with_the_last_viewer(site: CameraSite) -> None:
    first = await site.session.get(site.url(f"media.cgi?{SMALL}"))
    second = await site.session.get(site.url(f"media.cgi?{SMALL}"))
    await site.studio.wait_viewers(SERIAL, 2)
    first.close()
    await site.studio.wait_viewers(SERIAL, 1)
    assert site.studio.encoders == 2
    second.close()
    await site.studio.wait_viewers(SERIAL, 0)
    assert site.studio.encoders == 0
    async with asyncio.timeout(30):
        while any(thread.name.startswith("encoder of") for thread in threading.enumerate()):
            await asyncio.sleep(0.02)


async def test_waiting_for_viewers_says_what_it_saw(site: CameraSite) -> None:
    with pytest.raises(TimeoutError, match=f"{SERIAL} has 0 viewers, not 1"):
        await site.studio.wait_viewers(SERIAL, 1, 0.05)


async def test_a_viewer_that_does_not_read_is_dropped_and_blocks_nobody() -> None:
    # A large picture of good quality, so that the sockets' buffers fill soon.
    async with camera_site() as site:
        query = "mjpg/video.cgi?resolution=1280x720&fps=20&compression=0"
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plug, ("127.0.0.1", site.port))
        reader, writer = await asyncio.open_connection(sock=plug, limit=1024)
        writer.write(f"GET /device-connect/{SERIAL}/axis-cgi/{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await reader.readline()
        async with site.session.get(site.url(query)) as response:
            await site.studio.wait_viewers(SERIAL, 2)
            longest, last = 0.0, time.monotonic()
            async with asyncio.timeout(60):
                while site.studio.live_viewers[SERIAL] == 2:
                    await response.content.readany()
                    now = time.monotonic()
                    longest, last = max(longest, now - last), now
            assert longest < 1.5
            await response.content.readany()
        writer.close()


@pytest.mark.parametrize("path", [f"media.cgi?{SMALL}", f"mjpg/video.cgi?{SMALL}"])
async def test_a_fault_cuts_the_stream_off(site: CameraSite, path: str) -> None:
    site.hall.fault = Fault(kind="vapix:*", cut_after=9000)
    received = 0
    with pytest.raises(aiohttp.ClientPayloadError):
        async with site.session.get(site.url(path)) as response:
            while data := await response.content.readany():
                received += len(data)
    assert received == 9000
    await site.studio.wait_viewers(SERIAL, 0)


async def test_a_fault_before_the_first_byte_leaves_no_answer(site: CameraSite) -> None:
    site.hall.fault = Fault(kind="vapix:*", cut_after=0)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await site.session.get(site.url(f"media.cgi?{SMALL}"))


async def test_a_fault_makes_the_stream_hang_until_the_client_leaves(site: CameraSite) -> None:
    site.hall.fault = Fault(kind="vapix:*", cut_after=5000, hang=True)
    async with site.session.get(site.url(f"media.cgi?{SMALL}")) as response:
        await response.content.readexactly(5000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(response.content.readany(), 1)
        assert site.studio.live_viewers[SERIAL] == 1
        response.close()
    await site.studio.wait_viewers(SERIAL, 0)


async def test_a_camera_that_goes_off_takes_its_streams_along(site: CameraSite) -> None:
    with pytest.raises(aiohttp.ClientPayloadError):
        async with site.session.get(site.url(f"media.cgi?{SMALL}")) as response:
            await response.content.readany()
            site.camera.online = False
            await response.content.read()
    await site.studio.wait_viewers(SERIAL, 0)


async def test_the_simulator_stops_though_somebody_watches() -> None:
    async with camera_site() as site:
        response = await site.session.get(site.url(f"media.cgi?{SMALL}"))
        await response.content.readany()
        began = time.monotonic()
    assert time.monotonic() - began < 3
    response.close()


async def test_head_does_not_open_a_stream(site: CameraSite) -> None:
    async with site.session.head(site.url("media.cgi")) as response:
        assert response.status == 405
