"""Ages: what somebody is said to be, in five languages, and what only looks like it."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect, residual

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def conversation(code: str, *turns: str) -> Conversation:
    return Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)


def ages(code: str, *turns: str) -> list[str]:
    call = conversation(code, *turns)
    spans = [span for one in detect(call, names=False) if one.type is Type.AGE for span in one.spans]
    return [call.turns[span.turn].text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("code", "said", "covered"),
    [
        ("en", "I'm forty-two and I live alone.", ["forty-two"]),
        ("en", "im forty two and i work nights", ["forty two"]),
        ("en", "my kids are six and nine", ["six", "nine"]),
        ("en", "My mother is eighty-one and she can't manage the stairs.", ["eighty-one"]),
        ("en", "I'll be 70 in March.", ["70"]),
        ("en", "I've just turned fifty", ["fifty"]),
        ("en", "my husband, 58, has the policy", ["58"]),
        ("en", "my daughter aged 9 has lost her card", ["9"]),
        ("en", "she was 19 when she moved in", ["19"]),
        ("en", "I was born in sixty and I'm sixty-four now", ["sixty-four"]),
        ("en", "we have a three-year-old and a five-month-old baby", ["three-year-old", "five-month-old"]),
        ("sv", "jag är fyrtiotvå", ["fyrtiotvå"]),
        ("sv", "jag är 42 år", ["42 år"]),
        ("sv", "barnen är fem och 8 år", ["fem", "8 år"]),
        ("sv", "min son är tolv och går i sexan", ["tolv"]),
        ("sv", "jag är en gammal gubbe på 83", ["83"]),
        ("sv", "jag har precis fyllt 65", ["65"]),
        ("sv", "dottern blir 16 nästa vecka", ["16"]),
        ("et", "olen 42-aastane", ["42-aastane"]),
        ("et", "ma olen nelikümmend kaks", ["nelikümmend kaks"]),
        ("et", "mu ema on kaheksakümmend üks", ["kaheksakümmend üks"]),
        ("et", "lapsed on 6 ja 9", ["6", "9"]),
        ("et", "sain just 65 täis", ["65"]),
        ("ro", "am 42 de ani", ["42 de ani"]),
        ("ro", "băiatul are doisprezece", ["doisprezece"]),
        ("ro", "gemenii au trei ani", ["trei ani"]),
        ("ro", "copiii au 6 și 9 ani", ["6", "9 ani"]),
        ("ro", "o femeie de 45 de ani", ["45 de ani"]),
        ("ro", "împlinesc 70 în martie", ["70"]),
        ("nl", "ik ben tweeënveertig", ["tweeënveertig"]),
        ("nl", "onze buurvrouw van tweeëntachtig", ["tweeëntachtig"]),
        ("nl", "de kinderen zijn zes en negen jaar", ["zes", "negen jaar"]),
        ("nl", "ik ben net 65 geworden", ["65"]),
        ("nl", "mijn zoontje van zes drukt steeds op de knop", ["zes"]),
        ("nl", "een vrouw van 40", ["40"]),
        ("nl", "mijn man, 58, belt straks", ["58"]),
        ("en", "he's two and a half", ["two"]),
        ("en", "a lady of eighty", ["eighty"]),
        ("ro", "soția are 40 de ani", ["40 de ani"]),
        ("et", "ta sai 40 täis", ["40"]),
    ],
)
def test_what_somebody_is_said_to_be_is_an_age(code: str, said: str, covered: list[str]) -> None:
    assert ages(code, f"c:{said}") == covered


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "I've been waiting for forty-two minutes."), ("en", "I'm twenty minutes away from the shop."),
        ("en", "I'm forty two pounds out of pocket"), ("en", "I've been a customer for 12 years"),
        ("en", "You are number 14 in the queue."), ("en", "my laptop is five years old"),
        ("en", "the boiler's 15 years old now"), ("en", "I'm 80 percent sure"), ("en", "I am 1 of 3 owners"),
        ("en", "we're two adults and four children"), ("en", "my flat is 14"),
        ("en", "He's 6 foot 2 and weighs 90 kilos"),
        ("en", "the bill was 65 and now it is 82"), ("en", "a policy for anyone aged 18 or over"),
        ("sv", "jag har väntat i fyrtiotvå minuter"), ("sv", "jag har varit kund i 12 år"),
        ("sv", "datorn är fem år gammal"), ("sv", "vi är fyra personer"), ("sv", "jag är två veckor sen"),
        ("sv", "ett treårigt kontrakt"), ("sv", "räkningen är 42 kronor"), ("sv", "hon är på linje 2"),
        ("et", "olen oodanud nelikümmend kaks minutit"), ("et", "leping on kaheaastane"),
        ("et", "viieaastane garantii"),
        ("et", "auto on 10 aastat vana"), ("et", "sain 20 eurot tagasi"), ("et", "olen 20 minuti kaugusel"),
        ("ro", "aștept de patruzeci și două de minute"), ("ro", "am 2 ani de contract"),
        ("ro", "am 24 de luni de plată"),
        ("ro", "am două luni restante"), ("ro", "Trebuie să aveți 18 ani."), ("ro", "mașina are 20 ani"),
        ("nl", "ik wacht al tweeënveertig minuten"), ("nl", "ik ben 20 jaar klant bij jullie"),
        ("nl", "de laptop is vijf jaar oud"), ("nl", "ik ben twee weken verder"), ("nl", "een bedrag van 45"),
        ("nl", "ze zijn 30 per stuk"),
        ("nl", "de buurman van 12 heeft het aangenomen"), ("nl", "de man van 3 en de vrouw van 5"),
        ("nl", "het pakket is bij de buurvrouw van 14 afgegeven"), ("nl", "de mevrouw van 47 belde"),
        ("nl", "mijn buurvrouw van 14 en ik"),
        ("en", "It went to my neighbour, 12, not me"), ("en", "The tenant of 14 has moved out"),
        ("en", "The lady of 47, no"), ("en", "The man, 5, is on the screen"), ("en", "my neighbour, 14, took it in"),
        ("sv", "grannen på tolv och jag på 14"), ("sv", "killen på 5 och tjejen på 3 våningen"),
        ("sv", "killen på 5 sa att det var trasigt"), ("sv", "grannen, 14, tog det"), ("sv", "kvinnan på 4 ringde"),
        ("et", "Olen juba kaks ja pool tundi oodanud"), ("et", "Ta sai 40 ja mina sain 30 eurot"),
        ("et", "Laps sai 5 ja oli rõõmus"), ("et", "poeg sai 5 ja"),
        ("ro", "eu am 3 și soțul are 2"), ("ro", "Soția are 20, iar eu am 30 de GB"), ("ro", "eu am 50, el are 100"),
        ("ro", "mama are 2, tata are 3"), ("ro", "Copilul are 4 și a mâncat"),
        ("en", "I'm two and a half hours away"), ("nl", "ik ben twee en een half uur onderweg"),
    ],
)  # fmt: skip
def test_waiting_times_prices_and_the_years_of_things_are_no_ages(code: str, said: str) -> None:
    assert ages(code, f"c:{said}") == []


@pytest.mark.parametrize(
    ("code", "said", "covered"),
    [
        ("en", "she's in her late seventies", ["late seventies"]),
        ("en", "he must be forty if he's a day", ["forty"]),
        ("en", "my neighbour, 83, needs a lift", ["83"]),
        ("en", "she's fifty-odd", ["fifty-odd"]),
        ("en", "my dad's pushing eighty", ["eighty"]),
        ("en", "So you're 75, is that right?", ["75"]),
        ("en", "she's an octogenarian", ["octogenarian"]),
        ("sv", "hon är i sjuttioårsåldern", ["sjuttioårsåldern"]),
        ("sv", "en man i 70-årsåldern", ["70-årsåldern"]),
        ("sv", "jag är åttio plus", ["åttio plus"]),
        ("sv", "han är runt trettio", ["trettio"]),
        ("sv", "hon är sjuttiotalist", ["sjuttiotalist"]),
        ("et", "ta on üle kaheksakümne", ["kaheksakümne"]),
        ("et", "vanaema on kaheksakümnendates", ["kaheksakümnendates"]),
        ("et", "tütar Liis, kuuene", ["kuuene"]),
        ("ro", "mama are peste optzeci de ani", ["optzeci de ani"]),
        ("ro", "e octogenară", ["octogenară"]),
        ("ro", "un om la vreo cincizeci a sunat", ["cincizeci"]),
        ("nl", "ze is achter in de zeventig", ["zeventig"]),
        ("nl", "ik ben in de tachtig", ["tachtig"]),
        ("nl", "hij is midden veertig", ["veertig"]),
        ("nl", "een jongen van een jaar of vijfentwintig", ["vijfentwintig"]),
        ("nl", "mijn schoonmoeder truus die is negenentachtig", ["negenentachtig"]),
    ],
)
def test_an_age_told_by_its_tens_or_roughly_is_found(code: str, said: str, covered: list[str]) -> None:
    assert ages(code, f"c:{said}") == covered


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "You're 14 in the queue"), ("en", "you are 12."), ("en", "music from the eighties"),
        ("en", "it's over twenty pounds"), ("en", "he's over thirty minutes late"),
        ("en", "the temperature is in the twenties"), ("sv", "jag är runt trettio minuter bort"),
        ("sv", "över åttio procent"), ("sv", "det är runt femtio kronor"), ("et", "arve on üle kaheksakümne euro"),
        ("et", "kaheksakümnendate muusika"), ("et", "laps sai viiese hinde"),
        ("ro", "factura are peste optzeci de lei"),
        ("ro", "contractul are peste douăzeci de ani"), ("ro", "un om la 50 de metri"),
        ("nl", "het is in de tachtig euro"), ("nl", "dat was een jaar of drie geleden"),
        ("nl", "ik woon hier een jaar of twintig"), ("nl", "muziek uit de jaren tachtig"),
        ("nl", "begin 2020 verhuisd"), ("nl", "de parasol die is 45"),
    ],
)  # fmt: skip
def test_tens_of_minutes_prices_and_decades_of_time_are_no_ages(code: str, said: str) -> None:
    assert ages(code, f"c:{said}") == []


def test_an_age_that_is_taken_back_is_found_with_the_one_behind_it() -> None:
    assert ages("ro", "a:câți ani are?", "c:cincizeci și unu nu cincizeci și doi") == [
        "cincizeci și unu",
        "cincizeci și doi",
    ]


def test_each_of_several_answers_to_a_question_for_ages_is_found() -> None:
    assert ages("sv", "a:Hur gamla är barnen?", "c:flickan är fyra och pojken är elva") == ["fyra", "elva"]


@pytest.mark.parametrize(
    ("code", "turns", "found"),
    [
        ("en", ("a:how old are the children?", "c:six", "a:and the other", "c:nine"), ["six", "nine"]),
        ("en", ("a:how old are the children?", "c:six", "c:nine"), ["six", "nine"]),
        ("en", ("a:how old are the children?", "c:six", "a:mhm", "c:and nine."), ["six", "nine"]),
        ("en", ("a:how old are the children?", "c:six and nine"), ["six", "nine"]),
        ("en", ("a:how old are the children?", "c:six, nine and eleven"), ["six", "nine", "eleven"]),
        ("en", ("a:how old are the children?", "c:six and the other one is nine"), ["six", "nine"]),
        ("en", ("a:how old are you and your daughter?", "c:47 and 12"), ["47", "12"]),
        ("sv", ("a:hur gamla är barnen?", "c:sex", "a:och den andra?", "c:nio"), ["sex", "nio"]),
        ("et", ("a:kui vanad lapsed on?", "c:kuus", "a:ja teine?", "c:üheksa"), ["kuus", "üheksa"]),
        ("ro", ("a:câți ani au copiii?", "c:șase", "a:și celălalt?", "c:nouă"), ["șase", "nouă"]),
        ("nl", ("a:hoe oud zijn de kinderen?", "c:zes", "a:en de andere?", "c:negen"), ["zes", "negen"]),
    ],
)
def test_one_question_is_answered_with_the_ages_of_several(code: str, turns: tuple[str, ...], found: list[str]) -> None:
    assert ages(code, *turns) == found


@pytest.mark.parametrize(
    "turns",
    [
        ("c:six", "a:how many boxes were there?", "c:nine"),
        ("c:six", "c:nine boxes came"),
        ("c:six and nine boxes came",),
        ("c:six", "a:you are number nine in the queue"),
        ("c:six, and can it be half past nine",),
    ],
)
def test_an_answered_question_makes_no_age_of_what_is_counted(turns: tuple[str, ...]) -> None:
    assert "nine" not in ages("en", "a:how old is he?", *turns)


@pytest.mark.parametrize(
    "turns",
    [
        ("c:[AGE] and nine",), ("c:[AGE 0-9], nine.",), ("c:[AGE]", "c:nine"), ("c:[AGE]", "a:and the other", "c:nine"),
    ],
)  # fmt: skip
def test_a_second_age_behind_a_redacted_one_is_still_found(turns: tuple[str, ...]) -> None:
    assert [one.type for one in residual(conversation("en", "a:how old are the children?", *turns))] == [Type.AGE]


@pytest.mark.parametrize("said", ["[AGE]. After three would be best.", "[AGE 30-39] and can it be half past three"])
def test_where_an_age_was_redacted_no_other_number_is_taken_for_it(said: str) -> None:
    assert residual(conversation("en", "a:How old is he now?", f"c:{said}")) == ()


@pytest.mark.parametrize(
    ("code", "said", "found"),
    [
        ("en", "Her sister, Mavis, 79, is there.", "79"),
        ("en", "My niece Harriet Bell is seventeen now.", "seventeen"),
        ("en", "My son, Oliver Bell, is seven and goes to school.", "seven"),
        ("sv", "Min granne Lars, 83, brukar köra.", "83"),
        ("nl", "Daan is zeven en de kleine slaapt.", "zeven"),
        ("et", "Naabrinaine Aino, 79, aitab.", "79"),
    ],
)
def test_an_age_behind_a_name_is_found(code: str, said: str, found: str) -> None:
    call = conversation(code, f"c:{said}")
    spans = [span for one in detect(call) if one.type is Type.AGE for span in one.spans]
    assert [call.turns[span.turn].text[span.start : span.end] for span in spans] == [found]
