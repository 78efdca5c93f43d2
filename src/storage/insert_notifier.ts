// Wakes readers that wait at the end of a collection: tailable cursors with awaitData, change streams.
//
// A reader remembers `version` before it looks, and waits only while nothing was committed since; so no wake-up is lost
// between looking and waiting. Writers pay one increment when nobody waits.

export class InsertNotifier {
  #version = 0;
  #wake: (() => void) | undefined;
  #changed: Promise<void> | undefined;

  /** Rises with every commit that inserted here. */
  get version(): number {
    return this.#version;
  }

  /** Called after a commit that inserted, and when the collection goes away. */
  notify(): void {
    this.#version++;
    if (this.#wake === undefined) return;
    const wake = this.#wake;
    this.#wake = undefined;
    this.#changed = undefined;
    wake();
  }

  /** Resolves at the next notify, at once when there was one after `sinceVersion`. */
  changed(sinceVersion: number): Promise<void> {
    if (this.#version !== sinceVersion) return Promise.resolve();
    this.#changed ??= new Promise((resolve) => this.#wake = resolve);
    return this.#changed;
  }

  /** Waits for a notify after `sinceVersion`, at most `timeoutMs`; true when there was one. */
  async wait(sinceVersion: number, timeoutMs: number): Promise<boolean> {
    if (this.#version !== sinceVersion) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, timeoutMs));
    try {
      await Promise.race([this.changed(sinceVersion), timeout]);
    } finally {
      clearTimeout(timer);
    }
    return this.#version !== sinceVersion;
  }
}
