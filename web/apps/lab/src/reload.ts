const RELOADED_FOR = "vitrail.reloaded-for";

/** Loads the page that belongs to a newer server; once for each of its protocols, in case an old page is served again. */
export function reloadOnce(protocol: number): void {
  if (sessionStorage.getItem(RELOADED_FOR) === String(protocol)) return;
  sessionStorage.setItem(RELOADED_FOR, String(protocol));
  location.reload();
}
