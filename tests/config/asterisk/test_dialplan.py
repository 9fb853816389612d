"""The dialplan's promises: no caller is lost, and nothing a caller sends is evaluated."""

import dataclasses
import re

import pytest

from config.asterisk import AsteriskSpec, Timings, Trunk
from config.asterisk.cel import COLUMNS
from config.asterisk.dialplan import render_dialplan
from ivr.gateway import call_log, fallback, fallback_log


def steps(spec: AsteriskSpec, context: str, extension: str = "s") -> list[str]:
    """The applications of one extension in order, a label before its step."""
    text = render_dialplan(spec)["extensions.conf"]
    body = re.search(rf"^\[{context}\]\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    assert body is not None
    found: list[str] = []
    current = ""
    for line in body.group(1).splitlines():
        if start := re.match(r"exten => ([^,]+),1,(.*)", line):
            current = start.group(1)
            found += [start.group(2)] if current == extension else []
        elif following := re.match(r" same => n(?:\((\w+)\))?,(.*)", line):
            label = f"{following.group(1)}: " if following.group(1) else ""
            found += [label + following.group(2)] if current == extension else []
    return found


def test_a_call_gets_its_contact_and_its_time_once(spec: AsteriskSpec) -> None:
    assert steps(spec, "hotline-flow")[:5] == [
        'GotoIf($["${HOTLINE_CONTACT}" != ""]?flow)',
        "Set(__HOTLINE_CONTACT=${UNIQUEID})",
        "Set(HOTLINE_SINCE=${STRFTIME(,,%s%3q)})",
        "Set(HOTLINE_TRY=0)",
        "CELGenUserEvent(HOTLINE_CONTACT,${HOTLINE_CONTACT} ${CHANNEL(pjsip,call-id):0:255})",
    ]


def test_the_contact_id_begins_with_the_asterisks_name(spec: AsteriskSpec) -> None:
    # UNIQUEID is <system name>-<epoch>.<number>; tests/integration sees it.
    from config.asterisk import render

    assert "systemname=pbx1\n" in render(spec)["asterisk.conf"]


def test_only_what_the_flow_left_decides_the_way_on(spec: AsteriskSpec) -> None:
    flow = steps(spec, "hotline-flow")
    entered = flow.index("flow: Set(HOTLINE_NEXT=)")
    assert flow[entered : entered + 10] == [
        "flow: Set(HOTLINE_NEXT=)",
        "Set(TIMEOUT(absolute)=600)",
        "AGI(agi://127.0.0.1:4573/contact)",
        "Set(TIMEOUT(absolute)=0)",
        "Set(HOTLINE_RESULT=)",
        'GotoIf($["${HOTLINE_NEXT}" = "queue"]?hotline-queue,s,1)',
        'GotoIf($["${HOTLINE_NEXT}" = "dial"]?hotline-dial,s,1)',
        'GotoIf($["${HOTLINE_NEXT}" = "hangup"]?end)',
        'GotoIf($["${HOTLINE_NEXT}" = "goodbye"]?hotline-goodbye,s,1)',
        "again: Set(HOTLINE_TRY=$[0${HOTLINE_TRY} + 1])",
    ]
    assert not any("AGISTATUS" in step for step in flow)


def test_a_hung_flow_server_ends_with_the_absolute_time_and_leads_to_the_fallback(spec: AsteriskSpec) -> None:
    flow = steps(spec, "hotline-flow")
    assert flow.index("Set(AGIEXITONHANGUP=yes)") < flow.index("AGI(agi://127.0.0.1:4573/contact)")
    assert steps(spec, "hotline-flow", "T") == ["Goto(hotline-fallback,s,1)"]


def test_tries_are_counted_and_pauses_grow(spec: AsteriskSpec) -> None:
    flow = steps(dataclasses.replace(spec, timings=Timings(tries=3, pause=0.5)), "hotline-flow")
    again = next(index for index, step in enumerate(flow) if step.startswith("again: "))
    assert flow[again + 1 :] == [
        "GotoIf($[${HOTLINE_TRY} >= 3]?hotline-fallback,s,1)",
        "Progress()",
        "StartMusicOnHold(default)",
        "Wait($[${HOTLINE_TRY} * 0.5])",
        "StopMusicOnHold()",
        "Goto(flow)",
        "end: Hangup(${HOTLINE_CAUSE})",
    ]


def test_in_the_queue_the_dead_mans_time_is_set_last_and_recording_starts_once(spec: AsteriskSpec) -> None:
    assert steps(spec, "hotline-queue") == [
        'Set(HOTLINE_WANTED=${IF($["${HOTLINE_WANTED}" = ""]?${STRFTIME(,,%s%3q)}:${HOTLINE_WANTED})})',
        "Set(HOTLINE_FLOW=)",
        'GotoIf($["${HOTLINE_RECORDING}" != ""]?stasis)',
        "MixMonitor(,br(/srv/lab/recordings/${HOTLINE_CONTACT}.caller.wav)t(/srv/lab/recordings/${HOTLINE_CONTACT}.agent.wav))",
        "Set(HOTLINE_RECORDING=yes)",
        "stasis: Set(TIMEOUT(absolute)=30)",
        "Stasis(hotline,queue,${HOTLINE_CONTACT},${HOTLINE_WANTED},${HOTLINE_ROUTE})",
        "Set(TIMEOUT(absolute)=0)",
        "Goto(hotline-flow,s,again)",
    ]
    assert steps(spec, "hotline-queue", "T") == ["Set(HOTLINE_TRY=0)", "Goto(hotline-flow,s,again)"]


def test_who_is_let_go_hears_our_prompt_and_is_hung_up(spec: AsteriskSpec) -> None:
    assert steps(spec, "hotline-goodbye") == [
        "Answer()",
        'GotoIf($["${HOTLINE_SAY}" = ""]?end)',
        "Playback(${HOTLINE_SAY})",
        "end: Hangup()",
    ]


def test_the_fallback_says_so_in_the_log_apologises_and_ends(spec: AsteriskSpec) -> None:
    apology = dataclasses.replace(spec, apology=("sorry", "/srv/prompts/call-again"))
    taken = steps(apology, "hotline-fallback")
    call_id = "${CHANNEL(pjsip,call-id)}"
    assert f"CELGenUserEvent({fallback_log.TAKEN},${{HOTLINE_CONTACT}} ${{HOTLINE_TRY}} {call_id})" in taken
    assert taken[-4:] == [
        "apology: Set(TIMEOUT(absolute)=60)",
        "Set(HOTLINE_END=apology)",
        "Playback(sorry&/srv/prompts/call-again)",
        "end: Hangup()",
    ]
    assert steps(spec, "hotline-fallback", "T") == ["Hangup()"]


def test_the_leg_of_who_is_called_back_is_in_the_log_with_its_contact(spec: AsteriskSpec) -> None:
    picked_up = steps(spec, "hotline-callback")
    assert picked_up[0] == "CELGenUserEvent(HOTLINE_CALLBACK,${HOTLINE_CONTACT} ${CHANNEL(pjsip,call-id):0:255})"


def test_what_became_of_a_call_in_the_fallback_is_in_the_log_as_hotline_reads_it(spec: AsteriskSpec) -> None:
    assert steps(spec, "hotline-fallback", "h")[-1] == (
        f"tell: CELGenUserEvent({fallback_log.ENDED},"
        "${HOTLINE_CONTACT} ${HOTLINE_LAST} ${HOTLINE_END} ${CHANNEL(pjsip,call-id):0:255})"
    )
    places = (call_log.AT, call_log.CHANNEL, call_log.NUMBER, call_log.DIALLED, call_log.APPLICATION, call_log.EXTRA)
    assert [COLUMNS[place] for place in places] == ["time", "uniqueid", "number", "dialled", "application", "extra"]


def test_who_is_fetched_home_goes_to_the_queue_if_he_came_from_there(spec: AsteriskSpec) -> None:
    assert steps(spec, fallback.CONTEXT, fallback.HOME)[-1] == (
        'GotoIf($["${HOTLINE_ROUTE}" != ""]?hotline-queue,s,1:hotline-flow,s,flow)'
    )


@pytest.mark.parametrize("pattern", ["_X!", "_[+*#A-Za-z].", "s"])
def test_every_number_arrives(spec: AsteriskSpec, pattern: str) -> None:
    first, *_, last = steps(spec, "hotline-in", pattern)
    assert first.startswith("Set(HOTLINE_DIALLED=${FILTER(")
    assert last == "Goto(hotline-flow,s,1)"


def test_what_a_carrier_says_of_a_call_is_cleaned_before_anybody_reads_it(spec: AsteriskSpec) -> None:
    kept = steps(spec, "hotline-in", "_X!")
    for name in ("num", "dnid", "name", "rdnis"):
        assert any(step.startswith(f"Set(CALLERID({name})=") for step in kept)


def test_no_pattern_catches_the_special_extensions(spec: AsteriskSpec) -> None:
    assert "_." not in re.findall(r"exten => ([^,]+),", render_dialplan(spec)["extensions.conf"])


def test_a_phone_can_dial_nothing(spec: AsteriskSpec) -> None:
    assert steps(spec, "hotline-agents", "_X!")[-1] == "Hangup(21)"
    text = render_dialplan(spec)["extensions.conf"]
    assert not re.search(r"\b(Originate|System|Exec)\(", text)
    assert {line for line in text.splitlines() if "Dial(" in line} == {
        line
        for line in text.splitlines()
        if re.search(r"Dial\((PJSIP/\$\{HOTLINE_(DIAL|PARTY):|Local/\$\{STRREPLACE\(HOTLINE_TURN,)", line)
    }


def test_phones_of_one_turn_ring_together_and_each_is_asked_on_a_channel_of_its_own(spec: AsteriskSpec) -> None:
    carrier = dataclasses.replace(spec, trunks=(Trunk(name="carrier", host="sip.example.cn"),))
    ring = "Dial(Local/${STRREPLACE(HOTLINE_TURN,&,@hotline-mobile&Local/)}@hotline-mobile,,m)"
    assert ring in steps(carrier, "hotline-fallback")
    for pattern in ("_X!", "_+X!"):
        assert steps(carrier, "hotline-mobile", pattern) == [
            "Dial(PJSIP/${EXTEN}@carrier,25,U(hotline-fallback-talk))",
            "Hangup()",
        ]


def test_who_is_dialled_for_comes_back_into_his_flow(spec: AsteriskSpec) -> None:
    carrier = dataclasses.replace(spec, trunks=(Trunk(name="carrier", host="sip.example.cn"),))
    assert steps(carrier, "hotline-dial") == [
        "Set(_HOTLINE_ACCEPT=${HOTLINE_ACCEPT})",
        "Set(_HOTLINE_PARTY=${HOTLINE_DIAL})",
        'GotoIf($["${HOTLINE_RECORDING}" != ""]?dial)',
        "MixMonitor(,br(/srv/lab/recordings/${HOTLINE_CONTACT}.caller.wav)t(/srv/lab/recordings/${HOTLINE_CONTACT}.agent.wav))",
        "Set(HOTLINE_RECORDING=yes)",
        'dial: GotoIf($["${HOTLINE_DIAL:0:3}" = "in-"]?inside)',
        "Dial(PJSIP/${HOTLINE_DIAL:4}@carrier,${HOTLINE_RING},mU(hotline-accept))",
        "Goto(back)",
        "inside: Dial(PJSIP/${HOTLINE_DIAL:3},${HOTLINE_RING},mU(hotline-accept))",
        "back: Set(HOTLINE_RESULT=${DIALSTATUS})",
        "Goto(hotline-flow,s,flow)",
    ]
    nowhere = dataclasses.replace(spec, trunks=(Trunk(name="carrier", match=("192.0.2.0/24",)),))
    assert steps(nowhere, "hotline-dial")[6] == "Set(DIALSTATUS=CHANUNAVAIL)"


def test_flows_may_run_in_stasis_instead(spec: AsteriskSpec) -> None:
    flow = steps(dataclasses.replace(spec, flow_in="stasis"), "hotline-flow")
    entered = flow.index("flow: Set(HOTLINE_NEXT=)")
    assert flow[entered + 1 : entered + 3] == ["Set(TIMEOUT(absolute)=30)", "Stasis(hotline,flow,${HOTLINE_CONTACT})"]
    assert not any(step.startswith("AGI(") for step in flow)
    assert steps(dataclasses.replace(spec, flow_in="stasis"), "hotline-flow", "T") == ["Goto(hotline-flow,s,again)"]


def test_what_a_caller_sends_stands_in_no_expression(spec: AsteriskSpec) -> None:
    text = render_dialplan(spec)["extensions.conf"]
    # The caller's number is read once, to be cleaned.
    assert (
        re.findall(r".*\$\{CALLERID.*", text)
        == [r" same => n,Set(CALLERID(num)=${FILTER(0-9A-Za-z+*#._\x2d,${CALLERID(num)})})"] * 3
    )
    for expression in re.findall(r"\$\[(.*?)\]", text):
        assert set(re.findall(r"\$\{(\w+)", expression)) <= {
            "HOTLINE_CONTACT",
            "HOTLINE_NEXT",
            "HOTLINE_TRY",
            "HOTLINE_RECORDING",
            "HOTLINE_DIAL",
            "HOTLINE_WANTED",
            "HOTLINE_ROUTE",
            "HOTLINE_PHONE",
            "HOTLINE_TURN",
            "HOTLINE_ASKED",
            "SHARED",
            "HOTLINE_CALLER",
            "HOTLINE_PARTY",
            "GLOBAL",
            "QUEUE_WAITING_COUNT",
            "MEMBERINTERFACE",
            "DIALSTATUS",
            "HOTLINE_ACCEPT",
            "HOTLINE_KEY",
            "HOTLINE_INVITE",
            "HOTLINE_SAY",
        }
