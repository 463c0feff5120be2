"""Dutch: what announces or asks for personal data, and the names of numbers that are nobody's."""

from __future__ import annotations

from collections.abc import Mapping


def _last_four(*things: str) -> tuple[str, ...]:
    """Return how the last digits of something are asked for that is not a card."""
    ends = ("laatste vier cijfers van", "laatste vier van", "laatste drie cijfers van", "laatste cijfers van")
    return tuple(
        f"{end} {whose} {thing}" for end in ends for whose in ("uw", "je", "mijn", "de", "het") for thing in things
    )


_PAYMENT: Mapping[str, tuple[str, ...]] = {
    "PAYMENT_CARD": (
        "kaartnummer*", "creditcard*", "credit card*", "kredietkaart*", "uw kaart", "mijn kaart", "je kaart",
        "de kaart", "pasnummer*", "uw pas", "mijn pas", "de pas", "betaalpas*", "betaalkaart*", "bankpas*",
        "bankkaart*", "debitcard*", "visakaart*", "kaartgegevens", "met kaart", "eindigt op", "eindigend op",
        "laatste vier cijfers", "laatste vier", "cijfers op de kaart", "cijfers op de voorkant",
        "nummer op de voorkant", "zestien cijfers", "16 cijfers", "het lange nummer", "nummer van de kaart",
        "nummer van uw kaart",
    ),
    "PAYMENT_CARD?": ("kaart", "pas", "visa", "mastercard", "maestro", "amex", "betalen", "betaal", "afrekenen"),
    "CARD_CVV": (
        "cvc*", "cvv*", "c v c", "c v v", "cee vee cee", "beveiligingscode*", "achterkant", "drie cijfers",
        "laatste drie", "controlecode*", "veiligheidscode*", "achterop", "achterzijde", "kaartcode*",
        "kaartverificatie*", "verificatiecode van de kaart", "verificatiecode van uw kaart",
        "verificatiecode op de kaart", "cijfers op de achterkant", "code op de achterkant", "handtekeningstrook",
        "vier cijfers op de voorkant", "vier cijfers voorop", "code op de voorkant", "vier kleine cijfers",
    ),
    "CARD_CVV?": ("code",),
    "CARD_EXPIRY": (
        "vervaldatum*", "verloopt", "verloopdatum*", "geldig", "geldigheid*", "vervalt", "loopt af", "afloopdatum*",
        "einddatum*", "exp", "tot wanneer is de kaart",
    ),
    "IBAN": ("iban*", "i ban", "rekeningnummer*", "bankrekening*"),
    "BANK_ACCOUNT": (
        "rekeningnummer*", "rekening nummer*", "bankrekening*", "spaarrekening*", "betaalrekening*", "gironummer*",
        "girorekening*", "tegenrekening*", "zichtrekening*", "privérekening*", "zakelijke rekening", "oude rekening",
        "nieuwe rekening", "rekening eindigt op", "rekening eindigend op", "rekening met nummer", "banknummer*",
        *_last_four("rekening*", "bankrekening*", "rekeningnummer*"),
    ),
    "BANK_ACCOUNT?": ("rekening", "giro", "bankgegevens", "incasso*", "machtiging*", "afgeschreven van"),
}  # fmt: skip

_DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "NATIONAL_ID": (
        "bsn*", "b s n*", "bee es en", "burgerservicenummer*", "burger service nummer*", "burger servicenummer*",
        "burgerservice nummer*", "sofinummer*", "sofi-nummer*", "sofi nummer*", "rijksregisternummer*",
        "rijksregister nummer*", "rijksregister*", "nationaal nummer*", "insz*", "persoonsnummer*", "v-nummer*",
        "v nummer*", "vreemdelingennummer*", "vreemdelingen nummer*", *_last_four("bsn", "burgerservicenummer"),
    ),
    "PASSPORT": (
        "paspoort*", "pas poort*", "identiteitskaart*", "id-kaart*", "idkaart*", "i d kaart*", "documentnummer*",
        "document nummer*", "identiteitsbewijs*", "legitimatiebewijs*", "legitimatie", "verblijfsvergunning*",
        "verblijfsdocument*", "verblijfskaart*", "id-bewijs*", "reisdocument*", "eid-kaart*",
        "nummer van het document",
    ),
    "DRIVING_LICENCE": ("rijbewijs*", "rij bewijs*"),
    "VEHICLE_PLATE": (
        "kenteken*", "nummerbord*", "nummerplaat*", "nummerplaten", "chassisnummer*", "chassis nummer*",
        "voertuignummer*",
    ),
    "VEHICLE_PLATE?": (
        "auto", "auto's", "wagen", "bus", "busje", "bestelbus*", "bestelauto*", "motor", "motorfiets", "scooter",
        "brommer", "voertuig*", "camper", "caravan", "aanhanger", "aanhangwagen", "geparkeerd", "vrachtwagen", "taxi",
        "leaseauto*", "huurauto*", "deelauto*", "bakwagen", "vrachtauto",
    ),
    "TAX_ID": (
        "btw-nummer*", "btw-id*", "btw-identificatie*", "btw nr", "b t w nummer*", "b t w id*", "bee tee wee nummer*",
        "kvk*", "k v k*", "kaa vee kaa*", "kamer van koophandel*", "handelsregister*", "rsin*", "fiscaal nummer*",
        "omzetbelastingnummer*", "loonheffingennummer*", "loonheffingsnummer*", "loonbelastingnummer*",
        "ondernemingsnummer*", "vestigingsnummer*", "belastingnummer*", "fiscaalnummer*", "eori*",
    ),
    "TAX_ID?": ("btw", "b t w", "eenmanszaak", "fiscaal"),
}  # fmt: skip

_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "HEALTH_ID": (
        "verwijzing*", "verwijsnummer*", "verwijsbrief*", "verwijscode*", "patiëntnummer*", "patiëntennummer*",
        "patiënt nummer*", "patiëntenkaart*", "patiëntcode*", "medisch dossier*", "receptnummer*", "recept met nummer",
        "receptcode*", "zorgpas*", "zorgpolis*", "zorgverzekering*", "zorgverzekeraar*", "zorgnummer*",
        "verzekerdennummer*", "verzekerdenummer*", "verzekerde nummer*", "uzovi*", "ziekenfonds*", "mutualiteit*",
        "ziekteverzekering*", "behandelnummer*", "opnamenummer*", "zorgkaart*", "gehandicaptenparkeerkaart*",
        "gehandicaptenkaart*", "invalidenparkeerkaart*", "invalidenkaart*", "parkeerkaart voor gehandicapten", "ehic*",
        "aanvullende verzekering", "ziekenhuisnummer*", "ponsplaatje*", "labnummer*", "indicatienummer*",
        "zorgtoewijzing*", "donorcodicil*", "donornummer*",
    ),
    "ACCOUNT_NUMBER": (
        "klantnummer*", "klant nummer*", "klantennummer*", "klantcode*", "klant-id*", "klant id*", "klantnr*",
        "klantkenmerk*", "relatienummer*", "relatie nummer*", "debiteurnummer*", "debiteurennummer*",
        "contractnummer*", "contract nummer*", "contract met nummer", "polisnummer*", "polis nummer*", "polis",
        "polis met nummer", "lidnummer*", "lid nummer*", "lidmaatschapsnummer*", "lidmaatschap nummer*",
        "ledennummer*", "ledenpas*", "lidkaart*", "lidmaatschapskaart*", "klantenkaart*", "klantenpas*", "klantpas*",
        "bonuskaart*", "spaarkaart*", "spaarpas*", "voordeelkaart*", "voordeelpas*", "air miles*", "airmiles*",
        "flying blue*", "frequent flyer*", "ov-chipkaart*", "ov-pas*", "o v chipkaart*", "chipkaart*", "ov-kaart*",
        "abonnementsnummer*", "abonnementnummer*", "abonneenummer*", "abonnee nummer*", "ean*", "e a n*", "eancode*",
        "aansluitingsnummer*", "aansluitnummer*", "leveringspunt*", "personeelsnummer*", "personeelspas*",
        "medewerkersnummer*", "medewerkernummer*", "werknemersnummer*", "werknemernummer*", "dienstnummer*",
        "stamnummer*", "studentnummer*", "studentennummer*", "student nummer*", "studentenkaart*", "leerlingnummer*",
        "leerlingennummer*", "bibliotheekpas*", "bibliotheekkaart*", "huurdersnummer*", "huurdernummer*",
        "huurnummer*", "hypotheeknummer*", "leningnummer*", "leningsnummer*", "kredietnummer*", "pensioennummer*",
        "deelnemersnummer*", "deelnemernummer*", "tankpas*", "tankkaart*", "laadpas*", "museumkaart*",
        "museumjaarkaart*", "stadspas*", "parkeervergunning*", "vergunningnummer*", "vergunningsnummer*",
        "accountnummer*", "account nummer*", "account-id*", "donateursnummer*", "donateurnummer*",
        "verzekeringsnummer*", "uitkeringsnummer*", "cliëntnummer*", "cliëntennummer*", "cliënt nummer*",
        "agentnummer*", "inschrijfnummer*", "inschrijvingsnummer*", "registratienummer*", "reizigersnummer*",
        "spaarnummer*", "pasjesnummer*", "zakelijke pas", "agentschapsnummer*", "bignummer*", "big-nummer*",
        "aansluiting met nummer", "subsidienummer*",
        *_last_four("klantnummer*", "contract*", "polis*", "lidnummer*"),
    ),
    "ACCOUNT_NUMBER?": ("contract", "abonnement", "lidmaatschap", "klant", "account", "vergunning", "deelnemer"),
    "USERNAME": (
        "gebruikersnaam*", "gebruikers naam*", "gebruikersnamen", "inlognaam*", "inlog naam*", "loginnaam*",
        "login naam*", "accountnaam*", "schermnaam*", "spelersnaam*", "speler naam*", "profielnaam*", "nickname*",
        "gamertag*", "inlog is", "login is", "log in als", "inloggen als", "ingelogd als", "log in met",
        "inlog ik met", "user-id*", "gebruikers-id*", "gebruikersid*", "instagram*", "tiktok*", "snapchat*",
        "discord*", "skypenaam*", "alias*", "bijnaam in het spel",
    ),
    "USERNAME?": ("inlog", "inloggen", "inloggegevens", "login", "profiel", "account", "facebook", "linkedin"),
    "PASSWORD": (
        "wachtwoord*", "wacht woord*", "paswoord*", "pas woord*", "password*", "pincode*", "pin-code*", "pin",
        "pinnen met", "toegangscode*", "toegangs code*", "inlogcode*", "codewoord*", "code woord*", "geheim woord",
        "geheime woord", "geheime vraag", "geheime antwoord", "geheime code*", "beveiligingsvraag*",
        "veiligheidsvraag*", "controlevraag*", "controlewoord*", "veiligheidswoord*", "herkenningswoord*", "wachtzin*",
        "sleutelkast*", "sleutelkluis*", "sleutelbox*", "deurcode*", "poortcode*", "hekcode*", "alarmcode*",
        "cijferslot*", "cijfercode*", "kluiscode*", "garagecode*", "liftcode*", "slotcode*", "hangslot*",
        "voordeurcode*", "code van de deur", "code van de voordeur", "code van het hek", "code van de poort",
        "code van het alarm", "code van het sleutelkastje", "code voor de deur", "code voor het hek",
        "code voor de poort", "code van de centrale deur", "code van het slot", "code van de kluis",
        "code van de garage", "code voor de voordeur", "code voor beneden", "code van de hoofdingang",
        "code bij de deur", "code van de lift", "code voor de lift", "code voor de garage", "code van de slagboom",
        "code voor de slagboom", "portiekcode*", "code van het portiek", "code van de brievenbus", "code van de box",
        "code van de fietsenstalling", "code voor de fietsenstalling", "codeslot*", "pukcode*", "puk-code*", "puk",
        "sms-code*", "smscode*", "tan-code*", "tancode*", "verificatiecode*", "bevestigingscode*", "eenmalige code*",
        "activeringscode*", "activatiecode*", "ontgrendelcode*", "wificode*", "wifi-code*", "netwerksleutel*",
        "wifisleutel*", "code in de sms", "code uit de sms", "code per sms", "code die u heeft ontvangen",
        "code die u kreeg", "code die u per sms", "code die je per sms", "code die u net", "code die u via",
        "code die we u", "code die ik u", "code die ik je", "code die u hebt", "code die je hebt",
        "code op uw telefoon", "code op je telefoon", "code die ik net", "code die ik kreeg",
        "code die ik heb gekregen", "code uit de app", "code in de app", "code uit de mail", "code in de mail",
        "code van de sms", "code die ik stuurde", "code die wij hebben gestuurd", "zescijferige code",
        "viercijferige code", "inlogsleutel*", "authenticatiecode*", "telefoonwachtwoord*",
        "alarm is", "het alarm is", "alarm staat op", "alarm eraf met", "code via sms", "eerste huisdier",
        "meisjesnaam van uw moeder", "meisjesnaam van je moeder", "eerste school", "lievelingsdier",
    ),
    "PASSWORD?": ("de code", "een code", "code voor", "code van", "code is", "intoetsen", "toetst u", "toets je"),
}  # fmt: skip

_CONTACT: Mapping[str, tuple[str, ...]] = {
    "EMAIL": ("mail*", "e-mail*", "email*", "bon"),
    "PHONE": (
        "telefoon*", "mobiel*", "gsm*", "bel mij", "belt u mij", "bel me", "bel maar", "belt u maar", "mij bellen",
        "u bellen", "me bellen", "te bellen", "terugbellen", "terug bellen", "terugbelnummer*", "bel terug",
        "bereikbaar*", "bereiken", "te bereiken", "bereik ik u", "bereik je", "uw nummer", "mijn nummer", "je nummer",
        "jouw nummer", "haar nummer", "zijn nummer", "ander nummer", "nieuwe nummer", "oude nummer", "welk nummer",
        "sms*", "whatsapp*", "appen", "06-nummer*", "nul zes nummer*", "contactnummer*", "doorkiesnummer*",
        "vaste lijn", "vaste nummer", "vast nummer", "thuisnummer*", "werknummer*", "opbellen", "faxnummer*",
        "noodcontact*",
        *_last_four("telefoonnummer*", "mobiele nummer", "telefoon", "mobiel"),
    ),
    "IP_ADDRESS": ("ip", "ip-adres*", "i p adres*"),
    "IP_ADDRESS?": ("ingelogd vanaf", "router*"),
    "DATE_OF_BIRTH": (
        "geboren", "geboortedatum*", "geboorte datum*", "geboortedag*", "geboortejaar*", "geboorte", "verjaardag*",
        "jarig",
    ),
    "AGE": ("hoe oud", "leeftijd*", "hoe jong", "jaar geworden", "jaar oud", "jaar jong", "qua leeftijd"),
    "PERSON": (
        "uw naam", "mijn naam", "je naam", "jouw naam", "haar naam", "zijn naam", "hun naam", "de naam is", "naam is",
        "op naam van", "op welke naam", "op wiens naam", "onder welke naam", "ten name van", "welke naam", "naam en",
        "volledige naam", "voornaam*", "voornamen", "achternaam*", "familienaam*", "meisjesnaam*", "roepnaam*",
        "voorletter*", "initialen", "tussenvoegsel*", "met wie spreek", "met wie heb ik", "spreek ik met",
        "u spreekt met", "spreekt met", "je spreekt met", "ge spreekt met", "spreekt u met", "ik heet", "heet ik",
        "hoe heet", "hoe heten", "heet hij", "heet ze", "hij heet", "ze heet", "zij heet", "wie belt", "wie is dat",
        "wie mag ik", "wie kan ik", "ter attentie van", "t.a.v", "tenaamstelling*", "rekeninghouder*", "kaarthouder*",
        "polishouder*", "contactpersoon*", "contractant*", "begunstigde*", "hoofdbewoner*", "gemachtigde*",
        "hoe spelt", "hoe spel", "kunt u dat spellen", "spellen", "ik spel", "gespeld", "hoe schrijf", "schrijf je",
        "schrijft u", "genaamd", "vraag naar", "vragen naar", "wie komt", "wie heeft u geholpen",
        "naam van de patiënt", "noteer ik", "bij wie",
    ),
    "PERSON?": ("mevrouw", "meneer", "mijnheer", "de heer", "dokter", "familie", "aan de lijn", "aan de telefoon"),
    "ADDRESS": (
        "uw adres", "mijn adres", "je adres", "het adres", "adres is", "welk adres", "woonadres*", "huisadres*",
        "bezorgadres*", "afleveradres*", "leveringsadres*", "factuuradres*", "postadres*", "adresgegevens",
        "nieuwe adres", "oude adres", "adreswijziging*", "welke straat", "straatnaam*", "straat en huisnummer",
        "huisnummer*", "huis nummer*", "waar woont", "waar woon", "ik woon", "wij wonen", "we wonen", "woont op",
        "woont aan", "woon op", "wonen op", "woonachtig", "verhuisd naar", "verhuizen naar", "waar moet het heen",
        "waar mag het heen", "toevoeging*", "busnummer*", "afleveren bij", "bezorgen op", "bezorgen bij",
        "stuur het naar", "mag het naar", "ophalen bij",
    ),
    "POSTCODE": ("postcode*", "post code*", "postkode*"),
    "CITY": (
        "woonplaats*", "welke plaats", "welke stad", "welke gemeente", "welk dorp", "plaatsnaam*",
        "waar komt u vandaan", "waar kom je vandaan", "waar bent u geboren", "geboorteplaats*", "geboren in",
        "ik kom uit", "wij komen uit", "kom uit", "komt uit", "waar zit je", "waar zit u", "waar belt u",
        "standplaats*", "gevestigd in", "wonen in", "woon in", "woont in", "zit in", "wij zitten in", "gemeente",
    ),
    "ORGANISATION": (
        "werk bij", "werkt bij", "werken bij", "werkte bij", "gewerkt bij", "werkzaam bij", "werkgever*",
        "in dienst bij", "in dienst van", "bedrijfsnaam*", "naam van het bedrijf", "naam van de zaak",
        "naam van de school", "mijn bedrijf", "mijn zaak", "ons bedrijf", "eenmanszaak*", "handelsnaam*",
        "welke school", "zit op school", "leerling van", "studeert aan", "studeer aan", "studeert bij", "lid van",
        "bel namens", "ik bel van", "welke huisarts", "welk ziekenhuis", "in behandeling bij", "onder behandeling bij",
        "patiënt bij", "aangesloten bij", "ingeschreven bij", "voetbalt bij", "speelt bij", "zingt bij",
        "vrijwilliger bij", "stage bij", "vennootschap*", "de firma", "collectief via", "verzekerd via",
        "chauffeur bij", "eigenaar van", "directeur van", "voorzitter van",
    ),
}  # fmt: skip

_ORDINARY: Mapping[str, tuple[str, ...]] = {
    "ORDINARY": (
        "order*", "bestelnummer*", "bestel nummer*", "bestelling*", "bestelcode*", "melding*", "meldnummer*",
        "ticket*", "zaaknummer*",  "dossier*", "casus*", "klachtnummer*", "klachtennummer*", "klachtmelding*",
        "claimnummer*", "schadenummer*", "schademelding*", "schadeclaim*", "incident*", "transactie*", "pakket*",
        "pakje", "zending*", "track*", "barcode*", "volgnummer*", "factuur*", "facturen", "nota", "notanummer*",
        "offerte*", "referentie*", "kenmerk*", "betalingskenmerk*", "betaalkenmerk*", "acceptgiro*", "boeking*",
        "boekings*", "reservering*", "reserverings*", "reparatie*", "bonnummer*", "bonnetje*", "kassabon*",
        "cadeaubon*", "cadeaukaart*", "tegoedbon*", "kortingscode*", "actiecode*", "promotiecode*", "vouchercode*",
        "voucher*", "coupon*", "artikel*", "productnummer*", "serienummer*", "serie nummer*", "model*", "typenummer*",
        "type", "versie*", "firmware*", "software*", "foutcode*", "foutmelding*", "error*", "meterstand*", "stand",
        "standen", "beginstand*", "eindstand*", "meternummer*", "teller*", "levering*", "leverdatum*", "bezorgd",
        "bezorging*", "afspraak*", "bedrag*", "prijs*", "prijzen", "saldo*", "kosten", "kost", "tarief*", "totaal*",
        "korting*", "termijn*", "kredietsom*", "limiet*", "eigen risico", "boete*", "bekeuring*", "naheffing*",
        "beschikking*", "aanslag*", "vlucht*", "trein*", "perron*",  "kamernummer*",  "gate",
        "imei*", "simkaart*", "simnummer*", "sim-nummer*", "iccid*", "chipnummer*",  "lotnummer*", "loterij*",
        "staatslot*",    "optie", "wachtrij*", "retour*", "aanvraag*", "aanvraagnummer*",
        "inclusief btw", "exclusief btw", "incl btw", "excl btw", "ex btw", "zonder btw", "met btw", "btw-bedrag*",
        "btw-tarief*", "procent btw", "pagina", "bladzijde", "hoofdstuk", "werkorder*", "opdrachtnummer*",
        "projectnummer*", "partijnummer*", "batchnummer*",  "ordernr*", "frankeercode*", "zegel*",
        "deelnamecode*",
    ),
}  # fmt: skip

CUES: Mapping[str, tuple[str, ...]] = {**_PAYMENT, **_DOCUMENTS, **_NUMBERS, **_CONTACT, **_ORDINARY}
