// Opens the native library before the tests: Deno 2.6 calls one that is first opened inside a test a leak. Loaded with
// --preload by the test task.

import { WtLibrary } from "../ffi/library.ts";

WtLibrary.open();
