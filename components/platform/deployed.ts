import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../toolkit/record";

/**
 * The outputs of this stack's last run; none before the first. Not by a StackReference, which would be a resource.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/builtins.go
 */
export function deployedOutputs(): Promise<Readonly<Record<string, unknown>>> {
    return outputsOf(`${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`);
}

/** The outputs of another stack. */
export async function outputsOf(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
    return isRecord(answer) && isRecord(answer["outputs"]) ? answer["outputs"] : {};
}

/** Why no resource is registered. */
export const REFUSED = "the run was refused before it: see its other error";

/**
 * Lets no resource be registered before a check has passed, those of remote components included. Call it before the
 * first resource is created.
 *
 * @param check rejects to fail the run, also one that registers no resource
 */
export function beforeEverything(check: Promise<void>): void {
    // Not handled, so that the run fails with its message, whether or not a resource is registered.
    void check.then(() => undefined);
    // The engine asks for the transform of every resource, and adds the reason of one that fails to a line of its own.
    pulumi.runtime.registerResourceTransform(() =>
        check.then(
            () => undefined,
            () => Promise.reject(new Error(REFUSED)),
        ),
    );
}
