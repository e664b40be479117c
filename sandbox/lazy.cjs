// Preloaded by the command and by the policy pack's process. Pulumi's SDK loads TypeScript and npm's own library when
// it is imported, half a second of work, for the sake of functions turned into text (dynamic providers). Here they are
// loaded when they are first used, if ever.
const Module = require("node:module");

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
            // Tells TypeScript's import helper to take the module as it is, and not copy it, member by member.
            get: (_, name) => (name === "__esModule" ? true : loaded()[name]),
            has: (_, name) => name in loaded(),
        },
    );
}
