"""Errors of recordings, beside those of the cloud and camera clients.

`texts.py` maps each to the translated message that the user sees; a new one needs a key there.
"""


class RecordingError(Exception):
    """A recording can't be listed, prepared or played."""


class NothingRecordedError(RecordingError):
    """The camera did not record in the requested time range."""


class StillPreparingError(RecordingError):
    """The file was not ready within the wait; its preparation continues, so a later request may succeed."""


class PreparationFailedError(RecordingError):
    """The cloud, or the remuxer of card recordings, could not make a file of the recording."""


class NotVideoError(RecordingError):
    """The downloaded file is not a video."""


class TooManyJobsError(RecordingError):
    """Too many recordings of the account are being prepared."""


class TooManyPlayersError(RecordingError):
    """Too many players are open on the account's recordings."""


class NoSpaceError(RecordingError):
    """The disk has not enough space for the recording's file."""


class AccountUnloadedError(RecordingError):
    """The account was unloaded during the request."""
