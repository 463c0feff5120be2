"""What tells of somebody's convictions and offences (GDPR Art. 10), by language, in its own spelling.

``told`` are phrases that tell it by themselves. ``charged`` are words that do with an offence behind them: who is
charged twice for an order, or held in a queue, has done nothing. Which words these are comes from the laws that give
them their meaning: the Rehabilitation of Offenders Act 1974 and the Sentencing Act 2020 in Britain, brottsbalken and
lagen om belastningsregister in Sweden, karistusseadustik and karistusregistri seadus in Estonia, Codul penal and Legea
290/2004 in Romania, Wetboek van Strafrecht and Wet justitiële en strafvorderlijke gegevens in the Netherlands.
Everyday forms ("inside", "på kåken") stand beside them where they mean nothing else.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Offences(NamedTuple):
    """The phrases of one language; a trailing ``*`` takes any ending."""

    told: tuple[str, ...]
    charged: tuple[str, ...]
    offences: tuple[str, ...]


class Nobodys(NamedTuple):
    """What shows that a phrase tells of nobody of the call, as alternatives of a pattern over folded text.

    ``places`` is how phrases begin that also name where somebody works or with whom, ``works`` stands some words before
    those, ``works_behind`` right behind them. ``jobs`` is how phrases begin that name who does such work, ``is_a``
    stands right before them. ``things`` and ``others`` are subjects that have no convictions, or are unknown to the
    call, ``anew`` begins another's clause. ``behind`` stands right behind what is the name of something else.
    """

    places: str
    works: str
    works_behind: str
    jobs: str
    is_a: str
    things: str
    others: str
    anew: str
    behind: str


NOBODYS: Final = {
    "en": Nobodys(
        places="(?:in|out of|to|from) (?:prison|jail)|(?:(?:in|at|from|to) )?hmp|probation|parole|young offender|ex[ -]"
        "|in police custody",
        works="works?|worked|working|job|jobs|employed|shifts?|volunteers?|volunteering|teach|teaches|teaching",
        works_behind="as an? (?:guard|officer|nurse|teacher|chaplain|cook|warden)",
        jobs="(?:probation|parole) officer",
        is_a="(?:i'm|i am|he's|she's|is|was|as|am|become|became) (?:now )?an?",
        things="delivery|deliveries|parcel|parcels|package|packages|shipment|goods|order|card|cards|account|payment"
        "|transaction|transfer|charge|claim|money|refund|car|phone|laptop|website|company|seller",
        others="fraudsters?|scammers?|thief|thieves|burglars?|robbers?|crooks?|criminals?|culprits?|suspects?"
        "|hackers?|someone|somebody|people who",
        anew="i|i'm|you|your|he|he's|she|she's|we|they|my|his|her|and|but|because|while|when|since",
        behind="protection|insurance|cover|prevention|alerts?|alarms?|museum|guards?|officers?|officer's|staff|warden"
        "|visitors?",
    ),
    "sv": Nobodys(
        places="i fangelse|ur fangelse|fran fangelse|pa anstalten|frivard|pa kaken",
        works="arbetar|arbetade|arbetat|jobbar|jobbade|jobbat|jobb|anstalld|undervisar|praktik",
        works_behind="(?:arbetar|jobbar)|som (?:vakt|vaktare|larare|kock|sjukskoterska)",
        jobs="frivardsinspektor",
        is_a="(?:jag|han|hon|hen|bror|syster|man|fru) (?:ar|var|blev)|som|till",
        things="kort|kortet|korten|paket|paketet|leverans|leveransen|konto|kontot|betalning|betalningen|transaktion|transaktionen|order|bestallning"
        "|bestallningen|bil|bilen|cykel|cykeln|telefon|telefonen|dator|datorn|pengarna|varan",
        others="tjuv|tjuven|tjuvarna|bedragare|bedragaren|bedragarna|ranaren|ranarna|garningsmannen|inbrottstjuven|nagon",
        anew="jag|du|din|ditt|han|hon|hen|vi|de|min|mitt|mina|och|men|eftersom|medan|nar",
        behind="(?:forsakring[a-z]*|skydd[a-z]*|larm[a-z]*|museet|museum)",
    ),
    "et": Nobodys(
        places="vangis|vangla|kriminaalhool|arestimaja|kinnipeetav",
        works="tootab|tootan|tootas|tootasin|tootanud|tool|ametis|opetab",
        works_behind="(?:tootab|tootan|tootas|tool|valvur[a-z]*|ametnik[a-z]*|opetaja[a-z]*|muuseum[a-z]*)",
        jobs="kriminaalhooldaja|kriminaalhooldusametnik",
        is_a="(?:ma|mina|ta|tema|vend|ode|mees|naine|abikaasa) (?:on|olen|oli|olin|tootab)",
        things="kaart|kaardi|kaarti|kaardid|pakk|paki|pakki|pakid|saadetis|saadetise|konto|kontot|tellimus|makse|makset|raha"
        "|auto|ratas|telefon|tehing|tehingut|ulekanne|ulekannet",
        others="varas|vargad|pettur|petturid|petis|kelm|kelmid|roovel|roovlid|keegi|kurjategija|kurjategijad",
        anew="ma|te|teie|sa|mina|ta|tema|me|nad|mu|minu|ja|aga|sest|kui",
        behind="(?:makse[a-z]*|tehing[a-z]*|kone[a-z]*|kiri|kirja|pettus[a-z]*|ulekan[a-z]*|tegevus[a-z]*|kindlustus[a-z]*"
        "|kaitse[a-z]*)",
    ),
    "ro": Nobodys(
        places="(?:la|in|din|de) (?:inchisoare|puscarie|penitenciar)|serviciul de probatiune|consilier|fost detinut"
        "|fosti detinuti",
        works="lucreaza|lucrez|lucra|lucram|lucrat|munceste|muncesc|angajat|angajata|preda",
        works_behind="(?:lucreaza|ca|drept) (?:gardian|paznic|agent|profesor|asistent|bucatar)[a-z]*|lucreaza",
        jobs="consilier",
        is_a="sunt|este|e|ca|era",
        things="card|cardul|cardurile|cont|contul|colet|coletul|pachet|pachetul|livrarea|comanda|plata|tranzactia|masina"
        "|telefonul|banii",
        others="hot|hotul|hotii|escroc|escrocul|escrocii|infractorul|infractorii|faptasul|talharul|fraudatorul|cineva",
        anew="eu|tu|dumneavoastra|el|ea|noi|ei|mi|si|dar|iar|pentru|cand",
        behind="(?:muzeu[a-z]*|asigurare[a-z]*|protectie)",
    ),
    "nl": Nobodys(
        places="(?:in|uit|naar) (?:de )?(?:gevangenis|bajes|detentie)|reclassering|gedetineerd|ex[ -]",
        works="werk|werkt|werkte|werken|werkten|gewerkt|baan|stage|lesgeeft|vrijwilliger",
        works_behind="(?:werk|werkt|werkte|werken)|als (?:bewaker|cipier|kok|docent|verpleegkundige)",
        jobs="reclassering[a-z]*(?:werker|ambtenaar)",
        is_a="(?:ben|is|was|als|word|wordt)(?: een)?|bij de",
        things="kaart|kaarten|pas|bankpas|pakket|pakje|bestelling|levering|zending|rekening|betaling|transactie|auto"
        "|fiets|telefoon|laptop|geld",
        others="dief|dieven|oplichter|oplichters|fraudeur|fraudeurs|inbreker|inbrekers|dader|daders|iemand|overvaller",
        anew="ik|u|uw|jij|je|hij|ze|zij|we|wij|mijn|zijn|haar|en|maar|want|omdat|toen",
        behind="(?:verzekering[a-z]*|bescherming|beveiliging|preventie|museum|bewaarder[a-z]*)",
    ),
}  # fmt: skip
"""By ISO 639-1 code."""

ONLY_AT_END: Final = r"(?:did|doing|done) time"
"""What tells of a sentence only where its clause ends ("he did time"), or goes on with an offence or a place."""

CONVICTIONS: Final = {
    "en": Offences(
        told=(
            "criminal record", "criminal conviction*", "previous conviction*", "unspent conviction*",
            "spent conviction*", "driving conviction*", "motoring conviction*", "drink driving conviction*",
            "drink-driving conviction*", "drink driving ban", "drink-driving ban", "a conviction for",
            "been convicted", "was convicted", "got convicted", "convicted of an offence", "convicted criminal",
            "in prison", "in jail", "out of prison", "out of jail", "to prison", "to jail", "from prison",
            "prison sentence*", "jail sentence*", "custodial sentence*", "suspended sentence*", "life sentence",
            "months in prison", "years in prison", "ex-offender*", "ex offender*", "ex-prisoner", "ex-convict",
            "young offender*", "sex offender*", "offenders register", "probation officer*", "probation order",
            "probation service", "on parole", "parole officer*", "parole board", "on licence from prison",
            "released on licence", "electronic tag", "ankle tag", "ankle bracelet", "community service order",
            "community payback", "unpaid work order", "police caution", "restraining order against me",
            "non-molestation order", "remanded in custody", "on remand", "in police custody", "held in custody",
            "released on bail", "on police bail", "out on bail", "been arrested", "was arrested", "got arrested",
            "under arrest", "did time", "doing time", "served time", "criminal charges", "pleaded guilty",
            "found guilty", "felony conviction", "a felony", "misdemeanor",
            "criminal past", "done time", "ex-con", "ex con", "sex offenders' register", "driving ban",
        ),
        charged=(
            "convicted of", "convicted for", "conviction for", "convictions for", "charged with", "arrested for",
            "accused of", "guilty of", "sentenced for", "done for", "cautioned for", "jailed for", "imprisoned for",
            "prosecuted for", "in court for", "in prison for", "record for", "banned for", "on probation for",
            "time for", "investigated for", "suspected of", "on trial for",
            "locked up for", "banged up for", "sent down for", "put away for", "inside for", "nicked for", "fined for",
            "caution for", "community service for", "wanted for",
        ),
        offences=(
            "fraud", "benefit fraud", "tax fraud", "tax evasion", "theft", "stealing", "shoplifting", "burglary",
            "robbery", "armed robbery", "assault", "common assault", "actual bodily harm", "grievous bodily harm",
            "abh", "gbh", "battery", "drink driving", "drink-driving", "drunk driving", "drug driving",
            "dangerous driving", "driving while disqualified", "a dui", "dui", "possession", "drug dealing", "dealing",
            "drug possession", "supplying drugs", "drugs offences", "drug offences", "dealing drugs", "selling drugs",
            "money laundering", "embezzlement", "forgery", "arson", "criminal damage", "harassment", "stalking",
            "domestic violence", "sexual assault", "rape", "murder", "manslaughter", "attempted murder", "affray",
            "perjury", "handling stolen*",
            "possession with intent*", "intent to supply", "abduction", "kidnapping", "blackmail", "extortion",
            "child abuse", "indecent images", "indecent exposure", "grooming", "breach of the peace",
            "public order offence*", "breaking and entering", "vandalism", "growing cannabis", "cannabis cultivation",
            "perverting the course of justice", "wounding", "carrying a knife", "knife crime", "firearms offence*",
            "driving without insurance", "driving without a licence", "fighting", "smuggling", "terrorism",
            "hate crime", "breach of bail", "dangerous dog", "a stabbing", "stabbing",
        ),
    ),
    "sv": Offences(
        told=(
            "blivit dömd", "blev dömd", "är dömd till", "dömd till fängelse",
            "dömdes till fängelse", "dömts till fängelse", "dömd till böter", "dömdes till böter",
            "dömd till samhällstjänst", "i fängelse", "i fängelset", "ur fängelset", "från fängelset",
            "fängelsestraff*", "fängelsedom*", "på kåken", "på anstalten", "sitter häktad", "sitter på häktet",
            "satt häktad", "satt på häktet", "blev häktad", "är häktad", "varit häktad", "sitter anhållen",
            "blev anhållen", "är anhållen", "blev gripen av polis*", "villkorlig dom", "villkorligt frigiven",
            "villkorlig frigivning", "skyddstillsyn*", "samhällstjänst*", "fotboja*", "elektronisk boja", "frivården",
            "frivårdsinspektör*", "dagsböter*", "tidigare straffad", "tidigare dömd", "straffregist*",
            "prick i belastningsregistret", "i belastningsregistret", "kriminellt förflutet", "kriminell bakgrund",
            "före detta intagen", "rättspsykiatrisk vård", "åtalad i tingsrätten", "misstänkt för brott",
            "brottsmisstänkt*", "under förundersökning",
            "bakom galler", "i finkan", "livstidsdom*", "bötfälld*", "övervakare från frivården", "kriminell historia",
        ),
        charged=(
            "dömd för", "dömda för", "dömdes för", "dömts för", "dom för", "åtalad för", "åtalades för", "åtalats för",
            "misstänkt för", "misstänks för", "anhållen för", "häktad för", "gripen för", "straffad för",
            "fängelse för", "sitter inne för", "suttit inne för", "satt inne för", "erkänt", "anklagad för",
            "anmäld för", "delgiven misstanke om",
            "åkt fast för", "åkte in för", "åkt in för", "körkortet för", "åkte fast för", "åkt dit för",
            "åkte dit för", "torskade för", "torskat för", "fälld för",
            "fälldes för", "fällts för", "lagförd för", "böter för", "fängslad för", "straff för", "inne för",
            "samhällstjänst för", "fotboja för", "bötfälldes för", "tagen för",
            "efterlyst för",
        ),
        offences=(
            "misshandel", "grov misshandel", "kvinnomisshandel", "bedrägeri", "grovt bedrägeri", "bidragsbrott",
            "stöld", "grov stöld", "snatteri", "ringa stöld", "häleri", "rån", "grovt rån", "inbrott",
            "narkotikabrott", "ringa narkotikabrott", "grovt narkotikabrott", "narkotikainnehav", "rattfylleri",
            "grovt rattfylleri", "rattfylla", "drograttfylleri", "drograttfylla", "olovlig körning",
            "vårdslöshet i trafik", "olaga hot", "ofredande", "våldtäkt", "sexuellt övergrepp", "sexuellt ofredande",
            "sexualbrott", "mord", "dråp", "vållande till annans död", "skadegörelse", "mordbrand", "skattebrott",
            "ekobrott", "ekonomisk brottslighet", "bokföringsbrott", "penningtvätt", "förskingring",
            "urkundsförfalskning", "vapenbrott", "våld mot tjänsteman", "mened", "stalkning", "olaga förföljelse",
            "brott", "fridskränkning",
            "kvinnofridskränkning", "grov kvinnofridskränkning", "hot", "olaga intrång", "hemfridsbrott", "utpressning",
            "smuggling", "narkotikasmuggling", "vapeninnehav", "brott mot knivlagen", "knivbrott",
            "barnpornografibrott",
            "hets mot folkgrupp", "våldsamt upplopp", "grov vårdslöshet i trafik", "människohandel", "koppleri",
            "knark",
            "knarkinnehav", "langning", "drograttfylla", "fylla", "slagsmål", "övergrepp", "pedofili", "sexköp",
        ),
    ),
    "et": Offences(
        told=(
            "süüdi mõistet*", "süüdimõist*", "mõisteti süüdi", "mõistis mu süüdi", "kriminaalkorras karist*",
            "kriminaalkaristus*", "kriminaalkorras süüdi", "karistatud isik*", "varem karistatud", "kehtiv karistus",
            "kehtivat karistust", "kehtivaid karistusi", "kirje karistusregistris", "karistusregistris kirje*",
            "vangis", "vangi mõistet*", "vangi pandud", "pandi vangi", "vanglas", "vanglast", "vanglakaristus*",
            "vangistus*", "tingimisi vangistus*", "tingimisi karist*", "tingimisi ennetähtaegselt", "kinnipeetav*",
            "vahi all", "vahistatud", "vahistati", "peeti kinni kahtlustatavana", "kahtlustatav*", "kriminaalhool*",
            "elektroonilise valve all", "elektrooniline valve", "jalavõru*", "lähenemiskeel*", "šokivangistus*",
            "üldkasuliku töö tundi*", "üldkasulik töö karistuseks", "kriminaalasi minu vastu", "arestimaja*",
            "aresti kandma", "kriminaalne minevik", "kriminaalse minevikuga",
            "kriminaalse taustaga", "süüdimõistev otsus",
        ),
        charged=(
            "süüdi", "karistatud", "karistati", "karistada saanud", "süüdistatakse", "kahtlustatakse", "vahistati",
            "kinni peetud", "kohtu all", "tingimisi",
            "sai kinni", "saadi kinni", "vangis", "vangi", "vanglas", "istus", "istub", "istunud", "kinni",
            "trahviti", "trahvi", "karistust",
            "karistuse", "kuud", "aastat",
        ),
        offences=(
            "varguses", "varguse eest", "pettuses", "kelmuses", "kelmuse eest", "pettuse eest", "röövis", "röövimises",
            "röövi eest", "kehalises väärkohtlemises", "kehalise väärkohtlemise eest", "vägivallas", "perevägivallas",
            "perevägivalla eest", "vägivalla eest", "lähisuhtevägivalla eest", "joobes juhtimises",
            "joobes juhtimise eest", "purjus juhtimise eest", "roolijoobe eest", "narkokuriteos", "narkokuriteo eest",
            "narkootikumide eest", "omastamises", "omastamise eest", "altkäemaksu eest", "maksupettuse eest",
            "rahapesus", "rahapesu eest", "vägistamises", "vägistamise eest", "tapmises", "tapmise eest", "mõrvas",
            "mõrva eest", "ähvardamises", "ähvardamise eest", "huligaansuse eest", "avaliku korra rikkumise eest",
            "kuriteos", "kuriteo eest",
            "sissemurdmises", "sissemurdmise eest", "sissemurdmiste eest", "varguste eest", "vargustes",
            "pettuste eest",
            "kakluse eest", "peksmise eest", "naise peksmise eest", "narkootikumide omamise eest",
            "narkootikumide müümise eest", "narkokaubanduse eest", "röövimise eest", "röövimiste eest",
            "relva omamise eest",
            "purjuspäi juhtimise eest", "purjuspäi sõitmise eest", "joobes sõitmise eest", "purjus sõitmise eest",
            "süütamise eest", "süütamises", "väljapressimise eest", "väljapressimises", "väärkohtlemise eest",
            "pedofiilia eest", "võltsimise eest", "võltsimises", "salakaubaveo eest", "kuritarvitamise eest",
        ),
    ),
    "ro": Offences(
        told=(
            "fost condamnat*", "condamnat la închisoare", "condamnată la închisoare", "condamnat penal",
            "condamnată penal", "condamnare penală", "condamnări penale", "condamnare definitivă",
            "antecedente penale", "la închisoare", "în închisoare", "din închisoare", "de închisoare", "la pușcărie",
            "în pușcărie", "din pușcărie", "la penitenciar", "în penitenciar", "din penitenciar", "am cazier",
            "are cazier", "cu cazier", "aveam cazier", "dosar penal", "dosarul penal", "dosare penale",
            "cercetat penal", "cercetată penal", "urmărit penal", "urmărită penal", "trimis în judecată",
            "trimisă în judecată", "fost arestat*", "este arestat*", "arest la domiciliu", "arest preventiv",
            "arestat preventiv", "reținut de poliție", "sub control judiciar", "inculpat*", "eliberat condiționat",
            "eliberată condiționat", "liberare condiționată", "pedeapsă cu suspendare", "pedeapsa cu suspendare",
            "ani cu suspendare", "ani cu executare", "pedeapsă cu executare", "serviciul de probațiune",
            "consilier de probațiune", "consilierul de probațiune", "brățară electronică",
            "ordin de protecție împotriva mea", "fost deținut", "foști deținuți", "recidivist*",
            "muncă în folosul comunității",
            "după gratii",
        ),
        charged=(
            "condamnat pentru", "condamnată pentru", "condamnați pentru", "condamnare pentru", "arestat pentru",
            "arestată pentru", "acuzat de", "acuzată de", "învinuit de", "învinuită de", "judecat pentru",
            "judecată pentru", "cercetat pentru", "cercetată pentru", "închis pentru", "închisă pentru",
            "pedepsit pentru", "dosar pentru", "suspectat de", "suspectată de", "vinovat de", "vinovată de",
            "pușcărie pentru", "închisoare pentru", "amendat pentru", "amendată pentru", "cazier pentru",
            "dosar penal pentru", "suspendare pentru", "executare pentru", "prins la",
            "prins cu", "reținut pentru", "reținută pentru", "căutat pentru",
        ),
        offences=(
            "furt", "furt calificat", "tâlhărie", "înșelăciune", "fraudă", "fals", "fals în acte", "delapidare",
            "evaziune fiscală", "evaziune", "spălare de bani", "dare de mită", "luare de mită", "mită", "corupție",
            "trafic de droguri", "trafic de persoane", "trafic de influență", "droguri", "deținere de droguri",
            "consum de droguri", "violență", "violență domestică", "violență în familie", "lovire", "loviri",
            "lovire și alte violențe", "vătămare corporală", "amenințare", "hărțuire", "viol", "agresiune sexuală",
            "omor", "ucidere din culpă", "tentativă de omor", "beție la volan", "alcool la volan",
            "conducere sub influența alcoolului", "conducere fără permis", "distrugere", "ultraj",
            "tulburarea ordinii publice", "contrabandă", "camătă",
            "furturi", "tâlhării", "spargere", "spargeri", "bătaie", "scandal", "șantaj", "proxenetism",
            "tentativă de crimă", "crimă", "pedofilie", "incendiere", "port de armă", "port ilegal de armă",
            "trafic de țigări", "conducere în stare de ebrietate", "condus beat", "băut la volan",
            "act sexual cu un minor",
            "falsificare", "escrocherie", "escrocherii", "agresiune", "corupere de minori",
        ),
    ),
    "nl": Offences(
        told=(
            "strafblad*", "strafregister*", "ben veroordeeld", "is veroordeeld", "werd veroordeeld",
            "was veroordeeld", "ooit veroordeeld", "eerder veroordeeld", "strafrechtelijk veroordeeld*",
            "strafrechtelijk verleden", "strafrechtelijke veroordeling*", "veroordeling op mijn naam",
            "veroordeeld tot", "in de gevangenis", "uit de gevangenis", "naar de gevangenis", "gevangenisstraf*",
            "celstraf*", "in de cel gezeten", "in de bajes", "uit de bajes", "in detentie", "uit detentie",
            "gedetineerd*", "ex-gedetineerde*", "in voorarrest", "in hechtenis", "voorlopige hechtenis",
            "jeugddetentie", "enkelband*", "taakstraf*", "werkstraf*", "voorwaardelijke straf",
            "voorwaardelijke celstraf", "voorwaardelijk vrij", "reclassering*", "tbs gehad", "tbs opgelegd",
            "heeft tbs", "contactverbod gekregen", "straatverbod gekregen", "gebiedsverbod gekregen",
            "crimineel verleden", "justitieel verleden", "justitiële documentatie op", "ben gearresteerd",
            "werd gearresteerd", "is gearresteerd", "als verdachte gehoord", "verdachte in een strafzaak",
            "strafzaak tegen mij", "isd-maatregel", "alcoholslot*", "ontzegging van de rijbevoegdheid",
            "op vrije voeten", "voorlopig vrij", "strafrechtelijk vervolgd",
        ),
        charged=(
            "veroordeeld voor", "veroordeeld wegens", "veroordeling voor", "veroordeling wegens", "verdacht van",
            "aangeklaagd voor", "aangeklaagd wegens", "aangehouden voor", "aangehouden wegens", "opgepakt voor",
            "opgepakt wegens", "gearresteerd voor", "gearresteerd wegens", "vastgezeten voor", "gezeten voor",
            "zit vast voor", "gestraft voor", "beschuldigd van", "straf voor", "strafblad voor", "strafblad wegens",
            "jaar gekregen voor", "maanden gekregen voor", "voorkomen voor", "zat vast voor", "zat vast wegens",
            "zit vast wegens", "vastzit voor", "vastgezeten wegens",
            "gezeten wegens",
            "cel in voor", "bak in voor", "berecht voor", "berecht wegens", "vervolgd voor", "vervolgd wegens",
            "beboet voor", "celstraf voor", "celstraf wegens", "taakstraf voor", "taakstraf wegens", "werkstraf voor",
            "enkelband voor", "gezocht voor", "boete voor",
        ),
        offences=(
            "fraude", "uitkeringsfraude", "belastingfraude", "bijstandsfraude", "oplichting", "diefstal",
            "winkeldiefstal", "inbraak", "woninginbraak", "beroving", "straatroof", "overval", "heling",
            "mishandeling", "zware mishandeling", "huiselijk geweld", "geweld", "geweldpleging",
            "openlijke geweldpleging", "bedreiging", "stalking", "belaging", "rijden onder invloed", "dronken rijden",
            "rijden zonder rijbewijs", "drugs", "drugshandel", "drugsbezit", "dealen", "hennepteelt", "wietplantage",
            "witwassen", "verduistering", "valsheid in geschrifte", "brandstichting", "vernieling", "aanranding",
            "verkrachting", "zedendelict", "een zedendelict", "moord", "doodslag", "poging tot doodslag",
            "een misdrijf", "wapenbezit", "dood door schuld", "meineed",
            "afpersing", "ontvoering", "kindermisbruik", "kinderporno", "smaad", "vechtpartij", "een vechtpartij",
            "een steekpartij", "steekpartij", "drugs dealen", "drugssmokkel", "smokkel", "dronken achter het stuur",
            "inbraken", "overvallen", "diefstallen", "een plofkraak", "plofkraak", "drugsgebruik", "een overval",
            "een inbraak", "mensenhandel", "bedreigingen",
        ),
    ),
}  # fmt: skip
"""By ISO 639-1 code."""
