"""The lab against a real Asterisk."""

from config.lab import Lab


async def test_a_lab_answers_on_its_console(asterisk: Lab) -> None:
    assert (await asterisk.command("core show version")).startswith("Asterisk ")
