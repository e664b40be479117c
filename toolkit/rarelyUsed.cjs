// What libraries load when they are imported, without need, is loaded here when it is first used, if ever.
const Module = require("node:module");

// The TypeScript compiler and npm's own library, for the sake of functions turned into text (dynamic providers), and charts
// and messages in fifty languages: half a second of work.
const RARELY_USED = {
    "@pulumi/pulumi": ["typescript", "@npmcli/arborist", "fdir", "normalize-package-data"],
    zod: ["../locales/index.cjs"],
};
/** A provider's SDK has a folder for each of its services: AWS' two hundred, of which a program uses a dozen. */
const SERVICES = /\/node_modules\/(@pulumi\/(?:aws|kubernetes))\/index\.js$/;
const SHARED = ["./provider", "./types", "./utilities"];

const services = new Map();
const load = Module._load;
Module._load = function (request, parent, ...rest) {
    const get = () => load.call(this, request, parent, ...rest);
    const by = parent?.filename?.replaceAll("\\", "/") ?? "";
    const [, sdk] = SERVICES.exec(by) ?? [];
    if (sdk !== undefined && /^\.\/[a-z0-9]+$/.test(request) && !SHARED.includes(request)) {
        if (services.size === 0) {
            const { getResourceModules } = Module.createRequire(parent.filename)("@pulumi/pulumi/runtime/state");
            loadClasses(getResourceModules());
        }
        const service = whenUsed(get);
        services.set(`${sdk.slice("@pulumi/".length)}:${request.slice("./".length)}`, service);
        return service;
    }
    return isRarelyUsed(request, by) ? whenUsed(get) : get();
};

function isRarelyUsed(request, by) {
    return Object.entries(RARELY_USED).some(
        ([name, requests]) => requests.includes(request) && by.includes(`/node_modules/${name}/`),
    );
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

/**
 * The SDK makes resources of references to them, such as those in the outputs of an EKS cluster, by a table of classes: of
 * `aws:iam/role`, `kubernetes:storage.k8s.io/v1` and so on. Each service adds its own when it is loaded; Kubernetes' are
 * folders by the first word of a group, here `storage`.
 */
function loadClasses(table) {
    const get = table.get.bind(table);
    table.get = (key) => {
        void services.get(key.split(/[/.]/)[0])?.loaded;
        return get(key);
    };
}
