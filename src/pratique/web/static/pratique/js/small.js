// Small things: printing, the name of a chosen file, a list made shorter by typing, a form that is sent only once.
export function startSmall() {
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
  for (const box of document.querySelectorAll("[data-file]")) {
    const field = box.querySelector("input");
    field.addEventListener("change", () => {
      if (field.files.length) box.querySelector("[data-file-name]").textContent = field.files[0].name;
    });
  }
  for (const field of document.querySelectorAll("[data-filter]")) startFilter(field, document.getElementById(field.dataset.filter));
  document.addEventListener("submit", sendOnce);
}

// Only what contains the words stays; Enter opens the first of it. Groups open while something is typed.
function startFilter(field, list) {
  const groups = [...list.querySelectorAll("details")].map((group) => ({ group, open: group.open }));
  const shown = () => [...list.querySelectorAll("li:not([hidden]) a")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { group, open } of groups) {
      for (const line of group.querySelectorAll("li")) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
      group.open = words.length ? true : open;
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    document.getElementById(`${list.id}-none`).hidden = shown().length > 0;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") shown()[0]?.click();
  });
}

// A second click while the first is on its way would only be refused or repeated by the server.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}
