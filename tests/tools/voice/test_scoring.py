"""What a recogniser wrote is compared with what was said, spelling apart."""

import pytest

from tools.voice.scoring import Score, compare, distance

pytest.importorskip("opencc", reason="comparing Mandarin needs the voice extra")
pytest.importorskip("pypinyin", reason="comparing Mandarin needs the voice extra")


def test_distance_counts_changes_additions_and_omissions() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance("", "abc") == 3


@pytest.mark.parametrize(
    ("text", "heard", "language", "score"),
    [
        ("您好，欢迎来电。", "您好,歡迎來電", "zh-CN", Score(6, 0, 0)),
        ("请稍候。", "请稍后", "zh-CN", Score(3, 0, 1)),
        ("请稍候。", "请等候", "zh-CN", Score(3, 1, 0)),
        ("幺零零七号为您服务。", "1007号为您服务", "zh-CN", Score(9, 0, 0)),
        ("七幺幺号", "七腰1号", "zh-CN", Score(4, 0, 1)),
        ("七幺号", "七要号", "zh-CN", Score(3, 1, 0)),
        ("尾号是F五幺四", "尾号是S五腰四", "zh-CN", Score(7, 1, 1)),
        ("一百元", "腰百元", "zh-CN", Score(3, 1, 0)),
        ("百分之十二", "12%", "zh-CN", Score(5, 0, 0)),
        ("六二五四号为您服务。", "６２５４号为您服务", "zh-CN", Score(9, 0, 0)),
        ("下午三点零五分", "下午3点05分", "zh-CN", Score(7, 0, 0)),
        ("For billing, press one.", "For billing press 1", "en", Score(4, 0, 0)),
        ("November twenty-second twenty twenty-six", "November 22, 2026", "en", Score(6, 0, 0)),
        ("three oh five p.m.", "3:05pm", "en", Score(4, 0, 0)),
        ("agent one zero zero seven", "agent 1007", "en", Score(5, 0, 0)),
        ("eleven oh five p.m.", "11, 0, 5, p, m.", "en", Score(4, 0, 0)),
        ("one oh five", "105", "en", Score(3, 0, 0)),
        ("seven fen", "7 Phen", "en", Score(2, 0, 1)),
        ("press one", "press won", "en", Score(2, 0, 1)),
        ("press one", "press on", "en", Score(2, 1, 0)),
        ("six twenty p.m.", "620p, m", "en", Score(3, 0, 0)),
        ("You are speaking with agent six", "You're speaking with agent 6", "en", Score(6, 0, 0)),
        ("ten p.m. to one p.m.", "10pm21pm", "en", Score(5, 0, 1)),
    ],
)
def test_scores(text: str, heard: str, language: str, score: Score) -> None:
    assert compare(text, heard, language) == score
