// Clocks run by the server's time: the phone's own may be wrong, and a drill runs faster than the day.
const SECOND = 1000;
let heardAt = Date.now();
let serverAt = heardAt;
let speed = 1;

export function now() {
  return new Date(serverAt + (Date.now() - heardAt) * speed);
}

export function setServerTime(text) {
  const server = Date.parse(text);
  if (Number.isNaN(server)) return;
  serverAt = server;
  heardAt = Date.now();
}

export function setClock() {
  setServerTime(document.body.dataset.now);
  speed = Number(document.body.dataset.speed) || 1;
}

export function startClocks() {
  showAges(document);
  setInterval(() => showAges(document), speed > 1 ? SECOND : 5 * SECOND);
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
