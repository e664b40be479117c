// Patches of Pulumi's SDK, applied as it loads: each fixes what slows down or fails our processes.
const { AsyncLocalStorage } = require("node:async_hooks");
const Module = require("node:module");
const { pathToFileURL } = require("node:url");

const patches = [
    // It gives each promise a stack trace, and a number and a text that only PULUMI_DEBUG_PROMISE_LEAKS prints. This leaves
    // what finds a promise that never ends.
    {
        file: "/debuggable",
        name: "debuggablePromise",
        patch(sdk, by) {
            if (process.env.PULUMI_DEBUG_PROMISE_LEAKS === undefined) {
                sdk.debuggablePromise = counted(sdk.debuggablePromise, by);
            }
        },
    },
    // With each resource it stores the stack that created it, every line looked up in source maps. The engine shows none of
    // it; here it stays the line that is the resource's source position.
    {
        file: "/resource",
        name: "Resource",
        patch({ Resource }) {
            Resource.stackTrace = (skip) => positionAt(skip, Resource.framePositionRegExp);
        },
    },
    // It creates an output, of two dozen promises, for each property of a resource, most of which nobody reads: a role
    // has twenty. Here a property's output is created when it is first read.
    {
        file: "/rpc",
        name: "transferProperties",
        patch(sdk) {
            sdk.transferProperties = whenRead(sdk.transferProperties);
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
    patches.splice(at, at === -1 ? 0 : 1).forEach(({ patch }) => patch(loaded, parent));
    return isOwnLog(request, parent?.filename) ? calm(loaded) : loaded;
};

/** Whether the SDK's own code loads its log; a program loads the SDK's index, beside the folder `log`. */
function isOwnLog(request, by) {
    return /^(\.\.\/)+log$/.test(request) && /[\\/]@pulumi[\\/]pulumi[\\/]/.test(by ?? "");
}

/**
 * The SDK sends the engine half a dozen debug messages for each resource, one after another, and the engine shows none of them
 * without --debug. They were four fifths of a program's calls. It also warns of each output that a stack does not have: a
 * dozen lines in every run, for a bastion or an existing cluster that nobody has asked for.
 */
function calm(log) {
    const warn = async (message, ...more) =>
        / will not show as a stack output\.$/.test(message) ? undefined : log.warn(message, ...more);
    return process.env.PULUMI_DEBUG_SDK === undefined
        ? Object.create(log, { debug: { value: async () => undefined }, warn: { value: warn } })
        : log;
}

/** The first line of the SDK's own result. */
function positionAt(skip, form) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = skip + 2;
    try {
        // After the message; here are two functions, as many as in the SDK.
        const { file, line, column } = form.exec(new Error().stack.split("\n")[skip + 2])?.groups ?? {};
        return file === undefined || file.startsWith("node:")
            ? []
            : [{ uri: pathToFileURL(file).toString(), line: Number(line), column: Number(column) }];
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}

/** Promises that a process' end finds unfinished, as the SDK's own. */
function counted(original, by) {
    // Of the same copy of the SDK.
    const { getStore } = Module.createRequire(by.filename)("@pulumi/pulumi/runtime/state");
    let first = true;
    return (promise, context) => {
        if (first) {
            // It looks for them when the process ends.
            first = false;
            return original(promise, context);
        }
        const { leakCandidates } = getStore();
        leakCandidates.add(promise);
        return promise.then(
            (value) => {
                leakCandidates.delete(promise);
                return value;
            },
            (error) => {
                leakCandidates.delete(promise);
                error.promise = promise;
                throw error;
            },
        );
    };
}

/** Outputs of a resource's properties that exist once they are read, then as the SDK creates them. */
function whenRead(transfer) {
    return (onto, label, props) => {
        const resolvers = {};
        for (const name of Object.keys(props).filter((name) => name !== "id" && name !== "urn")) {
            if (Object.hasOwn(onto, name)) {
                // It says what is wrong.
                transfer(onto, label, { [name]: props[name] });
            }
            let [result, resolve] = [undefined, undefined];
            const create = () => {
                delete onto[name];
                resolve = transfer(onto, label, { [name]: props[name] })[name];
                if (result !== undefined) {
                    resolve(...result);
                }
                return onto[name];
            };
            const set = (value) =>
                Object.defineProperty(onto, name, { value, writable: true, enumerable: true, configurable: true });
            Object.defineProperty(onto, name, { get: create, set, enumerable: true, configurable: true });
            resolvers[name] = (...given) => {
                result = given;
                resolve?.(...given);
            };
        }
        return resolvers;
    };
}
