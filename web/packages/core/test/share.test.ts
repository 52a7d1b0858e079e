import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { differing, experimentIn, linkTo, nameOfLink, readExperiment } from "../src/index.ts";
import { Recording } from "../fixtures/recording.ts";

const { experiment } = new Recording("iris").get("workspace");
const PAGE = "http://127.0.0.1:8899/?workspace=mine&token=secret&lang=fr&example=3";

describe("a link", () => {
  it("gives the experiment back, and holds nothing of the lab it comes from", async () => {
    const link = await linkTo(experiment, PAGE);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8899\/\?lang=fr&example=3#experiment=[\w-]+$/);
    expect(readExperiment((await experimentIn(link)) ?? "")).toEqual(readExperiment(experiment));
    expect(await nameOfLink(experiment)).toMatch(/^link-[0-9a-f]{8}$/);
  });

  it.each(["", PAGE, `${PAGE}#experiment=`, `${PAGE}#experiment=AAAA`, `${PAGE}#other=AAAA`, `${PAGE}#experiment=%3C`])(
    "that holds no experiment gives none: %s",
    async (link) => {
      expect(await experimentIn(link)).toBeNull();
    },
  );

  it("that unpacks to more than an experiment is refused", async () => {
    const bomb = deflateRawSync(Buffer.from(JSON.stringify("x".repeat(2_000_000)))).toString("base64url");
    expect(await experimentIn(`${PAGE}#experiment=${bomb}`)).toBeNull();
  });
});

describe("differences", () => {
  const changed = (edit: (draft: ReturnType<typeof readExperiment>) => void) => {
    const draft = readExperiment(experiment);
    edit(draft);
    return differing([readExperiment(experiment), draft]);
  };

  it("are none between equal experiments, however Keras' names are written", () => {
    expect(
      changed((draft) => {
        draft.compile.optimizer = "Adam";
      }),
    ).toEqual([]);
  });

  it("name the setting, and keep the order of a model's life", () => {
    const found = changed((draft) => {
      draft.seed = 7;
      draft.fit.epochs = 9;
      draft.layers[0] = { class_name: "Dense", config: { units: 16, activation: "tanh" } };
      draft.compile.optimizer = { class_name: "SGD", config: { learning_rate: 0.1 } };
      draft.data.scale = 2;
    });
    expect(found).toEqual([
      { field: "data.scale", values: [null, "2"] },
      { field: "layers.0.units", values: ["8", "16"] },
      { field: "compile.optimizer", values: ["adam", "SGD"] },
      { field: "compile.optimizer.learning_rate", values: [null, "0.1"] },
      { field: "fit.epochs", values: ["3", "9"] },
      { field: "seed", values: ["1", "7"] },
    ]);
  });

  it("write the layers as a whole where they are not the same ones", () => {
    expect(
      changed((draft) => {
        draft.layers.splice(1, 1);
      }),
    ).toEqual([
      { field: "layers", values: ["Dense 8 tanh · Dropout · Dense 3 softmax", "Dense 8 tanh · Dense 3 softmax"] },
    ]);
  });
});
