// Dates out of text.

import assert from "node:assert/strict";
import { isoDateText } from "../../src/expression/calendar.ts";
import {
  dateParseError,
  parseDateText,
  parseFormattedDate,
  parseInputFormat,
} from "../../src/expression/date_parse.ts";
import { throwsCode } from "./evaluation.ts";

Deno.test("the usual spellings", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["2024-01-31", "2024-01-31T00:00:00.000Z"],
    ["2024-1-3", "2024-01-03T00:00:00.000Z"],
    ["2024-01-31T10:20", "2024-01-31T10:20:00.000Z"],
    ["2024-01-31 10:20:30", "2024-01-31T10:20:30.000Z"],
    ["2024-01-31T10:20:30.5Z", "2024-01-31T10:20:30.500Z"],
    ["2024-01-31T10:20:30.123456+02:00", "2024-01-31T08:20:30.123Z"],
    ["2024-01-31T10:20:30-0330", "2024-01-31T13:50:30.000Z"],
    ["2024-01-31 10:20:30 EST", "2024-01-31T15:20:30.000Z"],
    ["2024-07-31 10:20:30 BST", "2024-07-31T09:20:30.000Z"],
    ["Wed Jan 31 2024 10:20:30 GMT+0200 (EET)", "2024-01-31T08:20:30.000Z"],
    ["2024-1-3T1:2:3Z", "2024-01-03T01:02:03.000Z"],
    ["2024-01-31T23:59:60Z", "2024-02-01T00:00:00.000Z"],
    ["2024-01-31T24:00:00Z", "2024-02-01T00:00:00.000Z"],
    ["20240131102030", "2024-01-31T10:20:30.000Z"],
    ["2024-02", "2024-02-01T00:00:00.000Z"],
    ["February 2024", "2024-02-01T00:00:00.000Z"],
    ["January 31st, 2024 11pm", "2024-01-31T23:00:00.000Z"],
    ["Jan 31 2024 12:00 AM", "2024-01-31T00:00:00.000Z"],
    ["31jan2024", "2024-01-31T00:00:00.000Z"],
    ["Jan-31-2024", "2024-01-31T00:00:00.000Z"],
    ["31-Jan-2024", "2024-01-31T00:00:00.000Z"],
    ["2024-Jan-31", "2024-01-31T00:00:00.000Z"],
    ["1/31/24", "2024-01-31T00:00:00.000Z"],
    ["1/31/70", "1970-01-31T00:00:00.000Z"],
    ["2024.031", "2024-01-31T00:00:00.000Z"],
    ["2024031", "2024-01-31T00:00:00.000Z"],
    ["2024/01/31", "2024-01-31T00:00:00.000Z"],
    ["1/31/2024", "2024-01-31T00:00:00.000Z"],
    ["20240131", "2024-01-31T00:00:00.000Z"],
    ["20240131T102030Z", "2024-01-31T10:20:30.000Z"],
    ["31 January 2024", "2024-01-31T00:00:00.000Z"],
    ["Jan 31, 2024 3:04 PM", "2024-01-31T15:04:00.000Z"],
    ["Wed, 31 Jan 2024 10:20:30 +0000", "2024-01-31T10:20:30.000Z"],
    ["Wed, 31 Jan 2024 10:20:30 GMT", "2024-01-31T10:20:30.000Z"],
    ["2024-W05-3", "2024-01-31T00:00:00.000Z"],
    ["2024-031", "2024-01-31T00:00:00.000Z"],
  ];
  for (const [text, expected] of rows) {
    assert.equal(isoDateText(parseDateText(text, undefined)), expected, text);
  }
});

Deno.test("texts that are no dates", () => {
  for (
    const text of [
      "",
      "x",
      "2024",
      "2024-13-01",
      "2024-02-30",
      "2024-01-01 nowhere",
      "2024-01-01T25:00:00",
      "2024-01-01T10:00:00 5",
    ]
  ) {
    throwsCode(() => parseDateText(text, undefined), 241);
  }
  throwsCode(
    () => parseDateText("2024-01-31 10:20:30 America/New_York", undefined),
    241,
    "Error parsing date string '2024-01-31 10:20:30 America/New_York'; 20: passing a time zone " +
      "identifier as part of the string is not allowed 'A'",
  );
  const rows: readonly (readonly [string, string])[] = [
    [
      "tomorrow",
      'an incomplete date/time string has been found, with elements missing: "tomorrow"',
    ],
    ["2024", 'an incomplete date/time string has been found, with elements missing: "2024"'],
    [
      "abc",
      "Error parsing date string 'abc'; 0: passing a time zone identifier as part of the string is " +
      "not allowed 'a'",
    ],
    [
      "12",
      "Error parsing date string '12'; 0: Unexpected character '1'; 1: Unexpected character '2'",
    ],
    ["", "Error parsing date string ''; 0: Empty string '\0'"],
    ["2024-02-30", "Error parsing date string '2024-02-30'; 11: The parsed date was invalid '\0'"],
  ];
  for (const [text, message] of rows) {
    throwsCode(() => parseDateText(text, undefined), 241, message);
  }
  assert.equal(dateParseError("x", "0: y").code, 241);
});

Deno.test("formats", () => {
  const read = (text: string, format: string): string =>
    isoDateText(parseFormattedDate(text, parseInputFormat(format), undefined));
  assert.equal(read("05/03/2024 at 07h", "%d/%m/%Y at %Hh"), "2024-03-05T07:00:00.000Z");
  assert.equal(read("2024 March 05", "%Y %B %d"), "2024-03-05T00:00:00.000Z");
  assert.equal(read("05 Mar 2024 +0100", "%d %b %Y %z"), "2024-03-04T23:00:00.000Z");
  assert.equal(read("2024-10-2", "%G-%V-%u"), "2024-03-05T00:00:00.000Z");
  assert.equal(read("2024 065", "%Y %j"), "2024-03-05T00:00:00.000Z");
  assert.equal(read("2024-03-05 100%", "%Y-%m-%d 100%%"), "2024-03-05T00:00:00.000Z");
  throwsCode(() => read("2024", "%Y"), 241);
  throwsCode(() => read("2024-03-05x", "%Y-%m-%d"), 241);
  throwsCode(() => read("2024/03/05", "%Y-%m-%d"), 241);
  throwsCode(() => read("05 Foo 2024", "%d %b %Y"), 241);
  throwsCode(() => parseInputFormat("%q"), 18536);
});
