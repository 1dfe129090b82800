"""Security properties of the threat model, and the tests that check each of them."""

from typing import Final

_HOME: Final = "tests/security/home"
_HERE: Final = "tests/security"

#: By the point's name in docs/threat-model.md.
POINTS: Final[dict[str, tuple[str, ...]]] = {
    "No secret in logs": (
        f"{_HOME}/test_secrets.py::test_no_secret_is_anywhere_that_others_look",
        f"{_HOME}/test_secrets.py::test_live_video_is_logged_without_its_address",
        "tests/component/conftest.py::simulator",
        "tests/e2e/test_logs.py::test_the_debug_log_of_the_whole_path_holds_no_secret",
    ),
    "No secret in states and events": (f"{_HOME}/test_secrets.py::test_no_secret_is_anywhere_that_others_look",),
    "No secret in diagnostics": (
        f"{_HOME}/test_secrets.py::test_a_bug_report_names_nobody",
        "tests/component/health/test_diagnostics.py::test_diagnostics_tell_much_and_betray_nothing",
    ),
    "What an account shows names nobody": (
        "tests/component/observed/test_recorder.py::test_what_is_kept_names_nobody",
        "tests/component/observed/test_days.py::test_what_a_day_shows",
        "tests/account_check/test_check.py::test_the_command_writes_nothing_and_shows_no_secret",
    ),
    "License plates are private": (
        "tests/component/events/test_license_plates.py::test_plate_is_shown_and_not_recorded_by_default",
        "tests/component/events/test_license_plates.py::test_user_chooses_who_sees_plates",
        "tests/component/events/test_license_plates.py::test_plate_before_a_restart",
    ),
    "No secret in addresses": (
        f"{_HOME}/test_secrets.py::test_the_cameras_are_never_told_a_token_in_an_address",
        f"{_HERE}/test_headers.py::test_no_token_is_in_an_address",
    ),
    "No secret in errors": (
        f"{_HERE}/test_exceptions.py::test_a_server_that_repeats_what_it_was_told",
        f"{_HERE}/test_exceptions.py::test_nobody_there_or_somebody_who_speaks_otherwise",
        "tests/cloud/test_oauth2.py::test_refusal_says_what_the_server_said_without_secrets",
        "tests/cloud/test_oauth2.py::test_tokens_are_not_shown",
    ),
    "No secret in process arguments": (
        f"{_HOME}/test_secrets.py::test_no_secret_is_anywhere_that_others_look",
        f"{_HERE}/test_code.py::test_the_code_keeps_to_it",
    ),
    "No secret in dialogs": (f"{_HOME}/test_sign_in.py::test_no_form_shows_a_secret",),
    "Recording URLs don't work for others": (
        f"{_HOME}/test_media_paths.py::test_a_signature_opens_one_recording_of_one_account",
        f"{_HOME}/test_media_paths.py::test_who_may_see_one_camera_sees_no_other",
        f"{_HOME}/test_media_paths.py::test_an_address_ends_with_whoever_it_was_signed_for",
        f"{_HOME}/test_permissions.py::test_a_phone_gets_no_recording_by_its_address",
        f"{_HOME}/test_media_paths.py::test_an_account_that_is_gone_leaves_no_way_to_its_recordings",
        "tests/component/recordings/test_playback.py::test_odd_paths_lead_nowhere",
    ),
    "Pictures of events are for those who may see the camera": (
        f"{_HOME}/test_picture_paths.py::test_pictures_need_a_login",
        f"{_HOME}/test_picture_paths.py::test_who_may_see_one_camera_sees_no_pictures_of_another",
        f"{_HOME}/test_picture_paths.py::test_a_signature_opens_one_picture_and_ends_with_its_user",
        f"{_HOME}/test_picture_paths.py::test_what_home_assistant_signs_for_itself_needs_a_ticket",
        f"{_HOME}/test_picture_paths.py::test_odd_paths_lead_nowhere",
        f"{_HOME}/test_picture_paths.py::test_an_account_that_is_gone_leaves_no_way_to_its_pictures",
        "tests/episodes/test_thumbnails.py::test_what_is_no_picture_of_a_camera_has_none",
    ),
    "The relay is out of reach": (
        f"{_HERE}/test_relay_reach.py::test_it_listens_on_loopback_only",
        f"{_HERE}/test_relay_reach.py::test_an_address_can_not_be_guessed",
        f"{_HERE}/test_relay_reach.py::test_an_address_of_one_account_opens_nothing_at_another",
        f"{_HERE}/test_relay_reach.py::test_a_page_that_calls_itself_otherwise_reaches_nothing",
        f"{_HOME}/test_media_paths.py::test_live_pictures_of_one_account_are_not_at_the_address_of_another",
        "tests/live/test_relay.py::test_only_the_secret_opens_it",
        "tests/component/home/test_hostile.py::test_camera_that_turns_out_to_be_another_is_not_shown_any_more",
    ),
    "Certificates are verified": (
        f"{_HOME}/test_tls.py::test_no_door_talks_to_whoever_can_not_prove_who_they_are",
        f"{_HOME}/test_tls.py::test_names_are_compared_with_certificates",
        f"{_HOME}/test_tls.py::test_speech_is_not_fetched_from_whoever_stands_between",
        "tests/cloud/test_provider.py::test_refused",
    ),
    "No access to the local network by redirect": (
        f"{_HOME}/test_redirects.py::test_no_door_follows",
        f"{_HOME}/test_redirects.py::test_the_page_of_system_health_does_not_follow",
        f"{_HOME}/test_redirects.py::test_no_link_leads_to_the_house_by_an_address_of_the_internet",
        f"{_HERE}/test_links.py::test_no_link_leads_into_the_house",
        f"{_HERE}/test_links.py::test_a_provider_on_this_machine_leads_no_further_than_others",
        "tests/cloud/test_download.py::test_a_redirect_takes_the_token_nowhere_else",
        "tests/component/speaker/test_speaker.py::test_nothing_is_fetched_from_elsewhere",
    ),
    "Only listed headers pass": (
        f"{_HERE}/test_headers.py::test_only_these_headers_are_sent",
        f"{_HERE}/test_headers.py::test_moving_pictures_of_an_odd_kind_are_not_passed_on",
        f"{_HERE}/test_headers.py::test_moving_pictures_of_something_else_end",
        f"{_HOME}/test_passed_on.py::test_what_a_player_says_stays_here",
        f"{_HOME}/test_passed_on.py::test_what_a_server_says_stays_there",
        f"{_HOME}/test_passed_on.py::test_moving_pictures_bring_nothing_but_pictures",
    ),
    "XML without entities": (
        f"{_HERE}/test_xml.py::test_definitions_are_refused_however_they_are_written",
        f"{_HERE}/test_xml.py::test_nobody_is_asked_for_what_an_answer_points_at",
    ),
    "Every response has a size limit": (
        f"{_HERE}/test_sizes.py::test_an_answer_without_end",
        f"{_HERE}/test_sizes.py::test_an_answer_that_unpacks_to_a_thousand_times_its_size",
        f"{_HERE}/test_sizes.py::test_as_much_as_may_be_read_takes_little_memory",
        f"{_HERE}/test_sizes.py::test_a_large_account_is_read_beside_the_event_loop",
        f"{_HERE}/test_sizes.py::test_a_stream_that_is_packed_is_none",
        f"{_HERE}/test_sizes.py::test_a_message_of_an_event_stream_that_is_too_long",
        f"{_HERE}/test_sizes.py::test_a_picture_that_would_be_huge_when_it_is_drawn",
        f"{_HERE}/test_sizes.py::test_a_list_that_never_ends_is_left",
        "tests/recordings/test_card_remux.py::test_what_no_camera_records_is_left",
        "tests/recordings/test_card_remux.py::test_what_is_nothing_to_see_is_left",
        "tests/recordings/test_card_remux.py::test_it_can_be_stopped",
        "tests/component/recordings/test_card_recordings.py::test_account_that_ends_while_a_file_is_made",
        "tests/component/speaker/test_speaker.py::test_what_can_not_be_played_is_told",
    ),
    "The number of entities has a limit": (
        "tests/component/home/test_hostile.py::test_camera_that_invents_sources_at_each_reload_gets_a_bounded_number_of_entities",
        "tests/component/home/test_hostile.py::test_camera_that_takes_back_what_it_invents_fills_no_registry",
        "tests/component/home/test_hostile.py::test_presets_that_a_camera_invents_fill_no_registry",
        "tests/component/home/test_hostile.py::test_lights_that_a_camera_invents_replace_each_other",
        "tests/component/home/test_hostile.py::test_account_of_more_cameras_than_are_added",
    ),
    "The sign-in's state is checked": (
        f"{_HOME}/test_sign_in.py::test_a_code_without_the_right_state_is_not_taken",
        f"{_HOME}/test_sign_in.py::test_a_state_is_good_for_its_own_dialog_only",
        f"{_HOME}/test_sign_in.py::test_a_code_is_taken_once",
        "tests/component/flows/test_config_flow.py::test_credentials_of_another_provider_are_not_offered",
    ),
    "Sign-ins that nobody uses are revoked": (
        "tests/component/auth/test_revocation.py::test_wider_sign_in_that_is_replaced",
        "tests/component/auth/test_revocation.py::test_account_that_is_there_already",
        "tests/component/auth/test_revocation.py::test_dialog_that_is_closed_at_the_end",
        "tests/component/account/test_account.py::test_removing_the_account_cancels_its_sign_in",
    ),
    "Actions ask for permission": (
        f"{_HOME}/test_permissions.py::test_every_action_asks_whether_it_may",
        f"{_HOME}/test_permissions.py::test_who_may_only_look_changes_nothing",
        f"{_HOME}/test_permissions.py::test_an_event_is_no_way_to_the_recording_of_a_camera",
        "tests/component/events/test_event_actions.py::test_channels_stand_for_their_camera",
        f"{_HOME}/test_permissions.py::test_a_player_is_no_way_to_recordings_of_others",
        f"{_HOME}/test_permissions.py::test_a_phone_may_what_its_owner_may",
        f"{_HOME}/test_permissions.py::test_an_automation_plays_what_it_likes_and_nobody_gets_nothing",
        "tests/component/media_browser/test_media_browser.py::test_places_are_for_those_who_may_see_a_camera_there",
        "tests/component/test_llm.py::test_nobody_learns_of_cameras_that_they_may_not_see",
        "tests/component/recordings/test_playback.py::test_whoever_may_not_see_the_camera_sees_no_recording",
        "tests/component/frontend/test_timeline.py::test_who_may_not_see_a_camera_can_not_tell_it_from_none",
        "tests/component/frontend/test_timeline.py::test_permission_lost_while_the_cloud_is_asked",
        "tests/component/frontend/test_subscription.py::test_who_may_not_see_a_camera_can_not_follow_it",
    ),
    "Cameras cause few token refreshes": (
        "tests/component/auth/test_token_ends.py::test_cameras_that_take_no_token_cause_no_more_than_one_renewal",
        "tests/component/auth/test_token_ends.py::test_camera_that_goes_back_on_tokens_causes_no_end_of_renewals",
    ),
    "Names are shown as plain text": (
        f"{_HOME}/test_names.py::test_a_name_that_is_an_address_is_no_link",
        f"{_HOME}/test_names.py::test_names_of_cameras_in_issues",
        f"{_HOME}/test_names.py::test_names_of_cameras_that_refuse",
        "tests/component/home/test_hostile.py::test_names_that_cannot_be_stored_or_read",
    ),
    "Files stay where they belong": (
        "tests/recordings/test_export_target.py",
        "tests/component/recordings/test_recording_actions.py::test_file_that_is_there_stays",
        "tests/component/recordings/test_recording_actions.py::test_only_an_export_is_replaced",
        "tests/component/recordings/test_recording_actions.py::test_what_a_crash_left_is_removed_at_the_next_start",
    ),
    "Dependencies are pinned": (
        f"{_HERE}/test_dependencies.py::test_users_install_nothing_beside_it",
        f"{_HERE}/test_dependencies.py::test_every_package_has_its_version_and_its_sums",
        "tests/repository/test_repository.py::test_the_checkout_passes",
    ),
    "The code follows these rules": (
        f"{_HERE}/test_code.py::test_the_code_keeps_to_it",
        f"{_HERE}/test_code.py::test_a_rule_bites",
    ),
}
