// A live region asks again every few seconds with the tag of what it shows. Nothing moves unless it changed: parts
// carry a key, and only a part whose markup differs is replaced. When no answer comes, the page says how old it is.
import { now, sayAge, setServerTime, showAges } from "./clock.js";

const STALE_AFTER_MS = 8000;
const GLOW_MS = 60000;
const written = new WeakMap();
const tags = new WeakMap();
let heardAt = Date.now();
let pictureAt = null;

export function startLive() {
  const region = document.querySelector("[data-live-region]");
  if (!region) return;
  pictureAt = now();
  remember(region);
  if (region.dataset.tag) tags.set(region, region.dataset.tag);
  for (const part of region.querySelectorAll("[data-changed-at]")) glow(part);
  listen(region);
  show("fresh");
  setInterval(judge, 1000);
  addEventListener("offline", () => show("stale"));
}

function listen(region) {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const tag = tags.get(event.detail.elt);
    if (tag) event.detail.headers["If-None-Match"] = tag;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== region) return;
    const { xhr } = event.detail;
    event.detail.shouldSwap = false;
    if (xhr.status === 200) take(region, xhr);
    if (xhr.status === 200 || xhr.status === 304) hear(xhr);
    else if (xhr.status === 401 || xhr.status === 403) location.reload();
  });
}

function hear(xhr) {
  heardAt = Date.now();
  setServerTime(xhr.getResponseHeader("X-Now"), xhr.getResponseHeader("X-Speed"));
  pictureAt = now();
  show("fresh");
}

function take(region, xhr) {
  const fresh = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-live-region]");
  if (!fresh) return;
  tags.set(region, xhr.getResponseHeader("ETag"));
  patch(region, document.importNode(fresh, true));
  showAges(region);
  globalThis.htmx?.process(region);
}

function judge() {
  if (Date.now() - heardAt > STALE_AFTER_MS) show("stale");
}

function show(state) {
  document.body.dataset.live = state;
  for (const sign of document.querySelectorAll("[data-live-sign]")) {
    const text = state === "fresh" ? sign.dataset.fresh : `${sign.dataset.stale} ${sayAge(pictureAt)}`;
    if (sign.textContent !== text) sign.textContent = text;
  }
}

function remember(root) {
  if (root.matches("[data-key]")) written.set(root, root.outerHTML);
  for (const part of root.querySelectorAll("[data-key]")) written.set(part, part.outerHTML);
}

// Brings `old` to what `fresh` says. A part with data-keyed has only keyed children and is gone through one by one.
export function patch(old, fresh) {
  const markup = fresh.outerHTML;
  if (written.get(old) === markup) return;
  if (!old.hasAttribute("data-keyed") || !fresh.hasAttribute("data-keyed")) return replace(old, fresh);
  written.set(old, markup);
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  let place = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const same = known.get(child.dataset.key);
    known.delete(child.dataset.key);
    if (!same) {
      old.insertBefore(child, place);
      settle(child);
    } else {
      if (same === place) place = place.nextElementSibling;
      else old.insertBefore(same, place);
      patch(same, child);
    }
  }
  for (const gone of known.values()) gone.remove();
}

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
  old.replaceWith(fresh);
  settle(fresh);
  if (focused) document.getElementById(focused)?.focus();
}

function settle(part) {
  remember(part);
  if (part.matches("[data-changed-at]")) glow(part);
  for (const inner of part.querySelectorAll("[data-changed-at]")) glow(inner);
}

function glow(part) {
  const age = now() - new Date(part.dataset.changedAt);
  if (!(age < GLOW_MS)) return;
  part.classList.add("is-changed");
  part.style.animationDelay = `${-Math.max(0, age)}ms`;
}
