"""Names that stand in for names: common ones of each language, by the form they have."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from callward.engine.pii.lexicon import COVERED
from callward.engine.pii.text import fold


class StandIns(NamedTuple):
    """Given names by form, and surnames. Anybody may bear them; together they name nobody in particular."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    either: tuple[str, ...]
    surnames: tuple[str, ...]


def _names(said: str) -> tuple[str, ...]:
    return tuple(said.split())


_TABLES = {
    "sv": StandIns(
        female=_names(
            "Anna Maria Karin Kristina Eva Birgitta Elisabeth Marie Ingrid Margareta Linnea Sofia Kerstin"
            " Marianne Lena Helena Sara Emma Johanna Ulla Inger Katarina Gunilla Malin Susanne Jenny Monica Hanna"
            " Camilla Ida Julia Anneli"
        ),
        male=_names(
            "Lars Karl Anders Johan Per Nils Erik Mikael Jan Peter Daniel Fredrik Hans Olof Magnus Alexander"
            " Gunnar Sven Gustav Bengt Mattias Jonas Oskar Martin Thomas Stefan Christer Bo Andreas Leif Henrik"
            " Simon"
        ),
        either=_names("Kim Robin Alex Love Charlie Mika Sam Elliot"),
        surnames=_names(
            "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson"
            " Jonsson Jansson Hansson Bengtsson Jakobsson Lindberg Magnusson Olofsson Lindgren Lindqvist Axelsson"
            " Berg Bergström Lundberg Lundgren Lind Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg"
            " Sjöberg Wallin Engström Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Wikström"
            " Samuelsson Isaksson Fransson"
        ),
    ),
    "et": StandIns(
        female=_names(
            "Anne Tiina Sirje Anu Mari Katrin Kadri Kristi Piret Maie Ülle Helgi Malle Riina Liis Eve Merike"
            " Maarika Triin Kristiina Aino Marika Külli Reet Heli Ene Laura Maria Signe Kaja Helen Epp"
        ),
        male=_names(
            "Andres Toomas Margus Jaan Martin Rein Aivar Urmas Priit Peeter Ants Kalev Mati Tiit Mart Jüri Marko"
            " Raivo Meelis Tõnu Kristjan Siim Rasmus Indrek Janek Heiki Arvo Jaanus Tarmo Sander Karl Madis"
        ),
        either=_names("Kim Robin Alex Sam Rene Kai Chris Mika"),
        surnames=_names(
            "Tamm Saar Sepp Mägi Kask Kukk Rebane Ilves Pärn Koppel Luik Oja Raudsepp Vaher Lepik Kuusk Kaasik"
            " Lepp Kütt Jõgi Parts Kallas Põder Mänd Teder Lõhmus Laur Toom Kivi Peterson Roos Org Kangur Kuusik"
            " Vares Pukk Hunt Leppik Jürgenson Unt Laas Rand Pihlak Kruus Puusepp Mets Aas Koort"
        ),
    ),
    "ro": StandIns(
        female=_names(
            "Maria Elena Ana Ioana Mihaela Andreea Cristina Daniela Alexandra Gabriela Simona Monica Alina Carmen"
            " Roxana Florentina Raluca Oana Anca Diana Mirela Camelia Larisa Bianca Georgiana Irina Laura Adriana"
            " Nicoleta Viorica Corina Teodora"
        ),
        male=_names(
            "Andrei Ion Alexandru Mihai Gheorghe Ionuț Cristian Florin Adrian Marian Bogdan Vasile Nicolae"
            " Constantin Daniel Gabriel Marius Ciprian Răzvan Cătălin Vlad Radu Sorin Dragoș Ștefan Liviu Cosmin"
            " Ovidiu Lucian Emil Tudor Petru"
        ),
        either=_names("Robin Alex Sam Dani Gabi Luci Niki Andi"),
        surnames=_names(
            "Popa Popescu Ionescu Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Rusu Constantin Marin Lazăr"
            " Dobre Munteanu Barbu Sandu Tudor Nistor Moldovan Florea Voicu Cristea Neagu Toma Preda Diaconu Oprea"
            " Manole Dinu Ene Badea Ungureanu Mocanu Costea Petre Iordache Enache Văduva Anghel Tănase Grigore"
            " Avram Crăciun Olteanu Zamfir Bucur"
        ),
    ),
    "nl": StandIns(
        female=_names(
            "Maria Anna Johanna Cornelia Elisabeth Monique Sandra Linda Esther Ingrid Marieke Anneke Petra Wilma"
            " Mieke Sanne Lotte Femke Fleur Iris Maaike Ellen Astrid Yvonne Karin Bianca Annelies Nienke Marloes"
            " Eline Hanneke Jolanda"
        ),
        male=_names(
            "Jan Johannes Hendrik Pieter Cornelis Willem Dirk Gerrit Peter Marcel Erik Jeroen Martijn Bas Sander"
            " Bart Ruud Wouter Thijs Maarten Rob Frank Hans Kees Joost Koen Tim Daan Niels Arjan Stefan Menno"
        ),
        either=_names("Kim Robin Sam Alex Jip Noa Bo Mika"),
        surnames=_names(
            "Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Smits Kok"
            " Jacobs Vermeulen Schouten Willems Hoekstra Koster Prins Blom Huisman Peeters Kuipers Veenstra Kramer"
            " Postma Bosch Wolters Kuiper Martens Maas Timmermans Groen Gerritsen Bosma Scholten Verhoeven Hofman"
            " Wagenaar Hermans Molenaar Sanders Driessen Kooistra Winter"
        ),
    ),
    "en": StandIns(
        female=_names(
            "Mary Susan Margaret Sarah Patricia Elizabeth Helen Karen Jane Emma Laura Rachel Claire Julie Amanda"
            " Rebecca Joanne Catherine Nicola Alison Victoria Hannah Jennifer Louise Christine Lucy Gemma"
            " Charlotte Fiona Sandra Wendy Deborah"
        ),
        male=_names(
            "John David Michael Peter Robert Paul Andrew James Mark Stephen Richard Christopher Ian Alan Kevin"
            " Brian Philip Simon Martin Graham Anthony Matthew Colin Neil Gary Keith Daniel Thomas Jonathan Stuart"
            " Adam Barry"
        ),
        either=_names("Alex Sam Robin Chris Jamie Kim Charlie Jordan"),
        surnames=_names(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White"
            " Roberts Green Hall Wood Jackson Clarke Harris Lewis Martin Cooper Ward Turner Hill Moore Clark Baker"
            " Harrison King Morris Allen Carter Mitchell Shaw Ellis Bennett Cook Parker Edwards Collins Stewart"
            " Bailey Morgan Bell Cox"
        ),
    ),
}


def stand_ins(code: str | None) -> StandIns:
    """Return the names of an ISO 639-1 language; English ones where there is no table."""
    short = (code or "en").lower().replace("_", "-").split("-")[0]
    return _TABLES[short if short in COVERED else "en"]


def form_of(given: str) -> str:
    """Say which form a folded given name has: "female", "male" or "either", which is also what is not known."""
    return _forms().get(given, "either")


@cache
def _forms() -> dict[str, str]:
    """The form of each name of the tables; "either" where languages disagree. No name of a call is ever kept."""
    forms: dict[str, str] = {}
    for table in _TABLES.values():
        for form, names in (("female", table.female), ("male", table.male)):
            for name in names:
                folded = fold(name).decode("latin-1")
                forms[folded] = form if forms.get(folded, form) == form else "either"
    return forms


def is_stand_in(name: str) -> bool:
    """Say whether ``name`` is one of the names that stand in for names."""
    return name in _all_names()


@cache
def _all_names() -> frozenset[str]:
    return frozenset(
        name
        for table in _TABLES.values()
        for names in (table.female, table.male, table.either, table.surnames)
        for name in names
    )
