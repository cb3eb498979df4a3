// A form in a dialog: its first button sends what was filled in, once while the answer is on its way; the other closes it.
export function startForm(form, send) {
  const button = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "close") return;
    event.preventDefault();
    button.disabled = true;
    try {
      await send();
    } finally {
      button.disabled = false;
    }
  });
}
