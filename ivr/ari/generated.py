"""ARI as Asterisk describes it: models, events and operations. Written by tools/ari_models.py; do not edit.

Unknown fields are ignored. A model's required field is required; every other one is None when absent.
"""

from __future__ import annotations

import builtins
from typing import Any, Literal, Union

import msgspec

from ivr.ari.operation import Json, Operation, Requester, nothing, octets, segment, with_query

SOURCE = "7d39c2f10486a429e0a15161a110ffa879824d6bb8a48f17283bd7679cc61948"
"""SHA-256 over the descriptions this was written from."""


class Model(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value Asterisk sends or takes."""


class Application(Model, frozen=True, kw_only=True):
    """ARI model Application."""

    name: str
    channel_ids: builtins.list[str]
    bridge_ids: builtins.list[str]
    endpoint_ids: builtins.list[str]
    device_names: builtins.list[str]
    events_allowed: builtins.list[dict[str, Any]]
    events_disallowed: builtins.list[dict[str, Any]]


class BuildInfo(Model, frozen=True, kw_only=True):
    """ARI model BuildInfo."""

    os: str
    kernel: str
    options: str
    machine: str
    date: str
    user: str


class SystemInfo(Model, frozen=True, kw_only=True):
    """ARI model SystemInfo."""

    version: str
    entity_id: str


class SetId(Model, frozen=True, kw_only=True):
    """ARI model SetId."""

    user: str
    group: str


class ConfigInfo(Model, frozen=True, kw_only=True):
    """ARI model ConfigInfo."""

    name: str
    default_language: str
    max_channels: int | None = None
    max_open_files: int | None = None
    max_load: float | None = None
    setid: SetId


class StatusInfo(Model, frozen=True, kw_only=True):
    """ARI model StatusInfo."""

    startup_time: str
    last_reload_time: str


class AsteriskInfo(Model, frozen=True, kw_only=True):
    """ARI model AsteriskInfo."""

    build: BuildInfo | None = None
    system: SystemInfo | None = None
    config: ConfigInfo | None = None
    status: StatusInfo | None = None


class AsteriskPing(Model, frozen=True, kw_only=True):
    """ARI model AsteriskPing."""

    asterisk_id: str
    ping: str
    timestamp: str


class Module(Model, frozen=True, kw_only=True):
    """ARI model Module."""

    name: str
    description: str
    use_count: int
    status: str
    support_level: str


class LogChannel(Model, frozen=True, kw_only=True):
    """ARI model LogChannel."""

    channel: str
    type: str
    status: str
    configuration: str


class Variable(Model, frozen=True, kw_only=True):
    """ARI model Variable."""

    value: str


class Variables(Model, frozen=True, kw_only=True):
    """ARI model Variables."""

    variables: dict[str, Any]


class ConfigTuple(Model, frozen=True, kw_only=True):
    """ARI model ConfigTuple."""

    attribute: str
    value: str


class Bridge(Model, frozen=True, kw_only=True):
    """ARI model Bridge."""

    id: str
    technology: str
    bridge_type: str
    bridge_class: str
    creator: str
    name: str
    channels: builtins.list[str]
    video_mode: str | None = None
    video_source_id: str | None = None
    creationtime: str
    bridgevars: dict[str, Any] | None = None


class Dialed(Model, frozen=True, kw_only=True):
    """ARI model Dialed."""


class DialplanCEP(Model, frozen=True, kw_only=True):
    """ARI model DialplanCEP."""

    context: str
    exten: str
    priority: int
    app_name: str
    app_data: str


class CallerID(Model, frozen=True, kw_only=True):
    """ARI model CallerID."""

    name: str
    number: str


class RTPstat(Model, frozen=True, kw_only=True):
    """ARI model RTPstat."""

    txcount: int
    rxcount: int
    txjitter: float | None = None
    rxjitter: float | None = None
    remote_maxjitter: float | None = None
    remote_minjitter: float | None = None
    remote_normdevjitter: float | None = None
    remote_stdevjitter: float | None = None
    local_maxjitter: float | None = None
    local_minjitter: float | None = None
    local_normdevjitter: float | None = None
    local_stdevjitter: float | None = None
    txploss: int
    rxploss: int
    remote_maxrxploss: float | None = None
    remote_minrxploss: float | None = None
    remote_normdevrxploss: float | None = None
    remote_stdevrxploss: float | None = None
    local_maxrxploss: float | None = None
    local_minrxploss: float | None = None
    local_normdevrxploss: float | None = None
    local_stdevrxploss: float | None = None
    rtt: float | None = None
    maxrtt: float | None = None
    minrtt: float | None = None
    normdevrtt: float | None = None
    stdevrtt: float | None = None
    local_ssrc: int
    remote_ssrc: int
    txoctetcount: int
    rxoctetcount: int
    channel_uniqueid: str


class Channel(Model, frozen=True, kw_only=True):
    """ARI model Channel."""

    id: str
    protocol_id: str
    name: str
    state: str
    caller: CallerID
    connected: CallerID
    accountcode: str
    dialplan: DialplanCEP
    creationtime: str
    language: str
    channelvars: dict[str, Any] | None = None
    caller_rdnis: str | None = None
    tenantid: str | None = None


class DeviceState(Model, frozen=True, kw_only=True):
    """ARI model DeviceState."""

    name: str
    state: str


class Endpoint(Model, frozen=True, kw_only=True):
    """ARI model Endpoint."""

    technology: str
    resource: str
    state: str | None = None
    channel_ids: builtins.list[str]


class TextMessage(Model, frozen=True, kw_only=True):
    """ARI model TextMessage."""

    from_: str = msgspec.field(name="from")
    to: str
    body: str
    variables: dict[str, Any] | None = None


class Message(Model, frozen=True, kw_only=True):
    """ARI model Message."""

    asterisk_id: str | None = None


class MissingParams(Message, frozen=True, kw_only=True, tag_field="type", tag="MissingParams"):
    """ARI model MissingParams."""

    params: builtins.list[str]


class Event(Message, frozen=True, kw_only=True):
    """ARI model Event."""

    application: str
    timestamp: str


class ContactInfo(Model, frozen=True, kw_only=True):
    """ARI model ContactInfo."""

    uri: str
    contact_status: str
    aor: str
    roundtrip_usec: str | None = None


class Peer(Model, frozen=True, kw_only=True):
    """ARI model Peer."""

    peer_status: str
    cause: str | None = None
    address: str | None = None
    port: str | None = None
    time: str | None = None


class DeviceStateChanged(Event, frozen=True, kw_only=True, tag_field="type", tag="DeviceStateChanged"):
    """ARI model DeviceStateChanged."""

    device_state: DeviceState


class PlaybackStarted(Event, frozen=True, kw_only=True, tag_field="type", tag="PlaybackStarted"):
    """ARI model PlaybackStarted."""

    playback: Playback


class PlaybackContinuing(Event, frozen=True, kw_only=True, tag_field="type", tag="PlaybackContinuing"):
    """ARI model PlaybackContinuing."""

    playback: Playback


class PlaybackFinished(Event, frozen=True, kw_only=True, tag_field="type", tag="PlaybackFinished"):
    """ARI model PlaybackFinished."""

    playback: Playback


class RecordingStarted(Event, frozen=True, kw_only=True, tag_field="type", tag="RecordingStarted"):
    """ARI model RecordingStarted."""

    recording: LiveRecording


class RecordingFinished(Event, frozen=True, kw_only=True, tag_field="type", tag="RecordingFinished"):
    """ARI model RecordingFinished."""

    recording: LiveRecording


class RecordingFailed(Event, frozen=True, kw_only=True, tag_field="type", tag="RecordingFailed"):
    """ARI model RecordingFailed."""

    recording: LiveRecording


class ApplicationMoveFailed(Event, frozen=True, kw_only=True, tag_field="type", tag="ApplicationMoveFailed"):
    """ARI model ApplicationMoveFailed."""

    channel: Channel
    destination: str
    args: builtins.list[str]


class ApplicationRegistered(Event, frozen=True, kw_only=True, tag_field="type", tag="ApplicationRegistered"):
    """ARI model ApplicationRegistered."""


class ApplicationUnregistered(Event, frozen=True, kw_only=True, tag_field="type", tag="ApplicationUnregistered"):
    """ARI model ApplicationUnregistered."""


class ApplicationReplaced(Event, frozen=True, kw_only=True, tag_field="type", tag="ApplicationReplaced"):
    """ARI model ApplicationReplaced."""


class BridgeCreated(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeCreated"):
    """ARI model BridgeCreated."""

    bridge: Bridge


class BridgeDestroyed(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeDestroyed"):
    """ARI model BridgeDestroyed."""

    bridge: Bridge


class BridgeMerged(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeMerged"):
    """ARI model BridgeMerged."""

    bridge: Bridge
    bridge_from: Bridge


class BridgeVideoSourceChanged(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeVideoSourceChanged"):
    """ARI model BridgeVideoSourceChanged."""

    bridge: Bridge
    old_video_source_id: str | None = None


class BridgeBlindTransfer(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeBlindTransfer"):
    """ARI model BridgeBlindTransfer."""

    channel: Channel
    replace_channel: Channel | None = None
    transferee: Channel | None = None
    exten: str
    context: str
    result: str
    is_external: bool
    bridge: Bridge | None = None


class BridgeAttendedTransfer(Event, frozen=True, kw_only=True, tag_field="type", tag="BridgeAttendedTransfer"):
    """ARI model BridgeAttendedTransfer."""

    transferer_first_leg: Channel
    transferer_second_leg: Channel
    replace_channel: Channel | None = None
    transferee: Channel | None = None
    transfer_target: Channel | None = None
    result: str
    is_external: bool
    transferer_first_leg_bridge: Bridge | None = None
    transferer_second_leg_bridge: Bridge | None = None
    destination_type: str
    destination_bridge: str | None = None
    destination_application: str | None = None
    destination_link_first_leg: Channel | None = None
    destination_link_second_leg: Channel | None = None
    destination_threeway_channel: Channel | None = None
    destination_threeway_bridge: Bridge | None = None


class ChannelCreated(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelCreated"):
    """ARI model ChannelCreated."""

    channel: Channel


class ChannelDestroyed(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelDestroyed"):
    """ARI model ChannelDestroyed."""

    cause: int
    cause_txt: str
    tech_cause: int | None = None
    channel: Channel


class ChannelEnteredBridge(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelEnteredBridge"):
    """ARI model ChannelEnteredBridge."""

    bridge: Bridge
    channel: Channel | None = None


class ChannelLeftBridge(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelLeftBridge"):
    """ARI model ChannelLeftBridge."""

    bridge: Bridge
    channel: Channel


class ChannelStateChange(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelStateChange"):
    """ARI model ChannelStateChange."""

    channel: Channel


class ChannelDtmfReceived(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelDtmfReceived"):
    """ARI model ChannelDtmfReceived."""

    digit: str
    duration_ms: int
    channel: Channel


class ChannelDialplan(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelDialplan"):
    """ARI model ChannelDialplan."""

    channel: Channel
    dialplan_app: str
    dialplan_app_data: str


class ChannelCallerId(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelCallerId"):
    """ARI model ChannelCallerId."""

    caller_presentation: int
    caller_presentation_txt: str
    channel: Channel


class ChannelUserevent(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelUserevent"):
    """ARI model ChannelUserevent."""

    eventname: str
    channel: Channel | None = None
    bridge: Bridge | None = None
    endpoint: Endpoint | None = None
    userevent: dict[str, Any]


class ChannelHangupRequest(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelHangupRequest"):
    """ARI model ChannelHangupRequest."""

    cause: int | None = None
    tech_cause: int | None = None
    soft: bool | None = None
    channel: Channel


class ChannelVarset(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelVarset"):
    """ARI model ChannelVarset."""

    variable: str
    value: str
    channel: Channel | None = None


class ChannelHold(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelHold"):
    """ARI model ChannelHold."""

    channel: Channel
    musicclass: str | None = None


class ChannelUnhold(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelUnhold"):
    """ARI model ChannelUnhold."""

    channel: Channel


class ChannelToneDetected(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelToneDetected"):
    """ARI model ChannelToneDetected."""

    channel: Channel


class ChannelTalkingStarted(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelTalkingStarted"):
    """ARI model ChannelTalkingStarted."""

    channel: Channel


class ChannelTalkingFinished(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelTalkingFinished"):
    """ARI model ChannelTalkingFinished."""

    channel: Channel
    duration: int


class ContactStatusChange(Event, frozen=True, kw_only=True, tag_field="type", tag="ContactStatusChange"):
    """ARI model ContactStatusChange."""

    endpoint: Endpoint
    contact_info: ContactInfo


class PeerStatusChange(Event, frozen=True, kw_only=True, tag_field="type", tag="PeerStatusChange"):
    """ARI model PeerStatusChange."""

    endpoint: Endpoint
    peer: Peer


class EndpointStateChange(Event, frozen=True, kw_only=True, tag_field="type", tag="EndpointStateChange"):
    """ARI model EndpointStateChange."""

    endpoint: Endpoint


class Dial(Event, frozen=True, kw_only=True, tag_field="type", tag="Dial"):
    """ARI model Dial."""

    caller: Channel | None = None
    peer: Channel
    forward: str | None = None
    forwarded: Channel | None = None
    dialstring: str | None = None
    dialstatus: str


class StasisEnd(Event, frozen=True, kw_only=True, tag_field="type", tag="StasisEnd"):
    """ARI model StasisEnd."""

    channel: Channel


class StasisStart(Event, frozen=True, kw_only=True, tag_field="type", tag="StasisStart"):
    """ARI model StasisStart."""

    args: builtins.list[str]
    channel: Channel
    replace_channel: Channel | None = None


class TextMessageReceived(Event, frozen=True, kw_only=True, tag_field="type", tag="TextMessageReceived"):
    """ARI model TextMessageReceived."""

    message: TextMessage
    endpoint: Endpoint | None = None


class ChannelConnectedLine(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelConnectedLine"):
    """ARI model ChannelConnectedLine."""

    channel: Channel


class ChannelTransfer(Event, frozen=True, kw_only=True, tag_field="type", tag="ChannelTransfer"):
    """ARI model ChannelTransfer."""

    state: str | None = None
    refer_to: ReferTo
    referred_by: ReferredBy


class ReferTo(Model, frozen=True, kw_only=True):
    """ARI model ReferTo."""

    requested_destination: RequiredDestination
    destination_channel: Channel | None = None
    connected_channel: Channel | None = None
    bridge: Bridge | None = None


class ReferredBy(Model, frozen=True, kw_only=True):
    """ARI model ReferredBy."""

    source_channel: Channel
    connected_channel: Channel | None = None
    bridge: Bridge | None = None


class RequiredDestination(Model, frozen=True, kw_only=True):
    """ARI model RequiredDestination."""

    protocol_id: str | None = None
    destination: str | None = None
    additional_protocol_params: builtins.list[AdditionalParam] | None = None


class AdditionalParam(Model, frozen=True, kw_only=True):
    """ARI model AdditionalParam."""

    parameter_name: str
    parameter_value: str


class RESTHeader(Model, frozen=True, kw_only=True):
    """ARI model RESTHeader."""

    name: str
    value: str


class RESTQueryStringParameter(Model, frozen=True, kw_only=True):
    """ARI model RESTQueryStringParameter."""

    name: str
    value: str


class RESTRequest(Model, frozen=True, kw_only=True):
    """ARI model RESTRequest."""

    type: str
    transaction_id: str
    request_id: str
    method: str
    uri: str
    content_type: str | None = None
    query_strings: builtins.list[RESTQueryStringParameter] | None = None
    message_body: str | None = None


class RESTResponse(Event, frozen=True, kw_only=True, tag_field="type", tag="RESTResponse"):
    """ARI model RESTResponse."""

    transaction_id: str
    request_id: str
    status_code: int
    reason_phrase: str
    uri: str
    content_type: str | None = None
    message_body: str | None = None


class CallBroadcast(Event, frozen=True, kw_only=True, tag_field="type", tag="CallBroadcast"):
    """ARI model CallBroadcast."""

    channel: Channel
    caller: str | None = None
    called: str | None = None


class CallClaimed(Event, frozen=True, kw_only=True, tag_field="type", tag="CallClaimed"):
    """ARI model CallClaimed."""

    channel: Channel
    winner_app: str


class Mailbox(Model, frozen=True, kw_only=True):
    """ARI model Mailbox."""

    name: str
    old_messages: int
    new_messages: int


class Playback(Model, frozen=True, kw_only=True):
    """ARI model Playback."""

    id: str
    media_uri: str
    next_media_uri: str | None = None
    target_uri: str
    language: str | None = None
    state: str


class StoredRecording(Model, frozen=True, kw_only=True):
    """ARI model StoredRecording."""

    name: str
    format: str


class LiveRecording(Model, frozen=True, kw_only=True):
    """ARI model LiveRecording."""

    name: str
    format: str
    target_uri: str
    state: str
    duration: int | None = None
    talking_duration: int | None = None
    silence_duration: int | None = None
    cause: str | None = None


class FormatLangPair(Model, frozen=True, kw_only=True):
    """ARI model FormatLangPair."""

    language: str
    format: str


class Sound(Model, frozen=True, kw_only=True):
    """ARI model Sound."""

    id: str
    text: str | None = None
    formats: builtins.list[FormatLangPair]


AnyEvent = Union[
    MissingParams,
    DeviceStateChanged,
    PlaybackStarted,
    PlaybackContinuing,
    PlaybackFinished,
    RecordingStarted,
    RecordingFinished,
    RecordingFailed,
    ApplicationMoveFailed,
    ApplicationRegistered,
    ApplicationUnregistered,
    ApplicationReplaced,
    BridgeCreated,
    BridgeDestroyed,
    BridgeMerged,
    BridgeBlindTransfer,
    BridgeAttendedTransfer,
    BridgeVideoSourceChanged,
    ChannelCreated,
    ChannelDestroyed,
    ChannelEnteredBridge,
    ChannelLeftBridge,
    ChannelStateChange,
    ChannelDtmfReceived,
    ChannelDialplan,
    ChannelCallerId,
    ChannelUserevent,
    ChannelHangupRequest,
    ChannelVarset,
    ChannelToneDetected,
    ChannelTalkingStarted,
    ChannelTalkingFinished,
    ChannelHold,
    ChannelUnhold,
    ContactStatusChange,
    EndpointStateChange,
    Dial,
    StasisEnd,
    StasisStart,
    TextMessageReceived,
    ChannelConnectedLine,
    PeerStatusChange,
    ChannelTransfer,
    RESTResponse,
    CallBroadcast,
    CallClaimed,
]


_application = msgspec.json.Decoder(Application).decode


_asterisk_info = msgspec.json.Decoder(AsteriskInfo).decode


_asterisk_ping = msgspec.json.Decoder(AsteriskPing).decode


_bridge = msgspec.json.Decoder(Bridge).decode


_channel = msgspec.json.Decoder(Channel).decode


_device_state = msgspec.json.Decoder(DeviceState).decode


_endpoint = msgspec.json.Decoder(Endpoint).decode


_live_recording = msgspec.json.Decoder(LiveRecording).decode


_mailbox = msgspec.json.Decoder(Mailbox).decode


_module = msgspec.json.Decoder(Module).decode


_playback = msgspec.json.Decoder(Playback).decode


_rt_pstat = msgspec.json.Decoder(RTPstat).decode


_sound = msgspec.json.Decoder(Sound).decode


_stored_recording = msgspec.json.Decoder(StoredRecording).decode


_variable = msgspec.json.Decoder(Variable).decode


_variables = msgspec.json.Decoder(Variables).decode


_list_application = msgspec.json.Decoder(builtins.list[Application]).decode


_list_bridge = msgspec.json.Decoder(builtins.list[Bridge]).decode


_list_channel = msgspec.json.Decoder(builtins.list[Channel]).decode


_list_config_tuple = msgspec.json.Decoder(builtins.list[ConfigTuple]).decode


_list_device_state = msgspec.json.Decoder(builtins.list[DeviceState]).decode


_list_endpoint = msgspec.json.Decoder(builtins.list[Endpoint]).decode


_list_log_channel = msgspec.json.Decoder(builtins.list[LogChannel]).decode


_list_mailbox = msgspec.json.Decoder(builtins.list[Mailbox]).decode


_list_module = msgspec.json.Decoder(builtins.list[Module]).decode


_list_sound = msgspec.json.Decoder(builtins.list[Sound]).decode


_list_stored_recording = msgspec.json.Decoder(builtins.list[StoredRecording]).decode


class Applications:
    """The operations of /applications."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[Application]]:
        """GET /applications."""
        return Operation(self._link, "GET", "applications", None, _list_application)

    def get(self, application_name: str) -> Operation[Application]:
        """GET /applications/{applicationName}; refused with 404."""
        return Operation(self._link, "GET", f"applications/{segment(application_name)}", None, _application)

    def subscribe(self, application_name: str, event_source: builtins.list[str]) -> Operation[Application]:
        """POST /applications/{applicationName}/subscription; refused with 400, 404, 422."""
        return Operation(self._link, "POST", with_query(f"applications/{segment(application_name)}/subscription", {"eventSource": event_source}), None, _application)

    def unsubscribe(self, application_name: str, event_source: builtins.list[str]) -> Operation[Application]:
        """DELETE /applications/{applicationName}/subscription; refused with 400, 404, 409, 422."""
        return Operation(self._link, "DELETE", with_query(f"applications/{segment(application_name)}/subscription", {"eventSource": event_source}), None, _application)

    def filter(self, application_name: str, *, filter: Json | None = None) -> Operation[Application]:
        """PUT /applications/{applicationName}/eventFilter; refused with 400, 404."""
        return Operation(self._link, "PUT", f"applications/{segment(application_name)}/eventFilter", filter, _application)


class Asterisk:
    """The operations of /asterisk."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def get_object(self, config_class: str, object_type: str, id: str) -> Operation[builtins.list[ConfigTuple]]:
        """GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}; refused with 404."""
        return Operation(self._link, "GET", f"asterisk/config/dynamic/{segment(config_class)}/{segment(object_type)}/{segment(id)}", None, _list_config_tuple)

    def update_object(self, config_class: str, object_type: str, id: str, *, fields: Json | None = None) -> Operation[builtins.list[ConfigTuple]]:
        """PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}; refused with 400, 403, 404."""
        return Operation(self._link, "PUT", f"asterisk/config/dynamic/{segment(config_class)}/{segment(object_type)}/{segment(id)}", None if fields is None else {"fields": fields}, _list_config_tuple)

    def delete_object(self, config_class: str, object_type: str, id: str) -> Operation[None]:
        """DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}; refused with 403, 404."""
        return Operation(self._link, "DELETE", f"asterisk/config/dynamic/{segment(config_class)}/{segment(object_type)}/{segment(id)}", None, nothing)

    def get_info(self, *, only: builtins.list[Literal["build", "system", "config", "status"]] | None = None) -> Operation[AsteriskInfo]:
        """GET /asterisk/info."""
        return Operation(self._link, "GET", with_query("asterisk/info", {"only": only}), None, _asterisk_info)

    def ping(self) -> Operation[AsteriskPing]:
        """GET /asterisk/ping."""
        return Operation(self._link, "GET", "asterisk/ping", None, _asterisk_ping)

    def list_modules(self) -> Operation[builtins.list[Module]]:
        """GET /asterisk/modules."""
        return Operation(self._link, "GET", "asterisk/modules", None, _list_module)

    def get_module(self, module_name: str) -> Operation[Module]:
        """GET /asterisk/modules/{moduleName}; refused with 404, 409."""
        return Operation(self._link, "GET", f"asterisk/modules/{segment(module_name)}", None, _module)

    def load_module(self, module_name: str) -> Operation[None]:
        """POST /asterisk/modules/{moduleName}; refused with 409."""
        return Operation(self._link, "POST", f"asterisk/modules/{segment(module_name)}", None, nothing)

    def unload_module(self, module_name: str) -> Operation[None]:
        """DELETE /asterisk/modules/{moduleName}; refused with 404, 409."""
        return Operation(self._link, "DELETE", f"asterisk/modules/{segment(module_name)}", None, nothing)

    def reload_module(self, module_name: str) -> Operation[None]:
        """PUT /asterisk/modules/{moduleName}; refused with 404, 409."""
        return Operation(self._link, "PUT", f"asterisk/modules/{segment(module_name)}", None, nothing)

    def list_log_channels(self) -> Operation[builtins.list[LogChannel]]:
        """GET /asterisk/logging."""
        return Operation(self._link, "GET", "asterisk/logging", None, _list_log_channel)

    def add_log(self, log_channel_name: str, configuration: str) -> Operation[None]:
        """POST /asterisk/logging/{logChannelName}; refused with 400, 409."""
        return Operation(self._link, "POST", with_query(f"asterisk/logging/{segment(log_channel_name)}", {"configuration": configuration}), None, nothing)

    def delete_log(self, log_channel_name: str) -> Operation[None]:
        """DELETE /asterisk/logging/{logChannelName}; refused with 404."""
        return Operation(self._link, "DELETE", f"asterisk/logging/{segment(log_channel_name)}", None, nothing)

    def rotate_log(self, log_channel_name: str) -> Operation[None]:
        """PUT /asterisk/logging/{logChannelName}/rotate; refused with 404."""
        return Operation(self._link, "PUT", f"asterisk/logging/{segment(log_channel_name)}/rotate", None, nothing)

    def get_global_var(self, variable: str) -> Operation[Variable]:
        """GET /asterisk/variable; refused with 400."""
        return Operation(self._link, "GET", with_query("asterisk/variable", {"variable": variable}), None, _variable)

    def set_global_var(self, variable: str, *, value: str | None = None) -> Operation[None]:
        """POST /asterisk/variable; refused with 400."""
        return Operation(self._link, "POST", with_query("asterisk/variable", {"variable": variable, "value": value}), None, nothing)


class Bridges:
    """The operations of /bridges."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[Bridge]]:
        """GET /bridges."""
        return Operation(self._link, "GET", "bridges", None, _list_bridge)

    def create(self, *, type: str | None = None, bridge_id: str | None = None, name: str | None = None, variables: Json | None = None) -> Operation[Bridge]:
        """POST /bridges; refused with 409."""
        return Operation(self._link, "POST", with_query("bridges", {"type": type, "bridgeId": bridge_id, "name": name}), None if variables is None else {"variables": variables}, _bridge)

    def create_with_id(self, bridge_id: str, *, type: str | None = None, name: str | None = None, variables: Json | None = None) -> Operation[Bridge]:
        """POST /bridges/{bridgeId}; refused with 409."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}", {"type": type, "name": name}), None if variables is None else {"variables": variables}, _bridge)

    def get(self, bridge_id: str) -> Operation[Bridge]:
        """GET /bridges/{bridgeId}; refused with 404."""
        return Operation(self._link, "GET", f"bridges/{segment(bridge_id)}", None, _bridge)

    def destroy(self, bridge_id: str) -> Operation[None]:
        """DELETE /bridges/{bridgeId}; refused with 404."""
        return Operation(self._link, "DELETE", f"bridges/{segment(bridge_id)}", None, nothing)

    def get_bridge_var(self, bridge_id: str, variable: str) -> Operation[Variable]:
        """GET /bridges/{bridgeId}/variable; refused with 400, 404, 409."""
        return Operation(self._link, "GET", with_query(f"bridges/{segment(bridge_id)}/variable", {"variable": variable}), None, _variable)

    def set_bridge_var(self, bridge_id: str, variable: str, *, value: str | None = None, report_events: bool | None = None) -> Operation[None]:
        """POST /bridges/{bridgeId}/variable; refused with 400, 404, 409."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/variable", {"variable": variable, "value": value, "report_events": report_events}), None, nothing)

    def get_bridge_vars(self, bridge_id: str, variables: builtins.list[str]) -> Operation[Variables]:
        """GET /bridges/{bridgeId}/variables; refused with 400, 404, 409."""
        return Operation(self._link, "GET", with_query(f"bridges/{segment(bridge_id)}/variables", {"variables": variables}), None, _variables)

    def set_bridge_vars(self, bridge_id: str, variables: Json) -> Operation[None]:
        """POST /bridges/{bridgeId}/variables; refused with 400, 404, 409."""
        return Operation(self._link, "POST", f"bridges/{segment(bridge_id)}/variables", {"variables": variables}, nothing)

    def add_channel(self, bridge_id: str, channel: builtins.list[str], *, role: str | None = None, absorb_dtmf: bool | None = None, mute: bool | None = None, inhibit_connected_line_updates: bool | None = None) -> Operation[None]:
        """POST /bridges/{bridgeId}/addChannel; refused with 400, 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/addChannel", {"channel": channel, "role": role, "absorbDTMF": absorb_dtmf, "mute": mute, "inhibitConnectedLineUpdates": inhibit_connected_line_updates}), None, nothing)

    def remove_channel(self, bridge_id: str, channel: builtins.list[str]) -> Operation[None]:
        """POST /bridges/{bridgeId}/removeChannel; refused with 400, 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/removeChannel", {"channel": channel}), None, nothing)

    def set_video_source(self, bridge_id: str, channel_id: str) -> Operation[None]:
        """POST /bridges/{bridgeId}/videoSource/{channelId}; refused with 404, 409, 422."""
        return Operation(self._link, "POST", f"bridges/{segment(bridge_id)}/videoSource/{segment(channel_id)}", None, nothing)

    def clear_video_source(self, bridge_id: str) -> Operation[None]:
        """DELETE /bridges/{bridgeId}/videoSource; refused with 404."""
        return Operation(self._link, "DELETE", f"bridges/{segment(bridge_id)}/videoSource", None, nothing)

    def start_moh(self, bridge_id: str, *, moh_class: str | None = None) -> Operation[None]:
        """POST /bridges/{bridgeId}/moh; refused with 404, 409."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/moh", {"mohClass": moh_class}), None, nothing)

    def stop_moh(self, bridge_id: str) -> Operation[None]:
        """DELETE /bridges/{bridgeId}/moh; refused with 404, 409."""
        return Operation(self._link, "DELETE", f"bridges/{segment(bridge_id)}/moh", None, nothing)

    def play(self, bridge_id: str, media: builtins.list[str], *, announcer_format: str | None = None, lang: str | None = None, offsetms: int | None = None, skipms: int | None = None, playback_id: str | None = None) -> Operation[Playback]:
        """POST /bridges/{bridgeId}/play; refused with 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/play", {"media": media, "announcer_format": announcer_format, "lang": lang, "offsetms": offsetms, "skipms": skipms, "playbackId": playback_id}), None, _playback)

    def play_with_id(self, bridge_id: str, playback_id: str, media: builtins.list[str], *, announcer_format: str | None = None, lang: str | None = None, offsetms: int | None = None, skipms: int | None = None) -> Operation[Playback]:
        """POST /bridges/{bridgeId}/play/{playbackId}; refused with 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/play/{segment(playback_id)}", {"media": media, "announcer_format": announcer_format, "lang": lang, "offsetms": offsetms, "skipms": skipms}), None, _playback)

    def record(self, bridge_id: str, name: str, format: str, *, recorder_format: str | None = None, max_duration_seconds: int | None = None, max_silence_seconds: int | None = None, if_exists: Literal["fail", "overwrite", "append"] | None = None, beep: bool | None = None, terminate_on: Literal["none", "any", "*", "#"] | None = None) -> Operation[LiveRecording]:
        """POST /bridges/{bridgeId}/record; refused with 400, 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"bridges/{segment(bridge_id)}/record", {"name": name, "format": format, "recorder_format": recorder_format, "maxDurationSeconds": max_duration_seconds, "maxSilenceSeconds": max_silence_seconds, "ifExists": if_exists, "beep": beep, "terminateOn": terminate_on}), None, _live_recording)


class Channels:
    """The operations of /channels."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[Channel]]:
        """GET /channels."""
        return Operation(self._link, "GET", "channels", None, _list_channel)

    def originate(self, endpoint: str, *, extension: str | None = None, context: str | None = None, priority: int | None = None, label: str | None = None, app: str | None = None, app_args: str | None = None, caller_id: str | None = None, timeout: int | None = None, variables: Json | None = None, channel_id: str | None = None, other_channel_id: str | None = None, originator: str | None = None, formats: str | None = None) -> Operation[Channel]:
        """POST /channels; refused with 400, 409."""
        return Operation(self._link, "POST", with_query("channels", {"endpoint": endpoint, "extension": extension, "context": context, "priority": priority, "label": label, "app": app, "appArgs": app_args, "callerId": caller_id, "timeout": timeout, "channelId": channel_id, "otherChannelId": other_channel_id, "originator": originator, "formats": formats}), None if variables is None else {"variables": variables}, _channel)

    def create(self, endpoint: str, app: str, *, app_args: str | None = None, channel_id: str | None = None, other_channel_id: str | None = None, originator: str | None = None, formats: str | None = None, variables: Json | None = None) -> Operation[Channel]:
        """POST /channels/create; refused with 409."""
        return Operation(self._link, "POST", with_query("channels/create", {"endpoint": endpoint, "app": app, "appArgs": app_args, "channelId": channel_id, "otherChannelId": other_channel_id, "originator": originator, "formats": formats}), None if variables is None else {"variables": variables}, _channel)

    def get(self, channel_id: str) -> Operation[Channel]:
        """GET /channels/{channelId}; refused with 404."""
        return Operation(self._link, "GET", f"channels/{segment(channel_id)}", None, _channel)

    def originate_with_id(self, channel_id: str, endpoint: str, *, extension: str | None = None, context: str | None = None, priority: int | None = None, label: str | None = None, app: str | None = None, app_args: str | None = None, caller_id: str | None = None, timeout: int | None = None, variables: Json | None = None, other_channel_id: str | None = None, originator: str | None = None, formats: str | None = None) -> Operation[Channel]:
        """POST /channels/{channelId}; refused with 400, 409."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}", {"endpoint": endpoint, "extension": extension, "context": context, "priority": priority, "label": label, "app": app, "appArgs": app_args, "callerId": caller_id, "timeout": timeout, "otherChannelId": other_channel_id, "originator": originator, "formats": formats}), None if variables is None else {"variables": variables}, _channel)

    def hangup(self, channel_id: str, *, reason_code: str | None = None, reason: Literal["normal", "busy", "congestion", "no_answer", "timeout", "rejected", "unallocated", "normal_unspecified", "number_incomplete", "codec_mismatch", "interworking", "failure", "answered_elsewhere"] | None = None) -> Operation[None]:
        """DELETE /channels/{channelId}; refused with 400, 404."""
        return Operation(self._link, "DELETE", with_query(f"channels/{segment(channel_id)}", {"reason_code": reason_code, "reason": reason}), None, nothing)

    def continue_in_dialplan(self, channel_id: str, *, context: str | None = None, extension: str | None = None, priority: int | None = None, label: str | None = None) -> Operation[None]:
        """POST /channels/{channelId}/continue; refused with 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/continue", {"context": context, "extension": extension, "priority": priority, "label": label}), None, nothing)

    def move(self, channel_id: str, app: str, *, app_args: str | None = None) -> Operation[None]:
        """POST /channels/{channelId}/move; refused with 404, 409."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/move", {"app": app, "appArgs": app_args}), None, nothing)

    def redirect(self, channel_id: str, endpoint: str) -> Operation[None]:
        """POST /channels/{channelId}/redirect; refused with 400, 404, 409, 412, 422."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/redirect", {"endpoint": endpoint}), None, nothing)

    def answer(self, channel_id: str) -> Operation[None]:
        """POST /channels/{channelId}/answer; refused with 404, 409, 412."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/answer", None, nothing)

    def ring(self, channel_id: str) -> Operation[None]:
        """POST /channels/{channelId}/ring; refused with 404, 409, 412."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/ring", None, nothing)

    def ring_stop(self, channel_id: str) -> Operation[None]:
        """DELETE /channels/{channelId}/ring; refused with 404, 409, 412."""
        return Operation(self._link, "DELETE", f"channels/{segment(channel_id)}/ring", None, nothing)

    def progress(self, channel_id: str) -> Operation[None]:
        """POST /channels/{channelId}/progress; refused with 404, 409, 412."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/progress", None, nothing)

    def send_dtmf(self, channel_id: str, *, dtmf: str | None = None, before: int | None = None, between: int | None = None, duration: int | None = None, after: int | None = None) -> Operation[None]:
        """POST /channels/{channelId}/dtmf; refused with 400, 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/dtmf", {"dtmf": dtmf, "before": before, "between": between, "duration": duration, "after": after}), None, nothing)

    def mute(self, channel_id: str, *, direction: Literal["both", "in", "out"] | None = None) -> Operation[None]:
        """POST /channels/{channelId}/mute; refused with 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/mute", {"direction": direction}), None, nothing)

    def unmute(self, channel_id: str, *, direction: Literal["both", "in", "out"] | None = None) -> Operation[None]:
        """DELETE /channels/{channelId}/mute; refused with 404, 409, 412."""
        return Operation(self._link, "DELETE", with_query(f"channels/{segment(channel_id)}/mute", {"direction": direction}), None, nothing)

    def hold(self, channel_id: str) -> Operation[None]:
        """POST /channels/{channelId}/hold; refused with 404, 409, 412."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/hold", None, nothing)

    def unhold(self, channel_id: str) -> Operation[None]:
        """DELETE /channels/{channelId}/hold; refused with 404, 409, 412."""
        return Operation(self._link, "DELETE", f"channels/{segment(channel_id)}/hold", None, nothing)

    def start_moh(self, channel_id: str, *, moh_class: str | None = None) -> Operation[None]:
        """POST /channels/{channelId}/moh; refused with 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/moh", {"mohClass": moh_class}), None, nothing)

    def stop_moh(self, channel_id: str) -> Operation[None]:
        """DELETE /channels/{channelId}/moh; refused with 404, 409, 412."""
        return Operation(self._link, "DELETE", f"channels/{segment(channel_id)}/moh", None, nothing)

    def start_silence(self, channel_id: str) -> Operation[None]:
        """POST /channels/{channelId}/silence; refused with 404, 409, 412."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/silence", None, nothing)

    def stop_silence(self, channel_id: str) -> Operation[None]:
        """DELETE /channels/{channelId}/silence; refused with 404, 409, 412."""
        return Operation(self._link, "DELETE", f"channels/{segment(channel_id)}/silence", None, nothing)

    def play(self, channel_id: str, media: builtins.list[str], *, lang: str | None = None, offsetms: int | None = None, skipms: int | None = None, playback_id: str | None = None) -> Operation[Playback]:
        """POST /channels/{channelId}/play; refused with 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/play", {"media": media, "lang": lang, "offsetms": offsetms, "skipms": skipms, "playbackId": playback_id}), None, _playback)

    def play_with_id(self, channel_id: str, playback_id: str, media: builtins.list[str], *, lang: str | None = None, offsetms: int | None = None, skipms: int | None = None) -> Operation[Playback]:
        """POST /channels/{channelId}/play/{playbackId}; refused with 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/play/{segment(playback_id)}", {"media": media, "lang": lang, "offsetms": offsetms, "skipms": skipms}), None, _playback)

    def record(self, channel_id: str, name: str, format: str, *, max_duration_seconds: int | None = None, max_silence_seconds: int | None = None, if_exists: Literal["fail", "overwrite", "append"] | None = None, beep: bool | None = None, terminate_on: Literal["none", "any", "*", "#"] | None = None) -> Operation[LiveRecording]:
        """POST /channels/{channelId}/record; refused with 400, 404, 409, 422."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/record", {"name": name, "format": format, "maxDurationSeconds": max_duration_seconds, "maxSilenceSeconds": max_silence_seconds, "ifExists": if_exists, "beep": beep, "terminateOn": terminate_on}), None, _live_recording)

    def get_channel_var(self, channel_id: str, variable: str) -> Operation[Variable]:
        """GET /channels/{channelId}/variable; refused with 400, 404, 409."""
        return Operation(self._link, "GET", with_query(f"channels/{segment(channel_id)}/variable", {"variable": variable}), None, _variable)

    def set_channel_var(self, channel_id: str, variable: str, *, value: str | None = None, report_events: bool | None = None) -> Operation[None]:
        """POST /channels/{channelId}/variable; refused with 400, 404, 409."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/variable", {"variable": variable, "value": value, "report_events": report_events}), None, nothing)

    def get_channel_vars(self, channel_id: str, variables: builtins.list[str]) -> Operation[Variables]:
        """GET /channels/{channelId}/variables; refused with 400, 404, 409."""
        return Operation(self._link, "GET", with_query(f"channels/{segment(channel_id)}/variables", {"variables": variables}), None, _variables)

    def set_channel_vars(self, channel_id: str, variables: Json) -> Operation[None]:
        """POST /channels/{channelId}/variables; refused with 400, 404, 409."""
        return Operation(self._link, "POST", f"channels/{segment(channel_id)}/variables", {"variables": variables}, nothing)

    def snoop_channel(self, channel_id: str, app: str, *, spy: Literal["none", "both", "out", "in"] | None = None, whisper: Literal["none", "both", "out", "in"] | None = None, app_args: str | None = None, snoop_id: str | None = None) -> Operation[Channel]:
        """POST /channels/{channelId}/snoop; refused with 400, 404."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/snoop", {"spy": spy, "whisper": whisper, "app": app, "appArgs": app_args, "snoopId": snoop_id}), None, _channel)

    def snoop_channel_with_id(self, channel_id: str, snoop_id: str, app: str, *, spy: Literal["none", "both", "out", "in"] | None = None, whisper: Literal["none", "both", "out", "in"] | None = None, app_args: str | None = None) -> Operation[Channel]:
        """POST /channels/{channelId}/snoop/{snoopId}; refused with 400, 404."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/snoop/{segment(snoop_id)}", {"spy": spy, "whisper": whisper, "app": app, "appArgs": app_args}), None, _channel)

    def dial(self, channel_id: str, *, caller: str | None = None, timeout: int | None = None) -> Operation[None]:
        """POST /channels/{channelId}/dial; refused with 404, 409."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/dial", {"caller": caller, "timeout": timeout}), None, nothing)

    def rtpstatistics(self, channel_id: str) -> Operation[RTPstat]:
        """GET /channels/{channelId}/rtp_statistics; refused with 404."""
        return Operation(self._link, "GET", f"channels/{segment(channel_id)}/rtp_statistics", None, _rt_pstat)

    def external_media(self, app: str, format: str, *, channel_id: str | None = None, variables: Json | None = None, external_host: str | None = None, encapsulation: Literal["rtp", "audiosocket", "none"] | None = None, transport: Literal["udp", "tcp", "websocket"] | None = None, connection_type: Literal["client", "server"] | None = None, direction: Literal["both"] | None = None, data: str | None = None, transport_data: str | None = None) -> Operation[Channel]:
        """POST /channels/externalMedia; refused with 400, 409."""
        return Operation(self._link, "POST", with_query("channels/externalMedia", {"channelId": channel_id, "app": app, "external_host": external_host, "encapsulation": encapsulation, "transport": transport, "connection_type": connection_type, "format": format, "direction": direction, "data": data, "transport_data": transport_data}), None if variables is None else {"variables": variables}, _channel)

    def transfer_progress(self, channel_id: str, states: str) -> Operation[None]:
        """POST /channels/{channelId}/transfer_progress; refused with 400, 404, 409, 412."""
        return Operation(self._link, "POST", with_query(f"channels/{segment(channel_id)}/transfer_progress", {"states": states}), None, nothing)


class DeviceStates:
    """The operations of /deviceStates."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[DeviceState]]:
        """GET /deviceStates."""
        return Operation(self._link, "GET", "deviceStates", None, _list_device_state)

    def get(self, device_name: str) -> Operation[DeviceState]:
        """GET /deviceStates/{deviceName}."""
        return Operation(self._link, "GET", f"deviceStates/{segment(device_name)}", None, _device_state)

    def update(self, device_name: str, device_state: Literal["NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"]) -> Operation[None]:
        """PUT /deviceStates/{deviceName}; refused with 404, 409."""
        return Operation(self._link, "PUT", with_query(f"deviceStates/{segment(device_name)}", {"deviceState": device_state}), None, nothing)

    def delete(self, device_name: str) -> Operation[None]:
        """DELETE /deviceStates/{deviceName}; refused with 404, 409."""
        return Operation(self._link, "DELETE", f"deviceStates/{segment(device_name)}", None, nothing)


class Endpoints:
    """The operations of /endpoints."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[Endpoint]]:
        """GET /endpoints."""
        return Operation(self._link, "GET", "endpoints", None, _list_endpoint)

    def send_message(self, to: str, from_: str, *, body: str | None = None, variables: Json | None = None) -> Operation[None]:
        """PUT /endpoints/sendMessage; refused with 400, 404."""
        return Operation(self._link, "PUT", with_query("endpoints/sendMessage", {"to": to, "from": from_, "body": body}), None if variables is None else {"variables": variables}, nothing)

    def refer(self, to: str, from_: str, refer_to: str, *, to_self: bool | None = None, variables: Json | None = None) -> Operation[None]:
        """POST /endpoints/refer; refused with 400, 404."""
        return Operation(self._link, "POST", with_query("endpoints/refer", {"to": to, "from": from_, "refer_to": refer_to, "to_self": to_self}), None if variables is None else {"variables": variables}, nothing)

    def list_by_tech(self, tech: str) -> Operation[builtins.list[Endpoint]]:
        """GET /endpoints/{tech}; refused with 404."""
        return Operation(self._link, "GET", f"endpoints/{segment(tech)}", None, _list_endpoint)

    def get(self, tech: str, resource: str) -> Operation[Endpoint]:
        """GET /endpoints/{tech}/{resource}; refused with 400, 404."""
        return Operation(self._link, "GET", f"endpoints/{segment(tech)}/{segment(resource)}", None, _endpoint)

    def send_message_to_endpoint(self, tech: str, resource: str, from_: str, *, body: str | None = None, variables: Json | None = None) -> Operation[None]:
        """PUT /endpoints/{tech}/{resource}/sendMessage; refused with 400, 404."""
        return Operation(self._link, "PUT", with_query(f"endpoints/{segment(tech)}/{segment(resource)}/sendMessage", {"from": from_, "body": body}), None if variables is None else {"variables": variables}, nothing)

    def refer_to_endpoint(self, tech: str, resource: str, from_: str, refer_to: str, *, to_self: bool | None = None, variables: Json | None = None) -> Operation[None]:
        """POST /endpoints/{tech}/{resource}/refer; refused with 400, 404."""
        return Operation(self._link, "POST", with_query(f"endpoints/{segment(tech)}/{segment(resource)}/refer", {"from": from_, "refer_to": refer_to, "to_self": to_self}), None if variables is None else {"variables": variables}, nothing)


class Events:
    """The operations of /events."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def user_event(self, event_name: str, application: str, *, source: builtins.list[str] | None = None, variables: Json | None = None) -> Operation[None]:
        """POST /events/user/{eventName}; refused with 400, 404, 422."""
        return Operation(self._link, "POST", with_query(f"events/user/{segment(event_name)}", {"application": application, "source": source}), None if variables is None else {"variables": variables}, nothing)

    def claim_channel(self, channel_id: str, application: str) -> Operation[None]:
        """POST /events/claim; refused with 404, 409."""
        return Operation(self._link, "POST", with_query("events/claim", {"channelId": channel_id, "application": application}), None, nothing)


class Mailboxes:
    """The operations of /mailboxes."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self) -> Operation[builtins.list[Mailbox]]:
        """GET /mailboxes."""
        return Operation(self._link, "GET", "mailboxes", None, _list_mailbox)

    def get(self, mailbox_name: str) -> Operation[Mailbox]:
        """GET /mailboxes/{mailboxName}; refused with 404."""
        return Operation(self._link, "GET", f"mailboxes/{segment(mailbox_name)}", None, _mailbox)

    def update(self, mailbox_name: str, old_messages: int, new_messages: int) -> Operation[None]:
        """PUT /mailboxes/{mailboxName}; refused with 404."""
        return Operation(self._link, "PUT", with_query(f"mailboxes/{segment(mailbox_name)}", {"oldMessages": old_messages, "newMessages": new_messages}), None, nothing)

    def delete(self, mailbox_name: str) -> Operation[None]:
        """DELETE /mailboxes/{mailboxName}; refused with 404."""
        return Operation(self._link, "DELETE", f"mailboxes/{segment(mailbox_name)}", None, nothing)


class Playbacks:
    """The operations of /playbacks."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def get(self, playback_id: str) -> Operation[Playback]:
        """GET /playbacks/{playbackId}; refused with 404."""
        return Operation(self._link, "GET", f"playbacks/{segment(playback_id)}", None, _playback)

    def stop(self, playback_id: str) -> Operation[None]:
        """DELETE /playbacks/{playbackId}; refused with 404."""
        return Operation(self._link, "DELETE", f"playbacks/{segment(playback_id)}", None, nothing)

    def control(self, playback_id: str, operation: Literal["restart", "pause", "unpause", "reverse", "forward"]) -> Operation[None]:
        """POST /playbacks/{playbackId}/control; refused with 400, 404, 409."""
        return Operation(self._link, "POST", with_query(f"playbacks/{segment(playback_id)}/control", {"operation": operation}), None, nothing)


class Recordings:
    """The operations of /recordings."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list_stored(self) -> Operation[builtins.list[StoredRecording]]:
        """GET /recordings/stored."""
        return Operation(self._link, "GET", "recordings/stored", None, _list_stored_recording)

    def get_stored(self, recording_name: str) -> Operation[StoredRecording]:
        """GET /recordings/stored/{recordingName}; refused with 404."""
        return Operation(self._link, "GET", f"recordings/stored/{segment(recording_name)}", None, _stored_recording)

    def delete_stored(self, recording_name: str) -> Operation[None]:
        """DELETE /recordings/stored/{recordingName}; refused with 404."""
        return Operation(self._link, "DELETE", f"recordings/stored/{segment(recording_name)}", None, nothing)

    def get_stored_file(self, recording_name: str) -> Operation[bytes]:
        """GET /recordings/stored/{recordingName}/file; refused with 403, 404."""
        return Operation(self._link, "GET", f"recordings/stored/{segment(recording_name)}/file", None, octets)

    def copy_stored(self, recording_name: str, destination_recording_name: str) -> Operation[StoredRecording]:
        """POST /recordings/stored/{recordingName}/copy; refused with 404, 409."""
        return Operation(self._link, "POST", with_query(f"recordings/stored/{segment(recording_name)}/copy", {"destinationRecordingName": destination_recording_name}), None, _stored_recording)

    def get_live(self, recording_name: str) -> Operation[LiveRecording]:
        """GET /recordings/live/{recordingName}; refused with 404."""
        return Operation(self._link, "GET", f"recordings/live/{segment(recording_name)}", None, _live_recording)

    def cancel(self, recording_name: str) -> Operation[None]:
        """DELETE /recordings/live/{recordingName}; refused with 404."""
        return Operation(self._link, "DELETE", f"recordings/live/{segment(recording_name)}", None, nothing)

    def stop(self, recording_name: str) -> Operation[None]:
        """POST /recordings/live/{recordingName}/stop; refused with 404."""
        return Operation(self._link, "POST", f"recordings/live/{segment(recording_name)}/stop", None, nothing)

    def pause(self, recording_name: str) -> Operation[None]:
        """POST /recordings/live/{recordingName}/pause; refused with 404, 409."""
        return Operation(self._link, "POST", f"recordings/live/{segment(recording_name)}/pause", None, nothing)

    def unpause(self, recording_name: str) -> Operation[None]:
        """DELETE /recordings/live/{recordingName}/pause; refused with 404, 409."""
        return Operation(self._link, "DELETE", f"recordings/live/{segment(recording_name)}/pause", None, nothing)

    def mute(self, recording_name: str) -> Operation[None]:
        """POST /recordings/live/{recordingName}/mute; refused with 404, 409."""
        return Operation(self._link, "POST", f"recordings/live/{segment(recording_name)}/mute", None, nothing)

    def unmute(self, recording_name: str) -> Operation[None]:
        """DELETE /recordings/live/{recordingName}/mute; refused with 404, 409."""
        return Operation(self._link, "DELETE", f"recordings/live/{segment(recording_name)}/mute", None, nothing)


class Sounds:
    """The operations of /sounds."""

    __slots__ = ("_link",)

    def __init__(self, link: Requester) -> None:
        self._link = link

    def list(self, *, lang: str | None = None, format: str | None = None) -> Operation[builtins.list[Sound]]:
        """GET /sounds."""
        return Operation(self._link, "GET", with_query("sounds", {"lang": lang, "format": format}), None, _list_sound)

    def get(self, sound_id: str) -> Operation[Sound]:
        """GET /sounds/{soundId}."""
        return Operation(self._link, "GET", f"sounds/{segment(sound_id)}", None, _sound)


class Ari:
    """All operations over one link, by resource: `await Ari(link).channels.answer(channel_id)`."""

    __slots__ = ("applications", "asterisk", "bridges", "channels", "device_states", "endpoints", "events", "mailboxes", "playbacks", "recordings", "sounds")

    def __init__(self, link: Requester) -> None:
        self.applications = Applications(link)
        self.asterisk = Asterisk(link)
        self.bridges = Bridges(link)
        self.channels = Channels(link)
        self.device_states = DeviceStates(link)
        self.endpoints = Endpoints(link)
        self.events = Events(link)
        self.mailboxes = Mailboxes(link)
        self.playbacks = Playbacks(link)
        self.recordings = Recordings(link)
        self.sounds = Sounds(link)
