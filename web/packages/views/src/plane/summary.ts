import type { Frame, Plane, Speech, Workspace } from "@vitrail/core";

/** In one line, how well the test points come out: of the last completed epoch, as the training measured it. */
export function summaryOf({ dataset }: Workspace, frame: Frame | null, say: Speech): string {
  const counts = { train: dataset.train_count, test: dataset.test_count };
  const row = frame?.last ?? null;
  if (row === null) return say.text("lab.plane.untrained", counts);
  const epoch = String(row.epoch);
  const name = Object.keys(row.logs).find((one) => one.startsWith("val_") && one.endsWith("accuracy"));
  const share = name === undefined ? undefined : row.logs[name];
  if (share !== undefined && Number.isFinite(share)) {
    const right = Math.round(share * dataset.test_count);
    return say.text("lab.plane.right", { epoch, right, count: dataset.test_count });
  }
  const loss = row.logs["val_loss"] ?? row.logs["loss"] ?? NaN;
  const key = row.logs["val_loss"] === undefined ? "lab.plane.train_loss" : "lab.plane.loss";
  return say.text(key, { epoch, loss: say.number(loss) });
}

/** How many points are drawn of how many, where it is not all of them. */
export function cutOf({ dataset }: Workspace, { train, test }: Plane): { shown: number; count: number } | null {
  const shown = (train.labels.shape[0] ?? 0) + (test.labels.shape[0] ?? 0);
  const count = dataset.train_count + dataset.test_count;
  return shown < count ? { shown, count } : null;
}
