// Joining dependencies and folding constants.

import assert from "node:assert/strict";
import { CommandError } from "../../src/error.ts";
import {
  checkFolding,
  combineExpressions,
  constantExpression,
  FoldingError,
  joinDependencies,
  NO_DEPENDENCIES,
  withoutVariables,
} from "../../src/expression/dependencies.ts";
import { documentPath, variablePath } from "../../src/expression/path_expression.ts";

Deno.test("joining", () => {
  const joined = joinDependencies([
    documentPath(["a", "b"]).dependencies,
    NO_DEPENDENCIES,
    variablePath(3, []).dependencies,
  ]);
  assert.deepEqual(Array.from(joined.paths), ["a.b"]);
  assert.deepEqual(Array.from(joined.variables), [3]);
  assert.equal(joinDependencies([NO_DEPENDENCIES]), NO_DEPENDENCIES);
});

Deno.test("folding", () => {
  const folded = combineExpressions([constantExpression(1), constantExpression(2)], () => 3);
  assert.equal(folded.constant, 3);
  const open = combineExpressions([constantExpression(1), documentPath(["a"])], () => 3);
  assert.equal(open.constant, undefined);
});

Deno.test("bound variables are no dependencies", () => {
  assert.equal(withoutVariables(variablePath(3, ["x"]), [3]).dependencies.variables.size, 0);
  const other = variablePath(4, []);
  assert.equal(withoutVariables(other, [3]), other);
});

Deno.test("an error of a constant is kept, with the parts around it, until it is asked for", () => {
  const failed = combineExpressions([constantExpression(1)], () => {
    throw new CommandError(2, "no");
  });
  assert.equal(failed.constant, undefined);
  const around = combineExpressions([documentPath(["a"]), failed], () => 3);
  assert.throws(() => checkFolding(around), (error) => {
    return error instanceof FoldingError && error.code === 2 && error.message === "no";
  });
  checkFolding(documentPath(["a"]));
  assert.throws(() =>
    combineExpressions([], () => {
      throw new TypeError("a bug");
    }), TypeError);
});
