"""The tests of every cell of README.md."""

from typing import Final

_EXPORTS: Final = "tests/component/recordings/test_recording_actions.py"
_CARDS: Final = "tests/component/recordings/test_card_recordings.py"
_CRASHES: Final = "tests/recordings/test_crashes.py"
_PICTURES: Final = "tests/component/events/test_last_event.py"
_HEADS: Final = "tests/component/ptz/test_ptz_stops.py"
_CHANNELS: Final = "tests/component/ptz/test_heads.py"
_PAST: Final = "tests/component/metrics/test_metric_history.py"
_TOKENS: Final = "tests/component/auth/test_token_restarts.py"
_ENDS: Final = "tests/component/auth/test_token_ends.py"
_ACCOUNT: Final = "tests/component/account/test_account.py"
_RESTARTS: Final = "tests/component/home/test_restarts.py"
_DECLARED: Final = "tests/component/events/test_declared_sources.py"
_NOTES: Final = "tests/restarts/test_notes.py"
_OBSERVED: Final = "tests/component/observed/test_recorder.py"
_KEPT: Final = "tests/component/events/test_kept_episodes.py"
_STORED: Final = "tests/episodes/stored"
_KILLED: Final = (
    f"{_STORED}/test_kills.py::test_killed_before_any_step",
    f"{_STORED}/test_kills.py::test_killed_in_the_middle_of_a_write",
    f"{_STORED}/test_kills.py::test_only_what_was_put_in_the_last_second_is_missing",
    f"{_STORED}/test_keeping.py::test_what_was_going_on_is_over_after_a_restart",
)
_NO_SPACE: Final = (
    f"{_STORED}/test_full_disk.py::test_it_goes_on_when_there_is_space",
    f"{_STORED}/test_full_disk.py::test_reload_while_the_disk_is_full",
    f"{_STORED}/test_full_disk.py::test_memory_is_bounded",
    f"{_STORED}/test_full_disk.py::test_disk_that_is_full_to_the_end",
)
_CLOCK_WRONG: Final = (
    f"{_STORED}/test_bounds.py::test_clock_that_is_wrong_for_a_while",
    f"{_STORED}/test_bounds.py::test_first_clock_is_not_set_yet",
)
_CLOCK_AHEAD: Final = (
    f"{_STORED}/test_bounds.py::test_clock_that_is_years_ahead_for_a_minute",
    f"{_STORED}/test_bounds.py::test_home_assistant_that_was_off_for_months",
)
_NO_SENSE: Final = f"{_NOTES}::test_note_that_makes_no_sense"
_NOT_WRITTEN: Final = (
    f"{_NOTES}::test_note_that_can_not_be_written",
    f"{_NOTES}::test_note_is_tried_again_until_it_is_on_the_disk",
    f"{_NOTES}::test_note_that_there_was_no_space_for_is_written_when_home_assistant_stops",
    f"{_NOTES}::test_account_that_is_reloaded_while_the_disk_is_full",
)
_LOADS: Final = f"{_RESTARTS}::test_account_loads_whatever_its_notes_are"
_NAMED: Final = f"{_CRASHES}::test_export_is_there_whole_or_not_at_all"
_NEW_OR_BEFORE: Final = f"{_CRASHES}::test_note_is_the_new_one_or_the_one_before"
_AHEAD: Final = f"{_PAST}::test_what_a_clock_that_was_ahead_asked_for_is_asked_for_again"
_BOTH: Final = f"{_PAST}::test_clock_that_is_set_wrong_and_right_again_loses_no_hour"
_REPORTED_AGAIN: Final = (
    "tests/component/account/test_cloud_not_responding.py::test_it_goes_with_the_account",
    "tests/component/home/test_fault_matrix.py::test_scene",
)

#: By the row's name, then the column's.
WRITTEN: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "export of a recording": {
        "reload": (
            f"{_EXPORTS}::test_account_that_is_unloaded_meanwhile",
            f"{_EXPORTS}::test_caller_that_is_stopped",
        ),
        "stop": (f"{_RESTARTS}::test_home_assistant_stops_during_an_export",),
        "kill": (
            f"{_EXPORTS}::test_what_a_crash_left_is_removed_at_the_next_start",
            f"{_RESTARTS}::test_unfinished_export_that_can_not_be_removed_stays_noted",
            f"{_RESTARTS}::test_unfinished_export_on_a_disk_that_is_not_there_yet",
        ),
        "no space": (
            f"{_EXPORTS}::test_disk_that_is_nearly_full",
            f"{_EXPORTS}::test_disk_that_fills",
            f"{_EXPORTS}::test_folder_that_can_not_be_written",
        ),
    },
    "export, in the moment it gets its name": {
        "reload": (_NAMED,),
        "stop": (_NAMED,),
        "kill": (_NAMED,),
        "no space": (f"{_EXPORTS}::test_second_name_that_is_taken_meanwhile_takes_the_first_back",),
    },
    "note of unfinished exports": {
        "reload": (f"{_EXPORTS}::test_account_that_is_unloaded_meanwhile",),
        "stop": (f"{_RESTARTS}::test_home_assistant_stops_during_an_export",),
        "kill": (_NEW_OR_BEFORE,),
        "no space": _NOT_WRITTEN,
        "garbage": (
            _NO_SENSE,
            f"{_EXPORTS}::test_whatever_a_crash_left_home_assistant_starts",
            f"{_RESTARTS}::test_integration_loads_whatever_its_note_is",
        ),
    },
    "note of exports that were written": {
        "reload": (f"{_EXPORTS}::test_only_an_export_is_replaced",),
        "stop": (f"{_EXPORTS}::test_only_an_export_is_replaced",),
        "kill": (_NEW_OR_BEFORE, f"{_EXPORTS}::test_replacement_that_fails_can_be_tried_again"),
        "no space": _NOT_WRITTEN,
        "garbage": (_NO_SENSE, f"{_EXPORTS}::test_only_an_export_is_replaced"),
    },
    "file of a recording from a card": {
        "reload": (
            f"{_CARDS}::test_files_go_with_the_account",
            f"{_CARDS}::test_two_that_are_the_first_share_a_folder",
            f"{_CARDS}::test_account_that_ends_while_the_folder_is_made",
        ),
        "stop": (f"{_RESTARTS}::test_files_of_cards_that_were_left_are_removed_at_the_next_start",),
        "kill": (f"{_RESTARTS}::test_files_of_cards_that_were_left_are_removed_at_the_next_start",),
        "no space": (
            f"{_CARDS}::test_disk_that_fills",
            f"{_CARDS}::test_what_is_no_video",
            f"{_CARDS}::test_faults_are_told_and_leave_nothing",
        ),
    },
    "image of the last event": {
        "reload": (f"{_PICTURES}::test_picture_outlives_restarts_and_is_gone_with_the_account",),
        "stop": (f"{_PICTURES}::test_picture_outlives_restarts_and_is_gone_with_the_account",),
        "kill": (
            f"{_CRASHES}::test_event_picture_is_the_new_one_or_the_one_before",
            f"{_CRASHES}::test_event_picture_that_a_power_cut_left_empty_is_none",
            f"{_PICTURES}::test_picture_is_written_once_a_minute_at_most",
        ),
        "no space": (
            f"{_CRASHES}::test_event_picture_that_finds_no_space_takes_none",
            f"{_PICTURES}::test_full_disk_is_no_reason_to_stop",
            f"{_PICTURES}::test_picture_that_there_was_no_space_for_is_tried_again",
        ),
        "garbage": (f"{_CRASHES}::test_event_picture_that_is_none_any_more",),
    },
    "episodes: what happened": {
        "reload": (
            f"{_KEPT}::test_reload_while_something_goes_on",
            f"{_STORED}/test_damage.py::test_reload_in_the_middle",
            f"{_STORED}/test_damage.py::test_whoever_stops_waiting_stops_nothing",
        ),
        "stop": (f"{_STORED}/test_full_disk.py::test_what_is_not_written_when_home_assistant_stops_is",),
        "kill": _KILLED,
        "no space": _NO_SPACE,
        "garbage": (
            f"{_STORED}/test_damage.py::test_damaged_database_is_set_aside",
            f"{_STORED}/test_damage.py::test_page_that_is_damaged_is_met_later",
            f"{_STORED}/test_damage.py::test_damage_is_met_while_something_is_written",
            f"{_STORED}/test_damage.py::test_row_that_makes_no_sense_is_left_out",
        ),
    },
    "pictures of episodes": {
        "reload": (
            f"{_KEPT}::test_reload_while_something_goes_on",
            f"{_STORED}/test_damage.py::test_reload_in_the_middle",
        ),
        "stop": (f"{_STORED}/test_full_disk.py::test_what_is_not_written_when_home_assistant_stops_is",),
        "kill": (*_KILLED, f"{_STORED}/test_damage.py::test_pictures_without_episode_are_removed"),
        "no space": _NO_SPACE,
        "garbage": (
            f"{_STORED}/test_damage.py::test_picture_that_is_missing",
            f"{_STORED}/test_damage.py::test_picture_that_can_not_be_read_now_may_be_later",
        ),
    },
    "note of what cameras could report": {
        "reload": (f"{_DECLARED}::test_it_is_not_asked_again_after_a_restart",),
        "stop": (f"{_DECLARED}::test_it_is_written_when_home_assistant_stops",),
        "kill": (_NEW_OR_BEFORE,),
        "no space": _NOT_WRITTEN,
        "garbage": (_NO_SENSE, f"{_DECLARED}::test_whatever_is_in_the_file"),
    },
    "a head that moves, and its note": {
        "reload": (
            f"{_HEADS}::test_the_account_ends",
            f"{_HEADS}::test_the_account_ends_while_the_camera_does_not_answer",
            f"{_CHANNELS}::test_unloading_stops_all_heads",
        ),
        "stop": (f"{_HEADS}::test_the_account_ends",),
        "kill": (
            f"{_HEADS}::test_home_assistant_crashes",
            f"{_HEADS}::test_a_move_waits_until_what_was_left_moving_stands",
            f"{_CHANNELS}::test_a_crash_while_the_third_channel_moves",
            _NEW_OR_BEFORE,
        ),
        "no space": (*_NOT_WRITTEN, f"{_NOTES}::test_each_move_is_noted_as_soon_as_there_is_space"),
        "garbage": (_NO_SENSE, _LOADS, f"{_HEADS}::test_strange_notes_are_no_trouble"),
    },
    "facts that the account showed": {
        "reload": (f"{_OBSERVED}::test_reloaded_before_it_is_written",),
        "stop": (f"{_OBSERVED}::test_written_when_home_assistant_stops",),
        "kill": (_NEW_OR_BEFORE,),
        "no space": _NOT_WRITTEN,
        "garbage": (_NO_SENSE, f"{_OBSERVED}::test_what_makes_no_sense_is_left_out"),
    },
    "past of metrics in statistics": {
        "reload": (f"{_PAST}::test_goes_on_where_it_was_interrupted", f"{_PAST}::test_goes_on_from_what_is_kept"),
        "stop": (f"{_PAST}::test_goes_on_where_it_was_interrupted", f"{_PAST}::test_goes_on_from_what_is_kept"),
        "kill": (
            f"{_PAST}::test_goes_on_where_it_was_interrupted",
            f"{_PAST}::test_after_a_restart_weeks_later_the_sum_goes_on",
        ),
    },
    "refresh token that was renewed": {
        "reload": (f"{_ACCOUNT}::test_refresh_tokens_that_rotate_or_stay",),
        "stop": (f"{_TOKENS}::test_stopped_while_the_answer_is_on_its_way",),
        "kill": (
            f"{_TOKENS}::test_killed_before_home_assistant_has_written_it",
            f"{_TOKENS}::test_killed_before_it_is_written_where_refresh_tokens_stay",
            f"{_TOKENS}::test_killed_when_home_assistant_has_written_it",
        ),
    },
    "refresh token, its answer on its way": {
        "reload": (
            f"{_TOKENS}::test_reloaded_while_the_answer_is_on_its_way",
            f"{_TOKENS}::test_reloaded_while_there_is_no_answer",
            f"{_TOKENS}::test_removed_while_the_answer_is_on_its_way",
            f"{_TOKENS}::test_signed_in_anew_while_the_answer_is_on_its_way",
            f"{_TOKENS}::test_signed_in_anew_while_there_is_no_answer",
            f"{_TOKENS}::test_changed_to_an_api_token_while_there_is_no_answer",
            "tests/component/auth/test_tokens.py::test_caller_that_gives_up_does_not_lose_the_next_refresh_token",
        ),
        "stop": (
            f"{_TOKENS}::test_stopped_while_the_answer_is_on_its_way",
            f"{_TOKENS}::test_stopped_while_there_is_no_answer",
            f"{_TOKENS}::test_nothing_is_spent_once_home_assistant_stops",
        ),
        "kill": (f"{_TOKENS}::test_killed_before_the_answer_came",),
    },
    "account, options, serial numbers": {
        "reload": ("tests/component/flows/test_options.py::test_serial_number_can_be_entered_and_forgotten",),
    },
    "kind of the last event, last contact": {
        "reload": (
            f"{_PICTURES}::test_last_event_is_known_after_a_restart",
            f"{_PICTURES}::test_last_contact",
        ),
        "garbage": (f"{_PICTURES}::test_last_event_is_known_after_a_restart",),
    },
    "issues in Repairs": {"reload": _REPORTED_AGAIN, "stop": _REPORTED_AGAIN, "kill": _REPORTED_AGAIN},
}

_TOKEN_CLOCKS: Final = (
    f"{_ENDS}::test_clock_that_was_wrong_when_the_token_was_refreshed",
    f"{_ENDS}::test_jump_of_the_clock_while_running_changes_nothing",
)
_REMOVALS: Final = (
    f"{_ACCOUNT}::test_removing_an_account_whose_token_is_old",
    f"{_ACCOUNT}::test_removing_an_account_whose_token_is_old_for_the_provider_alone",
)
_LISTS: Final = (
    "tests/recordings/test_lists.py::test_clock_that_is_set_makes_no_list_last_longer",
    "tests/recordings/test_lists.py::test_what_goes_on_is_not_taken_for_past_once_the_clock_is_right",
)
_TODAY: Final = (f"{_RESTARTS}::test_metrics_of_today_while_the_clock_is_wrong",)
_ADDRESSES: Final = (f"{_RESTARTS}::test_address_of_a_recording_from_a_clock_that_was_wrong",)
_AGES: Final = (f"{_DECLARED}::test_it_is_asked_again_after_a_change_of_firmware_or_a_week",)
_HAPPENED: Final = (f"{_RESTARTS}::test_events_and_pictures_while_the_clock_is_wrong",)

SET: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "tokens: whether they are over": {"ahead": _TOKEN_CLOCKS, "back": _TOKEN_CLOCKS},
    "removal: whether the token is over": {"ahead": _REMOVALS, "back": _REMOVALS},
    "metrics of today": {"ahead": _TODAY, "back": _TODAY},
    "past of metrics: which hours are over": {"ahead": (_AHEAD, _BOTH), "back": (_BOTH,)},
    "lists of recordings: what is past": {"ahead": _LISTS, "back": _LISTS},
    "recordings of now: whether they lie ahead": {
        "ahead": (f"{_EXPORTS}::test_export_refuses",),
        "back": (f"{_EXPORTS}::test_export_refuses",),
    },
    "addresses of recordings: their signatures": {"ahead": _ADDRESSES, "back": _ADDRESSES},
    "last contact": {
        "ahead": (
            f"{_RESTARTS}::test_last_contact_while_the_clock_is_ahead",
            f"{_RESTARTS}::test_last_contact_that_is_still_to_come_is_not_believed",
        ),
        "back": (f"{_RESTARTS}::test_last_contact_while_the_clock_is_behind",),
    },
    "events: when they happened": {"back": _HAPPENED},
    "episodes: when they happened": {"ahead": _CLOCK_WRONG, "back": _CLOCK_WRONG},
    "episodes: which are too old": {"ahead": (*_CLOCK_WRONG, *_CLOCK_AHEAD), "back": _CLOCK_WRONG},
    "what cameras could report: its age": {"ahead": _AGES, "back": _AGES},
    "clocks of cameras": {
        "ahead": ("tests/component/events/test_events.py::test_wrong_clock_changes_nothing",),
        "back": ("tests/component/events/test_events.py::test_wrong_clock_changes_nothing",),
    },
    "image of the last event": {"ahead": _HAPPENED, "back": _HAPPENED},
}

_GOES: Final = {
    "camera left the tree": (
        f"{_KEPT}::test_camera_that_is_gone_takes_what_happened_along",
        f"{_STORED}/test_keeping.py::test_camera_that_is_back_keeps_what_happened",
    ),
    "camera replaced": (f"{_KEPT}::test_camera_that_is_replaced_keeps_what_happened",),
    "account removed": (
        f"{_KEPT}::test_account_that_is_removed_takes_what_happened_along",
        f"{_STORED}/test_damage.py::test_what_is_left_of_an_account_that_is_no_more",
    ),
}
REMOVED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "episodes: what happened": _GOES,
    "pictures of episodes": _GOES,
}
