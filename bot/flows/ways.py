"""How people meet: at the place, by telephone, or by video, and what to expect then."""

from bot.flows.questions import Facts

#: Who we say we are on the telephone, by what the person chose.
CALLER_WORDS = {
    "「とまりぎ」と言う": "・「とまりぎ」と 名のります。",
    "人の名前だけ言う": "・人の名前だけ 名のります。",
    "本人が出た時だけ話す": "・本人が 出た時だけ 話します。",
}


def where(facts: Facts) -> str:
    """The place, or how people meet without one."""
    if facts.get("way") == "telephone":
        return "電話で 話します（こちらから かけます）"
    if facts.get("way") == "online":
        return f"ビデオで 話します\n{facts['link']}"
    return str(facts["place"])


def expect(facts: Facts) -> list[str]:
    """What somebody who is booked would like to know beforehand."""
    if facts.get("way") == "telephone":
        return _by_telephone(facts)
    if facts.get("way") == "online":
        return [
            "・時間になったら、上の アドレスを ひらいてください。",
            "・顔は、出さなくて いいです。",
            "・話すのは、相談員2人です。",
        ]
    return [
        "・お金、持ち物、身分証は いりません。",
        *(f"・{line}" for line in (facts["way_in"], facts["door"]) if line),
        "・会うのは、相談員2人です。",
        "・少し おくれても、だいじょうぶです。",
    ]


def _by_telephone(facts: Facts) -> list[str]:
    caller = CALLER_WORDS.get(facts.get("caller", ""))
    no_number = "・番号を「電話番号を書いておく」で\n　教えてください。"
    return [
        *([] if facts.get("has_phone") else [no_number]),
        *([caller] if caller else []),
        "・お金は かかりません。",
        "・出られなくても、だいじょうぶです。",
    ]
