"""The most frequent words of speech, by language: what tells languages apart, and what is no letter by itself.

Words that two of the languages share count for both. Every word is written as it is folded: lower case, no marks.
"""

from __future__ import annotations

from typing import Final

_SAID: Final = {
    "en": "the a i you to it and that of is in for my have on be do what was we not just with can are so your this"
    " me at but no if about they there yes all would like will from one out how right when then it's i'm don't"
    " that's okay he she her his an or as had has get got been did could please thank thanks well now go know"
    " need why where who which sorry hello hi up some any more than because them their our us im dont ive id"
    " by am were want call see here number let make sure think said say back also only day new name going",
    "sv": "jag och det att i en ar som pa for inte har med du till den av vi ni han hon om sa men var kan ska vill"
    " hur vad nar mig dig min mitt mina din ditt dina er ert era sig ett de dem oss mycket bara fran eller hej"
    " ja nej tack nu da dar kommer fick far skulle hade varit blir blev bli detta denna dessa kanske ocksa"
    " efter utan vid upp ut in mer alla finns heter va gora behover maste jo okej tror vet ser just gar gick"
    " sin sitt sina hans hennes nagon nagot nagra ingen inget manga tja ah mot under over an per"
    " ge ger ta tar tid tiden dag dagen man be te bra hem hand slut sist lite helt nytt nya gar fler vem"
    " vart vilken vilket",
    "et": "ja ei on me et ma mul mu minu sa te teie teil meie see seda selle siis kui aga mis kas ka oma ole olen oli"
    " oleks olete ning voi nii jah tere tanan palun kuidas kus kes saab saan saate saaks pole veel juba ainult"
    " nagu kuni siin seal nuud mind teid talle tema ta teda nad meil neil sellest sellel sest koik midagi"
    " keegi valja sisse peale parast enne peaks voib lihtsalt korras hea head paeva olla tuleb lahen vaja"
    " tahan tahaks teha peab mida millal kust miks kell noh no just vist uks eile homme tana aitah selge oige"
    " helistan kohta abi e i",
    "ro": "si de la a in ca nu o cu pe sa un ce mai am este e sunt ati aveti din pentru se ma va dar daca cum ne le"
    " imi mi ii il i te tu eu noi voi el ea ei ele lui care cand unde asta acum doar foarte bine buna da"
    " multumesc rog vreau trebuie fost fi avea are au fac face spuneti puteti pot poate despre dupa pana sau"
    " atunci aici acolo tot toate toti nimic ceva cineva mea meu mele mei dumneavoastra al ale ai lor prin"
    " fara numele deci imediat sigur ziua alo domnule doamna cat cati asa deja inca s-a m-am v-am l-am i-am mi-a mi-ati"
    " dau da-mi stati stai caut gasit trimis trimite platit platesc mers vine venit sun sunat vorbesc vorbit inteles"
    " vad vedeti uite uitati verificam verific ajut astept asteptati clipa revin alta altul alt altceva altfel mult"
    " v-ati fi vi ni zi ci vreti poti dati stiti stiu trebuia era erau fie ori iar apoi aceea acesta aceasta unui unei"
    " n-am n-a n-ai n-are l-a i-a v-a ne-a le-a m-a s-au l-au i-au m-ati l-ati i-ati s-o n-o m-ar s-ar v-as mi-as i-as"
    " l-as ne-am le-am dintr-o dintr-un intr-o intr-un printr-o c-o de-a a-i a-l a-si nu-i nu-l nu-mi sa-mi sa-i sa-l",
    "nl": "ik de het een en van is dat niet je u in te op met voor er die zijn maar heb aan als wat ook nog dan wel"
    " om bij naar kan was mijn uw we wij zo ja nee hij zij ze hem haar hoe dit deze waar wie heeft had moet"
    " mag wil gaat ga graag dank bedankt goed even door uit of over geen meer al toch nu hier daar mij me jouw"
    " ons onze worden wordt werd zou zal kunt kunnen bent ben hebben hebt doen doet heel veel alleen gewoon"
    " iets niets iemand niemand want omdat natuurlijk hallo goedemorgen goedemiddag meneer mevrouw tot na per"
    " staat nou 't 'k es ie",
    "fi": "ja on ei se etta mina minun sina han me te he niin mutta kun jos tai kuin ovat oli olen olet ole mita"
    " missa kuka miten miksi koska nyt sitten vain viela kylla joo kiitos hei moi paivaa minulla teilla meilla"
    " taalla siella tama taman siis vaikka jotka joka sen sita minua teidan voisitte haluan haluaisin pitaa"
    " voi voin saada saanko ollut hyva hyvaa anteeksi numero osoite lasku",
    "de": "ich und die der das ist nicht sie es ein eine zu den mit wir ihr auf von fur im dem auch mir mich haben"
    " habe hat sind war bin wie was wo wer warum wann aber oder wenn dann noch nur schon sehr ja nein danke"
    " bitte guten tag hallo konnen kann mochte mochten mein meine ihre ihren uns bei nach aus zum zur als uber"
    " einen einer einem werden wird wurde muss mussen jetzt hier da kein keine",
    "fr": "je de la le les et est pas vous que un une des en pour dans ce il elle nous qui sur avec mon ma mes"
    " votre vos mais ou si plus bonjour merci oui non suis avez etes ai ont sont c'est j'ai d'accord comment"
    " quand pourquoi tres bien alors donc aussi fait faire peux pouvez voudrais etait cette ces aux du",
    "es": "que de la el en y a los las un una por con no es para lo como mas pero sus le ya o este si porque esta"
    " entre cuando muy sin sobre tambien me hasta hay donde quien desde todo nos durante hola gracias buenos"
    " dias tengo tiene quiero puede puedo usted mi su soy estoy favor",
    "pl": "nie to jest sie na w z i ze do co jak ale tak za od po czy mi mam pan pani dzien dobry prosze dziekuje"
    " jestem moj moja moje chce chcialbym moze ktory ktora bardzo tylko juz jeszcze byl byla bylo gdzie kiedy"
    " dlaczego kto dla mnie ja ty my wy oni przez przy sa",
    "hu": "a az es hogy nem is egy van ez azt de meg csak en te o mi ti ok igen jo napot kivanok koszonom kerem"
    " szeretnek szeretnem vagyok volt lesz lehet kell nekem onnek mert ha akkor itt ott most mar mit ki hol"
    " mikor miert milyen tudom tudja tudna ezt arra erre szamla telefonszam nevem lakcim halo tessek"
    " viszontlatasra",
    "lv": "ir un es ka nav ta tas uz ar no par man jus mums vai bet kad kas ludzu paldies labdien ja ne lai tikai"
    " vel jau mans mana jusu varat varetu gribu vajag",
    "lt": "ir yra as kad ne tai su is man jus mes bet ar kaip kas kur labas diena aciu prasau taip noriu reikia"
    " galite mano jusu tik dar jau buvo",
    "tr": "ve bir bu ne icin de da ben sen biz siz cok var yok evet hayir ama gibi daha nasil nerede tesekkur"
    " ederim merhaba lutfen istiyorum mi mu benim sizin efendim tamam olarak",
    "ru": "ya ne da net eto kak chto vy my on ona zdravstvuyte spasibo pozhaluysta menya zovut u nas vas tam zdes"
    " mne nado mozhno khochu ochen khorosho"
    " ja menja zdravstvuite zdravstvujte zdrastvuite pozhaluista pozaluista pozhalusta skazhite skazite nuzhno nuzno"
    " mozno hochu hotela ocen horosho horoso kogda gde pochemu pocemu potomu esli uzhe uze tozhe toze budet bylo byla"
    " byl seichas sejchas segodnja segodnya zavtra vcera vchera etot moj moja moya vasha znaju znayu ponimaju"
    " ponimayu govorju govoryu govorite po-russki russki esche jesche yeshche tolko poka ili dlja dlya ot iz chto-to"
    " dobryj dobryi svidanija svidaniya dogovor rabotaet poluchaetsja poluchil poluchila",
}

FREQUENT: Final = {code: frozenset(said.split()) for code, said in _SAID.items()}
"""By ISO 639-1 code; the covered languages first."""

_LINKS: Final = (
    "says reads star staat zegt scrie zice utleb kirjas is are was were it's its that's be as i'm am er ar var heter"
    " lyder blir on oli oleks e este era sunt fi waren"
    " luidt wordt = : som ca nagu als det that it this the my a an en ett de het een mijn min mitt minu mu mul cel"
    " cea meu mea scrie zice code kod koden kood codul typ typt toets trouwens gewoon"
)
LINKS: Final = frozenset(_LINKS.split())
"""What stands between the name of a thing and what it is, in the covered languages."""

_NO_SECRETS: Final = (
    "wrong incorrect expired correct right not invalid locked blocked saved needed required reset gone forgotten"
    " too weak strong secure important supposed written sent ready new old set changed changing protected please"
    " again anymore doesn't doesnt does isn't isnt won't wont didn't didnt working failed lost manager hint thing"
    " issue problem page forgot something same case field email box security question answer different temporary"
    " there don't dont can't cant fel sparrat sparrad ratt giltigt giltig inte borta nytt ny skickat kansligt funkar"
    " fungerar glomt bytt andra byta aterstalla aterstallt utgatt utganget last samma ogiltigt ogiltig hemligt kravs"
    " behovs tack igen sparat vale oige kehtetu kadunud unustasin unustanud uus vana aegunud lukus ei pole vahetada"
    " leia leida utle oelda utlen maleta tea jaga peab peaks tohi saladus salajane salajast lukku rikkis olemas kirjas"
    " keegi kellelegi ikka enam"
    " muuta muudetud sama vaja lahtestada taastada saadetud meeles toota toimi palun uuesti gresita gresit corecta"
    " corect expirata expirat blocata blocat noua nou veche nu uitat uitata schimbat schimba resetat resetata reseta"
    " trimisa merge functioneaza invalida aceeasi necesar va rog iar intrat trebuia trebuie wifi wi-fi router internet"
    " aplicatie calculator laptop cont casuta pierdut pierduta gresit gresite initiala temporara sigura slaba simpla"
    " resetati schimbati introduceti apasati accesati folositi trimitem trimit spun spune nimanui acelasi"
    " fout verkeerd verlopen goed juist niet ongeldig"
    " geblokkeerd vergeten nieuw nieuwe oud oude kwijt gewijzigd wijzigen resetten gereset werkt hetzelfde nodig"
    " opnieuw verstuurd aub graag instellen ingesteld"
)
NO_SECRETS: Final = frozenset(_NO_SECRETS.split())
"""What is said of a password and is none."""

_REPLIES: Final = """
    pardon hello hi hey speaking certainly sorry again slowly correct exactly same none nothing nobody myself secret
    private moment minute second thanks cheers perfect great lovely brilliant absolutely indeed why what which who
    ursakta hallo forlat precis samma stamt tack vabandust tere kuulen sama tanan scuze multumesc acelasi alo
    dank bedankt momentje hetzelfde klopt goedemorgen goedemiddag dag
    course hang wait sure sjalvklart visst ogonblick sekund vanta muidugi hetk oota desigur clipa asteptati natuurlijk
    zeker wacht moment
"""
REPLIES: Final = frozenset(_REPLIES.split())
"""Words of a reply that says nothing yet, or that nothing is told."""
