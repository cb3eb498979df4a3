// Clocks run by the server's time: the phone's own may be wrong, and a drill runs faster than the day.
const SECOND = 1000;
let heardAt = Date.now();
let serverAt = heardAt;
let speed = 1;

export function now() {
  return new Date(serverAt + (Date.now() - heardAt) * speed);
}

// `fast` is how many times as fast as life the port's clock runs; a drill may change it.
export function setServerTime(text, fast) {
  const server = Date.parse(text);
  if (Number.isNaN(server)) return;
  if (fast !== undefined && fast !== null && !Number.isNaN(Number(fast))) speed = Number(fast);
  serverAt = server;
  heardAt = Date.now();
}

export function setClock() {
  setServerTime(document.body.dataset.now, document.body.dataset.speed);
}

// Whether the port lives by another clock than the world.
export function isDrill() {
  return speed !== 1;
}

export function startClocks() {
  showAges(document);
  setInterval(() => showAges(document), SECOND);
}

// 90 s → "1 min"; 5 h → "5 h"; in the reader's language, with the sign of the direction.
export function sayAge(instant, language = document.documentElement.lang) {
  const seconds = Math.round((instant - now()) / SECOND);
  const format = new Intl.RelativeTimeFormat(language, { style: "narrow", numeric: "always" });
  const size = Math.abs(seconds);
  if (size < 90) return format.format(seconds, "second");
  if (size < 90 * 60) return format.format(Math.round(seconds / 60), "minute");
  if (size < 36 * 3600) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86400), "day");
}

export function showAges(root) {
  for (const element of root.querySelectorAll("time[data-age]")) {
    const instant = new Date(element.dateTime);
    element.title ||= instant.toLocaleString(document.documentElement.lang);
    const said = sayAge(instant);
    if (element.textContent !== said) element.textContent = said;
  }
  for (const element of root.querySelectorAll("[data-clock]")) {
    const zone = element.dataset.clock;
    const said = now().toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
    if (element.textContent !== said) element.textContent = said;
  }
}
