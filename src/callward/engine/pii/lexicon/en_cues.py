"""English: the phrases that announce something personal, or ask for it, and the names of numbers that are nobody's."""

from __future__ import annotations


def _last_four(*things: str) -> tuple[str, ...]:
    """Return how the last digits of something are asked for that is not a card."""
    asked = ("last four digits of", "last four of", "last 4 digits of", "last 4 of", "last digits of")
    return tuple(f"{ask} {whose} {thing}" for ask in asked for whose in ("your", "the", "my") for thing in things)


def _cards(*kinds: str) -> tuple[str, ...]:
    """Return the names of cards that pay for nothing: their number is no payment card's."""
    return tuple(f"{kind} card{end}" for kind in kinds for end in ("", "s", "'s", " is", " number*", " no", " ending*"))


_PAYMENT: dict[str, tuple[str, ...]] = {
    "PAYMENT_CARD": (
        "card number*", "long number", "number on the front", "number across the front", "digits on the front",
        "read me the card", "card details", "card start*", "card is", "card's", "card end*", "ending in", "ends in",
        "last four digits", "last four", "pan", "credit card", "debit card", "your card", "my card", "the card",
        "by card", "with card", "sixteen digits", "16 digits",
    ),
    "PAYMENT_CARD?": ("card*", "visa", "mastercard", "amex", "american express", "maestro", "pay*"),
    "CARD_CVV": (
        "cvv", "cvc", "cvv2", "cvc2", "cv two", "security code", "security number", "card code", "three digits on",
        "last three digits", "back of the card", "back of your card", "on the back", "on the reverse",
        "signature strip", "four digits on the front", "three digit code", "three digit number", "verification code",
        "verification number", "card verification*", "cvn", "csc",
    ),
    "CARD_CVV?": ("code",),
    "CARD_EXPIRY": (
        "expir*", "expiry date", "exp", "exp date", "valid until", "valid till", "valid to", "valid thru",
        "valid through", "good thru", "good through", "good until", "runs out", "run out", "end date",
    ),
    "IBAN": ("iban",),
    "BANK_ACCOUNT": (
        "sort code*", "bank account*", "bank details", "account and sort code", "sort code and account number",
        "current account*", "checking account*", "savings account*", "account to pay into", "account ending",
        "account ends in", "account number and sort code", "building society account", "routing and account number",
        "direct debit account", "paid into account", "bank acc", "bank account", "current account",
    ),
    "BANK_ACCOUNT?": ("direct debit",),
}  # fmt: skip

_DOCUMENTS: dict[str, tuple[str, ...]] = {
    "NATIONAL_ID": (
        "national insurance*", "ni number", "n i number", "n i", "nino", "personal number", "personal identity number",
        "personal code", "id code", "identity number", "identification code", "bsn", "cnp", "personnummer", "isikukood",
        "citizen service number", "coordination number", "social security*", "social security number*", "ssn",
        "your social", "my social", "her social", "his social", "pps number", "pps", "p p s", "aadhaar*", "pan card*",
        *_last_four("social security number*", "social security*", "social", "ssn"),
    ),
    "PASSPORT": (
        *_cards("identity", "id", "i d", "national identity", "residence"),
        "passport*", "identity document*", "document number*", "residence permit*", "brp", "b r p",
        "biometric residence*", "evisa", "travel document*",
    ),
    "DRIVING_LICENCE": (
        "driving licence*", "driving license*", "driver's licence*", "driver's license*", "drivers licence*",
        "drivers license*", "driver licence*", "driver license*", "driver number*", "licence number*",
        "license number*", "licence", "license", "licence's", "provisional licence*", "dvla", "d v l a", "dl number",
    ),
    "VEHICLE_PLATE": (
        "registration", "registration number*", "registration plate*", "vehicle registration*", "car registration*",
        "reg", "reg number*", "reg plate*", "reg's", "number plate*", "licence plate*", "license plate*", "plate",
        "plates", "plate number*", "plate's", "vin", "chassis*", "car reg", "vehicle reg",
    ),
    "VEHICLE_PLATE?": (
        "vehicle*", "parked", "hire car*", "my van", "my car", "her car", "his car", "his van", "the van", "motorbike*",
    ),
    "TAX_ID": (
        "vat", "vat number*", "vat registration*", "v a t*", "vat reg*", "utr", "u t r", "unique taxpayer*",
        "taxpayer reference*", "tax reference*", "tax number*", "tax id*", "tax code reference", "self assessment*",
        "ein", "e i n", "employer identification*", "itin", "i t i n", "taxpayer identification*", "company number*",
        "company registration*", "companies house*", "registered number*", "registered company*", "charity number*",
        "charity registration*", "business registration*", "paye reference*", "eori*", "kvk*", "k v k",
        "chamber of commerce*", "organisation number*", "organization number*", "registry code*", "register code*",
        "company code*", "corporate identity number*", "trade register*", "btw*", "rsin",
    ),
}  # fmt: skip

_HEALTH: dict[str, tuple[str, ...]] = {
    "HEALTH_ID": (
        *_cards("health", "health insurance", "disability", "insurance", "medical", "patient"),
        "nhs number*", "nhs", "n h s", "n h s number*", "chi number*", "chi", "health and care number*",
        "hospital number*", "patient number*", "patient id*", "patient reference*", "referral*", "referral number*",
        "referral reference*", "prescription number*", "prescription reference*", "prescription id*",
        "prescription code*", "medical record*", "mrn", "m r n", "chart number*", "member id*", "medicare*",
        "medicaid*", "mbi", "beneficiary*", "health insurance number*", "health insurance policy*", "health policy*",
        "medical insurance policy*", "health plan*", "private health*", "blue badge*", "disabled badge*", "ehic",
        "ghic", "case notes", "hospital id*", "clinic number*", "lab number*", "sample number*", "ubrn",
        "booking reference for the clinic", "prepayment certificate*", "maternity exemption*", "exemption certificate*",
    ),
}  # fmt: skip

_CUSTOMERS: dict[str, tuple[str, ...]] = {
    "ACCOUNT_NUMBER": (
        "account number*", "account no", "account reference*", "account id", "customer number*", "customer no",
        "customer id*", "customer reference*", "customer ref", "customer account*", "customer code*", "client number*",
        "client id*", "client reference*", "contract number*", "contract no", "contract*", "policy number*",
        "policy no", "policy*", "policy's", "policyholder number*", "membership*", "membership number*",
        "member number*", "member no", "loyalty*", "loyalty number*", "rewards*", "rewards number*", "clubcard*",
        "nectar*", "frequent flyer*", "avios", "oyster*", "travelcard*", "railcard*", "bus pass*", "season ticket*",
        "smartcard*", "staff number*", "staff id*", "employee number*", "employee id*", "payroll number*",
        "personnel number*", "badge number*", "collar number*", "works number*", "service number*", "student number*",
        "student id*", "library number*", "mpan*", "m pan", "m p a n", "mprn*", "m p r n", "supply number*",
        "meter point*", "metering point*", "supply point*", "subscriber number*", "subscription number*",
        "tenancy number*", "tenancy reference*", "tenant number*", "tenant reference*", "rent account*",
        "rent reference*", "council tax account*", "council tax reference*", "council tax number*", "pension number*",
        "plan number*", "portal number*", "loan number*", "mortgage number*", "mortgage account*",
        "garden waste account*", "broadband account*", "mobile account*", "electricity account*", "gas account*",
        "water account*", "energy account*", "utility account*", "parking permit*", "permit number*", "agent number*",
        "my account's", "donor number*", "supporter number*", "crn",
        *_cards("loyalty", "reward", "rewards", "club", "travel", "charge", "fuel", "store", "staff", "library"),
        *_cards("member", "membership", "points", "student", "bus", "advantage", "customer", "donor", "gym"),
        *_last_four("account*", "membership*", "policy*", "customer*", "student*", "contract*"),
    ),
    "USERNAME": (
        "username*", "user name*", "profile page", "my website", "my web page", "online id*", "online banking id*",
        "user id*", "userid*", "login name*",
        "log in name*", "login id*", "login is",
        "your login", "my login", "his login", "her login", "log in as", "logged in as", "log on as", "sign in as",
        "screen name*", "gamertag*", "gamer tag*", "player name*", "profile name*", "account name*", "handle",
        "instagram", "tiktok", "skype", "snapchat", "telegram", "discord", "nickname on the", "display name*",
    ),
    "USERNAME?": ("login", "website"),
    "PASSWORD": (
        "password*", "pass word*", "passcode*", "pass code*", "passphrase*", "pin", "pin number*", "pin code*", "pins",
        "p i n", "memorable word*", "memorable information", "memorable place", "memorable date", "security word*",
        "security answer*", "secret word*", "secret answer*", "security question*", "code word*", "codeword*",
        "safe word*", "door code*", "gate code*", "entry code*", "access code*", "key safe*", "keysafe*", "key code*",
        "keypad*", "alarm code*", "lock code*", "lockbox*", "lock box*", "padlock*", "barrier code*", "building code*",
        "burglar alarm*", "voicemail pin", "wifi key", "network key", "one time code*", "one-time code*",
        "one time passcode*", "one-time passcode*", "otp", "o t p", "code we sent", "code i sent", "code we texted",
        "code you got", "code i got", "text message code", "six digit code*", "sms code*", "authentication code*",
        "activation code*", "unlock code*", "telephone banking code",
        "code by text", "text you a code", "texted you a code", "send you a code", "sent you a code",
        "code on your phone", "code to your phone", "code to your mobile", "mother's maiden name", "first pet*",
        "first school",
        "favourite teacher*", "memorable name*",
    ),
}  # fmt: skip

_CONTACT: dict[str, tuple[str, ...]] = {
    "EMAIL": ("email*", "e-mail*", "mail", "mailbox", "send the receipt", "receipt", "email address*"),
    "PHONE": (
        "phone*", "telephone*", "mobile*", "cell", "cell phone", "landline", "call me", "ring me", "reach me",
        "reach you", "call you", "ring you", "contact number", "call back", "callback", "text me", "text you",
        "whatsapp", "best number", "my number", "my number's", "her number", "his number", "contact me on", "get me on",
        "fax*", "area code", "number to call", "number to ring", "home number",
        "work number", "daytime number", "phone number*", "mobile number*",
        *_last_four("phone*", "telephone*", "mobile*", "cell*", "contact number", "registered phone*"),
    ),
    "PHONE?": ("your number", "number for you", "reached on", "on this number", "get hold of"),
    "IP_ADDRESS": ("ip", "ip address*", "i p address*"),
    "IP_ADDRESS?": ("login from", "logged in from", "router", "gateway"),
    "PERSON": (
        "your name", "my name", "her name", "his name", "their name", "full name", "first name*", "last name*",
        "surname*", "family name", "maiden name", "middle name", "christian name", "name please", "name on the account",
        "name on the card", "name of the", "name is", "name's", "in the name of", "who am i speaking", "who's calling",
        "who is calling", "who am i talking", "speaking with", "speaking to", "am i speaking", "who's that",
        "account holder*", "cardholder*", "policyholder", "next of kin", "spell that", "spell it", "spell your",
        "how do you spell",
    ),
    "ADDRESS": (
        "your address", "my address", "home address", "the address", "her address", "his address", "delivery address",
        "billing address", "postal address", "new address", "old address", "what address", "first line of",
        "where do you live", "i live at", "we live at", "lives at", "living at", "house number", "door number",
        "house name", "which street", "what street", "moved to number", "deliver it to", "deliver to", "send it to",
        "where shall i send", "where should we send", "where do i send", "address please", "address is", "and address",
    ),
    "POSTCODE": (
        "postcode*", "post code*", "postal code*", "zip", "zip code*", "zipcode*", "eircode*", "pin code of your area",
    ),
    "CITY": (
        "which town", "what town", "which city", "what city", "town or city", "what village", "which village",
        "i live in", "we live in", "lives in", "living in", "based in", "i'm from", "born in", "place of birth",
        "whereabouts", "where are you calling from", "where were you born", "moved to", "where are you based",
    ),
    "ORGANISATION": (
        "work for", "works for", "work at", "works at", "working for", "working at", "employer*", "employed by",
        "employed at", "company name", "name of the company", "name of the business", "business name", "trading as",
        "which school", "what school", "goes to school at", "which surgery", "registered with", "which hospital",
        "where do you work", "where does he work", "where does she work", "which nursery", "which college",
        "which university", "which church", "member of", "on behalf of", "occupation", "my company", "my firm",
        "my business", "our company", "calling from",
    ),
    "AGE": (
        "how old", "age", "your age", "her age", "his age", "their age", "what age", "aged", "ages", "at the age of",
        "turning", "turned", "years of age",
    ),
    "DATE_OF_BIRTH": (
        "date of birth", "birth date", "birthdate", "birthday", "born", "dob", "d o b", "date and place of birth",
        "born on", "year of birth",
    ),
}  # fmt: skip

_ORDINARY: dict[str, tuple[str, ...]] = {
    "ORDINARY": (
        *_cards("gift", "voucher", "scratch", "sim", "memory", "top up", "business", "birthday"),
        "order number*", "order", "orders", "order reference", "ticket*", "case number*", "case", "case reference",
        "parcel", "parcels", "tracking*", "consignment*", "invoice*", "quote", "quotation*", "claim*", "receipt number",
        "transaction*", "reference*", "ref", "ref number", "booking*", "reservation*", "voucher*", "coupon*", "promo*",
        "discount code*", "product*", "item number*", "catalogue*", "serial*", "part number*", "model", "version*",
        "firmware", "software licence*", "software license*", "licence key*", "license key*", "tv licence*",
        "meter reading*", "meter", "meters", "meter serial*", "reading", "readings", "delivery", "delivered",
        "appointment", "flight", "flights", "train", "platform", "gate number", "room number", "amount", "total",
        "price", "balance", "complaint number*", "complaint reference*", "incident*", "crime number*", "query number",
        "job number*", "job reference", "work order*", "error*", "error code*", "fault*", "batch*", "routing number*",
        "routing", "aba number", "extension", "imei*", "sim", "sim number*", "pac code", "pac", "iccid", "chip number*",
        "microchip*",
        "penalty notice*", "notice number*", "payment reference*",
    ),
}  # fmt: skip

CUES: dict[str, tuple[str, ...]] = _PAYMENT | _DOCUMENTS | _HEALTH | _CUSTOMERS | _CONTACT | _ORDINARY
