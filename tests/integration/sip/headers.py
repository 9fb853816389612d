"""What callers, or whoever connects them, write into their headers."""

from acd import events as e
from config.asterisk.cel import EVENTS
from tests.fakes.sip_peer import SipPeer
from tests.fakes.sip_scene import Known, Scene
from tests.integration.sip.cases import case


async def _strange(scene: Scene, number: str = "", caller: str = "", **headers: str) -> e.ContactStarted:
    """A call with such words reaches its agent, and every reader of them still reads; how it came in."""
    async with scene.line() as line:
        await scene.ready(line)
        call = await scene.dial("talks", number or line.number, caller=caller, times="-1", **headers)
        await scene.facts(call, e.TalkConnected)
        (offer,) = scene.known(call, e.OfferMade)
        assert offer.agent == line.agent
        await call.go_on()
        await call.over()
        end = await scene.ended(call)
        for event in scene.house.stage.lab.call_events():
            assert event.type in (*EVENTS, "HOTLINE_CONTACT"), event
        assert (await scene.kept(end.contact))["contact"] == end.contact
        (started,) = scene.known(call, e.ContactStarted)
        return started


@case
async def a_name_with_quotes_and_lines_of_other_protocols(scene: Scene) -> None:
    name = r'"200 result=1 \" \\ , Action: Originate; x,\"y" '
    assert (await _strange(scene, name=name)).caller.startswith("+86139")


@case
async def a_name_in_chinese(scene: Scene) -> None:
    await _strange(scene, name='"中国电信·客户📞" ')


@case
async def a_name_of_control_characters(scene: Scene) -> None:
    await _strange(scene, name='"\x01\x07\x1b]0;x\x07\x7f" ')


@case
async def a_name_that_is_no_utf_8(scene: Scene) -> None:
    await _strange(scene, name=b'"\xff\xfe\xc3\x28\xd6\xd0" '.decode("utf-8", "surrogateescape"))


@case
async def a_name_of_two_thousand_letters(scene: Scene) -> None:
    await _strange(scene, name=f'"{"名x" * 500}" ')


async def _long(scene: Scene, *, call_id: str = "", tag: str = "", name: str = "") -> None:
    """A call with overlong words is one contact that reaches its agent, ends once, and is recorded."""
    peer = await SipPeer.open(int(scene.house.stage.sip.rpartition(":")[2]))
    try:
        async with scene.line() as line:
            await scene.ready(line)
            caller = next(scene.callers)
            dialog = peer.invite(line.number, caller=caller, call_id=call_id, tag=tag, name=name)
            assert await dialog.established() == 200
            call = Known(await scene.call_id_of(caller))
            await scene.facts(call, e.TalkConnected)
            dialog.hang_up()
            end = await scene.ended(call)
            assert (end.cause, (await scene.kept(end.contact))["contact"]) == (e.EndCause.HUNG_UP, end.contact)
            for event in scene.house.stage.lab.call_events():
                assert event.type in (*EVENTS, "HOTLINE_CONTACT"), event
            assert await scene.house.ready_checks()
    finally:
        peer.close()


@case
async def a_call_id_of_four_thousand_letters(scene: Scene) -> None:
    await _long(scene, call_id="c" * 4000 + "@127.0.0.1")


@case
async def a_call_id_of_quotes_commas_and_expressions(scene: Scene) -> None:
    await _long(scene, call_id='${SYSTEM(id)},x)\\"{%22%0a}' + "$[1+1]" * 40)


@case
async def a_tag_of_four_thousand_letters(scene: Scene) -> None:
    await _long(scene, tag="t" * 4000)


@case
async def a_name_of_four_thousand_letters(scene: Scene) -> None:
    await _long(scene, name="名x" * 1000)


@case
async def a_number_that_would_end_its_line(scene: Scene) -> None:
    """Asterisk writes the number into FastAGI's lines as it is."""
    number = "139%0aagi_extension%3a%2095001%0a%0a200%20result=1"
    assert (await _strange(scene, caller=number)).caller == ""


@case
async def a_number_of_expressions(scene: Scene) -> None:
    assert (await _strange(scene, caller="%24%7BSYSTEM(id)%7D%2C%22%27%5C;%24%7B1%7D")).caller == ""


@case
async def an_asserted_identity_that_would_end_its_line(scene: Scene) -> None:
    header = 'P-Asserted-Identity: "x%0a" <sip:139%0aagi_uniqueid:%201%0a%0a@127.0.0.1>'
    assert (await _strange(scene, header=header)).caller == ""


@case
async def a_diversion_and_a_word_from_user_to_user(scene: Scene) -> None:
    header = (
        'Diversion: "\x01${EXTEN}\n"" <sip:95000%0aagi_x:%201%00@127.0.0.1>;reason=unconditional\r\n'
        "User-to-User: 00" + "c8" * 900 + ";encoding=hex\r\nHistory-Info: <sip:%00%0a@x>;index=1"
    ).replace("\n", "")
    await _strange(scene, header=header)


@case
async def a_dialled_number_that_would_end_its_line_is_refused(scene: Scene) -> None:
    call = await scene.dial("refused", "96011%0d%0aagi_arg_1:%20x%0a%0a")
    await call.over()
    assert (await scene.ended(call)).cause is e.EndCause.REFUSED
