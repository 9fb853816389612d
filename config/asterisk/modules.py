"""Which modules Asterisk loads: those hotline uses and no others, so that it starts in about a second."""

from config.asterisk.ini import document
from config.asterisk.spec import AsteriskSpec

# fmt: off
MODULES = (
    "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb", "res_timing_timerfd", "res_crypto",
    "res_rtp_asterisk", "res_srtp", "res_http_websocket", "res_musiconhold", "res_speech", "codec_alaw", "codec_ulaw",
    "codec_a_mu", "codec_g722", "codec_gsm", "codec_resample", "format_pcm", "format_wav", "format_sln",
    "format_gsm", "res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_sdp_rtp", "res_pjsip_caller_id",
    "res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_authenticator_digest",
    "res_pjsip_outbound_authenticator_digest", "res_pjsip_outbound_registration",
    "res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip", "res_pjsip_registrar",
    "res_pjsip_pubsub", "res_pjsip_refer", "res_pjsip_dtmf_info", "res_pjsip_diversion",
    "res_pjsip_header_funcs", "res_pjsip_path", "res_pjsip_logger", "res_pjsip_dlg_options",
    "res_pjsip_empty_info", "res_pjsip_transport_websocket", "chan_pjsip", "func_callerid", "func_channel",
    "func_global", "func_hangupcause", "func_logic", "func_pjsip_aor", "func_pjsip_contact", "func_pjsip_endpoint",
    "func_strings", "func_talkdetect", "func_timeout", "func_volume", "pbx_config", "bridge_builtin_features",
    "bridge_holding", "bridge_native_rtp", "bridge_simple", "bridge_softmix", "app_celgenuserevent",
    "app_chanspy", "app_dial", "app_read", "app_echo", "app_mixmonitor", "app_playback", "app_queue",
    "app_record", "app_senddtmf", "app_stack", "app_userevent", "app_verbose", "res_stasis", "res_stasis_answer",
    "res_stasis_device_state",
    "res_stasis_playback", "res_stasis_recording", "res_stasis_snoop", "app_stasis", "res_ari", "res_ari_model",
    "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels", "res_ari_device_states",
    "res_ari_endpoints", "res_ari_events", "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds",
    "res_agi", "cel_custom",
)
# fmt: on
"""Module names without `.so`, in the order they are loaded."""

_SINCE_22 = ("res_cdrel_custom", "res_websocket_client")


def render_modules(spec: AsteriskSpec) -> dict[str, str]:
    """`modules.conf`: no automatic loading; modules that only newer releases have come first and only there."""
    newer = _SINCE_22 if spec.version >= (22, 7) else ()
    lines = ["[modules]", "autoload=no", *(f"load={module}.so" for module in (*newer, *MODULES))]
    return {"modules.conf": document("Modules", "\n".join(lines) + "\n")}
