// Small things: printing, the name of a chosen file, a form that is sent only once.
export function startSmall() {
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
  for (const box of document.querySelectorAll("[data-file]")) {
    const field = box.querySelector("input");
    field.addEventListener("change", () => {
      if (field.files.length) box.querySelector("[data-file-name]").textContent = field.files[0].name;
    });
  }
  document.addEventListener("submit", sendOnce);
}

// A second click while the first is on its way would only be refused or repeated by the server.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}
