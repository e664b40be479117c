// What every Node process of ours loads first (`node --require`): TypeScript without a build, and a quick start.
const Module = require("node:module");
require("./pulumiSdkPatches.cjs");

// What libraries load when they are imported, without need: half a second of work for the TypeScript compiler and npm's own
// library, for the sake of functions turned into text (dynamic providers), and further tenths for charts and messages in
// fifty languages. Here it is loaded when it is first used, if ever.
const RARELY_USED = {
    "@pulumi/pulumi": ["typescript", "@npmcli/arborist", "fdir", "normalize-package-data"],
    "@pulumi/kubernetes": ["./helm", "./kustomize", "./yaml"],
    zod: ["../locales/index.cjs"],
};
const load = Module._load;
Module._load = function (request, parent, ...rest) {
    const get = () => load.call(this, request, parent, ...rest);
    return isRarelyUsed(request, parent?.filename) ? whenUsed(get) : get();
};

function isRarelyUsed(request, by) {
    return Object.entries(RARELY_USED).some(
        ([name, requests]) => requests.includes(request) && isIn(`node_modules/${name}`, by),
    );
}

/** Whether a file is in a folder of that name; Windows writes its path with the other slash. */
function isIn(folder, path) {
    return path?.replaceAll("\\", "/").includes(`/${folder}/`);
}

/** A stand-in for a module that loads it at the first look inside. */
function whenUsed(get) {
    let module;
    const loaded = () => (module ??= get());
    // TypeScript's import helpers use such a module as it is, instead of copying it member by member.
    const member = (name) => (name === "default" && !loaded().__esModule ? loaded() : loaded()[name]);
    return new Proxy(
        {},
        {
            get: (_, name) => (name === "__esModule" ? true : member(name)),
            has: (_, name) => name in loaded(),
            ownKeys: () => Reflect.ownKeys(loaded()),
            getOwnPropertyDescriptor: (_, name) => {
                const property = Reflect.getOwnPropertyDescriptor(loaded(), name);
                // The stand-in lacks it, so it may not call it permanent.
                return property && { ...property, configurable: true };
            },
        },
    );
}

// tsx looks into every file that is loaded, which doubles the time that it takes to load the hundreds of dependencies.
// They are plain JavaScript: Node alone loads them.
const plain = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
require("tsx/cjs");
const tsx = { load: Module._extensions[".js"], resolve: Module._resolveFilename };
const isDependency = (path) => isIn("node_modules", path);
Module._extensions[".js"] = (module, path) => (isDependency(path) ? plain : tsx).load(module, path);
Module._resolveFilename = function (request, parent, ...rest) {
    return (isDependency(parent?.filename) ? plain : tsx).resolve.call(this, request, parent, ...rest);
};
