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
    // It makes an output with four tracked promises for each property of each resource, and a program reads few of them: most
    // of the memory that a thousand tenants take. This patch makes an output when it is first read.
    {
        file: "/rpc",
        name: "transferProperties",
        patch(sdk, file) {
            const ofSdk = Module.createRequire(file);
            sdk.transferProperties = (...args) => outputsWhenRead(ofSdk, ...args);
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
    patches
        .splice(at, at === -1 ? 0 : 1)
        .forEach(({ patch }) => patch(loaded, Module._resolveFilename(request, parent)));
    return loaded;
};

/** Gives a resource its properties as outputs; returns the functions that settle them once the engine has answered. */
function outputsWhenRead(ofSdk, resource, label, props) {
    const names = Object.keys(props).filter((name) => name !== "id" && name !== "urn");
    return Object.fromEntries(names.map((name) => [name, outputWhenRead(ofSdk, resource, label, name)]));
}

function outputWhenRead(ofSdk, resource, label, name) {
    if (Object.hasOwn(resource, name)) {
        throw new Error(`Property '${name}' is already initialized on target '${label}`);
    }
    let output;
    let waiting;
    let settled;
    // Not before the first resource: these modules load each other.
    const { Output } = ofSdk("../output");
    const { isGrpcError } = ofSdk("../errors");
    const make = () => {
        const answer = settled?.() ?? new Promise((resolve) => (waiting = resolve));
        const [value, isKnown, isSecret, dependencies] = [0, 1, 2, 3].map((at) => answer.then((all) => all[at]));
        return new Output(resource, value, isKnown, isSecret, dependencies);
    };
    Object.defineProperty(resource, name, {
        configurable: true,
        enumerable: true,
        get: () => (output ??= make()),
        set(value) {
            output = value;
        },
    });
    return (value, isKnown, isSecret, dependencies = [], error = undefined) => {
        // The engine's end is not an answer.
        if (error && isGrpcError(error)) {
            return;
        }
        settled = async () => {
            if (error) {
                throw error;
            }
            return [value, isKnown, isSecret, dependencies];
        };
        waiting?.(settled());
    };
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
