"""Names as two documents spell them: what agrees, how well, and what never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.manifest.names import Name, compare_names, spell_latin
from pratique.core.manifest.romanisation import spell_coarsely

# ICAO Doc 9303-3, section 6, tables A and B (in part): letter → what the zone has.
ICAO = """
    Á:A À:A Â:A Ã:A Ă:A Ą:A Ā:A Ä:AE Å:AA Æ:AE Ć:C Ĉ:C Č:C Ç:C Ď:D Đ:D É:E È:E Ê:E Ë:E Ě:E Ę:E Ğ:G Ģ:G Ħ:H Í:I Ì:I
    Î:I Ï:I İ:I Ĳ:IJ Ķ:K Ł:L Ľ:L Ñ:N Ń:N Ň:N Ŋ:N Ó:O Ò:O Ô:O Õ:O Ő:O Ö:OE Ø:OE Œ:OE Ŕ:R Ř:R Ś:S Š:S Ş:S Ș:S ß:SS Ť:T
    Ţ:T Þ:TH Ŧ:T Ú:U Ù:U Û:U Ű:U Ü:UE Ŵ:W Ý:Y Ÿ:Y Ź:Z Ż:Z Ž:Z
    А:A Б:B В:V Г:G Д:D Е:E Ж:ZH З:Z И:I К:K Л:L М:M Н:N О:O П:P Р:R С:S Т:T У:U Ф:F Х:KH Ц:TS Ч:CH Ш:SH
    Щ:SHCH Ъ:IE Ы:Y Э:E Ю:IU Я:IA І:I Є:IE Љ:LJ Њ:NJ Џ:DZ
    """


@pytest.mark.parametrize("pair", ICAO.split())
def test_a_letter_is_transliterated_as_the_standard_says(pair: str) -> None:
    letter, zone = pair.split(":")
    assert spell_latin(letter) == zone
    assert spell_latin(letter.lower()) == zone


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        (("MÜLLER", "JÖRG"), ("MUELLER", "JOERG"), "same"),
        (("Müller", "Jörg"), ("MULLER", "JORG"), "same"),
        (("Müller", ""), ("MUXXLLER", ""), "same"),
        (("Muñoz", "José"), ("MUNXXOZ", "JOSE"), "same"),
        (("MUELLER", "JORG"), ("MULLER", "JOERG"), "transliterated"),
        (("Ødegård", "Åse"), ("OEDEGAARD", "AASE"), "same"),
        (("Þórsson", "Jón"), ("THORSSON", "JON"), "same"),
        (("Weiß", "Uwe"), ("WEISS", "UWE"), "same"),
        (("Иванова", "Юлия"), ("IVANOVA", "IULIIA"), "same"),
        (("O'BRIEN", "SEAN"), ("OBRIEN", "SEAN"), "same"),
        (("D'ARC-LEE", "ANNE MARIE"), ("DARC LEE", "ANNEMARIE"), "same"),
        (("吕", "燕"), ("LV", "YAN"), "unknown"),
        (("LYU", "YAN"), ("LV", "YAN"), "transliterated"),
        (("LÜ", "YAN"), ("LV", "YAN"), "transliterated"),
        (("ZHANG", "XIAO MING"), ("ZHANG", "XIAOMING"), "same"),
        (("ZHANG", "XIAOMING"), ("XIAOMING", "ZHANG"), "reordered"),
        (("ZHANG XIAOMING", ""), ("ZHANG", "XIAOMING"), "reordered"),
        (("NGUYEN", "THI VAN ANH"), ("ANH", "VAN THI NGUYEN"), "reordered"),
        (("SMITH", "JOHNMR"), ("SMITH", "JOHN"), "same"),
        (("SMITH", "ANNA MRS"), ("SMITH", "ANNA"), "same"),
        (("HASSAN", "AMR"), ("HASSAN", "A"), "shortened"),
        (("SMITH", "J"), ("SMITH", "JOHN PAUL"), "shortened"),
        (("SMITH", "JOHN"), ("SMITH", "JOHN PAUL"), "shortened"),
        (("SMITH", ""), ("SMITH", "JOHN"), "shortened"),
        (("ARJUN", "FNU"), ("ARJUN", ""), "same"),
        (("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG"), ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRON"), "shortened"),
        (("BENNELONG WOOLOOMOOLOO WARRANDYTE W", "DINGO"), ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO"), "shortened"),
        (("CHANG", "HSIAO MING"), ("ZHANG", "XIAOMING"), "close"),
        (("TSAI", "CHIH KUO"), ("CAI", "ZHIGUO"), "close"),
        (("WANG", "LIN"), ("WANG", "LIU"), "close"),
        (("WANG", "LIN"), ("WANG", "YUE"), "different"),
        (("SMITH", "JOHN"), ("SMITH", "MARY"), "different"),
        (("", ""), ("SMITH", "JOHN"), "unknown"),
    ],
)  # fmt: skip
def test_two_spellings_agree_as_far_as_they_do(
    one: tuple[str, str], other: tuple[str, str], agreement: str
) -> None:
    assert compare_names(Name(*one), Name(*other)) == agreement
    assert compare_names(Name(*other), Name(*one)) == agreement


def test_one_chinese_writing_is_one_name_however_it_is_romanised() -> None:
    assert compare_names(Name("CHANG", "HSIAO MING", "张晓明"), Name("ZHANG", "XIAOMING", "张晓明")) == "same"


@pytest.mark.parametrize(
    "pair",
    [
        "HSIAO:XIAO",
        "CHANG:ZHANG",
        "CHANG:CHANG",
        "TSENG:ZENG",
        "HSU:XU",
        "CHIANG:JIANG",
        "LIEN:LIAN",
        "JUNG:RONG",
        "SZU:SI",
        "TZU:ZI",
        "YEH:YE",
        "YEN:YAN",
        "YUNG:YONG",
        "HSIUNG:XIONG",
        "CHUEH:JUE",
        "KUO:GUO",
        "HO:HE",
        "TUNG:DONG",
        "CHIH:ZHI",
        "ERH:ER",
        "HSUEH:XUE",
        "CHUNG:ZHONG",
        "TSAI:CAI",
        "PEI:BEI",
        "JEN:REN",
        "YU:YOU",
        "YU:YU",
    ],
)
def test_wade_giles_and_pinyin_meet_in_one_coarse_spelling(pair: str) -> None:
    one, other = pair.split(":")
    assert spell_coarsely((one,)) == spell_coarsely((other,)) != ""


@pytest.mark.parametrize("word", ["SMITH", "JOHN", "NGUYEN", "IVANOVA", "THIDA", "AUNG"])
def test_what_is_no_chinese_syllable_has_no_coarse_spelling(word: str) -> None:
    assert spell_coarsely((word,)) == ""


NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜßÑÅØÉИЖЮ '-", max_size=24)


@given(surname=NAMES, given_names=NAMES, other=NAMES)
def test_comparing_is_even_handed_and_a_name_agrees_with_itself(
    surname: str, given_names: str, other: str
) -> None:
    one, two = Name(surname, given_names), Name(surname, other)
    assert compare_names(one, two) == compare_names(two, one)
    assert compare_names(one, one) in ("same", "unknown")
    assert compare_names(one, Name(given_names, surname)) in ("same", "reordered", "unknown")
