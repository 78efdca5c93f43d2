// Child process of connection_test.ts: writes 1000 records without a flush, says so, and waits to be killed; with a second
// argument "end" it just ends with its connection open.

import { WtConnection } from "../../ffi/connection.ts";
import { CONFIG, RECORDS, testLibrary } from "./temporary_home.ts";

const connection = WtConnection.open(testLibrary(), Deno.args[0], CONFIG);
const session = connection.openSession();
session.create(RECORDS, "key_format=q,value_format=u");
const cursor = session.openRecords(RECORDS);
for (let id = 1; id <= 1000; id++) cursor.put(id, new Uint8Array(100).fill(id));
console.log("written");
if (Deno.args[1] !== "end") setTimeout(() => {}, 60_000);
