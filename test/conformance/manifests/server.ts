import { readdirSync } from "node:fs";

import { ApiServerProcess } from "../../../cli/sandbox/conformance/apiServer";
import { type ApiObject, pathOf } from "../../../cli/sandbox/conformance/objects";
import { isRecord } from "../../../toolkit/record";
import { definitionIn } from "./schema";

export interface Manifest extends Omit<ApiObject, "metadata" | "spec"> {
    readonly metadata: ApiObject["metadata"] & { readonly name: string };
    readonly spec?: Readonly<Record<string, unknown>>;
}

/** What a real API server with the operator's definitions refuses, with strict field validation, or drops of the objects. */
export async function onServer(crds: string, objects: readonly Manifest[]): Promise<readonly string[]> {
    const server = await ApiServerProcess.start(process.env);
    try {
        for (const name of readdirSync(crds).filter((file) => file.endsWith(".yaml"))) {
            const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
            await server.ask("POST", path, definitionIn(crds, name));
        }
        await Promise.all(
            ["pulumi.com/v1/stacks", "auto.pulumi.com/v1alpha1/workspaces", "auto.pulumi.com/v1alpha1/updates"].map(
                (kind) => server.served(`/apis/${kind}`),
            ),
        );
        const findings: string[] = [];
        for (const object of objects.flatMap((each) => [each, ...madeOf(each)])) {
            const { kind, metadata } = object;
            const path = pathOf(object);
            const refused = await server.create(path, object, false);
            const kept = refused ?? (await server.ask("GET", `${path}/${encodeURIComponent(metadata.name)}`));
            findings.push(...lacking(object, kept).map((what) => `${kind} ${metadata.name}: ${what}`));
        }
        return findings;
    } finally {
        await server.stop();
    }
}

/**
 * The Workspace and the Update that the operator makes of a Stack, as far as its templates say
 * (https://github.com/pulumi/pulumi-kubernetes-operator/blob/master/operator/internal/controller/pulumi/stack_controller.go).
 */
function madeOf({ kind, metadata, spec = {} }: Manifest): readonly Manifest[] {
    if (kind !== "Stack") {
        return [];
    }
    const templateIn = (key: string) => (isRecord(spec[key]) && isRecord(spec[key]["spec"]) ? spec[key]["spec"] : {});
    const apiVersion = "auto.pulumi.com/v1alpha1";
    const update = { workspaceName: metadata.name, stackName: spec["stack"], type: "up" };
    return [
        { apiVersion, kind: "Workspace", metadata, spec: templateIn("workspaceTemplate") },
        { apiVersion, kind: "Update", metadata, spec: { ...update, ...templateIn("updateTemplate") } },
    ];
}

/** What the server did not keep of an object; its answer, if it refused it. */
function lacking(sent: unknown, kept: unknown, path = ""): readonly string[] {
    if (typeof sent === "object" && sent !== null && typeof kept === "object" && kept !== null) {
        const [parts, others] = [Object.entries(sent), new Map(Object.entries(kept))];
        return parts.flatMap(([key, part]) => lacking(part, others.get(key), `${path}.${key}`));
    }
    if (path === "") {
        return [String(kept)];
    }
    return sent === kept ? [] : [`${path} is ${JSON.stringify(kept)} instead of ${JSON.stringify(sent)}`];
}
