"""Is a phrase a personal name? Asked of roles and cues only, where a name would stand for a kind of person."""

import re

from anchoring.scope.rules.text import fold, normal

# Names that studies of bias and stock examples use as signs of identity; few on purpose, for a word may be a name too.
_KNOWN = frozenset(
    fold(name)
    for name in (
        "Aaliyah Abdul Abdullah Abena Achieng Ahmad Ahmed Aisha Akua Alejandro Amara Amina Anjali Anna-Maria Arjun "
        "Ayumi Babak Carlos Chioma Connor Darnell Deepak DeShawn Diego Dimitri Ebony Emeka Fatima Fatma Fernandez "
        "Garcia Giovanni Giuseppe Gonzalez Greg Gupta Hans Haruki Hassan Hernandez Hiroshi Hussein Ibrahim Ito Ivan "
        "Jamal Javier Jing Juan Karim Kenji Keisha Khadija Kobayashi Kofi Kowalski Krishnan Kumar Kwabena Kwame Kwasi "
        "Lakisha Laquisha Latisha Latoya Lopez Lupe Malik Maria Martinez Mehmet Mei Miguel Mohamed Mohammad Mohammed "
        "Mohamud Muhammad Muller Mustafa Nakamura Natasha Nguyen Nkechi Oluwaseun Olga Omar Pablo Patel Pedro Perez "
        "Priya Rahul Rajesh Ramirez Rashid Raj Reza Rodriguez Sakura Sanchez Santiago Sato Shanice Sharma Shaniqua "
        "Singh Suzuki Svetlana Takahashi Tamika Tanaka Tran Tremayne Tyrone Vladimir Wang Watanabe Yamada Yamamoto "
        "Yuki Yusuf Zhang 田中 佐藤 鈴木 高橋 山田 王 李 张 김 이 박 محمد أحمد فاطمة"
    ).split()
)
_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|señora?|sra?|monsieur|madame|herr|frau|pan|pani)"
_TITLED = re.compile(rf"(?i:{_TITLE})\.?\s+(?P<name>[^\W\d_][\w'-]+)")
_HONORIFIC = re.compile(
    r"(?P<name>[^\W\d_]\w*?)(?:[- ](?:san|sama|kun|chan|sensei|ssi|nim|ji|bhai|ben|jan|bey|hanım)|さん|様|さま|君|氏)"
)
# Kin, titles and offices: with an honorific or a title they are a form of address.
FORMS = frozenset(
    "sir madam guru swami papa mama baba didi bhai uncle auntie aunty onee onii obaa ojii okaa otou oba oji okyaku "
    "kyaku doctor teacher master chef boss captain president chair chairman chairwoman chairperson speaker secretary "
    "minister mayor judge ambassador director chancellor dean".split()
)


def is_personal_name(phrase: str) -> bool:
    """Whether the whole phrase is a name: `Tanaka`, `Tanaka-san`, `Mr. Patel`, `Priya Sharma`, `田中さん`.

    A form of address without a name (`akka`, `-san`, `Professor`, `Guru-ji`) is not one; neither is a name inside a
    longer phrase.
    """
    plain = normal(phrase).strip()
    titled, honoured = _TITLED.fullmatch(plain), _HONORIFIC.fullmatch(plain)
    if any(match and fold(match["name"]) in FORMS for match in (titled, honoured)):
        return False
    if titled and titled["name"][0].isupper():
        return True
    if honoured and (fold(honoured["name"]) in _KNOWN or honoured["name"][0].isupper()):
        return True
    parts = plain.split()
    return 0 < len(parts) <= 3 and fold(parts[0]) in _KNOWN and all(_named(part) for part in parts)


def _named(part: str) -> bool:
    """A part of a full name: capitalised, known, or of a script without capitals."""
    return fold(part) in _KNOWN or part[0].isupper()
