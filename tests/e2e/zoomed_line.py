"""The line of the card's day, made wider with a mouse and with two fingers."""

from functools import partial

from playwright.async_api import Locator, Page

from demo.waiting import until

TRACK = ".track"
_SPREAD = (20, 30, 45, 60)
"""Pixels between each of two fingers and the middle, one after the other."""


async def zoom_by_mouse(page: Page, card: Locator) -> tuple[float, float]:
    """Turn the wheel over the line, and return which place of the day, 0 to 1, was and is under the mouse."""
    left, top, width = await _box(card)
    x = left + width / 4
    before = await _place(card, x)
    await page.mouse.move(x, top + 20)
    await page.keyboard.down("Control")
    for turns in range(1, 4):
        await page.mouse.wheel(0, -200)
        await until(partial(_is_wider, card, width * 2**turns * 0.99), "the wider day")
    await page.keyboard.up("Control")
    return before, await _place(card, x)


async def pinch(page: Page, card: Locator) -> tuple[float, float]:
    """Spread two fingers on the line, and return which place of the day, 0 to 1, was and is between them."""
    await card.locator(TRACK).scroll_into_view_if_needed()
    left, top, width = await _box(card)
    x, y = left + width / 3, top + 20
    before = await _place(card, x)
    touches = await page.context.new_cdp_session(page)

    async def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y, "id": finger} for finger, place in enumerate(places)]
        await touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", x - _SPREAD[0], x + _SPREAD[0])
    for apart in _SPREAD[1:]:
        await touch("touchMove", x - apart, x + apart)
    await touch("touchEnd")
    await until(partial(_is_wider, card, width * 2), "the wider day")
    return before, await _place(card, x)


async def _box(card: Locator) -> tuple[float, float, float]:
    """Return where the day begins on the page, and how wide it is, in pixels."""
    box = await card.locator(TRACK).bounding_box()
    if box is None:
        raise AssertionError("there is no line")
    return box["x"], box["y"], box["width"]


async def _place(card: Locator, x: float) -> float:
    left, _, width = await _box(card)
    return (x - left) / width


async def _is_wider(card: Locator, width: float) -> bool:
    return (await _box(card))[2] >= width
