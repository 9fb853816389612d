"""Where the recogniser itself failed it is asked again, so that the voice is not blamed."""

import pytest

from tools.voice.recogniser import lost


@pytest.mark.parametrize(
    ("heard", "language", "failed"),
    [
        ("6-5-4-4-4-4-4-4-4-4-4", "zh-CN", True),
        ("Your bill is 2,420,160,000,000,000,000,000,000,000", "en", True),
        ("您已使用套餐的百分之六六六六六六六六六六", "zh-CN", True),
        ("Your balance is $$$$$$$$$$", "en", True),
        ("以下是电话客服热线的语音。", "zh-CN", True),
        ("以下是电话客服热线。", "zh-CN", True),
        ("", "en", True),
        ("您输入的是四三九四幺四四四。", "zh-CN", False),
        ("For billing, press one. To report a power cut, press two. To speak to a person, press zero.", "en", False),
        ("证券代码是3-8-4-4-6-8-0-0", "zh-CN", False),
    ],
)
def test_it_failed_where_it_goes_round_in_circles_or_writes_what_it_was_told(
    heard: str, language: str, failed: bool
) -> None:
    assert lost(heard, language) is failed
