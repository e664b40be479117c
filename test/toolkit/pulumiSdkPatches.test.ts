import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { Client, credentials, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { ChannelOptions, ServiceError } from "@grpc/grpc-js";
import { log } from "@pulumi/pulumi";
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
    readonly settings: { engine?: { log(request: { getMessage(): string }, answer: () => void): void } };
}

describe("Pulumi's SDK", () => {
    it("stores no stack with its promises; errors created meanwhile have one", async () => {
        const promise = Promise.resolve(1);
        assert.equal(await debuggablePromise(promise, "a test"), 1);
        assert.equal(Reflect.get(promise, "_debugStackTrace"), "Error");
        assert.match(new Error("here").stack ?? "", /pulumiSdkPatches\.test\.ts/);
    });

    it("sends the engine a program's debug messages, and none of its own", async () => {
        const sdk = createRequire(createRequire(__filename).resolve("@pulumi/pulumi/runtime/resource"));
        const own = sdk("../log") as typeof log;
        const sent: string[] = [];
        await withLocalStorage(async () => {
            getStore().settings.engine = {
                log(request, answer) {
                    sent.push(request.getMessage());
                    answer();
                },
            };
            await own.debug("of each resource");
            await own.info("of the SDK");
            await log.debug("of a program");
        });
        assert.deepEqual(sent, ["of the SDK", "of a program"]);
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
