"""The dialplan: a call's way in, into the queue, and what happens when hotline does not answer.

Nothing a caller sent is ever put into an expression or an application's arguments, with two exceptions: the numbers
are cleaned as the call comes in, where the digits of the one dialled name a variable, and the SIP Call-ID goes into the
call event log. They are read, never evaluated.
"""

from config.asterisk.ini import document
from config.asterisk.spec import AsteriskSpec
from ivr.flow.entry import CALL_ID_MOST
from ivr.phones import MEDIA_ENCRYPTION
from ivr.prompts.book import AUDIO, VOICE
from ivr.speech.languages import LANGUAGES

CONTEXT_IN = "hotline-in"
CONTEXT_FLOW = "hotline-flow"
CONTEXT_QUEUE = "hotline-queue"
CONTEXT_DIAL = "hotline-dial"
CONTEXT_ACCEPT = "hotline-accept"
CONTEXT_CALLBACK = "hotline-callback"
CONTEXT_FALLBACK = "hotline-fallback"
CONTEXT_FALLBACK_TALK = "hotline-fallback-talk"
CONTEXT_MOBILE = "hotline-mobile"
CONTEXT_GOODBYE = "hotline-goodbye"
CONTEXT_AGENTS = "hotline-agents"
LAST_QUEUE = "hotline"
"""Asterisk's own queue, of last resort."""


_CALL_ID = f"${{CHANNEL(pjsip,call-id):0:{CALL_ID_MOST}}}"
_OF_A_NUMBER = "0-9A-Za-z+*#._\\x2d"
"""What is kept of a number from outside; `anonymous` is one too."""


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


def _unless_set(variable: str, value: str) -> str:
    """The variable's value, or this one while it has none."""
    return f'${{IF($["${{{variable}}}" = ""]?{value}:${{{variable}}})}}'


def _trunk(spec: AsteriskSpec) -> str | None:
    """Through which numbers outside are dialled; None: there is none."""
    return next((trunk.name for trunk in spec.trunks if trunk.host is not None), None)


def _context(name: str, *extensions: list[str]) -> str:
    return "\n".join([f"[{name}]", *(line for extension in extensions for line in extension)]) + "\n"


def render_dialplan(spec: AsteriskSpec) -> dict[str, str]:
    """`extensions.conf`."""
    return {
        "extensions.conf": document(
            "Dialplan",
            "[general]\nstatic=yes\nwriteprotect=yes\nautofallthrough=yes\nclearglobalvars=yes\n",
            *_globals(spec),
            _in(),
            _flow(spec),
            _queue(spec),
            _dial(spec),
            _accept(),
            _callback(spec),
            _goodbye(),
            _fallback(spec),
            _fallback_talk(),
            _mobile(spec),
            _agents(),
        )
    }


def _globals(spec: AsteriskSpec) -> list[str]:
    encryption = spec.phones.media_encryption
    return [] if encryption == "no" else [f"[globals]\n{MEDIA_ENCRYPTION}={encryption}\n"]


def _in() -> str:
    # A number may hold an encoded end of line, which FastAGI and the call event log would write out as it is.
    arrive = (
        f"Set(HOTLINE_DIALLED=${{FILTER({_OF_A_NUMBER},${{EXTEN}})}})",
        f"Set(CALLERID(num)=${{FILTER({_OF_A_NUMBER},${{CALLERID(num)}})}})",
        "Set(CALLERID(dnid)=${HOTLINE_DIALLED})",
        # Nobody reads the name, nor who diverted the call.
        "Set(CALLERID(name)=)",
        "Set(CALLERID(rdnis)=)",
        f"Goto({CONTEXT_FLOW},s,1)",
    )
    # Three patterns instead of `_.`, which would also catch the special extensions h, i, t and T.
    return _context(CONTEXT_IN, *(_extension(pattern, *arrive) for pattern in ("_X!", "_[+*#A-Za-z].", "s")))


def _flow(spec: AsteriskSpec) -> str:
    timings = spec.timings
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
            f"CELGenUserEvent(HOTLINE_CONTACT,${{HOTLINE_CONTACT}} {_CALL_ID})",
            # Without it AGI outlasts the channel: a hung server would hold the caller past the absolute time-out.
            "Set(AGIEXITONHANGUP=yes)",
            f"Set(HOTLINE_FOLDER={spec.folders.recordings})",
            "flow: Set(HOTLINE_NEXT=)",
            *_in_flow(spec),
            "Set(TIMEOUT(absolute)=0)",
            # Whoever was dialled for has been told of it; a flow that is entered anew begins at its start.
            "Set(HOTLINE_RESULT=)",
            f'GotoIf($["${{HOTLINE_NEXT}}" = "queue"]?{CONTEXT_QUEUE},s,1)',
            f'GotoIf($["${{HOTLINE_NEXT}}" = "dial"]?{CONTEXT_DIAL},s,1)',
            'GotoIf($["${HOTLINE_NEXT}" = "hangup"]?end)',
            f'GotoIf($["${{HOTLINE_NEXT}}" = "goodbye"]?{CONTEXT_GOODBYE},s,1)',
            "again: Set(HOTLINE_TRY=$[0${HOTLINE_TRY} + 1])",
            f"GotoIf($[${{HOTLINE_TRY}} >= {timings.tries}]?{CONTEXT_FALLBACK},s,1)",
            # Progress opens early media, so that a caller not answered yet hears the music too.
            "Progress()",
            "StartMusicOnHold(default)",
            f"Wait($[${{HOTLINE_TRY}} * {timings.pause}])",
            "StopMusicOnHold()",
            "Goto(flow)",
            # Of a call that was not answered the network hears why: hotline sets it for those whom it sheds.
            "end: Hangup(${HOTLINE_CAUSE})",
        ),
        # Over FastAGI it is the longest time of a flow; in Stasis, hotline has not renewed it.
        _extension("T", f"Goto({CONTEXT_FALLBACK},s,1)" if spec.flow_in == "agi" else f"Goto({CONTEXT_FLOW},s,again)"),
    )


def _in_flow(spec: AsteriskSpec) -> list[str]:
    """Where the flow runs: in a FastAGI session, or in Stasis, which lets the caller go on when the flow is over."""
    if spec.flow_in == "stasis":
        # hotline renews the time while it lives, as for those who wait.
        return [f"Set(TIMEOUT(absolute)={spec.timings.dead_man})", "Stasis(hotline,flow,${HOTLINE_CONTACT})"]
    server = f"[{spec.hotline_host}]" if ":" in spec.hotline_host else spec.hotline_host
    return [f"Set(TIMEOUT(absolute)={spec.timings.flow})", f"AGI(agi://{server}:{spec.ports.agi}/contact)"]


def _dial(spec: AsteriskSpec) -> str:
    """A flow's transfer and duty: HOTLINE_DIAL is in-EXTENSION or out-NUMBER, digits of the flow or the plan.

    It comes back into the flow with what became of the party, unless they talked.
    """
    trunk = _trunk(spec)
    how = f"${{HOTLINE_RING}},mU({CONTEXT_ACCEPT})"
    outside = f"Dial(PJSIP/${{HOTLINE_DIAL:4}}@{trunk},{how})" if trunk else "Set(DIALSTATUS=CHANUNAVAIL)"
    return _context(
        CONTEXT_DIAL,
        _extension(
            "s",
            "Set(_HOTLINE_ACCEPT=${HOTLINE_ACCEPT})",
            "Set(_HOTLINE_PARTY=${HOTLINE_DIAL})",
            'GotoIf($["${HOTLINE_RECORDING}" != ""]?dial)',
            *_recorded(spec),
            'dial: GotoIf($["${HOTLINE_DIAL:0:3}" = "in-"]?inside)',
            outside,
            "Goto(back)",
            f"inside: Dial(PJSIP/${{HOTLINE_DIAL:3}},{how})",
            "back: Set(HOTLINE_RESULT=${DIALSTATUS})",
            f"Goto({CONTEXT_FLOW},s,flow)",
        ),
        _extension("T", f"Goto({CONTEXT_FALLBACK},s,1)"),
    )


def _accept() -> str:
    """On the dialled party's leg: whoever is asked to accept presses 1, or the call goes back.

    hotline hears of who took the call; with hotline away it is taken all the same.
    """
    return _context(
        CONTEXT_ACCEPT,
        _extension(
            "s",
            'GotoIf($["${HOTLINE_ACCEPT}" = ""]?taken)',
            "Read(HOTLINE_KEY,${HOTLINE_ACCEPT},1,,2,6)",
            'GotoIf($["${HOTLINE_KEY}" = "1"]?taken)',
            "Set(GOSUB_RESULT=CONTINUE)",
            "Return()",
            "taken: UserEvent(hotline-taken,contact: ${HOTLINE_CONTACT},dial: ${HOTLINE_PARTY})",
            "Return()",
        ),
    )


def _recorded(spec: AsteriskSpec) -> list[str]:
    """Record the caller's channel from here on, once."""
    file = f"{spec.folders.recordings}/${{HOTLINE_CONTACT}}"
    return [
        # r is what comes from the caller, t what goes to the caller; b drops what is not bridged.
        f"MixMonitor(,br({file}.caller.wav)t({file}.agent.wav))",
        "Set(HOTLINE_RECORDING=yes)",
    ]


def _queue(spec: AsteriskSpec) -> str:
    return _context(
        CONTEXT_QUEUE,
        _extension(
            "s",
            # Whoever comes a second time has waited since the first, here or in the fallback.
            f"Set(HOTLINE_WANTED={_unless_set('HOTLINE_WANTED', '${STRFTIME(,,%s%3q)}')})",
            # Whoever comes back to a flow from here is sent to one by name, or runs his access number's.
            "Set(HOTLINE_FLOW=)",
            'GotoIf($["${HOTLINE_RECORDING}" != ""]?stasis)',
            *_recorded(spec),
            f"stasis: Set(TIMEOUT(absolute)={spec.timings.dead_man})",
            "Stasis(hotline,queue,${HOTLINE_CONTACT},${HOTLINE_WANTED},${HOTLINE_ROUTE})",
            # Here hotline is away (STASISSTATUS=FAILED), or it let the caller go on without saying where.
            "Set(TIMEOUT(absolute)=0)",
            f"Goto({CONTEXT_FLOW},s,again)",
        ),
        # The dead man's time: hotline renews it while it lives. It had the caller until now, so tries count anew.
        _extension("T", "Set(HOTLINE_TRY=0)", f"Goto({CONTEXT_FLOW},s,again)"),
    )


def _goodbye() -> str:
    """A caller whom a rule lets go: HOTLINE_SAY holds sound files of our prompts."""
    return _context(
        CONTEXT_GOODBYE,
        _extension(
            "s",
            "Answer()",
            'GotoIf($["${HOTLINE_SAY}" = ""]?end)',
            "Playback(${HOTLINE_SAY})",
            "end: Hangup()",
        ),
    )


def _callback(spec: AsteriskSpec) -> str:
    """On the leg of a customer who was called back and picked up: recorded like any other, and back to hotline."""
    file = f"{spec.folders.recordings}/${{HOTLINE_CONTACT}}"
    return _context(
        CONTEXT_CALLBACK,
        _extension(
            "s",
            f"CELGenUserEvent(HOTLINE_CALLBACK,${{HOTLINE_CONTACT}} {_CALL_ID})",
            f"MixMonitor(,br({file}.caller.wav)t({file}.agent.wav))",
            "Set(HOTLINE_KEY=1)",
            'GotoIf($["${HOTLINE_ACCEPT}" = ""]?stasis)',
            "Read(HOTLINE_KEY,${HOTLINE_ACCEPT},1,,2,6)",
            f"stasis: Set(TIMEOUT(absolute)={spec.timings.dead_man})",
            "Stasis(hotline,customer,${HOTLINE_OFFER},${HOTLINE_KEY})",
            "Hangup()",
        ),
        _extension("T", "Hangup()"),
    )


def _fallback(spec: AsteriskSpec) -> str:
    """What the plan in force says, as hotline left it in global variables: queue, number, message, at last the apology.

    An Asterisk that was restarted since has none of them, and apologises. `home` is where a caller is fetched to.
    """
    trunk = _trunk(spec)
    how = f"30,mU({CONTEXT_FALLBACK_TALK})"
    outside = f"Dial(PJSIP/${{HOTLINE_PARTY:4}}@{trunk},{how})" if trunk else "Set(DIALSTATUS=CHANUNAVAIL)"
    invite = "&".join(f"{AUDIO}/{language}/{VOICE}/message-invite" for language in LANGUAGES)
    return _context(
        CONTEXT_FALLBACK,
        _extension(
            "s",
            "Set(TIMEOUT(absolute)=0)",
            "Set(HOTLINE_LAST=${STRFTIME(,,%s%3q)})",
            f"Set(HOTLINE_WANTED={_unless_set('HOTLINE_WANTED', '${HOTLINE_LAST}')})",
            "Set(HOTLINE_END=abandoned)",
            # What Queue and Dial leave behind when somebody answers; the flow may have dialled before.
            "Set(MEMBERINTERFACE=)",
            "Set(DIALSTATUS=)",
            "CELGenUserEvent(HOTLINE_FALLBACK,${HOTLINE_CONTACT} ${HOTLINE_TRY} ${CHANNEL(pjsip,call-id)})",
            "Answer()",
            'GotoIf($["${HOTLINE_RECORDING}" != ""]?begin)',
            *_recorded(spec),
            *_in_an_emergency(),
            "usual: GotoIf($[0${GLOBAL(HOTLINE_QUEUE_S)} = 0]?number)",
            # Whoever waits there already keeps the phones as they are.
            f"GotoIf($[${{QUEUE_WAITING_COUNT({LAST_QUEUE})}} > 0]?queue)",
            f"Set(HOTLINE_PHONES=${{QUEUE_MEMBER_LIST({LAST_QUEUE})}})",
            "clear: Set(HOTLINE_PHONE=${SHIFT(HOTLINE_PHONES)})",
            'GotoIf($["${HOTLINE_PHONE}" = ""]?fill)',
            f"RemoveQueueMember({LAST_QUEUE},${{HOTLINE_PHONE}})",
            "Goto(clear)",
            "fill: Set(HOTLINE_PHONES=${GLOBAL(HOTLINE_READY)})",
            "add: Set(HOTLINE_PHONE=${SHIFT(HOTLINE_PHONES,-)})",
            'GotoIf($["${HOTLINE_PHONE}" = ""]?queue)',
            f"AddQueueMember({LAST_QUEUE},PJSIP/${{HOTLINE_PHONE}})",
            "Goto(add)",
            f"queue: Queue({LAST_QUEUE},,,,${{GLOBAL(HOTLINE_QUEUE_S)}})",
            "number: Set(HOTLINE_PARTY=${GLOBAL(HOTLINE_ELSEWHERE)})",
            'GotoIf($["${HOTLINE_PARTY}" = ""]?message)',
            'GotoIf($["${HOTLINE_PARTY:0:3}" = "in-"]?inside)',
            outside,
            "Goto(message)",
            f"inside: Dial(PJSIP/${{HOTLINE_PARTY:3}},{how})",
            "message: GotoIf($[0${GLOBAL(HOTLINE_MESSAGE_S)} = 0]?apology)",
            f"Playback({invite})",
            "Set(HOTLINE_END=message)",
            "Record(${HOTLINE_FOLDER}/message-${HOTLINE_CONTACT}.wav,5,${GLOBAL(HOTLINE_MESSAGE_S)},k)",
            "Goto(end)",
            "apology: Set(TIMEOUT(absolute)=60)",
            "Set(HOTLINE_END=apology)",
            f"Playback({'&'.join(spec.apology)})",
            "end: Hangup()",
        ),
        _extension(
            "home",
            "Set(HOTLINE_TRY=0)",
            f'GotoIf($["${{HOTLINE_ROUTE}}" != ""]?{CONTEXT_QUEUE},s,1:{CONTEXT_FLOW},s,flow)',
        ),
        _extension(
            "h",
            'GotoIf($["${MEMBERINTERFACE}" = ""]?dialled)',
            "Set(HOTLINE_END=answered:${MEMBERINTERFACE})",
            'dialled: GotoIf($["${DIALSTATUS}" != "ANSWER"]?tell)',
            'GotoIf($["${HOTLINE_TURN}" = ""]?answered)',
            f"Set(HOTLINE_PARTY=out-${{STRREPLACE(DIALEDPEERNUMBER,@{CONTEXT_MOBILE})}})",
            "answered: Set(HOTLINE_END=answered:${HOTLINE_PARTY})",
            "tell: CELGenUserEvent(HOTLINE_FALLBACK_END,"
            f"${{HOTLINE_CONTACT}} ${{HOTLINE_LAST}} ${{HOTLINE_END}} {_CALL_ID})",
        ),
        _extension("T", "Hangup()"),
    )


def _fallback_talk() -> str:
    """On the leg of whoever answers in the fallback, as the two are about to be connected: hotline reads it later.

    On a mobile phone of an emergency he presses 1 first, or the call goes back; that another phone has it by then is
    told by a variable of the caller's that the legs share.
    """
    has_it = "SHARED(HOTLINE_HAS_IT,${HOTLINE_CALLER})"
    return _context(
        CONTEXT_FALLBACK_TALK,
        _extension(
            "s",
            'GotoIf($["${HOTLINE_ACCEPT}" = ""]?talk)',
            "Set(HOTLINE_ASKED=0)",
            "ask: Read(HOTLINE_KEY,${HOTLINE_ACCEPT},1,,1,2)",
            f'GotoIf($["${{{has_it}}}" = "yes"]?taken)',
            'GotoIf($["${HOTLINE_KEY}" = "1"]?has)',
            "Set(HOTLINE_ASKED=$[${HOTLINE_ASKED} + 1])",
            "GotoIf($[${HOTLINE_ASKED} < 4]?ask:back)",
            "taken: Playback(${HOTLINE_TAKEN})",
            "back: Set(GOSUB_RESULT=CONTINUE)",
            "Return()",
            f"has: Set({has_it}=yes)",
            "talk: CELGenUserEvent(HOTLINE_FALLBACK_TALK,${HOTLINE_CONTACT})",
            "Return()",
        ),
    )


def _mobile(spec: AsteriskSpec) -> str:
    """One mobile phone of an emergency, which rings beside others: it counts as answered only once 1 was pressed.

    `Dial` stops the others as soon as one picks up, and only then asks; so each is dialled, and asked, on a channel of
    its own.
    """
    trunk = _trunk(spec)
    ring = f"Dial(PJSIP/${{EXTEN}}@{trunk},25,U({CONTEXT_FALLBACK_TALK}))" if trunk else "NoOp()"
    return _context(CONTEXT_MOBILE, *(_extension(pattern, ring, "Hangup()") for pattern in ("_X!", "_+X!")))


def _in_an_emergency() -> list[str]:
    """For an access number whose queue is switched over: its mobile phones or its announcement.

    The numbers of one turn stand between `&` and ring together, turns between `-` one after another. An announcement
    that is a flow would take a message, and so is one taken here. Only the digits of the number dialled name the
    variables.
    """
    together = f"${{STRREPLACE(HOTLINE_TURN,&,@{CONTEXT_MOBILE}&Local/)}}"
    return [
        "begin: Set(HOTLINE_ACCESS=${FILTER(0-9,${HOTLINE_DIALLED})})",
        "Set(HOTLINE_PHONES=${GLOBAL(HOTLINE_MOBILES_${HOTLINE_ACCESS})})",
        "Set(__HOTLINE_ACCEPT=${GLOBAL(HOTLINE_ACCEPT_${HOTLINE_ACCESS})})",
        "Set(__HOTLINE_CALLER=${CHANNEL})",
        "Set(__HOTLINE_TAKEN=${GLOBAL(HOTLINE_TAKEN_${HOTLINE_ACCESS})})",
        "turn: Set(HOTLINE_TURN=${SHIFT(HOTLINE_PHONES,-)})",
        'GotoIf($["${HOTLINE_TURN}" = ""]?notice)',
        "Set(SHARED(HOTLINE_HAS_IT)=)",
        f"Dial(Local/{together}@{CONTEXT_MOBILE},,m)",
        # Whoever picked up and pressed nothing has not answered.
        "Set(DIALSTATUS=)",
        "Goto(turn)",
        "notice: Set(__HOTLINE_ACCEPT=)",
        "Set(HOTLINE_SAY=${GLOBAL(HOTLINE_NOTICE_${HOTLINE_ACCESS})})",
        'GotoIf($["${HOTLINE_SAY}" = ""]?usual)',
        "Set(HOTLINE_END=announcement)",
        "Playback(${HOTLINE_SAY})",
        "Set(HOTLINE_INVITE=${GLOBAL(HOTLINE_INVITE_${HOTLINE_ACCESS})})",
        'GotoIf($["${HOTLINE_INVITE}" = ""]?end:message)',
    ]


def _agents() -> str:
    # hotline makes agents' calls through ARI; what a phone dials in a talk is a colleague to be consulted. Otherwise,
    # and while hotline is down, it is told that this does not work, unanswered, and ends.
    refuse = ("Progress()", "Playback(ss-noservice,noanswer)", "Hangup(21)")
    consult = f"Stasis(hotline,consult,${{FILTER({_OF_A_NUMBER},${{EXTEN}})}})"
    return _context(
        CONTEXT_AGENTS,
        _extension("_X!", consult, *refuse),
        *(_extension(pattern, *refuse) for pattern in ("_[+*#A-Za-z].", "s")),
    )
