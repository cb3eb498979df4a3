// The scan page: one field, one verdict, one undo; works on without network.
import { sayAge } from "../clock.js";
import * as codes from "./codes.js";
import { startCounting } from "./count.js";
import { startHandovers } from "./handover.js";
import * as keep from "./keep.js";
import { beep, startSound } from "./sound.js";
import * as wire from "./wire.js";

const FLUSH_MS = 4000;
const STATE_MS = 10000;
const BOUNCE_MS = 1500;
const LINES = 8;

const root = document.getElementById("scan");
const words = JSON.parse(document.getElementById("words").textContent);
const part = (name) => document.getElementById(name);

const page = {
  root,
  words,
  part,
  post: root.dataset.post,
  state: { people: [], offers: [] },
  receiving: null,
  last: null,
  find: (code) => page.state.people.find((person) => person.code === code),
  name: (traveller) => page.state.people.find((person) => person.traveller === traveller)?.code ?? traveller.slice(0, 8),
  held: () => page.state.people.filter((person) => person.holder === page.post),
  refusal: (error) => sayRefused(error),
  refresh: () => refresh(),
  tell: (sign, word, who, more) => tell(sign, word, who, more),
  record: (found) => record(found),
};

start();

async function start() {
  part("scan-form").addEventListener("submit", submit);
  part("undo").addEventListener("click", undo);
  startSound(part);
  startCounting(page);
  startHandovers(page);
  addEventListener("online", tick);
  addEventListener("offline", () => showLine("offline"));
  page.state = (await keep.getFact(`state ${page.post}`)) ?? page.state;
  await showAll();
  open();
  keepPage().catch(() => undefined); // without it everything works, but not after a reload without network
  navigator.storage?.persist?.();
  await tick();
  setInterval(tick, FLUSH_MS);
  setInterval(refresh, STATE_MS);
}

// Until here the page takes nothing: what a scanner typed would go into the page's address, and be recorded nowhere.
function open() {
  for (const one of root.querySelectorAll("[data-waits]")) one.disabled = false;
  part("scanned").focus();
  tell("ready", words.ready, "", words.ready_more);
}

// The page is kept on the phone only together with all it is made of: without its files it would take nothing.
async function keepPage() {
  await navigator.serviceWorker.register(root.dataset.worker);
  await navigator.serviceWorker.ready;
  const answer = await fetch(location.pathname);
  const itself = await answer.clone().text();
  if (!itself.includes(new URL(import.meta.url).pathname)) return; // signed out, or a release that came meanwhile
  const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  const cache = await caches.open(root.dataset.cache);
  await cache.addAll(new Set(files.filter((file) => /^\/(static|fonts)\//.test(file))));
  await cache.put(location.pathname, answer);
  root.dataset.kept = "yes";
}

async function tick() {
  try {
    await wire.flush(root, answered);
    if (!page.state.now) await refresh();
    showLine("online");
  } catch (error) {
    showLine(error instanceof wire.SignedOut ? "signed_out" : "offline");
  }
  await showAll();
}

async function refresh() {
  try {
    page.state = await wire.readState(root);
    showLine("online");
  } catch (error) {
    showLine(error instanceof wire.SignedOut ? "signed_out" : "offline");
  }
  await showAll();
}

let held = "";
let bounced = { text: "", at: 0 };

async function submit(event) {
  event.preventDefault();
  const field = part("scanned");
  const text = held + field.value;
  field.value = "";
  const found = codes.read(text);
  if (found === "more") {
    held = `${text}\n`;
    return;
  }
  held = "";
  if (!found || (bounced.text === text && Date.now() - bounced.at < BOUNCE_MS)) return;
  bounced = { text, at: Date.now() };
  part("unlisted-open").hidden = true;
  hideChoices();
  if (found.kind === "mistyped") return tell("ask", words.mistyped, found.value, words.mistyped_more);
  await identify(found);
}

async function identify(found) {
  const known = found.kind === "code" ? page.find(found.value) : null;
  if (known) return record(known);
  try {
    const { grade, found: people } = await wire.find(root, found.zone ?? found.value);
    if (grade === "certain") return record(people[0]);
    showChoices(people);
    part("unlisted-open").hidden = false;
    part("unlisted-form").reset(); // what was typed was about somebody else
    part("unlisted-document").value = found.kind === "document" ? found.value : "";
    if (people.length) tell("ask", words.choose, found.value, words.choose_more);
    else tell("ask", words.unknown, found.value, words.unknown_more);
  } catch (error) {
    if (!(error instanceof wire.NoNetwork)) return tell("ask", sayRefused(error), found.value, "");
    await record({ traveller: null, code: found.kind === "code" ? found.value : "", sought: found.value });
  }
}

// Who may be meant, each with what speaks for and against; nobody is recorded until one is touched.
function showChoices(people) {
  const list = part("choices-list");
  list.replaceChildren(
    ...people.map((person) => {
      const item = part("choice-template").content.cloneNode(true);
      const button = item.querySelector("button");
      button.querySelector(".code").textContent = person.code;
      button.querySelector("[data-part=where]").textContent = [person.flight, person.seat].filter(Boolean).join("  ");
      button.querySelector("[data-part=reasons]").textContent = person.reasons.map((code) => words.reasons[code] ?? code).join(" · ");
      button.addEventListener("click", () => {
        hideChoices();
        part("unlisted-open").hidden = true;
        record(person);
      });
      return item;
    }),
  );
  // The focus stays in the field: a scanner ends with Enter, and that must not touch anybody here.
  part("choices").hidden = !people.length;
}

function hideChoices() {
  part("choices").hidden = true;
  part("choices-list").replaceChildren();
  part("scanned").focus();
}

async function record(person) {
  const scan = {
    id: codes.makeId(),
    traveller: person.traveller,
    code: person.code,
    sought: person.sought ?? person.code,
    flight: person.flight ?? "",
    seat: person.seat ?? "",
    custodian: page.post,
    device_at: wire.stamp(),
    handover: page.receiving?.handover ?? null,
    state: "kept",
    mine: true,
  };
  scan.counter = await keep.addScan(scan);
  page.last = scan;
  if (scan.traveller) tell("ready", words.sending, whois(scan), ""); // green is for what is recorded, here or there
  else tell("ask", words.unresolved, scan.sought, words.unresolved_more);
  await tick();
  if (page.last.id !== scan.id || page.last.state !== "kept" || !scan.traveller) return;
  if (mayNotLeave(scan)) tell("stop", words.not_leaving, whois(scan), words.not_leaving_more);
  else if (mayNotRide(scan)) tell("stop", words.outcomes.ride_closed[1], whois(scan), words.barred_kept);
  else
    tell(expected(scan) ? "good" : "ask", words.kept, whois(scan), expected(scan) ? words.kept_more : words.not_offered);
}

// At a way out, without network: only those whom the server named as free to leave when it was last heard.
function mayNotLeave(scan) {
  return root.dataset.kind === "exit" && !(page.state.leaving ?? []).includes(scan.traveller);
}

// Aboard a vehicle that takes no cases, without network: those whom the server named as cases when it was last heard.
function mayNotRide(scan) {
  return (page.state.barred ?? []).includes(scan.traveller);
}

function expected(scan) {
  return !page.receiving?.names.length || page.receiving.names.includes(scan.traveller);
}

function whois(scan) {
  return [scan.code, scan.flight, scan.seat].filter(Boolean).join("  ");
}

function answered(scan) {
  const person = page.state.people.find((one) => one.traveller === scan.traveller);
  if (person && ["moved", "ride_closed"].includes(scan.state)) person.holder = page.post;
  if (page.last?.id !== scan.id) return;
  page.last = scan;
  if (scan.state === "unknown") return tell("ask", words.unknown, scan.sought, words.unknown_more);
  const [sign, word] = words.outcomes[scan.state] ?? ["ask", scan.state];
  const remarks = (scan.remarks ?? []).map(
    (code) => words[`${{ unmanifested: "unlisted", irregular_step: "irregular" }[code]}_remark`] ?? words.ways[code],
  );
  if (sign === "good" && !expected(scan)) return tell("ask", word, whois(scan), words.not_offered);
  if (scan.state === "ride_closed") remarks.push(words.barred_more);
  const plain = scan.state === "folded" && !remarks.filter(Boolean).length && scan.holder === page.post;
  tell(plain ? "good" : sign, plain ? words.outcomes.moved[1] : word, whois(scan), remarks.filter(Boolean).join(" · "));
}

function tell(sign, word, who, more) {
  const panel = part("verdict");
  if (sign === "ready") delete panel.dataset.verdict;
  else panel.dataset.verdict = sign;
  part("verdict-icon").replaceChildren(part(`sign-${sign}`).content.cloneNode(true));
  part("verdict-word").textContent = word;
  part("verdict-who").textContent = who;
  part("verdict-more").textContent = more;
  if (sign !== "ready") beep(sign);
}

async function undo() {
  const scan = page.last;
  if (!scan) return tell("ask", words.nothing_to_undo, "", "");
  try {
    if (scan.state === "kept" || scan.state === "unknown") await keep.dropScan(scan.counter);
    else {
      await wire.ask(root, "undo", { scan: scan.id });
      await keep.putScan({ ...scan, state: "undone" });
    }
    page.last = null;
    tell("ready", words.undone, whois(scan), words.undone_more);
    await refresh();
  } catch (error) {
    tell("ask", sayRefused(error), whois(scan), "");
  }
  part("scanned").focus();
}

function sayRefused(error) {
  if (error instanceof wire.NoNetwork) return words.needs_network;
  if (error instanceof wire.SignedOut) return words.signed_out;
  return words.refusals[error.code] ?? error.code ?? String(error);
}

function showLine(state) {
  part("line").dataset.line = state;
  const text = part("line-text");
  if (state === "signed_out" && !text.querySelector("a")) {
    const link = document.createElement("a");
    link.href = `${root.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = words.signed_out;
    text.replaceChildren(link);
  } else if (state !== "signed_out") text.textContent = words[state];
}

async function showAll() {
  const scans = await keep.listScans();
  const waiting = scans.filter((scan) => scan.state === "kept").length;
  part("unsent").hidden = !waiting;
  part("unsent").textContent = `${waiting} ${words.unsent}`;
  part("undo").disabled = !page.last;
  part("count-here").textContent = page.state.now ? page.held().length : "–";
  const coming = page.state.offers.filter(({ offer }) => !offer.outgoing).reduce((sum, { offer }) => sum + offer.heads, 0);
  part("count-coming").textContent = page.state.now ? coming : "–";
  part("count-mine").textContent = scans.filter((scan) => scan.custodian === page.post && scan.state !== "undone").length;
  showRecent(scans.filter((scan) => scan.custodian === page.post).slice(-LINES).reverse());
  page.showOffers?.();
}

function showRecent(scans) {
  part("recent").replaceChildren(...scans.map(describe));
}

function describe(scan) {
  const line = document.createElement("li");
  line.className = "item";
  const who = document.createElement("span");
  who.className = "code";
  who.textContent = whois(scan) || scan.sought;
  const state = document.createElement("span");
  state.className = "item-end note";
  const said = { kept: words.kept, unknown: words.unknown, undone: words.undone }[scan.state] ?? words.outcomes[scan.state]?.[1] ?? scan.state;
  state.textContent = `${said} · ${sayAge(new Date(scan.device_at))}`;
  line.append(who, state);
  return line;
}
