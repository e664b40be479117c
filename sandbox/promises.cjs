// Pulumi's SDK keeps a stack with each of its promises, which nobody reads but PULUMI_DEBUG_PROMISE_LEAKS. To make one, by
// TypeScript's source maps, takes longer than the rest of what a program does: here they are left empty.
const Module = require("node:module");

const load = Module._load;
let isDone = process.env.PULUMI_DEBUG_PROMISE_LEAKS !== undefined;
Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (!isDone && request.endsWith("/debuggable") && "debuggablePromise" in loaded) {
        isDone = true;
        loaded.debuggablePromise = withoutStack(loaded.debuggablePromise);
    }
    return loaded;
};

function withoutStack(make) {
    return (...args) => {
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 0;
        try {
            return make(...args);
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    };
}
