// Verifies one ledger entry here, in this browser: fetches the same proof file that the page offers for download, hashes
// the entry it carries, folds the proof up to the root, and checks the checkpoint's root and signature. WebCrypto does
// the hashing and the signature; nothing is sent anywhere. The formats are those of c2sp.org: tlog-proof, tlog-checkpoint,
// signed-note. What the server says about the result is never looked at.

const encoder = new TextEncoder();
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

class Refused extends Error {}

function fromBase64(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    throw new Refused("base64");
  }
  if (base64(bytes) !== text) throw new Refused("base64");
  return bytes;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// Sizes may pass 2^53 in theory, so they are BigInt throughout.
function decimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new Refused("number");
  return BigInt(text);
}

export function parseProof(text) {
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  if (gap < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Refused("proof_format");
  let extra = null;
  if (lines[0]?.startsWith("extra ")) extra = fromBase64(lines.shift().slice(6));
  if (!lines[0]?.startsWith("index ") || lines.length > 64) throw new Refused("proof_format");
  const index = decimal(lines.shift().slice(6));
  const hashes = lines.map(fromBase64);
  if (hashes.some((hash) => hash.length !== 32)) throw new Refused("proof_format");
  return { index, hashes, extra, checkpoint: text.slice(gap + 2) };
}

export function parseCheckpoint(text) {
  const gap = text.lastIndexOf("\n\n");
  if (gap < 0 || !text.endsWith("\n")) throw new Refused("checkpoint_format");
  const note = text.slice(0, gap + 1);
  const [origin, size, root] = note.split("\n");
  const signatures = text.slice(gap + 2, -1).split("\n").map((line) => {
    const found = /^— (\S+) (\S+)$/.exec(line);
    if (!found) throw new Refused("checkpoint_format");
    const bytes = fromBase64(found[2]);
    return { name: found[1], id: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  return { note, origin, size: decimal(size), root: fromBase64(root), signatures };
}

export async function parseKey(text) {
  const [name, id, ...rest] = text.split("+");
  const material = fromBase64(rest.join("+"));
  if (material.length !== 33 || material[0] !== 1) throw new Refused("key_format");
  const expected = (await sha256(encoder.encode(`${name}\n`), material)).slice(0, 4);
  if (hex(expected) !== id) throw new Refused("key_format");
  return { name, id: expected, public: material.slice(1) };
}

// RFC 9162 section 2.1.3.2, giving each step to `show` as it is made.
export async function fold(leaf, index, size, hashes, show) {
  if (index >= size) throw new Refused("index");
  let position = index;
  let last = size - 1n;
  let root = leaf;
  for (const [at, hash] of hashes.entries()) {
    if (last === 0n) throw new Refused("proof_length");
    const left = (position & 1n) === 1n || position === last;
    root = left ? await sha256([1], hash, root) : await sha256([1], root, hash);
    show(at, left, hash, root);
    if (left) {
      while ((position & 1n) === 0n && position !== 0n) {
        position >>= 1n;
        last >>= 1n;
      }
    }
    position >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Refused("proof_length");
  return root;
}

// True, false, or null where this browser has no Ed25519.
async function signed(checkpoint, key) {
  const line = checkpoint.signatures.find((item) => item.name === key.name && same(item.id, key.id));
  if (!line || checkpoint.origin !== key.name) throw new Refused("signature_missing");
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  } catch (fault) {
    if (fault.name === "NotSupportedError") return null;
    throw new Refused("key_format");
  }
  return crypto.subtle.verify({ name: "Ed25519" }, imported, line.signature, encoder.encode(checkpoint.note));
}

class Report {
  constructor(panel) {
    this.panel = panel;
    this.words = panel.querySelector("template").content;
    this.list = panel.querySelector("ol");
    this.verdict = panel.querySelector("[role=status]");
    this.list.replaceChildren();
    this.verdict.replaceChildren();
    document.querySelectorAll(".ladder .shown").forEach((part) => part.classList.remove("shown"));
  }

  // The sentences are the page's own, in the reader's language.
  say(code, values = {}) {
    const text = this.words.querySelector(`[data-code="${code}"]`)?.textContent ?? code;
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  step(kind, code, values, value) {
    const row = document.createElement("li");
    row.className = kind;
    const sentence = document.createElement("span");
    sentence.textContent = this.say(code, values);
    row.append(sentence);
    if (value) {
      const shown = document.createElement("code");
      shown.textContent = value;
      row.append(" ", shown);
    }
    this.list.append(row);
  }

  light(at) {
    document.querySelectorAll(`.ladder [data-step="${at}"]`).forEach((part) => part.classList.add("shown"));
  }

  end(kind, code) {
    const mark = document.createElement("i");
    mark.className = `mark ${kind}`;
    this.verdict.replaceChildren(mark, this.say(code));
  }
}

async function verify(panel) {
  const report = new Report(panel);
  report.panel.hidden = false;
  report.end("unknown", "working");
  try {
    if (!globalThis.crypto?.subtle) throw new Refused("no_webcrypto");
    const answer = await fetch(panel.dataset.proof, { headers: { Accept: "text/plain" }, cache: "no-store" });
    if (!answer.ok) throw new Refused("fetch");
    const proof = parseProof(await answer.text());
    const checkpoint = parseCheckpoint(proof.checkpoint);
    const key = await parseKey(panel.dataset.vkey);
    if (proof.extra === null) throw new Refused("proof_format");
    const leaf = await sha256([0], proof.extra);
    report.step("ok", "leaf", { bytes: proof.extra.length }, hex(leaf));
    report.light(0);
    const root = await fold(leaf, proof.index, checkpoint.size, proof.hashes, (at, left, hash, node) => {
      report.step("ok", left ? "fold_left" : "fold_right", { n: at + 1, beside: hex(hash).slice(0, 8) }, hex(node));
      report.light(at + 1);
    });
    if (!same(root, checkpoint.root)) throw new Refused("root_wrong");
    report.step("ok", "root", { size: checkpoint.size }, base64(root));
    const good = await signed(checkpoint, key);
    if (good === false) throw new Refused("signature");
    report.step(good ? "ok" : "due", good ? "signature_ok" : "signature_unchecked", { name: key.name }, hex(key.id));
    // A true proof of another entry proves nothing about the one that is shown.
    const shown = encoder.encode(document.getElementById(panel.dataset.entry).textContent);
    if (String(proof.index) !== panel.dataset.index || !same(proof.extra, shown)) throw new Refused("another_entry");
    report.end(good ? "ok" : "due", good ? "holds" : "holds_unsigned");
  } catch (fault) {
    const code = fault instanceof Refused ? fault.message : "fetch";
    report.step("overdue", code, {});
    report.end("overdue", "fails");
  }
}

for (const button of document.querySelectorAll("[data-verify]")) {
  const panel = document.getElementById(button.dataset.verify);
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    await verify(panel);
    button.disabled = false;
    panel.scrollIntoView({ block: "nearest" });
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.querySelector("[data-copied]").hidden = false;
  });
}
