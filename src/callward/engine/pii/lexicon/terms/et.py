"""Estonian: words of health and of the other special categories."""

from __future__ import annotations

from callward.engine.pii.lexicon.terms.table import Terms

# Nouns take cases at their end and other nouns at their beginning ("neerupõletikuga"), so that most stems end in a
# star and the common heads of compounds begin with one. Text is searched without its dots and tildes: a term whose
# plain form is an everyday word stands in phrases ("köha" is "koha", of a place; "haav" "haava"; "vähi" "vahi", of a
# guard; "kõht" "koht"). So do words that calls use for other things: "operatsioon" is a transfer, "häire" an alarm,
# "murd" in "murdvargus", "tilgad" on a window, "viirus" in a computer, "külmetab" of a flat.

_HEADS = (
    "*põletik*", "*luumurd*", "*luumurru*", "*valu", "*valud", "*valuga", "*valude", "*valudega", "*valusid",
    "*haigus", "*haiguse", "*haigusega", "*haigused", "*haigust", "*haigusi", "*haiguste", "*haigusest", "*haiguseks",
    "*haigustega", "*kasvaja*", "*vähk", "*vähki", "*vähiga", "*vähist", "*vähkkasvaja*", "*allergia*", "*insult",
    "*infarkt*", "*tuberkuloos*", "*nihestus*", "*rebend*", "*halvatus*", "*väärareng*", "*sündroom*", "*sõltuvus",
    "*sõltuvuse*", "*sõltuvusega", "*sõltlane", "*sõltlase*", "*foobia", "*foobiat", "*skleroos*", "*artriit*",
    "*artroos*", "*hepatiit*", "*neuropaatia*", "*turse", "*turset", "*tursega", "*songa", "*verejooks*",
)  # fmt: skip

_CONDITIONS = (
    "maksakahjustus*", "ajukahjustus*", "neerukahjustus*", "närvikahjustus*", "nägemiskahjustus*", "kuulmiskahjustus*",
    "südamepuudulikkus*", "neerupuudulikkus*", "maksapuudulikkus*", "immuunpuudulikkus*", "downi sündroom*",
    "hall kae", "halli kae*", "hallkae*", "roheline kae", "rohelise kae*", "on koroona", "koroonas", "koroonasse",
    "pimedaks jää*", "olen pime", "ta on pime", "ema on pime", "isa on pime", "poolpime*", "kurt", "kurdiks jää*",
    "kehavigastus*", "peavigastus*", "seljavigastus*", "spordivigastus*", "tööõnnetus*", "rasvmaks*", "liitiumravi*",
    "vähi diagnoos*", "mul on vähk", "mul on köha", "tal on köha", "lapsel on köha", "oli köha", "puudega inim*",
    "puudega laps*", "puudega poeg", "puudega tütar", "mängusõltu*", "hasartmängusõltu*", "alkoholisõltu*",
    "uimastisõltu*", "joodik*", "abort", "aborti", "abordi*", "adenoid*", "aids", "aidsi*", "akne", "aknet",
    "aktiivsushäire*", "alaareng*", "alakaal*", "alkohooli*", "alkohoolik*", "alkoholism*", "allergiline",
    "allergilise*", "allergik*", "alzheimer*", "dementsus*", "dementne", "dementse*", "amputeeri*", "amputatsioon*",
    "aneemia*", "aneurüsm*", "angiin*", "anoreksia*", "apnoe*", "arütmia*", "asperger*", "astma", "astmat", "astmaga",
    "astmahoo*", "astmaatik*", "ataksia*", "autism*", "autist*", "ärevushäire*", "ärevus", "ärevust", "ärevuse*",
    "atoopiline nahk", "atoopiline dermatiit", "ateroskleroo*", "bipolaar*", "borrelioos*", "bronhiit*", "buliimia*",
    "burnout", "läbipõlemi*", "läbi põlenud", "celiaakia*", "tsöliaakia*", "crohn*", "covid*", "koroonaviirus*",
    "cushing*", "depressioon*", "depressiiv*", "depressiivne", "masendus*", "dermatiit*", "diabeet*", "diabeetik*",
    "diagnoos*", "diskiprolaps*", "lülivahe*", "düsleksia*", "düstroofia*", "ekseem*", "embolia*", "emboolia*",
    "emaka*", "endometrioos*", "enesetap*", "suitsiid*", "ennasthävita*", "epilepsia*", "epilepti*", "langetõbi",
    "langetõve*", "erütematoos*", "fibromüalgia*", "gastriit*", "glaukoom*", "gonorröa*", "gripp", "grippi", "gripis",
    "gripiga", "haavand*", "halvatud", "hemorroid*", "herpes*", "hiv", "hivi", "hiv-positiiv*", "hiv-nakkus*",
    "hüpertoonia*", "kõrgvererõhu*", "kõrgvererõhktõ*", "kõrge vererõhk", "kõrge vererõhu*", "kõrge rõhk",
    "madal vererõhk", "vererõhk on", "hüpotüreoos*", "hüpertüreoos*", "hüpoglükeemia*", "ihtüoos*", "imetab",
    "impotents*", "infarkt*", "insult", "insulti", "insuldi*", "ajuinsul*", "isheemia*", "ishias*", "istmikunärv*",
    "invaliid*", "inkontinents*", "kusepidamatu*", "katarakt*", "keisrilõi*", "kemoteraapia*", "keemiaravi*",
    "kiiritusravi*", "kilpnäärme*", "kleptomaan*", "kolesterool*", "kollatõbi", "kollatõve*", "krambid", "krambihoo*",
    "kramphoo*", "kroonili*", "krooniline väsimus", "kuulmislang*", "kuulmispuu*", "vaegkuul*", "vaegnäg*",
    "nägemispuu*", "kuulmishäire*", "kurttumm*", "kõhulahtis*", "kõhukinnis*", "kõnehäire*", "kõrvetis*", "kõõm",
    "leetrid", "leetreid", "leukeemia*", "liigeste*", "liikumispuu*", "liikumisvõimetu", "liikumisraskus*",
    "lihasdüstroofia*", "luuhõr*", "osteoporoos*", "lupus*", "luupus*", "lümfoom*", "lühinägeli*", "läkaköha*",
    "lööve", "löövet", "lööbe", "lööbega", "malaaria*", "maohaav*", "meeleoluhäire*", "melanoom*", "meningiit*",
    "ajukelme*", "menopaus*", "üleminekuea*", "migreen*", "minestab", "minestas", "minestan", "minestus*",
    "teadvusetu*", "mumps*", "müoom*", "narkomaan*", "narkosõlt*", "neerukiv*", "neuroos*", "neuroloogili*",
    "nõgestõ*", "obstruktiiv*", "ohatis*", "omastehoold*", "paanikahoo*", "paanikahäire*", "paranoia*", "paranoili*",
    "parkinson*", "parodontiit*", "podagra*", "polüüp*", "pneumoonia*", "pimesool*", "posttraumaatili*", "traumajärg*",
    "ptsh", "ptsd", "psoriaas*", "psühhoos*", "psühhiaatrili*", "psüühikahäire*", "psüühiline häire", "psüühilis*",
    "puue", "puudega", "puuet", "puude raskus*", "puude aste*", "raske puu*", "sügava puu*", "keskmise puu*",
    "töövõimetu*", "osaline töövõime", "osalise töövõime*", "puuduva töövõime*", "puuduv töövõime", "rahhiit*",
    "radikuliit*", "rase", "rasedus*", "raseda", "rasedat", "rasedana", "rasedaks", "raseduse katkesta*", "lapseootel",
    "beebiootel", "lapse ootel", "iseeneslik katkemine", "nurisünni*", "reuma", "reumat", "reumaga", "reumatoid*",
    "reumaatili*", "rõugeid", "rütmihäire*", "südamerütmi*", "salmonell*", "sapikiv*", "sarlak*", "seagripp*",
    "sepsis*", "veremürgit*", "sinusiit*", "skisofreeni*", "skolioos*", "süüfilis*", "klamüüdia*", "suguhaig*",
    "suhkrutõbi", "suhkrutõve*", "suhkruhaig*", "sõltuvusravi*", "sõltuvushäire*", "seljaaju*", "söömishäire*",
    "toitumishäire*", "südamerike*", "südamerikk*", "südamepuudu*", "südamestimulaator*", "südamehaig*",
    "südameatakk*", "anafülakti*", "tahhükardia*", "tasakaaluhäire*", "teetanus*", "tervisehäda*", "tinnitus*",
    "toidumürgitus*", "mürgitus*", "toksikoos*", "tromb", "trombi", "trombid", "tromboos*", "troofili*", "tserebraal*",
    "tsirroos*", "tsüst", "tsüsti*", "tsüstiit*", "tuulerõuge*", "tõmblus*", "uneapnoe*", "unehäire*", "unetus",
    "unetust", "unetuse*", "urineerimis*", "vaagnaluu*", "vaimupuu*", "vaimse alaaren*", "vaimne puue", "vaimse puu*",
    "vaimuhaig*", "vaimse tervis*", "vaimne tervis", "varikoos*", "veenilaiend*", "vöötohatis*", "viljatu*",
    "viljatus*", "kunstlik viljastami*", "kehaväli*", "ivf", "voodihaige*", "lamaja haige*", "lamatis*",
    "väsimussündroom*", "vertiigo*", "pearinglus*", "vähihaig*", "vähiravi*", "vähidiagnoos*", "vähk",
    "vähki haigestu*", "õhupuudus*", "hingamispuudu*", "hingamisraskus*", "ägenemi*", "ülekaaluli*", "rasvumi*",
    "rasvunud", "ülitundlik*", "ketendab", "ketoatsidoos*", "keratiit*", "gluteenitalumatu*", "gluteenivaba dieet",
    "laktoositalumatu*", "laktoosi talumatu*", "pähkliallergia*", "aspiriini ei talu",
)  # fmt: skip

_SYMPTOMS = (
    "palavik*", "palaviku*", "kõrge palavik", "nohu", "nohus", "nohune", "köhib", "köhin", "köhida", "köhimi*",
    "kuiv köha", "hull köha", "tugev köha", "kõva köha", "krooniline köha", "öine köha", "palavik ja köha",
    "nohu ja köha", "köha ja nohu", "köha ja palavik", "külmavärin*", "külmetus*", "külmetunud", "oksendab",
    "oksendas", "oksendan", "oksendami*", "oksele", "iiveldus*", "iiveldab", "verine väljaheide", "veri uriinis",
    "verejooks*", "veritseb", "sügeleb", "sügelus*", "sügelised", "kipitus*", "tuimus*", "surin jalgades",
    "käed surevad", "süda puperdab", "südamekloppimi*", "süda peksab", "süda valutab", "südame peal paha",
    "süda läigib", "pea käib ringi", "pea ringi käib", "pearinglust", "silme ees must", "peapööritus*", "haige kurk",
    "kurk on haige", "kurk haige", "kurk valutab", "valus kurk", "kõrv valutab", "kõrvavalu*", "hambavalu*",
    "hammas valutab", "peavalu*", "kõhuvalu*", "kõht valutab", "kõht on lahti", "kõht on kinni", "kõhus valutab",
    "seljavalu*", "alaseljavalu*", "liigesevalu*", "lihasevalu*", "rindkerevalu*", "valu rinnus", "valu rinnas",
    "valud rinnus", "põlvevalu*", "õlavalu*", "närvivalu*", "fantoomvalu*", "menstruatsioon*", "päevad on valusad",
    "ei saa magada", "ei maga öösiti", "und ei ole", "ei saa käia", "ei saa kõndida", "ei näe hästi", "ei kuule hästi",
    "kuulmine on kadunud", "nägemine halveneb", "nägemine halvenes", "mälu halveneb", "mälukaotus*", "mäluhäire*",
    "kaotas teadvuse", "kaotasin teadvuse", "teadvusel ei ole", "hingata ei saa", "ei saa hingata", "raske hingata",
    "hingeldab", "hingeldus*", "isutus*", "kaalulang*", "väga nõrk on", "ei taha elada", "leinas", "närvivapustus*",
    "närvivapustuse*", "stressis", "hallutsinatsioon*", "luulud", "kuuleb hääli", "sisemine verejooks",
    "ninaverejooks*", "verevalum*", "sinikas*", "põletushaav*", "põletuse sai", "põletada sai", "haav jalas",
    "haav ei parane", "haav mädaneb", "haav mädane*", "lahtine haav", "lõikehaav*", "hammustus*", "puugihammustus*",
    "puuk hammustas", "mädanik*", "abstsess*", "fistul*", "mädaneb", "paistes jalg", "jalad paistes", "jalg paistes",
    "käsi paistes", "põlv paistes", "nägu paistes", "on paistes", "tursed", "jalad tursuvad", "külmakahjustus*",
    "päikesepiste*", "kuumarabandus*", "allergiline reaktsioon", "peapõrutus*", "ajupõrutus*", "kukkus ja murdis",
    "kipsis",
)  # fmt: skip

_PROCEDURES = (
    "lõikus", "lõikust", "lõikuse*", "lõikusele", "lõikusel", "opereeri*", "operatsioonil", "operatsioonist taastu*",
    "operatsiooni järel", "pärast operatsiooni", "enne operatsiooni", "põlveoperatsioon*", "puusaoperatsioon*",
    "silmaoperatsioon*", "südameoperatsioon*", "seljaoperatsioon*", "kaeoperatsioon*", "puusaprotees*",
    "põlveprotees*", "puusaliiges*", "proteesi", "proteesid", "endoprotees*", "hambaprotees*", "hambaimplantaa*",
    "juureravi*", "hamba väljatõmbami*", "kompuutertomograafia*", "kompuutriuuring*", "magnetresonants*",
    "magnetuuring*", "mrt", "mri-uuring*", "ultraheli*", "röntgen*", "mammograafia*", "koloskoopia*", "gastroskoopia*",
    "biopsia*", "proovitükk*", "vereproov*", "uriiniproov*", "vereanalüüs*", "uriinianalüüs*", "ekg", "holter*",
    "koormustest*", "tõmbeproov*", "stent*", "šunteeri*", "dialüüs*", "transplant*", "siirdami*", "siirat*",
    "neerusiir*", "vereülekan*", "tilguti*", "kateeter", "kateetri*", "stoom*", "toitmissond*", "hapnikuaparaat*",
    "hapnikuravi*", "inhalaator*", "cpap*", "rütmur*", "kuuldeaparaat*", "kuulmisaparaat*", "ratastool*", "rullaator*",
    "karkudega", "kargud", "kepiga käi*", "invaabi*", "abivahend*", "taastusravil", "statsionaar*", "intensiivravi*",
    "intensiivis", "erakorralise meditsiini*", "emos", "kiirabi viis", "haiglaravi*", "hooldusravi*", "koduõendus*",
    "hospiits*", "võõrutusravi*", "võõrutus*", "asendusravi*", "psühhoteraapia*", "psühhoteraapias", "psühhiaater",
    "psühhiaatri*", "psühholoogi juures", "onkoloog*", "onkoloogi*", "keemiaravil", "hormoonravi*", "hormoonasendus*",
    "immunoteraapia*", "bioloogiline ravi", "rasestumisvasta*", "spiraal emakas", "kunstviljastami*", "sünnitus",
    "sünnitas", "sünnitab", "sünnitama", "sünnitust", "looteuuring*", "kaugelearenenud rasedus", "vaktsineeri*",
    "vaktsiin*", "haigusleht", "haiguslehel", "haiguslehele", "haiguslehte", "haiguslehe*", "töövõimetusleht",
    "töövõimetusleh*", "hoolduslehel", "hooldusleht", "hoolduslehte", "hoolduslehe*",
)  # fmt: skip

_MEDICINES = (
    "adrenaliin*", "alprasolaam*", "xanax*", "amlodipiin*", "amoksitsilliin*", "amoxicill*", "antibiootikum*",
    "antidepressan*", "antihistamiin*", "antikoagulan*", "verevedelda*", "aspiriin*", "atenolool*", "atorvastatiin*",
    "azitromütsiin*", "asitromütsiin*", "beetablokaator*", "berlipril*", "bisoprolool*", "buprenorfiin*",
    "citalopram*", "tsitalopraam*", "clexane*", "diasepaam*", "diazepam*", "diklofenak*", "duloksetiin*",
    "enalapriil*", "escitalopram*", "estsitalopraam*", "eutirox*", "l-türoksiin*", "türoksiin*", "euthyrox*",
    "fentanüül*", "fluoksetiin*", "foolhape*", "gabapentiin*", "haloperidool*", "hormoontablet*", "hormoonravim*",
    "hormoonid", "hüdrokortisoon*", "ibuprofeen*", "ibumetin*", "ibustar*", "insuliin*", "imovane*", "jardiance*",
    "ketiapiin*", "kvetiapiin*", "klonasepaam*", "klopidogreel*", "kodeiin*", "kortisoon*", "kortikosteroid*",
    "lamotrigiin*", "levotüroksiin*", "lorasepaam*", "losartaan*", "marevan*", "melatoniin*", "metadoon*",
    "metformiin*", "metoprolool*", "metotreksaat*", "mirtasapiin*", "morfiin*", "morfiiniplaast*", "naloksoon*",
    "nitroglütseriin*", "oksükodoon*", "olansapiin*", "omeprasool*", "ozempic*", "wegovy*", "semaglutiid*",
    "paratsetamool*", "panadol*", "paroksetiin*", "penitsilliin*", "pregabaliin*", "prednisoloon*", "propranolool*",
    "rahusti*", "ramipriil*", "risperidoon*", "ritaliin*", "concerta*", "metüülfenidaat*", "rivaroksabaan*",
    "xarelto*", "eliquis*", "salbutamool*", "ventolin*", "seretide*", "symbicort*", "sertraliin*", "sildenafiil*",
    "viagra*", "simvastatiin*", "rosuvastatiin*", "solpadeine*", "steroid*", "süstib end", "insuliinisüst*",
    "tamoksifeen*", "tramadool*", "trasodoon*", "uneroh*", "unetablet*", "unerohtu*", "valproaat*", "vagistiin*",
    "valproehape*", "venlafaksiin*", "vererõhuravim*", "vererõhutablet*", "vererõhuroh*", "rõhurohu*", "südamerohu*",
    "südameroht*", "südameravim*", "ärevusravim*", "epilepsiaravim*", "astmaravim*", "diabeediravim*", "vähiravim*",
    "allergiaravim*", "allergiarohu*", "rasestumisvastased pillid", "beebipillid", "beebipille", "sos-pill",
    "varfariin*", "warfarin*", "zolpideem*", "zopikloon*", "voltaren*", "nasonex*", "epipen*", "adrenaliinisüst*",
    "narkosa*", "narkoos*", "tuimestus*",
)  # fmt: skip

_BODY = (
    "selg", "selja", "seljas", "selga", "seljaga", "jalg", "jala", "jalas", "jalad", "jalga", "jalgades", "jalgade",
    "käsi", "käe", "käed", "kätt", "käsivar*", "põlv", "põlve", "põlves", "põlved", "puus", "puusa", "puusas",
    "puusad", "õlg", "õla", "õlas", "õlad", "küünarnuk*", "ranne", "randme*", "randme", "sõrm", "sõrme", "sõrmed",
    "sõrmede", "varvas", "varba*", "varbad", "pöid", "hüppeliige*", "hüppeliigese*", "pahkluu*", "reieluu*",
    "rangluu*", "ribi", "ribid", "ribide", "roie", "roided", "selgroo*", "selgroog", "lülisam*", "ristluu*", "kael",
    "kaela", "kaelas", "kurk", "kurgu", "kurgus", "kõri", "kops", "kopsu*", "kopsud", "süda", "südame*", "südamega",
    "neer", "neeru*", "neerud", "magu", "mao", "maos", "soole*", "soolestik*", "põis", "põie*", "eesnääre",
    "eesnäärme*", "emakas", "munasar*", "rinna*", "rinnas", "rindkere*", "silm", "silma", "silmad", "silmas",
    "silmade", "kõrva", "kõrvad", "nina", "ninas", "hammas", "hamba*", "hambad", "igemed", "lõug", "lõualuu*", "põsk",
    "aju", "ajus", "närv", "närvid", "liiges", "liigesed", "liigeste", "lihas", "lihased", "kilpnääre", "kõhunääre",
    "veen", "veenid", "menisk", "meniski", "kõõlus", "kõõlused", "akillese*", "kubeme*", "tuhar*", "pärasool*",
)  # fmt: skip

_COMPLAINTS = (
    "valutab", "valutavad", "valutas", "valutama", "valus", "valusad", "haige", "haiged", "katki", "murdus",
    "murdunud", "murrud", "murdis", "murdsin", "murtud", "nihestas", "nihestasin", "nihkes", "paistes", "paistetus*",
    "paistetanud", "põletik", "põletikus", "mädaneb", "sügeleb", "sügelevad", "kihelda*", "kiheleb", "tuikab", "tuim",
    "tuimad", "kange", "kanged", "halvatud", "krampis", "kramp", "krambid", "rebenes", "rebenenud", "rebend",
    "kasvaja", "kivid", "kivi", "haavand", "haav", "amputeeri*", "lõigat*", "opereeri*", "siirda*", "siirat*",
    "kipsis", "kipitab", "kõrvetab", "veritseb", "jookseb verd", "pistab", "ei tööta enam", "üles öelnud",
    "ütles üles", "turses", "traumeerit*", "vigastatud", "vigastas", "vigastasin", "venitas", "venitasin", "väänas",
    "väänasin", "väänatud", "põrutas", "põrutada", "puperdab", "klopib",
)  # fmt: skip

_RELIGION = (
    "moslem*", "mosleemi*", "muslim*", "islamiusuli*", "islamiusku", "islami usku", "islam", "islamit", "kristlane",
    "kristlase*", "kristlaste*", "kristlased", "kristlasi", "usklik", "uskliku*", "usklikud", "usklikke", "usuline",
    "usulist*", "usulise*", "usulis*", "luterlane", "luterlase*", "luterlased", "luteri usku", "luteri koguduse*",
    "õigeuskli*", "õigeusk", "õigeusku", "õigeusu*", "katoliiklan*", "katoliiklas*", "katoliku usku",
    "katoliku kogudus*", "baptist*", "adventist*", "metodist*", "nelipühi*", "jehoova tunnistaj*", "jehoovatunnist*",
    "mormoon*", "vanausuli*", "juudi usku", "juudiusuli*", "judais*", "budist*", "budism*", "hinduist*", "hindu usku",
    "hinduism*", "sikh*", "krišna*", "taarausuli*", "maausuli*", "ateist*", "agnostik*", "kogudus", "koguduse",
    "koguduses", "kogudusse", "koguduselt", "kogudust", "kogudusest", "koguduseliige*", "koguduse liige*",
    "koguduse liikme*", "kirikuliige*", "kirikuliikme*", "kirikus käi*", "käin kirikus", "käib kirikus",
    "käime kirikus", "jumalateenistus*", "pihil", "armulau*", "leeris", "leerilaps*", "leerikursus*", "ristitud",
    "piiblirin*", "pühapäevakool*", "pühapäevakooli*", "mošee*", "sünagoog*", "ramadaan*", "ramadan*", "reede palvus*",
    "reedepalvus*", "palvetund*", "palvetun*", "palverännak*", "halal*", "košer*", "sabat", "sabatit", "hidžaab*",
    "hijab*", "pearätti kan*", "paastun", "paastub", "paastume", "paastuaeg*", "vaimulik*", "preester", "preestri*",
    "imaam*", "rabiin*",
)  # fmt: skip

_POLITICS = (
    "sotsid", "sotside*", "sotsidest", "sotsidele", "sotsi liige", "sotsiaaldemokraa*", "reformierakon*", "reformarid",
    "reformikas", "reformierakondla*", "keskerakon*", "keskerakondla*", "keskpartei*", "kesikud", "kesikute*",
    "isamaa liige*", "isamaa erakon*", "isamaalas*", "isamaalane", "isamaa liikme*", "ekre", "ekres", "ekret", "ekre*",
    "konservatiivse rahvaerakonna*", "rahvaerakon*", "eesti 200", "eesti kakssada liige", "e200", "eesti kahesaja*",
    "parempoolse*", "parempoolsed", "vasakpoolse*", "vasakpartei*", "vasakerakon*", "roheliste erakon*", "erakond",
    "erakonna*", "erakonda", "erakondlane", "erakondlase*", "erakonnas", "erakonnaliige*", "parteis", "parteid",
    "partei", "parteisse", "partei liige*", "parteiliige*", "parteilane*", "kommunist*", "sotsialist*",
    "natsionalist*", "fašist*", "anarhist*", "liberaal*", "marurahvusl*", "kandideerin", "kandideerib valimis*",
    "kandideerib volikogu*", "kandideerin volikogu*", "volikogu liige", "valimisnimekir*", "valin ekret",
    "riigikogu liige", "meeleavaldusel", "piketil", "noorteühendus res publica", "noored sotsiaaldemokraadid",
    "ühendatud vasakpartei*", "koos erakon*",
)  # fmt: skip

_UNION = (
    "ametiühing*", "ametiühingu*", "a/ü", "usaldusisik*", "streigib", "streigin", "streigime", "streigikomitee*",
    "töötajate usaldus*", "kollektiivlepingu läbirääki*", "eakl", "ametiühingute keskliit*",
    "teenistujate ametiliitude*", "ametiliit*", "ametiliidu*", "haridustöötajate liit*", "haridustöötajate liidu*",
    "õpetajate liit*", "tervishoiutöötajate kutseliit*", "tervishoiutöötajate kutseliid*", "kutseliit*", "kutseliidu*",
    "arstide liit*", "arstide liidu*", "õdede liit*", "õdede liidu*", "transporditöötajate*", "vedurijuhtide*",
    "raudteelaste ametiühing*", "meremeeste sõltumatu*", "metallitöötajate*", "energeetikatöötajate*",
    "päästetöötajate liit*", "päästeala töötajate*", "postitöötajate*", "teenindus- ja kaubandustöötajate*",
    "industriaal- ja metallitöötajate*",
)  # fmt: skip

_ETHNICITY = (
    "mustlane", "mustlase*", "mustlased", "mustlasi", "roma päritolu", "romad", "roma rahvus*", "roma kogukon*",
    "roma pere*", "venelane", "venelanna", "venelase", "rahvuselt venelane", "ukrainlane", "ukrainlase*",
    "ukrainlanna*", "valgevenelan*", "valgevenelas*", "juut", "juudi päritolu", "juudid", "juudi rahvus*", "juuditar*",
    "juudi kogukon*", "tatarlan*", "tatarlas*", "setu", "setud", "setude", "setusid", "ingerisoomlan*",
    "ingerisoomlas*", "ingerlan*", "armeenlan*", "armeenlas*", "aserbaidžaanla*", "aseri rahvus*", "gruusla*",
    "grusiinla*", "tšetšeen*", "usbek*", "kasahh*", "kurdi rahvus*", "kurdi päritolu", "kurdid", "araabla*", "süürla*",
    "afgaan*", "iraanla*", "pakistanla*", "nigeerla*", "somaalla*", "etioopla*", "vietnamla*", "mustanahali*",
    "tumedanahali*", "tumeda nahaga", "nahavärv*", "mulatt*", "aafrika päritolu", "araabia päritolu", "vene päritolu",
    "ukraina päritolu", "aasia päritolu", "türgi päritolu", "vene rahvusest", "etnili*", "rahvuselt*",
    "rahvuse poolest", "rahvuseks*", "rahvusvähemus*", "vähemusrahvus*", "põlisrahv*", "saami", "saamid",
)  # fmt: skip

_SEXUALITY = (
    "homoseksuaal*", "homo", "homod", "homosid", "homoabielu*", "homopaar*", "gei", "geid", "geina", "geipaar*",
    "geist", "geide", "geiabielu*", "lesbi", "lesbid", "lesbiline", "lesbilis*", "lesbina", "lesbipaar*",
    "biseksuaal*", "panseksuaal*", "aseksuaal*", "heteroseksuaal*", "hetero", "transsooli*", "transsool*", "transnai*",
    "transmees*", "transmehe*", "transinim*", "transseksuaal*", "trans naine", "trans mees", "mittebinaar*", "kväär*",
    "lgbt*", "samasooli*", "samast soost", "seksuaalne orientatsioon", "seksuaalse orientatsioon*",
    "seksuaalne sättumus", "seksuaalse sättumus*", "kapist välja", "soovahetus*", "soo muutmi*", "sookorrektsioon*",
    "sookinnita*", "soolist üleminekut", "sooline üleminek", "intersooli*",
)  # fmt: skip

TERMS = Terms(
    health=(*_HEADS, *_CONDITIONS, *_SYMPTOMS, *_PROCEDURES, *_MEDICINES),
    body=_BODY,
    complaints=_COMPLAINTS,
    special={
        "RELIGION": _RELIGION,
        "POLITICS": _POLITICS,
        "UNION": _UNION,
        "ETHNICITY": _ETHNICITY,
        "SEXUALITY": _SEXUALITY,
    },
    criminal=(
        "süüdi mõis*", "süüdimõist*", "süüteg*", "vangla*", "vangis", "vangi", "vang", "kriminaal*", "karistatud",
        "karistusregist*", "kriminaalkaristus*", "vahistat*", "vahistati", "vahi all", "kinnipida*", "kinni peeti",
        "kinni peetud", "tingimisi karist*", "tingimisi vangistus*", "vangistus*", "kriminaalhool*", "prokurör*",
        "prokuratuur*", "kuriteg*", "kuriteo*", "kahtlustatav*", "kahtlustus*", "süüdistatav*", "süüdistus*",
        "kohtu all", "lähenemiskeel*", "elektrooniline valve", "jalavõru*", "joobes juhtimi*", "purjuspäi rooli*",
        "purjus peaga rooli*", "varguse eest", "röövi eest", "vägivallatse*", "perevägival*", "koduvägival*",
        "narkokuri*", "pettuse eest", "ülekuulami*", "väärteo*", "väärteg*", "arest", "arestimaja*",
    ),
    child=(
        "laps", "lapse*", "lapsed", "lapsi", "last", "laste*", "poeg", "poja", "pojal", "pojale", "poega", "pojaga",
        "tütar", "tütre*", "tütart", "õpila*", "lasteaed*", "lasteaia*", "lasteaias", "lastesõim*", "sõimerühm*",
        "beebi*", "imik*", "vastsündin*", "titt", "tita", "alaeali*", "teismeli*", "koolilaps*", "algklass*",
        "klassijuhataj*", "lapselaps*", "vanemahüvit*", "lapsetoetus*", "lastetoetus*", "eestkost*", "hooldusõigus*",
    ),
)  # fmt: skip
