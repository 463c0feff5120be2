"""The written dialogues: who says what, how it is said aloud, and which of it is personal.

A dialogue is a text file: facts as ``key: value`` lines, an empty line, then one line for a turn.

    A Text                 the agent speaks (channel 0)
    C Text                 the caller speaks (channel 1)
    C-0.4 Text             starts 0.4 s before the turn before it ends; ``C+1.5`` leaves 1.5 s
    C# 4111...#            the caller keys tones

Inside the text ``{said aloud|written}`` gives a group of words that recognisers write in digits and
signs, ``[TYPE=value|text]`` marks personal data of the caller (``[TYPE@agent=value|text]`` of the
agent, ``@other`` of somebody else), and ``(0.8)`` is a silence of 0.8 s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_TURN = re.compile(r"([AC])(#|[+-][0-9.]+)? (.*)")
_MARK = re.compile(r"\[(?P<type>[A-Z_]+)(?:@(?P<about>[a-z]+))?=(?P<value>[^|]*)\|(?P<text>[^\]]*)\]")
_PIECE = re.compile(
    r"\{(?P<said>[^|]*)\|(?P<written>[^}]*)\}(?P<tail>[^\s]*)|\((?P<pause>[0-9.]+)\)|(?P<word>[^\s{(]+)"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Personal data: its type, its plain value and whom it is about."""

    type: str
    value: str
    about: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words said aloud that are written as one token, or a silence of ``pause`` seconds."""

    said: tuple[str, ...]
    written: str
    mark: Mark | None = None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One turn: the channel (0 agent, 1 caller), the gap before it in seconds, and what is said or keyed."""

    channel: int
    gap: float | None
    pieces: tuple[Piece, ...]
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A call as written down."""

    stem: str
    facts: dict[str, str]
    lines: tuple[Line, ...]


def read_dialogue(path: Path) -> Dialogue:
    """Read one file; a line that is no turn ends the program with its number."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    facts = {key: value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    lines = []
    for number, text in enumerate(body.splitlines(), len(facts) + 2):
        if not text.strip():
            continue
        match = _TURN.fullmatch(text.strip())
        if match is None:
            message = f"{path.name}:{number}: not a turn"
            raise SystemExit(message)
        lines.append(_line(*match.groups()))
    return Dialogue(path.stem, facts, tuple(lines))


def _line(who: str, how: str | None, text: str) -> Line:
    channel = "AC".index(who)
    if how == "#":
        return Line(channel, None, (), text.strip())
    gap = None if how is None else float(how)
    pieces: list[Piece] = []
    after = 0
    for match in _MARK.finditer(text):
        pieces += _pieces(text[after : match.start()], None)
        mark = Mark(match["type"], match["value"], match["about"] or "caller")
        pieces += _pieces(match["text"], mark)
        after = match.end()
        # Punctuation that follows the bracket belongs to the last word inside it.
        while after < len(text) and text[after] in ".,?!;:":
            last = pieces[-1]
            sign = text[after]
            pieces[-1] = Piece((*last.said[:-1], last.said[-1] + sign), last.written + sign, last.mark)
            after += 1
    pieces += _pieces(text[after:], None)
    return Line(channel, gap, tuple(pieces))


def _pieces(text: str, mark: Mark | None) -> list[Piece]:
    pieces = []
    for match in _PIECE.finditer(text):
        if match["pause"]:
            pieces.append(Piece((), "", None, float(match["pause"])))
        elif match["word"]:
            pieces.append(Piece((match["word"],), match["word"], mark))
        else:
            said = match["said"].split()
            said[-1] += match["tail"]
            pieces.append(Piece(tuple(said), match["written"] + match["tail"], mark))
    return pieces
