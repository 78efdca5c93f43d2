import assert from "node:assert/strict";
import { COLLATION_VALUES, isKnownLocale, languageOf } from "../../src/bson/collation_locale.ts";

Deno.test("locales of the manual's list are known, with or without a collation value", () => {
  for (const locale of ["en", "en_US", "fr_CA", "zh_Hant", "de@collation=phonebook"]) {
    assert.ok(isKnownLocale(locale), locale);
  }
  for (const locale of ["", "xx", "en_XX", "en-US", "EN", "de@collation=nope", "de@x=y"]) {
    assert.ok(!isKnownLocale(locale), locale);
  }
});

Deno.test("languageOf suggests the language of an unknown locale", () => {
  assert.equal(languageOf("en_XX"), "en");
  assert.equal(languageOf("xx"), undefined);
});

Deno.test("collation values have Unicode's names", () => {
  assert.equal(COLLATION_VALUES.get("phonebook"), "phonebk");
  assert.equal(COLLATION_VALUES.get("traditional"), "trad");
});
