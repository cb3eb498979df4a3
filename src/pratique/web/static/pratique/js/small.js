// Small things: the desk where one is, printing, the name of a chosen file, a list made shorter by typing, a form that is
// sent only once.
const TWICE_MS = 5000;

export function startSmall() {
  const here = document.querySelector(".nav li > [aria-current]");
  if (here) showInRow(here, here.closest("ul"));
  for (const button of document.querySelectorAll("[data-print]")) answer(button, () => print());
  for (const box of document.querySelectorAll("[data-file]")) {
    const field = box.querySelector("input");
    const show = () => field.files.length && (box.querySelector("[data-file-name]").textContent = field.files[0].name);
    field.addEventListener("change", show);
    show(); // it may have been chosen before the script came
  }
  for (const field of document.querySelectorAll("[data-filter]")) startFilter(field, document.getElementById(field.dataset.filter));
  document.addEventListener("submit", sendOnce);
}

// A row that scrolls sideways is moved so that this stands in its middle; the page itself is not.
function showInRow(link, row) {
  const [at, all] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += at.left + at.width / 2 - all.left - all.width / 2;
}

// What only a script can answer is disabled in the page as it comes, until the script listens.
export function answer(button, work) {
  button.addEventListener("click", work);
  button.disabled = false;
}

// Only what contains the words stays; Enter opens the first of it. Groups open while something is typed.
// What was typed before the page listened is heeded; without the page's scripts the field is hidden or takes nothing.
function startFilter(field, list) {
  const groups = [...list.querySelectorAll("details")].map((group) => ({ group, open: group.open }));
  const lines = [...list.querySelectorAll("li, tbody tr")];
  const shown = () => lines.filter((line) => !line.hidden);
  const seek = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const line of lines) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
    for (const { group, open } of groups) {
      group.open = words.length ? true : open;
      group.hidden = !group.querySelector("li:not([hidden])");
    }
    list.classList.toggle("is-sought", words.length > 0);
    document.getElementById(`${list.id}-none`).hidden = shown().length > 0;
  };
  field.closest("[hidden]")?.removeAttribute("hidden");
  field.addEventListener("input", seek);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") shown()[0]?.querySelector("a")?.click();
  });
  seek();
  field.disabled = false;
}

// A second click while the first is on its way would only be refused or repeated by the server. Whoever stops the page from
// loading can send again a little later; a form that brings a file leaves its page as it is, and may be sent again at once.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-brings-file")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const forget = () => delete form.dataset.sent;
  addEventListener("pageshow", forget, { once: true });
  setTimeout(forget, TWICE_MS);
}
