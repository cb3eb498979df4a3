// Dark or bright: kept in a cookie, so that the server draws the page right the first time.
import { answer } from "./small.js";

const YEAR_SECONDS = 31536000;

export function startTheme() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) answer(button, switchTheme);
}

export function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "bright" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
