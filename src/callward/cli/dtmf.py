"""``callward dtmf``: keyed tones in a recording."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from callward.engine.audio import AudioInfo, DtmfEvent, DtmfProfile, DtmfScanner, open_audio
from callward.engine.errors import Error


def dtmf(
    file: Annotated[Path, typer.Argument(help="A recording: WAV, FLAC, MP3, Ogg.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    profile: Annotated[
        DtmfProfile, typer.Option(help="reporting: the limits of ITU-T Q.24. masking: whatever a tool could decode.")
    ] = DtmfProfile.REPORTING,
    show_digits: Annotated[
        bool, typer.Option("--show-digits", help="Print the digits too. They are personal data.")
    ] = False,
) -> None:
    """List the keyed tones (DTMF) in a recording."""
    try:
        info, events = _scan(file, profile)
    except (Error, OSError) as refusal:
        reason = str(refusal) if isinstance(refusal, Error) else (refusal.strerror or "unreadable")
        Console(stderr=True).print(f"{file}: {reason}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(orjson.dumps(_summary(info, events, profile, show_digits=show_digits)))
    else:
        Console().print(_table(info, events, show_digits=show_digits))


def _scan(file: Path, profile: DtmfProfile) -> tuple[AudioInfo, list[DtmfEvent]]:
    with file.open("rb") as stream:
        reader = open_audio(stream)
        scanner = DtmfScanner(reader.info.rate, reader.info.channels, profile)
        for block in reader.blocks():
            scanner.feed(block)
    return reader.info, scanner.finish()


def _summary(info: AudioInfo, events: list[DtmfEvent], profile: DtmfProfile, *, show_digits: bool) -> dict[str, object]:
    return {
        "profile": profile.value,
        "rate": info.rate,
        "channels": info.channels,
        "frames": info.frames,
        "events": [
            {"channel": event.channel, "start": event.start, "end": event.end}
            | ({"digit": event.digit} if show_digits else {})
            for event in events
        ],
    }


def _table(info: AudioInfo, events: list[DtmfEvent], *, show_digits: bool) -> Table:
    table = Table(title=f"{len(events)} keyed tones", title_justify="left")
    for column in ("start", "length", "channel", "digit"):
        table.add_column(column, justify="right")
    for event in events:
        length = (event.end - event.start) * 1000 // info.rate
        digit = event.digit if show_digits else "hidden"
        table.add_row(f"{event.start / info.rate:.3f} s", f"{length} ms", str(event.channel), digit)
    return table
