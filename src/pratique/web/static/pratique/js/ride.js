// The switch of a trip's crew: while it is on and the trip runs, this phone says where the vehicle is, and the page says so.
import { isDrill, now, sayAge } from "./clock.js";

const KEEP_MAX = 400;
const TIMEOUT_MS = 12000;
const part = (name) => document.getElementById(name);
const root = part("ride");
if (root) start();

function start() {
  const words = JSON.parse(part("words").textContent);
  const key = `ride ${root.dataset.trip}`;
  const page = { words, key, watch: null, last: null, waiting: [], sentAt: null, sending: false, lock: null };
  const button = part("ride-switch");
  button.disabled = false;
  button.addEventListener("click", () => (page.watch === null ? turnOn(page) : turnOff(page, "off")));
  document.addEventListener("visibilitychange", () => keepAwake(page));
  setInterval(() => showAge(page), 1000);
  setInterval(() => gather(page), Number(root.dataset.seconds) * 1000);
  say(page, "off");
  if (localStorage.getItem(key) === "on") turnOn(page);
}

function turnOn(page) {
  localStorage.setItem(page.key, "on");
  part("ride-switch").setAttribute("aria-checked", "true");
  say(page, "starting");
  const options = { enableHighAccuracy: true, maximumAge: 10000 };
  page.watch = navigator.geolocation.watchPosition((position) => found(page, position), (error) => missed(page, error), options);
  keepAwake(page);
}

function turnOff(page, state) {
  localStorage.removeItem(page.key);
  if (page.watch !== null) navigator.geolocation.clearWatch(page.watch);
  Object.assign(page, { watch: null, last: null, waiting: [], sentAt: null });
  part("ride-switch").setAttribute("aria-checked", "false");
  page.lock?.release();
  say(page, state);
}

function found(page, position) {
  const first = page.last === null;
  page.last = position;
  if (first) gather(page); // the first at once, then one every so many seconds
}

function missed(page, error) {
  if (error.code === error.PERMISSION_DENIED) turnOff(page, "denied");
  else say(page, "unavailable");
}

// One position per round, in the words of a tracker. What cannot be sent waits, the oldest first.
function gather(page) {
  if (page.watch === null || page.last === null) return;
  const { latitude, longitude, accuracy, speed, heading, altitude } = page.last.coords;
  const at = isDrill() ? now() : new Date(page.last.timestamp);
  page.waiting.push({ timestamp: at.toISOString(), coords: { latitude, longitude, accuracy, speed, heading, altitude } });
  page.waiting.splice(0, page.waiting.length - KEEP_MAX);
  send(page);
}

async function send(page) {
  if (page.sending) return;
  page.sending = true;
  const parcel = [...page.waiting];
  try {
    const answer = await fetch(root.dataset.href, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": root.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify({ device_id: root.dataset.trip, location: parcel }),
    });
    await heard(page, answer, parcel);
  } catch {
    say(page, "offline");
  } finally {
    page.sending = false;
  }
}

async function heard(page, answer, parcel) {
  if (answer.status === 401 || answer.type === "opaqueredirect") return say(page, "signed_out");
  if (answer.status >= 500) return say(page, "offline");
  if (!answer.ok) return turnOff(page, "refused");
  const said = await answer.json();
  page.waiting = page.waiting.filter((one) => !parcel.includes(one));
  if (said.over) return turnOff(page, "over");
  page.sentAt = new Date(said.now);
  say(page, "on");
}

function say(page, state) {
  part("ride-state").dataset.state = state;
  part("ride-said").textContent = page.words[state];
  showAge(page);
}

function showAge(page) {
  const shown = part("ride-state").dataset.state === "on" && page.sentAt;
  part("ride-at").textContent = shown ? sayAge(page.sentAt) : "";
}

// A phone that sleeps reports nothing: while the switch is on, the screen stays on where the browser can do that.
async function keepAwake(page) {
  if (page.watch === null || document.visibilityState !== "visible") return;
  try {
    page.lock = await navigator.wakeLock?.request("screen");
  } catch {
    // Not allowed (battery low): reporting goes on as long as the page is seen.
  }
}
