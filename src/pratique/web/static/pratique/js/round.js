// A round by keyboard and scanner: Enter goes to the next line and after the last to the button that sends them all; a
// wristband or room number finds its line.
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
  event.preventDefault();
  if (event.target === code) {
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
  (next ?? form.querySelector(".button-main")).focus();
  next?.select();
});
code.disabled = false;
if (document.activeElement === document.body) code.focus(); // else somebody is typing into a line already
