import assert from "node:assert/strict";
import { seriesIndexSpec } from "../../src/timeseries/index_keys.ts";
import { documentText } from "../../src/bson/json.ts";
import { withSeries } from "./series.ts";

Deno.test("a series comes with buckets, a view and, with a meta field, an index", async () => {
  await withSeries({ timeField: "t", metaField: "m" }, (engine, series) => {
    const { buckets, options, view } = series;
    assert.equal(buckets.namespace, "test.system.buckets.series");
    assert.equal(view.options.viewOn, "system.buckets.series");
    assert.deepEqual(buckets.indexes.map(({ name }) => name), ["_id_", "m_1_t_1"]);
    assert.equal(
      documentText(seriesIndexSpec(buckets.indexes[1].spec.document, options)!),
      '{ v: 2, key: { m: 1, t: 1 }, name: "m_1_t_1" }',
    );
    assert.equal(engine.catalog.timeSeries("test.other"), undefined);
    assert.ok(engine.definitions.drop("test.series"));
    assert.deepEqual(engine.catalog.list("test"), []);
    return Promise.resolve();
  });
  await withSeries({ timeField: "t" }, (_engine, { buckets }) => {
    assert.equal(buckets.indexes.length, 1);
    return Promise.resolve();
  });
});
