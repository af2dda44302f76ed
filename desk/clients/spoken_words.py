"""The words that spoken codes (合言葉) are made of, and how what somebody types or says is read. Pure.

Everyday things, three to five kana, none of them a name, a need or an office. No two sound alike: they differ in two
sounds at least, voiced or not, long or short; and none begins another, so a code needs no gaps.
"""

import re
import unicodedata

_LIST = """
あおいろ あさがお あさひ あざらし あじさい あめんぼ あんぱん いくら いちご いちょう いりえ いろり うきわ
うぐいす うさぎ うどん えだまめ えんがわ えんぴつ おがわ おちゃ おつきみ おでん おどり おにぎり おひさま
おりがみ おるごーる かいがら かさたて かすてら かたつむり かつお かどまつ かぶとむし かぼちゃ かめら
かもめ かるがも かるた きいろ きうい ききょう きつね きゃべつ きゃんぷ きゅうり きりん きんぎょ くじら
くるみ くれよん けしごむ けやき こあら こいのぼり こうのとり こおろぎ こげちゃ ここあ こすもす こだま
こねこ こむぎ こもれび こんぶ ごはん ごぼう さいだー さくらんぼ さざんか さつまいも さんま ざぶとん
しいたけ しおかぜ ししまい しじみ しばいぬ しょうが しらかば しろくま しんりん じてんしゃ じゃがいも
すいか すいとう すすき すずむし すなはま すぷーん すべりだい すりっぱ せっけん せんぷうき せんべい
そよかぜ そらいろ ぞうきん たいそう たいやき たおる たけうま たけのこ たたみ たなばた たぬき たまごやき
たまねぎ たんぽぽ だいこん だいだい だんろ ちゃわん ちょうちょ ちりとり つくし つばき つりざお てにす
てぶくろ てんぷら でんち とうふ とけい とびら とまと とんぼ どんぐり ながぐつ ながれぼし なずな なのはな
なわとび にじいろ にわとり にんじん のはら はいきんぐ はがき はくちょう はちみつ はぶらし はむすたー
はるかぜ はんかち はーもにか ばけつ ばなな ぱんけーき ぱんだ ひこうき ひつじ ひのき ひまわり ひよこ
ぴあの ふうりん ふぉーく ふきのとう ふくろう ふろしき ぶどう ぶらんこ べんとう ぺんぎん ほうき ほしぞら
ほたる ぽすと まつり まないた まふらー まらそん まんじゅう みかづき みかん みこし みずうみ みそしる
みつば みるく むぎちゃ むらさき めがね めじろ めだか めろん もちつき ものさし もみじ ももいろ やきゅう
やたい やどかり やなぎ やまびこ ゆうびん ゆうやけ ゆきだるま ゆのみ ようかん よっと よもぎ らいおん
らくだ らじお らっこ らべんだー らむね らーめん りこーだー りゅっく りんご れもん れんげ れんこん わかば
わたぐも わらび
"""
WORDS = tuple(_LIST.split())
WORDS_OF_A_CODE = 3

_PLAIN = str.maketrans("ぁぃぅぇぉっゃゅょゎを", "あいうえおつやゆよわお", "ー\u3099\u309a")
_TO_HIRAGANA = ord("ァ") - ord("ぁ")


def sound(text: str) -> str:
    """What is heard of it: hiragana only, nothing voiced, small or drawn out, since people write that as they like."""
    parted = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    hiragana = "".join(chr(ord(sign) - _TO_HIRAGANA) if "ァ" <= sign <= "ヴ" else sign for sign in parted)
    return "".join(sign for sign in hiragana.translate(_PLAIN) if "あ" <= sign <= "ん")


_BY_SOUND = {sound(word): word for word in WORDS}
_ANY_WORD = re.compile("|".join(_BY_SOUND))


def code_in(text: str) -> str | None:
    """The code somebody means, its words in order; None where these are not the words of one.

    In hiragana or katakana, any width, with or without gaps, in any order.
    """
    heard = sound(text)
    found = _ANY_WORD.findall(heard)
    if len(set(found)) != WORDS_OF_A_CODE or "".join(found) != heard:
        return None
    return "・".join(sorted(_BY_SOUND[word] for word in found))
