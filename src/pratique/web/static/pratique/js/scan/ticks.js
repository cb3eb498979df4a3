// A list of people to tick, one by one, or by scanning their wristbands.
import * as codes from "./codes.js";

export function makeTicks({ list, field, changed, more }) {
  const chosen = new Set();

  function show(people) {
    chosen.clear();
    list.replaceChildren(...people.map(line));
    changed(chosen);
  }

  function line(person) {
    const item = document.createElement("li");
    const label = document.createElement("label");
    label.className = "tick";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.value = person.traveller;
    box.addEventListener("change", () => {
      if (box.checked) chosen.add(person.traveller);
      else chosen.delete(person.traveller);
      changed(chosen);
    });
    const code = document.createElement("span");
    code.className = "code";
    code.textContent = person.code;
    const about = document.createElement("span");
    about.className = "note";
    about.textContent = [person.flight, person.seat].filter(Boolean).join("  ");
    label.append(box, code, about);
    item.append(label);
    return item;
  }

  function tick(traveller) {
    const box = list.querySelector(`input[value="${CSS.escape(traveller)}"]`);
    if (box && !box.checked) box.click();
    return Boolean(box);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const found = codes.read(field.value);
    field.value = "";
    if (found?.kind !== "code") return;
    const person = more(found.value);
    if (!person || tick(person.traveller)) return;
    list.append(line(person));
    tick(person.traveller);
  });

  return { show, chosen, all: () => list.querySelectorAll("input:not(:checked)").forEach((box) => box.click()) };
}
