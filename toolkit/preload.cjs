// What every Node process of ours loads first (`node --require`): TypeScript without a build, and a quick start.
const Module = require("node:module");
require("./pulumiSdkPatches.cjs");

// Pulumi's SDK loads the TypeScript compiler and npm's own library when it is imported, half a second of work, for the
// sake of functions turned into text (dynamic providers). Here they are loaded when they are first used, if ever.
const HEAVY = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;
Module._load = function (request, parent, ...rest) {
    const get = () => load.call(this, request, parent, ...rest);
    return HEAVY.has(request) && parent?.filename.includes("@pulumi/pulumi") ? whenUsed(get) : get();
};

/** A stand-in for a module that loads it at the first look inside. */
function whenUsed(get) {
    let module;
    const loaded = () => (module ??= get());
    return new Proxy(
        {},
        {
            // TypeScript's import helper uses such a module as it is instead of copying it member by member.
            get: (_, name) => (name === "__esModule" ? true : loaded()[name]),
            has: (_, name) => name in loaded(),
        },
    );
}

// tsx looks into every file that is loaded, which doubles the time that it takes to load the hundreds of dependencies.
// They are plain JavaScript: Node alone loads them.
const plain = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
require("tsx/cjs");
const tsx = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
const isDependency = (path) => path?.includes("/node_modules/");
Module._extensions[".js"] = (module, path) => (isDependency(path) ? plain : tsx).load(module, path);
Module._resolveFilename = function (request, parent, ...rest) {
    return (isDependency(parent?.filename) ? plain : tsx).resolve.call(this, request, parent, ...rest);
};
