import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

import { Client, credentials, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ChannelOptions, ServiceError } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { log } from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as settings from "@pulumi/pulumi/runtime/settings";

import { freePort } from "../../toolkit/system/freePort";

/** Exported by the SDK, but not in its types. */
const { debuggablePromise } = debuggable as unknown as {
    debuggablePromise: <T>(promise: Promise<T>, context: string) => Promise<T>;
};
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: ChannelOptions };

/** The SDK's state of a run, which its declarations omit. */
const { withLocalStorage, getStore } = createRequire(__filename)("@pulumi/pulumi/runtime/state") as {
    withLocalStorage<T>(this: void, work: () => Promise<T>): Promise<T>;
    getStore(this: void): Store;
};

interface Store {
    readonly leakCandidates: ReadonlySet<Promise<unknown>>;
    readonly settings: {
        engine?: {
            log(request: { getMessage(): string }, answer: () => void): void;
            setRootResource(request: unknown, answer: () => void): void;
        };
        monitor: { registerResource(request: RegisterResourceRequest, answer: unknown): unknown };
    };
}

class Thing extends pulumi.CustomResource {
    declare readonly early: unknown;
    declare readonly late: unknown;
    declare readonly never: unknown;

    constructor(inputs: Record<string, unknown>) {
        super("test:index:Thing", "thing", inputs);
    }
}

/** What the SDK and the program tell the engine meanwhile. */
async function logged(work: () => Promise<void>): Promise<string[]> {
    const sent: string[] = [];
    await withLocalStorage(async () => {
        await pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) });
        getStore().settings.engine = {
            log(request, answer) {
                sent.push(request.getMessage());
                answer();
            },
            setRootResource: (_, answer) => answer(),
        };
        await work();
    });
    return sent;
}

/** What a program registers with an engine that answers with the inputs. */
function registered(program: () => unknown, preview = false): Promise<RegisterResourceRequest.AsObject[]> {
    return withLocalStorage(async () => {
        const answers: pulumi.runtime.Mocks = {
            newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
            call: ({ inputs }) => inputs as object,
        };
        await pulumi.runtime.setMocks(answers, "project", "stack", preview);
        const { monitor } = getStore().settings;
        const register = monitor.registerResource.bind(monitor);
        const requests: RegisterResourceRequest.AsObject[] = [];
        monitor.registerResource = (request, answer) => {
            requests.push(request.toObject());
            return register(request, answer);
        };
        await pulumi.runtime.runInPulumiStack(async () => void program());
        await pulumi.runtime.disconnect();
        return requests.filter(({ type }) => type === "test:index:Thing");
    });
}

/** What the SDK knows of an output. */
async function known(output: unknown) {
    const { isKnown, isSecret, promise, resources } = output as {
        readonly isKnown: Promise<boolean>;
        readonly isSecret: Promise<boolean>;
        promise(this: void): Promise<unknown>;
        resources(this: void): ReadonlySet<pulumi.Resource>;
    };
    return { value: await promise(), isKnown: await isKnown, isSecret: await isSecret, of: [...resources()] };
}

describe("Pulumi's SDK", () => {
    it("gives its promises neither a stack nor a text, and still finds those that never end", async () => {
        const { leakCandidates } = getStore();
        // The first promise of a process is the SDK's own.
        await debuggablePromise(Promise.resolve(), "first");
        let resolve = (_: number): void => undefined;
        const promise = new Promise<number>((resolveIt) => (resolve = resolveIt));
        const returned = debuggablePromise(promise, "a test");
        assert.deepEqual(Object.getOwnPropertyNames(promise), []);
        assert.equal(leakCandidates.has(promise), true);
        resolve(1);
        assert.equal(await returned, 1);
        assert.equal(leakCandidates.has(promise), false);
    });

    it("does not count a promise that fails, and says with the error which it was", async () => {
        const promise = Promise.reject(new Error("no"));
        await assert.rejects(debuggablePromise(promise, "a test"), { message: "no", promise });
        assert.equal(getStore().leakCandidates.has(promise), false);
    });

    it("says where the program creates a resource, and not what called that", async () => {
        const [request] = await registered(() => new Thing({}));
        const { sourceposition, stacktrace } = request ?? {};
        assert.equal(sourceposition?.uri, pathToFileURL(__filename).toString());
        assert.deepEqual(stacktrace?.framesList, [{ pc: sourceposition }]);
    });

    describe("with a resource's outputs", () => {
        const created = (thing: Thing) =>
            ["early", "late", "never"].filter(
                (name) => Object.getOwnPropertyDescriptor(thing, name)?.get === undefined,
            );

        it("creates one when it is first read, and once", async () => {
            const [things, reads]: [Thing[], unknown[]] = [[], []];
            await registered(() => {
                const thing = new Thing({ early: 1, late: pulumi.output(2), never: 3 });
                things.push(thing);
                reads.push(thing.early);
            });
            for (const thing of things) {
                assert.deepEqual(created(thing), ["early"]);
                assert.deepEqual([thing.early, thing.late], [...reads, thing.late]);
                assert.deepEqual(await known(thing.early), { value: 1, isKnown: true, isSecret: false, of: [thing] });
                assert.deepEqual(await known(thing.late), { value: 2, isKnown: true, isSecret: false, of: [thing] });
                assert.deepEqual(created(thing), ["early", "late"]);
            }
            assert.equal(things.length, 1);
        });

        it("keeps which are secret, and which a preview does not know", async () => {
            const things: Thing[] = [];
            await registered(() => things.push(new Thing({ early: pulumi.secret(1), never: undefined })), true);
            for (const thing of things) {
                assert.deepEqual(await known(thing.early), { value: 1, isKnown: true, isSecret: true, of: [thing] });
                const { value, isKnown } = await known(thing.never);
                assert.deepEqual({ value, isKnown }, { value: undefined, isKnown: false });
            }
            assert.equal(things.length, 1);
        });

        it("takes a value instead, as a class may give one", async () => {
            await registered(() => {
                const thing = new Thing({ early: 1 });
                Reflect.set(thing, "early", 2);
                assert.equal(thing.early, 2);
            });
        });
    });

    it("sends the engine a program's debug messages, and none of its own", async () => {
        const sdk = createRequire(createRequire(__filename).resolve("@pulumi/pulumi/runtime/resource"));
        const own = sdk("../log") as typeof log;
        const sent = await logged(async () => {
            await own.debug("of each resource");
            await own.info("of the SDK");
            await own.warn("also of the SDK");
            await log.debug("of a program");
        });
        assert.deepEqual(sent, ["of the SDK", "also of the SDK", "of a program"]);
    });

    it("does not warn of outputs that a stack does not have", async () => {
        let outputs: unknown;
        const sent = await logged(async () => {
            const later = Promise.resolve(undefined);
            outputs = await pulumi.runtime.runInPulumiStack(async () => ({
                bastion: undefined,
                trail: later,
                port: 1,
            }));
        });
        assert.deepEqual(sent, []);
        assert.deepEqual(outputs, { bastion: undefined, trail: undefined, port: 1 });
    });

    describe("with its gRPC clients", () => {
        const engine = new Server();
        const clients: Client[] = [];
        after(() => {
            clients.forEach((client) => client.close());
            engine.forceShutdown();
        });

        it("reaches an engine at a port that a stopped one used before", async () => {
            const port = await freePort();
            const askAnew = () => {
                const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), grpcClientOptions);
                clients.push(client);
                return answer(client);
            };
            assert.equal(await askAnew(), status.UNAVAILABLE);
            await new Promise<void>((resolve, reject) => {
                engine.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
                    error === null ? resolve() : reject(error),
                );
            });
            assert.equal(await askAnew(), status.UNIMPLEMENTED);
        });
    });
});

/** The status of a call to a method that no server has. */
function answer(client: Client): Promise<status> {
    const nothing = () => Buffer.alloc(0);
    return new Promise((resolve) => {
        client.makeUnaryRequest("/engine/nothing", nothing, nothing, {}, (error: ServiceError | null) =>
            resolve(error?.code ?? status.OK),
        );
    });
}
