/** Where the files of data that come with the package lie: beside `src`, `dist` and `bundle`. */
export const dataFolder: URL = /* @__PURE__ */ new URL("../data/", import.meta.url);
