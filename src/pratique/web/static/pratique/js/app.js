// What every page has: theme, keys, clocks, toasts, live regions.
import { setClock, startClocks } from "./clock.js";
import { startGantt } from "./gantt.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startSmall } from "./small.js";
import { startTheme } from "./theme.js";

setClock();
startLive(); // before any clock writes into the page: it remembers the markup as it came
startClocks();
startTheme();
startKeys();
startSmall();
startGantt();
