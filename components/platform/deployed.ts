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

/**
 * Lets no resource be registered before a check has passed, those of remote components included. Call it before the
 * first resource is created.
 *
 * @param check rejects to fail the run, also one that registers no resource
 */
export function beforeEverything(check: Promise<void>): void {
    // Not handled, also when the transform is called first: of a transform that fails the engine tells the program alone.
    void check.then(() => undefined);
    // The engine asks for the transform of every resource.
    pulumi.runtime.registerResourceTransform(async () => {
        await check;
        return undefined;
    });
}
