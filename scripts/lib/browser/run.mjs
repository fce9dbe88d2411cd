// A bundled program in Chromium, or in Node as far as that can stand in for a browser.

import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectNode } from "../run.mjs";
import { root } from "../workspace.mjs";

const patience = 120_000;

/** Path of a Chromium; null where there is none. NEURITE_CHROMIUM names one. */
export function findChromium() {
  const names = [process.env.NEURITE_CHROMIUM, "chromium", "chromium-browser", "google-chrome"];
  return names.find((name) => name && spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0) ?? null;
}

/**
 * What the program reports in a page, without a window and on SwiftShader.
 *
 * @param {string} chromium
 * @param {{ fileName: string, code: string }[]} chunks the entry comes first
 */
export async function runInChromium(chromium, chunks) {
  const profile = await mkdtemp(join(tmpdir(), "neurite-chromium-"));
  let settle;
  const reported = new Promise((resolve, reject) => (settle = { resolve, reject }));
  const files = new Map(chunks.map(({ fileName, code }) => [`/${fileName}`, code]));
  const page = `<!doctype html><script type="module">
    const send = (result) => fetch("/report", { method: "POST", body: JSON.stringify(result) });
    globalThis.report = send;
    import("/${chunks[0].fileName}").catch((error) => send({ error: String(error?.stack ?? error) }));
  </script>`;
  const server = createServer((request, response) => {
    const code = files.get(request.url);
    if (request.url === "/report") {
      let text = "";
      request.on("data", (part) => (text += part)).on("end", () => settle.resolve(JSON.parse(text)));
      response.end();
    } else if (code === undefined) response.setHeader("content-type", "text/html").end(page);
    else response.setHeader("content-type", "text/javascript").end(code);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const flags = ["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const adapter = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
  const url = `http://localhost:${server.address().port}/`;
  const browser = spawn(chromium, [...flags, ...adapter, `--user-data-dir=${profile}`, url], { stdio: "ignore" });
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  void ended.then((code) => settle.reject(new Error(`Chromium ended with ${code} before the page reported`)));
  const timer = setTimeout(() => settle.reject(new Error("the page did not report in time")), patience);
  try {
    return await reported;
  } finally {
    clearTimeout(timer);
    browser.kill();
    await ended;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The same in Node: Dawn's `navigator.gpu`, and nothing by which the program could tell that it is in Node. */
export async function runInNode(chunks) {
  const folder = await mkdtemp(join(tmpdir(), "neurite-page-"));
  try {
    for (const { fileName, code } of chunks) await writeFile(join(folder, fileName), code);
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    const dawn = pathToFileURL(join(root, "packages/backend-webgpu/node_modules/webgpu/index.js"));
    await writeFile(
      join(folder, "page.js"),
      `import { create } from "${dawn}";
      const { process } = globalThis;
      // Held for the life of the page: Dawn's devices end with it.
      globalThis.gpu = create([]);
      Object.defineProperty(globalThis, "navigator", { value: { gpu: globalThis.gpu } });
      globalThis.report = (result) => process.stdout.write(JSON.stringify(result));
      delete globalThis.process;
      await import("./${chunks[0].fileName}");`,
    );
    const { stdout, stderr } = spawnSync(projectNode(), ["page.js"], { cwd: folder, encoding: "utf8", timeout: patience });
    if (stdout === "") return { error: stderr.trim() };
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
