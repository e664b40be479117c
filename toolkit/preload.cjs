// What every Node process of ours loads first (`node --require`): TypeScript without a build, and a quick start.
const Module = require("node:module");
require("./pulumiSdkPatches.cjs");
require("./rarelyUsed.cjs");

/** Whether a file is in a folder of that name; Windows writes its path with the other slash. */
function isIn(folder, path) {
    return path?.replaceAll("\\", "/").includes(`/${folder}/`);
}

// tsx looks into every file that is loaded, which doubles the time that it takes to load the hundreds of dependencies.
// They are plain JavaScript: Node alone loads them.
const plain = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
require("tsx/cjs");
const tsx = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
const isDependency = (path) => isIn("node_modules", path);
Module._extensions[".js"] = (module, path) =>
    isDependency(path) ? withoutSourceMap(() => plain.load(module, path)) : tsx.load(module, path);
Module._resolveFilename = function (request, parent, ...rest) {
    return (isDependency(parent?.filename) ? plain : tsx).resolve.call(this, request, parent, ...rest);
};

/** tsx has Node read the source map of whatever is loaded; those of dependencies only take time. */
function withoutSourceMap(load) {
    const enabled = process.sourceMapsEnabled;
    process.setSourceMapsEnabled(false);
    try {
        load();
    } finally {
        process.setSourceMapsEnabled(enabled);
    }
}
