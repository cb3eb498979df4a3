// A round by keyboard and scanner: Enter goes to the next line, a wristband or room number finds its line.
const form = document.querySelector("[data-round]");
const fields = [...form.querySelectorAll(".round-celsius")];
const code = document.getElementById("round-code");

const plain = (text) => text.toUpperCase().replace(/[\s-]/g, "");

function find(text) {
  const rows = [...form.querySelectorAll("[data-code]")];
  return rows.find((row) => row.dataset.code === text) ?? rows.find((row) => plain(row.dataset.room) === text);
}

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  if (event.target === code) {
    event.preventDefault();
    const row = find(plain(code.value));
    code.setAttribute("aria-invalid", row ? "false" : "true");
    if (row) {
      code.value = "";
      row.querySelector(".round-celsius").focus();
    } else code.select();
    return;
  }
  const place = fields.indexOf(event.target);
  if (place < 0) return;
  const next = fields[place + 1];
  if (next) {
    event.preventDefault();
    next.focus();
    next.select();
  }
});
