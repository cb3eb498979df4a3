// The way to the server: a token of this phone's own, scans in arrays, oldest first, again and again until answered.
import { isDrill, now, setServerTime } from "../clock.js";
import * as keep from "./keep.js";

const API = "/api/v1/";
const BATCH = 200;
const TIMEOUT_MS = 12000;

export class NoNetwork extends Error {}
export class SignedOut extends Error {}

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function send(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "manual", ...options });
  } catch {
    throw new NoNetwork();
  }
  if (answer.status >= 500 || answer.type === "opaqueredirect") throw answer.status ? new NoNetwork() : new SignedOut();
  return answer;
}

// A token is asked for once, with the session of whoever is signed in; it outlives the session.
export async function register(root) {
  const known = await keep.getFact("device");
  if (known) return known;
  const form = new FormData();
  form.set("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await send(root.dataset.device, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new SignedOut();
  const device = await answer.json();
  await keep.putFact("device", device);
  return device;
}

export async function ask(root, path, message) {
  for (let attempt = 0; ; attempt += 1) {
    const { token } = await register(root);
    const answer = await send(API + path, {
      method: message === undefined ? "GET" : "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: message === undefined ? undefined : JSON.stringify(message),
    });
    if (answer.ok) return answer.json();
    if (answer.status === 401 && attempt === 0) {
      await keep.dropFact("device");
      continue;
    }
    const said = await answer.json().catch(() => ({ code: "forbidden" }));
    if (answer.status === 401) throw new SignedOut();
    throw new Refused(said.code);
  }
}

export async function readState(root) {
  const answer = await send(root.dataset.state, { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw new Refused("custodian_unknown");
  const state = await answer.json();
  setServerTime(state.now, state.speed);
  await keep.putFact(`state ${root.dataset.post}`, state);
  return state;
}

// {grade, checks_hold, found}: only the one of a "certain" grade may be taken without asking.
export function find(root, text) {
  return ask(root, "travellers/find", { text });
}

// Sends what waits. `resolved` is told of every scan that was answered. Only one flush runs at a time.
let flushing = null;

export function flush(root, resolved) {
  flushing ??= sendWaiting(root, resolved).finally(() => (flushing = null));
  return flushing;
}

async function sendWaiting(root, resolved) {
  for (;;) {
    const waiting = (await keep.listScans()).filter((scan) => scan.state === "kept");
    const batch = [];
    for (const scan of waiting.slice(0, BATCH)) {
      if (!scan.traveller) {
        const { grade, found } = await find(root, scan.sought);
        const person = grade === "certain" ? found[0] : null;
        scan.traveller = person?.traveller ?? null;
        scan.code = person?.code ?? scan.code;
        if (!scan.traveller) scan.state = "unknown";
        await keep.putScan(scan);
        if (!scan.traveller) resolved(scan);
      }
      if (scan.traveller) batch.push(scan);
    }
    if (batch.length) await sendBatch(root, batch, resolved);
    if (waiting.length <= BATCH) break;
  }
  await keep.tidy();
}

async function sendBatch(root, batch, resolved) {
  const { answers, server_at: serverAt } = await ask(root, "scans", {
    offset_seconds: (await keep.getFact("offset")) ?? 0,
    scans: batch.map((scan) => ({
      id: scan.id,
      traveller: scan.traveller,
      custodian: scan.custodian,
      counter: scan.counter,
      device_at: scan.device_at,
      handover: scan.handover,
    })),
  });
  await keep.putFact("offset", measureOffset(serverAt));
  for (const [place, answer] of answers.entries()) {
    const scan = { ...batch[place], state: answer.state, holder: answer.holder, remarks: answer.remarks };
    await keep.putScan(scan);
    resolved(scan);
  }
}

// This phone's clock minus the server's. In a drill the port's clock runs faster than any phone's; the page then stamps
// scans by the port's clock itself (`stamp`), and there is no offset.
function measureOffset(serverAt) {
  return isDrill() ? 0 : (Date.now() - Date.parse(serverAt)) / 1000;
}

export function stamp() {
  return (isDrill() ? now() : new Date()).toISOString();
}
