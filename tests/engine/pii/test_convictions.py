"""Convictions and offences of somebody are covered (GDPR Art. 10); what only sounds like the law is not."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Category, Conversation, Turn, Type, call_classes, category, detect, term
from callward.engine.pii.lexicon.terms.convictions import CONVICTIONS
from callward.engine.pii.lexicon.terms.table import LANGUAGES

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def conversation(code: str, *turns: str) -> Conversation:
    return Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)


def covered(code: str, *turns: str) -> list[str]:
    call = conversation(code, *turns)
    found = [one for one in detect(call, names=False) if one.type is Type.CONVICTION]
    return [call.turns[span.turn].text[span.start : span.end] for one in found for span in one.spans]


@pytest.mark.parametrize(
    ("code", "said", "phrase"),
    [
        ("en", "I've got a criminal record from years ago.", "criminal record"),
        ("en", "I was convicted of fraud in twenty twelve", "was convicted of fraud"),
        ("en", "he was charged with assault", "charged with assault"),
        ("en", "my son is in prison at the moment", "in prison"),
        ("sv", "jag blev dömd för misshandel", "blev dömd för misshandel"),
        ("sv", "min bror sitter i fängelse", "i fängelse"),
        ("sv", "han har fotboja nu", "fotboja"),
        ("et", "mind mõisteti süüdi aastaid tagasi", "mõisteti süüdi"),
        ("et", "olen karistatud varguse eest", "karistatud varguse eest"),
        ("et", "ta on kriminaalhooldusel", "kriminaalhooldusel"),
        ("ro", "a fost condamnat pentru înșelăciune", "fost condamnat pentru înșelăciune"),
        ("ro", "soțul e la închisoare", "la închisoare"),
        ("ro", "sunt cercetat penal", "cercetat penal"),
        ("nl", "Ik heb een strafblad.", "strafblad"),
        ("nl", "ik ben veroordeeld voor mishandeling", "ben veroordeeld voor mishandeling"),
        ("nl", "hij loopt met een enkelband", "enkelband"),
    ],
)
def test_what_tells_of_a_conviction_is_covered(code: str, said: str, phrase: str) -> None:
    assert covered(code, f"c:{said}") == [phrase]
    assert covered(code, f"c:{said.lower().rstrip('.')}") == [phrase.lower()]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "The last sentence of your letter is wrong."), ("en", "I booked the tennis court for six."),
        ("en", "That's fine, and the parking fine is paid."),
        ("en", "I was charged with a late fee, and charged twice."),
        ("en", "I'm on probation at my new job"), ("en", "we were burgled and I reported the theft"),
        ("en", "I've custody of the children"), ("sv", "sista meningen i brevet"),
        ("sv", "parkeringsböter på 800 kronor"),
        ("sv", "jag är dömd att vänta i kön"), ("sv", "jag vill anmäla en stöld"),
        ("sv", "ett utdrag ur belastningsregistret till jobbet"), ("et", "arvuti on süüdi, mitte mina"),
        ("et", "viimane lause kirjas"), ("et", "minult varastati ratas, teatasin vargusest"),
        ("ro", "sunt condamnat la așteptare"), ("ro", "am nevoie de un certificat de cazier"), ("ro", "curtea casei"),
        ("ro", "serviciul e cu suspendare de luni"), ("nl", "de laatste zin van de brief"),
        ("nl", "ik heb vastgezeten in de lift"), ("nl", "ik kreeg een verdacht mailtje"),
        ("nl", "de tennisbaan is bezet"),
    ],
)  # fmt: skip
def test_what_only_sounds_like_the_law_is_left_alone(code: str, said: str) -> None:
    assert covered(code, f"c:{said}") == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "he works in prison as a guard"), ("en", "my brother works as a probation officer"),
        ("en", "she is a probation officer"), ("en", "she works for the probation service"),
        ("en", "i was in prison officer's union"), ("en", "I want to go to prison museum"),
        ("en", "i did time the call"), ("en", "doing time sheets"), ("en", "the delivery was held in custody"),
        ("en", "I was charged with theft protection insurance"), ("en", "The fraudster got arrested"),
        ("en", "the thief was arrested"), ("en", "someone was arrested for stealing my card"),
        ("en", "your account may be suspected of fraud"),
        ("en", "my job is with young offenders"), ("en", "i did time and motion studies"),
        ("en", "The payment was stopped because it was suspected of fraud."),
        ("sv", "Transaktionen är misstänkt för bedrägeri."), ("et", "Makset kahtlustatakse pettuses."),
        ("en", "this transfer is being investigated for fraud"),
        ("sv", "han arbetar i fängelset"), ("sv", "i fängelset jobbar min man"), ("sv", "kortet är anmäld för stöld"),
        ("sv", "bedragaren blev häktad"), ("sv", "hon jobbar som frivårdsinspektör"),
        ("et", "ta töötab vanglas valvurina"), ("et", "mu vend on tööl vanglas"), ("et", "pakk on vahi all"),
        ("et", "varas vahistati eile"), ("et", "see oli kahtlustatav makse"),
        ("ro", "lucrează la închisoare ca gardian"), ("ro", "hoțul a fost arestat"),
        ("ro", "contul este suspectat de fraudă"), ("ro", "sora mea este consilier de probațiune"),
        ("nl", "hij werkt in de gevangenis"), ("nl", "zij werkt bij de reclassering"),
        ("nl", "de oplichter is gearresteerd"), ("nl", "de betaling wordt verdacht van fraude"),
    ],
)  # fmt: skip
def test_jobs_parcels_insurance_and_unknown_thieves_are_nobodys_conviction(code: str, said: str) -> None:
    assert covered(code, f"c:{said}") == []


@pytest.mark.parametrize(
    ("code", "said", "phrase"),
    [
        ("en", "he did time.", "did time"),
        ("en", "my son did time for theft", "did time for theft"),
        ("en", "I lost my card while my husband was in prison", "in prison"),
        ("en", "he called me on the phone from prison", "from prison"),
        ("en", "I have to see my probation officer", "probation officer"),
        ("en", "I work and my brother is in prison", "in prison"),
        ("en", "I was arrested the other day", "was arrested"),
        ("en", "on your account you told us about a criminal conviction", "criminal conviction"),
        ("en", "the claim shows a criminal record", "criminal record"),
        ("sv", "jag jobbar men min man sitter i fängelse", "i fängelse"),
        ("et", "mu vend on vanglas", "vanglas"),
        ("ro", "eu lucrez și soțul e în închisoare", "în închisoare"),
        ("nl", "ik werk en mijn man zit in de gevangenis", "in de gevangenis"),
    ],
)
def test_who_was_there_or_did_it_is_covered_all_the_same(code: str, said: str, phrase: str) -> None:
    assert covered(code, f"c:{said}") == [phrase]


@pytest.mark.parametrize(
    ("code", "said", "phrases"),
    [
        ("en", "he got eighteen months suspended for theft", ["eighteen months suspended for theft"]),
        ("en", "the court gave me eighty hours of unpaid work", ["eighty hours of unpaid work"]),
        ("en", "he came out of HMP Leeds in May", ["came out of HMP Leeds"]),
        ("en", "my dad's just been let out of jail", ["let out of jail"]),
        ("en", "I did six months for assault", ["did six months for assault"]),
        ("en", "I was fined by the magistrates", ["fined by the magistrates"]),
        ("en", "he is a convicted burglar", ["convicted burglar"]),
        ("sv", "han har suttit två år i fängelse för rån", ["två år i fängelse för rån"]),
        ("sv", "jag blev bötfälld av tingsrätten", ["bötfälld av tingsrätten"]),
        ("sv", "hon avtjänar sitt straff", ["avtjänar sitt straff"]),
        ("sv", "han åkte fast för stöld", ["åkte fast för stöld"]),
        ("et", "mees istub kinni varguse eest", ["istub kinni varguse eest"]),
        ("et", "sain kaheksa kuud tingimisi", ["sain kaheksa kuud tingimisi"]),
        ("et", "mind mõisteti süüdi varguses", ["mõisteti süüdi varguses"]),
        ("et", "ta vabanes vanglast mais", ["vabanes vanglast"]),
        ("ro", "băiatul a stat doi ani la pușcărie", ["doi ani la pușcărie"]),
        ("ro", "am fost amendat de tribunal", ["amendat de tribunal"]),
        ("ro", "nu are cazierul curat", ["nu are cazierul curat"]),
        ("ro", "a ieșit din închisoare", ["ieșit din închisoare"]),
        ("nl", "hij heeft gezeten voor een overval", ["gezeten voor een overval"]),
        ("nl", "ik kreeg veertig uur taakstraf", ["veertig uur taakstraf"]),
        ("nl", "een boete van de rechter", ["boete van de rechter"]),
        ("nl", "hij zat vast wegens fraude", ["zat vast wegens fraude"]),
        ("en", "he is a registered sex offender", ["registered sex offender"]),
        ("sv", "han åkte in för narkotikabrott", ["åkte in för narkotikabrott"]),
        ("et", "ta on elektroonilise valve all", ["elektroonilise valve all"]),
        ("nl", "hij heeft vijf jaar gekregen voor doodslag", ["vijf jaar gekregen voor doodslag"]),
    ],
)
def test_how_long_where_and_by_whom_somebody_was_sentenced_is_covered(code: str, said: str, phrases: list[str]) -> None:
    assert covered(code, f"c:{said}") == phrases


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "I'm on six months probation at the new place"), ("en", "we are on licence to sell alcohol"),
        ("en", "I'm waiting six weeks for battery replacement"), ("en", "she works at HMP Leeds as a nurse"),
        ("en", "the bike was locked up outside"), ("en", "he was released from hospital"),
        ("en", "I got fined by the library"), ("sv", "han muckade från lumpen i juni"),
        ("sv", "jag kommer från Kumla"), ("sv", "försäkringen gäller ett år för stöld"),
        ("et", "istun kodus kinni sest uks ei avane"), ("et", "kinnisvara maja on müügis"),
        ("ro", "contractul a fost închis înainte de termen"), ("ro", "asigurare pe doi ani pentru furt"),
        ("nl", "het papier zit in de bak"), ("nl", "ik heb drie dagen gezeten zonder internet"),
        ("nl", "de proeftijd van mijn contract is twee maanden"), ("nl", "ik kreeg een boete van de bibliotheek"),
    ],
)  # fmt: skip
def test_jobs_locks_licences_and_fines_of_others_are_no_sentence(code: str, said: str) -> None:
    assert covered(code, f"c:{said}") == []


@pytest.mark.parametrize(
    ("code", "turns", "phrases"),
    [
        ("en", ("c:I'm on probation and I have an ankle tag",), ["on probation", "ankle tag"]),
        ("en", ("c:he was in prison", "a:what for?", "c:burglary"), ["in prison", "burglary"]),
        ("en", ("c:he has a criminal record", "a:for which offence?", "c:burglary"),
         ["criminal record", "offence", "burglary"]),
        ("sv", ("a:är du tidigare dömd?", "c:ja för stöld"), ["tidigare dömd", "stöld"]),
        ("ro", ("a:pentru ce a fost condamnat?", "c:tâlhărie"), ["fost condamnat", "tâlhărie"]),
        ("nl", ("c:ik heb een strafblad en zit in een proeftijd",), ["strafblad", "proeftijd"]),
        ("et", ("c:ta on kriminaalhooldusel ja sai kaks aastat tingimisi",),
         ["kriminaalhooldusel", "sai kaks aastat tingimisi"]),
    ],
)  # fmt: skip
def test_what_jobs_have_too_tells_of_a_sentence_beside_one(
    code: str, turns: tuple[str, ...], phrases: list[str]
) -> None:
    assert covered(code, *turns) == phrases


def test_a_question_that_is_denied_tells_of_nobody() -> None:
    question = "a:Have you any unspent convictions?"
    assert covered("en", question, "c:No, none.") == []
    assert covered("en", question, "c:Yes, one.") == ["unspent convictions"]


def test_a_conviction_has_a_class_and_a_term_of_its_own() -> None:
    call = conversation("en", "c:he is in prison for theft, and I have a criminal record too")
    assert category(Type.CONVICTION) is Category.CRIMINAL
    assert call_classes(call, detect(call, names=False))[Category.CRIMINAL] == 2
    assert (term(Type.CONVICTION).dpv, term(Type.CONVICTION).law) == ("pd:CriminalConviction", "Art. 10")


def test_every_covered_language_has_phrases() -> None:
    assert set(CONVICTIONS) == set(LANGUAGES)
