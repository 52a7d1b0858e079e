/** Where an arrow key leads in a grid that is read row by row; null when the key leads nowhere. */
export function nextPlace(key: string, place: number, count: number, columns: number): number | null {
  const moves: Record<string, number> = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - columns,
    ArrowDown: place + columns,
    Home: 0,
    End: count - 1,
  };
  const next = moves[key];
  if (next === undefined) return null;
  return next >= 0 && next < count ? next : place;
}
