import { quoted, shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { deployedResources, exampleStacks } from "./deployedResources";
import { readOptions } from "../command/options";
import { ApiServerProcess } from "./conformance/apiServer";
import { judge, type ApiObject } from "./conformance/objects";

export const USAGE = shown`usage: keyless conformance [--stack NAME]...

Validates the Kubernetes objects of stacks against a real kube-apiserver: each is created in a dry run with strict
field validation, and pods of Deployments and Jobs also as pods, so that Pod Security checks them.

  --stack NAME   a stack (default: all of examples/stacks)

KUBE_APISERVER and ETCD must name the two executables, which the command starts on loopback.`;

/** The Kubernetes objects that the program creates. */
export function objectsOf(
    resources: readonly { readonly type: string; readonly inputs?: Readonly<Record<string, unknown>> }[],
): ApiObject[] {
    return resources.flatMap(({ type, inputs }) =>
        type.startsWith("kubernetes:") && inputs?.["kind"] !== undefined ? [withoutMarks(inputs) as ApiObject] : [],
    );
}

export async function conformance(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, { stack: { type: "string", multiple: true } });
    if (options === undefined) {
        return 0;
    }
    const stacks = options.stack ?? exampleStacks();
    const objects = [];
    for (const stack of stacks) {
        objects.push({ stack, objects: objectsOf(await deployedResources(stack)) });
    }
    const server = await ApiServerProcess.start(process.env);
    try {
        let refused = 0;
        for (const each of objects) {
            const outcomes = await judge(server, each.objects);
            const bad = outcomes.filter(({ message }) => message !== undefined);
            print(`${each.stack}: ${outcomes.length - bad.length} of ${outcomes.length} accepted`);
            bad.forEach(({ object, message = "" }) => print(shown`  ${object}: ${quoted(message)}`));
            refused += bad.length;
        }
        return refused === 0 ? 0 : 1;
    } finally {
        await server.stop();
    }
}

/** Removes the engine's own marks from a resource's inputs. */
function withoutMarks(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutMarks);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => !key.startsWith("__"))
            .map(([key, each]) => [key, withoutMarks(each)]),
    );
}
