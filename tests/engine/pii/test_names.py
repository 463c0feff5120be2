"""The names model as it is shipped: who and where, in five languages, written and as a recogniser writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import least_seconds, takes_less_than

from callward.engine.pii import About, Conversation, Sensitivity, Turn, Type
from callward.engine.pii.names import find_names
from callward.engine.pii.scene import Scene

_LANGUAGES = ("en", "et", "nl", "ro", "sv")


def names(language: str, *turns: str) -> list[tuple[Type, str]]:
    """Return what the model finds; turns alternate between agent and caller."""
    speakers = (About.AGENT, About.CALLER)
    said = tuple(Turn(speakers[number % 2], text) for number, text in enumerate(turns))
    scene = Scene(Conversation(said, language), Sensitivity.NORMAL)
    spans = [(draft.type, scene.script.span(*draft.places[0])) for draft in find_names(scene)]
    return [(kind, turns[span.turn][span.start : span.end]) for kind, span in sorted(spans, key=lambda one: one[1])]


@pytest.mark.parametrize(
    ("language", "turns", "wanted"),
    [
        ("en", ("Who am I talking to?", "Margaret Ellison."), [(Type.PERSON, "Margaret Ellison")]),
        ("en", ("what's your name please", "margaret ellison"), [(Type.PERSON, "margaret ellison")]),
        ("en", ("Anything else?", "Ask Mrs Whitaker at number nine."), [(Type.PERSON, "Whitaker")]),
        ("en", ("and where are you", "forty two wellington road in stockport"),
         [(Type.ADDRESS, "forty two wellington road"), (Type.CITY, "stockport")]),
        ("sv", ("Vad heter du?", "Birgitta Sandström."), [(Type.PERSON, "Birgitta Sandström")]),
        ("sv", ("och ditt namn", "birgitta sandström"), [(Type.PERSON, "birgitta sandström")]),
        ("sv", ("Vart ska det?", "Björkvägen 14 i Västerås."),
         [(Type.ADDRESS, "Björkvägen 14"), (Type.CITY, "Västerås")]),
        ("et", ("Teie nimi, palun?", "Katrin Rebane."), [(Type.PERSON, "Katrin Rebane")]),
        ("et", ("kuidas teie nimi on", "katrin rebane"), [(Type.PERSON, "katrin rebane")]),
        ("et", ("Kus te elate?", "Elan Viljandis, Tartu mnt 12."),
         [(Type.CITY, "Viljandis"), (Type.ADDRESS, "Tartu mnt 12")]),
        ("ro", ("Cum vă numiți?", "Adrian Munteanu."), [(Type.PERSON, "Adrian Munteanu")]),
        ("ro", ("numele dumneavoastră", "adrian munteanu"), [(Type.PERSON, "adrian munteanu")]),
        ("ro", ("Adresa?", "Strada Florilor 8, Ploiești."),
         [(Type.ADDRESS, "Strada Florilor 8"), (Type.CITY, "Ploiești")]),
        ("nl", ("Wat is uw naam?", "Hendrik de Boer."), [(Type.PERSON, "Hendrik de Boer")]),
        ("nl", ("uw naam alstublieft", "hendrik de boer"), [(Type.PERSON, "hendrik de boer")]),
        ("nl", ("waar woont u", "molenstraat zestien in zwolle"),
         [(Type.ADDRESS, "molenstraat zestien"), (Type.CITY, "zwolle")]),
    ],
)  # fmt: skip
def test_who_and_where_are_found(language: str, turns: tuple[str, str], wanted: list[tuple[Type, str]]) -> None:
    assert names(language, *turns) == wanted


@pytest.mark.parametrize(
    ("language", "said", "name"),
    [
        ("et", "Ma rääkisin eile Katriniga ja tema lubas helistada.", "Katriniga"),
        ("et", "andke see palun toomasele edasi", "toomasele"),
        ("ro", "E telefonul Mariei, eu n-am telefon.", "Mariei"),
        ("sv", "Det är Gunnars bil, inte min.", "Gunnars"),
        ("en", "It's Caroline's phone, not mine.", "Caroline's"),
    ],
)
def test_a_name_is_found_with_its_ending(language: str, said: str, name: str) -> None:
    assert names(language, said) == [(Type.PERSON, name)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The router has been blinking since Monday. I have restarted it twice."),
        ("en", "will you mark it as urgent may i ask"),
        ("sv", "Fakturan kom i mars men jag har redan betalat den."),
        ("sv", "det blir bra tack så mycket"),
        ("et", "Arve tuli märtsis, aga ma olen selle juba ära maksnud."),
        ("et", "internet ei tööta juba kolmandat päeva"),
        ("ro", "Factura a venit în martie, dar am plătit-o deja."),
        ("ro", "netul nu merge de trei zile"),
        ("nl", "De rekening kwam in maart, maar die heb ik al betaald."),
        ("nl", "het internet doet het al drie dagen niet"),
    ],
)
def test_talk_without_names_is_left_alone(language: str, said: str) -> None:
    assert names(language, said) == []


@pytest.mark.parametrize(
    ("language", "question", "name"),
    [
        ("en", "name please", "john smith"),
        ("et", "nimi", "jaan tamm"),
        ("nl", "met wie spreek ik", "jan jansen"),
        ("nl", "met wie spreek ik", "jan de vries"),
        ("ro", "numele", "ion popescu"),
        ("sv", "namn", "anna andersson"),
    ],
)
def test_the_commonest_names_are_found_though_they_stand_in_sayings_too(
    language: str, question: str, name: str
) -> None:
    assert names(language, question, name) == [(Type.PERSON, name)]


def test_a_title_is_no_part_of_a_name_and_neither_are_signs() -> None:
    assert names("en", "Is that Doctor Abernathy?") == [(Type.PERSON, "Abernathy")]


def test_letters_with_marks_apart_give_places_in_the_text_as_it_was() -> None:
    said = "Ta elab Pa\u0308rnus."
    assert (Type.CITY, "Pa\u0308rnus") in names("et", said)


def test_the_score_says_how_sure_the_model_is_and_what_made_it() -> None:
    conversation = Conversation((Turn(About.CALLER, "My name is Margaret Ellison."),), "en")
    (draft,) = find_names(Scene(conversation, Sensitivity.NORMAL))
    assert 0.5 <= draft.score <= 0.85
    assert [one.kind for one in draft.evidence] == ["model", "model"]
    assert not any("margaret" in one.detail.lower() for one in draft.evidence)
    assert draft.value == "margaret ellison"


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize(
    "said", ["", " ", "\u0301", "🙂🙂 🙃", "a" * 5000, "'s", "|||| ||", "١٢٣", "\ud800", "@@@@", "-'-'-"]
)
def test_odd_text_is_read(language: str, said: str) -> None:
    names(language, said, said)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4), st.sampled_from(_LANGUAGES))
def test_any_text_is_read_and_places_lie_in_it(turns: list[str], language: str) -> None:
    for _, text in names(language, *turns):
        assert text.strip()


@pytest.mark.parametrize("part", ["my name is anna lind and ", "a-b'c@", "1a2b ", "x' ", "\u0301e "])
def test_time_is_linear_in_the_length_of_a_turn(part: str) -> None:
    def look(times: int) -> Callable[[], object]:
        scene = Scene(Conversation((Turn(About.CALLER, part * times),), "en"), Sensitivity.NORMAL)
        return lambda: find_names(scene)

    look(200)()
    short = least_seconds(look(1000), times=3)
    assert takes_less_than(16 * short + 0.2, look(10_000))


def test_the_models_are_small() -> None:
    folder = files("callward.engine.pii.names")
    sizes = [len((folder / f"{language}.npz").read_bytes()) for language in _LANGUAGES]
    assert sum(sizes) < 15_000_000


def test_the_models_need_neither_the_training_nor_its_material() -> None:
    code = (
        "import sys; from callward.engine.pii import detect, Conversation, Turn, About;"
        "found = detect(Conversation((Turn(About.CALLER, 'My name is Margaret Ellison.'),), 'en'));"
        "assert [one.type.value for one in found] == ['PERSON'], found;"
        "assert not any(name.split('.')[0] in ('training', 'pycrfsuite') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd="/")
