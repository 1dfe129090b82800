"""Episodes are found at once, and after a restart; what is asked for is what comes."""

from dataclasses import replace
import stat

from homeassistant.core import HomeAssistant

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from tests.component.episodes_kept import PICTURE, THUMBNAIL

from .keeping import ALL, CAMERA, NOW, Keeping, at


async def test_what_happens_is_found_at_once_and_after_a_restart(keeping: Keeping) -> None:
    episodes = [at(-20, CAMERA, EpisodeKind.PERSON, EpisodeKind.MOTION, scenarios=("Gate \udcff", "Ž")), at(-5, 8)]
    for each in episodes:
        keeping.episodes.put(each)
    assert await keeping.episodes.find({CAMERA, 8}, ALL) == episodes[::-1]
    await keeping.settle()
    assert await keeping.episodes.find({CAMERA, 8}, ALL) == episodes[::-1]
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA, 8}, ALL) == episodes[::-1]
    assert await keeping.episodes.get(episodes[0].id) == episodes[0]
    assert await keeping.episodes.get(EpisodeId(CAMERA, 1)) is None
    assert await keeping.episodes.get(EpisodeId(1 << 70, 1 << 70)) is None


async def test_episode_that_goes_on(keeping: Keeping) -> None:
    told: list[Episode] = []
    keeping.episodes.changed.add(told.append)
    begun = at(-20, is_over=False)
    await keeping.keep(begun)
    assert keeping.episodes.latest(CAMERA) == begun
    assert keeping.episodes.latest(8) is None
    longer = replace(begun, ended_at=begun.ended_at + 9000, kinds=(EpisodeKind.DOORBELL, EpisodeKind.PERSON))
    keeping.episodes.put(longer)
    # The row of before doesn't come through.
    assert await keeping.episodes.find({CAMERA}, ALL) == [longer]
    assert await keeping.episodes.find({CAMERA}, ALL, [EpisodeKind.DOORBELL]) == [longer]
    await keeping.keep(over := replace(longer, is_over=True))
    assert keeping.episodes.latest(CAMERA) is None
    assert await keeping.episodes.find({CAMERA}, ALL) == [over]
    assert told == [begun, longer, over]


async def test_what_was_going_on_is_over_after_a_restart(keeping: Keeping) -> None:
    await keeping.keep(begun := at(-20, is_over=False))
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(begun, is_over=True)]
    assert keeping.episodes.latest(CAMERA) is None


async def test_only_what_is_asked_for(keeping: Keeping) -> None:
    """Of what is written and what is not: both mixed."""
    rows = [at(-100 * number, CAMERA if number % 2 else 8, lasts=50) for number in range(20)]
    rows += [at(-90, 9, EpisodeKind.VEHICLE, EpisodeKind.MOTION), at(-95, 9, EpisodeKind.MOTION)]
    await keeping.keep(*rows[::2])
    for each in rows[1::2]:
        keeping.episodes.put(each)
    expected = sorted(rows, key=lambda each: each.id.began_at, reverse=True)

    async def found(
        *cameras: int, begin: int = 0, end: int = NOW + 9999, kinds: tuple[EpisodeKind, ...] = (), limit: int = 1000
    ) -> list[Episode]:
        return await keeping.episodes.find(cameras, Interval(begin, end), kinds, limit)

    for nodes in ((CAMERA,), (CAMERA, 8, 9), (), (CAMERA, *range(100, 300)), (1,)):
        assert await found(*nodes) == [each for each in expected if each.id.node_id in nodes]
    assert await found(9, kinds=(EpisodeKind.VEHICLE,)) == [
        each for each in expected if EpisodeKind.VEHICLE in each.kinds
    ]
    assert await found(9, kinds=(EpisodeKind.VEHICLE, EpisodeKind.MOTION)) == [
        each for each in expected if each.id.node_id == 9
    ]
    assert await found(9, kinds=(EpisodeKind.PERSON,)) == []
    for limit in (0, 1, 5, 22, 23):
        assert await found(CAMERA, 8, 9, limit=limit) == expected[:limit]
    # Also what was only going on; not what begins as it ends.
    assert await found(8, begin=NOW - 380, end=NOW) == [
        each
        for each in expected
        if each.id.node_id == 8 and each.ended_at >= (NOW - 380) * 1000 and each.id.began_at < NOW * 1000
    ]
    assert await found(8, begin=-(1 << 90), end=1 << 90) == await found(8)
    intervals = [
        Interval(NOW - 1000, NOW),
        Interval(NOW, NOW + 1),
        Interval(NOW - 300, NOW - 300),
        Interval(0, 1 << 90),
    ]
    for nodes in ({CAMERA}, {CAMERA, 8, 9}, set(range(300))):
        assert await keeping.episodes.counts(nodes, intervals) == [
            sum(
                each.id.node_id in nodes and interval.begins_at * 1000 <= each.id.began_at < interval.ends_at * 1000
                for each in rows
            )
            for interval in intervals
        ]
    # An episode that changed since it was written counts once.
    keeping.episodes.put(replace(rows[0], ended_at=rows[0].ended_at + 1))
    assert await keeping.episodes.counts({8}, [ALL]) == [10]


async def test_pictures(keeping: Keeping) -> None:
    told: list[Episode] = []
    keeping.episodes.put(episode := at(-5, has_picture=True))
    assert await keeping.episodes.picture(episode.id) is None
    keeping.episodes.changed.add(told.append)
    keeping.episodes.put_picture(episode.id, PICTURE, THUMBNAIL)
    assert told == [pictured := replace(episode, has_picture=True)]
    for _ in ("not written", "written", "after a restart"):
        assert await keeping.episodes.picture(episode.id) == PICTURE
        assert await keeping.episodes.picture(episode.id, thumbnail=True) == THUMBNAIL
        assert await keeping.episodes.find({CAMERA}, ALL) == [pictured]
        await keeping.reload()
    assert await keeping.files() == [f"01ACCOUNT/7/{episode.id.began_at}{end}.jpg" for end in ("-small", "")]


async def test_picture_stays_with_what_changes(keeping: Keeping) -> None:
    await keeping.keep(episode := at(-5, is_over=False), picture=True)
    # Whoever puts it need not know of its picture.
    await keeping.keep(replace(episode, is_over=True))
    assert (await keeping.episodes.find({CAMERA}, ALL))[0].has_picture
    keeping.episodes.put_picture(episode.id, PICTURE + b"another", THUMBNAIL)
    await keeping.settle()
    assert await keeping.episodes.picture(episode.id) == PICTURE + b"another"
    assert len(await keeping.files()) == 2


async def test_picture_of_nothing(keeping: Keeping) -> None:
    keeping.episodes.put_picture(EpisodeId(CAMERA, NOW), PICTURE, THUMBNAIL)
    keeping.episodes.put(episode := at())
    keeping.episodes.put_picture(episode.id, b"\xff" * ((4 << 20) + 1), THUMBNAIL)
    await keeping.settle()
    assert await keeping.files() == []
    assert await keeping.episodes.find({CAMERA}, ALL) == [episode]


async def test_moment_that_no_date_has_is_not_kept(keeping: Keeping) -> None:
    for episode_id in (EpisodeId(CAMERA, -1), EpisodeId(CAMERA, 1 << 60), EpisodeId(1 << 63, NOW)):
        await keeping.keep(replace(at(), id=episode_id))
    await keeping.keep(replace(at(), ended_at=1 << 62), at(1))
    assert await keeping.found() == [at(1).id]


async def test_nothing_is_opened_for_nothing(keeping: Keeping) -> None:
    assert await keeping.episodes.find({CAMERA}, ALL) == []
    assert await keeping.episodes.counts({CAMERA}, [ALL]) == [0]
    assert await keeping.episodes.picture(at().id) is None
    await keeping.unload()
    assert not await keeping.do(keeping.folder.exists)


async def test_it_is_closed_with_the_last_account(hass: HomeAssistant, keeping: Keeping) -> None:
    other = Keeping(hass, "01OTHER")
    await other.load()
    await keeping.keep(at(-1))
    await other.keep(at(-2))
    await keeping.unload()
    assert await keeping.is_open()
    assert await other.found() == [at(-2).id]
    await other.unload()
    assert not await keeping.is_open()
    assert await keeping.do(lambda: [each.name for each in keeping.folder.iterdir()]) == ["episodes.db"]


async def test_only_home_assistant_reads_it(keeping: Keeping) -> None:
    await keeping.keep(at(), picture=True)

    def modes() -> dict[str, int]:
        return {
            str(each.relative_to(keeping.folder)): stat.S_IMODE(each.stat().st_mode)
            for each in (keeping.folder, *keeping.folder.rglob("*"))
        }

    name = f"01ACCOUNT/7/{at().id.began_at}"
    files = ("episodes.db", "episodes.db-shm", "episodes.db-wal", f"{name}.jpg", f"{name}-small.jpg")
    assert await keeping.do(modes) == dict.fromkeys((".", "01ACCOUNT", "01ACCOUNT/7"), 0o700) | dict.fromkeys(
        files, 0o600
    )


async def test_account_goes_with_all_of_it(hass: HomeAssistant, keeping: Keeping) -> None:
    other = Keeping(hass, "01OTHER")
    await other.load()
    await keeping.keep(at(-1), picture=True)
    await other.keep(at(-2), picture=True)
    image = keeping.folder / "01ACCOUNT" / "7.jpg"
    await keeping.do(lambda: image.write_bytes(PICTURE))
    await keeping.remove()
    assert await other.found() == [at(-2).id]
    assert [each for each in await keeping.files() if "ACCOUNT" in each] == ["01ACCOUNT/7.jpg"]
    await keeping.do(image.unlink)
    await other.remove()
    assert await keeping.do(lambda: list(keeping.folder.glob("episodes*"))) == []
    # And again, where there is nothing.
    await other.remove()


async def test_camera_goes_with_all_of_it(hass: HomeAssistant, keeping: Keeping) -> None:
    await keeping.keep(at(-1), at(-2, 8), picture=True)
    keeping.episodes.put(at(-3, 8))
    keeping.episodes.follow_cameras({CAMERA, 9})
    await keeping.hour()
    # The provider may have forgotten it for a moment.
    assert len(await keeping.found()) == 3
    timing_of(hass).episodes_outlive_camera = 0
    keeping.episodes.put(at(-4, 8))
    await keeping.hour()
    assert await keeping.found() == [at(-1).id]
    assert [each.split("/")[1] for each in await keeping.files()] == ["7", "7"]


async def test_camera_that_is_back_keeps_what_happened(hass: HomeAssistant, keeping: Keeping) -> None:
    timing_of(hass).episodes_outlive_camera = 0
    await keeping.keep(at(-1), at(-2, 8))
    keeping.episodes.follow_cameras({CAMERA, 9})
    keeping.episodes.follow_cameras({CAMERA, 8, 9})
    await keeping.hour()
    assert len(await keeping.found()) == 2
