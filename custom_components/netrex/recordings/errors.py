"""What can go wrong with a recording besides the troubles of the cloud and of cameras."""


class RecordingError(Exception):
    """A recording can't be had."""


class NothingRecordedError(RecordingError):
    """The camera did not record then."""


class StillPreparingError(RecordingError):
    """The recording is not ready yet; its job goes on."""


class PreparationFailedError(RecordingError):
    """No file could be made of the recording."""


class NotVideoError(RecordingError):
    """What came is no video."""


class TooManyJobsError(RecordingError):
    """More recordings are wanted at the same time than is good for anybody."""


class TooManyPlayersError(RecordingError):
    """More players want recordings of this account than any household has."""


class NoSpaceError(RecordingError):
    """There is not enough space for the recording's file."""


class AccountUnloadedError(RecordingError):
    """The account was unloaded meanwhile."""
