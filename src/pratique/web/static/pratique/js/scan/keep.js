// What the phone keeps: scans until they are answered (and the last ones after), its token, and whom each post knows.
// The key of a scan is its counter: the database of the browser gives it, and gives no number twice.
const NAME = "pratique";
const KEPT_AFTER_ANSWER = 50;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("scans", { keyPath: "counter", autoIncrement: true });
      request.result.createObjectStore("facts");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    // "strict": a scan is on the phone's disk before the screen says so.
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const addScan = (scan) => run("scans", "readwrite", (store) => store.add(scan));
export const putScan = (scan) => run("scans", "readwrite", (store) => store.put(scan));
export const dropScan = (counter) => run("scans", "readwrite", (store) => store.delete(counter));
export const listScans = () => run("scans", "readonly", (store) => store.getAll());
export const getFact = (name) => run("facts", "readonly", (store) => store.get(name));
export const putFact = (name, fact) => run("facts", "readwrite", (store) => store.put(fact, name));
export const dropFact = (name) => run("facts", "readwrite", (store) => store.delete(name));

export async function tidy() {
  const answered = (await listScans()).filter((scan) => scan.state !== "kept");
  for (const scan of answered.slice(0, -KEPT_AFTER_ANSWER)) await dropScan(scan.counter);
}
