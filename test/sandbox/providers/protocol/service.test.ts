import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { credentials, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { type Props, UNKNOWN } from "../../../../sandbox/cloud/props";
import { fromStruct, toStruct } from "../../../../sandbox/providers/protocol/wire";

const URN = "urn:pulumi:dev::shop::keyless:db:Tenant$tiny:index:Thing::a";

/** The response to a call that the engine could make. */
function answerTo<Response>(
    call: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
    return new Promise((resolve, reject) => {
        call((error, response) => (error === null ? resolve(response) : reject(error)));
    });
}

let child: ChildProcess;
let client: ResourceProviderClient;

function start(): ChildProcess {
    const preload = join(__dirname, "../../../../toolkit/preload.cjs");
    return spawn(process.execPath, ["--require", preload, join(__dirname, "tiny.ts")], {
        stdio: ["pipe", "pipe", "pipe"],
    });
}

async function portOf(plugin: ChildProcess): Promise<string> {
    assert.ok(plugin.stdout);
    const [line] = (await once(plugin.stdout, "data")) as [Buffer];
    assert.match(line.toString(), /^\d+\n$/);
    return line.toString().trim();
}

function created(properties: Parameters<typeof toStruct>[0], preview = false): Promise<messages.CreateResponse> {
    const request = new messages.CreateRequest();
    request.setUrn(URN);
    request.setProperties(toStruct(properties));
    request.setPreview(preview);
    return answerTo<messages.CreateResponse>((done) => client.create(request, done));
}

describe("a stand-in as a provider plugin", () => {
    before(async () => {
        child = start();
        client = new ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, credentials.createInsecure());
    });

    after(async () => {
        client.close();
        child.kill("SIGINT");
        const [code] = (await once(child, "exit")) as [number];
        assert.equal(code, 0, "an interrupt from the engine is a clean exit");
    });

    it("negotiates plain values in the handshake", async () => {
        const answer = await answerTo<messages.ProviderHandshakeResponse>((done) =>
            client.handshake(new messages.ProviderHandshakeRequest(), done),
        );
        assert.deepEqual(answer.toObject(), new messages.ProviderHandshakeResponse().toObject());
        const info = await answerTo<PluginInfo>((done) => client.getPluginInfo(new Empty(), done));
        assert.equal(info.getVersion(), "1.2.3");
    });

    it("parses only the configuration keys that the SDKs send as JSON", async () => {
        const request = new messages.ConfigureRequest();
        request.setArgs(
            toStruct({
                port: "5432",
                tags: '{"a":[1,true]}',
                password: "12345",
                version: "1.2.3",
                __internal: {},
                token: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "top" },
            }),
        );
        await answerTo<messages.ConfigureResponse>((done) => client.configure(request, done));
        const invoke = new messages.InvokeRequest();
        invoke.setTok("tiny:index:configuration");
        invoke.setArgs(toStruct({ one: 1 }));
        const answer = await answerTo<messages.InvokeResponse>((done) => client.invoke(invoke, done));
        assert.deepEqual(fromStruct(answer.getReturn()), {
            args: { one: 1 },
            configuration: { password: "12345", port: 5432, tags: { a: [1, true] }, token: "top" },
        });
    });

    it("reads the variables of an engine that sends no arguments", async () => {
        const request = new messages.ConfigureRequest();
        request.getVariablesMap().set("tiny:config:region", "eu-central-1").set("tiny:config:port", "1");
        await answerTo<messages.ConfigureResponse>((done) => client.configure(request, done));
        const invoke = new messages.InvokeRequest();
        invoke.setTok("tiny:index:configuration");
        const answer = await answerTo<messages.InvokeResponse>((done) => client.invoke(invoke, done));
        assert.deepEqual(fromStruct(answer.getReturn()), {
            args: {},
            configuration: { port: 1, region: "eu-central-1" },
        });
    });

    it("reports errors in the configuration, and which change replaces everything", async () => {
        const check = new messages.CheckRequest();
        check.setNews(toStruct({ port: '"many"' }));
        const checked = await answerTo<messages.CheckResponse>((done) => client.checkConfig(check, done));
        assert.deepEqual(checked.toObject().failuresList, [{ property: "port", reason: "must be a number" }]);
        const diff = new messages.DiffRequest();
        diff.setOldInputs(toStruct({ region: "eu-central-1", port: "1" }));
        diff.setNews(toStruct({ region: "eu-west-1", port: "2" }));
        const difference = await answerTo<messages.DiffResponse>((done) => client.diffConfig(diff, done));
        assert.deepEqual([difference.getDiffsList(), difference.getReplacesList()], [["port", "region"], ["region"]]);
    });

    it("replaces everything when the identity in the configuration changes, and nothing while it stays", async () => {
        const replaced = async (olds: Props, news: Props) => {
            const diff = new messages.DiffRequest();
            diff.setOldInputs(toStruct({ region: "eu-central-1", ...olds }));
            diff.setNews(toStruct({ region: "eu-west-1", ...news }));
            return (await answerTo<messages.DiffResponse>((done) => client.diffConfig(diff, done))).getReplacesList();
        };
        assert.deepEqual(await replaced({ identity: "a" }, { identity: "a" }), []);
        assert.deepEqual(await replaced({ identity: "a" }, { identity: "b" }), ["identity"]);
        assert.deepEqual(await replaced({}, { identity: "b" }), ["region"]);
    });

    it("does not replace resources for an unknown configuration", async () => {
        const diff = new messages.DiffRequest();
        diff.setOldInputs(toStruct({ region: "eu-central-1" }));
        diff.setNews(toStruct({ region: UNKNOWN }));
        assert.deepEqual(
            (await answerTo<messages.DiffResponse>((done) => client.diffConfig(diff, done))).getReplacesList(),
            [],
        );
    });

    it("checks arguments, with the old ones if there are any", async () => {
        const request = new messages.CheckRequest();
        request.setUrn(URN);
        request.setOlds(toStruct({}));
        request.setNews(toStruct({ bad: true }));
        const fresh = await answerTo<messages.CheckResponse>((done) => client.check(request, done));
        assert.deepEqual(fromStruct(fresh.getInputs()), { bad: true, first: true });
        assert.deepEqual(fresh.toObject().failuresList, [{ property: "bad", reason: "is bad" }]);
        request.setOlds(toStruct({ bad: false }));
        assert.deepEqual(
            fromStruct((await answerTo<messages.CheckResponse>((done) => client.check(request, done))).getInputs()),
            { bad: true, first: false },
        );
    });

    it("compares inputs and reports what is replaced", async () => {
        const request = new messages.DiffRequest();
        request.setUrn(URN);
        request.setOlds(toStruct({ name: "a", made: "yes" }));
        request.setOldInputs(toStruct({ name: "a" }));
        request.setNews(toStruct({ name: "a" }));
        const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
        assert.equal(
            (await answerTo<messages.DiffResponse>((done) => client.diff(request, done))).getChanges(),
            DIFF_NONE,
        );
        request.setNews(toStruct({ name: "b" }));
        const difference = await answerTo<messages.DiffResponse>((done) => client.diff(request, done));
        assert.equal(difference.getChanges(), DIFF_SOME);
        assert.deepEqual(difference.getReplacesList(), ["name"]);
        assert.equal(difference.getDeletebeforereplace(), true);
    });

    it("creates, and in a preview returns the known outputs", async () => {
        const made = await created({ name: "a" });
        assert.deepEqual([made.getId(), fromStruct(made.getProperties())], ["id-a", { made: "yes", name: "a" }]);
        const promised = await created({ name: UNKNOWN }, true);
        assert.deepEqual(
            [promised.getId(), fromStruct(promised.getProperties())],
            ["", { made: UNKNOWN, name: UNKNOWN }],
        );
    });

    it("reads, imports, and reports a deleted resource", async () => {
        const request = new messages.ReadRequest();
        request.setUrn(URN);
        request.setId("x");
        assert.deepEqual(
            fromStruct((await answerTo<messages.ReadResponse>((done) => client.read(request, done))).getProperties()),
            { imported: true },
        );
        request.setInputs(toStruct({ a: 1 }));
        const current = await answerTo<messages.ReadResponse>((done) => client.read(request, done));
        assert.deepEqual(
            [fromStruct(current.getProperties()), fromStruct(current.getInputs())],
            [{ imported: false }, { a: 1 }],
        );
        request.setId("gone");
        assert.equal((await answerTo<messages.ReadResponse>((done) => client.read(request, done))).getId(), "");
    });

    it("shows a refusal unchanged, and any other error as a bug of the stand-in", async () => {
        await assert.rejects(created({ refused: true }), {
            code: status.FAILED_PRECONDITION,
            details: "there is one already",
        });
        await assert.rejects(created({ broken: true }), {
            code: status.INTERNAL,
            details: "a bug in the sandbox's stand-in for tiny, not in your program: out of order",
        });
    });

    it("reports the state that a partially failed operation left behind", async () => {
        const error = await created({ half: true }).catch((caught: unknown) => caught as ServiceError);
        assert.ok("metadata" in error);
        const [details] = error.metadata.get("grpc-status-details-bin");
        const [any] = Status.deserializeBinary(details as Buffer).getDetailsList();
        const left = messages.ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
        assert.equal(any?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
        assert.deepEqual(
            [left.getId(), fromStruct(left.getProperties()), left.getReasonsList()],
            ["half-1", { lame: true }, ["made, but lame"]],
        );
    });

    it("names an unsupported type, function and component", async () => {
        const request = new messages.CreateRequest();
        request.setUrn("urn:pulumi:dev::shop::tiny:index:Other::a");
        await assert.rejects(
            answerTo<messages.CreateResponse>((done) => client.create(request, done)),
            { details: "the sandbox's stand-in for tiny does not support the resource type tiny:index:Other" },
        );
        const invoke = new messages.InvokeRequest();
        invoke.setTok("tiny:index:other");
        await assert.rejects(
            answerTo<messages.InvokeResponse>((done) => client.invoke(invoke, done)),
            { details: "the sandbox's stand-in for tiny does not support the function tiny:index:other" },
        );
        const construct = new messages.ConstructRequest();
        construct.setType("tiny:index:Component");
        await assert.rejects(
            answerTo<messages.ConstructResponse>((done) => client.construct(construct, done)),
            {
                details: "the sandbox's stand-in for tiny does not support the component tiny:index:Component",
            },
        );
    });

    it("exits with the engine, however that ended", async () => {
        const orphan = start();
        await portOf(orphan);
        orphan.stdin?.destroy();
        assert.deepEqual(await once(orphan, "exit"), [0, null]);
    });
});
