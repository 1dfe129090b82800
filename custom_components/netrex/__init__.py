"""The Netrex (CamStreamer Cloud) integration: sets up, unloads and removes an account."""

import asyncio
from typing import Final

from homeassistant.const import CONF_TOKEN, Platform
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.helpers.typing import ConfigType

from .account.account import NetrexAccount, NetrexConfigEntry
from .auth.implementation import async_get_entry_implementation
from .auth.revocation import async_revoke
from .auth.tokens import SignInToken, async_get_token_refreshes
from .cameras.declared_sources import async_remove_declared_sources
from .cloud import CloudClient, FixedToken, Provider, Token
from .const import CONF_API_TOKEN, CONF_PROVIDER, DOMAIN, OBSERVED
from .coordinator import TreeCoordinator
from .entity.output import async_remove_former_outputs
from .episodes.keeper import async_remove_episodes
from .errors import unreachable
from .events.pictures import EventPictures
from .frontend.commands import async_setup_commands
from .frontend.serving import async_setup_frontend
from .health.call_log import CallLog
from .issues import async_clear_all, async_clear_while_unloaded
from .media_browser.picture_notice import PictureNoticeView
from .observed.recorder import async_get_observed, async_remove_observed
from .ptz.moving_store import MovingStore
from .recordings.card_clips import async_remove_left_clips
from .recordings.known_exports import unfinished_exports
from .services import async_setup_services
from .session import async_get_session
from .tasks.timing import timing_of
from .views import EpisodePictureView, EpisodeTileView, RecordingView

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.COVER,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.MEDIA_PLAYER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what all accounts share: recordings over HTTP, what the frontend gets, and actions."""
    for view in (RecordingView, EpisodePictureView, EpisodeTileView, PictureNoticeView):
        hass.http.register_view(view(hass))
    await async_setup_frontend(hass)
    async_setup_commands(hass)
    async_setup_services(hass)
    await unfinished_exports(hass).remove_left_behind()
    await async_remove_left_clips(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: NetrexConfigEntry) -> bool:
    """Sign in, read the tree once and start the account."""
    provider, observed = Provider(entry.data[CONF_PROVIDER]), await async_get_observed(hass, entry.entry_id)
    observed.note_all(entry.data.get(CONF_TOKEN, {}).get(OBSERVED))
    calls = CallLog(on_observed=observed.note)
    # A slow provider must not delay the start of Home Assistant.
    limit = None if hass.state is CoreState.running else timing_of(hass).start_wait
    try:
        async with asyncio.timeout(limit):
            token = await _get_token(hass, entry, calls)
            cloud = CloudClient(async_get_session(hass), provider, token, calls=calls)
            tree = TreeCoordinator(hass, entry, cloud, provider)
            await tree.async_config_entry_first_refresh()
    except TimeoutError:
        raise unreachable(provider) from None
    entry.runtime_data = NetrexAccount(hass, entry, cloud, tree, token, calls=calls, observed=observed)
    async_remove_former_outputs(hass, entry)
    starting = hass.async_create_task(_start(hass, entry), f"netrex start {entry.entry_id}")
    try:
        await asyncio.shield(starting)
    except BaseException:
        # Canceled, or failed: Home Assistant unloads no platforms of an account that was never loaded.
        await asyncio.shield(hass.async_create_task(_undo_start(hass, entry, starting)))
        raise
    return True


async def async_unload_entry(hass: HomeAssistant, entry: NetrexConfigEntry) -> bool:
    """Unload a config entry.

    A reload is canceled when the browser that asked for it leaves. Unloading goes on all the same, and so does the
    reload: an account that stays half unloaded is never loaded again.
    """
    unloading = hass.async_create_task(_unload(hass, entry), f"netrex unload {entry.entry_id}")
    while not unloading.done():
        try:
            await asyncio.shield(unloading)
        except asyncio.CancelledError:
            if task := asyncio.current_task():
                task.uncancel()
    return unloading.result()


async def async_remove_entry(hass: HomeAssistant, entry: NetrexConfigEntry) -> None:
    """Remove what is stored for an account, and revoke its sign-in if the provider can be reached."""
    async_clear_all(hass, entry)
    await async_remove_episodes(hass, entry.entry_id)
    await EventPictures(hass, entry.entry_id).remove_all()
    await MovingStore(hass, entry.entry_id).remove()
    await async_remove_declared_sources(hass, entry.entry_id)
    await async_remove_observed(hass, entry.entry_id)
    if CONF_TOKEN in entry.data:
        await async_revoke(hass, entry.data)


async def _start(hass: HomeAssistant, entry: NetrexConfigEntry) -> None:
    await entry.runtime_data.async_start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)


async def _undo_start(hass: HomeAssistant, entry: NetrexConfigEntry, starting: asyncio.Task[None]) -> None:
    await asyncio.wait({starting})
    await entry.runtime_data.adder.end()
    forwarded = [each.domain for each in async_get_platforms(hass, DOMAIN) if each.config_entry is entry]
    await hass.config_entries.async_unload_platforms(entry, forwarded)
    await _end(hass, entry)


async def _unload(hass: HomeAssistant, entry: NetrexConfigEntry) -> bool:
    await entry.runtime_data.adder.end()
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        # Some platforms stayed: the account goes on with them, and its issues stay.
        return False
    await _end(hass, entry)
    return True


async def _end(hass: HomeAssistant, entry: NetrexConfigEntry) -> None:
    await entry.runtime_data.async_end()
    # An answer that is still on its way must not come after the account is removed.
    await async_get_token_refreshes(hass).finish(entry.entry_id)
    async_clear_while_unloaded(hass, entry)


async def _get_token(hass: HomeAssistant, entry: NetrexConfigEntry, calls: CallLog) -> Token:
    """Return the account's token: of its sign-in, or made by the user."""
    if CONF_API_TOKEN in entry.data:
        return FixedToken(entry.data[CONF_API_TOKEN])
    token = SignInToken(hass, entry, await async_get_entry_implementation(hass, entry, calls))
    await token.get()
    return token
