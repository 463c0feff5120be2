// The player of a call: one clock for the sound, the playhead over the waveform and the transcript beneath it.
// Without this file the page keeps the browser's own controls.

const player = document.querySelector("[data-player]");
const audio = player?.querySelector("audio");

// A call whose sound could not be masked has a drawing and nothing to play.
if (audio) {
  const drawing = player.querySelector("[data-waveform]");
  const head = player.querySelector("[data-playhead]");
  const toggle = player.querySelector("[data-toggle]");
  const clock = player.querySelector("[data-clock]");
  const turns = [...document.querySelectorAll("[data-turn]")];
  const stops = [...player.querySelectorAll("[data-mask]")].map((mask) => Number(mask.dataset.start));
  stops.sort((a, b) => a - b);

  const width = Number(drawing.dataset.width);
  const duration = () => (Number.isFinite(audio.duration) ? audio.duration : Number(drawing.dataset.duration));
  const wordsOf = (seconds) => {
    const whole = Math.floor(seconds);
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };

  let current = null;
  const follow = () => {
    const now = audio.currentTime;
    head.setAttribute("transform", `translate(${(now / duration()) * width} 0)`);
    clock.textContent = wordsOf(now);
    // The last turn that has begun is the one that sounds: turns may overlap a little.
    let found = null;
    for (const turn of turns) {
      if (Number(turn.dataset.start) <= now + 0.05 && now < Number(turn.dataset.end) + 0.3) found = turn;
    }
    if (found === current) return;
    current?.classList.remove("is-now");
    current?.removeAttribute("aria-current");
    found?.classList.add("is-now");
    found?.setAttribute("aria-current", "time");
    current = found;
    if (found && !audio.paused) keepInSight(found);
  };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const keepInSight = (turn) => {
    const box = turn.getBoundingClientRect();
    if (box.top < 80 || box.bottom > innerHeight - 80) {
      turn.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    }
  };

  let frame = 0;
  const run = () => {
    follow();
    frame = audio.paused ? 0 : requestAnimationFrame(run);
  };

  const go = (seconds) => {
    audio.currentTime = Math.min(Math.max(0, seconds), duration());
    follow();
  };
  const playOrPause = () => (audio.paused ? audio.play() : audio.pause());

  audio.removeAttribute("controls");
  player.classList.add("is-live");
  toggle.hidden = false;
  toggle.addEventListener("click", playOrPause);
  for (const event of ["play", "pause", "ended"]) {
    audio.addEventListener(event, () => {
      toggle.setAttribute("aria-pressed", String(!audio.paused));
      toggle.setAttribute("aria-label", audio.paused ? toggle.dataset.play : toggle.dataset.pause);
      if (!frame && !audio.paused) frame = requestAnimationFrame(run);
    });
  }
  for (const event of ["timeupdate", "seeked", "loadedmetadata"]) audio.addEventListener(event, follow);

  drawing.addEventListener("click", (event) => {
    const mask = event.target.closest("[data-mask]");
    if (mask) return go(Number(mask.dataset.start));
    const box = drawing.getBoundingClientRect();
    return go(((event.clientX - box.left) / box.width) * duration());
  });

  for (const turn of turns) {
    turn.querySelector("[data-seek]")?.addEventListener("click", (event) => {
      event.preventDefault();
      go(Number(turn.dataset.start));
    });
  }

  // In review a stretch in doubt repeats until somebody decides or chooses the next one.
  const doubts = [...player.querySelectorAll("[data-doubt]")].sort((a, b) => a.dataset.start - b.dataset.start);
  let loop = player.dataset.loopStart === undefined ? null : [player.dataset.loopStart, player.dataset.loopEnd].map(Number);
  const begin = () => go(Math.max(0, loop[0] - 1));
  const repeat = (doubt) => {
    loop = [Number(doubt.dataset.start), Number(doubt.dataset.end)];
    for (const other of doubts) other.classList.toggle("is-looped", other === doubt);
    begin();
  };
  if (loop) {
    doubts[0]?.classList.add("is-looped");
    if (audio.readyState > 0) begin();
    else audio.addEventListener("loadedmetadata", begin, { once: true });
    audio.addEventListener("timeupdate", () => {
      if (!audio.paused && audio.currentTime > loop[1] + 1) begin();
    });
    for (const doubt of doubts) doubt.addEventListener("click", (event) => { event.stopPropagation(); repeat(doubt); });
  }
  const next = () => {
    if (loop && doubts.length > 0) return repeat(doubts.find((doubt) => Number(doubt.dataset.start) > loop[0]) ?? doubts[0]);
    return go(stops.find((stop) => stop > audio.currentTime + 0.2) ?? stops[0] ?? 0);
  };

  // The seconds that were really heard close the reading in the ledger.
  const form = player.querySelector("[data-heard]");
  let since = null;
  let heard = 0;
  const count = () => {
    if (since !== null) heard += (performance.now() - since) / 1000;
    since = audio.paused ? null : performance.now();
  };
  for (const event of ["play", "pause", "ended"]) audio.addEventListener(event, count);
  addEventListener("pagehide", () => {
    count();
    if (heard < 1) return;
    const body = new FormData(form);
    body.set("seconds", String(Math.round(heard)));
    navigator.sendBeacon(form.action, body);
    heard = 0;
  });

  const keys = {
    " ": playOrPause,
    ArrowLeft: () => go(audio.currentTime - 5),
    ArrowRight: () => go(audio.currentTime + 5),
    n: next,
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]");
    const act = keys[event.key];
    if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}
