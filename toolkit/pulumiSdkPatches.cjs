// Patches of Pulumi's SDK, applied as it loads: each fixes what slows down or fails our processes.
const { AsyncLocalStorage } = require("node:async_hooks");
const Module = require("node:module");

const patches = [
    // It stores a stack trace with each promise, which only PULUMI_DEBUG_PROMISE_LEAKS reads. Mapping them through
    // TypeScript's source maps takes longer than the rest of a program; this patch leaves them empty.
    {
        file: "/debuggable",
        name: "debuggablePromise",
        patch(sdk) {
            if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
                sdk.debuggablePromise = withoutStack(sdk.debuggablePromise);
            }
        },
    },
    // After a failed run it never closes its connections to the engine, which is gone. gRPC shares an address' state
    // across the process, so a later engine on the same port was taken for dead ("14 UNAVAILABLE: No connection
    // established").
    {
        file: "/settings",
        name: "grpcClientOptions",
        patch(sdk) {
            sdk.grpcClientOptions["grpc.use_local_subchannel_pool"] = 1;
        },
    },
    // A program that runs in this process keeps its settings in an AsyncLocalStorage, which the engine's callbacks do not
    // carry: the second transform of a resource did not know that it ran in a preview, and lost unknown values.
    {
        file: "/callbacks",
        name: "CallbackServer",
        patch(sdk) {
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
Module._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    const at = patches.findIndex(({ file, name }) => request.endsWith(file) && loaded?.[name] !== undefined);
    patches.splice(at, at === -1 ? 0 : 1).forEach(({ patch }) => patch(loaded));
    return isOwnLog(request, parent?.filename) ? withoutDebug(loaded) : loaded;
};

/** Whether the SDK's own code loads its log; a program loads the SDK's index, beside the folder `log`. */
function isOwnLog(request, by) {
    return /^(\.\.\/)+log$/.test(request) && /[\\/]@pulumi[\\/]pulumi[\\/]/.test(by ?? "");
}

/**
 * The SDK sends the engine half a dozen debug messages for each resource, one after another, and the engine shows none of them
 * without --debug. They were four fifths of a program's calls.
 */
function withoutDebug(log) {
    return process.env.PULUMI_DEBUG_SDK === undefined
        ? Object.create(log, { debug: { value: async () => undefined } })
        : log;
}

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
