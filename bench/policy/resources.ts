import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { policies } from "../../policy/policies";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { mixture } from "./mixture";

type Handler<Request> = (call: { request: Request }, callback: (error: unknown) => void) => Promise<void>;
type Maker = (pack: string, version: string, level: string, policies: unknown) => Handler<unknown>;

/** The SDK's handlers of the engine's calls, which its types omit: reading the values is part of the cost. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the types of this module are stripped
const sdk = require("@pulumi/policy/server") as { makeAnalyzeRpcFun: Maker; makeAnalyzeStackRpcFun: Maker };

/** Milliseconds of CPU per resource that the pack takes in stacks of two sizes; equal if the cost is linear. */
export async function resources(): Promise<void> {
    await measure(1000);
    const small = await measure(1000);
    const large = await measure(10_000);
    print(shown`  1,000 resources:  ${small.toFixed(3)} ms per resource`);
    print(shown`  10,000 resources: ${large.toFixed(3)} ms per resource (${(large / small).toFixed(2)} times)`);
}

async function measure(count: number): Promise<number> {
    const samples = mixture(count);
    const analyze = sdk.makeAnalyzeRpcFun("keyless", "0", "mandatory", policies);
    const analyzeStack = sdk.makeAnalyzeStackRpcFun("keyless", "0", "mandatory", policies);
    const requests = samples.map(({ type, name, props }) => {
        const request = new messages.AnalyzeRequest();
        request.setType(type);
        request.setName(name);
        request.setUrn(`urn:pulumi:s::p::${type}::${name}`);
        request.setProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>));
        request.setOptions(options());
        return request;
    });
    const stack = new messages.AnalyzeStackRequest();
    stack.setResourcesList(
        samples.map(({ type, name, props }) => {
            const resource = new messages.AnalyzerResource();
            resource.setType(type);
            resource.setName(name);
            resource.setUrn(`urn:pulumi:s::p::${type}::${name}`);
            resource.setProperties(Struct.fromJavaScript(props as Record<string, JavaScriptValue>));
            resource.setOptions(options());
            return resource;
        }),
    );
    const start = process.cpuUsage();
    for (const request of requests) {
        await call(analyze, request);
    }
    await call(analyzeStack, stack);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / count;
}

function options(): messages.AnalyzerResourceOptions {
    const made = new messages.AnalyzerResourceOptions();
    made.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
    return made;
}

function call(handler: Handler<unknown>, request: unknown): Promise<void> {
    return new Promise((done, fail) => {
        void handler({ request }, (error) =>
            error === undefined || error === null
                ? done()
                : fail(error instanceof Error ? error : new Error(JSON.stringify(error))),
        );
    });
}
