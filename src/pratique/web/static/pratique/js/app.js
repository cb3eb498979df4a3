// What every page has: theme, keys, clocks, toasts, live regions.
import { startClocks } from "./clock.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startTheme } from "./theme.js";

startLive();
startClocks();
startTheme();
startKeys();
document.querySelector("[data-focus]")?.focus();
