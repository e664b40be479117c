// What Pulumi's SDK does that costs a process of ours time or runs, mended as it is loaded.
const { AsyncLocalStorage } = require("node:async_hooks");
const Module = require("node:module");

const mends = [
    // It keeps a stack with each of its promises, which nobody reads but PULUMI_DEBUG_PROMISE_LEAKS. To make one, by
    // TypeScript's source maps, takes longer than the rest of what a program does: here they are left empty.
    {
        file: "/debuggable",
        name: "debuggablePromise",
        mend(sdk) {
            if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
                sdk.debuggablePromise = withoutStack(sdk.debuggablePromise);
            }
        },
    },
    // After a failed run it never closes its connections to the engine, which is gone. gRPC shares what it knows of an
    // address with all of a process: an engine to come that is given such a port again was taken for dead ("14
    // UNAVAILABLE: No connection established").
    {
        file: "/settings",
        name: "grpcClientOptions",
        mend(sdk) {
            sdk.grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
        },
    },
    // A program that runs in this process keeps its settings in an AsyncLocalStorage, which the engine's calls back into it
    // do not carry: the second transform of a resource did not know that it ran in a preview, and lost what is not known yet.
    {
        file: "/callbacks",
        name: "CallbackServer",
        mend(sdk) {
            const { registerTransform, invoke } = sdk.CallbackServer.prototype;
            const contexts = new WeakMap();
            sdk.CallbackServer.prototype.registerTransform = function (transform) {
                contexts.set(this, AsyncLocalStorage.snapshot());
                return registerTransform.call(this, transform);
            };
            sdk.CallbackServer.prototype.invoke = function (...call) {
                const inContext = contexts.get(this) ?? ((run) => run());
                return inContext(() => invoke.apply(this, call));
            };
        },
    },
];

const load = Module._load;
Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    const at = mends.findIndex(({ file, name }) => request.endsWith(file) && loaded?.[name] !== undefined);
    mends.splice(at, at === -1 ? 0 : 1).forEach(({ mend }) => mend(loaded));
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
