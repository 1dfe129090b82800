import io
import time

from hypothesis import given, settings, strategies as st
import numpy as np
from PIL import Image
import pytest

from simulator.cameras import read_time
from simulator.cameras.encoding import H264Wanted, View, jpeg
from simulator.cameras.picture import Scene
from simulator.cameras.timecode import cells
from tests.simulator.decoding import decoded_pictures

SIZES = [(1280, 720), (640, 360), (320, 180)]
MOMENT = 1_790_000_123_457


def view(width: int, height: int) -> View:
    return View("ACCC8E10A3F1", 1, "Vchod", width, height)


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    scene = Scene("B8A44F000001", 1, "Sklad", 1280, 720)
    return Image.fromarray(scene.draw(MOMENT).to_ndarray(format="rgb24"))


@given(st.integers(0, 2**42 - 1))
@settings(max_examples=50)
def test_every_time_is_read_as_written(milliseconds: int) -> None:
    strip = np.repeat(cells(milliseconds) * np.uint8(255), 5)
    image = np.zeros((180, 320), np.uint8)
    image[174:] = strip
    assert read_time(image) == milliseconds / 1000


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_time_survives_h264(width: int, height: int) -> None:
    encoding = H264Wanted(view(width, height), 15).open()
    before = time.time()
    coded = [sample.data for _ in range(40) for sample in encoding.next(key=False)]
    times = [read_time(one) for one in decoded_pictures(encoding.track, coded)]
    assert len(times) == 40
    assert all(one is not None and before - 0.01 <= one <= time.time() + 0.01 for one in times)
    assert times == sorted(times, key=lambda one: one or 0)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("compression", [0, 30, 100])
def test_time_survives_jpeg(width: int, height: int, compression: int) -> None:
    before = time.time()
    image = np.asarray(Image.open(io.BytesIO(jpeg(view(width, height), compression))))
    assert image.shape == (height, width, 3)
    moment = read_time(image)
    assert moment is not None
    assert before - 0.01 <= moment <= time.time() + 0.01


@pytest.mark.parametrize("scale", [0.21, 0.37, 0.5, 0.731, 1.0, 1.37, 1.9])
@pytest.mark.parametrize("page", [0, 24, 128, 250])
def test_time_is_found_in_a_screenshot(picture: Image.Image, scale: float, page: int) -> None:
    scaled = picture.resize((round(1280 * scale), round(720 * scale)), Image.Resampling.BICUBIC)
    screen = Image.new("RGB", (scaled.width + 171, scaled.height + 233), (page, page, page))
    screen.paste(scaled, (67, 91))
    # What stands around it: text-like lines above and below.
    noise = np.random.default_rng(3).integers(0, 255, (20, screen.width, 3), np.uint8)
    screen.paste(Image.fromarray(noise), (0, 10))
    screen.paste(Image.fromarray(noise), (0, scaled.height + 150))
    assert read_time(np.asarray(screen)) == MOMENT / 1000


def test_a_crop_of_the_strip_alone_is_enough(picture: Image.Image) -> None:
    assert read_time(np.asarray(picture.crop((0, 600, 1280, 720)))) == MOMENT / 1000
    assert read_time(np.asarray(picture.convert("L"))) == MOMENT / 1000


def test_what_is_no_picture_of_ours_gives_nothing(picture: Image.Image) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (300, 500), np.uint8)
    without = np.asarray(picture)[:690]
    assert read_time(noise) is None
    assert read_time(without) is None
    assert read_time(np.full((200, 300, 3), 128, np.uint8)) is None


def test_a_damaged_strip_gives_nothing_rather_than_a_wrong_time() -> None:
    image = np.zeros((180, 640), np.uint8)
    for cell in range(5, 59):
        damaged = cells(MOMENT).copy()
        damaged[cell] = not damaged[cell]
        image[174:] = np.repeat(damaged * np.uint8(255), 10)
        assert read_time(image) is None


def test_cameras_are_told_apart_by_their_pictures() -> None:
    first, second = (
        Scene(serial, 1, name, 320, 180).draw(MOMENT).to_ndarray(format="rgb24")
        for serial, name in (("ACCC8E10A3F1", "Vchod"), ("B8A44F000001", "Sklad"))
    )
    assert np.abs(first.astype(int) - second.astype(int)).mean() > 5


def test_a_camera_for_people_to_look_at_has_no_strip() -> None:
    plain = View("ACCC8E10A3F1", 1, "Vchod", 640, 360, timecode=False)
    image = np.asarray(Image.open(io.BytesIO(jpeg(plain))).convert("L"))
    assert read_time(image) is None
    # What is there instead is the place: the floor, of one brightness nearly.
    assert np.ptp(image[-6:].astype(int)) < 60
