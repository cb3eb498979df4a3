// A scanner types a wristband's code and presses Enter: the name on the list is ticked, and the field is ready for the next.
// Until this is listening the field takes nothing. Enter never sends the form: after the count, or a name ticked by hand, it
// leads to the wristbands.
for (const form of document.querySelectorAll("[data-receive]")) {
  const field = form.querySelector("[data-scan]");
  const said = form.querySelector("[data-said]");

  const tick = () => {
    const code = field.value.trim().toUpperCase().replace(/[\s-]/g, "");
    if (!code) return;
    const box = form.querySelector(`input[data-code="${CSS.escape(code)}"]`);
    if (box) box.checked = true;
    said.textContent = `${code} ${box ? said.dataset.found : said.dataset.strange}`;
    said.classList.toggle("is-lost", !box);
    field.value = "";
  };

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if (event.target === field) tick();
    else if (["heads", "present"].includes(event.target.name)) field.focus();
  });
  field.disabled = false;
}
