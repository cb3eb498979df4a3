// Every desk without a mouse. A key counts only when nobody is typing; scanners type into whatever has focus.
import { answer } from "./small.js";
import { switchTheme } from "./theme.js";

const TYPING = "input, textarea, select, [contenteditable]";
let going = false;

export function startKeys() {
  document.addEventListener("keydown", press);
  for (const button of document.querySelectorAll("[data-keys-open]")) answer(button, openKeys);
}

function openKeys() {
  document.getElementById("keys")?.showModal();
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.matches(TYPING);
  if (event.key === "Escape" && typing) return event.target.blur();
  if (typing || document.querySelector("dialog[open]")) return;
  if (going) {
    going = false;
    document.querySelector(`[data-key-go="${CSS.escape(event.key)}"]`)?.click();
    return;
  }
  const answers = { "/": findSomething, "?": openKeys, g: startGoing, t: switchTheme };
  const answer = answers[event.key];
  if (!answer) return;
  event.preventDefault();
  answer();
}

function findSomething() {
  document.getElementById("quick")?.focus();
}

function startGoing() {
  going = true;
}
