"""The dialplan: a call's way in, into the queue, and what happens when hotline does not answer.

Nothing a caller sent is ever put into an expression or an application's arguments, with two exceptions: the number
dialled is set as the value of a variable, and the SIP Call-ID goes into the call event log; both are read, never
evaluated.
"""

from config.asterisk.ini import document
from config.asterisk.spec import AsteriskSpec

CONTEXT_IN = "hotline-in"
CONTEXT_FLOW = "hotline-flow"
CONTEXT_QUEUE = "hotline-queue"
CONTEXT_FALLBACK = "hotline-fallback"
CONTEXT_AGENTS = "hotline-agents"


def _extension(name: str, *steps: str) -> list[str]:
    """One extension; a step may start with `label: `, the first step has none."""
    lines = []
    for number, step in enumerate(steps):
        label, colon, rest = step.partition(": ")
        named = bool(colon) and label.isalpha() and label.islower()
        application = rest if named else step
        mark = f"({label})" if named else ""
        lines.append(f"exten => {name},1,{application}" if number == 0 else f" same => n{mark},{application}")
    return lines


def _context(name: str, *extensions: list[str]) -> str:
    return "\n".join([f"[{name}]", *(line for extension in extensions for line in extension)]) + "\n"


def render_dialplan(spec: AsteriskSpec) -> dict[str, str]:
    """`extensions.conf`."""
    return {
        "extensions.conf": document(
            "Dialplan",
            "[general]\nstatic=yes\nwriteprotect=yes\nautofallthrough=yes\nclearglobalvars=yes\n",
            _in(),
            _flow(spec),
            _queue(spec),
            _fallback(spec),
            _agents(),
        )
    }


def _in() -> str:
    # Three patterns instead of `_.`, which would also catch the special extensions h, i, t and T.
    arrive = ("Set(HOTLINE_DIALLED=${EXTEN})", f"Goto({CONTEXT_FLOW},s,1)")
    return _context(CONTEXT_IN, *(_extension(pattern, *arrive) for pattern in ("_X!", "_[+*#A-Za-z].", "s")))


def _flow(spec: AsteriskSpec) -> str:
    timings = spec.timings
    server = f"[{spec.hotline_host}]" if ":" in spec.hotline_host else spec.hotline_host
    return _context(
        CONTEXT_FLOW,
        _extension(
            "s",
            # A call that comes a second time (redirected, transferred) stays the contact it was.
            'GotoIf($["${HOTLINE_CONTACT}" != ""]?flow)',
            # The system name is part of UNIQUEID, so this is <asterisk name>-<epoch>.<number>.
            "Set(__HOTLINE_CONTACT=${UNIQUEID})",
            "Set(HOTLINE_SINCE=${STRFTIME(,,%s%3q)})",
            "Set(HOTLINE_TRY=0)",
            "CELGenUserEvent(HOTLINE_CONTACT,${HOTLINE_CONTACT} ${CHANNEL(pjsip,call-id)})",
            # Without it AGI outlasts the channel: a hung server would hold the caller past the absolute time-out.
            "Set(AGIEXITONHANGUP=yes)",
            "flow: Set(HOTLINE_NEXT=)",
            f"Set(TIMEOUT(absolute)={timings.flow})",
            f"AGI(agi://{server}:{spec.ports.agi}/contact)",
            "Set(TIMEOUT(absolute)=0)",
            f'GotoIf($["${{HOTLINE_NEXT}}" = "queue"]?{CONTEXT_QUEUE},s,1)',
            'GotoIf($["${HOTLINE_NEXT}" = "hangup"]?end)',
            "again: Set(HOTLINE_TRY=$[0${HOTLINE_TRY} + 1])",
            f"GotoIf($[${{HOTLINE_TRY}} >= {timings.tries}]?{CONTEXT_FALLBACK},s,1)",
            # Progress opens early media, so that a caller not answered yet hears the music too.
            "Progress()",
            "StartMusicOnHold(default)",
            f"Wait($[${{HOTLINE_TRY}} * {timings.pause}])",
            "StopMusicOnHold()",
            "Goto(flow)",
            "end: Hangup()",
        ),
        _extension("T", f"Goto({CONTEXT_FALLBACK},s,1)"),
    )


def _queue(spec: AsteriskSpec) -> str:
    file = f"{spec.folders.recordings}/${{HOTLINE_CONTACT}}"
    return _context(
        CONTEXT_QUEUE,
        _extension(
            "s",
            'GotoIf($["${HOTLINE_RECORDING}" != ""]?stasis)',
            # Whoever comes a second time, because hotline was away, has waited since the first.
            "Set(HOTLINE_WANTED=${STRFTIME(,,%s%3q)})",
            # r is what comes from the caller, t what goes to the caller; b drops what is not bridged.
            f"MixMonitor(,br({file}.caller.wav)t({file}.agent.wav))",
            "Set(HOTLINE_RECORDING=yes)",
            f"stasis: Set(TIMEOUT(absolute)={spec.timings.dead_man})",
            "Stasis(hotline,queue,${HOTLINE_CONTACT},${HOTLINE_WANTED},${HOTLINE_ROUTE})",
            # Here hotline is away (STASISSTATUS=FAILED), or it let the caller go on without saying where.
            "Set(TIMEOUT(absolute)=0)",
            f"Goto({CONTEXT_FLOW},s,again)",
        ),
        # The dead man's time: hotline renews it while it lives. It had the caller until now, so tries count anew.
        _extension("T", "Set(HOTLINE_TRY=0)", f"Goto({CONTEXT_FLOW},s,again)"),
    )


def _fallback(spec: AsteriskSpec) -> str:
    return _context(
        CONTEXT_FALLBACK,
        _extension(
            "s",
            "Set(TIMEOUT(absolute)=60)",
            "CELGenUserEvent(HOTLINE_FALLBACK,${HOTLINE_CONTACT} ${HOTLINE_TRY})",
            "Answer()",
            f"Playback({'&'.join(spec.apology)})",
            "Hangup()",
        ),
        _extension("T", "Hangup()"),
    )


def _agents() -> str:
    # hotline makes agents' calls through ARI; a number dialled on a phone is told so, unanswered, and ends.
    refuse = ("Progress()", "Playback(ss-noservice,noanswer)", "Hangup(21)")
    return _context(CONTEXT_AGENTS, *(_extension(pattern, *refuse) for pattern in ("_X!", "_[+*#A-Za-z].", "s")))
