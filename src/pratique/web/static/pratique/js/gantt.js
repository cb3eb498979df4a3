// Loads moved by hand: a bar is dragged to another vehicle, trip or time with the mouse; by key or touch a dialog asks the same.
const TICK_MINUTES = 5;
const HOURS = 9;
const DRAG_FROM_PIXELS = 5;
const TIME_FROM_PIXELS = 24;

export function startGantt() {
  const chart = document.querySelector("[data-gantt]");
  const dialog = document.getElementById("move");
  if (!chart || !dialog) return;
  const desk = { chart, dialog, form: dialog.querySelector("form"), said: document.getElementById("gantt-said"), asked: new Map() };
  for (const bar of chart.querySelectorAll("[data-load]")) startBar(desk, bar);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  for (const field of [desk.form.vehicle, desk.form.onto]) field.addEventListener("change", () => choose(desk, field));
}

// What is in the way on every other vehicle and trip; asked once for a bar.
function ask(desk, load) {
  if (!desk.asked.has(load)) {
    const words = new URLSearchParams({ load, plan: desk.form.plan.value });
    const answer = fetch(`${desk.dialog.dataset.targets}?${words}`, { headers: { Accept: "application/json" } });
    desk.asked.set(load, answer.then((found) => (found.ok ? found.json() : null)).catch(() => null));
  }
  return desk.asked.get(load);
}

function startBar(desk, bar) {
  let dragged = false;
  if (!bar.hasAttribute("href")) {
    bar.setAttribute("role", "button");
    bar.setAttribute("tabindex", "0");
  }
  bar.addEventListener("dragstart", (event) => event.preventDefault()); // a link would be dragged as a link
  bar.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    const stop = new AbortController();
    const begun = { x: event.clientX, y: event.clientY };
    let drag = null;
    addEventListener(
      "pointermove",
      (now) => {
        if (!drag && Math.hypot(now.clientX - begun.x, now.clientY - begun.y) < DRAG_FROM_PIXELS) return;
        dragged = true;
        drag ??= beginDrag(desk, bar, begun);
        drag.over(now);
      },
      { signal: stop.signal },
    );
    addEventListener("keydown", (key) => key.key === "Escape" && (drag?.end(), stop.abort()), { signal: stop.signal });
    addEventListener("pointerup", (now) => (stop.abort(), drag?.drop(now)), { signal: stop.signal });
  });
  bar.addEventListener("click", (event) => {
    event.preventDefault();
    if (!dragged) open(desk, bar);
  });
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(desk, bar);
  });
}

function beginDrag(desk, bar, begun) {
  const load = bar.dataset.load;
  const own = bar.closest("[data-vehicle]");
  const ways = new Map();
  bar.classList.add("is-moving");
  ask(desk, load).then((found) => {
    if (!found) return;
    for (const one of [...found.vehicles, ...found.loads]) ways.set(one.id, one.because);
    if (!bar.classList.contains("is-moving")) return;
    for (const row of desk.chart.querySelectorAll("[data-vehicle]")) {
      const because = ways.get(row.dataset.vehicle);
      if (because) row.classList.add(because.length ? "may-not" : "may-take");
    }
  });
  const under = (now) => {
    const there = document.elementFromPoint(now.clientX, now.clientY);
    const other = there?.closest("[data-load]");
    const row = there?.closest("[data-vehicle]");
    const pixels = now.clientX - begun.x;
    const width = own.querySelector(".gantt-line").getBoundingClientRect().width;
    const minutes = Math.round((pixels / width) * HOURS * (60 / TICK_MINUTES)) * TICK_MINUTES;
    return { other: other === bar ? null : other, row, later: Math.abs(pixels) < TIME_FROM_PIXELS ? 0 : minutes };
  };
  const clear = () => desk.chart.querySelectorAll(".is-under").forEach((one) => one.classList.remove("is-under"));
  const end = () => {
    clear();
    bar.classList.remove("is-moving");
    for (const row of desk.chart.querySelectorAll(".may-take, .may-not")) row.classList.remove("may-take", "may-not");
  };
  return {
    end,
    over(now) {
      const { other, row, later } = under(now);
      clear();
      (other ?? row)?.classList.add("is-under");
      const because = ways.get(other ? other.dataset.load : row?.dataset.vehicle);
      const time = later && !other ? ` ${later > 0 ? "+" : "−"}${Math.abs(later)} min` : "";
      desk.said.textContent = (because?.length ? because.join(" · ") : (row?.querySelector(".gantt-name")?.firstChild.textContent ?? "")) + time;
    },
    drop(now) {
      const { other, row, later } = under(now);
      end();
      if (!other && (!row || (row === own && !later))) return;
      const { form } = desk;
      form.load.value = load;
      setOnly(form.onto, other ? other.dataset.load : "");
      setOnly(form.vehicle, other || row === own ? "" : row.dataset.vehicle);
      form.later.value = other ? 0 : later;
      form.requestSubmit(form.querySelector("[value=yes]"));
    },
  };
}

// A select takes only what it offers; what is dragged to may not be in it yet.
function setOnly(select, value) {
  if (value && ![...select.options].some((one) => one.value === value)) select.add(new Option(value, value));
  select.value = value;
}

async function open(desk, bar) {
  const { dialog, form } = desk;
  form.reset();
  form.load.value = bar.dataset.load;
  const trip = document.getElementById("move-open");
  const href = bar.getAttribute("href");
  trip.hidden = !href;
  if (href) trip.href = href;
  dialog.showModal();
  const found = await ask(desk, bar.dataset.load);
  if (!found) return tell([dialog.dataset.failed]);
  document.getElementById("move-name").textContent = found.name;
  document.getElementById("move-release").hidden = !found.pinned;
  offer(desk, form.vehicle, found.vehicles);
  offer(desk, form.onto, found.loads);
  tell([]);
}

// The possible first; the others can be looked at, with what is in their way.
function offer(desk, select, those) {
  select.replaceChildren(select.options[0]);
  for (const [label, some] of [
    [desk.dialog.dataset.fits, those.filter((one) => !one.because.length)],
    [desk.dialog.dataset.fitsNot, those.filter((one) => one.because.length)],
  ]) {
    if (!some.length) continue;
    const group = document.createElement("optgroup");
    group.label = label;
    for (const one of some) {
      const option = new Option(one.name, one.id);
      option.because = one.because;
      group.append(option);
    }
    select.append(group);
  }
  select.value = "";
}

// One or the other: another vehicle, or another trip.
function choose(desk, field) {
  const other = field === desk.form.vehicle ? desk.form.onto : desk.form.vehicle;
  if (field.value) other.value = "";
  tell(field.selectedOptions[0]?.because ?? []);
}

function tell(reasons) {
  const list = document.getElementById("move-because");
  list.replaceChildren(
    ...reasons.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }),
  );
}
