import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { NeuriteError } from "@neurite/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cacheFolder, fetchFile, type RemoteFile } from "./cache.ts";

const content = "some data";
let server: Server;
let requests: string[];
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "neurite-cache-"));
  vi.stubEnv("NEURITE_HOME", home);
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    if (request.url === "/missing") response.writeHead(404).end("no");
    else if (request.url === "/cut") {
      response.writeHead(200, { "content-length": 1000 });
      response.write(content, () => response.destroy());
    } else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(home, { recursive: true });
});

const remote = (path: string, data = content): RemoteFile => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
  name: "file.bin",
  md5: createHash("md5").update(data).digest("hex"),
});
const cachedFiles = (): Promise<string[]> => readdir(join(home, "datasets")).catch(() => []);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("a file is downloaded once and then comes from the cache", async () => {
  expect(text(await fetchFile(remote("/data")))).toBe(content);
  expect(text(await fetchFile(remote("/data")))).toBe(content);
  expect(requests).toEqual(["/data"]);
  expect(await cachedFiles()).toEqual(["file.bin"]);
});

test("two loads at a time get the whole file and leave one", async () => {
  const both = await Promise.all([fetchFile(remote("/data")), fetchFile(remote("/data"))]);
  expect(both.map(text)).toEqual([content, content]);
  expect(await cachedFiles()).toEqual(["file.bin"]);
});

test("a damaged file in the cache is fetched anew", async () => {
  await mkdir(join(home, "datasets"));
  await writeFile(join(home, "datasets", "file.bin"), "some dat");
  expect(text(await fetchFile(remote("/data")))).toBe(content);
  expect(await readFile(join(home, "datasets", "file.bin"), "utf8")).toBe(content);
});

test("a download with another checksum is refused, with both sums, and is not kept", async () => {
  const file = remote("/data", "what it was");
  await expect(fetchFile(file)).rejects.toThrow(`is damaged or was changed: md5 ${remote("/data").md5} where ${file.md5} was expected`);
  await expect(fetchFile(file)).rejects.toThrow(NeuriteError);
  expect(await cachedFiles()).toEqual([]);
});

test.each(["/missing", "/cut"])("what fails at %s says why and leaves nothing", async (path) => {
  const error = (await fetchFile(remote(path)).catch((reason: unknown) => reason)) as Error;
  expect(error).toBeInstanceOf(NeuriteError);
  expect(error.message).toMatch(path === "/missing" ? /cannot be downloaded \(HTTP 404 Not Found\)/ : /cannot be downloaded \(.+\)/);
  expect(await cachedFiles()).toEqual([]);
});

test("without a network the message names the reason, the place for the file, and the digits that need none", async () => {
  const file = remote("/data");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(fetchFile(file)).rejects.toThrow(
    new RegExp(
      `cannot be downloaded \\(.*ECONNREFUSED.*\\): without a network, put the file at ${join(home, "datasets", "file.bin")} by hand, or use .*digits\\.loadData`,
    ),
  );
  server.listen(0);
});

test("without a network a file that was put into the cache is used", async () => {
  await mkdir(join(home, "datasets"));
  await writeFile(join(home, "datasets", "file.bin"), content);
  expect(text(await fetchFile({ ...remote("/"), url: "http://127.0.0.1:1/" }))).toBe(content);
});

test("the cache is at NEURITE_HOME, else in the user's cache folder", async () => {
  expect(await cacheFolder()).toBe(join(home, "datasets"));
  vi.stubEnv("NEURITE_HOME", undefined);
  vi.stubEnv("XDG_CACHE_HOME", "/elsewhere");
  expect(await cacheFolder()).toBe(join("/elsewhere", "neurite", "datasets"));
  vi.stubEnv("XDG_CACHE_HOME", undefined);
  expect(await cacheFolder()).toBe(join(homedir(), ".cache", "neurite", "datasets"));
});
