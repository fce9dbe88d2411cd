import { type Logs, optionsOf } from "@neurite/core";
import { Callback } from "./callback.ts";
import { warn } from "./say.ts";

/** Options of {@link RemoteMonitor}. */
export interface RemoteMonitorOptions {
  /** Default "http://localhost:9000". */
  readonly root?: string;
  /** Default "/publish/epoch/end/". */
  readonly path?: string;
  /** Name of the form's field that holds the JSON. Default "data". */
  readonly field?: string;
  readonly headers?: Readonly<Record<string, string>> | null;
  /** Sends the JSON itself rather than a form with it. Default false. */
  readonly sendAsJson?: boolean;
}

/**
 * Posts the metrics of each epoch, with its number as "epoch", to a server. A server that cannot be reached is told on the console and does not
 * end training.
 *
 * @example
 * new RemoteMonitor({ root: "https://example.org", path: "/metrics", sendAsJson: true });
 */
export class RemoteMonitor extends Callback {
  readonly #url: string;
  readonly #field: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sendAsJson: boolean;

  constructor(options: RemoteMonitorOptions = {}) {
    super();
    const {
      root = "http://localhost:9000",
      path = "/publish/epoch/end/",
      field,
      headers,
      sendAsJson,
    } = optionsOf("RemoteMonitor", options);
    this.#url = root + path;
    this.#field = field ?? "data";
    this.#headers = headers ?? {};
    this.#sendAsJson = sendAsJson ?? false;
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const json = JSON.stringify({ epoch, ...logs });
    const body = this.#sendAsJson ? json : new URLSearchParams({ [this.#field]: json });
    const type: Record<string, string> = this.#sendAsJson ? { "content-type": "application/json" } : {};
    try {
      const response = await fetch(this.#url, { method: "POST", headers: { ...type, ...this.#headers }, body });
      await response.arrayBuffer();
    } catch (error) {
      warn(`RemoteMonitor could not reach ${this.#url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
