"""``callward redact audio``: masks over stretches of a recording, checked, as FLAC."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import orjson
import typer
from rich.console import Console

from callward.engine.audio import (
    AudioError,
    DtmfProfile,
    DtmfScanner,
    Fill,
    FlacWriter,
    Masker,
    Reader,
    Stretch,
    heard_by,
    mute_stretches,
    open_audio,
    pad,
    verify_masked,
)
from callward.engine.errors import Error

_TIME = r"(\d{1,9}(?:\.\d{1,9})?)(s|f)?"
_STRETCH = re.compile(rf"{_TIME}-{_TIME}(?::(\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Summary:
    seconds: float
    windows: int
    keyed_tones: int
    left_over: int


def audio(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A recording: WAV, FLAC, MP3, Ogg.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The masked recording, FLAC at the same rate.")],
    *,
    stretch: Annotated[
        list[str] | None,
        typer.Option(help="FROM-TO in seconds, or in samples with f (8000f-16000f); :CHANNEL for one channel."),
    ] = None,
    fill: Annotated[Fill, typer.Option(help="What is written over a stretch.")] = Fill.SILENCE,
    pad_ms: Annotated[
        int, typer.Option("--pad", min=0, max=5000, metavar="MS", help="Added on both sides of a stretch.")
    ] = 150,
    dtmf: Annotated[bool, typer.Option("--dtmf", help="Mask keyed tones too, and look for them again after.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT if it exists.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Mask stretches of a recording and check the result sample by sample."""
    if not stretch and not dtmf:
        _refuse("nothing to mask: give --stretch or --dtmf")
    try:
        with source.open("rb") as stream:
            reader = open_audio(stream)
            stretches = [_parse(text, reader.info.rate) for text in stretch or ()]
            summary = _into(target, lambda out: _redact(reader, out, stretches, fill, pad_ms, dtmf=dtmf), force=force)
    except Error as refusal:
        _refuse(f"{source}: {refusal}")
    except OSError as failure:
        _refuse(f"{failure.filename or target}: {failure.strerror or 'cannot be written'}")
    _report(summary, target, as_json=as_json)
    if summary.left_over:
        raise typer.Exit(1)


def _redact(
    reader: Reader, out: BinaryIO, stretches: list[Stretch], fill: Fill, pad_ms: int, *, dtmf: bool
) -> _Summary:
    """Scan, mask, write, read back, verify, scan again."""
    info = reader.info
    windows = list(pad(stretches, rate=info.rate, frames=info.frames, pad_ms=pad_ms))
    keyed = _keyed_tones(reader) if dtmf else ()
    windows += keyed
    masker = Masker(windows, fill, rate=info.rate, channels=info.channels)
    with FlacWriter(out, info.rate, info.channels) as writer:
        for block in reader.blocks():
            writer.write(masker.mask(block))
    scanner = DtmfScanner(info.rate, info.channels, DtmfProfile.MASKING)
    written = heard_by(open_audio(out).blocks(), *((scanner.feed,) if dtmf else ()))
    verify_masked(written, windows, fill, rate=info.rate, channels=info.channels, frames=info.frames)
    left_over = len(scanner.finish()) if dtmf else 0
    return _Summary(info.frames / info.rate, len(windows), len(keyed), left_over)


def _keyed_tones(reader: Reader) -> tuple[Stretch, ...]:
    scanner = DtmfScanner(reader.info.rate, reader.info.channels, DtmfProfile.MASKING)
    for block in reader.blocks():
        scanner.feed(block)
    return mute_stretches(scanner.finish(), rate=reader.info.rate, frames=reader.info.frames)


def _into(target: Path, write: Callable[[BinaryIO], _Summary], *, force: bool) -> _Summary:
    """A new file beside ``target`` takes its name only when it is whole, checked and on the disk."""
    if target.exists() and not force:
        raise FileExistsError(17, "exists already; --force replaces it", str(target))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as out:
            summary = write(cast("BinaryIO", out))
            out.flush()
            os.fsync(out.fileno())
        if force:
            part.replace(target)
        else:
            # A link never replaces what somebody else has put there meanwhile.
            os.link(part, target)
            part.unlink()
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return summary


def _parse(text: str, rate: int) -> Stretch:
    match = _STRETCH.fullmatch(text)
    if match is None:
        raise AudioError("audio_stretch_unreadable", "a stretch is FROM-TO or FROM-TO:CHANNEL, in seconds or samples")
    start, start_unit, end, end_unit, channel = match.groups()
    channels = None if channel is None else (int(channel),)
    return Stretch(_frames(start, start_unit, rate), _frames(end, end_unit, rate), channels)


def _frames(number: str, unit: str | None, rate: int) -> int:
    return int(float(number)) if unit == "f" else round(float(number) * rate)


def _report(summary: _Summary, target: Path, *, as_json: bool) -> None:
    if as_json:
        facts = {"seconds": round(summary.seconds, 3), "windows": summary.windows}
        typer.echo(orjson.dumps(facts | {"keyed_tones": summary.keyed_tones, "left_over": summary.left_over}))
        return
    typer.echo(
        f"{target}: {summary.seconds:.1f} s, {summary.windows} stretches masked and verified"
        f" ({summary.keyed_tones} keyed tones)"
    )
    if summary.left_over:
        typer.echo(f"{summary.left_over} keyed tones can still be found: listen before you pass it on", err=True)


def _refuse(reason: str) -> None:
    Console(stderr=True).print(reason, markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(2)
