/** Where CUDA's libraries may lie. None of them is needed to install or to build this package. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A library that is opened at run time. */
export type LibraryName = "cuda" | "nvrtc" | "cublasLt";

const fileNames: Readonly<Record<LibraryName, readonly string[]>> = {
  cuda: ["libcuda.so.1", "libcuda.so"],
  nvrtc: ["libnvrtc.so.13", "libnvrtc.so.12"],
  cublasLt: ["libcublasLt.so.13", "libcublasLt.so.12"],
};

/** Names of the variables that give a path outright. */
const variables: Readonly<Record<LibraryName, string>> = {
  cuda: "NEURITE_CUDA_DRIVER",
  nvrtc: "NEURITE_NVRTC",
  cublasLt: "NEURITE_CUBLASLT",
};

/**
 * Paths to try for `library`, in order: `explicit` or else the environment variable, alone; else the loader's own search path, the folders of
 * a toolkit, and the libraries inside NVIDIA's Python wheels. Only what the loader searches itself is named without a folder.
 */
export function candidatePaths(library: LibraryName, explicit?: string, env: Environment = process.env): string[] {
  const given = explicit ?? env[variables[library]];
  if (given !== undefined && given !== "") return [given];
  const names = fileNames[library];
  // The driver comes with the machine; toolkits and wheels only have stubs of it.
  if (library === "cuda") return [...names];
  const found = [...toolkitFolders(env), ...wheelFolders(env)].flatMap((folder) => names.map((name) => join(folder, name)));
  return [...names, ...found.filter((path) => existsSync(path))];
}

function toolkitFolders(env: Environment): string[] {
  const roots = [env["CUDA_HOME"], env["CUDA_PATH"], "/usr/local/cuda", "/opt/cuda"].filter((root) => root !== undefined && root !== "");
  return roots.flatMap((root) => [
    join(root as string, "lib64"),
    join(root as string, "lib"),
    join(root as string, "targets", "x86_64-linux", "lib"),
  ]);
}

/** `nvidia/<package>/lib` in the site-packages of the Python that is active, or beside it. */
function wheelFolders(env: Environment): string[] {
  const prefixes = [
    env["VIRTUAL_ENV"],
    env["CONDA_PREFIX"],
    env["HOME"] === undefined ? undefined : join(env["HOME"], ".local"),
    "/usr/local",
  ];
  const sitePackages = [
    ...(env["PYTHONPATH"] ?? "").split(delimiter).filter(Boolean),
    ...prefixes
      .filter((prefix) => prefix !== undefined && prefix !== "")
      .flatMap((prefix) =>
        foldersIn(join(prefix as string, "lib"))
          .filter((path) => /python3\.\d+$/.test(path))
          .flatMap((path) => [join(path, "site-packages"), join(path, "dist-packages")]),
      ),
  ];
  return sitePackages.flatMap((path) => foldersIn(join(path, "nvidia")).map((folder) => join(folder, "lib")));
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => join(path, entry.name))
      .sort();
  } catch {
    return [];
  }
}
