import { createRequire } from "node:module";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import {
    RegisterResourceResponse,
    type RegisterResourceRequest,
    type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Struct, Value } from "google-protobuf/google/protobuf/struct_pb";

type Answer<R> = (error: unknown, response?: R) => void;

/** The SDK's connection to the engine, which its declarations omit. */
const { getMonitor } = createRequire(__filename)("@pulumi/pulumi/runtime/settings") as {
    getMonitor(this: void): {
        registerResource(request: RegisterResourceRequest, answer: Answer<RegisterResourceResponse>): unknown;
        invoke(request: ResourceInvokeRequest, answer: Answer<InvokeResponse>): unknown;
    };
};

const FOUND = { partition: "aws", dnsSuffix: "amazonaws.com", accountId: "111122223333", region: "eu-central-1" };

/**
 * The program with an AWS that takes no time: its resources and lookups never reach the engine, which would start a provider
 * for them, and are answered at once. What remains is what the same components do in the database, their hooks included.
 */
export function withoutAws(program: PulumiFn): PulumiFn {
    return async () => {
        const monitor = getMonitor();
        const register = monitor.registerResource.bind(monitor);
        const invoke = monitor.invoke.bind(monitor);
        const answered = new Set<string>();
        monitor.registerResource = (request, answer) => {
            if (!request.getType().startsWith("aws:")) {
                return register(withoutDependencies(request, answered), answer);
            }
            const response = responseTo(request);
            answered.add(response.getUrn());
            return answer(null, response);
        };
        monitor.invoke = (request, answer) =>
            request.getTok().startsWith("aws:") ? answer(null, found()) : invoke(request, answer);
        return program();
    };
}

/** The engine refuses a dependency on a resource that it does not know. */
function withoutDependencies(request: RegisterResourceRequest, unknown: ReadonlySet<string>): RegisterResourceRequest {
    const known = (urns: readonly string[]) => urns.filter((urn) => !unknown.has(urn));
    request.setDependenciesList(known(request.getDependenciesList()));
    request
        .getPropertydependenciesMap()
        .forEach((property: RegisterResourceRequest.PropertyDependencies) =>
            property.setUrnsList(known(property.getUrnsList())),
        );
    return request;
}

function found(): InvokeResponse {
    const response = new InvokeResponse();
    response.setReturn(Struct.fromJavaScript(FOUND));
    return response;
}

function responseTo(request: RegisterResourceRequest): RegisterResourceResponse {
    const name = request.getName();
    const outputs = request.getObject()?.clone() ?? new Struct();
    outputs.getFieldsMap().set("arn", new Value().setStringValue(`arn:aws:iam::111122223333:role/${name}`));
    outputs.getFieldsMap().set("name", new Value().setStringValue(name));
    const response = new RegisterResourceResponse();
    response.setUrn(`urn:pulumi:test::keyless::${request.getType()}::${name}`);
    response.setId(name);
    response.setObject(outputs);
    return response;
}
