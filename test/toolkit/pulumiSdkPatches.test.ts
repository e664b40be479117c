import assert from "node:assert/strict";

import { Client, credentials, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ChannelOptions, ServiceError } from "@grpc/grpc-js";
import type { Output } from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";

import { freePort } from "../../toolkit/system/freePort";

/** Exported by the SDK, but not in its types. */
const { debuggablePromise } = debuggable as unknown as {
    debuggablePromise: <T>(promise: Promise<T>, context: string) => Promise<T>;
};
type Settle = (value: unknown, known: boolean, secret: boolean, dependencies?: unknown[], error?: Error) => void;
const { transferProperties } = rpc as unknown as {
    transferProperties: (resource: object, label: string, props: object) => Record<string, Settle>;
};
const { grpcClientOptions } = settings as unknown as { grpcClientOptions: ChannelOptions };

describe("Pulumi's SDK", () => {
    it("stores no stack with its promises; errors created meanwhile have one", async () => {
        const promise = Promise.resolve(1);
        assert.equal(await debuggablePromise(promise, "a test"), 1);
        assert.equal(Reflect.get(promise, "_debugStackTrace"), "Error");
        assert.match(new Error("here").stack ?? "", /pulumiSdkPatches\.test\.ts/);
    });

    describe("for a resource's properties", () => {
        const register = () => {
            const resource: Record<string, Output<unknown>> = {};
            return { resource, settle: transferProperties(resource, "a test", { early: 1, late: 2, id: "", urn: "" }) };
        };
        const read = (output?: Output<unknown>) =>
            (output as unknown as { promise(this: void): Promise<unknown> }).promise();

        it("makes an output once, when it is first read", () => {
            const { resource, settle } = register();
            assert.deepEqual(Object.keys(settle), ["early", "late"]);
            assert.deepEqual(Object.keys(resource), ["early", "late"]);
            assert.equal(Object.getOwnPropertyDescriptor(resource, "early")?.value, undefined);
            assert.equal(resource["early"], resource["early"]);
        });

        it("gives the engine's answer to outputs that were read before it and after it", async () => {
            const { resource, settle } = register();
            const early = read(resource["early"]);
            settle["early"]?.("one", true, false);
            settle["late"]?.("two", true, true);
            assert.deepEqual([await early, await read(resource["late"])], ["one", "two"]);
            const { isKnown, isSecret } = resource["late"] as unknown as Record<string, Promise<boolean>>;
            assert.deepEqual([await isKnown, await isSecret], [true, true]);
        });

        it("gives them a failure, and to no output that nothing reads", async () => {
            const { resource, settle } = register();
            const early = read(resource["early"]);
            const failure = new Error("refused");
            Object.values(settle).forEach((fail) => fail(undefined, true, false, [], failure));
            await assert.rejects(early, failure);
            await assert.rejects(read(resource["late"]), failure);
            assert.throws(() => transferProperties(resource, "a test", { early: 1 }), /'early' is already initialized/);
        });
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
